"""Keeping a connection: dial, come in, listen, and after a cut do it again, not too soon."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Final

from asynchat.errors import FINAL, ChatError
from asynchat.link import notices
from asynchat.link.entrance import OtherAccountError
from asynchat.link.ids import new_id
from asynchat.link.notices import LOST
from asynchat.link.trust import STOPS
from asynchat.link.wire import Wire
from asynchat.messages import Bye, Goodbye, NextKey, Ping, Pong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asynchat.address import Address
    from asynchat.link.conversation import Conversation
    from asynchat.link.entrance import Entrance
    from asynchat.link.notices import Announcer, Phase
    from asynchat.link.trust import Trust
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import ServerFrame, Welcome
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_PASSING: Final = frozenset({"server_full", "hello_timeout", "read_only", "too_fast"})
"""Refusals of a first hello that may not come again."""

_LONGEST_AWAY_S: Final = 600.0
"""How long at most a server can keep a client from coming again by itself."""

_FIRST_PING_S: Final = 1.0

_WHY_GOODBYE: Final = {
    "shutdown": "The server is stopping or starting anew.",
    "lagging": "This computer did not take what the server sent.",
    "disconnected": "Somebody who keeps order there ended the connection.",
}


class Reconnect:
    """One conversation's connection, kept up until `close` or until the server ends it.

    ``phase`` is the newest notice about it; ``welcomed`` is set by the first welcome.
    """

    def __init__(
        self,
        *,
        address: Address,
        trust: Trust,
        entrance: Entrance,
        conversation: Conversation,
        announcer: Announcer,
        tasks: Tasks,
        settings: LinkSettings,
    ) -> None:
        self.phase = notices.Connection("connecting")
        self.latency_ms: float | None = None
        self._address = address
        self._trust = trust
        self._entrance = entrance
        self._conversation = conversation
        self._tell = announcer.tell
        self._tasks = tasks
        self._settings = settings
        self._welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._retry = asyncio.Event()
        self._ended = asyncio.Event()
        self._closing = False
        self._come_back_s: float | None = None
        self._pinged: tuple[str, float] | None = None
        self._wire: Wire | None = None
        self._failures = 0
        self._at_once = False

    async def welcomed(self) -> None:
        """Wait for the first welcome.  Raise `ChatError` where there will be none."""
        await asyncio.shield(self._welcomed)

    def retry_now(self) -> None:
        """Try to connect at once where the next try would be later."""
        self._retry.set()

    def again(self) -> None:
        """Drop the connection, if there is one, and resume from the conversation's cursor.

        Nothing more arrives over that connection, also if it is not welcome yet: its hello told
        of another cursor.
        """
        if self._wire is not None:
            self._at_once = True
            self._wire.abort()
        self._retry.set()

    async def close(self) -> None:
        """Say bye and wait until the server has closed, within bounds."""
        self._closing = True
        if self._conversation.wire is None:
            return
        self._conversation.marks.flush(self._conversation.wire.send)
        self._conversation.wire.send(Bye())
        try:
            async with asyncio.timeout(self._settings.close_timeout_s):
                await self._ended.wait()
        except TimeoutError:
            # The server does not answer; it will see the connection end.
            logger.debug("%s did not say goodbye", self._address.place)

    def end(self, error: ChatError | None) -> None:
        """Come back no more, because of an error or because that was asked for."""
        self._ended.set()
        if self.phase.phase == "closed":
            return
        if error is None:
            self._enter("closed")
        else:
            self._enter("closed", error.text, code=error.code)
        reason = error or ChatError("closed", "The connection is closed.")
        if not self._welcomed.done():
            self._welcomed.set_exception(reason)
            # Whoever waits sees it; where nobody does, it is told by the phase.
            self._welcomed.exception()
        self._conversation.end(reason, for_good=error is not None)
        self._conversation.inbox.close()

    async def run(self) -> None:
        """Connect and come back until `close`, or until the server refuses for good."""
        while not self._closing:
            self._enter("connecting")
            code = None
            try:
                await self._converse()
                reason = self._why_cut()
            except OtherAccountError:
                continue
            except TimeoutError:
                reason = f"{self._address.place} does not answer."
            except OSError as error:
                reason = f"{self._address.place} cannot be reached: {_why(error)}."
            except ChatError as error:
                if error.code in FINAL | STOPS or not self._may_pass(error):
                    # What was typed a moment ago is then on disk, too, and goes with a later start.
                    await self._conversation.outbox.flush()
                    self.end(error)
                    return
                reason, code = error.text, error.code
                self._come_back_s = error.retry_after
            if self._at_once:
                self._at_once = False
            elif not self._closing:
                await self._wait(reason, code)
        self._ended.set()

    async def _converse(self) -> None:
        await self._entrance.prepare()
        wire = self._wire = await Wire.dial(self._address, self._settings, self._trust)
        try:
            frames = wire.frames()
            self._entrance.cursor = self._conversation.cursor
            async with asyncio.timeout(self._settings.welcome_timeout_s):
                try:
                    welcome = await self._entrance.enter(wire, frames)
                except OtherAccountError:
                    await _give_back_name(wire, frames)
                    raise
            former = self._entrance.former_account(welcome)
            if former is not None:
                # What waits there goes along; see `Outbox.open`.
                await self._conversation.meet(welcome.server, former)
            await self._conversation.meet(welcome.server, welcome.you.account)
            await self._trust.announced(welcome.next_key)
            self._come_in(wire, welcome)
            async for frame in frames:
                if isinstance(frame, Pong):
                    self._take_pong(frame)
                elif isinstance(frame, NextKey):
                    await self._trust.announced(frame.fp)
                else:
                    self._conversation.take(frame)
        finally:
            self._conversation.cut()
            self._pinged = self._wire = None
            await wire.close()

    def _come_in(self, wire: Wire, welcome: Welcome) -> None:
        try:
            self._entrance.remember(welcome)
        except OSError as error:
            logger.warning("who we are cannot be kept for the next time: %s", error)
        else:
            self._tasks.spawn(self._keep_safe(), name="keychain")
        self._failures = 0
        self._conversation.come_in(wire, welcome)
        self._tasks.spawn(self._keep_alive(wire), name="keepalive")
        self._enter("online")
        if not self._welcomed.done():
            self._welcomed.set_result(None)

    async def _keep_safe(self) -> None:
        try:
            await self._entrance.keep_safe()
        except OSError as error:
            logger.warning("the token stays in its file: %s", error)

    async def _keep_alive(self, wire: Wire) -> None:
        # Not at once: a welcome is a busy moment on both sides.
        wait_s = min(_FIRST_PING_S, self._settings.ping_after_s)
        while wire is self._conversation.wire:
            await asyncio.sleep(wait_s)
            wait_s = self._settings.ping_after_s
            ping = Ping(id=new_id())
            self._pinged = ping.id, asyncio.get_running_loop().time()
            wire.send(ping)

    def _take_pong(self, pong: Pong) -> None:
        if self._pinged is None or self._pinged[0] != pong.re:
            return
        elapsed_s = asyncio.get_running_loop().time() - self._pinged[1]
        self.latency_ms = elapsed_s * 1000
        self._pinged = None
        self._enter("online")

    async def _wait(self, reason: str, code: str | None) -> None:
        wait_s = backoff_s(self._failures, self._settings, self._come_back_s)
        self._failures += 1
        self._come_back_s = None
        self._retry.clear()
        self._enter("waiting", reason, asyncio.get_running_loop().time() + wait_s, code)
        try:
            async with asyncio.timeout(wait_s):
                await self._retry.wait()
        except TimeoutError:
            return

    def _why_cut(self) -> str:
        goodbye = self._conversation.goodbye
        if goodbye is None:
            return LOST
        self._come_back_s = goodbye.retry_after
        return _WHY_GOODBYE.get(goodbye.reason, f"The server said goodbye: {goodbye.reason}.")

    def _may_pass(self, error: ChatError) -> bool:
        """Tell whether coming again may help; on a first visit few refusals pass."""
        return self._conversation.cursor is not None or error.code in _PASSING

    def _enter(
        self,
        phase: Phase,
        reason: str | None = None,
        retry_at: float | None = None,
        code: str | None = None,
    ) -> None:
        self.phase = notices.Connection(phase, reason, retry_at, code)
        self._tell(self.phase)


def backoff_s(failures: int, settings: LinkSettings, come_back_s: float | None = None) -> float:
    """Return how many seconds to wait after so many failures in a row.

    ``come_back_s`` is what the server asked for, if it did.
    """
    longest_s = settings.first_retry_s
    for _ in range(failures):
        if longest_s >= settings.longest_retry_s:
            break
        longest_s *= 2
    longest_s = min(longest_s, settings.longest_retry_s)
    # Everybody was cut off at the same moment: come back spread over time.
    wait_s = random.uniform(longest_s / 2, longest_s)  # noqa: S311 # nosec B311 # no secret
    if come_back_s is None:
        return wait_s
    asked_s = min(come_back_s, _LONGEST_AWAY_S) * random.uniform(1, 2)  # noqa: S311 # nosec B311
    return max(wait_s, asked_s)


async def _give_back_name(wire: Wire, frames: AsyncIterator[ServerFrame]) -> None:
    """Leave politely: the account that we came in as by mistake may not keep our name."""
    wire.send(Bye())
    async for frame in frames:
        if isinstance(frame, Goodbye):
            return


def _why(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return error.strerror or str(error) or type(error).__name__
