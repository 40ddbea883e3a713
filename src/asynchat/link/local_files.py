"""Files on this computer: read to be sent, written as they come, never over another.

Everything here blocks on the disk and raises `OSError`; it is called on threads.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from asynchat.chat.files import NAMELESS, clean_file_name, numbered
from asynchat.files import sync
from asynchat.link.transfer_wire import PIECE_BYTES

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_HASHED_AT_ONCE: Final = 1024 * 1024
_ID_CHARS: Final = 24
_ENOUGH: Final = 10_000
"""So many names are tried for a file before there is none."""


class ChangedError(OSError):
    """A file is not what it was when it began to be sent."""


class Source:
    """A file that is sent from an offset on, hashed from its beginning."""

    def __init__(self, path: Path, offset: int, size: int, mtime_ns: int) -> None:
        self._hash = hashlib.sha256()
        self._facts = size, mtime_ns
        self._left = size - offset
        self._stream: BinaryIO = path.open("rb", buffering=0)
        try:
            self._check()
            while offset:
                offset -= len(self._next(min(offset, _HASHED_AT_ONCE)))
        except BaseException:
            self.close()
            raise

    def read(self) -> bytes:
        """Return the next piece, nothing at the end.  Raise `ChangedError`."""
        data = self._next(min(PIECE_BYTES, self._left)) if self._left else b""
        self._left -= len(data)
        # After it was read: what changes later changes nothing of this piece.
        self._check()
        return data

    def sha256(self) -> str:
        """Return the hash of all that was read."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of it."""
        self._stream.close()

    def _check(self) -> None:
        found = os.fstat(self._stream.fileno())
        if (found.st_size, found.st_mtime_ns) != self._facts:
            raise ChangedError

    def _next(self, most: int) -> bytes:
        data = self._stream.read(most)
        if not data:
            raise ChangedError
        self._hash.update(data)
        return data


class Goal:
    """Where a file comes to: under a temporary name beside the goal until it is whole.

    ``offset`` is how much of it there is from an earlier time.
    """

    def __init__(self, target: Path, name: str, file: str) -> None:
        self._folder, self._name = target_of(target, name)
        self.part = part_of(target, file)
        self._hash = hashlib.sha256()
        self.offset = 0
        self._stream = os.fdopen(
            os.open(self.part, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666),
            "r+b",
            buffering=0,
        )
        try:
            while piece := self._stream.read(_HASHED_AT_ONCE):
                self._hash.update(piece)
                self.offset += len(piece)
        except BaseException:
            self.close()
            raise

    def write(self, data: bytes) -> None:
        """Add bytes to the end."""
        self._hash.update(data)
        view = memoryview(data)
        while view:
            view = view[self._stream.write(view) :]
        self.offset += len(data)

    def settle(self) -> str:
        """Wait until all of it is on disk; return its SHA-256."""
        os.fsync(self._stream.fileno())
        return self._hash.hexdigest()

    def place(self) -> Path:
        """Give it its name, or one with a number where that is taken; return where it is."""
        self.close()
        for tried, name in enumerate(numbered(self._name)):
            target = self._folder / name
            if tried < _ENOUGH and _named(self.part, target):
                sync(self._folder)
                return target
            if tried >= _ENOUGH:
                break
        raise FileExistsError(f"Every name like {self._name} is taken in {self._folder}.")

    def drop(self) -> None:
        """Take away what there is of it."""
        self.close()
        self.part.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave it as it is: it can be gone on with."""
        self._stream.close()


def facts_of(path: Path) -> tuple[str, int, int]:
    """Return the clean name of a file, its size, and when it was changed, in ns."""
    found = path.stat()
    if not path.is_file():
        raise IsADirectoryError(f"{path} is no file.")
    return clean_file_name(path.name), found.st_size, found.st_mtime_ns


def part_of(target: Path, file: str) -> Path:
    """Return where a file is while it is not whole, of which every target has its own.

    Its id comes from the network: none of it becomes a path.
    """
    folder, _ = target_of(target, "")
    whose = os.fsencode(target) + b"\0" + file.encode()
    return folder / f".{hashlib.sha256(whose).hexdigest()[:_ID_CHARS]}.part"


def target_of(target: Path, name: str) -> tuple[Path, str]:
    """Return the folder and the name of a file that is to come there: a folder, or a path."""
    if target.is_dir():
        return target, clean_file_name(name)
    return target.parent, target.name or NAMELESS


def _named(part: Path, target: Path) -> bool:
    """Give a file a name, unless that is taken; tell whether."""
    try:
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError:
        part.stat()  # One that is gone is no reason to make a file.
        # Some disks have one name for a file: take that first, and only then put it there.
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        try:
            part.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return True
    part.unlink()
    return True
