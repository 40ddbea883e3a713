"""The state of the connection and who is typing, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from asynchat.link.notices import Connection

Tone: TypeAlias = Literal["good", "busy", "bad"]

TYPING_S: Final = 6.0
"""How long somebody is taken to be typing after the last notice of it."""

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Status:
    """A sentence and how it is coloured."""

    text: str
    tone: Tone


def connection_status(
    connection: Connection, *, now: float, latency_ms: float | None = None, unsent: int = 0
) -> Status:
    """Return the status line; ``now`` is by the event loop's clock, in seconds."""
    match connection.phase:
        case "online":
            text = "connected" if latency_ms is None else f"connected · {_ms(latency_ms)}"
            tone: Tone = "good"
        case "connecting":
            text, tone = "connecting …", "busy"
        case "waiting":
            text, tone = _waiting(connection, now), "busy"
        case _:
            why = _clause(connection.reason)
            text, tone = f"disconnected: {why}" if why else "disconnected", "bad"
    if unsent and tone != "good":
        text += f" · {unsent} message{'' if unsent == 1 else 's'} not sent yet"
    return Status(text, tone)


def nothing_to_show(connection: Connection, *, kept_by_another: bool) -> str:
    """Return what stands where messages would be, while there is no room to show.

    ``kept_by_another`` tells that another window of the same profile has the last visit.
    """
    if connection.phase == "online":
        return "You are in no room. Ctrl+J joins one."
    why = _clause(connection.reason)
    told = f"No connection yet: {why}." if why else "No connection yet."
    if kept_by_another:
        return (
            f"{told} Another window of yours has what is kept of your last visit;"
            " here, it comes with the connection."
        )
    return f"{told} Nothing of this server is kept on this computer; it comes with the connection."


class Typists:
    """Who was typing of late, by room."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, tuple[str, float]]] = {}

    def saw(self, room: str, account: str, name: str, now: float) -> None:
        """Note that somebody is typing."""
        self._seen.setdefault(room, {})[account] = (name, now)

    def stopped(self, room: str, account: str) -> None:
        """Note that somebody said something, and so is not typing it any more."""
        self._seen.get(room, {}).pop(account, None)

    def text(self, room: str, now: float) -> str:
        """Return a few words about who types in a room, or nothing."""
        people = self._seen.get(room, {})
        for account, (_, when) in list(people.items()):
            if now - when > TYPING_S:
                del people[account]
        names = sorted((name for name, _ in people.values()), key=str.casefold)
        if not names:
            return ""
        if len(names) == 1:
            return f"{names[0]} is typing …"
        if len(names) > _NAMED:
            return "several people are typing …"
        return f"{', '.join(names[:-1])} and {names[-1]} are typing …"


def _waiting(connection: Connection, now: float) -> str:
    why = _clause(connection.reason) or "no connection"
    if connection.retry_at is None:
        return f"waiting: {why}"
    left = math.ceil(connection.retry_at - now)
    return f"waiting: {why}, next try {f'in {left} s' if left > 0 else 'now'}"


def _clause(reason: str | None) -> str:
    """Return a sentence as a part of another one."""
    clause = (reason or "").rstrip(". ")
    return clause[:1].lower() + clause[1:]


def _ms(latency_ms: float) -> str:
    return "< 1 ms" if latency_ms < 1 else f"{latency_ms:.0f} ms"
