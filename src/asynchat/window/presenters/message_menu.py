"""What can be done to a message, and how each is called for this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.presenters.commands import menu

if TYPE_CHECKING:
    from asynchat.window.presenters.transcript import Block

QUICK: Final = ("👍", "❤️", "😂", "🎉", "👀")
"""The reactions that are offered before all others."""

_OF_FILES: Final = {
    "save-file": "Save the file …",
    "open-folder": "Open the file's folder",
    "copy-file": "Copy the file's id",
}
"""What can be done where there is a file, and how that is called."""


def is_said(block: Block) -> bool:
    """Tell whether a block is something said that all have: not on its way, not deleted."""
    return block.kind == "said" and block.seq is not None and not block.deleted


def may(name: str, block: Block, me: str, *, deletes: bool = False) -> bool:
    """Tell whether a command can be done to a block by an account.

    ``deletes`` tells whether it may delete what others said.
    """
    if name == "copy-message":
        return not block.deleted and not block.hidden
    if not is_said(block):
        return False
    if name in _OF_FILES:
        return block.file is not None
    match name:
        case "edit":
            return block.account == me
        case "delete":
            return deletes or block.account == me
        case "report":
            return block.account != me
        case _:
            return True


def entries(block: Block, me: str, *, deletes: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the commands of a block's menu: name and title; ``deletes`` as `may` has it."""
    return tuple(
        (command.name, _title(command.name, command.title, block))
        for command in menu("message")
        if may(command.name, block, me, deletes=deletes)
    )


def _title(name: str, title: str, block: Block) -> str:
    if name == "pin":
        return "Unpin" if block.pinned else "Pin"
    if name == "mark-unread":
        return "Mark unread from here"
    if name == "report":
        return "Report …"
    if name in _OF_FILES:
        return _OF_FILES[name]
    return title.split(maxsplit=1)[0]
