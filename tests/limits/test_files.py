"""Open files: the soft limit is raised, and who comes when they run out is told so."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from tests.limits.conftest import is_served
from tests.raw_client import Ended, Wire
from tests.serving import Process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.serving import Connect, Join

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")

RESERVED = 64
"""What the server keeps for its database, its log and its answers to those it has no place for."""

PLACES = 36
WITH_FEW_FILES = (
    "sh",
    "-c",
    f'ulimit -Sn {RESERVED // 2} && ulimit -Hn {RESERVED + PLACES} && exec "$@"',
    "sh",
)
"""Without raising the soft limit there would be no place at all."""


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    """Start a server that may open few files, and put it down after the test."""
    settings = {"unauthenticated_per_address": 10_000}
    process = await Process.start(tmp_path / "data", into=WITH_FEW_FILES, **settings)
    try:
        await process.listening()
        yield process
    finally:
        await process.put_down()


async def test_as_many_are_served_as_files_may_be_open(
    process: Process, join: Join, connect: Connect
) -> None:
    """The last that fits is served; the next gets `server_full`; one who leaves makes room."""
    ada = await join(process.address, "ada")
    for _ in range(PLACES - 1):
        assert await is_served(await connect(process.address))
    for _ in range(3):
        (error,) = await (await connect(process.address)).rest()
        assert (error["code"], error["retry_after"]) == ("server_full", 10)
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    await ada.bye()
    await comes_in(connect, process)


async def comes_in(connect: Connect, process: Process) -> None:
    """Try until there is room again; those who are refused here do not hang up."""
    async with asyncio.timeout(10):
        while (await how(await connect(process.address))) != "served":
            await asyncio.sleep(0.01)


async def how(wire: Wire) -> str:
    """Tell what became of a connection without a hello."""
    try:
        return "served" if await is_served(wire) else "refused"
    except Ended:
        return "cut"


async def test_a_crowd_that_takes_every_file_harms_nobody_who_is_here(
    process: Process, join: Join, connect: Connect
) -> None:
    """Who is in goes on, no place too many is given, and when the crowd is gone all is well."""
    ada = await join(process.address, "ada")
    crowd = await asyncio.gather(*(connect(process.address) for _ in range(4 * PLACES)))
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    ends = await asyncio.gather(*map(how, crowd))
    # Where not even the answer has a file left, the system cuts the connection.
    assert ends.count("served") == PLACES - 1
    assert ends.count("refused") >= RESERVED // 4
    for wire in crowd:
        wire.cut()
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    await comes_in(connect, process)
    assert await process.stop() == 0
