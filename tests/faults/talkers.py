"""Clients at full rate that resume and resend after each cut, and remember everything.

A `Talker` is what the protocol's page asks of a client, an outbox and a cursor, over a bare
socket; its `History` is for the checker.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.faults.checker import Connection, Frame, History, Request
from tests.raw_client import DEADLINE_S, EVENTS, Ended, Wire, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEN = "den"

MANGLED = frozenset({"bad_frame", "bad_request", "unknown_type"})
"""What a request is called that was damaged on its way: it was a right one, and is sent again."""

_CHUNK_BYTES = 64 * 1024
_COME_BACK_AFTER_S = 0.02


@dataclass
class Place:
    """Where the server is now, and what all its clients have read.

    Each line is parsed once, however many clients see it.
    """

    address: str = ""
    frames: dict[bytes, Frame] = field(default_factory=dict)

    def parse(self, data: bytes) -> Frame:
        """Return the frame of a line.  Raise `ValueError` where it is damaged."""
        known = self.frames.get(data)
        if known is None:
            known = json.loads(data)
            if known["type"] in EVENTS:
                self.frames[data] = known
        return known


class Talker:
    """One client; `talk` until ``done``, then `settle` once the faults are over.

    ``window`` is how many requests it has unanswered, 0 for one who only reads.  With
    ``moves`` it joins and leaves the den all the time; else it speaks in ``rooms``.
    ``received`` counts the bytes of its newest connection.  A second device has the first one's
    ``token`` and is ``called`` as it is.
    """

    silence_s = 1.5
    """For how long nothing comes until it goes and comes again."""

    def __init__(
        self,
        place: Place,
        name: str,
        seed: int,
        *,
        window: int = 32,
        rooms: Sequence[str] = ("lobby",),
        moves: bool = False,
        most: int | None = None,
        token: str | None = None,
        called: str | None = None,
    ) -> None:
        self.place = place
        self.history = History(name)
        self.outbox: dict[str, Request] = {}
        self.cursor: str | None = None
        self.received = 0
        self.server_errors: list[Frame] = []
        self.token = token or f"the-token-of-{name}"
        self._name = called or name
        self._window = window
        self._requests = self._think(random.Random(f"{seed}/{name}"), rooms, moves=moves)
        self._left = most
        self._waits_for_reset = False
        self._closing = False
        self._awaited: set[str] = set()

    def _think(self, rng: random.Random, rooms: Sequence[str], *, moves: bool) -> Iterator[Request]:
        for room in rooms:
            if room != "lobby":
                yield Request(f"{self.history.name}-in-{room}", "join", room)
        number = 0
        while True:
            number += 1
            one = f"{self.history.name}-{number}"
            if moves and number % 8 in {1, 5}:
                yield Request(one, "join" if number % 8 == 1 else "leave", DEN)
            else:
                text = f"{one} " + "x" * rng.choice([0, 10, 100, 1000])
                yield Request(one, "say", rng.choice(rooms), text)

    async def talk(self, done: asyncio.Event) -> None:
        """Talk, and come back after each cut, until it is done, or all is said, and answered."""
        while self.outbox or not (done.is_set() or self._left == 0):
            try:
                await self._converse(done)
            except (Ended, TimeoutError, OSError, ValueError, KeyError):
                # Cut, killed, stalled, or damaged on the way: all the same to a client.
                await asyncio.sleep(_COME_BACK_AFTER_S)

    async def settle(self, repeats: int = 5) -> None:
        """Resume once more, send some requests again, and read all that there is."""
        self._closing, self._left = True, 0
        rng = random.Random(self.history.name)
        known = {one for one, _ in self.history.acknowledged}
        answered = [request for request in self.history.sent if request.id in known]
        for request in rng.sample(answered, min(repeats, len(answered))):
            self.outbox[request.id] = request
        done = asyncio.Event()
        done.set()
        await self._converse(done)

    async def _converse(self, done: asyncio.Event) -> None:
        wire = await self._open()
        try:
            hello = {"token": self.token, "cursor": self.cursor}
            wire.send_bytes(line("hello", version=1, name=self._name, **hello))
            self.received, rest = 0, b""
            connection: Connection | None = None
            while True:
                async with asyncio.timeout(DEADLINE_S if self._closing else self.silence_s):
                    data = await wire.reader.read(_CHUNK_BYTES)
                if not data:
                    raise Ended
                self.received += len(data)
                *lines, rest = (rest + data).split(b"\n")
                for each in lines:
                    frame = self.place.parse(each)
                    if connection is None:
                        connection = self._welcomed(wire, frame)
                    elif self._take(wire, connection, frame):
                        return
                if connection is not None and not self._waits_for_reset:
                    self._speak(wire, done)
        finally:
            wire.cut()

    async def _open(self) -> Wire:
        return await Wire.open(self.place.address)

    def _welcomed(self, wire: Wire, frame: Frame) -> Connection:
        if frame["type"] != "welcome":
            self.server_errors.append(frame)
            raise Ended
        self.history.account = frame["you"]["account"]
        connection = Connection(self.cursor, frame["cursor"], frame["resumed"])
        self.history.connections.append(connection)
        self._waits_for_reset = self.cursor is not None and not connection.resumed
        if not self._waits_for_reset:
            self._resend(wire)
        self.cursor = connection.start
        return connection

    def _resend(self, wire: Wire) -> None:
        wire.send_bytes(b"".join(map(bytes_of, self.outbox.values())))
        if self._closing:
            self._awaited = {"pong", "live"}
            wire.send("ping", id="the-end")

    def _speak(self, wire: Wire, done: asyncio.Event) -> None:
        while len(self.outbox) < self._window and self._left != 0 and not done.is_set():
            request = next(self._requests)
            self._left = None if self._left is None else self._left - 1
            self.history.sent.append(request)
            self.outbox[request.id] = request
            wire.send_bytes(bytes_of(request))
        if not self.outbox and not self._closing and (done.is_set() or self._left == 0):
            raise Ended

    def _take(self, wire: Wire, connection: Connection, frame: Frame) -> bool:
        """Remember a frame; tell whether it was the last that is waited for."""
        kind = frame["type"]
        if kind in EVENTS:
            connection.stream.append(frame)
            if frame["account"] == self.history.account and frame["id"]:
                self._acknowledged(frame["id"], frame["seq"])
        elif kind in {"upto", "ping"}:
            self._moved(connection, frame)
            if kind == "ping":
                wire.send_bytes(line("pong", re=frame["id"]))
        elif kind == "reset":
            connection.reset, connection.start = True, frame["cursor"]
            self.cursor = frame["cursor"]
            self._waits_for_reset = False
            self._resend(wire)
        elif kind == "done":
            self._acknowledged(frame["re"], frame.get("seq"))
        elif kind == "page":
            self.history.paged += frame["events"]
        elif kind == "error":
            self._refused(frame)
        self._awaited -= {kind} if kind != "upto" else {"live"} if frame.get("live") else set()
        return self._closing and not self._awaited

    def _moved(self, connection: Connection, frame: Frame) -> None:
        if "cursor" in frame:
            self.cursor = frame["cursor"]
            connection.stream.append(frame["cursor"])

    def _refused(self, frame: Frame) -> None:
        self.server_errors.append(frame)
        if frame["code"] in MANGLED:
            raise Ended
        if self.outbox.pop(frame.get("re") or "", None) is not None:
            self.history.refused.append((frame["re"], frame["code"]))

    def _acknowledged(self, one: str, seq: int | None) -> None:
        if self.outbox.pop(one, None) is not None and seq is not None:
            self.history.acknowledged.append((one, seq))


def bytes_of(request: Request) -> bytes:
    """Return a request's bytes; of a direct, ``text`` is whom it is with."""
    if request.kind == "direct":
        return line("direct", id=request.id, names=request.text.split())
    fields: dict[str, Any] = {"text": request.text} if request.kind == "say" else {}
    return line(request.kind, id=request.id, room=request.room, **fields)
