"""What every store keeps of people, and of who may come; each test runs on each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asynchat.chat.accounts import Device
from asynchat.chat.drafts import GuessesDraft, InvitationDraft, Together
from asynchat.chat.guesses import Guesses
from asynchat.chat.invitations import Invitation
from asynchat.store.interface import Conflict, Stored
from tests.contracts.drafts import TIME, account, created

if TYPE_CHECKING:
    from asynchat.store.interface import Store

ONE = Invitation(b"1", "member", "den", 2, TIME + 1, "a1", TIME)
LAPTOP, PHONE = Device("d1", b"1", "laptop", 1), Device("d2", b"2", "phone", 2, 3)


async def test_names_that_look_alike_are_one_name(store: Store) -> None:
    """Neither another account nor another room may have it: the indexes say so, too."""
    await store.append([account("a1", "alice")])
    for name in ("Alice", "аlice", "aIice"):
        assert await store.append([account("a2", name)]) == [Conflict()]
    made, other, direct = await store.append(
        [
            created("garden", "a1"),
            created("gаrden", "a1"),
            created("~garden", "a1", people=("a1", "a2")),
        ]
    )
    assert (type(made), other, type(direct)) == (Stored, Conflict(), Stored)


async def test_a_token_that_an_account_had_is_revoked(store: Store) -> None:
    """Devices are put in each other's place; the hash of what went is kept for ever."""
    anew = replace(PHONE, token_hash=b"3")
    for devices in ((LAPTOP,), (LAPTOP, PHONE), (PHONE,), (anew,)):
        await store.append([account("a1", "ada", devices=devices)])
        (ada,) = (await store.snapshot()).accounts
        assert ada.devices == devices
    assert (await store.snapshot()).revoked == {b"1", b"2"}
    taken = account("a2", devices=(Device("d1", b"3", "", 1),))
    assert await store.append([taken]) == [Conflict()]


async def test_devices_may_change_their_tokens_with_each_other(store: Store) -> None:
    """What an account has is what it is given, in whatever order; nothing is revoked by that."""
    await store.append([account("a1", devices=(LAPTOP, PHONE))])
    turned = (replace(LAPTOP, token_hash=b"2"), replace(PHONE, token_hash=b"1"))
    await store.append([account("a1", devices=turned)])
    snapshot = await store.snapshot()
    assert (snapshot.accounts[0].devices, snapshot.revoked) == (turned, frozenset())


async def test_what_is_stored_together_is_refused_together(store: Store) -> None:
    """A token is not revoked, and an invitation not used, by what came to nothing."""
    await store.append([account("a1", "ada", devices=(LAPTOP,)), account("a2", "ben")])
    group = Together(
        (
            account("a1", "ada", devices=(PHONE,)),
            InvitationDraft(ONE),
            GuessesDraft(Guesses("here", 1, TIME)),
            account("a1", "ben", devices=(PHONE,)),
        )
    )
    before = await store.snapshot()
    assert await store.append([group]) == [Conflict()]
    after = await store.snapshot()
    assert (after.accounts, after.revoked, after.invitations, after.guesses) == (
        before.accounts,
        before.revoked,
        before.invitations,
        before.guesses,
    )


async def test_invitations_are_kept_until_they_are_gone(store: Store) -> None:
    """In the order in which they were made, with as many uses as are left."""
    second = Invitation(b"2", "owner", None, 1, TIME + 1, None, TIME)
    used = replace(ONE, uses_left=0)
    await store.append([InvitationDraft(one) for one in (ONE, second, used)])
    assert (await store.snapshot()).invitations == [used, second]
    await store.append([InvitationDraft(ONE, gone=True)])
    assert (await store.snapshot()).invitations == [second]


async def test_guesses_are_kept_for_an_hour(store: Store) -> None:
    """The oldest first; a count of none forgets, and so does a later guess what is old."""
    here, there = Guesses("here", 3, TIME + 5), Guesses("there", 1, TIME)
    await store.append([GuessesDraft(here), GuessesDraft(there)])
    assert (await store.snapshot()).guesses == [there, here]
    await store.append([GuessesDraft(replace(there, count=0))])
    assert (await store.snapshot()).guesses == [here]
    late = Guesses("late", 1, TIME + 3_600_006)
    await store.append([GuessesDraft(late)])
    assert (await store.snapshot()).guesses == [late]
