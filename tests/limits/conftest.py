"""What the tests of limits share: a clock that can be set forward, and commits that wait."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.store.memory import MemoryStore
from tests.raw_client import Wire, host_and_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.doors.native import Door
    from asynchat.doors.session import Session
    from asynchat.server import Server
    from asynchat.store.interface import Outcome
    from tests.plugins.waiting import Until

_TURNS = 100
"""So many turns of the loop bring a request over loopback into the log and to its readers."""

JUST_UNDER_S = 990.0
JUST_OVER_S = 20.0
"""Together over the 1,000 seconds that a setting says, and far from it by any clock's jitter."""

PATIENT: dict[str, Any] = {
    "hello_timeout_s": 1e6,
    "ping_after_s": 1e6,
    "dead_after_s": 1e6,
    "lagging_timeout_s": 1e6,
    "lost_shown_after_s": 1e6,
    "presence_interval_s": 0.01,
}
"""No deadline but the one that is looked at, however far the clock is set forward."""


class Clock:
    """The loop's own clock, which goes on as it does, and further when it is told to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patch: pytest.MonkeyPatch) -> None:
        self._ahead_s = 0.0
        real = loop.time
        patch.setattr(loop, "time", lambda: real() + self._ahead_s)

    async def forward(self, seconds: float) -> None:
        """Let so much time have passed, and everything that was due happen.

        No deadline of the test's own may be running.
        """
        self._ahead_s += seconds
        await settled()


async def settled() -> None:
    """Let the loop do all it has to do by now: on loopback and in memory nothing waits."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock of the running loop forward; ask for it before the server is started."""
    return Clock(asyncio.get_running_loop(), monkeypatch)


class GatedStore(MemoryStore):
    """A store whose commits wait while its gate is closed; ``batches`` are their sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[int] = []

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch once the gate is open."""
        self.batches.append(len(drafts))
        await self.gate.wait()
        return await super().append(drafts)


@pytest.fixture
def gated() -> GatedStore:
    """Return a store whose commits wait while its gate is closed."""
    return GatedStore()


async def close_gate(store: GatedStore, wire: Wire, until: Until) -> None:
    """Have a commit of somebody's message wait, and with it all that is asked from now on."""
    await wire.settle()
    store.gate.clear()
    store.batches.clear()
    wire.send("say", room="lobby", text="the one that waits")
    await until(lambda: store.batches)


def queued(server: Server) -> int:
    """Return how many requests wait for the next batch."""
    return len(server._hub._batches.queue)


def door_of(server: Server) -> Door:
    """Return a server's door."""
    return server._door


def session_of(server: Server, name: str) -> Session:
    """Return the session of somebody with one connection."""
    (session,) = [one.session for one in server._door._connections if one.session.name == name]
    return session


async def is_served(wire: Wire) -> bool:
    """Tell whether the server reads a connection that has not said hello, or is full."""
    wire.send("ping")
    return bool((await wire.frame())["code"] == "not_welcome_yet")


async def connect_from(host: str, server: Server) -> Wire:
    """Connect from another address of this computer."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind((host, 0))
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, host_and_port(server.address))
    return Wire(*await asyncio.open_connection(sock=sock))
