"""The numbers by which messages are called where lines are printed, and what each one is now.

Pure.  Whatever was shown has a number one can type, and keeps it for as long as it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from asynchat.link.annotations import Annotations
from asynchat.messages import Said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.link.annotations import Reaction
    from asynchat.link.searching import Hit
    from asynchat.messages import AnyAbout, File, Page

MAX_NUMBERS: Final = 5_000
"""How many messages are known by their number; those numbered first give way."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A message that was shown; ``text`` is as of its newest edit, empty where ``deleted``.

    Of what became of it, everything up to the seq ``counted`` is in here.
    """

    number: int
    room: str
    seq: int
    account: str
    sender: str
    text: str
    counted: int = 0
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
    file: File | None = None

    def count(self, emoji: str) -> int:
        """Return how many have put an emoji there."""
        return sum(one.count for one in self.reactions if one.emoji == emoji)


class Numbers:
    """The messages that were shown, by number and by seq; numbers begin with 1."""

    def __init__(self, max_numbers: int = MAX_NUMBERS) -> None:
        self._max_numbers = max_numbers
        self._next = 1
        self._by_seq: dict[int, Numbered] = {}
        self._seqs: dict[int, int] = {}
        # Nothing here tells one's own reactions from those of others.
        self._annotations = Annotations("")

    def add(self, said: Said, counted: int = 0) -> Numbered:
        """Return what a message that is to be shown is now, with its number."""
        known = self._by_seq.get(said.seq) or self._new(said, said.file)
        deleted = known.deleted or said.redacted
        text = "" if deleted else known.text
        file = known.file or said.file
        known = replace(
            known, deleted=deleted, text=text, file=file, counted=max(known.counted, counted)
        )
        self._by_seq[said.seq] = known
        return known

    def add_found(self, hit: Hit) -> Numbered:
        """Return what a message is that a search found, with its number."""
        return self._by_seq.get(hit.seq) or self._new(hit)

    def _new(self, one: Said | Hit, file: File | None = None) -> Numbered:
        known = Numbered(
            self._next, one.room, one.seq, one.account, one.sender, one.text, one.seq, file=file
        )
        self._next += 1
        self._by_seq[one.seq] = known
        self._seqs[known.number] = one.seq
        self._forget_oldest()
        return known

    def add_page(self, page: Page) -> None:
        """Give numbers to the messages of a page, and note what became of them."""
        said = [event for event in page.events if isinstance(event, Said)]
        for one in said:
            self.add(one, page.counted)
        self._annotations.take_page(
            (one.seq for one in said),
            # Where a page has more messages than there may be numbers, the first have none again.
            [event for event in page.later if getattr(event, "about", 0) in self._by_seq],
            [tally for tally in page.reactions if tally.about in self._by_seq],
            page.counted,
        )
        for one in said:
            self._refresh(one.seq)

    def take(self, event: AnyAbout) -> Numbered | None:
        """Note what became of a message; return it as it is now.

        None where it has no number, or nothing is new.
        """
        known = self._by_seq.get(event.about)
        if known is None or not self._annotations.take(event) or event.seq <= known.counted:
            return None
        return self._refresh(event.about)

    def get(self, number: int) -> Numbered | None:
        """Return the message of a number."""
        seq = self._seqs.get(number)
        return None if seq is None else self._by_seq[seq]

    def of(self, seq: int) -> Numbered | None:
        """Return the message of a seq, None where it has no number."""
        return self._by_seq.get(seq)

    def newest(self, *, room: str | None = None, account: str | None = None) -> Iterator[Numbered]:
        """Yield what is not deleted, the newest first: of a room, of an account, or all."""
        for seq in sorted(self._by_seq, reverse=True):
            one = self._by_seq[seq]
            if not one.deleted and room in {None, one.room} and account in {None, one.account}:
                yield one

    def clear(self) -> None:
        """Forget all; a number is not given a second time."""
        self._by_seq.clear()
        self._seqs.clear()
        self._annotations = Annotations("")

    def _refresh(self, seq: int) -> Numbered | None:
        known, about = self._by_seq.get(seq), self._annotations.get(seq)
        if known is None or about is None:
            return known
        deleted = known.deleted or about.deleted
        text = about.text if about.edited else known.text
        known = self._by_seq[seq] = replace(
            known,
            text="" if deleted else text,
            edited=bool(about.edited) and not deleted,
            deleted=deleted,
            pinned=about.pinned,
            reactions=about.shown(),
        )
        return known

    def _forget_oldest(self) -> None:
        while len(self._seqs) > self._max_numbers:
            number = next(iter(self._seqs))
            seq = self._seqs.pop(number)
            del self._by_seq[seq]
            self._annotations.forget([seq])
