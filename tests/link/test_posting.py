"""Posting and sending texts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.messages import (
    Said,
)
from tests.link.seeing import log_of, said_until

if TYPE_CHECKING:
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def test_a_reply_waits_in_the_outbox_like_anything_else(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """What a posted text replies to is kept with it."""
    ada = await enter(await serve())
    one = await ada.send("lobby", "one")
    assert ada.post("lobby", "two", reply_to=one.seq).reply_to == one.seq
    await until(lambda: not ada.outbox)
    page = await ada.history("lobby", limit=1)
    assert isinstance(page.events[0], Said)
    assert page.events[0].reply_to == one.seq


async def test_what_was_posted_before_the_start_goes_after_it(serve: Serve, enter: Enter) -> None:
    """The outbox takes texts before there is a connection, and sends them in order."""
    client = await enter(await serve(), start=False)
    for number in range(3):
        client.post("lobby", str(number))
    assert [entry.text for entry in client.outbox] == ["0", "1", "2"]
    await client.start()
    await client.send("lobby", "end")
    assert await log_of(client) == ["0", "1", "2", "end"]


async def test_what_is_said_is_cleaned_first(serve: Serve, enter: Enter) -> None:
    """A text loses its control characters before it goes into the outbox."""
    client = await enter(await serve())
    entry = client.post("lobby", "a\r\nb\x1b")
    assert entry.text == "a\nb"
    assert (await client.send("lobby", "\x07c")).text == "c"


async def test_what_can_never_go_is_never_told(serve: Serve, enter: Enter) -> None:
    """A text for a room that no frame can name is an error, and nobody sees it as *sending*."""
    client = await enter(await serve())
    heard: list[notices.Notice] = []
    client.subscribe(heard.append)
    for room in ("\ud800", "r" * 70_000):
        with pytest.raises(ChatError):
            client.post(room, "hi")
    assert not any(isinstance(notice, notices.Posted) for notice in heard)
    assert client.outbox == ()


async def test_the_outbox_is_bounded(serve: Serve, enter: Enter, proxy: Proxy) -> None:
    """What does not fit into the outbox is refused, and what is in it goes."""
    proxy.lead_to(await serve())
    client = await enter(proxy, outbox_entries=3)
    await client.who()
    proxy.deaf = True
    for number in range(3):
        client.post("lobby", str(number))
    with pytest.raises(ChatError) as caught:
        client.post("lobby", "too much")
    assert caught.value.code == "outbox_full"
    assert len(client.outbox) == 3
    proxy.deaf = False
    proxy.cut()
    assert await said_until(client, "2") == ["0", "1", "2"]


async def test_send_is_bounded_if_asked(serve: Serve, enter: Enter, proxy: Proxy) -> None:
    """Where no acknowledgement comes in time `send` raises, and the text is not sent again."""
    proxy.lead_to(await serve())
    client = await enter(proxy, start=False)
    with pytest.raises(ChatError) as caught:
        await client.send("lobby", "never sent", timeout_s=0.01)
    assert caught.value.code == "no_answer"
    assert client.outbox == ()
    await client.start()
    await client.send("lobby", "sent")
    assert await log_of(client) == ["sent"]


async def test_a_send_that_is_cancelled_is_not_sent_again(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """Who stops waiting for `send` takes the text out of the outbox."""
    client = await enter(await serve(), start=False)
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(client.send("lobby", "never mind"))
        await until(lambda: client.outbox)
        sending.cancel()
    assert client.outbox == ()
