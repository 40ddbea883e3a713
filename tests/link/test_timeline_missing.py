"""A timeline has a line where the server cannot read a message."""

from __future__ import annotations

from asynchat.link.timeline import DAMAGED, Timeline
from asynchat.messages import Page, Said


def said(seq: int) -> Said:
    return Said(
        seq=seq,
        time=1_000 + seq,
        room="lobby",
        account="u1",
        sender="ada",
        id=f"i{seq}",
        text=f"text {seq}",
        reply_to=None,
    )


def page(*seqs: int) -> Page:
    events = tuple(map(said, seqs))
    return Page(re="", room="lobby", events=events, later=(), more=True)


def texts(timeline: Timeline) -> list[str]:
    return [line.text for line in timeline.lines]


def test_it_stands_between_the_lines_around_it() -> None:
    """With the page that reaches over it, once, and never where other lines are still to come."""
    missing = {3, 7, 20}
    timeline = Timeline("me", "me", missing)
    assert timeline.show_missing(newest=True) == []
    splices = timeline.add_history(page(5, 6, 8), complete=False)
    assert texts(timeline) == ["text 5", "text 6", DAMAGED, "text 8"]
    assert splices[-1].index == 2
    assert timeline.lines[2].time == timeline.lines[3].time
    timeline.add_history(page(1, 2, 4), complete=False)
    assert [line.seq for line in timeline.lines] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert timeline.show_missing() == []


def test_the_ends_of_a_room_are_ends() -> None:
    """Before the oldest line where nothing older is, and after the newest where that is known."""
    timeline = Timeline("me", "me", {1, 9})
    timeline.add_history(page(2, 3), complete=True)
    assert texts(timeline) == [DAMAGED, "text 2", "text 3"]
    (splice,) = timeline.show_missing(newest=True)
    assert (splice.index, texts(timeline)[3]) == (3, DAMAGED)
    timeline.take(said(10))
    assert texts(timeline)[3:] == [DAMAGED, "text 10"]


def test_what_is_forgotten_comes_back_with_its_page() -> None:
    """Lines that are far up are let go, those about damage as well."""
    timeline = Timeline("me", "me", {2})
    timeline.add_history(page(1, 3, 4), complete=False)
    timeline.forget_older(1)
    timeline.add_history(page(1, 3), complete=False)
    assert texts(timeline) == ["text 1", DAMAGED, "text 3", "text 4"]
