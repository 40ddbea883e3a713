"""What became of things said: edits, deletions, reactions and pins, as far as a view shows them.

`Annotations` takes events about others from the stream and from pages, in any order and more
than once, and keeps for each message what is newest.  It is pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asynchat.messages import Edited, Pinned, Reacted, Redacted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.messages import AboutEvent, Event, Tally


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under a message, how many put it there, and the names of those one knows of."""

    emoji: str
    count: int
    mine: bool = False
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Annotation:
    """What is known of one message; a seq is that of the newest event of its kind, 0 for none."""

    edited: int = 0
    text: str = ""
    deleted: bool = False
    pin_seq: int = 0
    pinned: bool = False
    reactions: dict[str, _Reacted] = field(default_factory=dict)

    def shown(self) -> tuple[Reaction, ...]:
        """Return the reactions as they are shown, in the order in which they began."""
        return tuple(
            Reaction(emoji, one.count, one.mine, tuple(one.names.values()))
            for emoji, one in self.reactions.items()
            if one.count > 0
        )


@dataclass(slots=True)
class _Reacted:
    count: int = 0
    mine: bool = False
    names: dict[str, str] = field(default_factory=dict)


class Annotations:
    """What is known of the messages of one room; ``me`` is the account that looks at it."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._known: dict[int, Annotation] = {}
        # Up to which seq the reactions to a message are counted.
        self._counted: dict[int, int] = {}

    def get(self, seq: int) -> Annotation | None:
        """Return what is known of a message, None where nothing became of it."""
        return self._known.get(seq)

    def take(self, event: AboutEvent) -> bool:
        """Note an event of the stream; tell whether something is shown otherwise now."""
        known = self._known.setdefault(event.about, Annotation())
        match event:
            case Edited():
                return _edit(known, event)
            case Redacted():
                changed = not known.deleted
                known.deleted = True
                known.pinned = False
                known.reactions.clear()
                return changed
            case Pinned():
                return _pin(known, event)
            case Reacted():
                return self._react(known, event)
            case _:
                return False

    def take_page(
        self,
        seqs: Iterable[int],
        later: Iterable[Event],
        tallies: Iterable[Tally],
        counted: int,
    ) -> set[int]:
        """Note what a page says of its messages; return those that are shown otherwise now."""
        changed = self._recount(seqs, tallies, counted)
        for event in later:
            if isinstance(event, Edited | Redacted | Pinned):
                if self.take(event):
                    changed.add(event.about)
            elif isinstance(event, Reacted) and event.about in changed:
                found = self._known[event.about].reactions.get(event.emoji)
                if found is not None:
                    found.names[event.account] = event.sender
        return changed

    def _recount(self, seqs: Iterable[int], tallies: Iterable[Tally], counted: int) -> set[int]:
        """Count reactions as a page does, unless the stream has brought newer ones."""
        fresh = {seq for seq in seqs if counted > self._counted.get(seq, 0)}
        self._counted |= dict.fromkeys(fresh, counted)
        changed = {seq for seq in fresh if seq in self._known and self._known[seq].reactions}
        for seq in changed:
            self._known[seq].reactions = {}
        for tally in tallies:
            if tally.about in fresh:
                known = self._known.setdefault(tally.about, Annotation())
                known.reactions[tally.emoji] = _Reacted(tally.count, tally.mine)
                changed.add(tally.about)
        return changed

    def join(self, other: Annotations, seqs: Iterable[int]) -> None:
        """Take over what another one knows of messages that this one does not have."""
        for seq in seqs:
            if seq in other._known:
                self._known[seq] = other._known[seq]
            if seq in other._counted:
                self._counted[seq] = other._counted[seq]

    def forget(self, seqs: Iterable[int]) -> None:
        """Drop what is known of messages that are shown no more."""
        for seq in seqs:
            self._known.pop(seq, None)
            self._counted.pop(seq, None)

    def _react(self, known: Annotation, event: Reacted) -> bool:
        if known.deleted or event.seq <= self._counted.get(event.about, 0):
            return False
        self._counted[event.about] = event.seq
        found = known.reactions.setdefault(event.emoji, _Reacted())
        mine = event.account == self._me
        if event.on:
            found.count += 1
            found.mine = found.mine or mine
            found.names[event.account] = event.sender
        else:
            found.count -= 1
            found.mine = found.mine and not mine
            found.names.pop(event.account, None)
            if found.count <= 0:
                del known.reactions[event.emoji]
        return True


def _edit(known: Annotation, event: Edited) -> bool:
    if known.deleted or event.redacted or event.seq <= known.edited:
        return False
    known.edited, known.text = event.seq, event.text
    return True


def _pin(known: Annotation, event: Pinned) -> bool:
    if known.deleted or event.seq <= known.pin_seq:
        return False
    changed = known.pinned != event.on
    known.pin_seq, known.pinned = event.seq, event.on
    return changed
