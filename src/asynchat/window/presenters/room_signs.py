"""How a room is used, as signs beside its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asynchat.chat.roles import SPEAK_ALWAYS
from asynchat.window.presenters.spans import span_text

if TYPE_CHECKING:
    from asynchat.messages import Room
    from asynchat.window.presenters.standing import Standing


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon, the word beside it where there is room, and what it means."""

    icon: str
    word: str
    tip: str


def signs(room: Room) -> tuple[Sign, ...]:
    """Return the signs of a room that is used otherwise than most."""
    if room.direct:
        return ()
    found = []
    if room.private:
        found.append(Sign("lock", "private", "Only who is invited comes in, or sees this room"))
    if room.archived:
        found.append(Sign("box", "archived", "Nothing is added to this room any more"))
    elif room.read_only:
        found.append(Sign("eye", "read-only", "Only the moderators of this room speak here"))
    if room.slow_s and not room.archived:
        every = span_text(room.slow_s)
        found.append(
            Sign("clock", f"slow · {every}", f"Everybody says one message every {every} here")
        )
    return tuple(found)


def slow_hint(standing: Standing) -> str:
    """Return what the composer says of slow mode to whom it is for, or nothing."""
    room = standing.room
    if room is None or not room.slow_s or standing.may(SPEAK_ALWAYS):
        return ""
    return f"one message every {span_text(room.slow_s)}"
