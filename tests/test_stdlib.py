"""The names that are lent from the standard library's module of our name."""

from __future__ import annotations

import sys
import warnings

import pytest

import asynchat
from asynchat import _stdlib

BEFORE_3_12 = sys.version_info < (3, 12)


@pytest.mark.skipif(not BEFORE_3_12, reason="the standard library has no asynchat any more")
def test_names_of_the_standard_library_are_lent() -> None:
    """On Python 3.11 each name is the standard library's, and the same one each time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        lent = {name: getattr(asynchat, name) for name in _stdlib.NAMES}
    assert lent["find_prefix_at_end"]("some text\r", "\r\n") == 1
    assert lent["async_chat"].__base__.__name__ == "dispatcher"
    assert lent["async_chat"] is asynchat.async_chat  # type: ignore[attr-defined]
    assert sys.modules["asynchat"] is asynchat


@pytest.mark.skipif(BEFORE_3_12, reason="the standard library still has asynchat")
def test_names_are_gone_with_the_module() -> None:
    """From Python 3.12 on there is nothing to lend."""
    assert not [name for name in _stdlib.NAMES if hasattr(asynchat, name)]


def test_no_other_name_is_lent() -> None:
    """A name that the standard library's module does not offer is missing, as anywhere."""
    with pytest.raises(AttributeError, match="module 'asynchat' has no attribute 'socket'"):
        asynchat.socket  # type: ignore[attr-defined]  # noqa: B018
