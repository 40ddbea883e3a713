"""One room as it is shown, and what a view makes of the splices."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from asynchat.link.notices import Entry
from asynchat.link.timeline import NOTHING, Line, Quote, Splice, Timeline, line_of
from asynchat.messages import (
    Edited,
    File,
    Joined,
    Left,
    Page,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Tally,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.messages import AnyAbout, AnyEvent

ME = "u-me"


def said(seq: int, text: str = "", *, id: str | None = None, account: str = ME) -> Said:
    """Return what somebody said."""
    return Said(
        seq=seq,
        time=seq * 1000,
        room="den",
        account=account,
        sender=account.removeprefix("u-"),
        id=id,
        text=text or f"text {seq}",
        reply_to=None,
    )


def entry(id: str) -> Entry:
    """Return a text on its way."""
    return Entry(id=id, room="den", text=f"mine {id}", time=1)


def shown(timeline: Timeline) -> list[str]:
    """Return each line in short: its seq, or the id under which it is on its way."""
    return [
        str(line.seq) if line.status == "sent" else f"{line.status} {line.id}"
        for line in timeline.lines
    ]


def timeline_of(*seqs: int) -> Timeline:
    """Return a timeline that shows what others said."""
    timeline = Timeline(ME, "me")
    for seq in seqs:
        timeline.add(said(seq, account="u-eve"))
    return timeline


# Events


def test_events_stand_in_the_order_of_their_seq() -> None:
    """Whatever the order they come in, older events stand above newer ones."""
    timeline = timeline_of(5, 2)
    assert timeline.oldest_seq == 2
    assert timeline.add(said(3, account="u-eve")) == Splice(
        1, 0, (line_of(said(3, account="u-eve"), "seq-3"),)
    )
    assert shown(timeline) == ["2", "3", "5"]


def test_an_event_that_is_shown_changes_nothing() -> None:
    """The stream and a page may both bring an event."""
    timeline = timeline_of(1, 2)
    assert timeline.add(said(2, account="u-eve")) is NOTHING
    assert shown(timeline) == ["1", "2"]


def test_nothing_is_shown_at_first() -> None:
    """An empty room has no oldest event, and may have an older history."""
    timeline = Timeline(ME, "me")
    assert timeline.oldest_seq is None
    assert not timeline.complete
    assert list(timeline.lines) == []


# The outbox


def test_what_is_on_its_way_stands_below_everything() -> None:
    """A text shows at once as sending, under its own name and time."""
    timeline = timeline_of(1)
    line = Line(
        key="id-x",
        kind="said",
        account=ME,
        sender="me",
        text="mine x",
        time=1,
        status="sending",
        id="x",
    )
    assert timeline.post(entry("x")) == Splice(1, 0, (line,))
    timeline.add(said(2, account="u-eve"))
    assert shown(timeline) == ["1", "2", "sending x"]


def test_the_event_takes_the_place_of_what_was_on_its_way() -> None:
    """A text that is on disk keeps its key, so that a view keeps its line."""
    timeline = timeline_of(1)
    timeline.post(entry("x"))
    timeline.post(entry("y"))
    sent = line_of(said(2, id="x"), "id-x")
    assert timeline.add(said(2, id="x")) == Splice(1, 1, (sent,))
    assert shown(timeline) == ["1", "2", "sending y"]


def test_an_event_moves_up_past_what_is_still_on_its_way() -> None:
    """Where a later text is on disk first, it goes above the one that still waits."""
    timeline = timeline_of(1, 5)
    timeline.post(entry("x"))
    timeline.post(entry("y"))
    splice = timeline.add(said(3, id="y"))
    assert (splice.index, splice.removed) == (1, 3)
    assert splice.added == tuple(timeline.lines[1:4])
    assert shown(timeline) == ["1", "3", "5", "sending x"]
    assert timeline.lines[1].key == "id-y"


def test_somebody_elses_id_is_not_mine() -> None:
    """Ids are unique for their account only."""
    timeline = Timeline(ME, "me")
    timeline.post(entry("x"))
    timeline.add(said(1, id="x", account="u-eve"))
    assert shown(timeline) == ["1", "sending x"]


def test_an_entry_is_shown_once() -> None:
    """An entry that is shown, as sending or as its event, is not shown again."""
    timeline = Timeline(ME, "me")
    timeline.post(entry("x"))
    assert timeline.post(entry("x")) is NOTHING
    timeline.add(said(1, id="x"))
    assert timeline.post(entry("x")) is NOTHING
    assert shown(timeline) == ["1"]


def test_a_refused_text_says_why() -> None:
    """A failed line stays where it is until it is discarded."""
    timeline = timeline_of(1)
    timeline.post(entry("x"))
    splice = timeline.fail("x", "No.")
    assert (splice.index, splice.removed) == (1, 1)
    assert [(line.status, line.error) for line in splice.added] == [("failed", "No.")]
    assert shown(timeline) == ["1", "failed x"]
    assert timeline.discard("x") == Splice(1, 1)
    assert shown(timeline) == ["1"]


def test_what_is_not_on_its_way_neither_fails_nor_goes() -> None:
    """An unknown entry, and one whose event is shown, stay as they are."""
    timeline = Timeline(ME, "me")
    timeline.add(said(1, id="x"))
    assert timeline.fail("x", "No.") is timeline.discard("x") is NOTHING
    assert timeline.fail("y", "No.") is timeline.discard("y") is NOTHING
    assert shown(timeline) == ["1"]


# Pages


def test_a_page_of_older_events_is_one_splice() -> None:
    """Scrolling back puts one block on top, also what overlaps is shown once."""
    timeline = timeline_of(5, 6)
    page = [said(seq, account="u-eve") for seq in (2, 3, 5)]
    added = tuple(line_of(event, f"seq-{event.seq}") for event in page[:2])
    assert timeline.add_page(page, complete=False) == [Splice(0, 0, added)]
    assert shown(timeline) == ["2", "3", "5", "6"]
    assert timeline.oldest_seq == 2
    assert not timeline.complete


def test_the_first_page_fills_an_empty_room() -> None:
    """Where nothing is shown yet, every event of the page is."""
    timeline = Timeline(ME, "me")
    assert len(timeline.add_page([said(1), said(2)], complete=True)) == 2
    assert shown(timeline) == ["1", "2"]
    assert timeline.complete
    timeline.add_page([], complete=False)
    assert timeline.complete


def test_a_page_in_any_order_is_shown_in_order() -> None:
    """A page that a server did not sort, or that says a thing twice, does no harm."""
    timeline = timeline_of(9)
    timeline.add_page([said(3), said(1), said(3), said(2)], complete=False)
    assert shown(timeline) == ["1", "2", "3", "9"]


def test_a_page_tells_what_became_of_what_was_on_its_way() -> None:
    """A text that turns out to be on disk, in older history, is no longer sending."""
    timeline = timeline_of(9)
    timeline.post(entry("x"))
    splices = timeline.add_page([said(2, id="x"), said(3)], complete=False)
    assert splices[0] == Splice(1, 1)
    assert shown(timeline) == ["2", "3", "9"]
    assert timeline.lines[0].key == "id-x"


# Forgetting


def test_another_history_leaves_only_what_is_on_its_way() -> None:
    """After a reset the outbox goes on, and everything else is asked for afresh."""
    timeline = timeline_of(1, 2)
    timeline.post(entry("x"))
    timeline.add_page([], complete=True)
    assert timeline.clear() == Splice(0, 2)
    assert shown(timeline) == ["sending x"]
    assert timeline.oldest_seq is None
    assert not timeline.complete


def test_old_lines_are_forgotten_and_can_be_asked_for_again() -> None:
    """Only the newest events stay, and what is on its way; the top is open again."""
    timeline = timeline_of(1, 2, 3)
    timeline.add_page([], complete=True)
    timeline.post(entry("x"))
    assert timeline.forget_older(3) is NOTHING
    assert timeline.complete
    assert timeline.forget_older(1, slack=2) is NOTHING
    assert timeline.forget_older(1, slack=1) == Splice(0, 2)
    assert shown(timeline) == ["3", "sending x"]
    assert timeline.oldest_seq == 3
    assert not timeline.complete


# Sentences


def event(kind: type[AnyEvent], **fields: object) -> AnyEvent:
    """Return an event about ada."""
    return kind(
        seq=1,
        time=1,
        room="den",
        account="u1",
        sender="ada",
        id=None,
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("kind", [Joined, Left])
def test_what_is_not_said_is_a_notice(kind: type[Joined | Left]) -> None:
    """Only what was said is a message; the rest is told in a sentence."""
    line = line_of(event(kind), "key")
    assert (line.kind, line.text[:4]) == ("notice", "ada ")
    line = line_of(said(1, "hi"), "key")
    assert (line.kind, line.text) == ("said", "hi")


# What became of things said


def about(kind: type[AnyAbout], seq: int, message: int, **fields: object) -> AnyAbout:
    """Return an event of eve's about a message."""
    return kind(
        seq=seq,
        time=seq,
        room="den",
        account="u-eve",
        sender="eve",
        id=None,
        about=message,
        **fields,  # type: ignore[arg-type]
    )


def test_an_edit_changes_the_line_where_it_stands() -> None:
    """No line comes of an edit; the one that it is about says the new text."""
    timeline = timeline_of(1, 2, 3)
    (splice,) = timeline.take(about(Edited, 4, 2, text="new"))
    assert (splice.index, splice.removed, len(splice.added)) == (1, 1, 1)
    line = splice.added[0]
    assert (line.key, line.text, line.edited) == ("seq-2", "new", True)
    assert timeline.line(2) == line
    assert timeline.take(about(Edited, 5, 99, text="not here")) == []


def test_a_deleted_line_stays_and_says_nothing() -> None:
    """A deletion leaves the line in its place, without its text."""
    timeline = timeline_of(1, 2)
    timeline.take(about(Reacted, 3, 1, emoji="👍", on=True))
    timeline.take(about(Redacted, 4, 1))
    line = timeline.line(1)
    assert line is not None
    assert (line.text, line.deleted, line.edited, line.reactions) == ("", True, False, ())


def test_a_message_that_comes_blank_is_deleted() -> None:
    """Who catches up gets deleted messages blank, and sees that they are."""
    blank = Said(
        seq=1,
        time=1,
        room="den",
        account="u-eve",
        sender="eve",
        id=None,
        text="",
        reply_to=None,
        redacted=True,
    )
    assert line_of(blank, "key").deleted


def test_reactions_and_pins_stand_with_their_line() -> None:
    """What is put under a message is shown with it."""
    timeline = timeline_of(1)
    timeline.take(about(Reacted, 2, 1, emoji="👍", on=True))
    timeline.take(about(Pinned, 3, 1, on=True))
    line = timeline.line(1)
    assert line is not None
    assert [(one.emoji, one.count) for one in line.reactions] == [("👍", 1)]
    assert line.pinned


def test_history_comes_with_what_became_of_it() -> None:
    """A page says which of its messages were edited, and counts their reactions."""
    timeline = Timeline(ME, "me")
    page = Page(
        re="r",
        room="den",
        events=(said(1), said(2)),
        later=(about(Edited, 7, 1, text="new"),),
        more=False,
        reactions=(Tally(about=2, emoji="👍", count=3, mine=True),),
        counted=9,
    )
    timeline.add_history(page, complete=True)
    first, second = timeline.lines
    assert (first.text, first.edited) == ("new", True)
    assert [(one.count, one.mine) for one in second.reactions] == [(3, True)]


def reply(seq: int, to: int) -> Said:
    """Return what eve replied to a message."""
    return Said(
        seq=seq,
        time=seq,
        room="den",
        account="u-eve",
        sender="eve",
        id=None,
        text=f"reply {seq}",
        reply_to=to,
    )


def test_a_reply_quotes_what_it_replies_to() -> None:
    """The quote follows what becomes of the message."""
    timeline = timeline_of(1)
    timeline.take(reply(2, 1))
    line = timeline.line(2)
    assert line is not None
    assert line.quote == Quote(1, "eve", "text 1")
    splices = timeline.take(about(Edited, 3, 1, text="new"))
    assert [splice.index for splice in splices] == [0, 1]
    assert splices[1].added[0].quote == Quote(1, "eve", "new")
    (_, splice) = timeline.take(about(Redacted, 4, 1))
    assert splice.added[0].quote == Quote(1, "eve", "", deleted=True)


def test_a_quote_from_far_away_is_asked_for() -> None:
    """What a reply quotes and is not here is named, until somebody said what it is."""
    timeline = timeline_of(5)
    timeline.take(reply(6, 2))
    assert timeline.unquoted() == [2]
    (splice,) = timeline.quote(2, said(2))
    assert timeline.unquoted() == []
    assert splice.added[0].quote == Quote(2, "me", "text 2")
    (splice,) = timeline.take(about(Edited, 7, 2, text="new"))
    assert splice.added[0].quote == Quote(2, "me", "new")
    (splice,) = timeline.take(about(Redacted, 8, 2))
    assert splice.added[0].quote == Quote(2, "me", "", deleted=True)
    assert timeline.take(about(Edited, 9, 2, text="newer")) == []


def test_a_quote_that_nobody_knows_is_not_asked_for_again() -> None:
    """What was removed from the log stays unknown."""
    timeline = timeline_of(5)
    timeline.take(reply(6, 2))
    assert timeline.quote(2, None) == []
    assert timeline.unquoted() == []
    assert timeline.take(about(Redacted, 7, 2)) == []


def test_what_is_shown_no_more_is_forgotten() -> None:
    """A long room costs no more than what it shows."""
    timeline = timeline_of(1, 5)
    timeline.take(reply(6, 1))
    timeline.take(about(Edited, 7, 5, text="new"))
    timeline.forget_older(1)
    assert timeline.line(5) is None
    assert timeline.unquoted() == [1]
    timeline.forget_older(0)
    assert timeline.unquoted() == []


# Any interleaving

IDS = st.sampled_from("vwxyz")
SEQS = st.integers(1, 30)


class Viewing(RuleBasedStateMachine):
    """A view that applies every splice shows the lines, whatever comes in which order.

    The log is made as one goes: a seq is of an entry of mine or of somebody's, for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline(ME, "me")
        self.view: list[Line] = []
        self.log: dict[int, Said] = {}
        self.on_disk: dict[str, int] = {}

    def event(self, seq: int, id: str | None) -> Said:
        """Return the event of a seq; the first time it is of an entry that has none yet."""
        if seq not in self.log:
            if id is not None and id not in self.on_disk:
                self.on_disk[id] = seq
                self.log[seq] = said(seq, id=id)
            else:
                # Somebody else's of the same id is not to be taken for mine.
                self.log[seq] = said(seq, account="u-eve", id=id)
        return self.log[seq]

    def apply(self, splices: Iterable[Splice]) -> None:
        """Do what a view does."""
        for splice in splices:
            assert 0 <= splice.index <= splice.index + splice.removed <= len(self.view)
            self.view[splice.index : splice.index + splice.removed] = splice.added

    @rule(seq=SEQS, id=st.none() | IDS)
    def add(self, seq: int, id: str | None) -> None:
        """The stream or a repeat brings an event."""
        event = self.event(seq, id)
        self.apply([self.timeline.add(event)])
        assert seq in [line.seq for line in self.view]
        mine = [line.id for line in self.view if line.account == ME]
        assert id is None or mine.count(id) <= 1

    @rule(
        seqs=st.lists(st.tuples(SEQS, st.none() | IDS), max_size=8),
        complete=st.booleans(),
    )
    def add_page(self, seqs: list[tuple[int, str | None]], complete: bool) -> None:
        """A page comes."""
        page = [self.event(*one) for one in seqs]
        self.apply(self.timeline.add_page(page, complete=complete))
        assert {event.seq for event in page} <= {line.seq for line in self.view}
        assert self.timeline.complete or not complete

    @rule(id=IDS)
    def post(self, id: str) -> None:
        """A text goes on its way, or is found there again."""
        self.apply([self.timeline.post(entry(id))])
        assert [line.id for line in self.view if line.account == ME].count(id) == 1

    @rule(id=IDS)
    def fail(self, id: str) -> None:
        """A text is refused."""
        self.apply([self.timeline.fail(id, "No.")])
        assert "sending" not in [line.status for line in self.view if line.id == id]

    @rule(id=IDS)
    def discard(self, id: str) -> None:
        """A text is taken back."""
        self.apply([self.timeline.discard(id)])
        assert all(line.status == "sent" for line in self.view if line.id == id)

    @rule()
    def clear(self) -> None:
        """The history is another one."""
        waiting = [line for line in self.view if line.seq is None]
        self.apply([self.timeline.clear()])
        assert self.view == waiting

    @rule(keep=st.integers(0, 10))
    def forget_older(self, keep: int) -> None:
        """The view has grown too long."""
        before = self.view.copy()
        self.apply([self.timeline.forget_older(keep)])
        assert before[len(before) - len(self.view) :] == self.view
        assert sum(line.seq is not None for line in self.view) <= max(keep, 0)

    @invariant()
    def the_view_is_the_timeline(self) -> None:
        """The splices said everything."""
        assert self.view == list(self.timeline.lines)

    @invariant()
    def lines_are_in_order_and_once(self) -> None:
        """Events are sorted and stand above what is on its way; no key stands twice."""
        seqs = [line.seq for line in self.view if line.seq is not None]
        assert all(one < later for one, later in pairwise(seqs))
        assert [line.seq for line in self.view[: len(seqs)]] == seqs
        assert all(line.status != "sent" for line in self.view[len(seqs) :])
        keys = [line.key for line in self.view]
        assert len(keys) == len(set(keys))
        assert self.timeline.oldest_seq == min(seqs, default=None)


TestViewing = Viewing.TestCase
TestViewing.settings = settings(stateful_step_count=40)


def test_two_parts_of_a_room_become_one() -> None:
    """An older part that reaches to this one is put before it, with what became of its lines."""
    newer = timeline_of(5, 6, 7)
    newer.post(entry("q"))
    newer.add(reply(8, 2))
    older = timeline_of(1, 2, 3, 4, 5, 6)
    older.take(about(Pinned, 9, 2, on=True))
    older.take(about(Reacted, 10, 3, emoji="x", on=True))
    older.complete = True
    assert older.newest_seq == 6
    assert newer.join_older(older) == 4
    assert [line.seq for line in newer.lines] == [1, 2, 3, 4, 5, 6, 7, 8, None]
    assert newer.complete
    assert newer.oldest_seq == 1
    newer.take(about(Edited, 11, 3, text="better"))
    line = newer.line(3)
    assert line is not None
    assert (line.text, line.reactions[0].count) == ("better", 1)
    newer.take(about(Edited, 12, 2, text="new"))
    assert newer.lines[7].quote == Quote(2, newer.lines[1].sender, "new")
    pinned = newer.line(2)
    assert pinned is not None
    assert pinned.pinned


def test_a_part_becomes_the_whole_of_an_empty_room() -> None:
    """Where nothing newer is known, the part is all there is."""
    empty = timeline_of()
    part = timeline_of(1, 2)
    part.add(reply(3, 1))
    assert empty.newest_seq is None
    assert empty.join_older(part) == 3
    assert shown(empty) == shown(part)
    empty.take(about(Edited, 4, 1, text="new"))
    assert empty.lines[2].quote == Quote(1, empty.lines[0].sender, "new")


def test_a_reply_that_comes_with_what_it_replies_to_quotes_it() -> None:
    """In one page of older lines, or with the older one later, a reply shows what it quotes."""
    timeline = timeline_of(9)
    view = list(timeline.lines)

    def take(splices: list[Splice]) -> None:
        for splice in splices:
            view[splice.index : splice.index + splice.removed] = splice.added

    take(timeline.add_page([said(5), reply(6, 5), reply(7, 3)], complete=False))
    first = timeline.lines[0]
    assert view == list(timeline.lines)
    assert view[1].quote == Quote(5, first.sender, first.text)
    assert view[2].quote is None
    take(timeline.add_page([said(3, "old")], complete=True))
    assert view == list(timeline.lines)
    assert view[3].quote == Quote(3, view[0].sender, "old")


def test_a_file_without_a_text_is_told_by_its_name() -> None:
    """Where it stands for itself, and where it is quoted."""
    timeline = timeline_of()
    file = File(id="f", name="report.pdf", size=1, type="application/pdf", sha256="0")
    timeline.take(replace(said(1, account="u-eve"), file=file, text=""))
    timeline.take(reply(2, 1))
    first, second = timeline.lines
    assert (first.text, first.words) == ("", "report.pdf")
    assert second.quote is not None
    assert second.quote.text == "report.pdf"
    assert second.words == "reply 2"
