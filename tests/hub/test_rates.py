"""How fast accounts, addresses and everybody together may go."""

from __future__ import annotations

import pytest

from asynchat.config import Settings
from asynchat.hub.rates import Rates
from asynchat.messages import Create, Report, Say, SetProfile, Write


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def rates(clock: Clock, **settings: float) -> Rates:
    """Return budgets of which only those given are small."""
    plenty = {
        f"{kind}_{unit}": 1_000_000
        for kind, unit in (
            ("message", "burst"),
            ("messages", "per_s"),
            ("address_message", "burst"),
            ("address_messages", "per_s"),
            ("server_message", "burst"),
            ("server_messages", "per_s"),
        )
    }
    return Rates(Settings(**{**plenty, **settings}), clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        ("message", ("a1", "h1"), ("a2", "h1")),
        ("address_message", ("a2", "h1"), ("a2", "h2")),
        ("server_message", ("a2", "h2"), None),
    ],
)
def test_each_budget_slows_down_its_own(
    kind: str, same: tuple[str, str], other: tuple[str, str] | None
) -> None:
    """One account; all accounts of one address; everybody.  Others go on, and time heals."""
    clock = Clock()
    limited = rates(
        clock, **{f"{kind}_burst": 2, f"{kind.replace('message', 'messages')}_per_s": 2}
    )
    assert limited.take_message("a1", "h1") == 0.0
    assert limited.take_message("a1", "h1") == 0.0
    assert limited.take_message(*same) == 0.5
    if other is not None:
        assert limited.take_message(*other) == 0.0
    clock.now += 2
    assert limited.take_message(*same) == 0.0


def test_what_was_a_repeat_costs_nothing() -> None:
    """It is given back to all three."""
    limited = rates(Clock(), message_burst=1, address_message_burst=1, server_message_burst=1)
    for _ in range(3):
        assert limited.take_message("a1", "h1") == 0.0
        limited.give_back_message("a1", "h1")
    limited.give_back_message("a1", "never seen")


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (Create(id="i", room="den"), "create"),
        (SetProfile(id="i"), "profile"),
        (Report(id="i", room="den", about=1), "report"),
    ],
)
def test_what_cannot_wait_is_refused(request_: Write, kind: str) -> None:
    """It is `too_fast` with when to come again, and what is refused costs nothing."""
    clock = Clock()
    limited = rates(clock, **{f"{kind}_burst": 1, f"{kind}s_per_s": 0.1})
    assert limited.refused("a1", request_) is None
    for _ in range(2):
        error = limited.refused("a1", request_)
        assert error is not None
        assert (error.code, error.retry_after) == ("too_fast", 10.0)
    assert limited.refused("a2", request_) is None
    clock.now += 10
    assert limited.refused("a1", request_) is None
    assert limited.refused("a1", Say(id="i", room="den", text="x")) is None


def test_other_settings_begin_anew() -> None:
    """Who was slowed down goes by the new ones at once."""
    limited = rates(Clock(), message_burst=1, messages_per_s=0.1)
    limited.take_message("a1", "h1")
    assert limited.take_message("a1", "h1") > 0
    limited.change(Settings(message_burst=3))
    assert [limited.take_message("a1", "h1") for _ in range(3)] == [0.0] * 3
    assert limited.take_message("a1", "h1") > 0


def test_who_left_is_forgotten_once_nothing_is_owed() -> None:
    """Whoever is here, or over its rate, is remembered."""
    clock = Clock()
    limited = rates(clock, message_burst=1, messages_per_s=0.1)
    for account in ("here", "gone", "owing"):
        limited.of(account)
    limited.take_message("owing", "h1")
    limited.tidy(lambda account: account == "here")
    assert sorted(limited._of) == ["here", "owing"]
    assert list(limited._addresses) == ["h1"]
    clock.now += 1000
    limited.tidy(lambda account: account == "here")
    assert (sorted(limited._of), len(limited), list(limited._addresses)) == (["here"], 1, [])
