from __future__ import annotations

from datetime import date

import pytest

from asynchat.window.presenters.search_words import by_tab, offered

PEOPLE = {("ben", "ben"), ("benno", "Dr. B"), ("carol", "Karo Lina")}
ROOMS = ["lobby", "python", "pyramids"]
TODAY = date(2026, 11, 30)


def choices(before: str) -> list[str]:
    found = offered(before, people=PEOPLE, rooms=ROOMS, today=TODAY)
    return [] if found is None else [one.text for one in found.choices]


def tabbed(before: str) -> list[str]:
    found = by_tab(before, people=PEOPLE, rooms=ROOMS, today=TODAY)
    return [] if found is None else [one.text for one in found.choices]


@pytest.mark.parametrize(
    ("before", "texts"),
    [
        ("tea from:", ["from:me ", "from:ben ", "from:benno ", "from:carol "]),
        ("from:be", ["from:ben ", "from:benno "]),
        ("FROM:@BEN", ["from:ben ", "from:benno "]),
        ("from:karo", ["from:carol "]),
        ("from:dr", ["from:benno "]),
        ("in:py", ["in:python ", "in:pyramids "]),
        ("in:#l", ["in:lobby "]),
        ("has:", ["has:link "]),
        ("before:2026-11-2", ["before:2026-11-29 ", "before:2026-11-23 "]),
        ("after:x", []),
        ("tea", []),
        ("", []),
        ("xfrom:b", []),
        ("in:lobby", []),
        ("has:link", []),
        ("from:zoe", []),
        ("from:ben and", []),
    ],
)
def test_what_an_operator_takes_is_offered(before: str, texts: list[str]) -> None:
    """People by either name, rooms, the one thing a message has, days; nothing within a word, or
    where it stands there already.
    """
    assert choices(before) == texts


def test_every_day_is_called() -> None:
    """A day says how long ago it is; a person how they are shown."""
    found = offered("after:", people=PEOPLE, rooms=ROOMS, today=TODAY)
    assert found is not None
    assert [one.label for one in found.choices][:2] == [
        "after:2026-11-30  —  today",
        "after:2026-11-29  —  yesterday",
    ]
    found = offered("from:c", people=PEOPLE, rooms=ROOMS, today=TODAY)
    assert found is not None
    assert found.choices[0].label == "from:carol  —  Karo Lina"


@pytest.mark.parametrize(
    ("before", "texts"),
    [
        ("", ["from:", "in:", "has:link ", "before:", "after:"]),
        ("tea ", ["from:", "in:", "has:link ", "before:", "after:"]),
        ("tea fr", ["from:"]),
        ("HA", ["has:link "]),
        ("tea", []),
        ('"a phrase', []),
        ("in:l", ["in:lobby "]),
        ("in:lobby", ["in:lobby "]),
    ],
)
def test_tab_completes_operators(before: str, texts: list[str]) -> None:
    """Those that begin as the word does, all of them after a blank."""
    assert tabbed(before) == texts
