"""What is unread, from what the server counts and what the stream brings."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.unread import UnreadCounts
from asynchat.messages import LOBBY, MAX_COUNTED, Created, Joined, Left, Redacted, Said, Unread

ADA, BEN = "u-ada", "u-ben"


def said(
    seq: int, by: str = BEN, *, mentions: tuple[str, ...] = (), everyone: bool = False
) -> Said:
    """Return a message in the lobby."""
    return Said(
        seq=seq,
        time=0,
        room=LOBBY,
        account=by,
        sender="",
        id=None,
        text="x",
        reply_to=None,
        mentions=mentions,
        everyone=everyone,
    )


def counted(unread: int, mentions: int = 0, *, seq: int = 0) -> Unread:
    """Return what the server counts of the lobby."""
    return Unread(room=LOBBY, seq=seq, unread=unread, mentions=mentions)


def test_what_others_say_counts() -> None:
    """Ours does not; a mention of us or of everybody is one."""
    counts = UnreadCounts()
    assert counts.apply(said(1), me=ADA)
    assert not counts.apply(said(2, ADA, everyone=True), me=ADA)
    assert counts.apply(said(3, mentions=(ADA,)), me=ADA)
    assert counts.apply(said(4, everyone=True, mentions=(ADA, BEN)), me=ADA)
    assert counts[LOBBY] == counted(3, 2)
    assert (list(counts), len(counts)) == ([LOBBY], 1)


def test_what_the_server_counted_is_not_counted_again() -> None:
    """Whether the stream is behind that or ahead of it."""
    counts = UnreadCounts()
    counts.apply(said(1), me=ADA)
    counts.apply(said(3), me=ADA)
    assert counts.take(counted(5, 1), 2)
    assert counts[LOBBY] == counted(6, 1)
    assert not counts.take(counted(6, 1), 4)
    assert not counts.apply(said(4), me=ADA)
    assert counts.apply(said(5), me=ADA)
    assert counts[LOBBY] == counted(7, 1)


def test_a_mark_may_be_ahead_of_what_was_counted() -> None:
    """What it covers is read, also where the server has not counted so far yet."""
    counts = UnreadCounts()
    counts.apply(said(9), me=ADA)
    counts.apply(said(11), me=ADA)
    counts.take(counted(0, seq=10), 8)
    assert counts[LOBBY] == counted(1, seq=10)


def test_a_mark_counts_at_once_where_nothing_is_left() -> None:
    """Until the server has it, what it counted before does not bring the old number back."""
    counts = UnreadCounts()
    counts.take(counted(4), 9)
    counts.apply(said(10), me=ADA)
    assert counts.mark(LOBBY, 10, head=9)
    assert counts[LOBBY] == counted(0, seq=10)
    assert not counts.take(counted(5), 10)
    counts.apply(said(11), me=ADA)
    assert counts[LOBBY] == counted(1, seq=10)
    counts.marked(LOBBY, 9)
    assert not counts.take(counted(5), 10)
    counts.marked(LOBBY, 10)
    assert not counts.take(counted(1, seq=10), 11)
    assert counts.take(counted(0, seq=11), 11)


def test_a_mark_that_leaves_something_waits_for_the_server() -> None:
    """How much is after it is not known here: what lies before the stream was never seen."""
    counts = UnreadCounts()
    counts.take(counted(4), 9)
    assert not counts.mark(LOBBY, 7, head=9)
    counts.apply(said(10), me=ADA)
    assert not counts.mark(LOBBY, 9, head=9)
    assert counts[LOBBY] == counted(5)


def test_what_is_deleted_counts_no_more() -> None:
    """Where it came by the stream; whether the server counted it the server has to say."""
    counts = UnreadCounts()
    counts.take(counted(2), 5)
    counts.apply(said(6, mentions=(ADA,)), me=ADA)
    gone = Redacted(seq=7, time=0, room=LOBBY, account=BEN, sender="", id=None, about=6)
    assert counts.is_unread(LOBBY, 6)
    assert counts.apply(gone, me=ADA)
    assert counts[LOBBY] == counted(2)
    assert not counts.is_unread("den", 6)
    counts.clear()
    assert not counts.apply(gone, me=ADA)
    assert not counts


def test_nothing_is_unread_where_one_just_came() -> None:
    """One's own coming is the first mark, also the second time; leaving forgets."""
    counts = UnreadCounts()
    fields: dict[str, Any] = {"time": 0, "account": ADA, "sender": "", "id": None}
    assert counts.apply(Created(seq=3, room="den", topic="", private=True, **fields), me=ADA)
    assert counts["den"] == Unread(room="den", seq=3)
    assert not counts.apply(Joined(seq=4, room="den", **fields | {"account": BEN}), me=ADA)
    assert counts.apply(Left(seq=5, room="den", **fields), me=ADA)
    assert "den" not in counts
    assert counts.apply(Joined(seq=8, room="den", **fields), me=ADA)
    assert counts["den"].seq == 8


def test_a_hundred_stands_for_more() -> None:
    """Neither numbers nor memory grow beyond it."""
    counts = UnreadCounts()
    counts.restore(counted(90, 90), 0)
    for seq in range(1, 500):
        counts.apply(said(seq, everyone=True), me=ADA)
    assert counts[LOBBY] == counted(MAX_COUNTED, MAX_COUNTED)


EVENTS = st.lists(st.tuples(st.sampled_from([ADA, BEN]), st.booleans()), max_size=20)


@given(EVENTS, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8))
def test_any_order_of_counts_and_stream_gives_one_sum(
    events: list[tuple[str, bool]], told: list[tuple[int, int]]
) -> None:
    """The server counts up to one seq and the answer comes at another: the end is the same."""
    log = [said(seq, by, everyone=calls) for seq, (by, calls) in enumerate(events, 1)]

    def truth(upto: int) -> Unread:
        others = [one for one in log[:upto] if one.account == BEN]
        return counted(len(others), sum(one.everyone for one in others))

    counts = UnreadCounts()
    for position in range(len(log) + 1):
        if position:
            counts.apply(log[position - 1], me=ADA)
        for upto, at in told:
            if at == position:
                counts.take(truth(upto), min(upto, len(log)))
    if LOBBY in counts:
        newest = max([upto for upto, at in told if at <= len(log)][-1:] or [0])
        assert counts[LOBBY] == truth(max(len(log), newest))
