"""The limits that every server has: what is exactly as long is taken, one more is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.raw_client import fresh_id

if TYPE_CHECKING:
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve

MARK = "\N{COMBINING ACUTE ACCENT}"
WIDE = "\N{CJK UNIFIED IDEOGRAPH-20000}"
"""Four bytes of UTF-8."""


@pytest.mark.parametrize("char", ["x", "é", WIDE])
async def test_a_text_has_so_many_characters(serve: Serve, join: Join, char: str) -> None:
    """4,000 of any kind are said as they are, which is never over 16 KiB; one more is too long."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("say", room="lobby", text=char * 4000))["text"] == char * 4000
    assert (await ada.ask("say", room="lobby", text=char * 4001))["code"] == "text_too_long"


async def test_a_topic_has_so_many_characters(serve: Serve, join: Join) -> None:
    """250 are taken, when a room is made and later; one more is too long."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("create", room="den", topic=WIDE * 250))["topic"] == WIDE * 250
    assert (await ada.ask("create", room="hut", topic="x" * 251))["code"] == "text_too_long"
    assert (await ada.ask("topic", room="den", text="x" * 250))["text"] == "x" * 250
    assert (await ada.ask("topic", room="den", text="x" * 251))["code"] == "text_too_long"


@pytest.mark.parametrize("char", ["x", WIDE])
async def test_a_name_has_so_many_characters(serve: Serve, connect: Connect, char: str) -> None:
    """32 are a name; one more is none."""
    wire = await connect(await serve())
    assert (await wire.hello(char * 33))["code"] == "bad_name"
    assert (await wire.hello(char * 32))["you"]["name"] == char * 32


@pytest.mark.parametrize("char", ["x", WIDE])
async def test_a_room_has_so_many_characters(serve: Serve, join: Join, char: str) -> None:
    """64 are a room's name; one more is none."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("create", room=char * 65))["code"] == "bad_room"
    assert (await ada.ask("create", room=char * 64))["room"] == char * 64


async def test_so_many_marks_stand_on_one_letter(serve: Serve, connect: Connect) -> None:
    """Eight stay in a text and are fine in a name; the ninth is taken out, and is no name."""
    wire = await connect(await serve())
    assert (await wire.hello("q" + MARK * 9))["code"] == "bad_name"
    assert (await wire.hello("q" + MARK * 8))["type"] == "welcome"
    for count in (8, 9):
        said = await wire.ask("say", room="lobby", text="q" + MARK * count)
        assert said["text"] == "q" + MARK * 8


async def test_a_token_has_so_many_characters(serve: Serve, connect: Connect) -> None:
    """256 lead back to the account; one more ends the connection."""
    server = await serve()
    first, again, long = [await connect(server) for _ in range(3)]
    assert (await first.hello("ada", token="t" * 256))["type"] == "welcome"
    assert (await again.hello(None, token="t" * 256))["you"]["name"] == "ada"
    assert (await long.hello("ben", token="t" * 257))["code"] == "bad_credentials"
    assert await long.rest() == []


async def test_an_id_has_so_many_characters(serve: Serve, join: Join) -> None:
    """64 come back with the event; one more is no id."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("say", id="i" * 64, room="lobby", text="x"))["id"] == "i" * 64
    ada.send("say", id="i" * 65, room="lobby", text="x")
    assert (await ada.expect("error"))["code"] == "bad_request"


async def test_an_integer_is_one_that_every_reader_keeps(serve: Serve, join: Join) -> None:
    """Up to 2^53 - 1 it is looked for; one more is a bad request."""
    ada = await join(await serve(), "ada")
    for field in ("before", "after", "around"):
        answer = await ada.ask("history", room="lobby", **{field: 2**53 - 1})
        assert answer["type"] == "page"
        assert (await ada.ask("history", room="lobby", **{field: 2**53}))["code"] == "bad_request"


@pytest.fixture
async def talkative(serve: Serve, join: Join) -> Wire:
    """Return somebody in a room with 501 events."""
    ada = await join(await serve(), "ada")
    await ada.ask("create", room="den")
    for n in range(500):
        ada.send("say", room="den", text=str(n))
    await ada.settle()
    return ada


@pytest.mark.parametrize(
    ("limit", "given"), [(499, 499), (500, 500), (501, 500), (2**53 - 1, 500), (None, 50)]
)
async def test_a_page_has_so_many_events(talkative: Wire, limit: int | None, given: int) -> None:
    """Up to 500 as many as were asked for, more are cut to that; where nothing is said, 50."""
    asked = {} if limit is None else {"limit": limit}
    page = await talkative.ask("history", room="den", **asked)
    assert (len(page["events"]), page["more"]) == (given, True)


@pytest.mark.parametrize(("history", "given"), [(500, 500), (501, 500), (None, 50)])
async def test_a_join_brings_so_many_events(
    talkative: Wire, history: int | None, given: int
) -> None:
    """The page of a join has the same limits."""
    asked = {} if history is None else {"history": history}
    sent = talkative.send("join", room="den", **asked)
    assert (await talkative.answer(sent))["type"] == "done"
    assert len((await talkative.answer(sent))["events"]) == given


LIST_BYTES = 112 * 1024
"""What a list may have of the 128 KiB of its frame: the rest is for what stands around it."""


@pytest.mark.parametrize("over", [0, 1])
async def test_a_page_fits_its_frame(serve: Serve, join: Join, over: int) -> None:
    """Events that fit to the byte are one page; with one byte more it stops early: `more`."""
    ada = await join(await serve(), "ada")
    await ada.ask("say", room="lobby", text="x")
    after = ada.events()[-1]["seq"]
    texts = ["x" * 4000] * 27
    for text in texts:
        ada.send("say", id=fresh_id().rjust(8, "_"), room="lobby", text=text)
    await ada.settle()
    there = sum(map(bytes_of, ada.events()[-27:]))
    besides = bytes_of(ada.events()[-1]) - 4000
    last = "x" * (LIST_BYTES - there - besides + over)
    await ada.ask("say", id=fresh_id().rjust(8, "_"), room="lobby", text=last)
    page = await ada.ask("history", room="lobby", after=after, limit=500)
    assert [event["text"] for event in page["events"]] == (texts if over else [*texts, last])
    assert page["more"] is bool(over)
    assert bytes_of(page) <= 128 * 1024


def bytes_of(frame: Frame) -> int:
    """Return how long a frame is on the wire, with its newline."""
    return len(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()) + 1
