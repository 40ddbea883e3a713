"""The words about files, as a set."""

from __future__ import annotations

from typing import get_args

from asynchat.words.files import FileQuery, StoredFile, Transfer, TransferFrame
from asynchat.words.replies import Answer, ServerFrame
from asynchat.words.requests import Query, Request


def test_what_is_asked_over_the_chat_is_a_query() -> None:
    """It is answered in its turn; what goes over a transfer connection is none."""
    assert set(get_args(FileQuery)) < set(get_args(Query))
    assert set(get_args(Transfer)) < set(get_args(Request)) - set(get_args(Query))


def test_what_a_transfer_connection_says_answers_no_query() -> None:
    """It has no ``re``: there is one thing under way on it."""
    assert StoredFile in get_args(TransferFrame)
    assert not set(get_args(TransferFrame)) & set(get_args(Answer))
    assert set(get_args(TransferFrame)) < set(get_args(ServerFrame))
