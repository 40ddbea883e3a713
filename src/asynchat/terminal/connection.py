"""The state of the connection in words: said once when it changes, not at every try.

Pure: the loop's clock comes in as an argument.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from asynchat.link.notices import LOST
from asynchat.text import one_line

if TYPE_CHECKING:
    from asynchat.link.notices import Connection


class ConnectionNews:
    """What to tell of one connection after the other."""

    def __init__(self) -> None:
        self._was_online = False
        self._told = False

    def tell(self, connection: Connection, now: float) -> str | None:
        """Return the sentence that a change deserves, or None; ``now`` is by the loop's clock."""
        match connection.phase:
            case "online":
                told, self._told, self._was_online = self._told, False, True
                return "Connected again." if told else None
            case "waiting" if not self._told:
                self._told = True
                what = "The connection is lost" if self._was_online else "Not connected yet"
                because = _because(connection)
                if because == LOST:
                    return f"{what}. {_next_try(connection, now)}"
                return f"{what}: {because} {_next_try(connection, now)}"
            case "closed" if connection.reason is not None:
                return one_line(connection.reason)
            case _:
                return None


def status(connection: Connection, now: float) -> str:
    """Return the state of the connection for a status line."""
    match connection.phase:
        case "online":
            return "connected"
        case "connecting":
            return "connecting …"
        case "waiting":
            return f"not connected, {_next_try(connection, now).rstrip('.').lower()}"
        case "closed":
            return "closed"


def _because(connection: Connection) -> str:
    reason = one_line(connection.reason or "the server does not answer").rstrip(".")
    return f"{reason}."


def _next_try(connection: Connection, now: float) -> str:
    seconds = ceil(max(0.0, (connection.retry_at or now) - now))
    return f"Trying again in {seconds} s." if seconds else "Trying again."
