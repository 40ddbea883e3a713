from __future__ import annotations

import pytest

from asynchat.errors import ChatError
from asynchat.window.presenters.deeds import Deed, typed_deed


@pytest.mark.parametrize(
    ("words", "name", "deed"),
    [
        ("ben", "ben", Deed()),
        ("@ben  10m too loud ", "ben", Deed(600, "too loud")),
        ("ben too loud", "ben", Deed(None, "too loud")),
        ("ben 1w", "ben", Deed(604_800, "")),
    ],
)
def test_whom_how_long_and_why(words: str, name: str, deed: Deed) -> None:
    """Name, then a time if there is one, then the reason."""
    assert typed_deed(words, timed=True) == (name, deed)


def test_a_slip_in_the_time_is_refused() -> None:
    """It is not for good, with the time as its reason."""
    with pytest.raises(ChatError, match="written like 30s"):
        typed_deed("ben 10x", timed=True)


def test_what_has_no_end_takes_no_time() -> None:
    """After /kick all is the reason."""
    assert typed_deed("ben 10m", timed=False) == ("ben", Deed(None, "10m"))


def test_somebody_has_to_be_named() -> None:
    """A command without a name is refused with a sentence."""
    with pytest.raises(ChatError) as caught:
        typed_deed("  ", timed=True)
    assert caught.value.code == "no_such_person"
