"""Requests under way: kept under their ids until answered, sent again in order after a cut.

Pure but for the futures it settles: it is told what arrived and hands out what to send.  At
most ``window`` requests are unanswered on one connection; the others wait here, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from asynchat.messages import (
    Direct,
    Done,
    Join,
    Page,
    People,
    RoomList,
    Said,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from asynchat.link.notices import Entry
    from asynchat.messages import AnyEvent, Query, Write

Answer: TypeAlias = "AnyEvent | Page | RoomList | People | Done"


@dataclass(slots=True, eq=False)
class Pending:
    """A request that has no answer yet.  ``entry`` is the outbox's, for a `Say`."""

    request: Write | Query
    answered: asyncio.Future[Answer] | None = None
    entry: Entry | None = None
    sent: bool = field(default=False)


class Requests:
    """Every request under way, in the order they were made.

    ``send`` is called with what is to go out now; set it while there is a connection.
    """

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._send: Callable[[Write | Query], None] | None = None
        self._window = 1
        self._sent = 0

    def __len__(self) -> int:
        return len(self._pending)

    def entries(self) -> tuple[Entry, ...]:
        """Return the outbox: the texts that are still on their way, in order."""
        return tuple(p.entry for p in self._pending.values() if p.entry is not None)

    def get(self, request_id: str) -> Pending | None:
        """Return a request that has no answer yet."""
        return self._pending.get(request_id)

    def add(self, pending: Pending) -> None:
        """Keep a request and send it when its turn comes."""
        self._pending[pending.request.id] = pending
        self._fill()

    def remove(self, request_id: str) -> Pending | None:
        """Take a request out, answered or given up, and send the next."""
        pending = self._pending.pop(request_id, None)
        if pending is not None and pending.sent:
            self._sent -= 1
            self._fill()
        return pending

    def connected(self, send: Callable[[Write | Query], None], window: int) -> None:
        """Send everything again, in order: a connection is there and nothing was sent on it."""
        self._send = send
        self._window = window
        self._sent = 0
        for pending in self._pending.values():
            pending.sent = False
        self._fill()

    def disconnected(self) -> None:
        """Send nothing until `connected`."""
        self._send = None

    def take_all(self) -> Iterable[Pending]:
        """Take every request out: none will be answered."""
        everything = list(self._pending.values())
        self._pending.clear()
        self._sent = 0
        return everything

    def _fill(self) -> None:
        if self._send is None or self._sent >= self._window:
            return
        for pending in self._pending.values():
            if not pending.sent:
                pending.sent = True
                self._sent += 1
                self._send(pending.request)
                if self._sent >= self._window:
                    return


def answers(pending: Pending, frame: AnyEvent | Page | RoomList | People | Done) -> bool:
    """Tell whether a frame that carries the request's id is its whole answer.

    A join and a direct are answered by their page, which comes after the event or the done.
    """
    if isinstance(pending.request, Join | Direct):
        return isinstance(frame, Page)
    return True


def asked_by(event: AnyEvent) -> str:
    """Return the account whose request made an event: its subject, or who did it to them."""
    by = getattr(event, "by", None)
    return event.account if by is None else str(by)


def said(entry: Entry, done: Done, *, account: str, name: str) -> Said:
    """Return the event of a text that the log had before, from what its repeat was told."""
    return Said(
        seq=done.seq or 0,
        time=done.time or 0,
        room=entry.room,
        account=account,
        sender=name,
        id=entry.id,
        text=entry.text,
        reply_to=entry.reply_to,
    )
