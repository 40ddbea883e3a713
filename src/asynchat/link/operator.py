"""The operator's connection: by the control socket of a server on this computer.

It speaks the same frames as a `Client`, is in no room, and ends with the server: it does not
come back by itself.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from asynchat.address import parse_address
from asynchat.chat.roles import OPERATOR
from asynchat.errors import ChatError
from asynchat.link.asking import Asking
from asynchat.link.ids import new_code, new_id
from asynchat.link.requests import answers
from asynchat.link.steering import Steering
from asynchat.link.wire import LinkSettings, Wire
from asynchat.messages import (
    VERSION,
    Bye,
    Goodbye,
    Hello,
    MakeInvitation,
    Ping,
    Pong,
    Refused,
    Welcome,
)
from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.messages import Query, ServerFrame, Write

logger = logging.getLogger(__name__)

_ANSWER_TIMEOUT_S: Final = 30.0
_LOST: Final = "The server does not answer any more."


class Operator(Asking, Steering):
    """What who has a shell on the server's computer may ask: everything.

    ``dial`` opens the socket, ``address`` is where others find the server.  `start` it, and
    `close` it at the end.
    """

    role = OPERATOR
    account = None

    def __init__(
        self,
        dial: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]],
        *,
        address: str,
        settings: LinkSettings | None = None,
    ) -> None:
        self._dial = dial
        self.address = address
        self._settings = settings or LinkSettings()
        self._tasks = Tasks()
        self._wire: Wire | None = None
        self._welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending: dict[str, tuple[Write | Query, asyncio.Future[Any]]] = {}
        self._ended: ChatError | None = None

    async def start(self) -> None:
        """Connect and wait for the welcome.  Raise `ChatError`."""
        try:
            async with asyncio.timeout(self._settings.welcome_timeout_s):
                reader, writer = await self._dial()
                self._wire = Wire(reader, writer, self._settings)
                self._wire.send(Hello(version=VERSION, client="asynchat-server"))
                self._tasks.spawn(self._read(self._wire), name="control socket")
                await self._welcomed
        except (OSError, TimeoutError) as error:
            await self.close()
            raise ChatError("unreachable", f"The control socket does not answer: {error}") from None
        except ChatError:
            await self.close()
            raise

    async def close(self) -> None:
        """Leave politely, within bounds."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.send(Bye())
            await wire.close()
        await self._tasks.cancel()
        self._end(ChatError("closed", _LOST))

    async def make_invitation(
        self,
        *,
        room: str | None = None,
        uses: int = 1,
        seconds: int | None = None,
        role: str = "member",
    ) -> str:
        """Make an invitation and return its address, as `Client.make_invitation` does."""
        code = new_code()
        await self._ask(
            MakeInvitation(id=new_id(), code=code, room=room, uses=uses, seconds=seconds, role=role)
        )
        return str(replace(parse_address(self.address), code=code))

    async def _ask(self, request: Write | Query) -> Any:
        if self._wire is None or self._ended is not None:
            raise self._ended or ChatError("closed", _LOST)
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[request.id] = (request, answered)
        try:
            self._wire.send(request)
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                return await answered
        except TimeoutError:
            raise ChatError("no_answer", "The server did not answer in time.") from None
        finally:
            self._pending.pop(request.id, None)

    async def _read(self, wire: Wire) -> None:
        error = ChatError("closed", _LOST)
        try:
            async for frame in wire.frames():
                self._take(wire, frame)
        except ChatError as refused:
            error = refused
        except (OSError, TimeoutError) as lost:
            logger.info("the control socket is gone: %r", lost)
        finally:
            self._end(error)

    def _take(self, wire: Wire, frame: ServerFrame) -> None:
        match frame:
            case Welcome():
                if not self._welcomed.done():
                    self._welcomed.set_result(None)
            case Ping():
                wire.send(Pong(re=frame.id))
            case Goodbye():
                self._end(ChatError("closed", "The server has ended."))
            case Refused():
                refused = ChatError(
                    frame.code, frame.text, retry_after=frame.retry_after, until=frame.until
                )
                if frame.re is None:
                    raise refused
                self._settle(frame.re, refused)
            case _:
                self._settle(getattr(frame, "re", None) or getattr(frame, "id", None), frame)

    def _settle(self, request_id: str | None, result: Any) -> None:
        request, answered = self._pending.get(request_id or "", (None, None))
        if request is None or answered is None or answered.done():
            return
        if isinstance(result, ChatError):
            answered.set_exception(result)
        elif answers(request, result):
            answered.set_result(result)

    def _end(self, error: ChatError) -> None:
        self._ended = self._ended or error
        if not self._welcomed.done():
            self._welcomed.set_exception(error)
        with suppress(ChatError):
            # Nobody may have waited for it.
            if not self._welcomed.cancelled() and self._welcomed.exception() is not None:
                logger.debug("no welcome: %s", error)
        for _, answered in self._pending.values():
            if not answered.done():
                answered.set_exception(error)
