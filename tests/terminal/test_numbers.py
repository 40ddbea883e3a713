"""The numbers by which messages are called."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.messages import Edited, Page, Pinned, Reacted, Redacted, Said, Tally
from asynchat.terminal.numbers import Numbers


def event(kind: type[Any], seq: int, account: str = "u1", **fields: object) -> Any:
    """Return an event of the lobby."""
    return kind(seq=seq, time=1, room="lobby", account=account, sender="ada", id=None, **fields)


def said(seq: int, text: str = "hello", *, redacted: bool = False) -> Said:
    return Said(
        seq=seq,
        time=1,
        room="lobby",
        account="u1",
        sender="ada",
        id=None,
        text=text,
        reply_to=None,
        redacted=redacted,
    )


def page(*events: Said, later: tuple[Any, ...] = (), **fields: Any) -> Page:
    return Page(re="", room="lobby", events=events, later=later, more=False, **fields)


def test_each_message_keeps_its_number() -> None:
    """Numbers count up from 1; what is shown a second time has the number it had."""
    numbers = Numbers()
    assert [numbers.add(said(seq)).number for seq in (7, 9, 7, 3)] == [1, 2, 1, 3]
    assert [one.seq for one in numbers.newest()] == [9, 7, 3]
    found = numbers.get(2)
    assert found is not None
    assert found == numbers.of(9)
    assert numbers.get(4) is None


def test_a_number_is_not_given_twice() -> None:
    """After another history began nothing is known, and numbers go on."""
    numbers = Numbers()
    numbers.add(said(1))
    numbers.clear()
    assert numbers.get(1) is None
    assert numbers.add(said(1)).number == 2


def test_numbers_are_bounded() -> None:
    """The first to be numbered give way, and what became of them is not kept."""
    numbers = Numbers(max_numbers=2)
    late = event(Pinned, 4, about=1, on=True)
    numbers.add_page(page(said(1), said(2), said(3), later=(late,), counted=4))
    assert [one.seq for one in numbers.newest()] == [3, 2]
    assert numbers.get(1) is None
    assert numbers.take(event(Redacted, 4, about=1)) is None
    numbers.take(event(Pinned, 5, about=2, on=True))
    assert numbers._annotations.get(2) is not None
    numbers.add(said(6))
    assert numbers._annotations.get(2) is None


def test_what_becomes_of_a_message_is_known() -> None:
    """Edits, reactions and pins change it; each tells what it is then."""
    numbers = Numbers()
    numbers.add(said(1))
    edited = numbers.take(event(Edited, 2, about=1, text="hello, all"))
    assert edited is not None
    assert (edited.text, edited.edited) == ("hello, all", True)
    numbers.take(event(Reacted, 3, "u2", about=1, emoji="👍", on=True))
    reacted = numbers.take(event(Reacted, 4, "u3", about=1, emoji="👍", on=True))
    assert reacted is not None
    assert (reacted.count("👍"), reacted.count("🎉")) == (2, 0)
    pinned = numbers.take(event(Pinned, 5, about=1, on=True))
    assert pinned is not None
    assert pinned.pinned
    again = numbers.add(said(1))
    assert (again.text, again.edited, again.pinned, again.count("👍")) == (
        "hello, all",
        True,
        True,
        2,
    )


def test_a_deleted_message_stays_deleted() -> None:
    """Its text is gone, also where an old copy of it comes by, and it is offered no more."""
    numbers = Numbers()
    numbers.add(said(1, "secret"))
    deleted = numbers.take(event(Redacted, 2, about=1))
    assert deleted is not None
    assert (deleted.deleted, deleted.text) == (True, "")
    assert numbers.take(event(Redacted, 2, about=1)) is None
    assert numbers.add(said(1, "secret")).text == ""
    assert list(numbers.newest()) == []
    assert numbers.add(said(3, "", redacted=True)).deleted
    numbers.add(said(4, "secret"))
    # A page may know of it before the stream tells.
    assert numbers.add(said(4, "", redacted=True)).text == ""


def test_a_page_tells_what_its_messages_are_now() -> None:
    """What a page brings beside its messages is in them, and the stream does not repeat it."""
    numbers = Numbers()
    later = (
        event(Edited, 3, about=1, text="new"),
        event(Pinned, 4, about=1, on=True),
        event(Reacted, 5, "u2", about=2, emoji="👍", on=True),
    )
    tallies = (Tally(about=2, emoji="👍", count=1),)
    numbers.add_page(page(said(1), said(2), later=later, reactions=tallies, counted=5))
    first, second = numbers.get(1), numbers.get(2)
    assert first is not None
    assert second is not None
    assert (first.text, first.pinned, second.count("👍")) == ("new", True, 1)
    assert [numbers.take(one) for one in later] == [None, None, None]
    more = numbers.take(event(Reacted, 6, "u3", about=2, emoji="👍", on=True))
    assert more is not None
    assert more.count("👍") == 2


@pytest.mark.parametrize(
    "old", [event(Pinned, 2, about=1, on=True), event(Edited, 2, about=1, text="old")]
)
def test_what_a_page_has_left_behind_is_not_told(old: Any) -> None:
    """What happened before the page was read, and the stream brings late, is no news."""
    numbers = Numbers()
    numbers.add_page(page(said(1), counted=3))
    assert numbers.take(old) is None


def test_the_newest_are_those_of_a_room_or_an_account() -> None:
    """One may ask for what one said oneself in the open room."""
    numbers = Numbers()
    for seq, account in ((1, "u1"), (2, "u2"), (3, "u1")):
        numbers.add(event(Said, seq, account, text="x", reply_to=None))
    assert [one.seq for one in numbers.newest(room="lobby", account="u1")] == [3, 1]
    assert [one.seq for one in numbers.newest(room="dev")] == []


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from("serdp")), max_size=40))
def test_in_any_order_a_number_means_one_message(steps: list[tuple[int, str]]) -> None:
    """Whatever is said and becomes of it, number and seq lead to the same message."""
    numbers = Numbers(max_numbers=3)
    for place, (about, kind) in enumerate(steps):
        seq = place + 10
        match kind:
            case "s":
                numbers.add(said(about))
            case "e":
                numbers.take(event(Edited, seq, about=about, text="new"))
            case "r":
                numbers.take(event(Reacted, seq, f"u{seq}", about=about, emoji="x", on=True))
            case "d":
                numbers.take(event(Redacted, seq, about=about))
            case "p":
                numbers.take(event(Pinned, seq, about=about, on=seq % 2 == 0))
        found = list(numbers.newest())
        assert len(found) <= 3
        assert all(numbers.get(one.number) == numbers.of(one.seq) == one for one in found)
        assert not any(one.deleted for one in found)
