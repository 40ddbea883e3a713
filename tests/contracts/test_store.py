"""What every store does; each test runs on each of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.state import OPEN, Interval, State
from asynchat.messages import LOBBY, decode_event, encode
from asynchat.store.interface import (
    Conflict,
    Excerpt,
    Kept,
    Repeat,
    RequestKey,
    Slice,
    Stored,
    StoreError,
)
from asynchat.store.memory import MemoryStore
from tests.contracts.drafts import TIME, account, created, joined, left, said, topic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.store.interface import Outcome, Store

PLENTY = 1_000_000
ALL = Interval(0)


async def put(store: Store, *drafts: AnyDraft) -> list[Stored]:
    """Append drafts that all become events."""
    outcomes = await store.append(drafts)
    stored = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
    assert len(stored) == len(outcomes)
    return stored


async def read(
    store: Store,
    *spans: tuple[str, Interval],
    max_events: int = PLENTY,
    max_bytes: int = PLENTY,
) -> Slice:
    """Read with limits that are not reached, unless given."""
    return await store.read(spans, max_events=max_events, max_bytes=max_bytes)


async def page(  # noqa: PLR0917
    store: Store,
    within: Sequence[Interval] = (ALL,),
    before: int | None = None,
    after: int | None = None,
    limit: int = 3,
    max_bytes: int = PLENTY,
) -> tuple[list[int], bool]:
    """Read a page of the lobby; return its seqs, and whether there is more."""
    excerpt = await store.page(
        LOBBY,
        within,
        reader="a1",
        before=before,
        after=after,
        limit=limit,
        max_bytes=max_bytes,
    )
    return [stored.event.seq for stored in excerpt.events], excerpt.more


def kinds(outcomes: Sequence[Outcome]) -> list[type[Outcome]]:
    """Return what kind each outcome is of."""
    return [type(outcome) for outcome in outcomes]


async def assert_rebuilt(store: Store) -> None:
    """Check that the snapshot is what the events of the log make, one after the other."""
    snapshot = await store.snapshot()
    log = await read(store, *((room, ALL) for room in snapshot.state.rooms))
    assert len(log.frames) == snapshot.head == store.head()
    state = State()
    for frame in log.frames:
        state.apply(decode_event(frame))
    assert snapshot.state.rooms == state.rooms


# Appending


async def test_an_empty_store_begins_at_zero(store: Store) -> None:
    """A new store has an id, a secret, nobody, the lobby, and no event."""
    snapshot = await store.snapshot()
    assert store.head() == snapshot.head == 0
    assert list(snapshot.state.rooms) == [LOBBY]
    assert snapshot.accounts == []
    assert len(store.server) == 16
    assert len(store.secret) == 32


async def test_two_stores_are_not_the_same_server(store: Store) -> None:
    """The id and the secret are random."""
    other = MemoryStore()
    assert (store.server, store.secret) != (other.server, other.secret)


async def test_events_get_the_next_seqs_in_order(store: Store) -> None:
    """Each draft becomes an event with the next seq, and its frame is that event encoded."""
    first = await put(store, said("one"), said("two"))
    second = await put(store, said("three"))
    stored = [*first, *second]
    assert [one.event.seq for one in stored] == [1, 2, 3]
    assert [getattr(one.event, "text", "") for one in stored] == ["one", "two", "three"]
    assert [one.frame for one in stored] == [encode(one.event) for one in stored]
    assert store.head() == 3


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    """No drafts, no outcomes."""
    assert await store.append([]) == []
    assert store.head() == 0


async def test_a_repeat_makes_no_second_event(store: Store) -> None:
    """A known (asker, id) is answered with the first one's seq and time, and takes no seq."""
    await put(store, said(), said(id="x", digest=b"1"))
    outcomes = await store.append([said(id="x", digest=b"1"), said(id="x", digest=b"2"), said()])
    assert outcomes[:2] == [Repeat(2, TIME, same=True), Repeat(2, TIME, same=False)]
    assert isinstance(outcomes[2], Stored)
    assert outcomes[2].event.seq == 3


async def test_a_repeat_is_known_within_its_batch(store: Store) -> None:
    """Two drafts of one request in the same batch make one event."""
    outcomes = await store.append([said(id="x"), said(id="x"), said(id="y")])
    assert kinds(outcomes) == [Stored, Repeat, Stored]
    assert outcomes[1] == Repeat(1, TIME, same=True)
    assert store.head() == 2


async def test_ids_are_each_askers_own(store: Store) -> None:
    """Two accounts may use the same id; what no request caused has none and never repeats."""
    outcomes = await store.append(
        [said(id="x", account="a1"), said(id="x", account="a2"), said(), said()]
    )
    assert kinds(outcomes) == [Stored] * 4


async def test_only_repeats_change_and_tell_nothing(store: Store) -> None:
    """A batch without anything new reaches no watcher."""
    await put(store, said(id="x"))
    watch = store.watch()
    await store.append([said(id="x")])
    await put(store, said("news"))
    assert [one.event.seq for one in await anext(watch)] == [2]


@pytest.mark.parametrize(
    "refused",
    [
        created("den"),
        created("~other", people=("a2", "a1")),
        joined("den", "a1"),
        left("den", "a3"),
        left("lobby", "a1"),
        said(room="nowhere"),
        joined("nowhere"),
        left("nowhere"),
        topic("nowhere"),
        account("b2", "ADA"),
        account("b2", token="b1"),
    ],
)
async def test_a_conflict_is_refused_alone(store: Store, refused: AnyDraft) -> None:
    """A draft that an index refuses leaves no trace; the others of its batch are stored."""
    await store.append([created("den"), created("~2", people=("a1", "a2")), account("b1", "ada")])
    before = await store.snapshot()
    outcomes = await store.append([said("before"), refused, said("after")])
    assert kinds(outcomes) == [Stored, Conflict, Stored]
    assert store.head() == before.head + 2
    after = await store.snapshot()
    before.state.rooms[LOBBY].head = after.head
    assert after.state.rooms == before.state.rooms
    assert after.accounts == before.accounts
    await assert_rebuilt(store)


async def test_conflicts_are_seen_within_a_batch(store: Store) -> None:
    """The second of two that want the same room in one batch is refused."""
    outcomes = await store.append(
        [created("den"), created("den", "a2"), joined("den", "a2"), joined("den", "a2")]
    )
    assert kinds(outcomes) == [Stored, Conflict, Stored, Conflict]


async def test_a_refused_request_may_come_again(store: Store) -> None:
    """A conflict does not use up the request's id."""
    assert kinds(await store.append([said(room="den", id="x")])) == [Conflict]
    assert await store.find([RequestKey("a1", "x", b"")]) == [None]
    assert kinds(await store.append([created("den"), said(room="den", id="x")])) == [Stored] * 2


@pytest.mark.parametrize("request_", [created("den", id="x"), joined(id="x"), left("den", id="x")])
async def test_a_repeat_goes_before_a_conflict(store: Store, request_: AnyDraft) -> None:
    """A request sent again is a repeat, also where its event would be refused by now."""
    if request_ == left("den", id="x"):
        await put(store, created("den"))
    assert kinds(await store.append([request_])) == [Stored]
    assert kinds(await store.append([request_])) == [Repeat]


async def test_one_may_leave_and_come_back(store: Store) -> None:
    """Each stay is an interval from its joined to its left, both included."""
    await put(store, joined(), left(), said(), joined(), said())
    room = (await store.snapshot()).state.rooms[LOBBY]
    assert room.stays == {"a1": [Interval(1, 2), Interval(4, OPEN)]}
    assert room.members == {"a1": 4}


async def test_direct_rooms_of_other_people_are_other_rooms(store: Store) -> None:
    """A direct room is keyed by exactly its people; all of them are members at once."""
    await put(store, created("~1", people=("b", "a")), created("~2", people=("a", "b", "c")))
    state = (await store.snapshot()).state
    direct = state.direct_of(("a", "b"))
    assert direct is not None
    assert direct.name == "~1"
    assert direct.members == {"a": 1, "b": 1}


async def test_public_rooms_are_not_keyed_by_people(store: Store) -> None:
    """Any number of rooms that are not direct may have the same (no) people."""
    await put(store, created("one"), created("two", private=True))
    state = (await store.snapshot()).state
    assert state.rooms["two"].private
    assert not state.rooms["one"].private


async def test_batches_are_stored_in_the_order_of_the_calls(store: Store) -> None:
    """Of calls that wait at once the first to call is the first in the log."""
    outcomes = await asyncio.gather(*(put(store, said(str(n)), said(str(n))) for n in range(30)))
    assert [one.event.seq for batch in outcomes for one in batch] == list(range(1, 61))


async def test_a_cancelled_caller_neither_loses_nor_splits_a_batch(store: Store) -> None:
    """What was begun is stored whole and reaches the watchers without its caller."""
    watch = store.watch()
    async with asyncio.TaskGroup() as group:
        caller = group.create_task(put(store, said("one", id="1"), said("two", id="2")))
        await asyncio.sleep(0)
        caller.cancel()
    batch = await asyncio.wait_for(anext(watch), 10)
    assert [one.event.id for one in batch] == ["1", "2"]
    assert kinds(await store.append([said("one", id="1")])) == [Repeat]


# Accounts


async def test_an_account_is_put_in_its_own_place(store: Store) -> None:
    """A draft adds an account, or replaces the one with its id; the order is that of coming."""
    await store.append([account("b1", "ada"), account("b2"), account("b3")])
    newer = account("b1", "Ada", token="new", was="x", held=False)
    assert await store.append([newer]) == [Kept()]
    accounts = (await store.snapshot()).accounts
    assert accounts == [newer.account, account("b2").account, account("b3").account]


async def test_accounts_take_no_seq(store: Store) -> None:
    """An account is no event: no seq, no watcher, no new epoch."""
    watch = store.watch()
    assert await store.append([account("b1", "ada")]) == [Kept()]
    assert store.head() == 0
    await store.append([account("b2"), said()])
    assert [one.event.seq for one in await anext(watch)] == [1]


async def test_a_name_goes_over_in_one_batch(store: Store) -> None:
    """Its holder gives a name up and another takes it, in one batch in this order."""
    await store.append([account("b1", "ada"), account("b2", "ben")])
    outcomes = await store.append([account("b1", None, was="ada"), account("b2", "Ada")])
    assert outcomes == [Kept(), Kept()]
    accounts = (await store.snapshot()).accounts
    assert [one.name for one in accounts] == [None, "Ada"]


async def test_a_name_is_free_once_given_up(store: Store) -> None:
    """The key of the former name is nobody's."""
    await store.append([account("b1", "ada"), account("b1", "eva")])
    assert await store.append([account("b2", "ada")]) == [Kept()]


# Watching


async def test_a_watch_begins_when_it_is_asked_for(store: Store) -> None:
    """Nothing that is committed between watch() and the first step is missed."""
    await put(store, said("past"))
    watch = store.watch()
    first = await put(store, said("one"), said("two"))
    second = await put(store, said("three"))
    assert await anext(watch) == first
    assert await anext(watch) == second


async def test_every_watch_gets_every_batch(store: Store) -> None:
    """Watches do not take from one another."""
    watches = [store.watch(), store.watch()]
    batch = await put(store, said())
    assert [await anext(watch) for watch in watches] == [batch, batch]


async def test_a_watch_waits_for_news(store: Store) -> None:
    """A step taken before the commit returns what it brings."""
    watch = store.watch()
    async with asyncio.TaskGroup() as group:
        step = group.create_task(asyncio.wait_for(anext(watch), 10))
        await asyncio.sleep(0)
        batch = await put(store, said())
    assert step.result() == batch


async def test_a_watch_ends_with_the_store(closed_store: Store) -> None:
    """What waits is still yielded, then every watch ends, also one asked for later."""

    async def the_rest(watch: AsyncIterator[list[Stored]]) -> list[list[Stored]]:
        return [batch async for batch in watch]

    async with asyncio.TaskGroup() as group, closed_store as store:
        eager, late = store.watch(), store.watch()
        reading = group.create_task(the_rest(eager))
        batch = await put(store, said())
        await asyncio.sleep(0)
    assert reading.result() == [batch]
    assert await the_rest(late) == [batch]
    assert await the_rest(store.watch()) == []


async def test_a_closed_store_refuses(closed_store: Store) -> None:
    """After the end every question is refused in a sentence."""
    async with closed_store as store:
        await put(store, said())
        spans = [(LOBBY, Interval(1, 1))]
    for question in (
        store.append([said()]),
        store.snapshot(),
        store.page(LOBBY, [ALL], reader="a1", limit=1, max_bytes=1),
        store.find([RequestKey("a1", "x", b"")]),
        store.read([*spans, ("den", ALL)], max_events=1, max_bytes=1),
    ):
        with pytest.raises(StoreError, match="closed"):
            await question


# Reading


async def test_reading_merges_rooms_by_seq(store: Store) -> None:
    """Stretches of several rooms come together in the one order; nothing else comes."""
    await put(store, created("den"), created("attic"))  # 1, 2
    stored = await put(
        store,
        said("3"),
        said("4", room="den"),
        said("5", room="attic"),
        said("6"),
        said("7", room="den"),
        said("8"),
    )
    frames = {one.event.seq: one.frame for one in stored}
    got = await read(store, (LOBBY, Interval(3, 7)), ("den", Interval(5, 8)))
    assert got == Slice([frames[3], frames[6], frames[7]], 8)


async def test_overlapping_stretches_give_each_event_once(store: Store) -> None:
    """Asking twice for the same events does not bring them twice."""
    frames = [one.frame for one in await put(store, *(said(str(n)) for n in range(1, 7)))]
    got = await read(
        store, (LOBBY, Interval(4, 5)), (LOBBY, Interval(1, 3)), (LOBBY, Interval(2, 4))
    )
    assert got == Slice(frames[:5], 5)


async def test_reading_stops_after_so_many_events(store: Store) -> None:
    """A cut answer says up to where nothing is missing; going on from there misses nothing."""
    await put(store, created("den"))
    stored = await put(store, *(said(room=room) for room in (LOBBY, "den", "den", LOBBY, LOBBY)))
    frames: list[bytes] = []
    after = 1
    uptos = []
    while after < 6:
        spans = [(room, Interval(after + 1, 6)) for room in (LOBBY, "den")]
        part = await read(store, *spans, max_events=2)
        frames += part.frames
        after = part.upto
        uptos.append(after)
    assert frames == [one.frame for one in stored]
    assert uptos == [3, 5, 6]


async def test_reading_stops_once_the_bytes_are_passed(store: Store) -> None:
    """The frame that passes the limit is the last; there is always one."""
    frames = [one.frame for one in await put(store, said("1"), said("2"), said("3"))]
    size = len(frames[0])
    span = (LOBBY, Interval(1, 3))
    assert await read(store, span, max_bytes=1) == Slice(frames[:1], 1)
    assert await read(store, span, max_bytes=size - 1) == Slice(frames[:1], 1)
    assert await read(store, span, max_bytes=size) == Slice(frames[:2], 2)
    assert await read(store, span, max_bytes=3 * size) == Slice(frames, 3)


async def test_what_is_not_there_is_read_as_nothing(store: Store) -> None:
    """Empty stretches, unknown rooms and seqs to come give nothing up to the end asked for."""
    await put(store, said(), said())
    assert await read(store) == Slice([], 0)
    assert await read(store, (LOBBY, Interval(3, 2))) == Slice([], 2)
    assert await read(store, ("nowhere", Interval(1, 2))) == Slice([], 2)
    assert await read(store, (LOBBY, Interval(3, 9))) == Slice([], 9)


# Pages


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ([5, 6, 7], True)),
        ({"limit": 7}, ([1, 2, 3, 4, 5, 6, 7], False)),
        ({"limit": 6}, ([2, 3, 4, 5, 6, 7], True)),
        ({"before": 4}, ([1, 2, 3], False)),
        ({"before": 5}, ([2, 3, 4], True)),
        ({"before": 1}, ([], False)),
        ({"before": 0}, ([], False)),
        ({"before": 99}, ([5, 6, 7], True)),
        ({"after": 0}, ([1, 2, 3], True)),
        ({"after": 4}, ([5, 6, 7], False)),
        ({"after": 3}, ([4, 5, 6], True)),
        ({"after": 7}, ([], False)),
        ({"after": 2, "before": 5}, ([3, 4], False)),
        ({"within": ()}, ([], False)),
        ({"within": (Interval(2, 3), Interval(5, 6))}, ([3, 5, 6], True)),
        ({"within": (Interval(5, 6), Interval(2, 3)), "limit": 4}, ([2, 3, 5, 6], False)),
        ({"within": (Interval(5, 6), Interval(2, 3)), "after": 2}, ([3, 5, 6], False)),
        ({"within": (Interval(1, 5), Interval(2, 6)), "after": 1}, ([2, 3, 4], True)),
        ({"within": (Interval(3, OPEN),), "before": 5}, ([3, 4], False)),
        ({"max_bytes": 1}, ([7], True)),
        ({"max_bytes": 1, "after": 6}, ([7], False)),
        ({"max_bytes": 1, "after": 0}, ([1], True)),
    ],
)
async def test_a_page_is_what_was_asked_for(
    store: Store, arguments: dict[str, int], expected: tuple[list[int], bool]
) -> None:
    """Pages come oldest first, from the right end, within the intervals, and know of more."""
    await put(store, *(said(str(n)) for n in range(1, 8)))
    assert await page(store, **arguments) == expected  # type: ignore[arg-type]


async def test_a_page_stays_within_its_bytes(store: Store) -> None:
    """It ends before the event that would pass the limit, and says that there is more."""
    stored = await put(store, *(said(str(n)) for n in range(1, 4)))
    size = len(stored[0].frame)
    assert await page(store, max_bytes=2 * size) == ([2, 3], True)
    assert await page(store, max_bytes=2 * size - 1) == ([3], True)
    assert await page(store, max_bytes=3 * size) == ([1, 2, 3], False)


async def test_a_page_is_of_one_room(store: Store) -> None:
    """Other rooms' events are not in it; they come with their frames."""
    await put(store, created("den"))
    stored = await put(store, said(), said(room="den"), said())
    got = await store.page(LOBBY, [ALL], reader="a1", limit=5, max_bytes=PLENTY)
    assert got == Excerpt([stored[0], stored[2]], more=False, counted=4)


# Cursors


async def test_each_seq_has_a_cursor_of_its_own(store: Store) -> None:
    """A cursor leads back to its seq, also once the log went on."""
    cursors = [store.cursor(0)]
    for seq in range(1, 4):
        await put(store, said())
        cursors.append(store.cursor(seq))
    assert [store.position(cursor) for cursor in cursors] == [0, 1, 2, 3]
    assert cursors == [store.cursor(seq) for seq in range(4)]


async def test_what_is_no_cursor_of_this_history_is_none(store: Store) -> None:
    """A malformed cursor, one of another store, and one past the head are not known."""
    await put(store, said())
    epoch, _ = store.cursor(1).rsplit(".", 1)
    other = MemoryStore()
    await other.append([said()])
    for cursor in (
        "",
        ".",
        "1",
        epoch,
        f"{epoch}.",
        f"{epoch}.01",
        f"{epoch}.-1",
        f"{epoch}.\u0661",
        f"{epoch}.1 ",
        f"{epoch}.1\n",
        f"{epoch}.0",  # seq 0 lies in the epoch before
        f"{epoch}.2",
        f"{epoch}.{'9' * 400}",
        store.cursor(0).replace(".0", ".1"),
        other.cursor(0),
        other.cursor(1),
    ):
        assert store.position(cursor) is None, cursor
    assert store.position(f"{epoch}.1") == 1


# Snapshots and requests


async def test_a_snapshot_is_what_the_events_make(store: Store) -> None:
    """Rooms and memberships are those of the log, and topics and heads with them."""
    await put(
        store,
        joined(),
        created("den", "a2"),
        joined("den"),
        topic("den", "new"),
        said(room="den"),
        left("den", "a2"),
        created("~1", people=("a1", "a2")),
        topic(LOBBY, "all"),
    )
    await assert_rebuilt(store)
    state = (await store.snapshot()).state
    assert state.rooms["den"].topic == "new"
    assert state.rooms["den"].head == 6
    assert set(state.ever_of("a2")) == {"den", "~1"}
    assert [room.name for room in state.rooms_of("a2")] == ["~1"]


async def test_a_snapshot_is_a_copy(store: Store) -> None:
    """What the rules do to it does not reach the store."""
    await put(store, joined())
    snapshot = await store.snapshot()
    snapshot.state.rooms[LOBBY].close("a1", 7)
    snapshot.accounts.append(account("b1").account)
    fresh = await store.snapshot()
    assert fresh.state.rooms[LOBBY].members == {"a1": 1}
    assert fresh.accounts == []


async def test_a_request_is_found_by_who_asked_and_its_id(store: Store) -> None:
    """Nothing is found of another's id; another digest is not the same request."""
    await put(store, said(), said(id="x", digest=b"1"))
    assert await store.find([RequestKey("a1", "x", b"1")]) == [Repeat(2, TIME, same=True)]
    assert await store.find([RequestKey("a1", "x", b"2")]) == [Repeat(2, TIME, same=False)]
    assert await store.find([RequestKey("a2", "x", b"1")]) == [None]
    assert await store.find([RequestKey("a1", "y", b"1")]) == [None]
