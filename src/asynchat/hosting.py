"""Serving from inside a client: whoever starts first on a data directory hosts it.

The others join that server, and when it goes away one of them takes its place, at the same
address, so that their connections come back by themselves.  It knows nothing of screens, and
loads the server only to serve: a window that has a host is to be painted first.
"""

from __future__ import annotations

import asyncio
import errno
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from asynchat.address import parse_address
from asynchat.config import ConfigError, default_data, left_address, left_owner_code, load
from asynchat.errors import ChatError
from asynchat.lock import LockHeldError
from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from asynchat.config import Settings
    from asynchat.server import CannotServeError, Server

_JOIN_TIMEOUT_S: Final = 10.0
_RETRY_S: Final = 0.1
_WATCH_S: Final = 0.5
_PROBE_TIMEOUT_S: Final = 1.0


class Hosting:
    """A server in this process, or the one that serves the same data directory already.

    It is set up as `asynchat.config` says, by the ``environment``, but for ``data``, and takes
    a free port where its own is in use.  ``tell`` is called with a sentence where people should
    know something.
    """

    def __init__(
        self,
        data: Path | None,
        tell: Callable[[str], None],
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._data = data or default_data()
        self._tell = tell
        self._environment = environment
        self._server: Server | None = None
        self._tasks = Tasks()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> str:
        """Host or join; return the address.  Raise `ChatError` ``cannot_host``."""
        from asynchat.server import CannotServeError  # noqa: PLC0415 - only to serve

        try:
            settings = replace(load(environment=self._environment), data=self._data)
        except ConfigError as error:
            raise ChatError("cannot_host", str(error)) from None
        give_up = asyncio.get_running_loop().time() + _JOIN_TIMEOUT_S
        while True:
            try:
                server = await self._serve(settings)
            except CannotServeError as error:
                if not _caused_by(error, LockHeldError):
                    raise _cannot_host(error) from None
                # It may be just starting, or just ending.
                address = await served_address(self._data)
                if address is not None:
                    where = parse_address(address)
                    settings = replace(settings, host=where.host, port=where.port, tls=where.tls)
                    self._tasks.spawn(self._take_over(settings), name="host: take over")
                    return address
                if asyncio.get_running_loop().time() > give_up:
                    raise _cannot_host(error) from None
                await asyncio.sleep(_RETRY_S)
            else:
                return server.address

    def owner_code(self) -> str | None:
        """Return the code by which who hosts becomes the owner; None once somebody is."""
        return left_owner_code(self._data)

    def others(self) -> int:
        """Return how many accounts but one, our own, are connected; 0 while not hosting."""
        return max(0, self._server.others_connected(None) - 1) if self._server is not None else 0

    async def failed(self) -> None:
        """Wait until this process cannot host any more; raise `ChatError` ``cannot_host`` then."""
        await self._failure

    async def stop(self) -> None:
        """Stop hosting: everything is stored, and everyone connected is told goodbye."""
        await self._tasks.cancel()
        server, self._server = self._server, None
        if server is not None:
            await server.__aexit__(None, None, None)
        if not self._failure.cancel() and not self._failure.cancelled():
            # Whoever stops need not have waited for it.
            self._failure.exception()

    async def _serve(self, settings: Settings, *, only: bool = False) -> Server:
        """Serve, on a free port where the one set is in use, unless it must be ``only`` that."""
        from asynchat.server import CannotServeError, Server  # noqa: PLC0415 - only to serve

        server = Server(settings)
        try:
            await server.__aenter__()
        except CannotServeError as error:
            if only or not _in_use(error):
                raise
            server = Server(replace(settings, port=0))
            await server.__aenter__()
            self._tell(
                f"Port {settings.port} is in use by another program;"
                f" this server is at {server.address}"
            )
        self._server = server
        self._tasks.spawn(self._watch(server), name="host: watch")
        return server

    async def _take_over(self, settings: Settings) -> None:
        """Serve as soon as the one who does has gone, where our connection looks for it."""
        from asynchat.server import CannotServeError  # noqa: PLC0415 - only to serve

        while True:
            await asyncio.sleep(_WATCH_S)
            try:
                await self._serve(settings, only=True)
            except CannotServeError as error:
                if not (_caused_by(error, LockHeldError) or _in_use(error)):
                    self._tell(str(error))
                    return
            else:
                return

    async def _watch(self, server: Server) -> None:
        from asynchat.server import CannotServeError  # noqa: PLC0415 - only to serve

        try:
            await server.failed()
        except CannotServeError as error:
            if not self._failure.done():
                self._failure.set_exception(_cannot_host(error))


async def served_address(data: Path) -> str | None:
    """Return the address that the server of a data directory left, if one answers there."""
    address = left_address(data)
    if address is None:
        return None
    try:
        where = parse_address(address)
        async with asyncio.timeout(_PROBE_TIMEOUT_S):
            _, writer = await asyncio.open_connection(where.host, where.port)
    except (ChatError, OSError, TimeoutError):
        return None
    writer.close()
    return address


def _cannot_host(error: CannotServeError) -> ChatError:
    return ChatError("cannot_host", str(error))


def _in_use(error: BaseException) -> bool:
    cause = _caused_by(error, OSError)
    return isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE


def _caused_by(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """Return what of this kind was being handled when the error was raised."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__context__
    return cause
