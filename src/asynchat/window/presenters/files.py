"""Files as they are shown: what a card says, how large its picture is, and how far one has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.chat.files import size_text
from asynchat.text import one_line
from asynchat.window.presenters.time_left import left_text

if TYPE_CHECKING:
    from asynchat.link.transfer import Transfer
    from asynchat.messages import File

Deed: TypeAlias = Literal["pause", "resume", "again", "cancel", "folder", "dismiss"]

THUMB_HEIGHT: Final = 160
LEAST_WIDTH: Final = 80
MOST_WIDTH: Final = 320
_STEP: Final = 20
"""Widths are rounded to it: what is blank yet shares a few pictures."""

_SIGNS: Final = (
    ("image/", "picture"),
    ("audio/", "sound"),
    ("video/", "film"),
    ("application/zip", "package"),
    ("application/gzip", "package"),
    ("application/x-tar", "package"),
    ("application/x-7z", "package"),
    ("application/x-xz", "package"),
    ("application/x-bzip2", "package"),
    ("application/vnd.rar", "package"),
    ("application/zstd", "package"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a file: ``thumb`` is the size of its picture at 96 dpi, if it has one."""

    sign: str
    name: str
    size: str
    warning: str
    thumb: tuple[int, int] | None


def card(file: File) -> Card:
    """Return what is shown of a file."""
    return Card(
        sign=sign_of(file.type),
        name=one_line(file.name),
        size=size_text(file.size),
        warning=one_line(file.warning),
        thumb=thumb_of(file.width, file.height) if file.preview else None,
    )


def sign_of(kind: str) -> str:
    """Return the sign of a type of file."""
    return next((sign for start, sign in _SIGNS if kind.startswith(start)), "file")


def thumb_of(width: int | None, height: int | None) -> tuple[int, int]:
    """Return how large a picture is shown, by the size that the message tells.

    It is known before the picture is here, so that nothing moves when it comes.
    """
    if not width or not height or width < 0 or height < 0:
        return THUMB_HEIGHT, THUMB_HEIGHT
    wide = round(THUMB_HEIGHT * min(width / height, MOST_WIDTH) / _STEP) * _STEP
    return min(max(wide, LEAST_WIDTH), MOST_WIDTH), THUMB_HEIGHT


@dataclass(frozen=True, slots=True)
class Progress:
    """What is shown of a transfer: how far it is, in words and as a share, and what can be done."""

    key: str
    sign: str
    name: str
    words: str
    share: float
    deeds: tuple[Deed, ...]
    bad: bool = False


TITLES: Final[dict[Deed, str]] = {
    "pause": "Pause",
    "resume": "Go on",
    "again": "Try again",
    "cancel": "Cancel",
    "folder": "Open the folder",
    "dismiss": "Take it off the list",
}
ICONS: Final[dict[Deed, str]] = {
    "pause": "pause",
    "resume": "play",
    "again": "play",
    "cancel": "close",
    "folder": "folder",
    "dismiss": "tick",
}
_DEEDS: Final[dict[str, tuple[Deed, ...]]] = {
    "waiting": ("pause", "cancel"),
    "moving": ("pause", "cancel"),
    "saying": (),
    "paused": ("resume", "cancel"),
    "failed": ("again", "dismiss"),
    "done": ("dismiss",),
    "cancelled": ("dismiss",),
}


def progress(transfer: Transfer) -> Progress:
    """Return what is shown of a transfer."""
    up, size, state = transfer.direction == "up", transfer.size, transfer.state
    share = 1.0 if state in {"done", "saying"} else transfer.done / size if size else 0.0
    deeds = _DEEDS[state]
    if state == "done" and not up:
        deeds = ("folder", *deeds)
    return Progress(
        key=transfer.id,
        sign="up" if up else "down",
        name=one_line(transfer.name),
        words=_words(transfer),
        share=min(max(share, 0.0), 1.0),
        deeds=deeds,
        bad=state == "failed",
    )


def _words(transfer: Transfer) -> str:
    up, size = transfer.direction == "up", transfer.size
    far = "" if size is None else f"{size_text(transfer.done)} of {size_text(size)}"
    match transfer.state:
        case "moving":
            left = transfer.left_s
            rate = f"{size_text(round(transfer.rate))}/s" if transfer.rate else ""
            percent = f"{transfer.done / size:.0%}" if size else ""
            return ", ".join(
                filter(None, (percent, far, rate, "" if left is None else left_text(left)))
            )
        case "waiting":
            return f"waiting, {far}" if transfer.done else "waiting"
        case "paused":
            return f"paused, {far}" if transfer.done else "paused"
        case "saying":
            return "posting the message"
        case "failed":
            return "failed" if transfer.error is None else one_line(transfer.error.text)
        case "done":
            return "sent" if up else f"saved in {one_line(str(transfer.path.parent))}"
        case _:
            return "given up"
