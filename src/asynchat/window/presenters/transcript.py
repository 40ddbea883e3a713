"""The lines of a room as blocks to draw: grouped by sender, with days and times.

Only a window of the lines is live in the view.  Every change of the lines is answered with
the splices of blocks that bring the view up to date.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from asynchat.link.timeline import Line, Splice
from asynchat.link.zones import time_of
from asynchat.messages import MAX_INT
from asynchat.text import displayed, one_line
from asynchat.window.presenters.clock import in_full, time_of_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime, tzinfo

    from asynchat.link.annotations import Reaction
    from asynchat.link.timeline import Kind, Quote, Status
    from asynchat.messages import File

MAX_LIVE: Final = 1_000
"""How many blocks may be in the view; a resize costs it 0.1 ms a block."""

TRIM_TO: Final = 900
"""How many are left of them: what is taken out at once takes 0.1 ms a block, too."""

FIRST_SCREEN: Final = 200
_GROUP_MS: Final = 5 * 60 * 1000
_AROUND: Final = 100
_ROW_CHARS: Final = 150
_PICTURE_ROWS: Final = 9
_QUOTE_CHARS: Final = 200
"""More of a quote fits in no line."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line as it is drawn.

    ``day`` is the separator above it, if any; ``head`` tells whether the sender and the
    ``time`` stand above it, or it continues the group before; ``full`` is the time with its day
    and seconds, ``new`` whether all from here on was new when the room was opened.
    ``reply_to`` is the seq of what it replies to, whether the ``quote`` of that is known or not.
    Of what is ``hidden`` there is no text: the reader has blocked who said it.
    """

    key: str
    kind: Kind
    account: str
    sender: str
    text: str
    time: str
    status: Status = "sent"
    day: str | None = None
    head: bool = False
    new: bool = False
    id: str | None = None
    error: str | None = None
    seq: int | None = None
    reply_to: int | None = None
    quote: Quote | None = None
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
    full: str = ""
    hidden: bool = False
    file: File | None = None


@dataclass(frozen=True, slots=True)
class BlockSplice:
    """Take ``removed`` blocks out at ``index`` and put ``added`` in their place."""

    index: int
    removed: int
    added: tuple[Block, ...]


def merge(splices: Iterable[Splice]) -> list[Splice]:
    """Fold splices that follow on one another into one, so that a view inserts once."""
    merged: list[Splice] = []
    for splice in splices:
        if merged:
            last = merged[-1]
            start = splice.index - last.index
            end = start + splice.removed
            if start >= 0 and end <= len(last.added):
                added = last.added[:start] + splice.added + last.added[end:]
                merged[-1] = Splice(last.index, last.removed, added)
                continue
        merged.append(splice)
    return [splice for splice in merged if splice.removed or splice.added]


class TranscriptPresenter:
    """The blocks of one room's window of lines.

    ``zone`` is where the reader lives (None: the system's), ``year`` the one that days need
    not name, ``twelve`` whether hours go to 12.  What ``me`` said is never new, and what those
    who are ``blocked`` said is hidden until it is asked for.
    """

    def __init__(
        self,
        *,
        year: int,
        zone: tzinfo | None = None,
        twelve: bool = False,
        me: str = "",
        blocked: Collection[str] = (),
    ) -> None:
        self._me = me
        self._blocked = blocked
        self._uncovered: set[str] = set()
        self._zone = zone
        self._year = year
        self._twelve = twelve
        self._lines: list[Line] = []
        self._first = 0
        self._last = 0
        self._blocks: list[Block] = []
        self._new_after: int | None = None
        self._new: str | None = None

    @property
    def blocks(self) -> Sequence[Block]:
        """What is live in the view."""
        return self._blocks

    @property
    def hidden_above(self) -> int:
        """How many lines there are above the window."""
        return self._first

    @property
    def hidden_below(self) -> int:
        """How many lines there are below the window."""
        return len(self._lines) - self._last

    @property
    def new_at(self) -> int | None:
        """Which of the lines is the first new one, None where that is not known."""
        # A line of which nothing older is here may not be the first one.
        after = self._new_after
        if after is None or not self._lines or _seq(self._lines[0]) > after:
            return None
        start = bisect_right(self._lines, after, key=_seq)
        lines = self._lines
        said = (at for at in range(start, len(lines)) if _is_said(lines[at], self._me))
        return next(said, None)

    @property
    def new_after(self) -> int | None:
        """The seq after which all is new, None for nothing."""
        return self._new_after

    @property
    def misses_new(self) -> bool:
        """Whether the first new line lies before all that is here."""
        after = self._new_after
        return after is not None and bool(self._lines) and _seq(self._lines[0]) > after

    def part_at(self, new_after: int | None) -> list[BlockSplice]:
        """Part what is new from what is not, after a seq; with None, nothing is new."""
        moved, self._new_after = new_after != self._new_after, new_after
        return self._part(moved=moved)

    def load(
        self, lines: Iterable[Line], new_after: int | None = None, *, rows: int | None = None
    ) -> BlockSplice:
        """Show the newest lines of a room instead of what is shown; so many rows, where given."""
        self._lines = list(lines)
        self._new_after = new_after
        at = self.new_at
        self._new = None if at is None else self._lines[at].key
        return self.reload(FIRST_SCREEN if rows is None else self._filling(rows))

    def reload(self, count: int = FIRST_SCREEN) -> BlockSplice:
        """Show the newest of the lines instead of what is shown."""
        removed = len(self._blocks)
        self._last = len(self._lines)
        self._first = max(0, self._last - count)
        self._blocks = []
        self._fill(0, 0, self._first, self._last)
        return BlockSplice(0, removed, tuple(self._blocks))

    def reveal(self, seq: int) -> tuple[int, BlockSplice | None] | None:
        """Have the line of an event in the view: return its block, and what brings it there.

        Return None where it is not among the lines.
        """
        found = (at for at, line in enumerate(self._lines) if line.seq == seq)
        at = next(found, None)
        if at is None:
            return None
        if self._first <= at < self._last:
            return at - self._first, None
        removed = len(self._blocks)
        self._first = max(0, at - _AROUND)
        self._last = min(len(self._lines), at + _AROUND)
        self._blocks = []
        self._fill(0, 0, self._first, self._last)
        return at - self._first, BlockSplice(0, removed, tuple(self._blocks))

    def extend(self, at: int, lines: Iterable[Line]) -> list[BlockSplice]:
        """Go on with other lines from ``at``; they come into the view as it grows."""
        splices = self.apply(Splice(at, len(self._lines) - at, ()))
        self._lines += lines
        return splices + self._part()

    def appended(self, splices: Iterable[Splice]) -> int:
        """Return how many rows of text splices put after all others, at least."""
        rows, end = 0, len(self._lines)
        for splice in splices:
            if splice.index + splice.removed >= end:
                rows += sum(map(_rows, splice.added))
            end += len(splice.added) - splice.removed
        return rows

    def skip(self, splices: Iterable[Splice], rows: int) -> list[BlockSplice]:
        """Change the lines, and have in the view only the newest, which fill so many rows."""
        for splice in splices:
            self._lines[splice.index : splice.index + splice.removed] = splice.added
        return [self.reload(self._filling(rows)), *self._part()]

    def _filling(self, rows: int) -> int:
        """Return how many of the newest lines it takes to fill so many rows."""
        count = 0
        while rows > 0 and count < min(len(self._lines), FIRST_SCREEN):
            count += 1
            rows -= _rows(self._lines[-count])
        return count

    def apply(self, splice: Splice, *, follow: bool = True) -> list[BlockSplice]:
        """Change the lines; what lies outside the window changes nothing in the view.

        Unless the view shall ``follow``, lines after all others stay outside.
        """
        at, end, added = splice.index, splice.index + splice.removed, splice.added
        first, last = self._first, self._last
        follows = last == len(self._lines) and follow
        self._lines[at:end] = added
        delta = len(added) - splice.removed
        if end <= first and not (first == last and follows):
            self._first += delta
            self._last += delta
            return self._part()
        if at >= last and not follows:
            return self._part()
        removed = max(0, min(end, last) - max(at, first))
        where = max(at, first) - first
        self._first = min(first, at)
        self._last = at + len(added) + max(0, last - end)
        return self._fill(where, removed, at, at + len(added)) + self._part()

    def _part(self, *, moved: bool = False) -> list[BlockSplice]:
        """Put the separator above the first new line, once that is known; then it stays there."""
        if self._new_after is not None and self._new is not None and not moved:
            return []
        at, before = self.new_at, self._new
        self._new = None if at is None else self._lines[at].key
        if self._new == before:
            return []
        changed = []
        for where, block in enumerate(self._blocks):
            if block.key in {before, self._new}:
                self._blocks[where] = after = self._block(self._first + where)
                changed.append(BlockSplice(where, 1, (after,)))
        return changed

    def uncover(self, key: str) -> list[BlockSplice]:
        """Show what one line says that is hidden."""
        at = next((at for at, block in enumerate(self._blocks) if block.key == key), None)
        if at is None:
            return []
        self._uncovered.add(key)
        line = self._first + at
        return self._fill(at, 1, line, line + 1)

    def _hides(self, line: Line) -> bool:
        said = line.kind == "said" and not line.deleted
        return said and line.account in self._blocked and line.key not in self._uncovered

    def grow_up(self, count: int) -> list[BlockSplice]:
        """Take older lines into the window."""
        first = max(0, self._first - count)
        end, self._first = self._first, first
        return self._fill(0, 0, first, end)

    def grow_down(self, count: int) -> list[BlockSplice]:
        """Take newer lines into the window."""
        start = self._last
        self._last = min(len(self._lines), start + count)
        return self._fill(len(self._blocks), 0, start, self._last)

    def trim_top(self) -> list[BlockSplice]:
        """Take the oldest blocks out of the view where there are too many."""
        excess = len(self._blocks) - TRIM_TO
        if len(self._blocks) <= MAX_LIVE:
            return []
        self._first += excess
        return self._fill(0, excess, self._first, self._first)

    def trim_bottom(self) -> list[BlockSplice]:
        """Take the newest blocks out of the view where there are too many."""
        excess = len(self._blocks) - TRIM_TO
        if len(self._blocks) <= MAX_LIVE:
            return []
        self._last -= excess
        return self._fill(TRIM_TO, excess, self._last, self._last)

    def _fill(self, where: int, removed: int, start: int, end: int) -> list[BlockSplice]:
        """Put the blocks of lines from ``start`` to ``end`` in the place of ``removed`` ones."""
        added = [self._block(at) for at in range(start, end)]
        after = where + removed
        # The next block's head and day depend on what stands before it.
        if after < len(self._blocks):
            follower = self._block(end)
            if follower != self._blocks[after]:
                added.append(follower)
                removed += 1
        if not removed and not added:
            return []
        self._blocks[where : where + removed] = added
        return [BlockSplice(where, removed, tuple(added))]

    def _block(self, at: int) -> Block:
        line = self._lines[at]
        before = self._lines[at - 1] if at > self._first else None
        hidden = bool(self._blocked) and self._hides(line)
        when = self._when(line.time)
        new_day = before is None or self._when(before.time).date() != when.date()
        grouped = (
            not new_day
            and before is not None
            and before.kind == line.kind == "said"
            and line.reply_to is None
            and line.key != self._new
            and (before.account, before.sender) == (line.account, line.sender)
            and abs(line.time - before.time) < _GROUP_MS
            and not (self._blocked and self._hides(before))
        )
        return Block(
            key=line.key,
            kind=line.kind,
            account=line.account,
            sender=one_line(line.sender),
            text="" if hidden else displayed(line.text),
            time=time_of_day(when, twelve=self._twelve),
            status=line.status,
            day=self._day(when) if new_day else None,
            head=line.kind == "said" and not grouped and not hidden,
            new=line.key == self._new,
            id=line.id,
            error=None if line.error is None else one_line(line.error),
            seq=line.seq,
            reply_to=None if hidden else line.reply_to,
            quote=None if line.quote is None else self._quote(line.quote),
            edited=line.edited,
            deleted=line.deleted,
            pinned=line.pinned,
            reactions=() if hidden else line.reactions,
            full=in_full(when, twelve=self._twelve),
            hidden=hidden,
            file=None if hidden else line.file,
        )

    def _quote(self, quote: Quote) -> Quote:
        if quote.account in self._blocked and not quote.deleted:
            quote = replace(quote, text="(hidden)")
        return _one_line(quote)

    def _when(self, time_ms: int) -> datetime:
        return time_of(time_ms, self._zone)

    def _day(self, when: datetime) -> str:
        day = f"{when:%A}, {when.day} {when:%B}"
        return day if when.year == self._year else f"{day} {when.year}"


def _rows(line: Line) -> int:
    """Return about how many rows a line fills, in a window that is not narrow."""
    card = 0 if line.file is None else _PICTURE_ROWS if line.file.preview else 1
    return 1 + card + line.text.count("\n") + len(line.text) // _ROW_CHARS


def _seq(line: Line) -> int:
    """Return where a line stands; what is not sent yet comes after everything."""
    return MAX_INT if line.seq is None else line.seq


def _is_said(line: Line, me: str) -> bool:
    return line.kind == "said" and line.seq is not None and line.account != me


def _one_line(quote: Quote) -> Quote:
    """Return what a quote says as one line, as far as one can hold it."""
    text = " ".join(displayed(quote.text[: 2 * _QUOTE_CHARS]).split())[:_QUOTE_CHARS]
    return replace(quote, sender=one_line(quote.sender), text=text)
