"""What a person types to search, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.link.searching import Sought, hits_of, parse_search, search
from asynchat.messages import Edited, Found, Said, Search
from tests.serving import Serve, connect, join, serve, start_process

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Serve", "connect", "join", "serve", "start_process"]

DAY = round(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)


def said(seq: int, text: str) -> Said:
    """Return a message."""
    return Said(
        seq=seq, time=DAY, room="den", account="a1", sender="ada", id=None, text=text, reply_to=None
    )


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("tea cup", Sought("tea cup")),
        ('"from:ada tea" cup', Sought('"from:ada tea" cup')),
        ("FROM:@ada tea", Sought("tea", name="ada")),
        ("in:#Den in:", Sought("in:", room="den")),
        ("has:link has:pdf to:ben", Sought("has:pdf to:ben", link=True)),
        ("before:2026-11-20 tea", Sought("tea", until=DAY)),
        ("after:2026-11-20", Sought(since=DAY)),
        ("after:1960-01-01", Sought(since=0)),
        ("", Sought()),
    ],
)
def test_operators_narrow_it_down_and_all_else_is_words(typed: str, sought: Sought) -> None:
    """Names, rooms, days and links; what is no operator, or stands in quotes, is searched for."""
    assert parse_search(typed, UTC) == sought


def test_days_are_those_of_the_person() -> None:
    """A day begins at midnight where he is."""
    zone = timezone(timedelta(hours=2))
    assert parse_search("after:2026-11-20", zone).since == DAY - 2 * 3_600_000
    assert abs((parse_search("after:2026-11-20").since or 0) - DAY) < 24 * 3_600_000


@pytest.mark.parametrize(
    ("typed", "code"),
    [("before:soon", "bad_request"), ("after:2026-13-01", "bad_request"), ("in:a/b", "bad_room")],
)
def test_what_cannot_be_meant_is_told(typed: str, code: str) -> None:
    """A day that is none, and a room that can be none."""
    with pytest.raises(ChatError) as caught:
        parse_search(typed)
    assert caught.value.code == code


@given(st.text())
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    """Nothing else is raised."""
    try:
        parse_search(typed)
    except ChatError as error:
        assert error.code in {"bad_request", "bad_room"}  # noqa: PT017


def test_hits_have_the_text_of_now() -> None:
    """The newest edit's, with the words marked."""
    edit = Edited(
        seq=9, time=DAY, room="den", account="a1", sender="ada", id=None, about=2, text="more tea"
    )
    found = Found(re="x", events=(said(3, "no"), said(2, "tea")), later=(edit,))
    first, second = hits_of(found, "te")
    assert (first.text, first.marks) == ("no", ())
    assert (second.seq, second.text, second.marks) == (2, "more tea", ((5, 8),))


async def test_a_search_goes_on_until_something_is_found() -> None:
    """Each answer takes a bounded time, and may be empty; in the end the person decides."""
    asked: list[Search] = []

    async def ask(query: Search) -> Found:
        asked.append(query)
        events = (said(1, "tea"),) if query.before == 7 else ()
        return Found(re=query.id, events=events, next=(query.before or 10) - 1)

    found = await search(ask, "tea", account="a1", room="den", before=None, limit=5)
    assert [hit.seq for hit in found.hits] == [1]
    assert found.next == 6
    assert [query.before for query in asked] == [None, 9, 8, 7]
    found = await search(ask, "from:me", account="a1", room=None, before=6000, limit=5)
    assert (found.hits, found.next) == ((), 5980)
    assert (asked[-1].account, asked[-1].name) == ("a1", None)


async def test_an_answer_that_is_none_is_refused() -> None:
    """A server that answers with something else is told apart."""

    async def ask(query: Search) -> object:
        return said(1, "tea")

    with pytest.raises(ChatError) as caught:
        await search(ask, "tea", account=None, room=None, before=None, limit=5)
    assert caught.value.code == "bad_frame"


async def test_a_client_finds_what_was_said(serve: Serve, tmp_path: Path) -> None:
    """Through a real server, by words, name and room; and goes there."""
    from asynchat.link.client import Client

    server = await serve()
    async with Client(server.address, name="ada", data=tmp_path) as client:
        seqs = [(await client.send("lobby", f"tea {number}")).seq for number in range(30)]
        found = await client.search("TE in:lobby from:ada", limit=5)
        assert [hit.seq for hit in found.hits] == seqs[:-6:-1]
        older = await client.search("TE in:lobby from:me", before=found.next, room="den")
        assert [hit.seq for hit in older.hits] == seqs[-6:-26:-1]
        page = await client.history("lobby", around=older.hits[-1].seq, limit=3)
        assert seqs[5] in [event.seq for event in page.events]
        with pytest.raises(ChatError) as caught:
            await client.search("from:nobody")
        assert caught.value.code == "no_such_person"
