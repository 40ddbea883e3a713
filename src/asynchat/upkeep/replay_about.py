"""What events about others make, read from the log and compared with what the tables say.

`AboutReplay` is told of every event in the order of the log; it keeps what is newest about each
message that something is about, and nothing of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asynchat.messages import AboutEvent, Edited, Pinned, Reacted, Redacted, Said
from asynchat.store.unread import named_by

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from asynchat.messages import AnyEvent


@dataclass(slots=True)
class _Known:
    """What is known of one message; seqs, None where there is none."""

    later: int | None = None
    edited: int | None = None
    redacted: int | None = None
    pin: int | None = None
    reactions: dict[tuple[str, str], int] = field(default_factory=dict)


class AboutReplay:
    """What became of things said, by the log of one database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[int, _Known] = {}

    def take(self, event: AnyEvent) -> Iterator[str]:
        """Note an event; yield what is wrong with its row."""
        about, author = self._db.execute(
            "SELECT about, author FROM events WHERE seq = ?", (event.seq,)
        ).fetchone()
        if about != (event.about if isinstance(event, AboutEvent) else None):
            yield f"event {event.seq} is not noted as what it is about"
        if author != (event.account if isinstance(event, Said) else None):
            yield f"event {event.seq} is not noted as its author's"
        mentions = self._db.execute(
            "SELECT name, account FROM mentions JOIN rooms ON rooms.id = room WHERE seq = ?",
            (event.seq,),
        ).fetchall()
        named = named_by(event) if isinstance(event, Said) else ()
        if sorted(mentions) != sorted((event.room, account) for account in named):
            yield f"event {event.seq}: whom it mentions is not noted as it says"
        if isinstance(event, AboutEvent):
            self._change(self._known.setdefault(event.about, _Known()), event)

    def differences(self) -> Iterator[str]:
        """Yield where the tables say other than the log."""
        there = self._stored()
        for seq in sorted(self._known.keys() | there.keys()):
            found = there.get(seq, _Known())
            if self._known.get(seq, _Known()) == found:
                continue
            if self._db.execute("SELECT 1 FROM events WHERE seq = ?", (seq,)).fetchone() is None:
                if found == _Known():
                    continue  # it was removed, and an event about it is the newest of its room
                yield f"event {seq} is not there, but something is noted about it"
            else:
                yield f"event {seq}: what is noted about it is not what the log says"
        yield from self._unblanked()
        for (seq,) in self._db.execute(
            "SELECT DISTINCT seq FROM mentions WHERE seq NOT IN (SELECT seq FROM events)"
        ):
            yield f"event {seq} is not there, but it is noted whom it mentions"

    def _change(self, known: _Known, event: AboutEvent) -> None:
        known.later = event.seq
        match event:
            case Edited():
                known.edited = event.seq
            case Redacted():
                known.redacted = event.seq
                known.pin = None
                known.reactions.clear()
            case Reacted(on=True):
                known.reactions[event.emoji, event.account] = event.seq
            case Reacted():
                known.reactions.pop((event.emoji, event.account), None)
            case Pinned():
                known.pin = event.seq if event.on else None

    def _stored(self) -> dict[int, _Known]:
        stored = {
            seq: _Known(later, edited, redacted)
            for seq, later, edited, redacted in self._db.execute(
                "SELECT seq, later, edited, redacted FROM events"
                " WHERE later IS NOT NULL OR edited IS NOT NULL OR redacted IS NOT NULL"
            )
        }
        for seq, pin in self._db.execute("SELECT about, seq FROM pins"):
            stored.setdefault(seq, _Known()).pin = pin
        for seq, emoji, account, reacted in self._db.execute(
            "SELECT about, emoji, account, seq FROM reactions"
        ):
            stored.setdefault(seq, _Known()).reactions[emoji, account] = reacted
        return stored

    def _unblanked(self) -> Iterator[str]:
        """Yield the events that were deleted and still say something."""
        for seq, known in self._known.items():
            if known.redacted is not None:
                for (row,) in self._db.execute(
                    "SELECT seq FROM events WHERE (seq = ?1 OR about = ?1)"
                    ' AND instr(CAST(frame AS TEXT), \'"text":"\') > 0'
                    ' AND instr(CAST(frame AS TEXT), \'"text":""\') = 0',
                    (seq,),
                ):
                    yield f"event {row} was deleted, but it still says something"
