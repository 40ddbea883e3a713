"""Tickets: what lets a transfer connection do one thing, once, within a minute.

They are in memory only: after a restart one asks for another.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Callable

TICKET_S: Final = 60
_RANDOM_BYTES: Final = 16
_MOST_OF_ONE: Final = 256
"""So many of one account are good at once; more make the oldest worthless."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a ticket is for: a device of an account stores or fetches a file, or its preview."""

    account: str
    device: str
    file: str
    stores: bool = False
    preview: bool = False


class Tickets:
    """The tickets that are good now.  ``now`` is a clock that only goes forward, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._grants: dict[bytes, tuple[float, Grant]] = {}
        self._of_account: dict[str, deque[bytes]] = {}

    def issue(self, grant: Grant) -> str:
        """Return a new ticket."""
        ticket = secrets.token_urlsafe(_RANDOM_BYTES)
        key = _key(ticket)
        self._grants[key] = (self._now() + TICKET_S, grant)
        own = self._of_account.setdefault(grant.account, deque())
        own.append(key)
        if len(own) > _MOST_OF_ONE:
            self._grants.pop(own.popleft(), None)
        return ticket

    def redeem(self, ticket: str, *, stores: bool) -> Grant:
        """Return what a ticket is for, and make it worthless.

        Raise ``bad_ticket`` alike for one that never was, was used, is too old or is for the
        other direction.
        """
        # Found by its hash: how long that takes tells nothing of the tickets there are.
        until, grant = self._grants.pop(_key(ticket), (0.0, None))
        if grant is None or until < self._now() or grant.stores is not stores:
            raise ChatError("bad_ticket")
        return grant

    def tidy(self) -> None:
        """Drop those that are too old."""
        now = self._now()
        self._grants = {key: one for key, one in self._grants.items() if one[0] >= now}
        kept = {
            account: deque(key for key in keys if key in self._grants)
            for account, keys in self._of_account.items()
        }
        self._of_account = {account: keys for account, keys in kept.items() if keys}


def _key(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode(errors="surrogatepass")).digest()
