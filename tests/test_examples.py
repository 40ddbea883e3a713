"""The examples, run as they stand against a real server."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat import Client, Said, Server, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.plugins.waiting import Until

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with Server(Settings(port=0, data=tmp_path / "server")) as server:
        yield server


@contextlib.contextmanager
def running(tmp_path: Path, example: str, *arguments: str) -> Iterator[Path]:
    """Run an example; give the file that its output goes to."""
    out = tmp_path / "out"
    with out.open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, EXAMPLES / example, *arguments], stdout=stdout, stderr=stdout
        )
    try:
        yield out
        assert process.poll() is None, out.read_text()
    finally:
        process.kill()
        process.wait()


async def test_the_echo_bot_answers_who_talks_to_it(
    tmp_path: Path, server: Server, until: Until
) -> None:
    """What begins with its name is said again, and nothing else."""
    with running(tmp_path, "echo_bot.py", server.address) as out:
        await until(lambda: "listening" in out.read_text())
        async with Client(server.address, name="ada", data=tmp_path / "ada") as ada:
            for text in ("hello", "echo:", "echo: hello"):
                await ada.send("lobby", text)
            heard: list[Said] = []
            async for event in ada:
                if isinstance(event, Said) and event.account != ada.account:
                    heard.append(event)
                    break
    assert [(event.sender, event.text) for event in heard] == [("echo", "ada: hello")]


async def test_the_logger_writes_what_happens(tmp_path: Path, server: Server, until: Until) -> None:
    """Each event is one JSON object on a line of the file."""
    log = tmp_path / "log"
    with running(tmp_path, "logger.py", str(log), server.address) as out:
        await until(lambda: "logging" in out.read_text())
        async with Client(server.address, name="ada", data=tmp_path / "ada") as ada:
            said = await ada.send("lobby", "hello")
            await until(lambda: "hello" in log.read_text())
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [event["type"] for event in events] == ["joined", "joined", "said"]
    assert (events[-1]["seq"], events[-1]["sender"]) == (said.seq, "ada")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short(path: Path) -> None:
    """An example has less than 30 lines, so that it is read."""
    assert len(path.read_text().splitlines()) < 30
