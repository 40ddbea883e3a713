"""Files where much goes on at once, where a disk is full, and where names are hostile."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from asynchat.link.local_files import Goal, target_of
from asynchat.store.blobs import Blobs
from tests.faults.test_full_disk import MIB, Tmpfs, namespace
from tests.file_client import begin, content_of, cut_all, download, say_file, send_rest, ticket
from tests.serving import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.raw_client import Wire
    from tests.serving import Join, Serve

PEOPLE = 50
MOVERS = 20
NAMES = 1_000


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


@pytest.mark.parametrize("tls", [True], ids=["tls"])
async def test_twenty_files_move_while_fifty_people_talk(serve: Serve, join: Join) -> None:
    """Every file arrives whole, and everybody hears everything, in one order."""
    server = await serve()
    people = [await join(server, f"p{number}") for number in range(PEOPLE)]
    movers = [await join(server, f"m{number}") for number in range(MOVERS)]
    contents = [content_of(1_000_000, seed) for seed in range(MOVERS)]

    async def move(wire: Wire, content: bytes) -> None:
        said = await say_file(wire, server, content)
        assert await download(wire, server, said["file"]["id"]) == content

    async def talk(wire: Wire, number: int) -> None:
        for count in range(4):
            await wire.ask("say", room="lobby", text=f"{number} {count}")

    async with asyncio.TaskGroup() as group:
        for wire, content in zip(movers, contents, strict=True):
            group.create_task(move(wire, content))
        for number, wire in enumerate(people):
            group.create_task(talk(wire, number))
    last = server._hub.position

    async def hear(wire: Wire) -> list[tuple[int, str]]:
        while not any(event["seq"] == last for event in wire.events("lobby")):
            await wire.frame()
        return [(one["seq"], one["text"]) for one in wire.events() if one["type"] == "said"]

    heard = await asyncio.gather(*map(hear, people))
    assert len(heard[0]) == 4 * PEOPLE + MOVERS
    assert all(one == heard[0] for one in heard)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts")
async def test_a_disk_that_fills_up_takes_the_rest_of_the_file_back(
    tmp_path: Path, join: Join
) -> None:
    """Who sends is told, the room is free again, the chat goes on, and a smaller file is taken."""
    into = namespace()
    if not into:
        pytest.skip("nothing may be mounted here")
    data = tmp_path / "log"
    disk = Tmpfs(into, data, 12 * MIB)
    process = await Process.start(data, into=disk._command, free_disk_bytes=0)
    try:
        address = await process.listening()
        ada = await join(address, "ada")
        # It is promised no room: what comes meanwhile may take it.
        given = await ticket(ada, "large", 8 * MIB)
        root = Path(f"/proc/{process._process.pid}/root{data}")
        (root / "ballast").write_bytes(bytes(6 * MIB))
        wire = await begin(address, "store", given["ticket"])
        assert (await send_rest(wire, content_of(8 * MIB)))["code"] == "storage_full"
        assert list(Blobs(root).names()) == []
        assert (await ada.ask("say", room="lobby", text="still here"))["type"] == "said"
        assert (await ticket(ada, "large", 8 * MIB))["code"] == "storage_full"
        said = await say_file(ada, address, content_of(1 * MIB), "small")
        assert await download(ada, address, said["file"]["id"]) == content_of(1 * MIB)
        assert await process.stop() == 0
    finally:
        await process.put_down()
        disk.close()


def hostile(random: Random) -> str:
    """Return a name that somebody made up to do harm."""
    parts = [
        *("..", "/", "\\", "C:", "CON", "nul.txt", "aux", "com¹", ".", " ", "\u202e", "\u2069"),
        *("\x00", "\r\n", "\x1b[2J", "~", "$HOME", "%00", "*", "|", "é", "e\u0301", "\ud800"),
        *("a" * 300, ".exe", "-rf", "`id`", "\u200b", "文", "🙂" * 70, ".bashrc", "desktop.ini"),
        *("trailing. ", ":stream"),
    ]
    return "".join(random.choice(parts) for _ in range(random.randrange(1, 7)))


def test_a_thousand_hostile_names_stay_in_their_folder(tmp_path: Path) -> None:
    """Each becomes one file there that can be read back, and nothing else is touched."""
    random = Random(9)
    folder = tmp_path / "got"
    folder.mkdir()
    places = set()
    for number in range(NAMES):
        name = hostile(random)
        goal = Goal(*target_of(folder, name), f"f{number}")
        goal.write(str(number).encode())
        place = goal.place()
        assert place.parent == folder
        assert place.read_text() == str(number)
        assert not place.is_symlink()
        places.add(place)
    assert len(places) == NAMES
    assert set(folder.iterdir()) == places
    assert list(tmp_path.iterdir()) == [folder]
