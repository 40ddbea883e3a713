"""What the log says of requests: asked once for many, and never of what a batch does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.asking import Target
from asynchat.chat.drafts import FileDraft
from asynchat.hub.lookups import LookedUp, apart, look_up
from asynchat.hub.submissions import Noting, Submission
from asynchat.messages import Create, Join, React, Redact, Reported, Resolve, Say
from asynchat.store.interface import StoreError
from asynchat.store.memory import MemoryStore
from tests.contracts.drafts import account, created, report, said
from tests.contracts.test_files import half

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.hub.submissions import Item
    from asynchat.messages import Write
    from asynchat.store.interface import Repeat, RequestKey


class CountingStore(MemoryStore):
    """A store that counts how often it is asked for what was stored before, and may fail."""

    asked = 0
    fails = False

    async def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Return what requests made, or fail."""
        self.asked += 1
        if self.fails:
            raise StoreError("The disk does not answer.")
        return await super().find(keys)


def submitted(request: Write, account: str = "a1", digest: bytes = b"") -> Submission:
    """Return a request that waits."""
    return Submission(request, account, digest, 9, lambda _: None)


def all_of(*requests: Write) -> list[Item]:
    """Return requests of one account that wait."""
    return [submitted(request) for request in requests]


@pytest.fixture
async def store() -> CountingStore:
    """Return a store with ada, her room, a message with the id x, a file and a report."""
    store = CountingStore()
    message = said(room="den", id="x", digest=b"1")
    await store.append(
        [account("a1", "ada"), created(), message, FileDraft(half("f1")), report(room="den")]
    )
    return store


async def test_repeats_are_looked_up_all_at_once(store: CountingStore) -> None:
    """What changes the state has to be known for a repeat: one read tells it of a whole batch."""
    found = await look_up(
        store,
        [
            submitted(Create(id="x", room="new"), digest=b"1"),
            submitted(Join(id="y", room="den"), digest=b"1"),
            submitted(Join(id="x", room="den"), "a2", digest=b"1"),
            submitted(Say(id="x", room="den", text="x"), digest=b"1"),
            Noting(()),
        ],
    )
    assert [one.repeated for one in found] == [True, False, False, False, False]
    assert store.asked == 1


async def test_what_is_plainly_said_costs_no_read(store: CountingStore) -> None:
    """Most requests are: the index tells of a repeat when they are stored."""
    found = await look_up(store, [submitted(Say(id="x", room="den", text="x"))] * 3)
    assert found == [LookedUp()] * 3
    assert store.asked == 0


async def test_where_repeats_cannot_be_looked_up_storing_will_tell(store: CountingStore) -> None:
    """Nothing is refused for that here."""
    store.fails = True
    found = await look_up(store, [submitted(Create(id="x", room="new"), digest=b"1")])
    assert found == [LookedUp()]


async def test_it_says_what_a_request_is_about(store: CountingStore) -> None:
    """A message, a report, the file that is offered; what is not there is none."""
    requests = all_of(
        React(id="1", room="den", about=2, emoji="🎉", on=True),
        Say(id="2", room="den", text="yes", reply_to=2),
        Say(id="3", room="den", text="", file="f1"),
        Resolve(id="4", report=1),
        Redact(id="5", room="den", about=99),
    )
    reaction, reply, offer, resolved, nothing = await look_up(store, requests)
    assert isinstance(reaction.target, Target)
    assert isinstance(reply.target, Target)
    assert getattr(offer.offers, "id", None) == "f1"
    assert isinstance(resolved.target, Reported)
    assert nothing == LookedUp()


def test_what_depends_on_the_batch_is_looked_up_in_the_next() -> None:
    """The same id again, or the same message again: the log does not show yet what came of it."""
    create, join = Create(id="x", room="new"), Join(id="x", room="new")
    assert apart(all_of(create, join)) == 1
    assert apart([submitted(create), submitted(join, "a2")]) == 2
    react = React(id="1", room="den", about=2, emoji="🎉", on=True)
    redact = Redact(id="2", room="den", about=2)
    assert apart(all_of(react, redact)) == 1
    assert apart([submitted(react), submitted(redact, "a2")]) == 2
    say = Say(id="x", room="den", text="x")
    assert apart(all_of(say, say, join)) == 2
    assert apart([Noting(()), *all_of(say, say)]) == 3
