"""How fast somebody may go: a token bucket that reserves instead of refusing.

Times are seconds of any clock that only goes forward; they come in as arguments.
"""

from __future__ import annotations


class Budget:
    """Allow bursts of ``burst`` and ``per_second`` sustained."""

    def __init__(self, *, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = burst
        self._at = float("-inf")

    def take(self, now: float) -> float:
        """Take one, also on credit; return for how many seconds its taker has to wait."""
        self._refill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_second)

    def give_back(self) -> None:
        """Put back one that should not have cost anything."""
        self._tokens = min(self._burst, self._tokens + 1)

    def is_full(self, now: float) -> bool:
        """Tell whether nothing would be lost by forgetting this budget."""
        self._refill(now)
        return self._tokens >= self._burst

    def _refill(self, now: float) -> None:
        elapsed = max(0.0, now - self._at)
        self._tokens = min(self._burst, self._tokens + elapsed * self._per_second)
        self._at = now
