"""How fast somebody may go: by account, by address, and all of a server together.

Whoever is over a rate waits; what cannot simply wait is refused with ``too_fast``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asynchat.chat.budget import Budget
from asynchat.errors import ChatError
from asynchat.messages import Create, Report, Say, SetProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.config import Settings
    from asynchat.messages import Write


@dataclass(slots=True)
class Rate:
    """How fast one account may write, and search."""

    messages: Budget
    creates: Budget
    profiles: Budget
    reports: Budget
    typing: Budget
    marks: Budget
    searches: Budget

    def are_full(self, now: float) -> bool:
        """Tell whether nothing would be lost by forgetting them; typing is not worth it."""
        return all(
            one.is_full(now) for one in (self.messages, self.creates, self.profiles, self.reports)
        )


class Rates:
    """Every budget of one hub.  ``now`` gives seconds of a clock that only goes forward."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self._now = now
        self._settings = settings
        self._of: dict[str, Rate] = {}
        self._addresses: dict[str, Budget] = {}
        self._everybody = self._for_everybody()

    def __len__(self) -> int:
        return len(self._of)

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on; who was slowed down begins anew."""
        self._settings = settings
        self._of.clear()
        self._addresses.clear()
        self._everybody = self._for_everybody()

    def of(self, account: str) -> Rate:
        """Return the budgets of an account."""
        found = self._of.get(account)
        if found is None:
            settings = self._settings
            found = self._of[account] = Rate(
                Budget(burst=settings.message_burst, per_second=settings.messages_per_s),
                Budget(burst=settings.create_burst, per_second=settings.creates_per_s),
                Budget(burst=settings.profile_burst, per_second=settings.profiles_per_s),
                Budget(burst=settings.report_burst, per_second=settings.reports_per_s),
                Budget(burst=settings.typing_burst, per_second=settings.typings_per_s),
                Budget(burst=settings.message_burst, per_second=settings.messages_per_s),
                Budget(burst=settings.search_burst, per_second=settings.searches_per_s),
            )
        return found

    def take_message(self, account: str, address: str) -> float:
        """Take one message; return for how many seconds its sender has to wait."""
        now = self._now()
        from_here = self._addresses.get(address)
        if from_here is None:
            settings = self._settings
            from_here = self._addresses[address] = Budget(
                burst=settings.address_message_burst, per_second=settings.address_messages_per_s
            )
        return max(
            self.of(account).messages.take(now), from_here.take(now), self._everybody.take(now)
        )

    def give_back_message(self, account: str, address: str) -> None:
        """Put back a message that should not have cost anything."""
        self.of(account).messages.give_back()
        self._everybody.give_back()
        if address in self._addresses:
            self._addresses[address].give_back()

    def refused(self, account: str, request: Write) -> ChatError | None:
        """Take what cannot simply wait from its budget; return the error where that is spent."""
        if isinstance(request, Say):
            return None
        match request:
            case Create():
                budget = self.of(account).creates
            case SetProfile():
                budget = self.of(account).profiles
            case Report():
                budget = self.of(account).reports
            case _:
                return None
        wait_s = budget.take(self._now())
        if not wait_s:
            return None
        budget.give_back()
        return ChatError("too_fast", retry_after=round(wait_s, 1))

    def tidy(self, is_here: Callable[[str], bool]) -> None:
        """Forget the budgets of those who left, where nothing is lost by that."""
        now = self._now()
        self._of = {
            account: rate
            for account, rate in self._of.items()
            if is_here(account) or not rate.are_full(now)
        }
        self._addresses = {
            address: budget
            for address, budget in self._addresses.items()
            if not budget.is_full(now)
        }

    def _for_everybody(self) -> Budget:
        settings = self._settings
        return Budget(
            burst=settings.server_message_burst, per_second=settings.server_messages_per_s
        )
