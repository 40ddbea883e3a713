"""The requests that keep order."""

from __future__ import annotations

from typing import get_args

from asynchat.words.requests import Query, Write
from asynchat.words.steering import Overview, Steering


def test_they_are_requests_like_others() -> None:
    """What changes something is a write, what reads is a query."""
    assert set(get_args(Steering)) < set(get_args(Write))
    assert set(get_args(Overview)) < set(get_args(Query))


def test_whoever_is_meant_may_be_named_in_two_ways() -> None:
    """By account, which is for ever, or by name; a reason may be left out."""
    for kind in get_args(Steering):
        fields = kind.__struct_fields__
        assert ("account" in fields) <= ("name" in fields)
