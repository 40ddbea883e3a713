from __future__ import annotations

from typing import Any

import pytest

from asynchat.messages import Room
from asynchat.window.presenters.room_signs import signs, slow_hint
from asynchat.window.presenters.standing import Standing


def room(**fields: Any) -> Room:
    return Room(name="zoo", topic="", members=1, head=1, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, []),
        ({"private": True}, ["private"]),
        ({"read_only": True, "slow_s": 90}, ["read-only", "slow · 90 seconds"]),
        ({"archived": True, "read_only": True, "slow_s": 90}, ["archived"]),
        ({"direct": True, "private": True}, []),
    ],
)
def test_a_room_has_signs_of_how_it_is_used(fields: dict[str, Any], words: list[str]) -> None:
    """What an archived room would be otherwise says nothing any more."""
    assert [sign.word for sign in signs(room(**fields))] == words


def test_slow_mode_is_told_to_whom_it_slows() -> None:
    """Moderators go as fast as ever."""
    slow = room(slow_s=300)
    assert slow_hint(Standing("a", "member", slow)) == "one message every 5 minutes"
    assert slow_hint(Standing("a", "admin", slow)) == ""
    assert slow_hint(Standing("a", "member", room())) == ""
    assert slow_hint(Standing("a", "member")) == ""
