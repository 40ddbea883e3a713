"""What every store counts as unread: what others said after one's mark, and mentions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.drafts import MarkDraft
from asynchat.messages import LOBBY, MAX_COUNTED, Said, Unread
from asynchat.store.interface import Conflict, Keep, Kept, Stored
from asynchat.store.memory import MemoryStore
from tests.contracts.drafts import (
    TIME,
    created,
    edited,
    joined,
    left,
    mark,
    pinned,
    reacted,
    redacted,
    said,
)

if TYPE_CHECKING:
    import pytest

    from asynchat.chat.drafts import AnyDraft, Draft
    from asynchat.store.interface import Store

PLENTY = 1_000_000


async def unread(
    store: Store, account: str = "a1", room: str = LOBBY, *, since: int = 0, upto: int = PLENTY
) -> tuple[int, int, int]:
    """Return an account's mark in a room, how much is unread, and how often it is mentioned."""
    (one,) = await store.unread(account, [(room, since)], upto=upto)
    assert one.room == room
    return one.seq, one.unread, one.mentions


async def test_what_others_said_is_unread(store: Store) -> None:
    """Neither what one said oneself, nor comings, nor what is about a message counts."""
    await store.append([joined(), said(account="a1"), said(account="a2"), topic_of_others()])
    await store.append([edited(3, account="a2"), reacted(3, account="a2"), pinned(3)])
    assert await unread(store) == (0, 1, 0)
    assert await unread(store, "a2") == (0, 1, 0)
    assert await unread(store, "a3") == (0, 2, 0)


def topic_of_others() -> Draft:
    """Return a draft of another's coming, which is no message."""
    return joined(LOBBY, "a2")


async def test_a_mark_moves_both_ways(store: Store) -> None:
    """What is after it counts, also after it went back."""
    await store.append([said(account="a2") for _ in range(5)])
    for seq, left_over in ((3, 2), (5, 0), (1, 4), (0, 5)):
        assert await store.append([mark(seq)]) == [Kept()]
        assert await unread(store) == (seq, left_over, 0)
    assert await unread(store, "a3") == (0, 5, 0)


async def test_a_mark_is_not_ahead_of_its_room(store: Store) -> None:
    """Who marks what is not said yet has read what was said, and no more."""
    await store.append([said(account="a2"), created("den", "a2"), mark(10**9)])
    await store.append([said(account="a2")])
    assert await unread(store) == (1, 1, 0)


async def test_a_mark_of_no_room_conflicts(store: Store) -> None:
    """It was judged by a state that is not the newest; the others of the batch are stored."""
    assert await store.append([mark(1, room="attic"), mark(1)]) == [Conflict(), Kept()]


async def test_nothing_before_one_came_is_unread(store: Store) -> None:
    """A mark from an earlier stay does not count, and neither does what was said meanwhile."""
    await store.append([joined(), said(account="a2"), mark(1), left(), said(account="a2")])
    await store.append([joined(), said(account="a2")])
    assert await unread(store, since=5) == (5, 1, 0)


async def test_mentions_are_counted(store: Store) -> None:
    """By account and by everyone, each message once; one's own call nobody."""
    await store.append(
        [
            said(account="a2", mentions=("a1",)),
            said(account="a2", mentions=("a1", "a3"), everyone=True),
            said(account="a2", everyone=True),
            said(account="a1", everyone=True),
            said(account="a2", mentions=("a3",)),
            said(account="a2"),
        ]
    )
    assert await unread(store, "a1") == (0, 5, 3)
    assert await unread(store, "a3") == (0, 6, 4)
    assert await unread(store, "a2") == (0, 1, 1)
    await store.append([mark(2)])
    assert await unread(store, "a1") == (2, 3, 1)
    assert await unread(store, "a1", upto=2) == (2, 0, 0)


async def test_what_is_deleted_counts_no_more(store: Store) -> None:
    """Neither as a message nor as a mention, and whom it named is forgotten."""
    stored = await store.append([said(account="a2", mentions=("a1",), everyone=True), said()])
    await store.append([redacted(1, account="a2")])
    assert len(stored) == 2
    assert await unread(store) == (0, 0, 0)
    part = await store.page(LOBBY, [], reader="a1", limit=9, max_bytes=PLENTY)
    assert part.events == []
    assert await unread(store, "a3") == (0, 1, 0)


async def test_what_is_removed_counts_no_more(store: Store) -> None:
    """Retention takes what was said and its mentions; marks stay as they are."""
    await store.append([said(account="a2", mentions=("a1",)) for _ in range(4)])
    await store.append([mark(2), said(account="a2")])
    await store.remove(LOBBY, Keep(size=0), now_ms=TIME, upto=3)
    assert await unread(store) == (2, 2, 1)


async def test_no_more_is_counted_than_anybody_reads(store: Store) -> None:
    """A hundred stands for more."""
    await store.append([said(account="a2", everyone=True) for _ in range(MAX_COUNTED + 5)])
    assert await unread(store) == (0, MAX_COUNTED, MAX_COUNTED)
    await store.append([mark(10)])
    assert await unread(store) == (10, MAX_COUNTED - 5, MAX_COUNTED - 5)


async def test_only_the_newest_events_are_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mention before them counts all the same: it is found without looking at the others."""
    for module in ("unread", "looking"):
        monkeypatch.setattr(f"asynchat.store.{module}.LOOKED_AT", 3)
    await store.append([said(account="a2", mentions=("a1",)), said(account="a2")])
    await store.append([joined(account=f"b{n}") for n in range(3)])
    assert await unread(store, "a1") == (0, 1, 1)
    assert await unread(store, "a3") == (0, 0, 0)


async def test_many_rooms_are_counted_in_their_order(store: Store) -> None:
    """One question may be about many rooms; of one that is not there nothing is unread."""
    await store.append([created("den", "a2"), said(room="den", account="a2"), said(account="a2")])
    assert await store.unread("a1", [("den", 1), ("none", 7), (LOBBY, 0)], upto=PLENTY) == [
        Unread(room="den", seq=1, unread=1),
        Unread(room="none", seq=7),
        Unread(room=LOBBY, seq=0, unread=1),
    ]


PEOPLE = st.sampled_from(["a1", "a2", "a3"])
ACTS: st.SearchStrategy[AnyDraft] = st.one_of(
    st.builds(
        said,
        account=PEOPLE,
        mentions=st.sets(PEOPLE, max_size=2).map(lambda people: (*sorted(people),)),
        everyone=st.booleans(),
    ),
    st.builds(mark, st.integers(0, 20), account=PEOPLE),
    st.builds(redacted, st.integers(1, 12)),
    st.builds(joined, st.just(LOBBY), PEOPLE),
    st.builds(left, st.just(LOBBY), PEOPLE),
)


@given(acts=st.lists(ACTS, max_size=30))
async def test_counts_are_what_one_would_count_by_hand(acts: list[AnyDraft]) -> None:
    """Of any log: the messages after the mark that others said and nobody deleted.

    That the store on disk counts as the one in memory is proved in `test_stores_agree`.
    """
    marks: dict[str, int] = {}
    messages: dict[int, Said] = {}
    head = 0
    async with MemoryStore() as store:
        for act in acts:
            (outcome,) = await store.append([act])
            if isinstance(act, MarkDraft):
                marks[act.account] = min(act.seq, head)
            elif isinstance(outcome, Stored):
                event = outcome.event
                head = event.seq
                if isinstance(event, Said):
                    messages[event.seq] = event
                messages.pop(getattr(event, "about", 0), None)
        for account in ("a1", "a2", "a3"):
            after = marks.get(account, 0)
            others = [m for seq, m in messages.items() if seq > after and m.account != account]
            called = [m for m in others if account in m.mentions or m.everyone]
            assert await unread(store, account) == (after, len(others), len(called))
