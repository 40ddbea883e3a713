"""One's account in words: where one is signed in, which invitations are open, what was refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.messages import MAX_USES
from asynchat.text import one_line, room_name
from asynchat.window.presenters.clock import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from asynchat.messages import Device, Invitation

GUEST: Final = "guest"

_DAY_S: Final = 86_400
LIFETIMES: Final = (
    (str(_DAY_S), "a day"),
    (str(7 * _DAY_S), "a week"),
    (str(30 * _DAY_S), "a month"),
    (str(365 * _DAY_S), "a year"),
)
"""For how long an invitation may be open: seconds, and words."""

WEEK: Final = LIFETIMES[1][0]

_INVITED_AS: Final = {
    "owner": (("member", "a member"), ("admin", "an admin"), ("bot", "a bot")),
    "admin": (("member", "a member"), ("bot", "a bot")),
}
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One of a list: what it is, a few words more, and what can be done to it, if anything."""

    key: str
    title: str
    detail: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done, the field to look at, and for how many seconds to wait."""

    text: str
    field: str = ""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """What an invitation is to be."""

    uses: int
    seconds: int
    room: str | None
    role: str


def devices(
    those: Iterable[Device], *, now: datetime, twelve: bool, zone: tzinfo | None = None
) -> tuple[Item, ...]:
    """Return where one is signed in, this device first; each other one can be signed out."""
    found = []
    for device in sorted(those, key=lambda one: (not one.mine, -one.created)):
        since = f"since {_when(device.created, now=now, twelve=twelve, zone=zone)}"
        if device.mine:
            here = "this one"
        elif device.online:
            here = "connected now"
        elif device.seen is None:
            here = "not seen again"
        else:
            here = f"last here {_when(device.seen, now=now, twelve=twelve, zone=zone)}"
        title = one_line(device.label) or "A device without a name"
        action = "" if device.mine else "Sign out"
        found.append(Item(device.id, title, f"{here} · signed in {since}", action))
    return tuple(found)


def invitations(
    those: Iterable[Invitation], *, now: datetime, twelve: bool, zone: tzinfo | None = None
) -> tuple[Item, ...]:
    """Return the invitations that are open, the newest first; each can be taken back."""
    found = []
    for one in sorted(those, key=lambda one: -one.created):
        people = "1 person" if one.uses == 1 else f"{one.uses:,} people"
        room = f", into #{one_line(one.room)}" if one.room else ""
        by = f" · by {one_line(one.by_name)}" if one.by_name else ""
        made = _when(one.created, now=now, twelve=twelve, zone=zone)
        until = _when(one.expires, now=now, twelve=twelve, zone=zone)
        title = f"For {people}, as {one_line(one.role)}{room}"
        found.append(Item(one.id, title, f"open until {until} · made {made}{by}", "Take back"))
    return tuple(found)


def numbered(shown: Sequence[Item], words: str, command: str) -> Item:
    """Return which of those that a command listed is meant.  Raise `ChatError`."""
    number = int(words) if words.isascii() and words.isdigit() else 0
    if not 1 <= number <= len(shown):
        raise ChatError("bad_request", f"{command} shows which numbers there are.")
    return shown[number - 1]


def invited_as(role: str) -> tuple[tuple[str, str], ...]:
    """Return as what somebody of a role may invite others: the role, and words."""
    return _INVITED_AS.get(role, ())


def new_invitation(uses: str, seconds: str, room: str, role: str) -> NewInvitation:
    """Return what was chosen for an invitation.  Raise `ChatError`."""
    count = uses.strip() or "1"
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MAX_USES):
        raise ChatError("bad_request", f"For how many people? A number from 1 to {MAX_USES:,}.")
    into = room.strip()
    return NewInvitation(int(count), int(seconds), room_name(into) if into else None, role)


def check_new(new: str, again: str) -> Refusal | None:
    """Check a new password that was typed twice, as far as it can be checked here."""
    if not new:
        return Refusal("A new password is needed.", "new")
    if new != again:
        return Refusal("Those were two different passwords; nothing was changed.", "again")
    return None


def refusal(error: ChatError) -> Refusal:
    """Return what to show in a form of what the server refused."""
    match error.code:
        case "wrong_password":
            return Refusal("That is not your password.", "old")
        case "bad_password":
            return Refusal(error.text, "new")
        case "not_confirmed":
            return Refusal(error.text, "typed")
        case "bad_code":
            return Refusal(error.text, "code")
        case "no_such_room" | "not_a_member" | "bad_room":
            return Refusal(error.text, "room")
        case "too_fast":
            return Refusal("That was tried too often.", wait_s=error.retry_after or 1.0)
        case _:
            return Refusal(error.text)


def waiting(text: str, left_s: float) -> str:
    """Return a sentence about what has to wait, with the time that is left."""
    left = math.ceil(left_s)
    if left <= 0:
        return f"{text} It can be tried again now."
    if left < 2 * _MINUTE_S:
        return f"{text} Again in {left} s."
    return f"{text} Again in {left // _MINUTE_S} min {left % _MINUTE_S} s."


def _when(time_ms: int, *, now: datetime, twelve: bool, zone: tzinfo | None) -> str:
    try:
        when = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(zone)
    except (OverflowError, OSError, ValueError):  # of a server that says anything
        return "some day"
    return moment(when, now=now, twelve=twelve)
