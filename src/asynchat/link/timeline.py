"""One room as it is shown: events in the order of their seq, then what is still on its way.

A `Timeline` takes events from the stream and from pages, in any order and more than once,
and entries of the outbox; it answers each with the one `Splice` that brings a view up to
date.  It is pure: no clock, no network, no screen.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.messages import Created, Joined, Left, Said, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asynchat.link.notices import Entry
    from asynchat.messages import AnyEvent

Status: TypeAlias = Literal["sent", "sending", "failed"]
Kind: TypeAlias = Literal["said", "notice"]

_SOMEBODY: Final = "Somebody"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a room.

    ``key`` names it for as long as it is shown: a line that was *sending* keeps its key once
    it is *sent*.  A ``notice`` is a sentence about what happened (``text``), anything else is
    what ``sender`` said.  ``time`` is in ms since the epoch.
    """

    key: str
    kind: Kind
    account: str
    sender: str
    text: str
    time: int
    status: Status = "sent"
    seq: int | None = None
    id: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Splice:
    """Take ``removed`` lines out at ``index`` and put ``added`` in their place."""

    index: int
    removed: int = 0
    added: tuple[Line, ...] = ()


NOTHING: Final = Splice(0)
"""The splice that changes nothing."""


class Timeline:
    """The lines of one room, oldest first.

    ``me`` is the account whose outbox is shown.  ``complete`` tells that nothing older
    exists on the server.
    """

    def __init__(self, me: str, name: str) -> None:
        self._me = me
        self._name = name
        self._lines: list[Line] = []
        self._seqs: list[int] = []
        self.complete = False

    @property
    def lines(self) -> Sequence[Line]:
        """Every line, oldest first."""
        return self._lines

    @property
    def oldest_seq(self) -> int | None:
        """The seq to ask for older lines ``before``; None while there is none."""
        return self._seqs[0] if self._seqs else None

    def add(self, event: AnyEvent) -> Splice:
        """Show an event, in the place of its outbox line if it has one."""
        at = bisect_left(self._seqs, event.seq)
        if at < len(self._seqs) and self._seqs[at] == event.seq:
            return NOTHING
        waiting = self._waiting_for(event)
        line = self._line(event, waiting)
        self._seqs.insert(at, event.seq)
        if waiting == at:
            self._lines[at] = line
            return Splice(at, 1, (line,))
        if waiting is None:
            self._lines.insert(at, line)
            return Splice(at, 0, (line,))
        # Another line of ours stands between: give the view the whole stretch anew.
        del self._lines[waiting]
        self._lines.insert(at, line)
        return Splice(at, waiting + 1 - at, tuple(self._lines[at : waiting + 1]))

    def add_page(self, events: Iterable[AnyEvent], *, complete: bool) -> list[Splice]:
        """Show a page of history; ``complete`` tells that nothing older exists.

        Events older than every line come as one splice at the top.
        """
        self.complete = self.complete or complete
        oldest = self.oldest_seq
        older: list[Line] = []
        splices: list[Splice] = []
        by_seq = {event.seq: event for event in events}
        for seq in sorted(by_seq):
            event = by_seq[seq]
            if oldest is None or seq >= oldest:
                splices.append(self.add(event))
                continue
            waiting = self._waiting_for(event)
            older.append(self._line(event, waiting))
            if waiting is not None:
                splices.append(self._take_away(waiting))
        if older:
            self._lines[:0] = older
            self._seqs[:0] = [line.seq for line in older if line.seq is not None]
            splices.append(Splice(0, 0, tuple(older)))
        return [splice for splice in splices if splice is not NOTHING]

    def post(self, entry: Entry) -> Splice:
        """Show an entry of the outbox as *sending*, after everything else.

        Nothing changes where it is shown already, or its event is.
        """
        if any(line.id == entry.id and line.account == self._me for line in self._lines):
            return NOTHING
        line = Line(
            key=f"id-{entry.id}",
            kind="said",
            account=self._me,
            sender=self._name,
            text=entry.text,
            time=entry.time,
            status="sending",
            id=entry.id,
        )
        self._lines.append(line)
        return Splice(len(self._lines) - 1, 0, (line,))

    def fail(self, entry_id: str, error: str) -> Splice:
        """Show an entry as *failed*, with a sentence that says why."""
        at = self._unsent(entry_id)
        if at is None:
            return NOTHING
        self._lines[at] = replace(self._lines[at], status="failed", error=error)
        return Splice(at, 1, (self._lines[at],))

    def discard(self, entry_id: str) -> Splice:
        """Take a line away that was never sent."""
        at = self._unsent(entry_id)
        return NOTHING if at is None else self._take_away(at)

    def clear(self) -> Splice:
        """Forget every event; what is on its way stays."""
        count = len(self._seqs)
        del self._lines[:count]
        self._seqs.clear()
        self.complete = False
        return Splice(0, count)

    def forget_older(self, keep: int) -> Splice:
        """Keep the newest ``keep`` events; older ones can be asked for again."""
        excess = len(self._seqs) - keep
        if excess <= 0:
            return NOTHING
        del self._lines[:excess]
        del self._seqs[:excess]
        self.complete = False
        return Splice(0, excess)

    def _line(self, event: AnyEvent, waiting: int | None) -> Line:
        key = f"seq-{event.seq}" if waiting is None else self._lines[waiting].key
        return line_of(event, key)

    def _waiting_for(self, event: AnyEvent) -> int | None:
        return self._unsent(event.id) if event.account == self._me else None

    def _take_away(self, at: int) -> Splice:
        del self._lines[at]
        return Splice(at, 1)

    def _unsent(self, entry_id: str | None) -> int | None:
        if entry_id is not None:
            for at in range(len(self._seqs), len(self._lines)):
                if self._lines[at].id == entry_id:
                    return at
        return None


def line_of(event: AnyEvent, key: str) -> Line:
    """Return the line that shows an event."""
    match event:
        case Said():
            kind: Kind = "said"
            text = event.text
        case _:
            kind = "notice"
            text = sentence(event)
    return Line(
        key=key,
        kind=kind,
        account=event.account,
        sender=event.sender,
        text=text,
        time=event.time,
        seq=event.seq,
        id=event.id,
    )


def sentence(event: AnyEvent) -> str:
    """Return what happened, in a few words."""
    match event:
        case Said():
            return f"{event.sender}: {event.text}"
        case Joined(by=None):
            return f"{event.sender} joined"
        case Joined():
            return f"{event.by_name or _SOMEBODY} added {event.sender}"
        case Left(by=None):
            return f"{event.sender} left"
        case Left():
            return f"{event.by_name or _SOMEBODY} removed {event.sender}"
        case Created(direct=True):
            return f"{event.sender} opened this conversation"
        case Created():
            return f"{event.sender} created this room"
        case Topic():
            return (
                f"{event.sender} set the topic: {event.text}"
                if event.text
                else (f"{event.sender} removed the topic")
            )
