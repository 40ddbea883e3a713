"""Files that come and go over real sockets: whole, resumed, limited, and for members only."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from asynchat.store.blobs import Blobs
from asynchat.store.sqlite import SqliteStore
from tests.failing_store import FailingStore
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
from tests.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Join, Operate, Serve, StartProcess

CONTENT = content_of(700_001)
HASH = sha256(CONTENT).hexdigest()


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    """Whether servers speak TLS."""
    return bool(request.param)


@pytest.fixture
async def server(serve: Serve) -> Server:
    """Give a server."""
    return await serve()


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


def on_disk(server: Server) -> set[str]:
    """Return the names of what a server has on disk."""
    return {name for name, _ in Blobs(server._settings.data).names()}


async def test_a_file_goes_from_one_to_the_others(server: Server, join: Join) -> None:
    """What is sent is on disk under its hash, is said once whole, and arrives byte for byte."""
    ada, ben = await join(server, "ada"), await join(server, "ben")
    file = await upload(ada, server, CONTENT, "../../report.pdf")
    assert file == {
        "id": file["id"],
        "name": "report.pdf",
        "size": len(CONTENT),
        "type": "application/octet-stream",
        "sha256": HASH,
        "warning": "This is no .pdf file, though its name ends so.",
    }
    assert on_disk(server) == {HASH}
    assert await download(ben, server, file["id"]) == "no_such_file"
    said = await ada.ask("say", room="lobby", text="look", file=file["id"])
    assert said["file"] == file
    heard = await ben.expect("said")
    assert (heard["text"], heard["file"]) == ("look", file)
    assert await download(ben, server, file["id"]) == CONTENT
    assert await download(ben, server, file["id"], 700_000) == CONTENT[700_000:]
    assert await download(ben, server, file["id"], 700_001) == b""
    assert await download(ben, server, file["id"], 700_002) == "bad_request"


async def test_an_empty_file_is_a_file(server: Server, join: Join) -> None:
    """It has no bytes, and all else."""
    ada = await join(server, "ada")
    said = await say_file(ada, server, b"", "nothing.txt")
    assert said["file"]["size"] == 0
    assert await download(ada, server, said["file"]["id"]) == b""


async def test_one_connection_moves_one_file_after_the_other(server: Server, join: Join) -> None:
    """Each with a ticket of its own; pieces of frames and bytes may come in one packet."""
    ada = await join(server, "ada")
    first = await ticket(ada, "a", 5)
    second = await ticket(ada, "b", 3)
    wire = await begin(server, "store", first["ticket"])
    await wire.expect("ready")
    wire.send_bytes(b"hello")
    wire.send("sent", sha256=sha256(b"hello").hexdigest())
    wire.send("store", ticket=second["ticket"])
    assert (await wire.expect("stored"))["file"]["size"] == 5
    await wire.expect("ready")
    wire.send_bytes(b"abc")
    wire.send("sent", sha256=sha256(b"abc").hexdigest())
    file = (await wire.expect("stored"))["file"]["id"]
    await ada.ask("say", room="lobby", text="", file=file)
    for _ in range(2):
        given = await ada.ask("download", file=file)
        wire.send("fetch", ticket=given["ticket"])
        await wire.expect("ready")
        assert await wire.reader.readexactly(3) == b"abc"
    wire.send("ping")
    assert (await wire.frame())["code"] == "bad_request"
    assert await wire.rest() == []


async def test_a_cut_upload_goes_on_where_it_was(server: Server, join: Join, until: Until) -> None:
    """Another ticket tells how much there is; only the rest is sent."""
    ada = await join(server, "ada")
    given = await ticket(ada, "a.bin", len(CONTENT))
    assert "offset" not in given
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(CONTENT[:400_000])
    part = Blobs(server._settings.data)
    await until(lambda: part.begun(given["file"]) >= 256 * 1024)
    wire.cut()
    await until(lambda: not server._hub.transfers.under_way)
    again = await ticket(ada, "a.bin", len(CONTENT), file=given["file"])
    assert again["offset"] == part.begun(given["file"]) > 0
    wire = await begin(server, "store", again["ticket"])
    assert (await send_rest(wire, CONTENT))["file"]["sha256"] == HASH
    wire.cut()


async def test_who_comes_again_takes_the_file_over(server: Server, join: Join) -> None:
    """A connection that hangs does not keep the next one from going on with the file."""
    ada = await join(server, "ada")
    given = await ticket(ada, "a.bin", len(CONTENT))
    hangs = await begin(server, "store", given["ticket"])
    await hangs.expect("ready")
    again = await ticket(ada, "a.bin", len(CONTENT), file=given["file"])
    wire = await begin(server, "store", again["ticket"])
    assert (await send_rest(wire, CONTENT))["type"] == "stored"
    hangs.send_bytes(CONTENT)
    assert (await hangs.frame())["code"] == "bad_ticket"
    wire.cut()
    hangs.cut()


async def test_who_missed_the_answer_gets_it_again(server: Server, join: Join) -> None:
    """A file that is stored is told once more, to who still knows its hash."""
    ada = await join(server, "ada")
    file = await upload(ada, server, CONTENT)
    for sent, answer in ((HASH, "stored"), ("00", "error")):
        given = await ticket(ada, "a.bin", len(CONTENT), file=file["id"])
        assert given["offset"] == len(CONTENT)
        wire = await begin(server, "store", given["ticket"])
        assert (await wire.frame())["offset"] == len(CONTENT)
        wire.send("sent", sha256=sent)
        assert (await wire.frame())["type"] == answer
        wire.cut()
    given = await ticket(ada, "a.bin", 5, file=file["id"])
    assert given["code"] == "no_such_file"


async def test_what_is_not_whole_is_not_kept(server: Server, join: Join) -> None:
    """Another hash than the one that was sent drops the part, and it begins anew."""
    ada = await join(server, "ada")
    given = await ticket(ada, "a.bin", 5)
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(b"hallo")
    wire.send("sent", sha256=sha256(b"hello").hexdigest())
    assert (await wire.frame())["code"] == "not_whole"
    assert await wire.rest() == []
    assert on_disk(server) == set()
    again = await ticket(ada, "a.bin", 5, file=given["file"])
    assert "offset" not in again
    wire = await begin(server, "store", again["ticket"])
    assert (await send_rest(wire, b"hello"))["type"] == "stored"
    wire.cut()


async def test_more_than_was_promised_is_no_file(server: Server, join: Join) -> None:
    """What comes where the hash should stand ends the connection; the part can be gone on with."""
    ada = await join(server, "ada")
    given = await ticket(ada, "a.bin", 5)
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(b"hello, world")
    wire.send_bytes(b"\n")
    assert (await wire.frame())["code"] == "bad_frame"
    other = await ticket(ada, "a.bin", 5, file=given["file"])
    assert other["offset"] == 5
    wire = await begin(server, "store", other["ticket"])
    await wire.expect("ready")
    wire.send("fetch", ticket="x")
    assert (await wire.frame())["code"] == "bad_request"


async def test_a_ticket_is_good_once_and_for_one_thing(server: Server, join: Join) -> None:
    """Used, for the other direction, made up: all are refused alike, with one sentence."""
    ada, ben = await join(server, "ada"), await join(server, "ben")
    said = await say_file(ada, server, CONTENT)
    given = await ben.ask("download", file=said["file"]["id"])
    assert await fetch(server, given["ticket"]) == CONTENT
    sends = await ticket(ada, "b", 3)
    gets = await ada.ask("download", file=said["file"]["id"])
    texts = set()
    for kind, tried in (
        ("fetch", given["ticket"]),
        ("fetch", sends["ticket"]),
        ("store", gets["ticket"]),
        ("fetch", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("store", ""),
        ("fetch", "\ud800"),
    ):
        wire = await begin(server, kind, tried)
        refused = await wire.frame()
        assert refused["code"] in {"bad_ticket", "bad_frame"}
        if refused["code"] == "bad_ticket":
            texts.add(refused["text"])
        assert await wire.rest() == []
    assert len(texts) == 1


async def test_another_cannot_touch_ones_files(server: Server, join: Join) -> None:
    """To go on with, give up or say another's file is refused as if there were none."""
    ada, ben = await join(server, "ada"), await join(server, "ben")
    given = await ticket(ada, "a", 3)
    file = await upload(ada, server, b"abc")
    for wanted in (given["file"], file["id"], "nosuch"):
        for asked in (
            ticket(ben, "a", 3, file=wanted),
            ben.ask("discard", file=wanted),
            ben.ask("download", file=wanted),
            ben.ask("say", room="lobby", text="x", file=wanted),
        ):
            assert (await asked)["code"] == "no_such_file"


async def test_a_file_is_said_once(server: Server, join: Join) -> None:
    """A second message cannot offer it, the same request again can; in no other room either."""
    ada = await join(server, "ada")
    await ada.ask("create", room="den")
    file = (await upload(ada, server, b"abc"))["id"]
    assert (await ada.ask("say", room="den", text="", file=file))["code"] == "no_such_file"
    said = await ada.ask("say", id="s1", room="lobby", text="", file=file)
    assert (await ada.ask("say", room="lobby", text="", file=file))["code"] == "no_such_file"
    again = await ada.ask("say", id="s1", room="lobby", text="", file=file)
    assert (again["type"], again["seq"]) == ("done", said["seq"])


async def test_two_messages_at_once_do_not_share_a_file(server: Server, join: Join) -> None:
    """Of two that are judged together one is refused."""
    ada = await join(server, "ada")
    file = (await upload(ada, server, b"abc"))["id"]
    ids = [ada.send("say", room="lobby", text=str(n), file=file) for n in range(2)]
    assert [(await ada.answer(one))["type"] for one in ids] == ["said", "error"]


async def test_a_file_that_was_given_up_is_gone(server: Server, join: Join) -> None:
    """Half or whole; who still sends it is told, and its room is free again."""
    ada = await join(server, "ada")
    given = await ticket(ada, "a", len(CONTENT))
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    assert (await ada.ask("discard", file=given["file"]))["type"] == "done"
    wire.send_bytes(CONTENT)
    assert (await wire.frame())["code"] == "bad_ticket"
    whole = await upload(ada, server, b"abc")
    assert (await ada.ask("discard", file=whole["id"]))["type"] == "done"
    assert (await ada.ask("discard", file=whole["id"]))["code"] == "no_such_file"
    await server._hub.storage.sweep()
    assert on_disk(server) == set()


async def test_who_left_the_room_does_not_fetch(server: Server, join: Join) -> None:
    """Neither with a new ticket nor with one from before, and a stranger never could."""
    ada, ben, cyd = [await join(server, name) for name in ("ada", "ben", "cyd")]
    await ada.ask("create", room="den", private=True)
    await ada.ask("invite", room="den", name="ben")
    file = (await say_file(ada, server, CONTENT, room="den"))["file"]["id"]
    await ben.expect("said")
    assert await download(ben, server, file) == CONTENT
    before = await ben.ask("download", file=file)
    await ben.ask("leave", room="den")
    assert await fetch(server, before["ticket"]) == "no_such_file"
    assert await download(ben, server, file) == "no_such_file"
    assert await download(cyd, server, file) == "no_such_file"


async def test_who_came_later_to_a_private_room_does_not_fetch(server: Server, join: Join) -> None:
    """What was said before one's stay is not one's to read."""
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    file = (await say_file(ada, server, CONTENT, room="den"))["file"]["id"]
    await ada.ask("invite", room="den", name="ben")
    await ben.expect("joined", room="den")
    assert await download(ben, server, file) == "no_such_file"


async def test_the_file_of_a_deleted_message_is_gone(server: Server, join: Join) -> None:
    """At once for who asks, and from the disk when nothing else has the same content."""
    ada, ben = await join(server, "ada"), await join(server, "ben")
    first = await say_file(ada, server, CONTENT)
    second = await say_file(ada, server, CONTENT, "again.bin")
    before = await ben.ask("download", file=first["file"]["id"])
    await ada.ask("redact", room="lobby", about=first["seq"])
    assert await fetch(server, before["ticket"]) == "no_such_file"
    assert await download(ben, server, first["file"]["id"]) == "no_such_file"
    await server._hub.storage.sweep()
    assert await download(ben, server, second["file"]["id"]) == CONTENT
    page = await ben.ask("history", room="lobby")
    assert [event.get("file", {}).get("id") for event in page["events"] if "text" in event] == [
        None,
        second["file"]["id"],
    ]
    await ada.ask("redact", room="lobby", about=second["seq"])
    await server._hub.storage.sweep()
    assert on_disk(server) == set()


async def refusal(server: Server, join: Join, size: int, used: int = 0) -> str:
    """Return the code by which a file of a size is refused, after one of another size."""
    ada = await join(server, "ada")
    if used:
        assert (await upload(ada, server, content_of(used)))["size"] == used
    answer = await ticket(ada, "a", size)
    return str(answer.get("code", "taken"))


@pytest.mark.parametrize(("size", "code"), [(1000, "taken"), (1001, "file_too_big")])
async def test_a_file_has_so_many_bytes(serve: Serve, join: Join, size: int, code: str) -> None:
    """One more is refused before any is sent, and welcome tells how many."""
    server = await serve(file_bytes=1000)
    assert (await join(server, "ben")).welcome["limits"]["file_bytes"] == 1000
    assert await refusal(server, join, size) == code


@pytest.mark.parametrize(("size", "code"), [(300, "taken"), (301, "quota_used")])
async def test_the_files_of_one_have_so_many_bytes(
    serve: Serve, join: Join, size: int, code: str
) -> None:
    """What one has sent counts."""
    server = await serve(account_files_bytes=1000)
    assert await refusal(server, join, size, used=700) == code


@pytest.mark.parametrize(("size", "code"), [(300, "taken"), (301, "storage_full")])
async def test_all_files_have_so_many_bytes(serve: Serve, join: Join, size: int, code: str) -> None:
    """What others have sent counts as well."""
    server = await serve(all_files_bytes=1000)
    ben = await join(server, "ben")
    await upload(ben, server, content_of(700, seed=2))
    assert await refusal(server, join, size) == code


async def test_some_of_the_disk_is_not_for_files(serve: Serve, join: Join) -> None:
    """Where the disk has less free than that, nothing is taken, nor gone on with."""
    server = await serve()
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 5)
    server._hub.transfers.disk._floor = 2**53
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(b"hello")
    assert (await wire.frame())["code"] == "storage_full"
    assert on_disk(server) == set()
    other = await serve(free_disk_bytes=2**53, data=server._settings.data.parent / "b")
    assert await refusal(other, join, 1) == "storage_full"


async def test_a_silent_transfer_is_cut_off(serve: Serve, join: Join, until: Until) -> None:
    """Who sends nothing, and who takes nothing, holds no connection for ever."""
    server = await serve()
    ada = await join(server, "ada")
    file = (await say_file(ada, server, content_of(20_000_000)))["file"]["id"]
    short = {"transfer_timeout_s": 0.05, "lagging_timeout_s": 0.05}
    server._door.change(replace(server._settings, **short))
    given = await ticket(ada, "a", 5)
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    assert await wire.rest() == []
    got = await ada.ask("download", file=file)
    deaf = await begin(server, "fetch", got["ticket"])
    deaf.pause()
    await until(lambda: server._door._open == 1)
    deaf.cut()


async def test_a_server_that_stops_waits_for_no_transfer(
    serve: Serve, join: Join, until: Until
) -> None:
    """What arrived so far stays for the next start, over which the file is resumed."""
    server = await serve(store=SqliteStore(_data(serve)))
    ada = await join(server, "ada")
    token = ada.token
    given = await ticket(ada, "a.bin", len(CONTENT))
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(CONTENT[:300_000])
    blobs = Blobs(server._settings.data)
    await until(lambda: blobs.begun(given["file"]) > 0)
    await serve.stop(server)
    wire.cut()
    server = await serve(store=SqliteStore(_data(serve)))
    ada = await join(server, None, token=token)
    again = await ticket(ada, "a.bin", len(CONTENT), file=given["file"])
    assert again["offset"] == blobs.begun(given["file"]) > 0
    wire = await begin(server, "store", again["ticket"])
    assert (await send_rest(wire, CONTENT))["file"]["sha256"] == HASH
    wire.cut()
    said = await ada.ask("say", room="lobby", text="", file=given["file"])
    assert await download(ada, server, said["file"]["id"]) == CONTENT


def _data(serve: Serve) -> Path:
    return serve._data


async def test_a_kill_in_the_middle_loses_nothing_that_was_taken(
    start_process: StartProcess, join: Join, tls: bool
) -> None:
    """After kill -9 and a start the upload goes on from the disk, and is whole in the end."""
    process = await start_process()
    address = await process.listening()
    content = content_of(3_000_000)
    ada = await join(address, "ada")
    given = await ticket(ada, "a.bin", len(content))
    wire = await begin(address, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(content[:2_000_000])
    again = given
    while again.get("offset", 0) < 1_000_000:
        again = await ticket(ada, "a.bin", len(content), file=given["file"])
    await process.put_down()
    address = await (await start_process()).listening()
    ada = await join(address, None, token=ada.token)
    again = await ticket(ada, "a.bin", len(content), file=given["file"])
    assert again["offset"] >= 1_000_000
    wire = await begin(address, "store", again["ticket"])
    assert (await send_rest(wire, content))["type"] == "stored"
    said = await ada.ask("say", room="lobby", text="", file=given["file"])
    assert await download(ada, address, said["file"]["id"], 1_234_567) == content[1_234_567:]


@pytest.mark.allow_log_errors
async def test_a_store_that_takes_nothing_takes_no_files(serve: Serve, join: Join) -> None:
    """It is said to be read-only, before a byte is sent and after the last."""
    store = FailingStore(_data(serve))
    server = await serve(store=store)
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 5)
    store.full = True
    assert (await ticket(ada, "b", 5))["code"] == "read_only"
    wire = await begin(server, "store", given["ticket"])
    assert (await send_rest(wire, b"hello"))["code"] == "read_only"
    store.full = False
    again = await ticket(ada, "a", 5, file=given["file"])
    wire = await begin(server, "store", again["ticket"])
    assert (await send_rest(wire, b"hello"))["type"] == "stored"
    wire.cut()


async def test_a_disk_that_gives_nothing_is_told(server: Server, join: Join) -> None:
    """A file that is not there is no such file; one that cannot be read is a failing disk."""
    ada = await join(server, "ada")
    file = (await say_file(ada, server, CONTENT))["file"]["id"]
    blob = Blobs(server._settings.data).blob(HASH)
    blob.rename(blob.with_name("x"))
    assert await download(ada, server, file) == "no_such_file"
    blob.mkdir()
    assert await download(ada, server, file) == "read_only"
    blob.rmdir()


async def test_files_of_a_chat_connection_are_refused_there(server: Server, join: Join) -> None:
    """Frames of a transfer have no place in a conversation, which goes on."""
    ada = await join(server, "ada")
    for kind, fields in (("store", {}), ("fetch", {}), ("sent", {"sha256": "00"})):
        ada.send(kind, **{"ticket": "x", **fields})
        assert (await ada.expect("error"))["code"] == "bad_request"
    assert (await ada.ask("ping"))["type"] == "pong"


async def test_the_operator_sends_no_files(server: Server, operate: Operate) -> None:
    """Who is nobody's account has none."""
    operator = await operate(server)
    assert (await ticket(operator, "a", 3))["code"] == "forbidden"


async def test_a_preview_that_is_gone_is_made_anew(server: Server, join: Join) -> None:
    """A backup has none: whoever asks first after a restore has it made."""
    ada = await join(server, "ada")
    said = await say_file(ada, server, picture("PNG"), "a.png")
    file = said["file"]
    preview = await download(ada, server, file["id"], preview=True)
    blobs = Blobs(server._settings.data)
    blobs.preview(file["sha256"]).unlink()
    assert await download(ada, server, file["id"], preview=True) == preview
    assert blobs.preview(file["sha256"]).read_bytes() == preview
    blobs.preview(file["sha256"]).unlink()
    blobs.blob(file["sha256"]).unlink()
    assert await download(ada, server, file["id"], preview=True) == "no_such_file"
