"""What the first screen asks for, and what it says while a connection is being made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.errors import ChatError
from asynchat.text import check_name
from asynchat.window.presenters.status import connection_status
from asynchat.window.presenters.trusting import KEY_CHANGED

if TYPE_CHECKING:
    from asynchat.link.notices import Connection

Field: TypeAlias = Literal["address", "name", "password", "again"]
Way: TypeAlias = Literal["guest", "sign-in", "register"]

WAYS: Final[tuple[tuple[Way, str], ...]] = (
    ("guest", "As a guest"),
    ("sign-in", "Sign in"),
    ("register", "Register"),
)
"""How one may come in, and the words for it."""

TO_SIGN_IN: Final = frozenset({"bad_credentials", "not_registered", "not_invited", "name_taken"})
"""The refusals that a password, or an invitation, may mend."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for.  Without an ``address`` the server is hosted here.

    With a ``password`` it is to sign in, or to ``register``.
    """

    name: str
    address: str | None
    password: str | None = field(default=None, repr=False)
    register: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence, the field it is about, and the way in that may do.

    ``suggestion`` is a name that would do, if the server told one.
    """

    text: str
    field: Field | None = None
    suggestion: str | None = None
    way: Way | None = None


def wish(
    *,
    name: str,
    address: str,
    hosting: bool,
    way: Way = "guest",
    password: str = "",
    again: str = "",
) -> Wish | Problem:
    """Check what was typed, as far as it can be checked here."""
    name, address = name.strip(), address.strip()
    if not hosting and not address:
        return Problem("An address is needed: whoever runs the server can tell it.", "address")
    if not name:
        return Problem("A name is needed: the others will see it.", "name")
    try:
        name = check_name(name)
    except ChatError as error:
        return Problem(error.text, "name")
    if hosting:
        return Wish(name, None)
    if way == "guest":
        return Wish(name, address)
    if not password:
        return Problem("A password is needed.", "password")
    if way == "register" and again != password:
        return Problem("Those were two different passwords.", "again")
    return Wish(name, address, password, way == "register")


def problem(error: ChatError, asked: Wish | None = None) -> Problem:
    """Return what to show of a refusal, and what leads on from it."""
    match error.code:
        case "name_taken":
            return _taken(error, asked)
        case "bad_credentials" if asked is not None and asked.password is not None:
            return Problem("The name or the password is wrong.", "password", way="sign-in")
        case "bad_credentials":
            text = f"{error.text} Sign in with your password, if you have one."
            return Problem(text, "password", way="sign-in")
        case "not_registered":
            text = "This server is for people with an account: register, or sign in."
            return Problem(text, "password", way="register")
        case "not_invited":
            text = f"{error.text} Paste an invitation here, or sign in if you have an account."
            return Problem(text, "address")
        case "bad_password":
            return Problem(error.text, "password")
        case "bad_name":
            return Problem(error.text, "name")
        case "key_changed":
            return Problem(KEY_CHANGED, "address")
        case "bad_address" | "unreachable" | "wrong_key" | "no_tls":
            return Problem(error.text, "address")
        case _:
            return Problem(error.text)


def _taken(error: ChatError, asked: Wish | None) -> Problem:
    text = f"{error.text} If it is yours, sign in; else take another."
    way: Way | None = None
    if asked is not None and asked.register:
        way = "register"
    return Problem(text, "name", error.suggestion, way)


def progress(connection: Connection, now: float) -> str:
    """Return a sentence about how the connecting goes."""
    if connection.code == "too_fast":
        connection = replace(connection, reason="a password was wrong a moment ago")
    text = connection_status(connection, now=now).text
    return text[0].upper() + text[1:]
