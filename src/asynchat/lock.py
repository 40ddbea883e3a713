"""A directory held by one process at a time.

The operating system lets go of the lock when the process dies, however it dies: nothing has
to be cleaned up, and a lock file that lies about means nothing.  This module imports nothing
of asynchat.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

    # The C library reports a region that another process holds as EACCES.
    _HELD: type[OSError] = PermissionError
else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    _HELD: type[OSError] = BlockingIOError

LOCK_FILE: Final = "lock"


class LockHeldError(Exception):
    """Another process, or another lock of this one, holds the directory."""


class DirectoryLock:
    """Hold a directory, which must exist, by a lock on a file in it, by default ``lock``.

    The file is never removed: whoever waits to open it would else lock a file that nobody
    sees any more.
    """

    def __init__(self, directory: Path, name: str = LOCK_FILE) -> None:
        self.path = directory / name
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock without waiting.

        Raise `LockHeldError` where it is held, `OSError` where the file cannot be opened or
        locked at all.
        """
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(fd)
        except _HELD as error:
            os.close(fd)
            raise LockHeldError(f"{self.path.parent} is in use by another process") from error
        except OSError:
            os.close(fd)
            raise
        self._fd = fd

    def release(self) -> None:
        """Let go of the lock; do nothing where it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
