from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.annotations import Reaction
from asynchat.link.timeline import Line, Quote, Splice
from asynchat.window.presenters.transcript import (
    FIRST_SCREEN,
    MAX_LIVE,
    TRIM_TO,
    Block,
    BlockSplice,
    TranscriptPresenter,
    merge,
)

NOON = int(datetime(2026, 3, 3, 12, 0, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000


def line(number: int, sender: str = "ada", minute: float = 0, **fields: object) -> Line:
    made = Line(
        key=f"seq-{number}",
        kind="said",
        account=f"account of {sender}",
        sender=sender,
        text=f"text {number}",
        time=int(NOON + minute * MINUTE),
        seq=number,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def presenter() -> TranscriptPresenter:
    return TranscriptPresenter(year=2026, zone=UTC)


def shown(*lines: Line) -> list[Block]:
    made = presenter()
    made.load(lines)
    return list(made.blocks)


class View:
    """Applies splices as a widget does."""

    def __init__(self, made: TranscriptPresenter) -> None:
        self.made = made
        self.blocks: list[Block] = []

    def take(self, splices: list[BlockSplice]) -> None:
        for splice in splices:
            end = splice.index + splice.removed
            assert end <= len(self.blocks)
            self.blocks[splice.index : end] = splice.added
        assert self.blocks == list(self.made.blocks)


def test_lines_of_one_sender_are_grouped_for_five_minutes() -> None:
    """Who goes on within five minutes has no second head; after that, or after another, it has."""
    blocks = shown(
        line(1), line(2, minute=4.9), line(3, minute=10), line(4, "ben", 10), line(5, "ada", 10)
    )
    assert [block.head for block in blocks] == [True, False, True, True, True]


def test_a_notice_has_no_head_and_ends_a_group() -> None:
    """What happened is no part of a group."""
    blocks = shown(line(1), line(2, kind="notice"), line(3))
    assert [block.head for block in blocks] == [True, False, True]


def test_a_renamed_sender_begins_a_group() -> None:
    """The name at that time stands above what was said under it."""
    blocks = shown(line(1), line(2, sender="eve", account="account of ada"))
    assert [block.head for block in blocks] == [True, True]


def test_each_day_has_a_separator() -> None:
    """The day stands above its first line, with the year where it is another one."""
    blocks = shown(line(1, minute=-365 * 24 * 60), line(2), line(3), line(4, minute=24 * 60))
    assert [block.day for block in blocks] == [
        "Monday, 3 March 2025",
        "Tuesday, 3 March",
        None,
        "Wednesday, 4 March",
    ]
    assert blocks[1].head
    assert blocks[1].time == "12:00"


def test_a_clock_gone_mad_is_shown_somehow() -> None:
    """A time outside the calendar breaks nothing."""
    assert shown(line(1, time=2**53 - 1))[0].time == "00:00"


def test_directions_cannot_be_overridden() -> None:
    """Bidirectional controls in a text are not shown."""
    assert shown(line(1, text="a\u202eb"))[0].text == "ab"


def test_an_older_page_takes_the_head_of_the_line_below() -> None:
    """A line that now continues a group loses head and day in the same splice."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(2)])])
    assert made.apply(Splice(0, 0, (line(1),))) == []
    (splice,) = made.grow_up(10)
    assert (splice.index, splice.removed, len(splice.added)) == (0, 1, 2)
    view.take([splice])
    assert [block.head for block in view.blocks] == [True, False]


def test_a_line_keeps_its_key_when_it_is_sent() -> None:
    """What was sending is replaced in its place by what is sent."""
    made = presenter()
    made.load([line(1), line(2, status="sending")])
    (splice,) = made.apply(Splice(1, 1, (line(2),)))
    assert (splice.index, splice.removed) == (1, 1)
    assert splice.added[0].status == "sent"


def test_a_long_room_begins_at_its_newest_lines() -> None:
    """Only the newest lines are live at first; those above come when asked for."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(n) for n in range(1000)])])
    assert len(view.blocks) == FIRST_SCREEN
    assert made.hidden_above == 1000 - FIRST_SCREEN
    view.take(made.grow_up(100))
    assert view.blocks[0].key == f"seq-{1000 - FIRST_SCREEN - 100}"


def test_the_view_is_trimmed_at_either_end() -> None:
    """More than so many blocks are never live; what goes out can come in again."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(n) for n in range(5000)])])
    while made.hidden_above:
        view.take(made.grow_up(100))
        view.take(made.trim_bottom())
        assert len(view.blocks) <= MAX_LIVE
    assert view.blocks[0].key == "seq-0"
    assert made.hidden_below == 5000 - len(view.blocks)
    # What is said meanwhile is not seen up there.
    assert made.apply(Splice(5000, 0, (line(5000),))) == []
    while made.hidden_below:
        view.take(made.grow_down(100))
        view.take(made.trim_top())
    assert view.blocks[-1].key == "seq-5000"
    assert TRIM_TO <= len(view.blocks) <= MAX_LIVE


def test_reload_goes_to_the_newest() -> None:
    """However far up the view was, it can begin anew at the newest lines."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(n) for n in range(5000)])])
    for _ in range(40):
        view.take(made.grow_up(100))
        view.take(made.trim_bottom())
    view.take([made.reload()])
    assert view.blocks[-1].key == "seq-4999"


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 6), st.integers(0, 5), st.integers(0, 6)),
        max_size=30,
    )
)
def test_any_splices_leave_view_and_lines_alike(steps: list[tuple[int, int, int, int]]) -> None:
    """After any changes the view shows what a presenter made afresh for that window would."""
    made = presenter()
    view = View(made)
    lines: list[Line] = []
    view.take([made.load([])])
    number = 0
    for where, removed, added, grow in steps:
        at = min(where, len(lines))
        removed = min(removed, len(lines) - at)  # noqa: PLW2901
        new = tuple(line(number + i, "ada" if i % 2 else "ben", number) for i in range(added))
        number += added
        lines[at : at + removed] = new
        if grow == 6:
            view.take(made.skip([Splice(at, removed, new)], 3))
            assert made.hidden_below == 0
        else:
            view.take(made.apply(Splice(at, removed, new), follow=grow != 5))
        if grow == 1:
            view.take(made.grow_up(2))
        elif grow == 2:
            view.take(made.grow_down(2))
        window = lines[made.hidden_above : len(lines) - made.hidden_below]
        fresh = presenter()
        fresh.load(window)
        assert view.blocks == list(fresh.blocks)


def test_what_is_appended_is_told_from_what_is_not() -> None:
    """Lines after all others count, in whatever company; pages and changes of lines do not."""
    made = presenter()
    made.load([line(n) for n in range(10, 20)])
    page = Splice(0, 0, (line(8), line(9)))
    edit = Splice(3, 1, (line(11),))
    one, gone, two = Splice(12, 0, (line(20),)), Splice(0, 5), Splice(8, 0, (line(21), line(22)))
    assert made.appended([page, edit]) == 0
    assert made.appended([page, edit, one, gone, two]) == 3


def test_a_view_that_does_not_follow_leaves_new_lines_outside() -> None:
    """Lines after all others wait below the window, and come into it as it grows."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(n) for n in range(5)])])
    view.take(made.apply(Splice(5, 0, (line(5), line(6))), follow=False))
    assert (len(view.blocks), made.hidden_below) == (5, 2)
    view.take(made.apply(Splice(7, 0, (line(7),))))
    assert made.hidden_below == 3
    view.take(made.grow_down(10))
    assert (view.blocks[-1].key, made.hidden_below) == ("seq-7", 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_merged_splices_do_the_same(steps: list[tuple[int, int, int]]) -> None:
    """Merging changes how often a view is changed, never into what."""
    start = [line(n) for n in range(6)]
    one, two = list(start), list(start)
    splices = []
    for number, (where, removed, added) in enumerate(steps):
        at = min(where, len(one))
        removed = min(removed, len(one) - at)  # noqa: PLW2901
        splice = Splice(at, removed, tuple(line(100 * number + n) for n in range(added)))
        splices.append(splice)
        one[at : at + removed] = splice.added
    for splice in merge(splices):
        two[splice.index : splice.index + splice.removed] = splice.added
    assert one == two


def test_a_burst_is_one_insert() -> None:
    """Lines that follow on one another are inserted at once."""
    burst = [Splice(at, 0, (line(at),)) for at in range(5, 105)]
    (merged,) = merge(burst)
    assert (merged.index, len(merged.added)) == (5, 100)


@pytest.mark.parametrize("status", ["sending", "failed"])
def test_the_status_is_the_line_s(status: str) -> None:
    """A block tells how far its line is, and why it failed."""
    (block,) = shown(line(1, status=status, error="No.", id="x"))
    assert (block.status, block.error, block.id) == (status, "No.", "x")


def test_times_are_by_the_clock_that_is_chosen() -> None:
    """Hours go to 12 for whoever writes them so."""
    made = TranscriptPresenter(year=2026, zone=UTC, twelve=True)
    made.load([line(1, minute=125)])
    assert made.blocks[0].time == "2:05 PM"


def test_what_became_of_a_message_is_in_its_block() -> None:
    """Edits, pins, deletions, reactions and quotes are drawn as the timeline tells them."""
    quote = Quote(1, "be\u202en", "two\nlines  of " + "text " * 100)
    reaction = Reaction("🎉", 2, mine=True)
    told = line(2, minute=1, edited=True, pinned=True, reactions=(reaction,), reply_to=1)
    first, second, third = shown(
        line(1), replace(told, quote=quote), line(3, minute=2, deleted=True)
    )
    assert (second.edited, second.pinned, second.reactions) == (True, True, (reaction,))
    assert (second.seq, second.reply_to) == (2, 1)
    assert second.quote is not None
    assert second.quote.sender == "ben"
    assert second.quote.text.startswith("two lines of text")
    assert len(second.quote.text) <= 200
    assert third.deleted
    # A reply begins a group: its quote stands below its sender.
    assert first.head
    assert second.head
    assert not third.head


def test_a_line_far_up_is_brought_into_the_view() -> None:
    """A line outside the window comes with those around it, one in it is just found."""
    view = View(presenter())
    view.take([view.made.load([line(n, minute=n) for n in range(2_000)])])
    found = view.made.reveal(1_990)
    assert found == (FIRST_SCREEN - 10, None)
    found = view.made.reveal(500)
    assert found is not None
    at, splice = found
    assert splice is not None
    view.take([splice])
    assert view.blocks[at].seq == 500
    assert view.made.hidden_below > 1_000
    assert view.made.reveal(5_000) is None


def test_a_place_goes_on_to_the_newest() -> None:
    """Where a place reaches the newest lines, those follow it without being in the view yet."""
    view = View(presenter())
    view.take([view.made.load([line(n, minute=n) for n in range(150)])])
    view.take(view.made.extend(140, [line(n, minute=n) for n in range(140, 1_000)]))
    assert view.blocks[-1].seq == 139
    assert view.made.hidden_below == 860
    while view.made.hidden_below:
        view.take(view.made.grow_down(100))
    assert [block.seq for block in view.blocks] == list(range(1_000))


def new_of(made: TranscriptPresenter) -> list[str]:
    return [block.key for block in made.blocks if block.new]


def test_what_is_new_is_parted_from_what_is_not() -> None:
    """Above the first thing said after what was read, which then begins a group of its own; a
    notice is nothing said, and with nothing read later there is no separator.
    """
    made = presenter()
    made.load([line(3), line(4, kind="notice"), line(5), line(6)], new_after=3)
    assert new_of(made) == ["seq-5"]
    assert [block.head for block in made.blocks] == [True, False, True, False]
    for after in (6, None):
        made.load([line(3), line(5)], new_after=after)
        assert new_of(made) == []


def test_the_separator_waits_for_older_lines() -> None:
    """Where all that is here is new, it is not known where that begins, until it is."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(7), line(8)], new_after=5)])
    missed = made.misses_new
    assert new_of(made) == []
    view.take(made.apply(Splice(0, 0, (line(4), line(5), line(6)))))
    assert (missed, made.misses_new) == (True, False)
    view.take(made.grow_up(3))
    assert new_of(made) == ["seq-6"]
    assert view.blocks == list(made.blocks)


def test_the_separator_stays_and_goes() -> None:
    """It comes once it is known how far one had read, stays where it is when more is said, and
    goes when all is read.
    """
    made = presenter()
    view = View(made)
    view.take([made.load([line(3), line(4), line(5)])])
    view.take(made.part_at(3))
    assert new_of(made) == ["seq-4"]
    view.take(made.apply(Splice(3, 0, (line(6),))))
    view.take(made.part_at(3))
    assert new_of(made) == ["seq-4"]
    view.take(made.part_at(None))
    assert new_of(made) == []
    assert [block.head for block in view.blocks] == [True, False, False, False]
    assert view.blocks == list(made.blocks)


def test_the_separator_may_come_below_everything() -> None:
    """What is said to a room that was read up to its end, as it was opened, is new."""
    made = presenter()
    view = View(made)
    view.take([made.load([line(3)], new_after=3)])
    view.take(made.apply(Splice(1, 0, (line(4, status="sending", seq=None),))))
    assert new_of(made) == []
    view.take(made.apply(Splice(1, 1, (line(5),))))
    assert new_of(made) == ["seq-5"]
    assert view.blocks == list(made.blocks)


def test_the_separator_moves() -> None:
    """What comes while the reader is away begins anew; what one said oneself is not new."""
    made = TranscriptPresenter(year=2026, zone=UTC, me="account of ada")
    view = View(made)
    view.take([made.load([line(3, "ben"), line(4, "ben"), line(5)], new_after=3)])
    assert new_of(made) == ["seq-4"]
    view.take(made.part_at(4))
    assert new_of(made) == []
    view.take(made.apply(Splice(3, 0, (line(6, "ben"), line(7, "ben")))))
    assert new_of(made) == ["seq-6"]
    assert view.blocks == list(made.blocks)


def test_what_those_who_are_blocked_said_is_hidden_until_it_is_asked_for() -> None:
    """A hidden line has no text, head or reactions; who comes after has a head; one is shown."""
    made = TranscriptPresenter(year=2026, zone=UTC, blocked={"account of ben"})
    made.load([line(1), line(2, "ben"), line(3, "ben"), line(4)])
    view = View(made)
    view.blocks = list(made.blocks)
    assert [(block.hidden, block.head, block.text) for block in made.blocks] == [
        (False, True, "text 1"),
        (True, False, ""),
        (True, False, ""),
        (False, True, "text 4"),
    ]
    view.take(made.uncover("seq-3"))
    assert (made.blocks[2].hidden, made.blocks[2].head) == (False, True)
    assert made.blocks[2].text == "text 3"
    assert made.blocks[1].hidden
    assert made.uncover("seq-9") == []


def test_what_is_hidden_is_not_quoted_either() -> None:
    """A reply to somebody who is blocked tells that there was something, and not what."""
    made = TranscriptPresenter(year=2026, zone=UTC, blocked={"account of ben"})
    quote = Quote(2, "ben", "nonsense", account="account of ben")
    made.load([line(3, reply_to=2, quote=quote), line(4, "ben", reply_to=3)])
    assert made.blocks[0].quote is not None
    assert made.blocks[0].quote.text == "(hidden)"
    assert made.blocks[1].reply_to is None
