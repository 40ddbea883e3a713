"""How fast somebody may go: a token bucket that reserves instead of refusing.

Times are seconds of any clock that only goes forward; they come in as arguments.
"""

from __future__ import annotations


class Budget:
    """Allow bursts of ``burst`` and ``per_second`` sustained."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, *, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = burst
        self._at = float("-inf")

    def take(self, now: float) -> float:
        """Take one, also on credit; return for how many seconds its taker has to wait."""
        if now > self._at:
            self._refill(now)
        self._tokens -= 1
        return 0.0 if self._tokens >= 0 else -self._tokens / self._per_second

    def give_back(self) -> None:
        """Put back one that should not have cost anything."""
        self._tokens = min(self._burst, self._tokens + 1)

    def is_full(self, now: float) -> bool:
        """Tell whether nothing would be lost by forgetting this budget."""
        if now > self._at:
            self._refill(now)
        return self._tokens >= self._burst

    def _refill(self, now: float) -> None:
        tokens = self._tokens + (now - self._at) * self._per_second
        self._tokens = min(self._burst, tokens)
        self._at = now
