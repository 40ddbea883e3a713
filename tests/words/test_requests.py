"""The requests, as a set."""

from __future__ import annotations

from typing import get_args

from asynchat.words.requests import Query, Request, Write


def test_whatever_is_answered_has_an_id() -> None:
    """Each write and each query says its id, by which its answer is found."""
    for kind in (*get_args(Write), *get_args(Query)):
        assert "id" in kind.__struct_fields__, kind


def test_no_two_requests_have_one_type() -> None:
    """A type names one request."""
    tags = [kind.__struct_config__.tag for kind in get_args(Request)]
    assert len(tags) == len(set(tags))
