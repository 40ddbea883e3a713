"""P11: a flipped byte on disk is never served; whoever would read it is told, and goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store import opening
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.raw_client import Frame, Wire
    from tests.serving import Join, Serve

pytestmark = pytest.mark.allow_log_errors


def flip(data: Path, text: bytes) -> None:
    """Change one bit of the one place in a database where this text is."""
    path = data / DATABASE_FILE
    content = bytearray(path.read_bytes())
    assert content.count(text) == 1
    content[content.index(text)] ^= 1
    path.write_bytes(content)


async def speak(wire: Wire, room: str, texts: list[str]) -> list[Frame]:
    """Say these things; return their events."""
    for text in texts:
        wire.send("say", room=room, text=text)
    await wire.settle()
    return [frame for frame in wire.events(room) if frame["type"] == "said"]


def damages(frames: list[Frame]) -> list[Frame]:
    """Return the errors that tell of damage."""
    return [frame for frame in frames if frame.get("code") == "damaged"]


async def test_who_reads_damage_is_told_and_goes_on(
    tmp_path: Path,
    serve: Serve,
    join: Join,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A page, a join and a resume leave it out, say so in an error, and bring all the rest."""
    monkeypatch.setattr(opening, "CHECKED_AT_START", 2)
    data = tmp_path / "log"
    first = await serve(store=SqliteStore(data))
    ada, ben = await join(first, "ada"), await join(first, "ben")
    await ben.settle()
    ben.cut()
    said = await speak(ada, "lobby", [f"text number {n}!" for n in range(10)])
    seq = said[4]["seq"]
    await serve.stop(first)
    flip(data, b"text number 4!")

    server = await serve(store=SqliteStore(data))
    intact = [*said[:4], *said[5:]]
    again = await join(server, None, token=ben.token, cursor=ben.cursor)
    await again.until(lambda frame: frame == said[-1])
    await again.settle()
    assert [frame for frame in again.events() if frame["type"] == "said"] == intact
    (error,) = damages(again.seen)
    assert error["re"] is None
    assert error["text"].startswith(f"Event {seq} of the log is damaged on disk")
    assert (error["room"], error["seqs"]) == ("lobby", [seq])

    page = await again.ask("history", room="lobby")
    assert (page["type"], page["events"][-9:]) == ("page", intact)
    assert len(damages(again.seen)) == 2
    around = await again.ask("history", room="lobby", around=seq, limit=4)
    assert [event["seq"] for event in around["events"]] == [seq - 2, seq - 1, seq + 1, seq + 2]
    below = await again.ask("history", room="lobby", before=seq, limit=2)
    assert below["events"] == said[2:4]
    assert len(damages(again.seen)) == 3

    await again.ask("join", room="lobby")
    joined_page = await again.expect("page")
    assert joined_page["events"][-9:] == intact
    assert len(damages(again.seen)) == 4
    assert (await again.ask("say", room="lobby", text="on we go"))["type"] == "said"
    logged = [record.getMessage() for record in caplog.records if "damaged" in record.getMessage()]
    assert len(logged) == 1
    assert logged[0].startswith(f"event {seq} of the log is damaged")
    assert "asynchat-server check" in logged[0]


async def test_a_database_that_cannot_be_walked_refuses_reads_only(
    tmp_path: Path, serve: Serve, join: Join
) -> None:
    """Where SQLite itself finds damage, a page is an error with its code; the connection lives."""
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data))
    ada = await join(server, "ada")
    await ada.ask("create", room="den")
    await speak(ada, "den", ["x" * 3000 for _ in range(50)])
    await serve.stop(server)
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        # The leaf of the log in the middle of the room's events: none that the start reads.
        (page,) = db.execute(
            "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf'"
            " ORDER BY path LIMIT 1 OFFSET 1"
        ).fetchone()
    path = data / DATABASE_FILE
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "CHECKED_AT_START", 2)
        path.write_bytes(content)
        server = await serve(store=SqliteStore(data))
    again = await join(server, None, token=ada.token)
    answer = await again.ask("history", room="den", after=0)
    assert (answer["type"], answer["code"]) == ("error", "damaged")
    assert "restore it from a backup" in answer["text"]
    assert (await again.ask("ping"))["type"] == "pong"
    newest = await again.ask("history", room="den", limit=2)
    assert newest["type"] == "page"
    again.cut()

    resumed = await join(server, None, token=ada.token, cursor=f"{ada.cursor.partition('.')[0]}.1")
    await resumed.rest()
    assert [frame["type"] for frame in resumed.seen[-2:]] == ["error", "goodbye"]
    assert resumed.seen[-2]["code"] == "damaged"
