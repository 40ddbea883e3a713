"""Files of who means ill: two at once, more than is allowed, and going on after a ban."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from asynchat.store.blobs import Blobs, hash_of
from tests.file_client import (
    begin,
    content_of,
    cut_all,
    download,
    fetch,
    say_file,
    send_rest,
    ticket,
    upload,
)
from tests.raw_client import Wire, fresh_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.server import Server
    from tests.serving import Join, Operate, Serve

GOOD, BAD = content_of(300_000, 1), content_of(300_000, 2)
HASH = sha256(GOOD).hexdigest()


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


def bytes_on_disk(server: Server) -> int:
    """Return how much files take."""
    return sum(path.stat().st_size for _, path in Blobs(server._settings.data).names())


async def test_two_connections_never_write_one_file(serve: Serve, join: Join) -> None:
    """Of two that begin at once the first is sent away; what is kept is what its hash says."""
    server = await serve()
    ada = await join(server, "ada")
    first = await ticket(ada, "a.bin", len(GOOD))
    again = await ticket(ada, "a.bin", len(GOOD), file=first["file"])
    wires = [await Wire.open(server.address) for _ in range(2)]
    for wire, one in zip(wires, (first, again), strict=True):
        wire.send("store", ticket=one["ticket"])
    for wire in wires:
        await wire.expect("ready")
    for wire, content in zip(wires, (BAD, GOOD), strict=True):
        wire.send_bytes(content)
        wire.send("sent", sha256=sha256(content).hexdigest())
    answers = [await wire.frame() for wire in wires]
    for wire in wires:
        wire.cut()
    stored = [one["type"] for one in answers]
    assert sorted(stored) == ["error", "stored"]
    assert answers[stored.index("error")]["code"] == "bad_ticket"
    (kept,) = [path for _, path in Blobs(server._settings.data).names()]
    assert hash_of(kept) == kept.name


async def test_who_sends_a_rotten_file_again_heals_it(serve: Serve, join: Join) -> None:
    """The bytes that just came are those of the hash; what lay there may not be."""
    server = await serve()
    ada = await join(server, "ada")
    await say_file(ada, server, GOOD)
    Blobs(server._settings.data).blob(HASH).write_bytes(BAD)
    said = await say_file(ada, server, GOOD)
    assert await download(ada, server, said["file"]["id"]) == GOOD


async def test_what_is_given_up_takes_no_room(serve: Serve, join: Join) -> None:
    """Half or whole, its bytes are gone before the answer; another's of the same content stay."""
    server = await serve()
    ada = await join(server, "ada")
    for _ in range(2):
        whole = await upload(ada, server, GOOD)
        assert (await ada.ask("discard", file=whole["id"]))["type"] == "done"
        assert bytes_on_disk(server) == 0
    given = await ticket(ada, "a", len(GOOD))
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(GOOD[:200_000])
    assert (await ada.ask("discard", file=given["file"]))["type"] == "done"
    assert bytes_on_disk(server) == 0
    said = await say_file(ada, server, GOOD)
    whole = await upload(ada, server, GOOD)
    await ada.ask("discard", file=whole["id"])
    assert await download(ada, server, said["file"]["id"]) == GOOD


async def test_many_that_ask_at_once_keep_within_the_quota(serve: Serve, join: Join) -> None:
    """What one connection was given counts for the next, however close they are."""
    server = await serve(account_files_bytes=1_000)
    ada = await join(server, "ada")
    wires = [ada] + [await join(server, None, token=ada.token) for _ in range(7)]
    given = await asyncio.gather(*(ticket(wire, "a", 900) for wire in wires))
    assert sorted(one["type"] for one in given) == ["error"] * 7 + ["ticket"]


async def test_said_and_given_up_at_once_a_file_is_one_of_them(serve: Serve, join: Join) -> None:
    """No message is left whose file is gone."""
    server = await serve()
    ada = await join(server, "ada")
    ben = await join(server, None, token=ada.token)
    for n in range(20):
        file = await upload(ada, server, content_of(100, n))
        said, _ = await asyncio.gather(
            ada.ask("say", room="lobby", text="", file=file["id"]),
            ben.ask("discard", file=file["id"]),
        )
        if said["type"] == "said":
            assert await download(ada, server, file["id"]) == content_of(100, n)


async def test_a_ban_ends_transfers_and_tickets(serve: Serve, join: Join, operate: Operate) -> None:
    """What is under way does not go on, and what was given before is worth nothing."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    said = await say_file(ada, server, GOOD)
    gets = await ben.ask("download", file=said["file"]["id"])
    sends = await ticket(ben, "b", 5)
    running = await ticket(ben, "c", len(GOOD))
    wire = await begin(server, "store", running["ticket"])
    await wire.expect("ready")
    operator = await operate(server)
    assert (await operator.ask("ban", account=ben.account))["type"] == "done"
    wire.send_bytes(GOOD)
    assert (await wire.frame())["code"] == "banned"
    assert await fetch(server, gets["ticket"]) == "banned"
    begun = await begin(server, "store", sends["ticket"])
    assert (await send_rest(begun, b"hello"))["code"] == "banned"


async def test_a_device_that_is_signed_out_moves_nothing(serve: Serve, join: Join) -> None:
    """Its tickets end with it; those of the account's other devices do not."""
    server = await serve()
    ada = await join(server, "ada", token=fresh_token(), password="correct horse", register=True)
    said = await say_file(ada, server, GOOD)
    other = await join(server, "ada", token=fresh_token(), password="correct horse")
    gets = await other.ask("download", file=said["file"]["id"])
    mine = await ada.ask("download", file=said["file"]["id"])
    devices = (await ada.ask("devices"))["devices"]
    (gone,) = [one["id"] for one in devices if not one.get("mine")]
    assert (await ada.ask("revoke", device=gone))["type"] == "done"
    assert await fetch(server, gets["ticket"]) == "bad_credentials"
    assert await fetch(server, mine["ticket"]) == GOOD


async def test_asking_to_send_costs_what_a_message_does(serve: Serve, join: Join) -> None:
    """Who asks for many waits as who says much; nothing is refused."""
    server = await serve(message_burst=3, messages_per_s=0.001)
    ada = await join(server, "ada")
    for _ in range(3):
        assert (await ticket(ada, "a", 5))["type"] == "ticket"
    ada.send("upload", room="lobby", name="a", size=5)
    ben = await join(server, "ben")
    assert (await ticket(ben, "a", 5))["type"] == "ticket"
    assert (await server._hub._store.files.taken(ada.account)).unsaid == 3
