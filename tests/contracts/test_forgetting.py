"""What every store does to what a deleted account said; each test runs on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.drafts import ForgetDraft
from asynchat.chat.state import Interval
from asynchat.messages import Joined, decode_event
from asynchat.store.interface import Forgotten
from tests.contracts.drafts import TIME, account, created, edited, joined, redacted, said

if TYPE_CHECKING:
    from asynchat.messages import AnyEvent
    from asynchat.store.interface import Store

PLENTY = 10**9


async def events(store: Store, room: str = "lobby") -> list[AnyEvent]:
    """Return what the log has of a room."""
    part = await store.read([(room, Interval(0))], max_events=PLENTY, max_bytes=PLENTY)
    assert part.damaged == ()
    return [decode_event(frame) for frame in part.frames]


async def forget_all(store: Store) -> list[tuple[str, int]]:
    """Forget until nothing is left, deleting what is to be; return what was."""
    deleted: list[tuple[str, int]] = []
    forgotten = await store.forget()
    while forgotten.more:
        deleted += forgotten.said
        await store.append(
            [redacted(seq, room=room, account=forgotten.account) for room, seq in forgotten.said]
        )
        forgotten = await store.forget()
    return deleted


async def fill(store: Store) -> None:
    """Store a little talk of a1, who is called so, and a2."""
    await store.append([account("a1", "ada"), account("a2", "ben")])
    await store.append([joined("lobby", "a1"), joined("lobby", "a2")])
    await store.append([said("one", account="a1"), said("two", account="a2")])
    await store.append([edited(3, "one anew", account="a1")])
    await store.append([created("~two", "a1", people=("a1", "a2"))])
    await store.append([said("three", room="~two", account="a1")])


async def test_nobody_is_forgotten_who_is_not_to_be(store: Store) -> None:
    """There is nothing to be done, and the log stays."""
    await fill(store)
    before = await events(store)
    assert await store.forget() == Forgotten()
    assert await events(store) == before


async def test_a_name_goes_from_all_that_was_said_and_done(store: Store) -> None:
    """Texts stay, and so do the seqs, the account and everybody else's name."""
    await fill(store)
    before = [(one.seq, one.account, getattr(one, "text", None)) for one in await events(store)]
    await store.append([account("a1"), ForgetDraft("a1", blank=False)])
    assert await forget_all(store) == []
    after = await events(store)
    assert [(one.seq, one.account, getattr(one, "text", None)) for one in after] == before
    assert {one.sender for one in after if one.account == "a1"} == {""}
    assert {one.sender for one in after if one.account == "a2"} == {"a2"}
    made, three = await events(store, "~two")
    assert [one.name for one in made.people] == [None, "a2"]  # type: ignore[union-attr]
    assert three.sender == ""
    assert await store.forget() == Forgotten()


async def test_who_did_it_to_another_has_no_name_either(store: Store) -> None:
    """That somebody was added by the account stays, and not how it was called."""
    await store.append([account("a1", "ada"), account("a2", "ben")])
    added = Joined(
        seq=0,
        time=TIME,
        room="lobby",
        account="a2",
        sender="ben",
        id=None,
        by="a1",
        by_name="ada",
    )
    draft = joined("lobby", "a2")
    await store.append([type(draft)(added)])
    await store.append([ForgetDraft("a1", blank=False)])
    await forget_all(store)
    (event,) = await events(store)
    assert (event.sender, event.by, event.by_name) == ("ben", "a1", None)  # type: ignore[union-attr]


async def test_what_it_said_is_deleted_where_that_was_asked(store: Store) -> None:
    """Each of its messages, with its edits, by an event like any other; nobody else's."""
    await fill(store)
    await store.append([account("a1"), ForgetDraft("a1", blank=True)])
    assert sorted(await forget_all(store)) == [("lobby", 3), ("~two", 7)]
    after = await events(store)
    texts = {one.seq: one.text for one in after if hasattr(one, "text")}
    assert texts == {3: "", 4: "two", 5: ""}
    assert await store.forget() == Forgotten()


async def test_a_long_log_is_forgotten_a_part_at_a_time(store: Store) -> None:
    """However long it is, one step takes little, and all of it is done in the end."""
    await store.append([account("a1", "ada"), account("a2", "ben")])
    await store.append([said(f"{n}", account="a1" if n % 3 else "a2") for n in range(1_200)])
    await store.append([ForgetDraft("a1", blank=True), ForgetDraft("a2", blank=False)])
    assert len(await forget_all(store)) == 800
    after = await events(store)
    assert {one.sender for one in after} == {""}
    left = [one for one in after if getattr(one, "text", "")]
    assert len(left) == 400
