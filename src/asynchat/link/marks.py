"""Our marks on their way to the server, and its counts on their way to us.

A mark is sent at once where none was lately; after that the newest of each room goes together
with the others, so that who scrolls sends one now and then.  What is kept is in `unread`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.notices import UnreadChanged
from asynchat.link.unread import UnreadCounts
from asynchat.messages import CountUnread, Mark, Redacted, Unread, UnreadList

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from asynchat.link.notices import Notice
    from asynchat.messages import AnyEvent, Marked, Message, Query, Write
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)


class Ask(Protocol):
    """What sends a request over this connection, and returns its answer."""

    async def __call__(self, request: Write | Query, taken: Callable[[Any], None]) -> Any:
        """Raise `ChatError`, ``cut`` where the connection was lost."""


class Marks:
    """What was read, for one account on one server; ``counts`` is what is unread."""

    def __init__(
        self, ask: Ask, tell: Callable[[Notice], None], tasks: Tasks, *, every_s: float
    ) -> None:
        self.counts = UnreadCounts()
        self._ask = ask
        self._tell = tell
        self._tasks = tasks
        self._every_s = every_s
        self._waiting: dict[str, int] = {}
        self._stale: set[str] = set()
        self._connected = False
        self._sending = False
        self._asking = False

    def mark(self, room: str, seq: int, *, head: int) -> None:
        """Have read a room up to a seq; the server is told soon, or once there is a connection.

        See `UnreadCounts.mark`.
        """
        self._waiting.pop(room, None)
        self._waiting[room] = seq
        if self.counts.mark(room, seq, head=head):
            self._tell(UnreadChanged(room))
        self._send()

    def apply(self, event: AnyEvent, *, me: str) -> None:
        """Take an event of the stream."""
        if self.counts.apply(event, me=me):
            self._tell(UnreadChanged(event.room))
        if isinstance(event, Redacted) and self.counts.is_unread(event.room, event.about):
            # The server counted it, perhaps, and knows whom it mentioned.
            self._stale.add(event.room)
            if not self._asking:
                self._asking = True
                self._tasks.spawn(self._ask_again(), name="unread again")

    def take(self, marked: Marked) -> None:
        """Take what the server tells of a mark of ours, from here or another device."""
        told = Unread(
            room=marked.room, seq=marked.seq, unread=marked.unread, mentions=marked.mentions
        )
        self._take(told, marked.counted)

    def connected(self) -> None:
        """Send what waits: there is a connection."""
        self._connected = True
        self._send()

    def cut(self) -> None:
        """Send nothing until `connected`."""
        self._connected = False

    def restart(self) -> None:
        """Forget everything: it was of another history."""
        self._waiting.clear()
        self.counts.clear()

    def flush(self, send: Callable[[Message], None]) -> None:
        """Send what waits now, and await no answer."""
        for room, seq in self._waiting.items():
            send(Mark(id=new_id(), room=room, seq=seq))
        self._waiting.clear()

    async def read(self) -> None:
        """Ask what is unread in all rooms."""
        after: str | None = None
        more = True
        try:
            while more:
                query = CountUnread(id=new_id(), after=after)
                part: UnreadList = await self._ask(query, self._take_list)
                after = part.rooms[-1].room if part.rooms else None
                more = part.more and after is not None
        except ChatError as error:
            logger.debug("what is unread is not told: %s", error)

    async def _ask_again(self) -> None:
        try:
            while self._stale and self._connected:
                await self._ask(CountUnread(id=new_id(), room=self._stale.pop()), self._take_list)
        except ChatError as error:
            # When the stream is live again, all are asked for.
            logger.debug("what is unread is not told: %s", error)
        finally:
            self._asking = False

    def _take_list(self, part: UnreadList) -> None:
        for told in part.rooms:
            self._take(told, part.counted)

    def _take(self, told: Unread, counted: int) -> None:
        if self.counts.take(told, counted):
            self._tell(UnreadChanged(told.room))

    def _send(self) -> None:
        if self._waiting and self._connected and not self._sending:
            self._sending = True
            self._tasks.spawn(self._send_waiting(), name="marks")

    async def _send_waiting(self) -> None:
        try:
            while self._waiting and self._connected:
                await self._send_one()
                if not self._waiting:
                    await asyncio.sleep(self._every_s)
        finally:
            self._sending = False

    async def _send_one(self) -> None:
        room = next(iter(self._waiting))
        seq = self._waiting.pop(room)

        def done(_: object) -> None:
            # Before the count that follows is taken.
            self.counts.marked(room, seq)

        try:
            await self._ask(Mark(id=new_id(), room=room, seq=seq), done)
        except ChatError as error:
            logger.debug("%s is not marked: %s", room, error)
            if error.code == "cut":
                self._waiting.setdefault(room, seq)
            else:
                self.counts.marked(room, seq)
