"""Which part of the log a reader asked for, and how much of it one answer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.state import Interval
from asynchat.store.interface import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same seqs as intervals in order, none of them empty, no two overlapping."""
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda interval: interval.first):
        if result and interval.first <= result[-1].last:
            result[-1] = Interval(result[-1].first, max(result[-1].last, interval.last))
        elif interval.first <= interval.last:
            result.append(Interval(interval.first, interval.last))
    return result


def by_room(spans: Iterable[tuple[str, Interval]]) -> dict[str, list[Interval]]:
    """Return what is asked for of each room, `united`; rooms of which nothing is are left out."""
    rooms: dict[str, list[Interval]] = {}
    for room, interval in spans:
        rooms.setdefault(room, []).append(interval)
    return {room: asked for room, intervals in rooms.items() if (asked := united(intervals))}


def end_of(spans: Sequence[tuple[str, Interval]]) -> int:
    """Return the largest end asked for, 0 where nothing is."""
    return max((interval.last for _, interval in spans), default=0)


def cut(frames: Iterable[tuple[int, bytes]], *, end: int, max_events: int, max_bytes: int) -> Slice:
    """Take frames, given with their seqs in order, until one of the limits is reached."""
    taken: list[bytes] = []
    size = 0
    for seq, frame in frames:
        taken.append(frame)
        size += len(frame)
        if len(taken) >= max_events or size > max_bytes:
            return Slice(taken, seq)
    return Slice(taken, end)
