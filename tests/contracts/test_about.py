"""What every store makes of events about others: edits, deletions, reactions and pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.asking import Target
from asynchat.chat.state import Interval
from asynchat.messages import LOBBY, Edited, Reacted, Said, Tally, decode_event
from asynchat.store.interface import Conflict, Keep, Stored
from tests.contracts.drafts import (
    TIME,
    created,
    edited,
    joined,
    pinned,
    reacted,
    redacted,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.store.interface import Excerpt, Store

PLENTY = 1_000_000
ALL = Interval(0)


async def put(store: Store, *drafts: AnyDraft) -> list[Stored]:
    """Append drafts that all become events."""
    outcomes = await store.append(drafts)
    stored = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
    assert len(stored) == len(outcomes)
    return stored


async def page(
    store: Store,
    within: Sequence[Interval] = (ALL,),
    *,
    reader: str = "a1",
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
    max_bytes: int = PLENTY,
) -> Excerpt:
    """Read a page of the lobby."""
    return await store.page(
        LOBBY, within, reader=reader, before=before, after=after, limit=limit, max_bytes=max_bytes
    )


def seqs(stored: Sequence[Stored]) -> list[int]:
    """Return the seqs of events."""
    return [one.event.seq for one in stored]


async def test_a_page_has_what_is_about_no_other_and_counts_only_that(store: Store) -> None:
    """However much happens to one message, a page of two has two messages."""
    await put(store, said("one"), *(edited(1, f"v{n}") for n in range(5)), said("two"))
    got = await page(store, limit=2)
    assert (seqs(got.events), got.more) == ([1, 7], False)
    assert (seqs(got.later), got.counted) == ([6], 7)
    got = await page(store, limit=1)
    assert (seqs(got.events), got.more, got.later) == ([7], True, ())


async def test_the_stream_has_every_edit(store: Store) -> None:
    """An edit is an event like any other: who resumes is told of each."""
    stored = await put(store, said("one"), edited(1, "two"), edited(1, "three"))
    part = await store.read([(LOBBY, ALL)], max_events=9, max_bytes=PLENTY)
    assert part.frames == [one.frame for one in stored]


async def test_a_reader_sees_the_newest_edit_of_its_own_time(store: Store) -> None:
    """Of a private room a page has what happened while the reader was in it."""
    await put(store, said("one"), edited(1, "two"), edited(1, "three"), reacted(1), pinned(1))
    assert seqs((await page(store, [Interval(0, 2)])).later) == [2]
    assert seqs((await page(store, [Interval(0, 1)])).later) == []
    assert seqs((await page(store)).later) == [3, 4, 5]


async def test_a_deletion_blanks_the_message_and_its_edits(store: Store) -> None:
    """The texts are nowhere any more; seqs, times and authors stay."""
    secret = "what nobody should have read"
    await put(store, said(secret), edited(1, secret), reacted(1), pinned(1), said("else"))
    (gone,) = await put(store, redacted(1))
    part = await store.read([(LOBBY, ALL)], max_events=99, max_bytes=PLENTY)
    assert secret.encode() not in b"".join(part.frames)
    first, second, *_ = map(decode_event, part.frames)
    assert isinstance(first, Said)
    assert isinstance(second, Edited)
    assert (first.seq, first.text, first.redacted, first.time) == (1, "", True, TIME)
    assert (second.about, second.text, second.redacted) == (1, "", True)
    got = await page(store)
    assert got.events[0].event == first
    assert gone in got.later
    assert got.reactions == ()
    assert seqs(got.later) == [2, 6]


async def test_what_is_deleted_is_not_changed_any_more(store: Store) -> None:
    """Who was judged before a deletion has to be judged again."""
    await put(store, said("one"), redacted(1))
    late = [edited(1), redacted(1), reacted(1), pinned(1), reacted(1, on=False)]
    assert await store.append(late) == [Conflict()] * 5


async def test_what_is_not_there_is_not_changed(store: Store) -> None:
    """An event is about one that is there, in the same room, and about no other itself."""
    await put(store, said("one"), created("den"), edited(1))
    for about, room in ((9, LOBBY), (1, "den"), (3, LOBBY)):
        drafts = [
            edited(about, room=room),
            redacted(about, room=room),
            reacted(about, room=room),
            pinned(about, room=room),
        ]
        assert await store.append(drafts) == [Conflict()] * 4


async def test_an_emoji_of_one_account_stands_once(store: Store) -> None:
    """The same emoji of the same account is refused until it was taken back."""
    await put(store, said("one"), reacted(1))
    assert await store.append([reacted(1)]) == [Conflict()]
    await put(store, reacted(1, "🎉"), reacted(1, account="a2"), reacted(1, on=False))
    assert await store.append([reacted(1, on=False)]) == [Conflict()]
    got = await page(store, reader="a2")
    assert got.reactions == (
        Tally(about=1, emoji="🎉", count=1),
        Tally(about=1, emoji="👍", count=1, mine=True),
    )
    assert [one.event.account for one in got.later] == ["a1", "a2"]


async def test_of_many_who_react_the_newest_are_named(store: Store) -> None:
    """All are counted; a page names twenty."""
    await put(store, said("one"), *(reacted(1, account=f"a{n}") for n in range(25)))
    got = await page(store)
    assert got.reactions == (Tally(about=1, emoji="👍", count=25, mine=True),)
    assert [one.event.account for one in got.later] == [f"a{n}" for n in range(5, 25)]
    assert all(isinstance(one.event, Reacted) for one in got.later)


async def test_what_stands_under_a_message_is_of_its_page(store: Store) -> None:
    """What became of a message counts for the size of the page that has it."""
    await put(store, said("one"), said("two"), *(reacted(2, account=f"a{n}") for n in range(9)))
    everything = await page(store)
    size = sum(len(one.frame) for one in (*everything.events, *everything.later)) + 250
    assert not (await page(store, max_bytes=size)).more
    got = await page(store, max_bytes=size - 1)
    assert (seqs(got.events), got.more) == ([2], True)
    assert not (await page(store, after=0, max_bytes=size)).more
    got = await page(store, after=0, max_bytes=size - 1)
    assert (seqs(got.events), got.more, got.later) == ([1], True, ())


async def test_pins_are_found_at_once(store: Store) -> None:
    """What is pinned comes oldest first, with what became of it; unpinned it is gone."""
    await put(store, *(said(f"{n}") for n in range(4)), created("den"), said("x", room="den"))
    await put(store, pinned(3), pinned(1), pinned(6, room="den"), edited(1))
    got = await store.pinned(LOBBY, [ALL], reader="a1", max_bytes=PLENTY)
    assert (seqs(got.events), seqs(got.later), got.more) == ([1, 3], [7, 8, 10], False)
    assert await store.append([pinned(1)]) == [Conflict()]
    await put(store, pinned(1, on=False))
    assert await store.append([pinned(1, on=False)]) == [Conflict()]
    got = await store.pinned(LOBBY, [ALL], reader="a1", max_bytes=PLENTY)
    assert seqs(got.events) == [3]


async def test_pins_stop_at_their_bytes(store: Store) -> None:
    """The newest come first, and the rest can be asked for."""
    await put(store, said("one"), said("two"), pinned(1), pinned(2))
    got = await store.pinned(LOBBY, [ALL], reader="a1", max_bytes=1)
    assert (seqs(got.events), got.more) == ([2], True)
    got = await store.pinned(LOBBY, [ALL], reader="a1", before=2, max_bytes=1)
    assert (seqs(got.events), got.more) == ([1], False)
    got = await store.pinned(LOBBY, [Interval(2)], reader="a1", max_bytes=PLENTY)
    assert seqs(got.events) == [2]


async def test_a_target_is_what_a_message_is_now(store: Store) -> None:
    """Everything that a request about it is judged by."""
    await put(store, said("one"), edited(1, "two"), reacted(1), reacted(1, "🎉", account="a2"))
    await put(store, pinned(1), joined(account="a2"), said("three"), pinned(7))
    assert await store.target(1, "a2") == Target(
        1,
        LOBBY,
        "a1",
        text="two",
        pinned=True,
        mine=frozenset("🎉"),
        emoji=frozenset("👍🎉"),
        pinned_in_room=2,
    )
    await put(store, redacted(1))
    gone = await store.target(1, "a2")
    assert gone == Target(1, LOBBY, "a1", redacted=True, pinned_in_room=1)
    assert await store.target(6, "a2") == Target(6, LOBBY, None)
    assert await store.target(2, "a2") is None
    assert await store.target(99, "a2") is None


async def test_what_is_removed_takes_along_what_is_about_it(store: Store) -> None:
    """No edit outlives the message that it is about, but for the room's newest event."""
    await put(store, said("one"), edited(1), reacted(1), pinned(1), said("two"), reacted(1, "🎉"))
    # What was not shown to everybody yet has to be there for those who wait for it.
    removed = await store.remove(LOBBY, Keep(size=1), now_ms=TIME, upto=3)
    assert (removed.events, removed.last) == (3, 3)
    part = await store.read([(LOBBY, ALL)], max_events=99, max_bytes=PLENTY)
    assert [decode_event(frame).seq for frame in part.frames] == [4, 5, 6]
    assert list(await store.append([edited(1)])) == [Conflict()]


async def test_what_is_removed_takes_along_all_that_was_shown(store: Store) -> None:
    """No edit outlives the message that it is about, but for the room's newest event."""
    await put(store, said("one"), said("two"), edited(1), reacted(1), pinned(2), reacted(1, "🎉"))
    removed = await store.remove(LOBBY, Keep(size=1), now_ms=TIME, upto=6)
    assert (removed.events, removed.last) == (5, 5)
    part = await store.read([(LOBBY, ALL)], max_events=99, max_bytes=PLENTY)
    assert [decode_event(frame).seq for frame in part.frames] == [6]
    assert await store.target(1, "a1") is None
    got = await page(store)
    assert (seqs(got.events), got.later, got.reactions) == ([], (), ())
