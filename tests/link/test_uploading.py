"""Sending a file: what is sent is what was meant, and it is said once."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.kept_transfers import save
from asynchat.messages import Said
from tests.link.moving import CONTENT, failure, within

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def test_a_file_that_changes_is_not_sent_as_two_halves(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """What was sent of it does not go with what it is now."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    transfer = ada.send_file(source, room="lobby")
    await until(lambda: transfer.done > 0)
    transfer.pause()
    source.write_bytes(CONTENT[::-1])
    transfer.resume()
    assert await failure(transfer) == "file_changed"


async def test_a_message_that_is_refused_fails_the_file(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """The file went over, and could not be said any more."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    await ada.create("den")
    transfer = ada.send_file(source, room="den")
    await until(lambda: transfer.done > 0)
    await ada.leave("den")
    assert await failure(transfer) == "not_a_member"
    assert [failed.entry.file for failed in ada.failed] == [transfer.file]


async def captions(client: Client, room: str = "lobby") -> list[str]:
    """Return what was said with files."""
    page = await client.history(room)
    return [event.text for event in page.events if isinstance(event, Said) and event.file]


@pytest.mark.parametrize("more", [b"another line\n", None], ids=["grows", "shrinks"])
async def test_a_file_that_changes_while_it_is_sent_is_told(
    serve: Serve, enter: Enter, source: Path, until: Until, more: bytes | None
) -> None:
    """It is not sent as half of two files; tried again, it goes as it is now."""
    server = await serve(file_rate_bytes_per_s=2_000_000)
    ada = await enter(server)
    transfer = ada.send_file(source, room="lobby")
    await until(lambda: transfer.done > 0)
    begun = transfer.kept.begun or ""
    if more is None:
        os.truncate(source, 1_000_000)
    else:
        with source.open("ab") as stream:
            stream.write(more)
    assert await failure(transfer) == "file_changed"
    transfer.resume()
    assert (await within(transfer)).size == source.stat().st_size
    assert await server._hub._store.files.get(begun) is None


@pytest.mark.parametrize("moment", [notices.Posted, notices.Acknowledged])
async def test_who_is_killed_says_a_file_once(
    serve: Serve, enter: Enter, source: Path, until: Until, moment: type[notices.Notice]
) -> None:
    """Whenever it ends after the file is there, the next start says it, under the same id."""
    server = await serve()
    mine, left = source.with_name("mine"), source.with_name("left")
    ada = await enter(server, data=mine)

    def take(notice: notices.Notice) -> None:
        if isinstance(notice, moment):
            # What a kill would leave; what is about to get its name may get it meanwhile.
            shutil.copytree(mine, left, ignore=shutil.ignore_patterns("*.new"))

    end = ada.subscribe(take)
    await within(ada.send_file(source, room="lobby", caption="once"))
    end()
    await ada.close()
    again = await enter(server, data=left)
    await until(lambda: [one.state for one in again.transfers] == ["done"])
    assert await captions(again) == ["once"]


async def test_what_the_outbox_has_is_not_posted_twice(
    serve: Serve, enter: Enter, proxy: Proxy, source: Path, until: Until
) -> None:
    """A message that was on its way goes on by itself, and its transfer with it."""
    server = await serve()
    proxy.lead_to(server)
    mine = source.with_name("mine")
    ada = await enter(proxy, data=mine)

    def cut(notice: notices.Notice) -> None:
        if isinstance(notice, notices.Posted):
            proxy.lead_to("asynchat://127.0.0.1:1?tls=no")
            proxy.cut()

    ada.subscribe(cut)
    transfer = ada.send_file(source, room="lobby", caption="once")
    await until(lambda: transfer.state == "saying" and ada.connection.phase != "online")
    await ada.close()
    proxy.lead_to(server)
    again = await enter(proxy, data=mine, start=False)
    posted: list[str] = []

    def count(notice: notices.Notice) -> None:
        if isinstance(notice, notices.Posted):
            posted.append(notice.entry.text)

    again.subscribe(count)
    await again.start(timeout_s=10)
    await until(lambda: [one.state for one in again.transfers] == ["done"])
    assert posted == await captions(again) == ["once"]


async def test_what_failed_before_a_kill_fails_once(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """Where its transfer goes on, the message is there once, and not once more."""
    server = await serve(file_rate_bytes_per_s=2_000_000)
    mine = source.with_name("mine")
    ada = await enter(server, data=mine)
    await ada.create("den")
    transfer = ada.send_file(source, room="den")
    await until(lambda: transfer.done > 0)
    await ada.leave("den")
    assert await failure(transfer) == "not_a_member"
    place = ada._outbox.place
    assert place is not None
    await ada.close()
    save(place, [transfer.kept])  # as a kill before it was written anew leaves it
    again = await enter(server, data=mine, start=False)
    told: list[type] = []
    again.subscribe(lambda notice: told.append(type(notice)))
    await again.start(timeout_s=10)
    await until(lambda: [one.state for one in again.transfers] == ["failed"])
    assert len(again.failed) == 1
    shown = [kind for kind in told if kind in {notices.Failed, notices.Discarded, notices.Posted}]
    assert shown == [notices.Failed, notices.Discarded, notices.Posted, notices.Failed]


async def test_a_message_that_failed_and_is_posted_again_ends_the_transfer(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """By itself, or by its transfer: nothing is sent twice, and it is said once."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    await ada.create("den")
    one, two = (ada.send_file(source, room="den", caption=said) for said in ("one", "two"))
    await until(lambda: one.done > 0 and two.done > 0)
    await ada.leave("den")
    assert await failure(one) == await failure(two) == "not_a_member"
    await ada.join("den")
    files = one.file, two.file
    assert ada.failed[0].entry.file in files
    first = next(failed.entry for failed in ada.failed if failed.entry.file == one.file)
    ada.retry(first.id)
    assert one.state == "saying"
    two.resume()
    assert (await within(one), await within(two)) == files
    assert sorted(await captions(ada, "den")) == ["one", "two"]
    assert not ada.failed


async def test_what_cannot_be_said_is_not_sent(serve: Serve, enter: Enter, source: Path) -> None:
    """A caption that is too long, a room that no frame can name."""
    ada = await enter(await serve())
    for room, caption, code in (
        ("lobby", "x" * 5_000, "text_too_long"),
        ("\udce9", "", "bad_request"),
    ):
        with pytest.raises(ChatError) as caught:
            ada.send_file(source, room=room, caption=caption)
        assert caught.value.code == code
    with pytest.raises(ChatError):
        ada.fetch_file("\udce9", source.parent)
    assert len(ada.transfers) == 0
