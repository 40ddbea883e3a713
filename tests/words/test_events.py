"""The events, as a set."""

from __future__ import annotations

from typing import get_args

from asynchat.words.events import AnyEvent, Event


def test_every_event_says_where_when_and_by_whom() -> None:
    """Each event has its place in the order, its time, its room and its account."""
    for kind in get_args(AnyEvent):
        assert issubclass(kind, Event)
        assert {"seq", "time", "room", "account", "sender", "id"} <= set(kind.__struct_fields__)
