"""What the first screen asks for, and what it says while a connection is being made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from asynchat.errors import ChatError
from asynchat.text import check_name
from asynchat.window.presenters.status import connection_status

if TYPE_CHECKING:
    from asynchat.link.notices import Connection

Field: TypeAlias = Literal["address", "name"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for.  Without an ``address`` the server is hosted here."""

    name: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence, the field it is about, and a name that would do, if the server told one."""

    text: str
    field: Field | None = None
    suggestion: str | None = None


def wish(*, name: str, address: str, hosting: bool) -> Wish | Problem:
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
    return Wish(name, None if hosting else address)


def problem(error: ChatError) -> Problem:
    """Return what to show of a refusal."""
    match error.code:
        case "name_taken":
            return Problem(error.text, "name", error.suggestion)
        case "bad_name":
            return Problem(error.text, "name")
        case "bad_address" | "unreachable":
            return Problem(error.text, "address")
        case _:
            return Problem(error.text)


def progress(connection: Connection, now: float) -> str:
    """Return a sentence about how the connecting goes."""
    text = connection_status(connection, now=now).text
    return text[0].upper() + text[1:]
