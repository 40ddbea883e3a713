"""Anything at all on one connection, while others chat undisturbed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asynchat.config import Settings
from asynchat.errors import CODES
from asynchat.server import Server
from asynchat.store.memory import MemoryStore
from tests.raw_client import Wire, line
from tests.serving import FAST

KINDS = (
    "hello say join leave create invite direct topic rooms who history typing ping pong bye"
    " welcome said error nonsense"
).split()
FIELDS = (
    "id room text reply_to history topic private account name accounts names after before around"
    " limit cursor re version token password client"
).split()

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["lobby", "den", "ada", "~", "i1", "i2"]),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
frames = st.builds(
    lambda kind, fields: (json.dumps({"type": kind, **fields}) + "\n").encode(),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=6),
)
plausible = st.builds(
    lambda kind, sent, room, text: line(kind, id=sent, room=room, text=text, name="ada"),
    st.sampled_from(KINDS[1:13]),
    st.sampled_from(["i1", "i2", "i3"]),
    st.sampled_from(["lobby", "den", "nowhere"]),
    st.text(max_size=10),
)
pieces = st.lists(
    st.one_of(plausible, frames, st.binary(max_size=40), st.just(b"\n")), max_size=12
).map(b"".join)


class Arena:
    """A server in which two chat while a third sends whatever it likes."""

    async def start(self) -> None:
        """Serve, and let the two in."""
        chosen = Settings(**{**FAST, "data": Path(self.folder), "stop_timeout_s": 1})
        self.server = Server(chosen, store=MemoryStore())
        await self.server.__aenter__()
        self.ada, self.ben = [await Wire.open(self.server.address) for _ in range(2)]
        for wire, name in ((self.ada, "ada"), (self.ben, "ben")):
            assert (await wire.hello(name))["type"] == "welcome"
        self.count = 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def attack(self, data: bytes, cuts: list[int], *, welcome: bool, cut: bool) -> None:
        """Send bytes in pieces, read what comes of it, and let the two say something."""
        wire = await Wire.open(self.server.address)
        try:
            if welcome:
                name = f"w{self.count}"
                assert (await wire.hello(name))["type"] == "welcome"
            places = sorted({place % (len(data) + 1) for place in cuts})
            for start, end in zip([0, *places], [*places, len(data)], strict=True):
                wire.send_bytes(data[start:end])
                await asyncio.sleep(0)
            if not cut:
                wire.writer.write_eof()
                for frame in await wire.rest():
                    self.check(frame)
        finally:
            wire.cut()
        self.count += 1
        said = await self.ada.ask("say", id=f"ok{self.count}", room="lobby", text="fine")
        assert said["type"] == "said"
        assert await self.ben.expect("said", id=f"ok{self.count}") == said
        self.ada.seen.clear()
        self.ben.seen.clear()

    @staticmethod
    def check(frame: dict[str, Any]) -> None:
        """Fail on what a client could not understand."""
        if frame["type"] == "error":
            assert frame["code"] in CODES
            assert frame["text"]

    async def stop(self) -> None:
        """End everything."""
        for wire in (self.ada, self.ben):
            await wire.bye()
        await self.server.__aexit__(None, None, None)


@pytest.mark.parametrize("welcome", [False, True])
def test_whatever_one_sends_the_others_chat_on(tmp_path: Path, welcome: bool) -> None:
    """Any bytes in any pieces get documented answers or the end, and hurt nobody else."""
    with asyncio.Runner() as runner:
        arena = Arena(tmp_path)
        runner.run(arena.start())

        @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
        @given(data=pieces, cuts=st.lists(st.integers(0, 2000), max_size=4), cut=st.booleans())
        def attack(data: bytes, cuts: list[int], cut: bool) -> None:
            runner.run(arena.attack(data, cuts, welcome=welcome, cut=cut))

        try:
            attack()
        finally:
            runner.run(arena.stop())
