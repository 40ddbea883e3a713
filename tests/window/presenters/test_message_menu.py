from __future__ import annotations

from dataclasses import replace

from asynchat.window.presenters.message_menu import entries, is_said, may
from asynchat.window.presenters.transcript import Block

OTHERS = Block("k", "said", "u1", "ben", "hello", "12:00", seq=7)
UNREAD = "Mark unread from here"


def titles(block: Block) -> list[str]:
    return [title for _, title in entries(block, "me")]


def test_one_s_own_can_be_edited_and_deleted() -> None:
    """What others said can be answered, one's own can be changed, too."""
    assert titles(OTHERS) == ["Reply", "React", "Pin", UNREAD, "Copy"]
    own = replace(OTHERS, account="me", pinned=True)
    assert titles(own) == ["Reply", "React", "Edit", "Unpin", UNREAD, "Copy", "Delete"]


def test_what_nobody_has_yet_can_only_be_copied() -> None:
    """A message on its way has no number to be named by, and a deleted one nothing to copy."""
    assert titles(replace(OTHERS, seq=None)) == ["Copy"]
    assert titles(replace(OTHERS, kind="notice")) == ["Copy"]
    gone = replace(OTHERS, deleted=True)
    assert titles(gone) == []
    assert not is_said(gone)
    assert not may("reply", gone, "me")
