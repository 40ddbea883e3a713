"""The control socket: the way in for who has a shell on the server's computer.

It is a Unix socket in the data directory that only the server's own user can open, and speaks
the same frames as every other way in.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER: Final = "control"
SOCKET: Final = "socket"

_STREAM_LIMIT_BYTES: Final = 64 * 1024
_BACKLOG: Final = 16
_OPEN_FOLDERS: Final = Path("/proc/self/fd")


_MAX_PATH_BYTES: Final = 100
"""A little less than what the shortest ``sun_path`` has room for."""


class NoControlError(Exception):
    """There can be no control socket here; the text is one sentence that says why."""


class ControlSocket:
    """The listening end; `open` it, and `close` it at the end."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._server: asyncio.AbstractServer | None = None

    async def open(
        self, accept: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
    ) -> None:
        """Listen; what an earlier server left is replaced.  Raise `NoControlError`.

        Call it only while the data directory is held: nobody else listens there then.
        """
        if not hasattr(socket, "AF_UNIX"):
            raise NoControlError("This system has no Unix sockets: there is no control socket.")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            with suppress(FileNotFoundError):
                (self._folder / SOCKET).unlink()
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                with reachable(self._folder) as path:
                    listening.bind(path)
                (self._folder / SOCKET).chmod(0o600)
            except BaseException:
                listening.close()
                raise
        except OSError as error:
            why = error.strerror or str(error)
            raise NoControlError(
                f"There is no control socket in {self._folder} ({why}): the commands that keep"
                " order do not reach this server."
            ) from None
        self._server = await asyncio.start_unix_server(
            accept, sock=listening, limit=_STREAM_LIMIT_BYTES, backlog=_BACKLOG
        )

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            with suppress(FileNotFoundError):
                (self._folder / SOCKET).unlink()
            # What somebody else put there stays, and so does its folder.
            with suppress(OSError):
                self._folder.rmdir()


@contextmanager
def reachable(folder: Path) -> Iterator[str]:
    """Give a path of the socket in a folder that is short enough for the system, where it can.

    The path of a Unix socket has about a hundred bytes; Linux has a short name for any folder
    that is open.
    """
    path = folder / SOCKET
    if len(os.fsencode(path)) <= _MAX_PATH_BYTES or not _OPEN_FOLDERS.is_dir():
        yield str(path)
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield str(_OPEN_FOLDERS / str(opened) / SOCKET)
    finally:
        os.close(opened)
