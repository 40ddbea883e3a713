"""A real server that keeps little, from its configuration file to its backups."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat import connect as open_client
from asynchat.messages import Said
from asynchat.store.opening import DATABASE_FILE
from tests.raw_client import DEADLINE_S
from tests.upkeep.logs import command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Join, StartProcess

KEPT_BYTES = 2_000

SETTINGS = f"""
retention_days = 30
retention_bytes = {KEPT_BYTES}
retention_interval_s = 0.02

[retention.archive]
days = 0
bytes = 0
"""


async def run(*arguments: str | Path) -> str:
    """Run a command beside the loop; it must succeed.  Return what it printed."""
    result = await asyncio.to_thread(command, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def said_in(exported: str, room: str) -> list[str]:
    """Return the texts that an export has of a room."""
    events = [json.loads(line) for line in exported.splitlines()]
    return [one["text"] for one in events if one["type"] == "said" and one["room"] == room]


def first_left(data: Path) -> int:
    """Return the seq of the oldest event of the lobby that was said and is there."""
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        frames = [frame for (frame,) in db.execute("SELECT frame FROM events ORDER BY seq")]
    events = map(json.loads, frames)
    return next(int(e["seq"]) for e in events if e["type"] == "said" and e["room"] == "lobby")


async def test_a_client_resumes_over_what_was_removed_while_it_was_away(
    tmp_path: Path, start_process: StartProcess, join: Join, until: Until
) -> None:
    """It gets what is left, says on, and nothing it said before is stored twice."""
    data, home, config = tmp_path / "data", tmp_path / "ada", tmp_path / "asynchat.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    process = await start_process("--config", str(config), data=data)
    address = await process.listening()
    async with open_client(address, name="ada", data=home) as ada:
        await ada.create("archive")
        kept = [f"for ever {n}" for n in range(40)]
        for text in kept:
            await ada.send("archive", text)
        await ada.send("lobby", "the first word")
    ben = await join(address, "ben")
    said = [await ben.ask("say", room="lobby", text=f"number {n}") for n in range(60)]
    texts = [event["text"] for event in said]
    async with asyncio.timeout(DEADLINE_S):
        while first_left(data) < said[40]["seq"]:
            await asyncio.sleep(0.01)
    async with open_client(address, name="ada", data=home) as ada:
        await until(lambda: ada.connection.phase == "online")
        page = await ada.history("lobby", limit=500)
        left = [event.text for event in page.events if isinstance(event, Said)]
        assert left == texts[-len(left) :]
        assert 0 < len(left) <= 20
        assert page.more is False
        page = await ada.history("archive", limit=500)
        assert [event.text for event in page.events if isinstance(event, Said)] == kept
        await ada.send("lobby", "the last word")
    await run("check", "--data", data)
    await run("backup", tmp_path / "backup.db", "--data", data)
    assert await process.stop() == 0
    assert "removed" in process.log()
    exported = await run("export", "--data", data)
    assert said_in(exported, "archive") == kept
    remaining = said_in(exported, "lobby")
    assert [*texts, "the last word"][-len(remaining) :] == remaining
    await run("restore", tmp_path / "backup.db", "--data", tmp_path / "restored")
    await run("check", "--data", tmp_path / "restored")
    again = await run("export", "--data", tmp_path / "restored")
    assert said_in(again, "archive") == kept
    assert said_in(again, "lobby")[-1] == "the last word"
    for form in ("txt", "html"):
        shown = await run("export", "--data", data, "--format", form)
        assert "the last word" in shown
        assert "the first word" not in shown
