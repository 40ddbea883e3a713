"""What a store's errors are to those above it."""

from __future__ import annotations

from asynchat.errors import CODES, ChatError
from asynchat.store.interface import CannotOpenError, StoreError, StoreLostError


def test_a_store_error_is_a_refusal_on_the_wire() -> None:
    """It carries the stable code, and the code's sentence unless it has a better one."""
    assert isinstance(StoreError(), ChatError)
    assert StoreError().code == StoreError("full").code == "read_only"
    assert StoreError().text == CODES["read_only"]
    assert StoreError("full").text == "full"


def test_what_ends_the_process_is_no_refusal() -> None:
    """Nobody who answers requests catches it by accident."""
    assert not issubclass(StoreLostError, ChatError)
    assert not issubclass(CannotOpenError, ChatError)
