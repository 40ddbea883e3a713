"""What those who keep order read, as tables of text: one head, and a row for each thing.  Pure.

``time`` writes a time, in ms since the epoch, as its reader wants it, and None as nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynchat.messages import Connected, Deed, Held, Listed, Reported, Room, Setting

Row: TypeAlias = tuple[str, ...]
Time: TypeAlias = "Callable[[int | None], str]"


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table, each on its line whatever is in it, its columns side by side."""
    cells = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def connections(found: Iterable[Connected], time: Time) -> Iterator[Row]:
    """Yield who is connected."""
    yield ("SESSION", "NAME", "ACCOUNT", "ADDRESS", "SINCE", "CLIENT", "IN", "OUT", "ROOMS")
    for one in found:
        yield (
            str(one.session),
            one.name or "",
            one.account,
            one.address,
            time(one.since),
            one.client,
            str(one.received_bytes),
            f"{one.sent_bytes} (lags)" if one.lagging else str(one.sent_bytes),
            str(one.room_count),
        )


def accounts(found: Iterable[Listed], time: Time) -> Iterator[Row]:
    """Yield who there is."""
    yield ("NAME", "ACCOUNT", "ROLE", "CAME FIRST", "LAST HERE")
    for one in found:
        yield (
            one.name or f"(was {one.was})",
            one.account,
            one.role,
            time(one.created),
            "now" if one.online else time(one.seen),
        )


def rooms(found: Iterable[Room]) -> Iterator[Row]:
    """Yield the rooms, and how they are used."""
    yield ("ROOM", "MEMBERS", "MODES", "TOPIC")
    for one in found:
        modes = {
            "private": one.private,
            "read-only": one.read_only,
            "archived": one.archived,
            f"slow={one.slow_s}": one.slow_s > 0,
        }
        used = " ".join(word for word, on in modes.items() if on)
        yield (one.name, str(one.members), used, one.topic)


def bans(found: Iterable[Held], time: Time) -> Iterator[Row]:
    """Yield who is banned or muted."""
    yield ("KIND", "WHO", "ROOM", "UNTIL", "BY", "REASON")
    for one in found:
        yield (
            one.kind,
            one.address or one.name or f"id:{one.account}",
            one.room or "",
            time(one.until) or "for good",
            one.by_name,
            one.reason,
        )


def deeds(found: Iterable[Deed], time: Time) -> Iterator[Row]:
    """Yield who did what to whom."""
    yield ("NUMBER", "TIME", "BY", "DID", "TO", "ROOM", "TEXT")
    for one in found:
        yield (
            str(one.number),
            time(one.time),
            one.by_name,
            one.action,
            one.address or one.name or one.account,
            one.room,
            one.text,
        )


def reports(found: Iterable[Reported], time: Time) -> Iterator[Row]:
    """Yield what was reported, and what came of it."""
    yield ("NUMBER", "TIME", "BY", "ROOM", "SAID BY", "SAID", "WHY", "ANSWER")
    for one in found:
        yield (
            str(one.number),
            time(one.time),
            one.name,
            one.room,
            one.author_name,
            one.said,
            one.text,
            "" if one.resolved is None else f"{one.by_name}: {one.answer}",
        )


def settings(found: Iterable[Setting]) -> Iterator[Row]:
    """Yield the settings, and which of them may be set."""
    yield ("SETTING", "IS", "STARTED WITH", "")
    for one in found:
        yield (one.name, one.value, one.started_with, "may be set" if one.live else "")
