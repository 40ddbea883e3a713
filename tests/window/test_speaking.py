from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from asynchat.errors import ChatError
from asynchat.messages import Room
from asynchat.window import speaking
from asynchat.window.speaking import Speaking

if TYPE_CHECKING:
    import pytest

    from asynchat.window.session import Session

ZOO = Room(name="zoo", topic="", members=1, head=1)


def speaker(**fields: Any) -> Speaking:
    client = SimpleNamespace(role="member")
    made = {"me": "a", "client": client, "room": ZOO, "on_view": "zoo"} | fields
    return Speaking(cast("Session", SimpleNamespace(**made)))


def test_a_mute_is_remembered_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told in its room alone, and only while it holds."""
    mine = speaker()
    assert not mine.failed("zoo", ChatError("too_fast"))
    assert mine.silence() == ("", False)
    assert mine.failed("zoo", ChatError("muted", "You are muted.", until=2_000))
    monkeypatch.setattr(speaking, "now_ms", lambda: 1_999)
    assert mine.silence() == ("You are muted.", True)
    monkeypatch.setattr(speaking, "now_ms", lambda: 2_000)
    assert mine.silence() == ("", False)
    mine.failed("zoo", ChatError("muted", "For good."))
    assert mine.silence() == ("For good.", True)
    mine.try_again()
    assert mine.silence() == ("", False)


def test_how_the_room_is_used_is_told_without_a_way_round() -> None:
    """Nothing is tried where it cannot change by itself."""
    mine = speaker(room=Room(name="zoo", topic="", members=1, head=1, archived=True))
    why, may_try = mine.silence()
    assert why.startswith("This room is archived")
    assert not may_try
