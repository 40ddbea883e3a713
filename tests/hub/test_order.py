"""No two members see events in different orders, and each sees exactly its own stays."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from asynchat.config import Settings
from asynchat.server import Server
from asynchat.store.memory import MemoryStore
from tests.raw_client import Frame, Wire, is_repeat_of_stream
from tests.serving import FAST

if TYPE_CHECKING:
    from collections.abc import Coroutine

PEOPLE = ("ada", "ben", "eve", "kim")
ROOMS = ("r0", "r1")

people = st.sampled_from(PEOPLE)
rooms = st.sampled_from(("lobby", *ROOMS))


class Chat(RuleBasedStateMachine):
    """Four people who come, go, join, leave and speak, in any order, some of it at once."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        self.wires: dict[str, Wire] = {}
        self.tokens: dict[str, str] = {}
        self.cursors: dict[str, str] = {}
        self.streams: dict[str, list[Frame]] = {name: [] for name in PEOPLE}
        self.accounts: dict[str, str] = {}
        self.texts = itertools.count()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something on the loop of the server and all clients."""
        self.runner.run(work)

    @initialize()
    def start(self) -> None:
        """Serve, and let everybody in once."""
        self.run(self._start())

    async def _start(self) -> None:
        # Small slices and batches: each catch-up and each burst takes several.
        chosen = Settings(
            **{**FAST, "slice_events": 2, "batch_events": 3, "data": Path(self.folder.name)},
            lost_name_kept_s=1000,
        )
        self.store = MemoryStore()
        self.server = Server(chosen, store=self.store)
        await self.server.__aenter__()
        for name in PEOPLE:
            await self._come(name)
        for room in ROOMS:
            await self.wires["ada"].ask("create", room=room)

    @rule(name=people)
    def come(self, name: str) -> None:
        """Connect, and go on from one's cursor."""
        if name not in self.wires:
            self.run(self._come(name))

    async def _come(self, name: str) -> None:
        wire = await Wire.open(self.server.address)
        cursor = self.cursors.get(name)
        welcome = await wire.hello(name, token=self.tokens.get(name), cursor=cursor)
        assert welcome["type"] == "welcome"
        assert welcome["resumed"] is (cursor is not None)
        self.wires[name] = wire
        self.tokens[name] = wire.token
        self.accounts[name] = wire.account

    @rule(name=people, polite=st.booleans())
    def go(self, name: str, polite: bool) -> None:
        """Leave, or be cut off: what had come by then is kept, with the cursor."""
        if name in self.wires:
            self.run(self._go(name, polite=polite))

    async def _go(self, name: str, *, polite: bool) -> None:
        wire = self.wires.pop(name)
        if polite:
            await wire.bye()
        else:
            wire.cut()
        self._keep(name, wire)

    def _keep(self, name: str, wire: Wire) -> None:
        """Add what came to what one knows, without what one had."""
        last = max((event["seq"] for event in self.streams[name]), default=0)
        self.streams[name] += [e for e in wire.events() if not is_repeat_of_stream(e, last)]
        self.cursors[name] = wire.cursor or self.cursors.get(name, "")
        wire.seen.clear()

    @rule(
        burst=st.lists(
            st.tuples(people, st.sampled_from(("say", "join", "leave", "topic")), rooms),
            min_size=1,
            max_size=12,
        )
    )
    def act(self, burst: list[tuple[str, str, str]]) -> None:
        """Ask for several things at once, by several people."""
        self.run(self._act(burst))

    async def _act(self, burst: list[tuple[str, str, str]]) -> None:
        for name, kind, room in burst:
            wire = self.wires.get(name)
            if wire is not None:
                fields = {"text": str(next(self.texts))} if kind in {"say", "topic"} else {}
                wire.send(kind, room=room, **fields)

    @invariant()
    def everyone_sees_its_stays_in_one_order(self) -> None:
        """Compare what each has been shown with what the log says it should have seen."""
        if self.accounts:
            self.run(self._compare())

    async def _compare(self) -> None:
        await asyncio.gather(*(wire.settle() for wire in self.wires.values()))
        log = [stored.event for stored in self.store._log]
        for name, wire in self.wires.items():
            # Twice: who settled first may have missed what another's requests led to.
            await wire.settle()
            self._keep(name, wire)
            got = [(e["seq"], e["type"], e["room"]) for e in self.streams[name]]
            assert got == _stays_of(self.accounts[name], log), name

    def teardown(self) -> None:
        """End everything."""
        self.run(self._end())
        self.runner.close()
        self.folder.cleanup()

    async def _end(self) -> None:
        for wire in self.wires.values():
            wire.cut()
        if self.accounts:
            await self.server.__aexit__(None, None, None)


def _stays_of(account: str, log: list[Any]) -> list[tuple[int, str, str]]:
    """Return what an account should have seen of a log, told by its moves alone."""
    inside: set[str] = set()
    seen = []
    for event in log:
        kind = event.__struct_config__.tag
        own = event.account == account
        if own and kind in {"joined", "created"}:
            inside.add(event.room)
        if event.room in inside:
            seen.append((event.seq, kind, event.room))
        if own and kind == "left":
            inside.discard(event.room)
    return seen


TestChat = Chat.TestCase
TestChat.settings = settings(max_examples=60, stateful_step_count=20)
