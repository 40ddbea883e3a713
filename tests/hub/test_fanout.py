"""The stream: live, late, lagging or resumed, it is the same events in the same order."""

from __future__ import annotations

import asyncio
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from asynchat.store.interface import StoreError
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.raw_client import EVENTS, about, line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from asynchat.chat.state import Interval
    from asynchat.server import Server
    from asynchat.store.interface import Slice, Stored
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve

KIB = 1024


def unsent_of(server: Server, name: str) -> int:
    """Return how many bytes wait for the first connection of a name."""
    (writer, *_) = server._hub.registry.writers(name)
    return writer.transport.get_write_buffer_size()


def let_little_through(server: Server, name: str) -> None:
    """Have the system keep little of what is sent to the first connection of a name."""
    (writer, *_) = server._hub.registry.writers(name)
    sock = writer.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * KIB)


def seqs_of(wire: Wire) -> list[int]:
    """Return the seqs of the stream, in the order they came."""
    return [event["seq"] for event in wire.events()]


async def chat(wire: Wire, count: int, size: int = 1, room: str = "lobby") -> list[Frame]:
    """Say so much; return the events."""
    ids = {wire.send("say", room=room, text="x" * size) for _ in range(count)}
    await wire.settle()
    return [event for event in wire.events(room) if event["id"] in ids]


# Upto and cursors


async def test_a_batch_ends_with_upto(serve: Serve, join: Join) -> None:
    """Behind the last event comes the cursor to resume with, the same for all."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    said = await ada.ask("say", room="lobby", text="x")
    mine, theirs = (
        await ada.expect("upto"),
        await ben.until(lambda frame: frame["type"] == "upto" and any(e == said for e in ben.seen)),
    )
    assert mine == theirs
    assert server._hub._store.position(mine["cursor"]) == said["seq"]


async def test_who_is_not_concerned_gets_nothing(serve: Serve, join: Join) -> None:
    """A batch that one may not see brings neither events nor an `upto`."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.settle()
    seen = len(ben.seen)
    await chat(ada, 5, room="den")
    assert [frame for frame in await ben.settle() if frame["type"] != "presence"] == []
    assert len(ben.seen) >= seen


async def test_a_batch_of_many_rooms_reaches_each_by_its_rooms(serve: Serve, join: Join) -> None:
    """Each member of some of the rooms of a batch gets those, in order, and no others."""
    server = await serve()
    ada = await join(server, "ada")
    rooms = ["r0", "r1", "r2"]
    readers = {}
    for room in rooms:
        await ada.ask("create", room=room)
    for n in range(8):
        wire = await join(server, f"w{n}")
        mine = [room for place, room in enumerate(rooms) if n & (1 << place)]
        for room in mine:
            await wire.ask("join", room=room)
            await wire.expect("page")
        readers[wire] = {"lobby", *mine}
    first = len(ada.events())
    await ada.settle()
    first = len(ada.events())
    ada.send_bytes(
        b"".join(
            line("say", id=f"m{n}", room=["lobby", *rooms][n % 4], text=str(n)) for n in range(40)
        )
    )
    await ada.settle()
    whole = ada.events()[first:]
    assert len(whole) == 40
    for wire, own in readers.items():
        await wire.settle()
        assert [e for e in wire.events() if e["seq"] >= whole[0]["seq"]] == [
            event for event in whole if event["room"] in own
        ]


async def test_who_moves_within_a_batch_sees_its_own_stay(serve: Serve, join: Join) -> None:
    """Pipelined joining, speaking and leaving show exactly what lies in between."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    ada.send_bytes(b"".join(line("say", id=f"a{n}", room="den", text="a") for n in range(30)))
    ben.send_bytes(
        b"".join(
            line("join", id=f"j{n}", room="den", history=0)
            + line("say", id=f"s{n}", room="den", text=f"b{n}")
            + line("leave", id=f"l{n}", room="den")
            for n in range(8)
        )
    )
    await asyncio.gather(ada.settle(), ben.settle())
    inside, expected = False, []
    for event in ada.events("den"):
        if event["account"] == ben.account and event["type"] == "joined":
            inside = True
        if inside:
            expected.append(event)
        if event["account"] == ben.account and event["type"] == "left":
            inside = False
    assert ben.events("den") == expected
    assert len([event for event in expected if event["account"] == ben.account]) == 24


class LateWatch(MemoryStore):
    """A store whose commits are told only while its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    def watch(self) -> AsyncIterator[list[Stored]]:  # type: ignore[override]
        """Yield every batch, late."""
        return self._late(super().watch())

    async def _late(self, watch: AsyncIterator[list[Stored]]) -> AsyncIterator[list[Stored]]:
        async for batch in watch:
            await self.gate.wait()
            yield batch


async def test_between_commit_and_fan_out_an_event_is_nobodys_past(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Neither pages, rooms, cursors nor a welcome tell of it before the stream does."""
    store = LateWatch()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    before = await ben.ask("history", room="lobby")
    rooms = await ben.ask("rooms")
    store.gate.clear()
    ada.send("say", id="held", room="lobby", text="x")
    await until(lambda: store.head() == 3)
    newcomer = await connect(server)
    newcomer.send_bytes(line("hello", version=1, name="eve"))
    await until(lambda: store.head() == 4)
    assert (await ben.ask("history", room="lobby"))["events"] == before["events"]
    assert (await ben.ask("history", room="lobby", after=2))["events"] == []
    assert (await ben.ask("rooms"))["rooms"] == rooms["rooms"]
    again = await join(server, "ben", token=ben.token)
    assert store.position(again.welcome["cursor"]) == 2
    store.gate.set()
    welcome = await newcomer.frame()
    assert welcome["rooms"][0]["members"] == 3
    for wire in (ada, ben, again):
        await wire.expect("said", id="held")
        await wire.expect("joined", account=welcome["you"]["account"])


async def test_what_is_committed_is_shown_before_the_goodbye(
    serve: Serve, join: Join, until: Until
) -> None:
    """Stopping waits until what is on disk has been written to everyone."""
    store = LateWatch()
    server = await serve(store=store)
    ada = await join(server, "ada")
    store.gate.clear()
    ada.send("say", id="held", room="lobby", text="x")
    await until(lambda: store.head() == 2)

    async def open_late() -> None:
        await until(server._hub._batches._ended.is_set)
        for _ in range(20):
            await asyncio.sleep(0)
        store.gate.set()

    _, _, frames = await asyncio.gather(serve.stop(server), open_late(), ada.rest())
    kinds = [frame["type"] for frame in frames if frame["type"] in {"said", "goodbye"}]
    assert kinds == ["said", "goodbye"]


# Resuming


async def test_from_any_cursor_every_event_after_it_comes_once(serve: Serve, join: Join) -> None:
    """`resumed` is true, the cursor is the one sent, and what follows is all, in order."""
    server = await serve(slice_events=3)
    ada = await join(server, "ada")
    await ada.ask("create", room="den")
    await ada.ask("create", room="other")
    ben = await join(server, "ben")
    cursors = {ben.cursor: len(ben.events())}
    for n in range(12):
        await ada.ask("say", room=["lobby", "den", "other"][n % 3], text=str(n))
        if n == 3:
            await ben.ask("join", room="den")
        if n == 8:
            await ben.ask("leave", room="den")
        await ben.ask("say", room="lobby", text="mark")
        await ben.expect("upto")
        cursors[ben.cursor] = len(ben.events())
    whole = ben.events()
    for cursor, seen in cursors.items():
        again = await join(server, None, token=ben.token, cursor=cursor)
        assert again.welcome["resumed"] is True
        assert again.welcome["cursor"] == cursor
        # The live set is reached once a request is answered behind the stream.
        mark = await again.ask("say", room="lobby", text="after")
        assert again.events() == [*whole[seen:], mark]
        whole.append(mark)
        again.cut()


async def test_resuming_from_now_brings_an_empty_slice(serve: Serve, join: Join) -> None:
    """With nothing missed an `upto` comes all the same."""
    server = await serve()
    ada = await join(server, "ada")
    again = await join(server, "ada", token=ada.token, cursor=ada.cursor)
    upto = await again.expect("upto")
    assert upto["cursor"] == ada.cursor
    assert again.events() == []


async def test_without_a_cursor_the_stream_starts_now(serve: Serve, join: Join) -> None:
    """The past is for pages: no page, and no earlier event, is sent unasked."""
    server = await serve()
    ada = await join(server, "ada")
    await chat(ada, 10)
    again = await join(server, "ada", token=ada.token)
    assert again.events() == []
    assert again.welcome["cursor"] == ada.cursor
    said = await chat(ada, 1)
    await again.settle()
    assert again.events() == said


@pytest.mark.parametrize("cursor", ["", "nonsense", "x.1", "x.-1", "🙂.1", "a" * 5000])
async def test_a_cursor_unknown_is_a_reset(serve: Serve, connect: Connect, cursor: str) -> None:
    """`resumed` is false and a `reset` with the new cursor and a reason follows at once."""
    server = await serve()
    wire = await connect(server)
    welcome = await wire.hello("ada", cursor=cursor)
    assert (welcome["type"], welcome["resumed"]) == ("welcome", False)
    reset = await wire.frame()
    assert (reset["type"], reset["cursor"]) == ("reset", welcome["cursor"])
    assert reset["reason"]
    await wire.expect("joined")


async def test_a_cursor_of_the_future_is_a_reset(serve: Serve, join: Join) -> None:
    """A place that the log has not reached is none of its history."""
    server = await serve()
    ada = await join(server, "ada")
    epoch, seq = ada.cursor.rsplit(".", 1)
    wire = await join(server, "ada", token=ada.token, cursor=f"{epoch}.{int(seq) + 1}")
    assert wire.welcome["resumed"] is False
    assert (await wire.frame())["type"] == "reset"


async def test_a_database_copied_back_is_another_history(
    serve: Serve, join: Join, tmp_path: Path
) -> None:
    """A cursor from what was lost is reset, also once its seq was given again; ids start anew."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    server = await serve(store=SqliteStore(data))
    ada = await join(server, "ada")
    await chat(ada, 3)
    ada.cut()
    await serve.stop(server)
    shutil.copytree(data, copy)
    server = await serve(store=SqliteStore(data))
    ada = await join(server, None, token=ada.token)
    await ada.ask("say", id="lost", room="lobby", text="lost")
    await ada.expect("upto")
    old = ada.cursor
    ada.cut()
    await serve.stop(server)
    server = await serve(store=SqliteStore(copy), data=copy)
    ben = await join(server, "ben")
    await chat(ben, 5)
    again = await join(server, None, token=ada.token, cursor=old)
    assert again.welcome["resumed"] is False
    assert (await again.frame())["type"] == "reset"
    assert (await again.ask("say", id="lost", room="lobby", text="lost"))["type"] == "said"


async def test_resuming_after_a_restart(serve: Serve, join: Join, tmp_path: Path) -> None:
    """A cursor outlives the server: the same history goes on."""
    server = await serve(store=SqliteStore(tmp_path / "data"))
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ben.settle()
    ben.cut()
    said = await chat(ada, 5)
    ada.cut()
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "data"))
    again = await join(server, None, token=ben.token, cursor=ben.cursor)
    assert again.welcome["resumed"] is True
    mark = await again.ask("say", room="lobby", text="back")
    assert again.events() == [*said, mark]


# Lagging


async def test_a_reader_that_lags_catches_up_from_the_log(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Who does not read costs bounded memory and delays nobody; then it gets all, in order."""
    server = await serve(lagging_bytes=32 * KIB, slice_bytes=8 * KIB, lagging_timeout_s=30)
    ada = await join(server, "ada")
    slow = await connect(server, deaf=True)
    slow.send_bytes(line("hello", version=1, name="slow"))
    await until(lambda: "slow" in {server._hub.registry._names[a] for a in server._hub.registry})
    most = 0
    said: list[Frame] = []
    (session,) = [c.session for c in server._door._connections if c.session.name == "slow"]
    while session.live:
        said += await chat(ada, 10, 4000)
        most = max(most, unsent_of(server, "slow"))
    for _ in range(20):
        said += await chat(ada, 10, 4000)
        most = max(most, unsent_of(server, "slow"))
    assert most <= 32 * KIB + 4 * KIB
    slow.listen()
    await slow.until(lambda frame: frame == said[-1])
    assert [e for e in slow.events() if e["type"] == "said"] == said
    last = await chat(ada, 1)
    assert await slow.until(lambda frame: frame["type"] in EVENTS) == last[0]


async def test_a_reader_that_takes_nothing_is_let_go(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Lagging without progress ends the connection; it may resume from its cursor."""
    server = await serve(lagging_bytes=16 * KIB, lagging_timeout_s=0.2)
    ada = await join(server, "ada")
    slow = await connect(server, deaf=True)
    slow.send_bytes(line("hello", version=1, name="slow"))
    await until(lambda: server.others_connected(ada.account) == 1)
    said = []
    while server.others_connected(ada.account):
        said += await chat(ada, 10, 4000)
    await ada.until(lambda frame: about(frame, ada.account) or bool(said))
    slow.listen()
    await slow.rest()
    welcome = next(frame for frame in slow.seen if frame["type"] == "welcome")
    again = await join(server, None, token=welcome["token"], cursor=slow.cursor)
    await again.until(lambda frame: frame == said[-1])
    together = {event["seq"] for event in (*slow.events(), *again.events())}
    assert together >= {event["seq"] for event in said}


async def test_typing_and_presence_never_pile_up(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """What is not of the log is not kept for who lags."""
    server = await serve(
        lagging_bytes=8 * KIB, lagging_timeout_s=30, typing_burst=100_000, typings_per_s=100_000
    )
    ada = await join(server, "ada")
    slow = await connect(server, deaf=True)
    slow.send_bytes(line("hello", version=1, name="slow"))
    await until(lambda: server.others_connected(ada.account) == 1)
    let_little_through(server, "slow")
    for _ in range(20):
        ada.send_bytes(line("typing", room="lobby") * 200)
        await ada.settle()
        assert unsent_of(server, "slow") <= 8 * KIB + KIB
        ada.seen.clear()
    slow.listen()
    said = await chat(ada, 1)
    await slow.until(lambda frame: frame == said[0])
    assert [frame["type"] for frame in slow.seen].count("typing") < 4_000


async def test_replies_of_a_lagging_reader_keep_their_place(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Requests of who lags are answered behind the events before them, once it reads."""
    server = await serve(lagging_bytes=32 * KIB, slice_bytes=8 * KIB)
    ada = await join(server, "ada")
    slow = await connect(server, deaf=True)
    slow.send_bytes(line("hello", version=1, name="slow"))
    await until(lambda: server.others_connected(ada.account) == 1)
    (session,) = [c.session for c in server._door._connections if c.session.name == "slow"]
    said = await chat(ada, 20, 4000)
    while session.live:
        said += await chat(ada, 20, 4000)
    slow.send("say", id="mine", room="lobby", text="late")
    slow.send("ping", id="end")
    await ada.expect("said", id="mine")
    slow.listen()
    await slow.answer("end")
    events = [event for event in slow.events() if event["type"] == "said"]
    assert events[:-1] == said
    assert events[-1]["id"] == "mine"


async def test_who_joins_a_room_while_it_lags_sees_it_in_its_place(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """A room joined by who lags comes from the log too, once and in order."""
    server = await serve(lagging_bytes=32 * KIB, slice_bytes=8 * KIB)
    ada = await join(server, "ada")
    await ada.ask("create", room="den")
    slow = await connect(server, deaf=True)
    slow.send_bytes(line("hello", version=1, name="slow"))
    await until(lambda: server.others_connected(ada.account) == 1)
    (session,) = [c.session for c in server._door._connections if c.session.name == "slow"]
    while session.live:
        await chat(ada, 50, 4000)
    slow.send("join", id="in", room="den", history=0)
    joined = await ada.expect("joined", id="in")
    said = await chat(ada, 5, room="den")
    slow.listen()
    await slow.settle()
    assert seqs_of(slow) == sorted(set(seqs_of(slow)))
    assert slow.events("den") == [joined, *said]
    assert slow.texts("lobby") == ada.texts("lobby")


class Unreadable(MemoryStore):
    """A store whose log cannot be read while ``broken``, and only while its gate is open."""

    broken = False

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.reads = 0

    async def read(
        self, spans: Sequence[tuple[str, Interval]], *, max_events: int, max_bytes: int
    ) -> Slice:
        """Read, or fail."""
        self.reads += 1
        await self.gate.wait()
        if self.broken:
            raise StoreError("The disk does not answer.")
        return await super().read(spans, max_events=max_events, max_bytes=max_bytes)


async def test_who_cannot_be_brought_up_to_date_is_told_to_come_back(
    serve: Serve, join: Join
) -> None:
    """Where the log cannot be read for a catch-up, the connection ends; later it goes on."""
    store = Unreadable()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ben.settle()
    ben.cut()
    said = await chat(ada, 3)
    store.broken = True
    again = await join(server, None, token=ben.token, cursor=ben.cursor)
    *_, goodbye = await again.rest()
    assert (goodbye["type"], goodbye["retry_after"] > 0) == ("goodbye", True)
    store.broken = False
    again = await join(server, None, token=ben.token, cursor=ben.cursor)
    await again.until(lambda frame: frame == said[-1])
    assert seqs_of(again) == [event["seq"] for event in said]


async def test_nothing_is_written_behind_a_goodbye(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Who says bye while its past is being read gets the goodbye last."""
    store = Unreadable()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await chat(ada, 3)
    store.gate.clear()
    again = await connect(server)
    await again.hello(None, token=ben.token, cursor=ben.cursor)
    await until(lambda: store.reads)
    again.send_bytes(line("bye"))
    assert (await again.frame())["type"] == "goodbye"
    assert await again.reader.read() == b""
    store.gate.set()
    await ada.settle()
    await until(lambda: len(server._door._connections) == 2)
    assert not [one for one in server._hub._fanout.live_in("lobby") if one.ended]
    again.cut()
