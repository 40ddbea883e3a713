from __future__ import annotations

import locale
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.clock import in_full, moment, read_locale, time_of_day, uses_twelve

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("hour", "long", "short"),
    [
        (0, "00:05", "12:05 AM"),
        (9, "09:05", "9:05 AM"),
        (12, "12:05", "12:05 PM"),
        (23, "23:05", "11:05 PM"),
    ],
)
def test_times_of_day(hour: int, long: str, short: str) -> None:
    """Hours go to 24, or twice to 12."""
    when = datetime(2026, 3, 3, hour, 5, tzinfo=UTC)
    assert time_of_day(when, twelve=False) == long
    assert time_of_day(when, twelve=True) == short


def test_a_time_in_full() -> None:
    """It has its day, the year and seconds, by either clock."""
    when = datetime(2026, 11, 2, 14, 5, 9, tzinfo=UTC)
    assert in_full(when, twelve=False) == f"{when:%A}, 2 {when:%B} 2026, 14:05:09"
    assert in_full(when, twelve=True) == f"{when:%A}, 2 {when:%B} 2026, 2:05:09 PM"


def test_as_much_of_the_date_as_needed() -> None:
    """Today needs none, yesterday a word, this year no year."""
    now = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

    def said(*when: int) -> str:
        return moment(datetime(*when, tzinfo=UTC), now=now, twelve=False)  # type: ignore[arg-type, misc]

    assert said(2026, 3, 3, 9, 5) == "09:05"
    assert said(2026, 3, 2, 9, 5) == "yesterday, 09:05"
    assert said(2026, 1, 2, 9, 5) == "2 January, 09:05"
    assert said(2025, 12, 24, 9, 5) == "24 December 2025, 09:05"


@pytest.mark.parametrize(
    ("form", "twelve"),
    [("%H:%M:%S", False), ("%T", False), ("%r", True), ("%I:%M:%S %p", True), ("%l:%M", True)],
)
def test_the_locale_decides(monkeypatch: pytest.MonkeyPatch, form: str, twelve: bool) -> None:
    """Where nothing is chosen, times are written as the locale writes them."""
    told: Callable[[int], str] = lambda _: form  # noqa: E731
    monkeypatch.setattr(locale, "nl_langinfo", told, raising=False)
    assert uses_twelve() == twelve
    assert uses_twelve(12)
    assert not uses_twelve(24)


def test_an_unknown_locale_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's is taken where there is it, else the one of before."""
    before = locale.setlocale(locale.LC_TIME)
    try:
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        read_locale()
        assert locale.setlocale(locale.LC_TIME) != "C"
        monkeypatch.setenv("LC_ALL", "xx_YY.nothing")
        read_locale()
        assert locale.setlocale(locale.LC_TIME) != "C"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_without_a_word_of_the_locale_it_is_24(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that does not tell has hours to 24."""
    monkeypatch.delattr(locale, "nl_langinfo", raising=False)
    assert not uses_twelve()
