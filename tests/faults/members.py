"""Clients that do what they are told, one request at a time, and stay on whatever happens.

A `Member` is a `Talker` whose requests come from outside: it sends them where it is
connected, keeps them where it is not, and comes back after each cut.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tests.faults.checker import History, Request
from tests.faults.talkers import Place, Talker, bytes_of
from tests.raw_client import Ended, Wire

if TYPE_CHECKING:
    from tests.faults.checker import Connection, Frame, Log

_COME_BACK_AFTER_S = 0.02


class Member(Talker):
    """One client; `begin` in a running loop, `ask` for things, `end` before `settle`.

    A ``small`` one has small buffers, so that it lags soon where it is deaf.  ``directs`` are
    the direct rooms that it knows of.  Set ``may_be_refused`` while a request may be, though it is
    right; what is said elsewhere than in the lobby, which nobody leaves, always may.
    """

    silence_s = 30.0

    def __init__(
        self,
        place: Place,
        name: str,
        *,
        small: bool = False,
        token: str | None = None,
        called: str | None = None,
    ) -> None:
        super().__init__(place, name, 0, window=0, token=token, called=called)
        self.directs: list[str] = []
        self.may_be_refused = False
        self._small = small
        self._ready: Wire | None = None
        self._deaf = False
        self._asked = 0
        self._task: asyncio.Task[None] | None = None

    def ask(self, kind: str, room: str, text: str = "") -> None:
        """Send a request now, or once it is connected."""
        self._asked += 1
        request = Request(f"{self.history.name}-{self._asked}", kind, room, text)
        self.history.sent.append(request)
        self.outbox[request.id] = request
        if self._ready is not None and not self._ready.writer.transport.is_closing():
            self._ready.send_bytes(bytes_of(request))

    def hear(self, *, nothing: bool) -> None:
        """Take nothing off the socket any more, or read again."""
        self._deaf = nothing
        if self._ready is not None and not self._ready.writer.transport.is_closing():
            if nothing:
                self._ready.pause()
            else:
                self._ready.listen()

    def begin(self) -> None:
        """Connect, and stay on."""
        self._closing, self._left = False, None
        self._task = asyncio.get_running_loop().create_task(self._stay())

    async def end(self) -> None:
        """Drop the connection, and stay away.  Raise what went wrong."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def check(self) -> None:
        """Raise what went wrong meanwhile."""
        if self._task is not None and self._task.done():
            self._task.result()

    def forget_what_is_lost(self, log: Log) -> None:
        """Know only what is in the log, which was copied back; the cursor stays what it was."""
        stored = {(event["seq"], event["id"], event["account"]) for event in log.events}
        old = self.history
        self.history = History(
            old.name,
            account=old.account,
            sent=old.sent,
            acknowledged=[
                (one, seq) for one, seq in old.acknowledged if (seq, one, old.account) in stored
            ],
            refused=old.refused,
            unheard=old.unheard,
        )

    async def _stay(self) -> None:
        never = asyncio.Event()
        while True:
            try:
                await self._converse(never)
            except (Ended, TimeoutError, OSError, ValueError, KeyError):
                # Cut, killed, stalled, or damaged on the way: all the same to a client.
                await asyncio.sleep(_COME_BACK_AFTER_S)
            finally:
                self._doubt()
                self._ready = None

    def _doubt(self) -> None:
        """Note what may have been refused on a connection that is lost now."""
        if self._ready is not None:
            self.history.unheard |= {
                one
                for one, request in self.outbox.items()
                if self.may_be_refused or request.room != "lobby"
            }

    async def _open(self) -> Wire:
        wire = await Wire.open(self.place.address, deaf=self._small)
        if self._small:
            wire.listen()
        return wire

    def _resend(self, wire: Wire) -> None:
        super()._resend(wire)
        if not self._closing:
            self._ready = wire
            self.hear(nothing=self._deaf)

    def _take(self, wire: Wire, connection: Connection, frame: Frame) -> bool:
        if frame["type"] == "page" and self._is_direct(frame["re"]):
            del self.outbox[frame["re"]]
        if frame["type"] == "created" and frame.get("direct"):
            self.directs.append(frame["room"])
        return super()._take(wire, connection, frame)

    def _acknowledged(self, one: str, seq: int | None) -> None:
        # Which room it is is the server's to say, so that nothing of it can be compared.
        if self._is_direct(one):
            del self.outbox[one]
        else:
            super()._acknowledged(one, seq)

    def _is_direct(self, one: str | None) -> bool:
        return one in self.outbox and self.outbox[one].kind == "direct"
