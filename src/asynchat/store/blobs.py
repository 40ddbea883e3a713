"""The bytes of files on disk: parts that are on their way, and what is whole, under its hash.

``files/parts/ID`` grows until it is whole, then it becomes ``files/aa/SHA256``, at once and on
disk, so that the same content is stored once.  ``files/previews``
has small pictures, which can be made anew.  Everything here blocks on the disk and may raise
`OSError`; nothing may be called from an event loop.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING, Final, Self

from asynchat.chat.file_types import HEAD_BYTES
from asynchat.files import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES_DIRECTORY: Final = "files"
_PIECE_BYTES: Final = 1024 * 1024
_UNSYNCED_BYTES: Final = 2 * 1024 * 1024
"""So much is written before it is synced: whoever syncs the log waits for what is not."""

_PARTS, _PREVIEWS = "parts", "previews"
_OURS: Final = re.compile(f"{_PARTS}|{_PREVIEWS}|[0-9a-f]{{2}}")


class Part:
    """A file that is on its way: opened where it was left, all that is there hashed.

    ``size`` is how much of it there is.  Used by one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        self._hash = hashlib.sha256()
        self.size = 0
        self._unsynced = 0
        try:
            while piece := self._stream.read(_PIECE_BYTES):
                self._hash.update(piece)
                self.size += len(piece)
        except BaseException:
            self.close()
            raise

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Add bytes to the end."""
        view = memoryview(data)
        self._hash.update(view)
        while view:
            view = view[self._stream.write(view) :]
        self.size += len(data)
        self._unsynced += len(data)
        if self._unsynced >= _UNSYNCED_BYTES:
            os.fsync(self._stream.fileno())
            self._unsynced = 0

    def settle(self) -> str:
        """Wait until all of it is on disk; return the SHA-256 of it in hexadecimal."""
        os.fsync(self._stream.fileno())
        return self._hash.hexdigest()

    def head(self) -> bytes:
        """Return how it begins."""
        return os.pread(self._stream.fileno(), HEAD_BYTES, 0)

    def close(self) -> None:
        """Leave it as it is."""
        self._stream.close()


class Blobs:
    """The directory ``files`` in a server's data."""

    def __init__(self, data: Path) -> None:
        self.directory = data / FILES_DIRECTORY

    @classmethod
    def at(cls, directory: Path) -> Self:
        """Return those in a directory that is called otherwise."""
        blobs = cls(directory)
        blobs.directory = directory
        return blobs

    def part(self, id: str) -> Part:
        """Open a part, new where there is none."""
        return Part(self._made(self.directory / _PARTS) / id)

    def begun(self, id: str) -> int:
        """Return how many bytes of a part there are."""
        try:
            return (self.directory / _PARTS / id).stat().st_size
        except FileNotFoundError:
            return 0

    def keep(self, part: Part, sha256: str) -> None:
        """Put a part that is closed and on disk under its hash."""
        place = self.blob(sha256)
        self._made(place.parent)
        # What just came is known to be whole; what was there may have rotted.
        part.path.replace(place)
        sync(place.parent)
        sync(part.path.parent)

    def give_up(self, id: str) -> None:
        """Remove a part, if there is one."""
        (self.directory / _PARTS / id).unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Remove what is whole, and its preview, if they are there."""
        for path in (self.blob(sha256), self.preview(sha256)):
            path.unlink(missing_ok=True)

    def blob(self, sha256: str) -> Path:
        """Return where the bytes with a hash are, if they are there."""
        return self.directory / sha256[:2] / sha256

    def preview(self, sha256: str) -> Path:
        """Return where the preview of a picture is, once it was made."""
        return self.directory / _PREVIEWS / sha256

    def keep_preview(self, sha256: str, data: bytes) -> None:
        """Keep the preview of a picture; it need not survive a power cut."""
        place = self._made(self.directory / _PREVIEWS) / sha256
        temporary = place.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_bytes(data)
        temporary.replace(place)

    def names(self) -> Iterator[tuple[str, Path]]:
        """Yield everything there is: the id of a part or the hash of what is whole, and where."""
        for directory in self._listed(self.directory):
            if not _OURS.fullmatch(directory.name):
                continue
            for path in self._listed(directory):
                yield path.name.removesuffix(".new"), path

    def free(self) -> int:
        """Return how many bytes the disk has left for us."""
        self._made(self.directory)
        return shutil.disk_usage(self.directory).free

    def _made(self, directory: Path) -> Path:
        # Parents that are made along get another mode.
        for one in (self.directory, directory):
            try:
                one.mkdir(mode=0o700)
            except FileExistsError:
                continue
            sync(one.parent)
        return directory

    @staticmethod
    def _listed(directory: Path) -> list[Path]:
        return sorted(directory.iterdir()) if directory.is_dir() else []


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
