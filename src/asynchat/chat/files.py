"""Files, judged: what their names may be, how much room they may take, and who may say them.

Names are cleaned by the same function on both sides: the server's own disk knows a file by its
hash, a client's by the name that comes out here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.errors import ChatError
from asynchat.messages import MAX_FILE_NAME_BYTES, File
from asynchat.text import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMELESS: Final = "file"
"""What a file is called of whose name nothing is left."""

MAX_UNSAID: Final = 64
"""How many files of one account may wait to be said."""

_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
"""What Windows has another meaning for, or none."""

_RESERVED: Final = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\Z", re.IGNORECASE
)
"""Devices, whatever comes after the first dot."""

_GONE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Controls, what is not seen and turns letters round, and what breaks lines."""

_UNSEEN: Final = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that are drawn as nothing: they join, or choose how what is before them is drawn."""

_BLANK: Final = re.compile(f"[{''.join(sorted(BLANKS))}]")

_MAX_SUFFIX_BYTES: Final = 32
_THOUSAND: Final = 1000
_ONE_DIGIT: Final = 10
"""From here on a size is told without decimals."""
_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the server has, or is being sent: ``sha256`` is empty until it is whole.

    ``seq`` is that of the message that offers it, None until it was said.
    """

    id: str
    account: str
    room: str
    name: str
    size: int
    at_ms: int
    sha256: str = ""
    type: str = ""
    width: int | None = None
    height: int | None = None
    preview: bool = False
    warning: str = ""
    seq: int | None = None

    @property
    def file(self) -> File:
        """The file as a message tells of it."""
        return File(
            id=self.id,
            name=self.name,
            size=self.size,
            type=self.type,
            sha256=self.sha256,
            width=self.width,
            height=self.height,
            preview=self.preview,
            warning=self.warning,
        )


@dataclass(frozen=True, slots=True)
class Space:
    """What files may take of the server, in bytes, and what they take; a limit of 0 is none.

    ``free`` is what the disk has left, of which ``floor`` is not for files.
    """

    file: int
    account: int = 0
    total: int = 0
    floor: int = 0
    of_account: int = 0
    of_all: int = 0
    free: int = 0
    unsaid: int = 0

    def check(self, size: int) -> None:
        """Raise ``file_too_big``, ``too_many``, ``quota_used`` or ``storage_full``."""
        if size > self.file:
            if not self.file:
                raise ChatError("file_too_big", "This server takes no files.")
            raise ChatError(
                "file_too_big",
                f"This file has {size_text(size)}; a file may have {size_text(self.file)} here:"
                " make it smaller, or send it in parts.",
            )
        if self.unsaid >= MAX_UNSAID:
            raise ChatError("too_many", f"{MAX_UNSAID} of your files wait: send or cancel some.")
        if self.account and self.of_account + size > self.account:
            raise ChatError(
                "quota_used",
                f"Your files have {size_text(self.of_account)} of {size_text(self.account)} here:"
                " delete messages with files that nobody needs any more.",
            )
        if self.total and self.of_all + size > self.total:
            raise ChatError(
                "storage_full",
                f"All files together may have {size_text(self.total)} on this server, which is"
                " used up: ask who runs it.",
            )
        if self.free - size < self.floor:
            raise ChatError(
                "storage_full", "The server's disk has no room for this file: ask who runs it."
            )


def clean_file_name(name: str) -> str:
    """Return what a file is called here, whatever somebody else called it.

    It is one name and no path, of what can be seen, one that every system takes, and cleaning it
    again changes nothing.
    """
    name = _BLANK.sub(" ", _UNSEEN.sub("", re.split(r"[/\\]", name)[-1]))
    kept = (char for char in name if unicodedata.category(char) not in _GONE)
    seen = "".join("_" if unicodedata.category(char) == "Cs" else char for char in kept)
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", " ".join(seen.split())))
    name = _fitting(name.lstrip(". ").rstrip(". "), "") or NAMELESS
    stem = name.partition(".")[0].rstrip(" ")
    return f"_{name}" if _RESERVED.match(stem) else name


def numbered(name: str) -> Iterator[str]:
    """Yield a clean name, and then others for where it is taken: ``report (2).pdf``."""
    number = 1
    while True:
        yield name if number == 1 else _fitting(name, f" ({number})")
        number += 1


def size_text(size: int) -> str:
    """Return a size as people read it: ``1.5 MB``."""
    value, unit = float(size), 0
    while round(value) >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    digits = 1 if unit and value < _ONE_DIGIT else 0
    return f"{value:.{digits}f}".removesuffix(".0") + f" {_UNITS[unit]}"


def check_own(held: Held | None, account: str) -> Held:
    """Return a file of an account that was not said.  Raise ``no_such_file``."""
    if held is None or held.account != account or held.seq is not None:
        raise ChatError("no_such_file")
    return held


def offered(held: Held | None, account: str, room: str) -> File:
    """Return the file that a message is to offer.  Raise ``no_such_file``."""
    held = check_own(held, account)
    if not held.sha256 or held.room != room:
        raise ChatError("no_such_file")
    return held.file


def _fitting(name: str, more: str) -> str:
    """Return a name with something before its ending, cut to what a disk takes."""
    stem, dot, ending = name.rpartition(".")
    suffix = dot + ending
    if not stem or len(suffix.encode()) > _MAX_SUFFIX_BYTES:
        stem, suffix = name, ""
    room = MAX_FILE_NAME_BYTES - 1 - len((more + suffix).encode())
    cut = stem.encode()[:room].decode(errors="ignore")
    return (cut.rstrip(". ") if more or len(cut) < len(stem) else cut) + more + suffix
