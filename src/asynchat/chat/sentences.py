"""What happened, in a few words: how an event that is no message is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asynchat.chat.roles import MODERATOR
from asynchat.messages import (
    Appointed,
    Changed,
    Created,
    Edited,
    Joined,
    Left,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.messages import AnyEvent

SOMEBODY: Final = "Somebody"
DELETED: Final = "deleted"
"""What stands where a text was."""


def sentence(event: AnyEvent) -> str:
    """Return what happened.  What is in it was typed by people: clean it before it is shown."""
    return _SENTENCES[type(event)](event.sender or SOMEBODY, event)


def _said(who: str, event: Said) -> str:
    if event.redacted:
        return f"{who}: ({DELETED})"
    if event.file is None:
        return f"{who}: {event.text}"
    return f"{who} sent {event.file.name}" + (f": {event.text}" if event.text else "")


def _joined(who: str, event: Joined) -> str:
    return f"{who} joined" if event.by is None else f"{event.by_name or SOMEBODY} added {who}"


def _left(who: str, event: Left) -> str:
    if event.by is None:
        return f"{who} left"
    because = f": {event.reason}" if event.reason else ""
    return f"{event.by_name or SOMEBODY} removed {who}{because}"


def _created(who: str, event: Created) -> str:
    if event.direct:
        return f"{who} opened this conversation"
    return f"{who} created this room" + (f", with the topic: {event.topic}" if event.topic else "")


def _topic(who: str, event: Topic) -> str:
    return f"{who} set the topic: {event.text}" if event.text else f"{who} removed the topic"


def _changed(who: str, event: Changed) -> str:
    told = [
        text
        for value, texts in (
            (event.private, ("public", "private")),
            (event.read_only, ("open for all to speak", "read-only")),
            (event.archived, ("active again", "archived")),
        )
        if value is not None
        for text in (texts[value],)
    ]
    if event.slow_s is not None:
        told.append(f"slow: a message every {event.slow_s} s" if event.slow_s else "no longer slow")
    return f"{who} made this room {', '.join(told)}"


def _appointed(who: str, event: Appointed) -> str:
    by = event.by_name or SOMEBODY
    if event.account == event.by:
        return f"{who} is no moderator any more"
    if event.role == MODERATOR:
        return f"{by} made {who} a moderator"
    return f"{by} took the role of a moderator from {who}"


def _edited(who: str, event: Edited) -> str:
    return f"{who} edited a message" + ("" if event.redacted else f": {event.text}")


def _redacted(who: str, _: Redacted) -> str:
    return f"{who} deleted a message"


def _reacted(who: str, event: Reacted) -> str:
    return f"{who} reacted with {event.emoji}" if event.on else f"{who} took back {event.emoji}"


def _pinned(who: str, event: Pinned) -> str:
    return f"{who} {'pinned' if event.on else 'unpinned'} a message"


_SENTENCES: Final[dict[type, Callable[[str, Any], str]]] = {
    Said: _said,
    Joined: _joined,
    Left: _left,
    Created: _created,
    Topic: _topic,
    Changed: _changed,
    Appointed: _appointed,
    Edited: _edited,
    Redacted: _redacted,
    Reacted: _reacted,
    Pinned: _pinned,
}
