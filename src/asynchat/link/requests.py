"""Requests under way: kept under their ids until answered, sent again in order after a cut.

Pure but for the futures it settles: it is told what arrived and hands out what to send.  At
most ``window`` requests are unanswered on one connection; the others wait here, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.messages import (
    MAX_REQUEST_BYTES,
    Accounts,
    AuditLog,
    Bans,
    BlockList,
    Clients,
    CountUnread,
    DeviceList,
    Direct,
    Discard,
    Done,
    Download,
    Event,
    Found,
    GetPicture,
    History,
    InvitationList,
    Join,
    ListAccounts,
    ListBans,
    ListBlocks,
    ListClients,
    ListDevices,
    ListInvitations,
    ListReports,
    ListRooms,
    ListSettings,
    Page,
    People,
    Picture,
    ReadAudit,
    ReadStats,
    Reports,
    RoomList,
    Said,
    Say,
    Search,
    SettingList,
    Stats,
    Ticket,
    UnreadList,
    Upload,
    Who,
    encode,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from asynchat.link.notices import Entry
    from asynchat.messages import Answer as Reply
    from asynchat.messages import AnyEvent, Query, Write

Answer: TypeAlias = "AnyEvent | Reply | Done"


_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Pending:
    """A request that has no answer yet.  ``entry`` is the outbox's, for a `Say`.

    ``taken`` is called with the answer before anything that came after it is acted on; a
    request that has it is of use on this connection only, and not sent again.  ``done`` tells
    that a page is still to come.
    """

    request: Write | Query
    answered: asyncio.Future[Answer] | None = None
    entry: Entry | None = None
    taken: Callable[[Any], None] | None = None
    sent: bool = field(default=False)
    done: bool = field(default=False)


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

    def posted(self) -> tuple[Entry, ...]:
        """Return the texts of the outbox that nobody awaits."""
        return tuple(p.entry for p in self._pending.values() if p.entry and p.answered is None)

    def get(self, request_id: str) -> Pending | None:
        """Return a request that has no answer yet."""
        return self._pending.get(request_id)

    def add(self, pending: Pending) -> None:
        """Keep a request and send it when its turn comes.

        Raise `ChatError` for what can never go: it would stop all that waits behind it.
        """
        check_size(pending.request)
        self._pending[pending.request.id] = pending
        self._fill()

    def add_first(self, pending: Iterable[Pending]) -> None:
        """Keep requests from an earlier time, which go before all others, at `connected`."""
        first = {each.request.id: each for each in pending}
        self._pending = first | self._pending

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
        self._window = max(1, window)
        self._sent = 0
        for pending in self._pending.values():
            pending.sent = False
        self._fill()

    def disconnected(self) -> list[Pending]:
        """Send nothing until `connected`; take out and return what was of use until now only."""
        self._send = None
        passing = [pending for pending in self._pending.values() if pending.taken is not None]
        for pending in passing:
            del self._pending[pending.request.id]
        return passing

    def joining(self, room: str) -> list[Pending]:
        """Return the joins of a room that were done, and wait for their page."""
        return [
            pending
            for pending in self._pending.values()
            if pending.done and isinstance(pending.request, Join) and pending.request.room == room
        ]

    def take_all(self, *, but: Callable[[str], bool] = lambda _: False) -> Iterable[Pending]:
        """Take every request out, but those of some ids: none will be answered."""
        everything = [each for each in self._pending.values() if not but(each.request.id)]
        for each in everything:
            del self._pending[each.request.id]
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


def pending_say(entry: Entry, answered: asyncio.Future[Answer] | None = None) -> Pending:
    """Return the request of an entry of the outbox.

    Raise `ChatError` for what no frame can carry.
    """
    say = Say(id=entry.id, room=entry.room, text=entry.text, reply_to=entry.reply_to)
    if entry.file is not None:
        say = replace(say, file=entry.file.id)
    check_size(say)
    return Pending(say, answered, entry)


def check_size(request: Write | Query) -> None:
    """Check that a request fits into a frame.  Raise ``frame_too_long`` or ``bad_request``."""
    if len(encode(request)) > MAX_REQUEST_BYTES:
        raise ChatError("frame_too_long", "This is more than a request may carry.")


def answers(request: Write | Query, frame: Answer) -> bool:
    """Tell whether a frame that carries a request's id is its whole answer.

    A join and a direct are answered by their page, which comes after the event or the done.
    Raise `ChatError` ``bad_frame`` for what can be no part of an answer.
    """
    first, last = _ANSWERS.get(type(request), ((), (Event, Done)))
    if isinstance(frame, first):
        return False
    if not isinstance(frame, last):
        name = type(frame).__name__
        raise ChatError("bad_frame", f"The server answered {type(request).__name__} with {name}.")
    return True


_ANSWERS: Final[dict[type, tuple[tuple[type, ...], tuple[type, ...]]]] = {
    Say: ((), (Said, Done)),
    Join: ((Event, Done), (Page,)),
    Direct: ((Event, Done), (Page,)),
    ListRooms: ((), (RoomList,)),
    Who: ((), (People,)),
    History: ((), (Page,)),
    CountUnread: ((), (UnreadList,)),
    GetPicture: ((), (Picture,)),
    Search: ((), (Found,)),
    ListDevices: ((), (DeviceList,)),
    ListInvitations: ((), (InvitationList,)),
    ListBlocks: ((), (BlockList,)),
    ListClients: ((), (Clients,)),
    ListAccounts: ((), (Accounts,)),
    ListBans: ((), (Bans,)),
    ReadAudit: ((), (AuditLog,)),
    ListReports: ((), (Reports,)),
    ListSettings: ((), (SettingList,)),
    ReadStats: ((), (Stats,)),
    Upload: ((), (Ticket,)),
    Download: ((), (Ticket,)),
    Discard: ((), (Done,)),
}
"""What comes before the answer of a request, and what its answer may be."""


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
        file=entry.file,
    )


def expect(answer: object, kind: type[_T]) -> _T:
    """Return an answer that is of the kind asked for.  Raise `ChatError` ``bad_frame``."""
    if not isinstance(answer, kind):
        raise ChatError("bad_frame", f"The server answered with {type(answer).__name__}.")
    return answer
