"""How a server was over the last minutes: a bounded ring of samples, and the lines they make."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.window.presenters.tables import TableRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.messages import Stats

SPAN_S: Final = 600.0
"""So much of the past is shown."""

MOST: Final = 600
"""So many samples are kept, at most; the oldest give way."""

_MIB: Final = 1024.0**2
_LEAST_APART_S: Final = 1.0
_GAP_S: Final = 30.0
"""Where nothing was asked for so long, nobody knows: no line goes over it."""

Line: TypeAlias = tuple[tuple[float, float], ...]
"""Points from the left (0) to the right (1), and from the foot (0) to the head (1)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How a server was at one moment; ``values`` are those of `PLOTTED`, None where unknown."""

    at_s: float
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that is measured: its title, how a value is told, and in what it is counted."""

    title: str
    text: Callable[[float], str]
    unit: float = 1.0


@dataclass(frozen=True, slots=True)
class Plot:
    """What one plot shows: the newest value, what the head of the plot stands for, and lines."""

    title: str
    now: str
    head: str
    lines: tuple[Line, ...]


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _rate(value: float) -> str:
    return f"{value:,.1f}/s"


def _milliseconds(value: float) -> str:
    return f"{value:,.1f} ms" if value < 100 else f"{value:,.0f} ms"  # noqa: PLR2004 - as one reads it


def _memory(value: float) -> str:
    return f"{value / _MIB:,.1f} MiB"


PLOTTED: Final = (
    Quantity("Connections", _count),
    Quantity("Messages", _rate),
    Quantity("Time to answer", _milliseconds),
    Quantity("Memory", _memory, _MIB),
)


class Samples:
    """What was seen of one server; times are those of a clock that only goes forward."""

    def __init__(self) -> None:
        self._ring: deque[Sample] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._ring)

    def add(self, stats: Stats, *, answer_ms: float, at_s: float) -> None:
        """Take a sample, unless the last one is of the same moment."""
        if self._ring and at_s - self._ring[-1].at_s < _LEAST_APART_S:
            return
        memory = None if stats.memory_bytes is None else float(stats.memory_bytes)
        values = (float(stats.connections), stats.events_per_s, answer_ms, memory)
        self._ring.append(Sample(at_s, values))

    def plots(self, now_s: float) -> tuple[Plot, ...]:
        """Return what the plots show at a moment."""
        recent = self._recent(now_s)
        return tuple(
            _plot(quantity, [(one.at_s, one.values[at]) for one in recent], now_s)
            for at, quantity in enumerate(PLOTTED)
        )

    def rows(self, now_s: float) -> tuple[TableRow, ...]:
        """Return the same in figures: of each quantity the newest, the least and the most."""
        recent = self._recent(now_s)
        found = []
        for at, quantity in enumerate(PLOTTED):
            known = [value for one in recent if (value := one.values[at]) is not None]
            if known:
                figures = (known[-1], min(known), sum(known) / len(known), max(known))
                cells = (quantity.title, *map(quantity.text, figures))
                detail = f"{quantity.title}: {cells[1]} now, {cells[2]} to {cells[4]} before."
                found.append(TableRow(quantity.title, cells, (quantity.title, *figures), detail))
        return tuple(found)

    def _recent(self, now_s: float) -> list[Sample]:
        return [one for one in self._ring if now_s - one.at_s <= SPAN_S]


def _plot(quantity: Quantity, points: list[tuple[float, float | None]], now_s: float) -> Plot:
    known = [value for _, value in points if value is not None]
    if not known:
        return Plot(quantity.title, "unknown", "", ())
    head = _above(max(known) / quantity.unit) * quantity.unit
    lines: list[list[tuple[float, float]]] = []
    before: float | None = None
    for at_s, value in points:
        if value is None:
            before = None
            continue
        if before is None or at_s - before > _GAP_S:
            lines.append([])
        lines[-1].append((1 - (now_s - at_s) / SPAN_S, value / head))
        before = at_s
    shown = tuple(map(tuple, lines))
    return Plot(quantity.title, quantity.text(known[-1]), quantity.text(head), shown)


def _above(value: float) -> float:
    """Return a round number of 1 at least that is not below a value."""
    step = 1.0
    while step < value:
        step *= 10
    return next(part * step for part in (0.1, 0.2, 0.5, 1) if part * step >= max(1, value))
