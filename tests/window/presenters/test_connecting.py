from __future__ import annotations

import pytest

from asynchat.errors import ChatError
from asynchat.link.notices import Connection
from asynchat.window.presenters.connecting import Problem, Wish, problem, progress, wish


def test_a_wish() -> None:
    """Address and name are taken without the space around them; hosting needs no address."""
    assert wish(name=" ada ", address=" here ", hosting=False) == Wish("ada", "here")
    assert wish(name="ada", address="", hosting=True) == Wish("ada", None)


@pytest.mark.parametrize(
    ("name", "address", "field"),
    [("ada", " ", "address"), (" ", "x", "name"), ("a b", "x", "name")],
)
def test_what_is_missing_is_told(name: str, address: str, field: str) -> None:
    """What cannot be is told at its field, before anything is connected."""
    found = wish(name=name, address=address, hosting=False)
    assert isinstance(found, Problem)
    assert found.field == field


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("name_taken", "name"),
        ("bad_name", "name"),
        ("bad_address", "address"),
        ("unreachable", "address"),
        ("banned", None),
    ],
)
def test_a_refusal_is_told_at_its_field(code: str, field: str | None) -> None:
    """Each refusal belongs to the field that can mend it."""
    found = problem(ChatError(code, "Why.", suggestion="ada2"))
    assert (found.text, found.field) == ("Why.", field)
    assert found.suggestion == ("ada2" if code == "name_taken" else None)


def test_progress_is_a_sentence() -> None:
    """How it goes is told with the reason and the next try."""
    text = progress(Connection("waiting", "nobody listens there.", 5), 3)
    assert text == "Waiting: nobody listens there, next try in 2 s"
