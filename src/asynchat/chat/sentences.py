"""What happened, in a few words: how an event that is no message is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asynchat.messages import (
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
    return f"{who}: {event.text}" if not event.redacted else f"{who}: ({DELETED})"


def _joined(who: str, event: Joined) -> str:
    return f"{who} joined" if event.by is None else f"{event.by_name or SOMEBODY} added {who}"


def _left(who: str, event: Left) -> str:
    return f"{who} left" if event.by is None else f"{event.by_name or SOMEBODY} removed {who}"


def _created(who: str, event: Created) -> str:
    if event.direct:
        return f"{who} opened this conversation"
    return f"{who} created this room" + (f", with the topic: {event.topic}" if event.topic else "")


def _topic(who: str, event: Topic) -> str:
    return f"{who} set the topic: {event.text}" if event.text else f"{who} removed the topic"


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
    Edited: _edited,
    Redacted: _redacted,
    Reacted: _reacted,
    Pinned: _pinned,
}
