"""A connection to a running server's control socket, for one command after the other."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING, Any, Final, Self

from asynchat.doors.control import FOLDER, reachable
from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder
from asynchat.messages import (
    MAX_SERVER_FRAME_BYTES,
    VERSION,
    Goodbye,
    Hello,
    Ping,
    Pong,
    Refused,
    Welcome,
    decode_server_frame,
    encode,
)
from asynchat.upkeep.opening import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.messages import Query, ServerFrame, Write

_TIMEOUT_S: Final = 15.0
_CHUNK_BYTES: Final = 64 * 1024


class Control:
    """The server of a data directory, as a context manager.

    ``address`` is where it says that others reach it, empty where nobody else does.  Entering
    raises `UpkeepError` where none runs there.
    """

    address = ""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._socket: socket.socket
        self._frames: Iterator[ServerFrame]

    def __enter__(self) -> Self:
        if not hasattr(socket, "AF_UNIX"):
            raise UpkeepError("This system has no Unix sockets: use a client of an administrator.")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_TIMEOUT_S)
        try:
            with reachable(self._data / FOLDER) as path:
                self._socket.connect(path)
            self._frames = self._arriving()
            self._send(Hello(version=VERSION, client="asynchat-server"))
            self.address = self._expect_welcome().address
        except OSError as error:
            self._socket.close()
            why = error.strerror or str(error)
            raise UpkeepError(
                f"No server that you may steer runs in {self._data} ({why}): start it, or name its"
                " directory with --data."
            ) from None
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: Write | Query) -> Any:
        """Send a request; return what answers it.  Raise `UpkeepError` for a refusal."""
        try:
            self._send(request)
            for frame in self._frames:
                if isinstance(frame, Ping):
                    self._send(Pong(re=frame.id))
                if isinstance(frame, Refused) and frame.re in {None, request.id}:
                    raise UpkeepError(frame.text)
                if isinstance(frame, Goodbye):
                    break
                if getattr(frame, "re", None) == request.id:
                    return frame
        except OSError as error:
            raise UpkeepError(f"The server does not answer: {error.strerror or error}.") from None
        raise UpkeepError("The server ended before it had answered.")

    def _expect_welcome(self) -> Welcome:
        frame = next(self._frames, None)
        if isinstance(frame, Refused):
            raise UpkeepError(frame.text)
        if not isinstance(frame, Welcome):
            raise UpkeepError("Whoever answers there is no server of this version.")
        return frame

    def _send(self, message: Any) -> None:
        self._socket.sendall(encode(message))

    def _arriving(self) -> Iterator[ServerFrame]:
        decoder = FrameDecoder(MAX_SERVER_FRAME_BYTES)
        while data := self._socket.recv(_CHUNK_BYTES):
            decoder.feed(data)
            try:
                for frame in decoder.frames():
                    message = decode_server_frame(frame)
                    if message is not None:
                        yield message
            except ChatError:
                raise UpkeepError("What answers there is no server of ours.") from None


def new_id() -> str:
    """Return an id for a request."""
    return secrets.token_urlsafe(16)
