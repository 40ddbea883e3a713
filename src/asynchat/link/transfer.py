"""One file that is sent or fetched, as whoever asked for it sees it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.errors import ChatError
from asynchat.link.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.kept_transfers import KeptTransfer
    from asynchat.link.transfers import Transfers
    from asynchat.messages import File

Direction: TypeAlias = Literal["up", "down"]
State: TypeAlias = Literal["waiting", "moving", "saying", "paused", "done", "failed", "cancelled"]

SETTLED: Final[frozenset[State]] = frozenset({"done", "failed", "cancelled"})

_RATE_S: Final = 3.0
"""Over how long the rate is taken."""


class Transfer:
    """One file that is sent or fetched.

    ``state`` is *waiting* for its turn or the network, *moving*, *saying* (the file is there, its
    message not yet), *paused*, or settled: *done*, *failed* with an ``error``, *cancelled*.
    ``path`` is where the file is on this computer, of a fetched one the folder or path that was
    asked for until it is whole.  ``file`` is the server's word of it, as soon as that is known;
    ``size`` is None until then.  `notices.TransferChanged` tells of each change.
    """

    def __init__(self, kept: KeptTransfer, owner: Transfers, now: Callable[[], float]) -> None:
        self.id = new_id()
        self.kept = kept
        self.state: State = "paused" if kept.paused else "waiting"
        self.error: ChatError | None = None
        self.done = 0
        self._owner = owner
        self._now = now
        self._settled = asyncio.Event()
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def direction(self) -> Direction:
        """Whether it goes ``up`` to the server or comes ``down``."""
        return self.kept.direction

    @property
    def name(self) -> str:
        """What the file is called, clean."""
        return self.kept.name

    @property
    def room(self) -> str | None:
        """Where it is to be said; None of a fetched one, and until a person's room is known."""
        return self.kept.room

    @property
    def caption(self) -> str:
        """What is said with it."""
        return self.kept.caption

    @property
    def path(self) -> Path:
        """Where it is on this computer."""
        return self.kept.path

    @property
    def size(self) -> int | None:
        """How many bytes it has, once that is known."""
        return self.kept.size

    @property
    def file(self) -> File | None:
        """What the server says of it."""
        return self.kept.file

    @property
    def rate(self) -> float:
        """How many bytes a second moved lately."""
        if len(self._marks) < 2 or self.state != "moving":  # noqa: PLR2004 # a stretch has ends
            return 0.0
        (since, first), (until, last) = self._marks[0], self._marks[-1]
        return max(0.0, (last - first) / (until - since)) if until > since else 0.0

    @property
    def left_s(self) -> float | None:
        """In how many seconds it is there at this rate, None where nobody can tell."""
        rate = self.rate
        return (self.size - self.done) / rate if rate and self.size is not None else None

    @property
    def settled(self) -> bool:
        """Whether nothing becomes of it any more."""
        return self.state in SETTLED

    def pause(self) -> None:
        """Move nothing until `resume`, also after the next start."""
        self._owner.pause(self)

    def resume(self) -> None:
        """Go on where it was; one that failed is tried again."""
        self._owner.resume(self)

    def cancel(self) -> None:
        """Give it up: what is there of it goes, on the server or on this computer."""
        self._owner.cancel(self)

    def dismiss(self) -> None:
        """Take it out of the list once it is settled."""
        self._owner.dismiss(self)

    async def whole(self) -> File:
        """Wait until it is there, of a sent one also its message.

        Raise `ChatError`: what it failed with, or ``cancelled``.
        """
        await self._settled.wait()
        if self.error is not None:
            raise self.error
        if self.file is None or self.state == "cancelled":
            raise ChatError("cancelled", "It was given up.")
        return self.file

    # What works on it tells it

    def be(self, state: State, error: ChatError | None = None) -> None:
        """Be in another state, and tell so."""
        self.state, self.error = state, error
        self._marks.clear()
        if self.settled:
            self._settled.set()
        else:
            self._settled.clear()
        self._owner.tell(self)

    def leave(self) -> None:
        """Let nobody wait for it any more: it goes on after the next start, if it is kept."""
        if not self.settled:
            self.error = ChatError("closed", "The connection is closed.")
            self._settled.set()

    def at(self, done: int) -> None:
        """Be so far, and tell so now and then."""
        now = self._now()
        self.done = done
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[1][0] > _RATE_S:  # noqa: PLR2004
            self._marks.popleft()
        self._owner.tell_soon(self)
