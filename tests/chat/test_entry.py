"""Who comes in as whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from asynchat.chat.accounts import Account, Directory
from asynchat.chat.asking import NO_PROOF, Known, Proof
from asynchat.chat.drafts import AccountDraft, AuditDraft, Draft, InvitationDraft
from asynchat.chat.entry import Asked, Entry, admit, check_hello
from asynchat.chat.invitations import Invitation, Invitations, code_hash
from asynchat.chat.state import State
from asynchat.errors import ChatError
from asynchat.messages import VERSIONS, Created, Hello, Joined
from tests.chat.people import NOW_MS, account, device, everybody, nobody, token_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.chat.asking import Access

CODE = "c" * 22
GARDEN = Created(
    seq=99,
    time=NOW_MS,
    room="garden",
    account="host",
    sender="host",
    id=None,
    topic="",
    private=True,
)


def let_in(
    hello: Hello,
    *accounts: Account,
    token: str = "u1",
    keeps_name: Callable[[str], bool] = everybody,
    access: Access = "open",
    invitations: Sequence[Invitation] = (),
    proof: Proof = NO_PROOF,
) -> Entry:
    """Return the entry of a hello where everybody with a name is in the lobby already."""
    state = State()
    for seq, one in enumerate(accounts, 1):
        state.apply(joined(one, seq=seq))
    state.apply(GARDEN)
    known = Known(state, Directory(accounts), keeps_name, Invitations(invitations), access)
    return admit(Asked(hello, token_hash(token), proof, "fresh", NOW_MS), known)


def joined(one: Account, *, seq: int = 0) -> Joined:
    """Return how an account comes to the lobby."""
    return Joined(
        seq=seq, time=NOW_MS, room="lobby", account=one.id, sender=one.name or "", id=None
    )


def refused(hello: Hello, *accounts: Account, token: str = "u1", **given: Any) -> ChatError:
    """Return the error of a hello that is not let in."""
    with pytest.raises(ChatError) as caught:
        let_in(hello, *accounts, token=token, **given)
    return caught.value


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
def test_another_version_is_told_which_are_spoken(version: int) -> None:
    """``bad_version`` carries the versions that the server speaks."""
    with pytest.raises(ChatError) as caught:
        check_hello(Hello(version=version))
    assert (caught.value.code, caught.value.versions) == ("bad_version", VERSIONS)
    assert caught.value.text == "This server speaks version 1 of the protocol."


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        (Hello(version=1), None),
        (Hello(version=1, token="t"), None),
        (Hello(version=1, token="t" * 256), None),
        (Hello(version=1, token="t" * 257), "bad_credentials"),
        (Hello(version=1, token=""), "bad_credentials"),
        (Hello(version=1, password="secret"), None),
        (Hello(version=1, password="secret", register=True), None),
        (Hello(version=1, register=True), "bad_request"),
        (Hello(version=1, device="d" * 64), None),
        (Hello(version=1, device="d" * 65), "text_too_long"),
    ],
)
def test_what_a_hello_may_say(hello: Hello, code: str | None) -> None:
    """A token has 1 to 256 characters, a device's name at most 64; who registers has a password."""
    if code is None:
        check_hello(hello)
    else:
        with pytest.raises(ChatError) as caught:
            check_hello(hello)
        assert caught.value.code == code


def test_a_token_never_seen_makes_its_account() -> None:
    """A newcomer gets an account under the fresh id, the name, and the lobby."""
    newcomer = Account("fresh", "ada", NOW_MS, (device("new", id="fresh"),))
    entry = let_in(Hello(version=1, name="ada"), token="new")
    assert entry.account == newcomer
    assert entry.drafts == (AccountDraft(newcomer), Draft(joined(newcomer)))


def test_the_same_hello_again_changes_nothing() -> None:
    """Who was cut off before its welcome finds its account as it is."""
    ada = account("u1", "ada")
    assert let_in(Hello(version=1, name="ada"), ada) == Entry(ada, "first", ())
    assert let_in(Hello(version=1), ada) == Entry(ada, "first", ())


def test_another_name_renames() -> None:
    """A known account that asks for another free name has it, and joins nothing again."""
    entry = let_in(Hello(version=1, name="eve"), account("u1", "ada"))
    assert entry == Entry(account("u1", "eve"), "first", (AccountDraft(account("u1", "eve")),))


def test_who_comes_back_holds_its_name_again() -> None:
    """A name given up with ``bye`` and not taken since is held from the next hello on."""
    entry = let_in(Hello(version=1), account("u1", "ada", held=False))
    assert entry == Entry(account("u1", "ada"), "first", (AccountDraft(account("u1", "ada")),))


def test_an_account_cut_off_before_its_lobby_comes_to_it() -> None:
    """The first visit to the lobby happens once, whenever the account was made."""
    ada = account("u1", "ada")
    asked = Asked(Hello(version=1), token_hash("u1"), NO_PROOF, "fresh", NOW_MS)
    entry = admit(asked, Known(State(), Directory([ada]), everybody))
    assert entry == Entry(ada, "first", (Draft(joined(ada)),))


def test_a_newcomer_has_to_say_a_name() -> None:
    """Without a name there is nothing to call a new account."""
    assert refused(Hello(version=1)).code == "bad_name"
    assert refused(Hello(version=1, name="")).code == "bad_name"
    assert refused(Hello(version=1, name="a a")).code == "bad_name"


def test_a_taken_name_is_refused_with_a_suggestion() -> None:
    """Neither a newcomer nor a known account gets a name that somebody keeps."""
    ada = account("u1", "ada")
    error = refused(Hello(version=1, name="ADA"), ada, token="new")
    assert (error.code, error.suggestion) == ("name_taken", "ADA2")
    error = refused(Hello(version=1, name="ada"), ada, account("u2", "ben"), token="u2")
    assert (error.code, error.suggestion) == ("name_taken", "ada2")


def test_who_lost_its_name_is_suggested_one_like_it() -> None:
    """An account whose name went to another, and asks for none, is told what it could be."""
    error = refused(Hello(version=1), account("u1", was="ada"), account("u2", "ada"))
    assert (error.code, error.suggestion) == ("name_taken", "ada2")


def test_a_name_that_is_free_again_comes_back() -> None:
    """Who lost its name has it back without asking, once nobody keeps it."""
    entry = let_in(
        Hello(version=1), account("u1", was="ada"), account("u2", "ada"), keeps_name=nobody
    )
    assert entry.account == account("u1", "ada")
    assert entry.drafts == (
        AccountDraft(account("u2", was="ada")),
        AccountDraft(account("u1", "ada")),
    )


def invitation(
    role: str = "member", *, room: str | None = None, uses: int = 1, ends_ms: int = NOW_MS + 1
) -> Invitation:
    """Return an invitation that the host made, for the code of these tests."""
    return Invitation(code_hash(CODE), role, room, uses, ends_ms, "host", NOW_MS)


def test_a_revoked_token_comes_in_as_nobody() -> None:
    """A device that was signed out gets no new account either."""
    directory = Directory([account("u1", "ada")], [token_hash("old")])
    asked = Asked(Hello(version=1, name="eve"), token_hash("old"), NO_PROOF, "fresh", NOW_MS)
    with pytest.raises(ChatError) as caught:
        admit(asked, Known(State(), directory, everybody))
    assert caught.value.code == "bad_credentials"


def test_a_password_makes_the_token_one_of_the_account() -> None:
    """Who signs in has a device more, and the name that the account has, however it was typed."""
    ada = account("u1", "ada", role="member", password="stored")
    hello = Hello(version=1, name="ADA", password="...", device="  phone ")
    proof = Proof("u1", "stored")
    entry = let_in(hello, ada, token="new", proof=proof)
    phone = replace(device("new", id="fresh"), label="phone")
    assert entry.account == replace(ada, devices=(*ada.devices, phone))
    assert (entry.device, entry.drafts) == ("fresh", (AccountDraft(entry.account),))
    # Cut off before its welcome, the same hello finds the account by the token.
    assert let_in(hello, entry.account, token="new") == Entry(entry.account, "fresh", ())


@pytest.mark.parametrize("proof", [NO_PROOF, Proof("u1", "old"), Proof("u2", "stored")])
def test_a_password_that_is_not_the_accounts_lets_nobody_in(proof: Proof) -> None:
    """Nor does one that was changed while it was looked at."""
    ada = account("u1", "ada", role="member", password="stored")
    hello = Hello(version=1, name="ada", password="...")
    assert refused(hello, ada, token="new", proof=proof).code == "bad_credentials"


def test_an_account_without_a_password_is_nobodys_by_one() -> None:
    """What is not stored is no password."""
    hello = Hello(version=1, name="ada", password="...")
    error = refused(hello, account("u1", "ada"), token="new", proof=Proof("u1", None))
    assert error.code == "bad_credentials"


def test_who_registers_is_a_member_with_a_password() -> None:
    """A newcomer and a guest that was here before become the same by it, once."""
    hello = Hello(version=1, name="ada", password="...", register=True)
    proof = Proof(made="made")
    new = let_in(hello, token="new", proof=proof).account
    assert (new.id, new.name, new.role, new.password) == ("fresh", "ada", "member", "made")
    guest = account("u1", "ada")
    entry = let_in(hello, guest, proof=proof)
    assert entry.account == replace(guest, role="member", password="made")
    assert entry.drafts == (AccountDraft(entry.account),)
    assert let_in(hello, entry.account).drafts == ()
    assert refused(hello, guest).code == "too_fast"


def test_a_registered_name_is_kept_for_ever() -> None:
    """Nobody takes it, or one that looks the same, though its account has long been away."""
    ada = account("u1", "alice", role="member")
    for name in ("alice", "Alice", "\N{CYRILLIC SMALL LETTER A}lice", "aIice"):
        error = refused(Hello(version=1, name=name), ada, token="new", keeps_name=nobody)
        assert (error.code, error.suggestion) == ("name_taken", f"{name}2")
    kept = let_in(Hello(version=1, name="alicia"), ada, token="new", keeps_name=nobody)
    assert kept.account.name == "alicia"


@pytest.mark.parametrize(
    ("access", "code"),
    [("open", None), ("registered", "not_registered"), ("invited", "not_invited")],
)
def test_guests_come_where_the_door_is_open(access: Access, code: str | None) -> None:
    """Elsewhere new guests and those of before are turned away, and told why."""
    hello = Hello(version=1, name="ada")
    for accounts, token in (((), "new"), ((account("u1", "ada"),), "u1")):
        if code is None:
            assert let_in(hello, *accounts, token=token, access=access).account.name == "ada"
        else:
            assert refused(hello, *accounts, token=token, access=access).code == code


def test_members_come_wherever_they_are_members() -> None:
    """What a server asks of those who are new, it does not ask again."""
    ada = account("u1", "ada", role="member")
    for access in ("open", "registered", "invited"):
        assert let_in(Hello(version=1), ada, access=access).drafts == ()


def test_anybody_may_register_but_where_one_has_to_be_invited() -> None:
    """An invited server takes nobody for having a password."""
    hello = Hello(version=1, name="ada", password="...", register=True)
    proof = Proof(made="made")
    assert let_in(hello, proof=proof, access="registered").account.role == "member"
    assert refused(hello, proof=proof, access="invited").code == "not_invited"
    asked = replace_code(hello)
    entry = let_in(asked, proof=proof, access="invited", invitations=[invitation()])
    assert (entry.account.role, entry.account.password) == ("member", "made")


def replace_code(hello: Hello) -> Hello:
    """Return a hello with the code of these tests."""
    return structs.replace(hello, code=CODE)


def test_an_invitation_lets_in_and_opens_its_room() -> None:
    """A newcomer comes to the lobby, and to the room that it was invited to, by its inviter."""
    host = account("host", "host", role="owner")
    hello = Hello(version=1, name="ada", code=CODE)
    one = invitation("admin", room="garden", uses=3)
    entry = let_in(hello, host, token="new", access="invited", invitations=[one])
    ada = entry.account
    assert (ada.role, ada.name) == ("admin", "ada")
    changed, used, audit, came = entry.drafts
    assert changed == AccountDraft(ada)
    assert used == InvitationDraft(replace(one, uses_left=2))
    assert isinstance(audit, AuditDraft)
    assert (audit.deed.action, audit.deed.name, audit.deed.text) == ("redeem", "ada", "as admin")
    assert came == Draft(joined(ada))
    (came,) = entry.more
    assert isinstance(came, Draft)
    assert isinstance(came.event, Joined)
    assert (came.event.room, came.event.by, came.event.by_name) == ("garden", "host", "host")


def test_an_invitation_to_the_lobby_is_one_to_the_server() -> None:
    """Who comes to the lobby anyway does not come to it twice."""
    hello = Hello(version=1, name="ada", code=CODE)
    entry = let_in(hello, token="new", invitations=[invitation(room="lobby")])
    assert (len(entry.drafts), entry.more) == (4, ())


def test_who_is_in_already_uses_no_invitation_up() -> None:
    """The same hello at each start leaves it to others; it is used where it makes more of one."""
    ada = account("u1", "ada", role="member")
    hello = Hello(version=1, code=CODE)
    assert let_in(hello, ada, access="invited", invitations=[invitation()]).drafts == ()
    assert let_in(hello, ada, access="invited", invitations=[invitation(room="garden")]).more == ()
    entry = let_in(hello, ada, invitations=[invitation("owner")])
    assert entry.account.role == "owner"


@pytest.mark.parametrize("invitations", [[], [invitation(uses=0)], [invitation(ends_ms=NOW_MS)]])
def test_an_invitation_that_is_none_lets_nobody_in(invitations: list[Invitation]) -> None:
    """One that is unknown, used up or too old is told of; an open door needs none."""
    hello = Hello(version=1, name="ada", code=CODE)
    error = refused(hello, token="new", access="invited", invitations=invitations)
    assert (error.code, "ask for another" in error.text) == ("not_invited", True)
    assert let_in(hello, token="new", invitations=invitations).account.role == "guest"
