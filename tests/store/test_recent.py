"""The ring of recent events answers as the log does, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from asynchat.chat.state import OPEN, Interval
from asynchat.messages import encode
from asynchat.store.interface import Slice, Stored
from asynchat.store.recent import Recent
from asynchat.store.spans import cut, end_of
from tests.contracts.drafts import said

ROOMS = ["lobby", "den"]


def event(seq: int, room: str = "lobby") -> Stored:
    """Return an event of the log."""
    one = replace(said(room=room).event, seq=seq)
    return Stored(one, encode(one))


def test_what_is_older_than_the_ring_is_left_to_the_log() -> None:
    """The answer is None as soon as one stretch begins before what is remembered."""
    recent = Recent(10)
    recent.add([event(11), event(12)])
    assert recent.read([("lobby", Interval(10, 12))], max_events=9, max_bytes=9999) is None
    assert (
        recent.read(
            [("lobby", Interval(12, 12)), ("den", Interval(1, 3))], max_events=9, max_bytes=9999
        )
        is None
    )
    got = recent.read([("lobby", Interval(11, 20))], max_events=9, max_bytes=9999)
    assert got == Slice([event(11).frame, event(12).frame], 20)


def test_nothing_asked_for_needs_no_log() -> None:
    """An empty stretch, even an old one, has an answer."""
    recent = Recent(10)
    assert recent.read([("lobby", Interval(6, 5))], max_events=9, max_bytes=9) == Slice([], 5)


def test_the_ring_is_bounded_in_events_and_bytes() -> None:
    """The oldest go first; even an event that is larger than the ring does no harm."""
    few = Recent(0, max_events=2)
    few.add([event(1), event(2), event(3)])
    assert few.read([("lobby", Interval(1))], max_events=9, max_bytes=9999) is None
    assert few.read([("lobby", Interval(2, 3))], max_events=9, max_bytes=9999) is not None
    small = Recent(0, max_bytes=len(event(1).frame))
    small.add([event(1), event(2)])
    assert small.read([("lobby", Interval(1))], max_events=9, max_bytes=9999) is None
    assert small.read([("lobby", Interval(2, 2))], max_events=9, max_bytes=9999) is not None
    none = Recent(0, max_bytes=1)
    none.add([event(1)])
    assert none.read([("lobby", Interval(1, 1))], max_events=9, max_bytes=9999) is None
    assert none.read([("lobby", Interval(2, 2))], max_events=9, max_bytes=9999) == Slice([], 2)


def test_what_was_removed_is_forgotten_and_all_before_it() -> None:
    """The log is asked for that; what came later is still answered from here."""
    recent = Recent(10)
    recent.forget(4)
    recent.add([event(seq) for seq in range(11, 15)])
    recent.forget(9)
    assert recent.read([("lobby", Interval(11))], max_events=9, max_bytes=9999) is not None
    recent.forget(12)
    assert recent.read([("lobby", Interval(12))], max_events=9, max_bytes=9999) is None
    got = recent.read([("lobby", Interval(13, 14))], max_events=9, max_bytes=9999)
    assert got == Slice([event(13).frame, event(14).frame], 14)
    recent.forget(20)
    assert recent.read([("lobby", Interval(14))], max_events=9, max_bytes=9999) is None
    recent.add([event(15)])
    got = recent.read([("lobby", Interval(15, 15))], max_events=9, max_bytes=9999)
    assert got == Slice([event(15).frame], 15)


@given(
    st.lists(st.lists(st.sampled_from(ROOMS), min_size=1, max_size=5), max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from([*ROOMS, "none"]),
            st.builds(Interval, st.integers(0, 30), st.integers(0, 30) | st.just(OPEN)),
        ),
        max_size=4,
    ),
    st.integers(1, 8),
    st.integers(1, 2000),
)
def test_the_ring_says_what_the_log_says(
    batches: list[list[str]],
    spans: list[tuple[str, Interval]],
    max_events: int,
    max_bytes: int,
) -> None:
    """Where it has an answer, it is that of a look at the whole log."""
    recent = Recent(0, max_events=10)
    log: list[Stored] = []
    for rooms in batches:
        batch = [event(len(log) + 1 + n, room) for n, room in enumerate(rooms)]
        log += batch
        recent.add(batch)
    expected = cut(
        (
            (one.event.seq, one.frame)
            for one in log
            if any(one.event.room == room and one.event.seq in asked for room, asked in spans)
        ),
        end=end_of(spans),
        max_events=max_events,
        max_bytes=max_bytes,
    )
    got = recent.read(spans, max_events=max_events, max_bytes=max_bytes)
    assert got is None or got == expected
    oldest = max(1, len(log) - 9)
    if all(asked.first >= oldest for _, asked in spans):
        assert got is not None


def test_what_was_deleted_is_blank_here_too() -> None:
    """A deletion reaches what is still in the ring, and passes over what is not."""
    recent = Recent(0, max_events=2)
    recent.add([event(1), event(2), event(3)])
    blank = Stored(event(2).event, b"blank\n")
    recent.blank([Stored(event(1).event, b"gone\n"), blank])
    part = recent.read([("lobby", Interval(2))], max_events=9, max_bytes=9999)
    assert part is not None
    assert part.frames == [b"blank\n", event(3).frame]
