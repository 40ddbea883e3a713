"""The forms in which what was said is written to a file: bytes of events, a piece at a time.

A form is given the events, of all its rooms or of one of them by name, and what people call
each room.  Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from asynchat.chat.sentences import sentence
from asynchat.messages import Said
from asynchat.text import escaped_json, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from asynchat.messages import AnyEvent


class Record(Protocol):
    """An event, and the frame it is sent as, with its newline."""

    @property
    def event(self) -> AnyEvent:
        """The event."""

    @property
    def frame(self) -> bytes:
        """The frame."""


Events: TypeAlias = "Callable[[str | None], Iterator[Record]]"
Form: TypeAlias = "Callable[[Events, Mapping[str, str]], Iterator[bytes]]"


def jsonl(events: Events, _titles: Mapping[str, str]) -> Iterator[bytes]:
    """Yield each event as readers were sent it, one JSON object a line."""
    return (escaped_json(stored.frame.decode()).encode() for stored in events(None))


def txt(events: Events, titles: Mapping[str, str]) -> Iterator[bytes]:
    """Yield each event as one line: ``2026-11-20 14:03:59Z #lobby ada: hello``."""
    for stored in events(None):
        event = stored.event
        what = (
            f"{one_line(event.sender)}: {one_line(event.text)}"
            if isinstance(event, Said) and not event.redacted and event.file is None
            else f"* {one_line(sentence(event))}"
        )
        when = moment(event.time).strftime("%Y-%m-%d %H:%M:%SZ")
        yield f"{when} {titles[event.room]} {what}\n".encode(errors="replace")


def moment(time_ms: int) -> datetime:
    """Return a time of an event; what no calendar has is shown as its beginning."""
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)
