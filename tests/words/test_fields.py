"""What every message has in common."""

from __future__ import annotations

import msgspec
import pytest

from asynchat.words.fields import MAX_INT, Id, Message, Natural, Positive


class Sample(Message, tag="sample", frozen=True):
    """A message with a field that must be there and one that need not."""

    first: int
    second: str = "x"


def test_a_message_cannot_be_changed() -> None:
    """Nobody can change a message that another part still has."""
    with pytest.raises(AttributeError):
        Sample(first=1).first = 2  # type: ignore[misc]


def test_the_type_comes_first_and_defaults_are_left_out() -> None:
    """A reader may find the type at the start; what says nothing new is not sent."""
    assert msgspec.json.encode(Sample(first=1)) == b'{"type":"sample","first":1}'
    assert msgspec.json.encode(Sample(first=1, second="y")).endswith(b'"second":"y"}')


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Id, ["a", "A-_9", "x" * 64], ["", "x" * 65, "a b", "a\n", "ä"]),
        (Natural, [0, MAX_INT], [-1, MAX_INT + 1]),
        (Positive, [1, MAX_INT], [0, MAX_INT + 1]),
    ],
)
def test_fields_keep_to_their_bounds(kind: object, good: list[object], bad: list[object]) -> None:
    """Just within a bound is taken, just beyond it is not."""
    for value in good:
        assert msgspec.convert(value, kind) == value
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(value, kind)
