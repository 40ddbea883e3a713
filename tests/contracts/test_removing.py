"""What every store removes when it is told how much to keep, and what it never does."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.state import OPEN, Interval
from asynchat.messages import LOBBY, Said, decode_event
from asynchat.store.interface import Keep, Removed, Repeat, RequestKey, Stored, StoreError
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import TIME, created, joined, left, said, topic

if TYPE_CHECKING:
    from asynchat.chat.drafts import AnyDraft
    from asynchat.store.interface import Store

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
YEAR = 365 * DAY
ALL = Interval(0)
EVERYTHING = Keep(age_ms=1)
NOTHING_LEFT = Keep(size=0)


async def put(store: Store, *drafts: AnyDraft) -> list[Stored]:
    """Append drafts that all become events."""
    outcomes = await store.append(drafts)
    stored = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
    assert len(stored) == len(outcomes)
    return stored


async def seqs(store: Store, *rooms: str) -> list[int]:
    """Return the seqs of all that can be read of some rooms, of the lobby unless they are given."""
    spans = [(room, ALL) for room in rooms or (LOBBY,)]
    part = await store.read(spans, max_events=10**6, max_bytes=10**9)
    return [decode_event(frame).seq for frame in part.frames]


async def remove(
    store: Store, keep: Keep, *, room: str = LOBBY, now_ms: int = TIME, upto: int = OPEN
) -> Removed:
    """Remove from the lobby, unless something else is given."""
    return await store.remove(room, keep, now_ms=now_ms, upto=upto)


async def test_nothing_is_removed_by_default(store: Store) -> None:
    """Who keeps everything loses nothing, however old and large it is."""
    await put(store, said(time=0), said("x" * 4000), said())
    assert await remove(store, Keep()) == Removed()
    assert await seqs(store) == [1, 2, 3]


async def test_what_is_older_than_its_age_goes(store: Store) -> None:
    """Just under the age it stays, just over it goes; what was removed is told."""
    now = TIME + 10 * DAY
    times = [now - 2 * DAY - 1, now - 2 * DAY, now - DAY, now - DAY + 1, now]
    first, *_ = await put(store, *(said(time=time) for time in times))
    removed = await remove(store, Keep(age_ms=2 * DAY), now_ms=now)
    assert removed == Removed(1, len(first.frame), 1)
    assert await seqs(store) == [2, 3, 4, 5]
    assert await remove(store, Keep(age_ms=2 * DAY), now_ms=now) == Removed()
    assert (await remove(store, Keep(age_ms=2 * DAY), now_ms=now + 1)).last == 2
    assert await seqs(store) == [3, 4, 5]


async def test_the_newest_that_fit_into_the_bytes_stay(store: Store) -> None:
    """What fits to the byte stays; with one byte less the oldest goes."""
    stored = await put(store, joined(), said("a"), said("b"), said("c"), topic())
    size = sum(len(one.frame) for one in stored[1:4])
    assert await remove(store, Keep(size=size)) == Removed()
    assert await seqs(store) == [1, 2, 3, 4, 5]
    assert await remove(store, Keep(size=size - 1)) == Removed(1, size // 3, 2)
    assert await seqs(store) == [1, 3, 4, 5]
    assert await remove(store, Keep(size=size // 3)) == Removed(1, size // 3, 3)
    assert await seqs(store) == [1, 4, 5]


async def test_both_limits_hold(store: Store) -> None:
    """Whatever is over one of them goes."""
    old = said(time=TIME - 9 * DAY)
    await put(store, old, said(), said(), said())
    size = len((await put(store, said()))[0].frame)
    assert (await remove(store, Keep(age_ms=DAY, size=4 * size))).last == 1
    assert (await remove(store, Keep(age_ms=DAY, size=3 * size))).last == 2
    assert await seqs(store) == [3, 4, 5]


async def test_only_what_was_said_goes(store: Store) -> None:
    """Events that make rooms and memberships stay, and so does the state that they make."""
    drafts = [joined(), created("den"), said("x"), topic(), said("y"), left(), joined(), said()]
    await put(store, *drafts)
    before = await store.snapshot()
    assert (await remove(store, NOTHING_LEFT)).events == 2
    assert await seqs(store) == [1, 4, 6, 7, 8]
    after = await store.snapshot()
    assert (after.head, after.state.rooms) == (before.head, before.state.rooms)


async def test_the_newest_event_of_the_log_stays(store: Store) -> None:
    """Where the log ends, and with it every cursor, stays known."""
    await put(store, said(), said(), said())
    cursors = [store.cursor(seq) for seq in range(4)]
    assert await remove(store, NOTHING_LEFT) != Removed()
    assert await seqs(store) == [3]
    assert store.head() == 3
    assert [store.position(cursor) for cursor in cursors] == [0, 1, 2, 3]
    assert (await put(store, said()))[0].event.seq == 4


async def test_nothing_after_a_seq_goes(store: Store) -> None:
    """What not everyone was shown yet stays, however little is kept."""
    await put(store, said(), said(), said(), said())
    assert (await remove(store, NOTHING_LEFT, upto=2)).last == 2
    assert await seqs(store) == [3, 4]
    assert await remove(store, NOTHING_LEFT, upto=0) == Removed()


async def test_a_room_loses_its_own_only(store: Store) -> None:
    """Another room stays as it is; one that is not there loses nothing."""
    await put(store, created("den"), said(), said(room="den"), said(), said(room="den"), joined())
    assert await remove(store, NOTHING_LEFT, room="nowhere") == Removed()
    assert (await remove(store, NOTHING_LEFT, room="den")).events == 2
    assert await seqs(store, LOBBY, "den") == [1, 2, 4, 6]


async def test_the_head_of_a_room_stays(store: Store) -> None:
    """The newest seq of a room is the same, though its event is gone."""
    await put(store, created("den"), said(room="den"), said())
    await remove(store, NOTHING_LEFT, room="den")
    assert (await store.snapshot()).state.rooms["den"].head == 2


async def test_an_id_is_used_for_ever(store: Store) -> None:
    """A repeat of what was removed is answered as one, with the seq and the time that it had."""
    await put(store, said(id="x", digest=b"1"), said())
    await remove(store, NOTHING_LEFT)
    assert await seqs(store) == [2]
    assert await store.find([RequestKey("a1", "x", b"1")]) == [Repeat(1, TIME, same=True)]
    assert await store.append([said(id="x", digest=b"1")]) == [Repeat(1, TIME, same=True)]


async def test_readers_go_on_over_the_gap(store: Store) -> None:
    """Slices end where they were asked to, and go on where the one before ended."""
    await put(store, *(said(str(n)) for n in range(6)), topic(), said(), topic())
    await remove(store, NOTHING_LEFT)
    part = await store.read([(LOBBY, Interval(1, 9))], max_events=1, max_bytes=10**6)
    assert ([decode_event(frame).seq for frame in part.frames], part.upto) == ([7], 7)
    part = await store.read([(LOBBY, Interval(8, 9))], max_events=9, max_bytes=10**6)
    assert ([decode_event(frame).seq for frame in part.frames], part.upto) == ([9], 9)
    part = await store.read([(LOBBY, Interval(2, 5))], max_events=9, max_bytes=10**6)
    assert (part.frames, part.upto, part.damaged) == ([], 5, ())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"limit": 2}, ([8, 9], True)),
        ({"before": 8, "limit": 2}, ([1, 7], False)),
        ({"before": 8, "limit": 1}, ([7], True)),
        ({"before": 4, "limit": 1}, ([1], False)),
        ({"before": 1, "limit": 1}, ([], False)),
        ({"after": 1, "limit": 2}, ([7, 8], True)),
        ({"after": 3, "limit": 3}, ([7, 8, 9], False)),
        ({"after": 0, "limit": 1}, ([1], True)),
    ],
)
async def test_pages_know_of_more_over_the_gap(
    store: Store, arguments: dict[str, int], expected: tuple[list[int], bool]
) -> None:
    """There is more where an event is left, not where one was."""
    await put(store, joined(), *(said(str(n)) for n in range(5)), topic(), said(), said())
    await remove(store, NOTHING_LEFT, upto=6)
    excerpt = await store.page(LOBBY, [ALL], reader="a1", max_bytes=10**6, **arguments)
    assert ([one.event.seq for one in excerpt.events], excerpt.more) == expected


async def test_a_watch_goes_on_over_the_gap(store: Store) -> None:
    """What waits for a watch comes, also where it was removed since; then what is new."""
    watch = store.watch()
    await put(store, said(), said())
    await remove(store, NOTHING_LEFT)
    await put(store, said())
    assert [one.event.seq for one in await anext(watch)] == [1, 2]
    assert [one.event.seq for one in await anext(watch)] == [3]


async def test_a_long_room_is_removed_to_its_end(store: Store) -> None:
    """More than one look or one transaction takes goes as well, by age as by size."""
    for room in (LOBBY, "den"):
        if room != LOBBY:
            await put(store, created(room))
        await put(store, *(said("x", room=room, time=TIME - YEAR) for _ in range(1100)))
        await put(store, *(topic(room, str(n)) for n in range(600)), said(room=room))
    assert (await remove(store, Keep(age_ms=DAY), now_ms=TIME + DAY)).events == 1100
    assert (await remove(store, NOTHING_LEFT, room="den")).events == 1100
    assert len(await seqs(store)) == 601
    assert await remove(store, Keep(age_ms=DAY), now_ms=TIME + DAY) == Removed()
    assert await remove(store, NOTHING_LEFT, room="den") == Removed()
    assert await remove(store, Keep(size=10**6)) == Removed()


# Clocks


async def test_a_clock_that_leaps_ahead_does_not_empty_the_log(store: Store) -> None:
    """For a day what is old is told by the time before the leap, whoever says something in it."""
    keep = Keep(age_ms=30 * DAY)
    await put(store, *(said(time=TIME - n * DAY) for n in range(40, -1, -1)))
    leapt = TIME + YEAR
    assert (await remove(store, keep, now_ms=leapt)).last == 11  # a day more than without a leap
    await put(store, said(time=leapt))
    assert await remove(store, keep, now_ms=leapt + DAY - 1) == Removed()
    assert (await remove(store, keep, now_ms=leapt + DAY)).last == 41
    assert await seqs(store) == [42]


async def test_a_short_age_is_no_danger_in_a_leap(store: Store) -> None:
    """Of what is kept for less than a day a leap takes half, not all."""
    keep = Keep(age_ms=4 * HOUR)
    await put(store, *(said(time=TIME - n * HOUR) for n in range(4, -1, -1)))
    assert (await remove(store, keep, now_ms=TIME + YEAR)).events == 2
    assert await seqs(store) == [3, 4, 5]


async def test_where_nothing_happens_nothing_grows_old(store: Store) -> None:
    """The last that was said before a silence stays until somebody comes again for a day."""
    await put(store, said(time=TIME - DAY), said(time=TIME))
    assert await remove(store, Keep(age_ms=10 * DAY), now_ms=TIME + YEAR) == Removed()
    assert await seqs(store) == [1, 2]


async def test_a_clock_that_falls_back_removes_less(store: Store) -> None:
    """What its events were stored with later does not make those before it old."""
    await put(store, said(time=TIME), said(time=0), said(time=0), said(time=TIME + DAY))
    assert await remove(store, Keep(age_ms=2 * DAY), now_ms=0) == Removed()
    assert await remove(store, Keep(age_ms=2 * DAY), now_ms=TIME + DAY) == Removed()
    assert await seqs(store) == [1, 2, 3, 4]


async def test_a_time_yet_to_come_holds_up_nothing(store: Store) -> None:
    """An event of a clock that was ahead goes with what was said after it, never before."""
    now = TIME + 9 * DAY
    await put(
        store,
        said(time=TIME),
        said(time=TIME + YEAR),
        said(time=TIME),
        said(time=TIME + YEAR),
        said(time=now - DAY),
        said(time=now),
    )
    assert (await remove(store, Keep(age_ms=2 * DAY), now_ms=now)).last == 3
    assert await seqs(store) == [4, 5, 6]


async def test_many_times_yet_to_come_do_not_hide_the_present(store: Store) -> None:
    """What is old is told by the others, wherever in the log a clock was ahead."""
    now = TIME + 9 * DAY
    ahead = [said(time=TIME + YEAR)] * 20
    await put(store, said(time=TIME), *ahead, said(time=now - DAY), said(time=now))
    assert (await remove(store, Keep(age_ms=2 * DAY), now_ms=now)).last == 1
    await put(store, *ahead, said(time=now + DAY), said(time=now + 2 * DAY))
    assert (await remove(store, Keep(age_ms=2 * DAY), now_ms=now + 2 * DAY)).last == 22


async def test_nothing_is_old_in_a_log_without_a_past(store: Store) -> None:
    """Where no event is old enough to tell by, none is removed; an empty log is no error."""
    assert await remove(store, EVERYTHING) == Removed()
    await put(store, said(time=TIME + 5), said(time=TIME + 5))
    assert await remove(store, EVERYTHING) == Removed()


async def test_a_closed_store_removes_nothing(closed_store: Store) -> None:
    """It refuses in a sentence."""
    async with closed_store as store:
        await put(store, said(), said())
    with pytest.raises(StoreError, match="closed"):
        await remove(store, NOTHING_LEFT)


# Any log, any policy

ROOMS = ("lobby", "den")
LOGS = st.lists(
    st.one_of(
        st.builds(
            said,
            st.sampled_from(["", "x" * 50, "\u00e9\n"]),
            room=st.sampled_from(ROOMS),
            id=st.none() | st.sampled_from("uvwxyz"),
            time=st.integers(0, 6).map(lambda days: TIME + days * DAY),
        ),
        st.builds(topic, st.sampled_from(ROOMS)),
    ),
    min_size=1,
    max_size=30,
)
KEEPS = st.builds(
    Keep,
    age_ms=st.none() | st.integers(1, 12).map(lambda halves: halves * DAY // 2),
    size=st.none() | st.integers(0, 1500),
)
PASSES = st.lists(
    st.tuples(
        st.sampled_from([*ROOMS, "none"]),
        KEEPS,
        st.integers(0, 7).map(lambda days: TIME + days * DAY),
        st.integers(0, 31),
    ),
    max_size=4,
)


def kept(log: list[Stored], room: str, keep: Keep, now_ms: int, upto: int) -> list[Stored]:
    """Return what a log whose times are in order must be after a pass, told by its promise."""
    own = [s for s in log if s.event.room == room and isinstance(s.event, Said)]
    last = 0
    if keep.age_ms is not None:
        trusted = min(DAY, keep.age_ms // 2)
        past = [s.event.time for s in log if s.event.time <= now_ms - trusted]
        now = min(now_ms, max(past) + trusted) if past else 0
        last = max((s.event.seq for s in own if now - s.event.time > keep.age_ms), default=0)
    if keep.size is not None:
        for one in own:
            if sum(len(s.frame) for s in own if s.event.seq >= one.event.seq) > keep.size:
                last = max(last, one.event.seq)
    last = min(last, upto, log[-1].event.seq - 1)
    return [s for s in log if s not in own or s.event.seq > last]


def in_order(drafts: list[AnyDraft]) -> list[AnyDraft]:
    """Return drafts in the order of their times; what has none of its own comes first."""
    return sorted(drafts, key=lambda draft: getattr(getattr(draft, "event", None), "time", 0))


@given(LOGS, PASSES, st.booleans())
async def test_what_remains_is_what_was_promised(
    drafts: list[AnyDraft], passes: list[tuple[str, Keep, int, int]], memory: bool
) -> None:
    """After any passes over any log the rest is there, from every cursor on, also after a restart.

    Whoever resumes from anywhere gets every event that is left after that, once, in order.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with MemoryStore() if memory else SqliteStore(Path(folder)) as store:
            await put(store, created("den"))
            outcomes = await store.append(in_order(drafts))
            log = [one for one in outcomes if isinstance(one, Stored)]
            first = await store.read([("den", Interval(1, 1))], max_events=1, max_bytes=1)
            log.insert(0, Stored(decode_event(first.frames[0]), first.frames[0]))
            ids = {(s.event.account, s.event.id): s.event for s in log if s.event.id is not None}
            for room, keep, now_ms, upto in passes:
                left = kept(log, room, keep, now_ms, upto)
                removed = await store.remove(room, keep, now_ms=now_ms, upto=upto)
                gone = [s for s in log if s not in left]
                assert removed.events == len(gone)
                assert removed.size == sum(len(s.frame) for s in gone)
                assert removed.last == max((s.event.seq for s in gone), default=0)
                log = left
            await assert_left(store, log)
            for (asker, id_), event in ids.items():
                assert await store.find([RequestKey(asker, id_, b"")]) == [
                    Repeat(event.seq, event.time, same=True)
                ]
        if not memory:
            async with SqliteStore(Path(folder)) as store:
                await assert_left(store, log)


async def assert_left(store: Store, log: list[Stored]) -> None:
    """Check that a reader who goes on from any place gets what is left after it."""
    head = log[-1].event.seq
    assert store.head() == head
    for start in range(head + 1):
        got: list[bytes] = []
        position = store.position(store.cursor(start))
        assert position == start
        while position < head:
            spans = [(room, Interval(position + 1, head)) for room in ROOMS]
            part = await store.read(spans, max_events=3, max_bytes=500)
            assert not part.damaged
            assert part.upto > position
            got += part.frames
            position = part.upto
        assert got == [s.frame for s in log if s.event.seq > start]
