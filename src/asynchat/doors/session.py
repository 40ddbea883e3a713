"""One authenticated connection: requests in, replies out, in the order that was promised.

A session is told of each request by its door and of each stretch of the stream by the hub.
It keeps the requests under way, and answers each once the stream has passed what came before
it.  How bytes come and go is its `Wire`'s concern.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from asynchat.chat.asking import NO_PROOF
from asynchat.chat.profile import ONLINE
from asynchat.errors import ENDING, ChatError
from asynchat.messages import (
    Bye,
    CountUnread,
    Discard,
    Done,
    Download,
    FetchFile,
    GetPicture,
    Goodbye,
    Hello,
    History,
    ListAccounts,
    ListBans,
    ListBlocks,
    ListClients,
    ListDevices,
    ListInvitations,
    ListReports,
    ListRooms,
    ListSettings,
    Message,
    Ping,
    Pong,
    ReadAudit,
    ReadStats,
    Reset,
    Say,
    Search,
    SentFile,
    SetPassword,
    SetState,
    StoreFile,
    Typing,
    Unregister,
    Upload,
    Who,
    encode,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.asking import Proof
    from asynchat.chat.budget import Budget
    from asynchat.doors.hub import Hub, Settled
    from asynchat.messages import Query, Request, Write
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)


class Wire(Protocol):
    """The connection under a session."""

    def write(self, data: bytes) -> None:
        """Send bytes some time; never wait."""

    def offer(self, data: bytes, most: int) -> bool:
        """Send bytes as `write` does, unless more than ``most`` would be unsent; tell whether."""

    def unsent(self) -> int:
        """Return how many bytes have not left yet."""

    async def drained(self) -> None:
        """Wait until little is unsent.  Raise `OSError`, as `TimeoutError` is one."""

    def close(self) -> None:
        """Close once everything is sent, within bounds."""

    sent_bytes: int
    received_bytes: int

    @property
    def peer(self) -> str:
        """Where the other side is, for the log."""

    @property
    def address(self) -> str:
        """The address of the other side, without its port; empty where it has none."""

    @property
    def writer(self) -> asyncio.StreamWriter:
        """The stream it writes to, for the registry."""


@dataclass(slots=True)
class _UnderWay:
    """A write that is not answered yet."""

    request: Write
    size: int
    result: Settled | ChatError | None = None


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How much of one session may be under way."""

    requests: int
    bytes: int
    unsent_bytes: int


class Session:
    """One connection's conversation with the hub.

    ``position`` is the seq up to which the stream was written; while ``live`` that is the
    hub's own.  ``account``, ``device``, ``name``, ``number`` and ``since_ms`` are set once the
    session is welcome.  The ``operator`` came through the control socket.
    """

    def __init__(
        self,
        hub: Hub,
        wire: Wire,
        tasks: Tasks,
        limits: SessionLimits,
        hellos: Budget,
        *,
        operator: bool = False,
    ) -> None:
        self.wire = wire
        self.operator = operator
        self.number = 0
        self.since_ms = 0
        self.account = ""
        self.device = ""
        self.name = ""
        self.client = ""
        self.state = ONLINE
        self.welcome = False
        self.live = False
        self.ended = False
        self._position = 0
        self._hub = hub
        self._tasks = tasks
        self._limits = limits
        self._hellos = hellos
        self._under_way: deque[_UnderWay] = deque()
        self._under_way_bytes = 0
        self._paging = False
        self._progress: asyncio.Future[None] | None = None
        self._said_bye = False
        self._signed_out: ChatError | None = None

    # The stream, called by the hub

    @property
    def position(self) -> int:
        """The seq up to which everything this session may see was written to it."""
        return self._hub.position if self.live else self._position

    @property
    def waits(self) -> bool:
        """Whether the answer to one of its requests may still be to come from the stream."""
        return bool(self._under_way)

    def start_at(self, seq: int) -> None:
        """Begin or go on from a seq, out of the live set."""
        self.live = False
        self._position = seq

    def go_live(self) -> None:
        """Join the live set; only where `position` is the hub's."""
        self.live = True

    def moved_to(self, seq: int) -> None:
        """Note that the stream was written up to here."""
        self._position = seq
        self.pump()

    # Requests, called by the door

    async def handle(self, request: Request, size: int) -> None:
        """Act on a request; wait where it has to wait.  A refusal is sent, not raised.

        Raise `OSError` where the other side does not take replies.
        """
        if self.wire.unsent() > self._limits.unsent_bytes:
            await self._until_taken()
        if isinstance(request, Say) and self.welcome:  # most are, so they go past the rest
            await self._write(request, size)
        else:
            await self._act(request, size)

    async def _act(self, request: Request, size: int) -> None:
        match request:
            case Pong():
                return
            case Bye():
                await self._until_answered()
                self.end("bye")
            case Hello():
                await self._hello(request)
            case _ if not self.welcome:
                self._refuse(ChatError("not_welcome_yet"), getattr(request, "id", None))
            case StoreFile() | FetchFile() | SentFile():
                self._refuse(ChatError("bad_request", "Files have connections of their own."), None)
            case Typing():
                self._hub.typing(self, request.room)
            case Ping():
                await self._until_answered()
                self.send(Pong(re=request.id))
            case SetState():
                await self._set_state(request)
            case (
                ListRooms()
                | Who()
                | History()
                | CountUnread()
                | GetPicture()
                | Search()
                | ListDevices()
                | ListInvitations()
                | ListBlocks()
                | ListClients()
                | ListAccounts()
                | ListBans()
                | ListReports()
                | ReadAudit()
                | ListSettings()
                | ReadStats()
                | Upload()
                | Download()
                | Discard()
            ):
                await self._query(request)
            case _:
                await self._write(request, size)

    def end(self, reason: str, *, retry_after: float | None = None) -> None:
        """Say goodbye, forget the session and close the connection."""
        if self.ended:
            return
        self.send(Goodbye(reason=reason, retry_after=retry_after))
        self._said_bye = reason == "bye"
        self.wire.close()
        self.forget()

    def forget(self) -> None:
        """Take the session out of the hub; the connection is closed or lost."""
        if self.ended:
            return
        self.ended = True
        self.live = False
        self._under_way.clear()
        self._wake()
        if self.welcome:
            self._hub.dismiss(self, "bye" if self._said_bye else "lost")

    def sign_out(self, error: ChatError) -> None:
        """End the session once what it asked for is answered: it is nobody's any more."""
        self._signed_out = error
        if not self._under_way:
            self._refuse(error, None)

    async def refuse_frame(self, error: ChatError) -> None:
        """Tell, when its turn has come, of a frame that was no request.

        Raise `OSError` where the other side does not take replies.
        """
        await self._until_taken()
        await self._until_answered()
        self._refuse(error, None)

    def refuse(self, error: ChatError) -> None:
        """Tell of an error that answers no frame; close where its code ends the connection."""
        self._refuse(error, None)

    def send(self, message: Message) -> None:
        """Write one frame."""
        self.write(encode(message))

    def write(self, data: bytes) -> None:
        """Write frames, unless the last one was written."""
        if not self.ended:
            self.wire.write(data)

    def pump(self) -> None:
        """Answer every request whose turn has come.

        Called when a result arrives and when the stream moves on.
        """
        position = self.position
        while self._under_way and not self._paging:
            first = self._under_way[0]
            result = first.result
            if result is None:
                return
            if isinstance(result, ChatError):
                self._refuse(result, first.request.id)
            elif result.seq > position:
                self._hub.wait_for(self)
                return
            else:
                if result.done is not None:
                    self.send(result.done)
                if result.page_of is not None:
                    self._paging = True
                    self._tasks.spawn(
                        self._page(first.request, result), name=f"page for {self.name}"
                    )
                    return
            self._answered()

    async def _hello(self, hello: Hello) -> None:
        if self.welcome:
            self._refuse(ChatError("bad_request", "You said hello before."), None)
            return
        wait_s = self._hellos.take(asyncio.get_running_loop().time())
        if wait_s:
            self._hellos.give_back()
            self._refuse(ChatError("too_fast", retry_after=round(wait_s, 1)), None)
            return
        try:
            welcome = await self._hub.admit(self, hello)
        except ChatError as error:
            self._refuse(error, None)
            return
        self.welcome = True
        self.send(welcome)
        if hello.cursor is not None and not welcome.resumed:
            self.send(
                Reset(
                    cursor=welcome.cursor,
                    reason="The server's history is another one: it was restored or replaced.",
                )
            )
        self._hub.follow(self)

    async def _query(self, query: Query) -> None:
        if isinstance(query, Search | Upload | Discard):
            await asyncio.sleep(await self._hub.delay_s(self, query))
        await self._until_answered()
        try:
            self.send(await self._hub.answer(self, query))
        except ChatError as error:
            self._refuse(error, query.id)

    async def _set_state(self, request: SetState) -> None:
        await asyncio.sleep(await self._hub.delay_s(self, request))
        await self._until_answered()
        if self.ended:
            return
        try:
            self._hub.set_state(self, request)
        except ChatError as error:
            self._refuse(error, request.id)
        else:
            self.send(Done(re=request.id))

    async def _write(self, request: Write, size: int) -> None:
        delay_s = await self._hub.delay_s(self, request)
        if delay_s:
            await asyncio.sleep(delay_s)
        proof: Proof | ChatError = NO_PROOF
        if isinstance(request, SetPassword | Unregister):
            try:
                proof = await self._hub.prove(self, request)
            except ChatError as error:
                proof = error
        if not self._has_room(size):
            await self._until(lambda: self._has_room(size))
        await self._hub.room()
        if self.ended:
            return
        entry = _UnderWay(request, size)
        self._under_way.append(entry)
        self._under_way_bytes += size

        def settle(result: Settled | ChatError) -> None:
            entry.result = result
            # Another one is answered after those before it.
            if self._under_way and self._under_way[0] is entry:
                self.pump()

        self._hub.submit(self, request, size, settle, proof)

    def _has_room(self, size: int) -> bool:
        """Tell whether a request of so many bytes may be under way, besides those that are."""
        return len(self._under_way) < self._limits.requests and self._under_way_bytes + size <= max(
            size, self._limits.bytes
        )

    async def _page(self, request: Write, settled: Settled) -> None:
        try:
            await self._until_taken()
            page = await self._hub.page_after(self, request, settled)
        except ChatError as error:
            self._refuse(error, request.id)
        except OSError as error:
            logger.info("%s does not take its pages: %r", self.name, error)
            self.end("lagging")
        else:
            if page is not None:
                self.send(page)
        finally:
            self._paging = False
        if not self.ended:
            self._answered()
            self.pump()

    def _answered(self) -> None:
        self._under_way_bytes -= self._under_way.popleft().size
        self._wake()
        if self._signed_out is not None and not self._under_way and not self.ended:
            self._refuse(self._signed_out, None)

    def _refuse(self, error: ChatError, re: str | None) -> None:
        server = self._hub.server if error.code == "name_taken" else None
        self.send(refusal(error, re, server=server))
        if error.code in ENDING:
            self.wire.close()
            self.forget()

    async def _until_taken(self) -> None:
        # Replies wait here and nowhere else, so that who never reads costs bounded memory.
        if self.wire.unsent() > self._limits.unsent_bytes:
            await self.wire.drained()

    async def _until_answered(self) -> None:
        await self._until(lambda: not self._under_way)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition() and not self.ended:
            self._progress = asyncio.get_running_loop().create_future()
            await self._progress

    def _wake(self) -> None:
        if self._progress is not None and not self._progress.done():
            self._progress.set_result(None)
