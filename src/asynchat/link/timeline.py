"""One room as it is shown: events in the order of their seq, then what is still on its way.

A `Timeline` takes events from the stream and from pages, in any order and more than once,
and entries of the outbox; it answers each with the one `Splice` that brings a view up to
date.  It is pure: no clock, no network, no screen.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.chat.sentences import sentence
from asynchat.link.annotations import Annotations
from asynchat.messages import AboutEvent, Edited, Redacted, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asynchat.link.annotations import Reaction
    from asynchat.link.notices import Entry
    from asynchat.messages import AnyEvent, File, Page

Status: TypeAlias = Literal["sent", "sending", "failed"]
Kind: TypeAlias = Literal["said", "notice"]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a line replies to, as far as it is known."""

    seq: int
    sender: str
    text: str
    deleted: bool = False
    account: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a room.

    ``key`` names it for as long as it is shown: a line that was *sending* keeps its key once
    it is *sent*.  A ``notice`` is a sentence about what happened (``text``), anything else is
    what ``sender`` said.  ``time`` is in ms since the epoch.  ``text`` is as of the newest edit,
    and empty where it was ``deleted``.  ``reply_to`` is the seq of what it replies to;
    ``quote`` is None as long as that is not known.  A ``file`` may come with it.
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
    reply_to: int | None = None
    quote: Quote | None = None
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
    file: File | None = None

    @property
    def words(self) -> str:
        """What stands for it elsewhere: its text, or the name of its file where it has none."""
        return self.file.name if self.file is not None and not self.text else self.text


@dataclass(frozen=True, slots=True)
class Splice:
    """Take ``removed`` lines out at ``index`` and put ``added`` in their place."""

    index: int
    removed: int = 0
    added: tuple[Line, ...] = ()


DAMAGED: Final = "A message is damaged on the server's disk and cannot be shown."
"""What stands where an event is missing."""

NOTHING: Final = Splice(0)
"""The splice that changes nothing."""


class Timeline:
    """The lines of one room, oldest first.

    ``me`` is the account whose outbox is shown.  ``complete`` tells that nothing older
    exists on the server.  ``missing`` are the seqs of what the server cannot read: a line stands
    there as soon as those around it do; parts of one room share them.
    """

    def __init__(self, me: str, name: str, missing: set[int] | None = None) -> None:
        self._me = me
        self._name = name
        self._lines: list[Line] = []
        self._seqs: list[int] = []
        self._annotations = Annotations(me)
        self._quotes: dict[int, Quote | None] = {}
        self._replies: dict[int, set[int]] = {}
        self._said_by: dict[str, str] = {}
        self._missing = set() if missing is None else missing
        self.complete = False

    @property
    def lines(self) -> Sequence[Line]:
        """Every line, oldest first."""
        return self._lines

    @property
    def oldest_seq(self) -> int | None:
        """The seq to ask for older lines ``before``; None while there is none."""
        return self._seqs[0] if self._seqs else None

    @property
    def newest_seq(self) -> int | None:
        """The seq to ask for newer lines ``after``; None while there is none."""
        return self._seqs[-1] if self._seqs else None

    def line(self, seq: int) -> Line | None:
        """Return the line of an event, None where it is not here."""
        at = self._at(seq)
        return None if at is None else self._lines[at]

    def unquoted(self) -> list[int]:
        """Return what lines reply to and is not known yet: ask for it, then `quote` it."""
        return [seq for seq in self._replies if seq not in self._quotes and self._at(seq) is None]

    def quote(
        self, seq: int, event: AnyEvent | None, later: Iterable[AnyEvent] = ()
    ) -> list[Splice]:
        """Show what some lines reply to, and what became of it; None where nobody can tell."""
        quote = None if event is None else _quote_of(line_of(event, ""))
        for one in later:
            if isinstance(one, Edited | Redacted) and one.about == seq:
                quote = _requoted(quote, one)
        self._quotes[seq] = quote
        return self._quoted_anew(seq)

    def take(self, event: AnyEvent) -> list[Splice]:
        """Show an event of the stream, whatever it is about."""
        if not isinstance(event, AboutEvent):
            splices = [self.add(event)]
            return [splice for splice in splices if splice is not NOTHING]
        at = self._at(event.about)
        if isinstance(event, Redacted | Edited) and event.about in self._quotes:
            self._quotes[event.about] = _requoted(self._quotes[event.about], event)
        quoted = [] if at is not None else self._quoted_anew(event.about)
        if at is None or not self._annotations.take(event):
            return quoted
        return self._annotated([event.about])

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

    def add_history(self, page: Page, *, complete: bool) -> list[Splice]:
        """Show a page of history with what became of it; see `add_page`."""
        splices = self.add_page(page.events, complete=complete)
        changed = self._annotations.take_page(
            (event.seq for event in page.events), page.later, page.reactions, page.counted
        )
        return splices + self._annotated(sorted(changed)) + self.show_missing()

    def show_missing(self, *, newest: bool = False) -> list[Splice]:
        """Show lines for what is missing between others; with ``newest`` also after them."""
        splices: list[Splice] = []
        for seq in sorted(self._missing) if self._seqs else ():
            at = bisect_left(self._seqs, seq)
            inside = (at > 0 or self.complete) and (newest or at < len(self._seqs))
            if inside and self._at(seq) is None:
                beside = self._lines[min(at, len(self._seqs) - 1)]
                line = Line(f"seq-{seq}", "notice", "", "", DAMAGED, beside.time, seq=seq)
                self._seqs.insert(at, seq)
                self._lines.insert(at, line)
                splices.append(Splice(at, 0, (line,)))
        return splices

    def add_kept(self, events: Iterable[AnyEvent]) -> list[Splice]:
        """Show what was kept of an earlier visit: the newest of a room, and what became of it."""
        kept = list(events)
        splices = self.add_page(
            [event for event in kept if not isinstance(event, AboutEvent)], complete=False
        )
        for event in kept:
            if isinstance(event, AboutEvent):
                splices += self.take(event)
        return splices

    def add_page(self, events: Iterable[AnyEvent], *, complete: bool) -> list[Splice]:
        """Show events of history; ``complete`` tells that nothing older exists.

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
            for line in older:
                # What replies to it may have come before it, or with it.
                if line.seq in self._replies:
                    splices += self._quoted_anew(line.seq)
        return [splice for splice in splices if splice is not NOTHING]

    def join_older(self, other: Timeline) -> int:
        """Put the lines of another part of the room, which reaches to this one, before these.

        Return how many lines that were: where both have a line, this one's stays.  The other
        one must not be used afterwards.
        """
        oldest = self.oldest_seq
        # Not one by one: what both have is left to this one, which hears of all that is new.
        count = len(other._seqs) if oldest is None else bisect_left(other._seqs, oldest)
        taken = other._seqs[:count]
        self._lines[:0] = other._lines[:count]
        self._seqs[:0] = taken
        self._annotations.join(other._annotations, taken)
        self._quotes = other._quotes | self._quotes
        for seq, replies in other._replies.items():
            older = replies.intersection(taken)
            if older:
                self._replies.setdefault(seq, set()).update(older)
        self.complete = other.complete
        return count

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
            reply_to=entry.reply_to,
            quote=None if entry.reply_to is None else self._quote(entry.reply_to),
            file=entry.file,
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
        self._forget(self._seqs)
        self._seqs.clear()
        self.complete = False
        return Splice(0, count)

    def forget_older(self, keep: int, *, slack: int = 0) -> Splice:
        """Keep the newest ``keep`` events; older ones can be asked for again.

        With ``slack``, nothing is done before there are more than so many too many.
        """
        excess = len(self._seqs) - keep
        if excess <= slack:
            return NOTHING
        del self._lines[:excess]
        self._forget(self._seqs[:excess])
        del self._seqs[:excess]
        self.complete = False
        return Splice(0, excess)

    def _line(self, event: AnyEvent, waiting: int | None) -> Line:
        key = f"seq-{event.seq}" if waiting is None else self._lines[waiting].key
        line = line_of(event, key, self._said_by)
        if line.reply_to is None:
            return line
        self._replies.setdefault(line.reply_to, set()).add(event.seq)
        return replace(line, quote=self._quote(line.reply_to))

    def _quote(self, seq: int) -> Quote | None:
        line = self.line(seq)
        return self._quotes.get(seq) if line is None else _quote_of(line)

    def _at(self, seq: int) -> int | None:
        at = bisect_left(self._seqs, seq)
        return at if at < len(self._seqs) and self._seqs[at] == seq else None

    def _annotated(self, seqs: Iterable[int]) -> list[Splice]:
        """Show lines with what became of them, and those that quote them."""
        splices: list[Splice] = []
        for seq in seqs:
            at, known = self._at(seq), self._annotations.get(seq)
            if at is None or known is None:
                continue
            line = self._lines[at]
            text = known.text if known.edited else line.text
            self._lines[at] = replace(
                line,
                text="" if known.deleted else text,
                edited=bool(known.edited) and not known.deleted,
                deleted=line.deleted or known.deleted,
                pinned=known.pinned,
                reactions=known.shown(),
                file=None if known.deleted else line.file,
            )
            splices.append(Splice(at, 1, (self._lines[at],)))
            if text != line.text or known.deleted:
                splices += self._quoted_anew(seq)
        return splices

    def _quoted_anew(self, seq: int) -> list[Splice]:
        """Show the lines that reply to something with what it is now."""
        quote = self._quote(seq)
        splices: list[Splice] = []
        for reply in sorted(self._replies.get(seq, ())):
            at = self._at(reply)
            if at is not None and self._lines[at].quote != quote:
                self._lines[at] = replace(self._lines[at], quote=quote)
                splices.append(Splice(at, 1, (self._lines[at],)))
        return splices

    def _forget(self, seqs: Sequence[int]) -> None:
        self._annotations.forget(seqs)
        left = {seq: replies.difference(seqs) for seq, replies in self._replies.items()}
        self._replies = {seq: replies for seq, replies in left.items() if replies}

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


def line_of(event: AnyEvent, key: str, names: dict[str, str] | None = None) -> Line:
    """Return the line that shows an event.

    ``names`` has those of people once: else thousands of lines would hold one each.
    """
    is_said = isinstance(event, Said)
    once = ({} if names is None else names).setdefault
    return Line(
        key=key,
        kind="said" if is_said else "notice",
        account=once(event.account, event.account),
        sender=once(event.sender, event.sender),
        text=event.text if isinstance(event, Said) else sentence(event),
        time=event.time,
        seq=event.seq,
        id=event.id,
        reply_to=event.reply_to if isinstance(event, Said) else None,
        deleted=isinstance(event, Said) and event.redacted,
        file=event.file if isinstance(event, Said) else None,
    )


def _quote_of(line: Line) -> Quote:
    return Quote(line.seq or 0, line.sender, line.words, line.deleted, line.account)


def _requoted(quote: Quote | None, event: Edited | Redacted) -> Quote | None:
    """Return a quote as an event leaves it."""
    if quote is None or quote.deleted:
        return quote
    if isinstance(event, Redacted):
        return replace(quote, text="", deleted=True)
    return replace(quote, text=event.text)
