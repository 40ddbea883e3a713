"""The frames from server to client, as a set."""

from __future__ import annotations

from typing import get_args

from asynchat.words.events import AnyEvent
from asynchat.words.replies import Limits, ServerFrame


def test_no_two_frames_have_one_type() -> None:
    """A type names one frame, and every event is one."""
    kinds = get_args(ServerFrame)
    tags = [kind.__struct_config__.tag for kind in kinds]
    assert len(tags) == len(set(tags))
    assert set(get_args(AnyEvent)) <= set(kinds)


def test_limits_are_always_all_told() -> None:
    """A client reads every limit from the welcome, also where it is the usual one."""
    assert not Limits.__struct_config__.omit_defaults
