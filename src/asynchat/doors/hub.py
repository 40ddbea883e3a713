"""What a door asks of the hub: the only thing that doors know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from asynchat.chat.asking import NO_PROOF

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.asking import Proof
    from asynchat.doors.session import Session
    from asynchat.errors import ChatError
    from asynchat.messages import (
        Answer,
        Discard,
        Done,
        File,
        Hello,
        Page,
        Query,
        Search,
        SetState,
        Upload,
        Welcome,
        Write,
    )


class Settled(Protocol):
    """What became of a write.  ``seq`` is the place of its event, 0 where it has none."""

    @property
    def seq(self) -> int:
        """The seq that the stream must have passed before the write is answered."""

    @property
    def done(self) -> Done | None:
        """The frame that answers it; None where its event does."""

    @property
    def page_of(self) -> str | None:
        """The room whose page follows."""


class Receiving(Protocol):
    """A file that is being sent: ``offset`` of its ``size`` bytes are there."""

    offset: int
    size: int

    async def write(self, data: bytes | bytearray) -> None:
        """Add bytes; wait until the disk took them.  Raise `ChatError`."""

    async def finish(self, sha256: str) -> File:
        """Keep it, once all was written and where this is its hash.  Raise `ChatError`."""

    async def close(self) -> None:
        """Leave it as it is: it can be gone on with."""


class Sending(Protocol):
    """A file that is being fetched, from ``offset`` on; of a preview the hash is empty."""

    offset: int
    size: int
    sha256: str

    async def read(self) -> bytes:
        """Return the next piece, nothing at the end.  Raise `ChatError`."""

    async def close(self) -> None:
        """Let go of it."""


class Transfers(Protocol):
    """What the hub has of files, for those who bring a ticket."""

    async def storing(self, ticket: str) -> Receiving:
        """Go on with a file where it was left.  Raise `ChatError`; close it afterwards."""

    async def fetching(self, ticket: str, offset: int) -> Sending:
        """Open a file from an offset on.  Raise `ChatError`; close it afterwards."""


class Hub(Protocol):
    """The hub, as a door sees it."""

    @property
    def server(self) -> str:
        """The server's id."""

    @property
    def transfers(self) -> Transfers:
        """The files that come and go."""

    @property
    def position(self) -> int:
        """The seq up to which everything was fanned out."""

    def check_address(self, address: str) -> None:
        """Raise `ChatError` ``banned`` for an address from which nobody may come."""

    def cursor(self, seq: int) -> str:
        """Return the cursor of a seq that is at most `position`."""

    async def admit(self, session: Session, hello: Hello) -> Welcome:
        """Let a session in.  Raise `ChatError`.

        Write the welcome, then call `follow`; call `dismiss` when the session ends.
        """

    def follow(self, session: Session) -> None:
        """Begin the stream of a session that is welcome."""

    def dismiss(self, session: Session, reason: str) -> None:
        """Forget a session; ``reason`` is ``bye`` or ``lost``."""

    def wait_for(self, session: Session) -> None:
        """Call `Session.pump` when the stream has moved on."""

    async def delay_s(
        self, session: Session, request: Write | SetState | Search | Upload | Discard
    ) -> float:
        """Take a request from its account's budget; return how many seconds it has to wait."""

    async def room(self) -> None:
        """Wait until the queue before the store may take more."""

    async def prove(self, session: Session, request: Write) -> Proof:
        """Find out, before it is submitted, about the passwords of a request.

        Raise `ChatError`.
        """

    def submit(
        self,
        session: Session,
        request: Write,
        size: int,
        settle: Callable[[Settled | ChatError], None],
        proof: Proof | ChatError = NO_PROOF,
    ) -> None:
        """Queue a request for the log; ``settle`` is called once with what became of it.

        ``proof`` is what `prove` said.  What becomes of it is ``too_fast`` for what is over its
        rate and cannot simply wait.
        """

    def set_state(self, session: Session, request: SetState) -> None:
        """Take how somebody is on a connection.  Raise `ChatError`."""

    async def answer(self, session: Session, query: Query) -> Answer:
        """Read what was asked for.  Raise `ChatError`."""

    async def page_after(self, session: Session, request: Write, settled: Settled) -> Page | None:
        """Read the page that answers a join or a direct; None if one is no longer a member."""

    def typing(self, session: Session, room: str) -> None:
        """Tell the others of a room that somebody is typing."""
