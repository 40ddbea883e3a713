"""Backups under load, and restores under clients that come back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat import connect as open_client
from asynchat.link.notices import WasReset
from asynchat.messages import Said
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.writer import Writer
from asynchat.upkeep.copying import STEP_PAGES
from tests.contracts.drafts import account, joined, said
from tests.raw_client import DEADLINE_S, Wire, host_and_port, line
from tests.upkeep.logs import command

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.notices import Notice
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame
    from tests.serving import Connect, Join, StartProcess

UNDER_WAY = 8
PAUSE_S = 0.1
OLD_MESSAGES = 1_300
"""Of 4,000 characters: with them a copy takes more than one step, and the log grows within it."""


async def run(*arguments: str | Path) -> str:
    """Run a command beside the loop; it must succeed.  Return what it printed."""
    result = await asyncio.to_thread(command, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


async def talk(wire: Wire, acknowledged: dict[str, int]) -> None:
    """Say a few things at a time, again as soon as they are stored, until cancelled."""
    sent = 0
    while True:
        if sent == len(acknowledged):
            await asyncio.sleep(PAUSE_S)
            for _ in range(UNDER_WAY):
                sent += 1
                wire.send_bytes(
                    line(
                        "say", id=f"n{sent}", room="lobby", text=f"{wire.name} {sent} " + "x" * 400
                    )
                )
        frame = await wire.frame()
        wire.seen.clear()
        if frame["type"] == "said" and frame["account"] == wire.account:
            acknowledged[frame["id"]] = frame["seq"]


def requests_of(file: Path) -> dict[tuple[str, str], int]:
    """Return the seq of each request in a database."""
    with closing(sqlite3.connect(file)) as db:
        return {
            (asker, id_): seq
            for asker, id_, seq in db.execute("SELECT asker, id, seq FROM requests")
        }


def frames_of(file: Path) -> list[bytes]:
    """Return every frame in a database."""
    with closing(sqlite3.connect(file)) as db:
        return [frame for (frame,) in db.execute("SELECT frame FROM events ORDER BY seq")]


def make_old_log(data: Path) -> None:
    """Make a log in which much was said before."""
    data.mkdir()
    writer = Writer(open_database(data))
    writer.append([account("a1", "old"), joined(account="a1")])
    writer.append([said("x" * 4_000) for _ in range(OLD_MESSAGES)])
    writer.close()


async def test_a_backup_under_load_is_sound_and_misses_nothing(
    tmp_path: Path, start_process: StartProcess, join: Join
) -> None:
    """Whatever was acknowledged before it began is in it; it is the log up to some moment."""
    data = tmp_path / "data"
    make_old_log(data)
    assert (data / DATABASE_FILE).stat().st_size > STEP_PAGES * 4096
    process = await start_process()
    address = await process.listening()
    wires = [await join(address, f"t{n}") for n in range(4)]
    done: list[dict[str, int]] = [{} for _ in wires]
    files = [tmp_path / f"backup-{n}.db" for n in range(2)]
    before: list[list[dict[str, int]]] = []
    async with asyncio.TaskGroup() as group:
        talkers = [
            group.create_task(talk(wire, own)) for wire, own in zip(wires, done, strict=True)
        ]
        for file in files:
            enough = [len(own) + 50 for own in done]
            async with asyncio.timeout(DEADLINE_S):
                while any(len(own) < least for own, least in zip(done, enough, strict=True)):
                    await asyncio.sleep(0.005)
            before.append([dict(own) for own in done])
            await run("backup", file, "--data", data)
            # The log grew meanwhile, so that it was truly under load.
            assert all(len(own) > len(old) for own, old in zip(done, before[-1], strict=True))
        await run("check", "--data", data)
        exported = await run("export", "--data", data)
        for talker in talkers:
            talker.cancel()
    assert await process.stop() == 0
    whole = frames_of(data / DATABASE_FILE)
    for file, acknowledged in zip(files, before, strict=True):
        frames = frames_of(file)
        assert frames == whole[: len(frames)]
        requests = requests_of(file)
        for wire, own in zip(wires, acknowledged, strict=True):
            for id_, seq in own.items():
                assert requests[wire.account, id_] == seq
        restored = tmp_path / f"of-{file.stem}"
        await run("restore", file, "--data", restored)
        await run("check", "--data", restored)
    lines = exported.encode().splitlines(keepends=True)
    assert lines == whole[: len(lines)]


async def history(wire: Wire) -> list[tuple[int, str]]:
    """Return everything said in the lobby, as the wire's account reads it."""
    events: list[Frame] = []
    page: Frame = {"more": True}
    while page["more"]:
        after = events[-1]["seq"] if events else 0
        page = await wire.ask("history", room="lobby", after=after, limit=500)
        events += page["events"]
    return [(event["seq"], event["text"]) for event in events if event["type"] == "said"]


async def come_back(connect: Connect, address: str, token: str, cursor: str) -> Wire:
    """Return a connection that came with a cursor that must be of no use any more."""
    wire = await connect(address)
    welcome = await wire.hello(None, token=token, cursor=cursor)
    assert welcome["resumed"] is False
    assert (await wire.frame())["type"] == "reset"
    return wire


async def test_after_a_restore_clients_are_reset_and_nothing_doubles(
    tmp_path: Path, start_process: StartProcess, connect: Connect, join: Join, until: Until
) -> None:
    """A client that stays, one that comes back with any cursor: all read afresh, all go on."""
    data, file = tmp_path / "data", tmp_path / "backup.db"
    process = await start_process(come_back_after_s=0.01)
    address = await process.listening()
    _, port = host_and_port(address)
    notices: list[Notice] = []
    async with open_client(address, name="ada", data=tmp_path / "ada") as ada:
        ada.subscribe(notices.append)
        ben = await join(address, "ben")
        for n in range(5):
            await ada.send("lobby", f"kept {n}")
        kept = await ben.ask("say", id="kept", room="lobby", text="kept by ben")
        await ben.settle()
        at_backup = ben.cursor
        await run("backup", file, "--data", data)
        for n in range(5):
            await ada.send("lobby", f"lost {n}")
        await ben.ask("say", id="lost", room="lobby", text="lost by ben")
        await ben.settle()
        refused = await asyncio.to_thread(command, "restore", file, "--data", data, "--force")
        assert refused.returncode == 1
        assert "already served" in refused.stderr
        await process.stop()
        await run("restore", file, "--data", data, "--force")
        await run("check", "--data", data)
        process = await start_process(port=port, come_back_after_s=0.01)
        await process.listening()

        await until(lambda: any(isinstance(notice, WasReset) for notice in notices))
        await until(lambda: ada.connection.phase == "online")
        for n in range(8):
            await ada.send("lobby", f"new {n}")
        for cursor in (at_backup, ben.cursor):
            again = await come_back(connect, address, ben.token, cursor)
            repeat = await again.ask("say", id="kept", room="lobby", text="kept by ben")
            assert (repeat["type"], repeat["seq"]) == ("done", kept["seq"])
            await again.settle()
            # From here on it resumes as ever.
            once_more = await connect(address)
            resumed = await once_more.hello(None, token=ben.token, cursor=again.cursor)
            assert resumed["resumed"] is True
        again = await come_back(connect, address, ben.token, ben.cursor)
        assert (await again.ask("say", id="lost", room="lobby", text="lost by ben"))[
            "type"
        ] == "said"
        texts = [text for _, text in await history(again)]
        assert texts == [
            *(f"kept {n}" for n in range(5)),
            "kept by ben",
            *(f"new {n}" for n in range(8)),
            "lost by ben",
        ]
        assert sum(isinstance(notice, WasReset) for notice in notices) == 1
        page = await ada.history("lobby", limit=500)
        assert [event.text for event in page.events if isinstance(event, Said)] == texts
    exported = await run("export", "--data", data)
    assert [one["text"] for one in map(json.loads, exported.splitlines()) if "text" in one] == texts
    await run("check", "--data", data)
