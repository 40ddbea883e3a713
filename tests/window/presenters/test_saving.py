from __future__ import annotations

import pytest

from asynchat.window.presenters.saving import completed, proposed, with_form


@pytest.mark.parametrize(
    ("label", "name"),
    [("#lobby", "~/lobby.txt"), ("ben, zoë", "~/ben-zoë.txt"), ("…/..", "~/conversation.txt")],
)
def test_a_room_proposes_a_name(label: str, name: str) -> None:
    """It is one of a file in one's home, whatever people are called."""
    assert proposed(label) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [("~/a.txt", "~/a.html"), ("~/a.HTM", "~/a.html"), ("~/a.b", "~/a.b.html"), ("a", "a.html")],
)
def test_the_form_is_the_end_of_the_name(typed: str, name: str) -> None:
    """Another form changes the end, and nothing that is not one."""
    assert with_form(typed, ".html") == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("~/Do", "~/Documents/"),
        ("~/t", "~/talk"),
        ("ta", "talk"),
        ("~/x", "~/x"),
        ("~/talk.t", "~/talk.txt"),
    ],
)
def test_a_name_is_completed(typed: str, name: str) -> None:
    """As far as all that is there agrees."""
    assert completed(typed, ["Documents/", "talk.txt", "talks/"]) == name
