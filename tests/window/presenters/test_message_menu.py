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
    assert titles(OTHERS) == ["Reply", "React", "Pin", UNREAD, "Copy", "Report …"]
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


def test_who_may_deletes_what_others_said() -> None:
    """Whoever keeps order is offered to delete any message, and to edit none but their own."""
    found = [title for _, title in entries(OTHERS, "me", deletes=True)]
    assert found == ["Reply", "React", "Pin", UNREAD, "Copy", "Report …", "Delete"]


def test_what_is_hidden_is_not_copied() -> None:
    """Of who is blocked nothing gets onto the clipboard by mistake."""
    assert not may("copy-message", replace(OTHERS, hidden=True), "me")
