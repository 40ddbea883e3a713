"""Who comes in as whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.accounts import Account, Directory
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.chat.entry import Entry, admit, check_hello
from asynchat.chat.state import State
from asynchat.errors import ChatError
from asynchat.messages import VERSIONS, Hello, Joined
from tests.chat.people import NOW_MS, account, everybody, nobody, token_hash

if TYPE_CHECKING:
    from collections.abc import Callable


def let_in(
    hello: Hello,
    *accounts: Account,
    token: str = "u1",
    keeps_name: Callable[[str], bool] = everybody,
) -> Entry:
    """Return the entry of a hello where everybody with a name is in the lobby already."""
    state = State()
    for seq, one in enumerate(accounts, 1):
        state.apply(joined(one, seq=seq))
    return admit(
        hello,
        token_hash(token),
        state,
        Directory(accounts),
        keeps_name=keeps_name,
        now_ms=NOW_MS,
        fresh="fresh",
    )


def joined(one: Account, *, seq: int = 0) -> Joined:
    """Return how an account comes to the lobby."""
    return Joined(
        seq=seq, time=NOW_MS, room="lobby", account=one.id, sender=one.name or "", id=None
    )


def refused(hello: Hello, *accounts: Account, token: str = "u1") -> ChatError:
    """Return the error of a hello that is not let in."""
    with pytest.raises(ChatError) as caught:
        let_in(hello, *accounts, token=token)
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
        (Hello(version=1, password="secret"), "bad_credentials"),
        (Hello(version=1, password=""), "bad_credentials"),
    ],
)
def test_what_a_hello_may_say(hello: Hello, code: str | None) -> None:
    """A token has 1 to 256 characters; nobody has a password yet."""
    if code is None:
        check_hello(hello)
        assert hello.password is None
    else:
        with pytest.raises(ChatError) as caught:
            check_hello(hello)
        assert caught.value.code == code


def test_a_token_never_seen_makes_its_account() -> None:
    """A newcomer gets an account under the fresh id, the name, and the lobby."""
    newcomer = Account("fresh", "ada", token_hash("new"), NOW_MS)
    entry = let_in(Hello(version=1, name="ada"), token="new")
    assert entry.account == newcomer
    assert entry.drafts == (AccountDraft(newcomer), Draft(joined(newcomer)))


def test_the_same_hello_again_changes_nothing() -> None:
    """Who was cut off before its welcome finds its account as it is."""
    ada = account("u1", "ada")
    assert let_in(Hello(version=1, name="ada"), ada) == Entry(ada, ())
    assert let_in(Hello(version=1), ada) == Entry(ada, ())


def test_another_name_renames() -> None:
    """A known account that asks for another free name has it, and joins nothing again."""
    entry = let_in(Hello(version=1, name="eve"), account("u1", "ada"))
    assert entry == Entry(account("u1", "eve"), (AccountDraft(account("u1", "eve")),))


def test_who_comes_back_holds_its_name_again() -> None:
    """A name given up with ``bye`` and not taken since is held from the next hello on."""
    entry = let_in(Hello(version=1), account("u1", "ada", held=False))
    assert entry == Entry(account("u1", "ada"), (AccountDraft(account("u1", "ada")),))


def test_an_account_cut_off_before_its_lobby_comes_to_it() -> None:
    """The first visit to the lobby happens once, whenever the account was made."""
    ada = account("u1", "ada")
    entry = admit(
        Hello(version=1),
        ada.token_hash,
        State(),
        Directory([ada]),
        keeps_name=everybody,
        now_ms=NOW_MS,
        fresh="fresh",
    )
    assert entry == Entry(ada, (Draft(joined(ada)),))


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
