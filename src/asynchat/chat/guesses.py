"""How long who guessed a password wrong has to wait: longer each time, and never for ever.

Times are ms since the epoch, so that they outlive a restart; they come in as arguments.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FORGOTTEN_MS: Final = 60 * 60 * 1000
_MOST_PLACES: Final = 20_000
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often it was guessed wrong in a row at one place, and when last.

    A place is an address, or an address and a name there.
    """

    place: str
    count: int
    at_ms: int


class GuessBook:
    """Every place where passwords were guessed wrong lately.

    At one address, ``free`` wrong ones of whomever cost the others there nothing.  A wait is
    ``first_ms``, doubled with each further guess up to ``longest_ms``.
    """

    def __init__(
        self, guesses: Iterable[Guesses], *, first_ms: int, longest_ms: int, free: int
    ) -> None:
        self._by_place = {one.place: one for one in guesses}
        self.change(first_ms=first_ms, longest_ms=longest_ms, free=free)

    def __len__(self) -> int:
        return len(self._by_place)

    def change(self, *, first_ms: int, longest_ms: int, free: int) -> None:
        """Let other waits follow, also after what was wrong before."""
        self._first_ms = first_ms
        self._longest_ms = longest_ms
        self._free = free

    def wait_ms(self, address: str, key: str, now_ms: int) -> int:
        """Return for how long nobody at an address may try the password of a name."""
        place = place_of(address)
        of_name = self._by_place.get(f"{place} {key}")
        of_all = self._by_place.get(place)
        return max(self._wait_ms(of_name, 0, now_ms), self._wait_ms(of_all, self._free, now_ms))

    def guess(self, address: str, key: str, now_ms: int) -> Iterator[Guesses]:
        """Count a password as wrong until it is known to be right; yield what is to be stored."""
        self._forget_old(now_ms)
        place = place_of(address)
        for where in (place, f"{place} {key}"):
            before = self._by_place.pop(where, None)
            count = 1 if before is None or _is_old(before, now_ms) else before.count + 1
            guesses = self._by_place[where] = Guesses(where, count, now_ms)
            yield guesses

    def right(self, address: str, key: str) -> Iterator[Guesses]:
        """Take back what `guess` counted: it was right; yield what is to be stored.

        What was wrong before at the address stays: else who has an account there could go on.
        """
        place = place_of(address)
        if self._by_place.pop(f"{place} {key}", None) is not None:
            yield Guesses(f"{place} {key}", 0, 0)
        of_all = self._by_place.get(place)
        if of_all is not None:
            left = Guesses(place, of_all.count - 1, of_all.at_ms)
            if left.count:
                self._by_place[place] = left
            else:
                del self._by_place[place]
            yield left

    def _wait_ms(self, guesses: Guesses | None, free: int, now_ms: int) -> int:
        if guesses is None or guesses.count <= free or _is_old(guesses, now_ms):
            return 0
        # Beyond so many it is the longest, whatever the first is.
        wait_ms = min(self._longest_ms, self._first_ms << min(guesses.count - free - 1, 32))
        # A clock that was set back must not make it longer.
        return max(0, min(wait_ms, guesses.at_ms + wait_ms - now_ms))

    def _forget_old(self, now_ms: int) -> None:
        # They are in the order in which they were last guessed at.
        while self._by_place:
            oldest = next(iter(self._by_place.values()))
            if len(self._by_place) < _MOST_PLACES and not _is_old(oldest, now_ms):
                return
            del self._by_place[oldest.place]


def place_of(address: str) -> str:
    """Return what counts as one address: of IPv6 a network, as one person has all of it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False).network_address)
    return str(parsed)


def forgotten_before(now_ms: int) -> int:
    """Return before when a guess counts no more."""
    return now_ms - _FORGOTTEN_MS


def _is_old(guesses: Guesses, now_ms: int) -> bool:
    return guesses.at_ms < forgotten_before(now_ms)
