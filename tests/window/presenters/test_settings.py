from __future__ import annotations

import pytest

from asynchat.window.presenters.settings import quiet_hours, themes, versions, words


def test_themes_are_offered_with_ones_own() -> None:
    """The system's and the built-in ones come first, one's own by name."""
    assert themes(["dark", "light", "zebra", "forest"]) == (
        ("system", "As the system"),
        ("dark", "Dark"),
        ("light", "Light"),
        ("forest", "forest"),
        ("zebra", "zebra"),
    )


def test_words_have_commas_between() -> None:
    """Highlighted words may be several words long, and space around them means nothing."""
    assert words(" deploy,, on   fire ,") == ("deploy", "on fire")
    assert words("") == ()


@pytest.mark.parametrize(
    ("typed", "hours", "wrong"),
    [
        (("22:00", "7"), ("22:00", "07:00"), False),
        (("", " "), (None, None), False),
        (("22:00", ""), (None, None), True),
        (("late", "7"), (None, None), True),
    ],
)
def test_quiet_hours_are_two_times(
    typed: tuple[str, str], hours: tuple[str | None, str | None], wrong: bool
) -> None:
    """Two times make quiet hours, nothing makes none, and all else is told."""
    found, problem = quiet_hours(*typed)
    assert found == hours
    assert (problem is not None) == wrong


def test_versions_tell_what_runs_here() -> None:
    """A report begins with what is running where."""
    lines = versions("8.6.13")
    assert lines[0].startswith("asynchat ")
    assert lines[1].endswith("Tk 8.6.13")
