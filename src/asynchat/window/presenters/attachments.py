"""What is about to be sent with a message, by room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.window.presenters.files import sign_of

if TYPE_CHECKING:
    from pathlib import Path

MAX_ATTACHED: Final = 8
"""How many files go with one message; more would leave no room for anything else."""

_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is about to be sent, with its caption."""

    path: Path
    size: int
    caption: str = ""

    @property
    def sign(self) -> str:
        """Its sign, as far as its name tells."""
        return sign_of("image/" if self.path.suffix.lower() in _PICTURES else "")


class Attached:
    """The files of each room, in the order in which they were attached."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[Attachment, ...]] = {}

    def of(self, room: str | None) -> tuple[Attachment, ...]:
        """Return those of a room."""
        return self._rooms.get(room or "", ())

    def add(self, room: str, attachment: Attachment) -> None:
        """Attach one more, once.  Raise ``too_many``."""
        there = self.of(room)
        if any(one.path == attachment.path for one in there):
            return
        if len(there) >= MAX_ATTACHED:
            raise ChatError("too_many", f"At most {MAX_ATTACHED} files go at a time.")
        self._rooms[room] = (*there, attachment)

    def caption(self, room: str, at: int, text: str) -> None:
        """Say something with one."""
        there = list(self.of(room))
        if at < len(there):
            there[at] = replace(there[at], caption=text)
            self._rooms[room] = tuple(there)

    def remove(self, room: str, at: int) -> Attachment | None:
        """Send one not after all, and return it."""
        there = list(self.of(room))
        if at >= len(there):
            return None
        gone = there.pop(at)
        self._rooms[room] = tuple(there)
        return gone

    def take(self, room: str, text: str) -> tuple[tuple[Attachment, ...], str]:
        """Return what is sent now, and what is left of a text.

        The text is the first file's caption, if that has none.
        """
        taken = self._rooms.pop(room, ())
        if taken and text and not taken[0].caption.strip():
            return (replace(taken[0], caption=text), *taken[1:]), ""
        return taken, text
