"""What is stored together: all of it, or nothing; each test runs on each store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.drafts import BlockDraft, SettingDraft, Together
from asynchat.store.interface import Conflict, Kept, Repeat, RequestKey, Stored
from tests.contracts.drafts import (
    TIME,
    account,
    created,
    deed,
    edited,
    held,
    joined,
    mark,
    redacted,
    report,
    request,
    said,
)

if TYPE_CHECKING:
    from asynchat.chat.drafts import OneDraft
    from asynchat.store.interface import Store


async def test_what_is_together_has_the_outcome_of_its_event(store: Store) -> None:
    """An account and its first event: the event is what came of them."""
    outcomes = await store.append([Together((account("a1", "ada"), joined()))])
    assert [type(outcome) for outcome in outcomes] == [Stored]
    snapshot = await store.snapshot()
    assert [one.id for one in snapshot.accounts] == ["a1"]
    assert set(snapshot.state.rooms["lobby"].members) == {"a1"}


async def test_without_an_event_it_is_kept(store: Store) -> None:
    """Of a name that goes from one to another, both accounts are kept."""
    await store.append([account("a1", "ada")])
    over = Together((account("a1", None, was="ada"), account("a2", "ada")))
    assert await store.append([over]) == [Kept()]
    assert {one.id: one.name for one in (await store.snapshot()).accounts} == {
        "a1": None,
        "a2": "ada",
    }


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (said(room="nowhere"), Conflict),
        (said("other", id="x", digest=b"2"), Repeat),
        (account("a3", "ben"), Conflict),
        (mark(1, room="nowhere"), Conflict),
        (edited(99), Conflict),
    ],
)
async def test_where_one_is_refused_none_is_stored(
    store: Store, last: OneDraft, outcome: type
) -> None:
    """A name, a picture and a mark stay as they were, and the others of the batch are stored."""
    await store.append([account("a1", "ada", picture=b"GIF89a"), account("a2", "ben")])
    await store.append([said("mine", id="x", digest=b"1"), mark(1)])
    before = await store.snapshot()
    group = Together((account("a1", "zoe"), mark(0), last))
    outcomes = await store.append([said("before"), group, said("after")])
    assert [type(one) for one in outcomes] == [Stored, outcome, Stored]
    assert [one.event.seq for one in outcomes if isinstance(one, Stored)] == [2, 3]
    assert (await store.snapshot()).accounts == before.accounts
    assert await store.picture("a1") == b"GIF89a"
    (unread,) = await store.unread("a1", [("lobby", 1)], upto=3)
    assert unread.seq == 1


async def test_a_request_without_an_event_is_done_once(store: Store) -> None:
    """The same again is a repeat with what goes along with it, and another one is told apart."""
    once = Together((request("x"), deed("kick")))
    assert await store.append([once]) == [Kept()]
    assert await store.append([once]) == [Repeat(0, TIME, same=True)]
    (other,) = await store.append([Together((request("x", digest=b"2"), deed("ban")))])
    assert other == Repeat(0, TIME, same=False)
    assert await store.append([said(id="x")]) == [Repeat(0, TIME, same=False)]
    assert [one.action for one in await store.audit(limit=9)] == ["kick"]
    assert await store.find([RequestKey("a1", "x", b"1")]) == [Repeat(0, TIME, same=True)]


async def test_an_entry_is_only_there_with_its_deed(store: Store) -> None:
    """Where the event is refused, the audit log, mutes, blocks and settings are as before."""
    before = await store.snapshot()
    refused = Together(
        (deed(), held(), BlockDraft("a1", "a2"), SettingDraft("x", "1"), report(), said(room="no"))
    )
    assert await store.append([refused]) == [Conflict()]
    after = await store.snapshot()
    assert (after.restraints, after.blocks, after.settings) == (
        before.restraints,
        before.blocks,
        before.settings,
    )
    assert await store.audit(limit=9) == []
    assert await store.reports(limit=9) == []


async def test_what_went_before_in_the_batch_stays(store: Store) -> None:
    """A deletion and a room of the same batch are there, whatever became of the others."""
    await store.append([account("a1", "ada"), said("secret")])
    refused = Together((account("a2", "ada"), joined("den", "a2")))
    outcomes = await store.append([redacted(1), created("den"), refused, said("hi", room="den")])
    assert [type(one) for one in outcomes] == [Stored, Stored, Conflict, Stored]
    assert set((await store.snapshot()).state.rooms["den"].members) == {"a1"}
