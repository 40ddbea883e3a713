from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.notices import Connection
from asynchat.window.presenters.connecting import Problem, Wish, problem, progress, wish

if TYPE_CHECKING:
    from asynchat.window.presenters.connecting import Way


def test_a_wish() -> None:
    """Address and name are taken without the space around them; hosting needs no address."""
    assert wish(name=" ada ", address=" here ", hosting=False) == Wish("ada", "here")
    assert wish(name="ada", address="", hosting=True) == Wish("ada", None)


@pytest.mark.parametrize(
    ("name", "address", "field"),
    [("ada", " ", "address"), (" ", "x", "name"), ("a b", "x", "name")],
)
def test_what_is_missing_is_told(name: str, address: str, field: str) -> None:
    """What cannot be is told at its field, before anything is connected."""
    found = wish(name=name, address=address, hosting=False)
    assert isinstance(found, Problem)
    assert found.field == field


def test_who_has_an_account_gives_a_password() -> None:
    """To sign in once, to register twice; who hosts needs none, and no wish shows its own."""
    found = wish(
        name="ada", address="here", hosting=False, way="sign-in", password="secret", again="other"
    )
    assert found == Wish("ada", "here", "secret")
    assert "secret" not in repr(found)
    same = {"name": "ada", "address": "here", "way": "register", "password": "secret"}
    assert wish(**same, again="secret", hosting=False) == Wish("ada", "here", "secret", True)  # type: ignore[arg-type]
    assert wish(**same, again="", hosting=True) == Wish("ada", None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("way", "password", "again", "field"),
    [
        ("sign-in", "", "", "password"),
        ("register", "", "", "password"),
        ("register", "six words of my own", "six words", "again"),
    ],
)
def test_a_password_that_is_missing_is_told(
    way: Way, password: str, again: str, field: str
) -> None:
    """Before anything is connected."""
    found = wish(name="ada", address="x", hosting=False, way=way, password=password, again=again)
    assert isinstance(found, Problem)
    assert found.field == field


GUEST = Wish("ada", "here")
SIGNS_IN = Wish("ada", "here", "secret")
REGISTERS = Wish("ada", "here", "secret", register=True)


@pytest.mark.parametrize(
    ("code", "asked", "field", "way", "says"),
    [
        ("name_taken", GUEST, "name", None, "Why. If it is yours, sign in"),
        ("name_taken", REGISTERS, "name", "register", "Why. If it is yours, sign in"),
        ("bad_credentials", SIGNS_IN, "password", "sign-in", "name or the password is wrong"),
        ("bad_credentials", GUEST, "password", "sign-in", "Why. Sign in with your password"),
        ("bad_credentials", None, "password", "sign-in", "Why. Sign in with your password"),
        ("not_registered", GUEST, "password", "register", "register, or sign in"),
        ("not_invited", GUEST, "address", None, "Why. Paste an invitation here"),
        ("bad_password", REGISTERS, "password", None, "Why."),
        ("bad_name", GUEST, "name", None, "Why."),
        ("bad_address", GUEST, "address", None, "Why."),
        ("unreachable", GUEST, "address", None, "Why."),
        ("banned", GUEST, None, None, "Why."),
    ],
)
def test_a_refusal_leads_to_what_mends_it(
    code: str, asked: Wish | None, field: str | None, way: str | None, says: str
) -> None:
    """Each has its field, and the way in that may do; a taken name comes with another."""
    found = problem(ChatError(code, "Why.", suggestion="ada2"), asked)
    assert (found.field, found.way) == (field, way)
    assert says in found.text
    assert found.suggestion == ("ada2" if code == "name_taken" else None)


def test_progress_is_a_sentence() -> None:
    """How it goes is told with the reason and the next try."""
    text = progress(Connection("waiting", "nobody listens there.", 5), 3)
    assert text == "Waiting: nobody listens there, next try in 2 s"


def test_who_guesses_sees_the_seconds_to_the_next_try() -> None:
    """It is tried again by itself, with what was typed."""
    waiting = Connection("waiting", "Wait 6.4 s before you try.", 9, "too_fast")
    assert progress(waiting, 3) == "Waiting: a password was wrong a moment ago, next try in 6 s"
