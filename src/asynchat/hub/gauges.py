"""How the server is doing: events per second, and how long commits take, of the last seconds."""

from __future__ import annotations

import mmap
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S: Final = 10

_STATM: Final = Path("/proc/self/statm")


@dataclass(slots=True)
class _Second:
    """What happened within one second."""

    at: int
    events: int = 0
    commits: int = 0
    commit_s: float = 0.0
    worst_s: float = 0.0


class Gauges:
    """Counts of the last `WINDOW_S` seconds.  ``now`` gives seconds of a clock that only goes on.

    ``received_bytes`` and ``sent_bytes`` are of the connections that have ended.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seconds: deque[_Second] = deque(maxlen=WINDOW_S)
        self.received_bytes = 0
        self.sent_bytes = 0

    def committed(self, events: int, took_s: float) -> None:
        """Count a batch that was stored."""
        at = int(self._now())
        if not self._seconds or self._seconds[-1].at != at:
            self._seconds.append(_Second(at))
        second = self._seconds[-1]
        second.events += events
        second.commits += 1
        second.commit_s += took_s
        second.worst_s = max(second.worst_s, took_s)

    def events_per_s(self) -> float:
        """Return how many events were stored each second."""
        return sum(second.events for second in self._recent()) / WINDOW_S

    def commit_ms(self) -> tuple[float, float]:
        """Return how long a commit took, on average and at worst; 0 where there was none."""
        recent = self._recent()
        count = sum(second.commits for second in recent)
        mean_s = sum(second.commit_s for second in recent) / max(1, count)
        worst_s = max((second.worst_s for second in recent), default=0.0)
        return round(mean_s * 1000, 3), round(worst_s * 1000, 3)

    def _recent(self) -> list[_Second]:
        oldest = self._now() - WINDOW_S
        return [second for second in self._seconds if second.at >= oldest]


def memory_bytes() -> int | None:
    """Return how much memory this process has, None where the system does not tell."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * mmap.PAGESIZE
