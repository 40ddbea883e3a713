from __future__ import annotations

from asynchat.window.look.native import drawable


def test_one_line_without_harm() -> None:
    """A label or title is one line without controls or changes of direction."""
    assert drawable("a\nb\x07\u202e") == "a ⏎ b"
