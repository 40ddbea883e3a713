"""What a connection tells those who show it: one frozen notice for each thing that happens.

A subscriber (see `asynchat.link.client.Client.subscribe`) is called on the event loop, in
order, and must not block.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.fingerprint import grouped

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.errors import ChatError
    from asynchat.link.transfer import Transfer
    from asynchat.messages import AnyEvent, File, Presence

logger = logging.getLogger(__name__)

LOST: Final = "The connection was lost."
"""Why there is no connection any more, where nothing else is known."""

Phase: TypeAlias = Literal["connecting", "online", "waiting", "closed"]


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection is in another phase.

    While ``waiting``, ``reason`` is a sentence that says why and ``retry_at`` the time of
    the next try by the event loop's clock.  When ``closed``, ``reason`` says why it will not
    come back by itself, or is None if that was asked for.  ``code`` is that of the refusal that
    led to it, if one did.
    """

    phase: Phase
    reason: str | None = None
    retry_at: float | None = None
    code: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in the outbox: said, and not yet known to be on the server's disk.

    ``time`` is when it was written, in ms since the epoch, by this computer's clock.  ``file`` is
    on the server's disk already.
    """

    id: str
    room: str
    text: str
    time: int
    reply_to: int | None = None
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """The stream brought an event; events arrive once, in the order of their seq."""

    event: AnyEvent


@dataclass(frozen=True, slots=True)
class Posted:
    """A text was put in the outbox: show it as *sending*."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A text of ours is on disk; ``event`` may have arrived before, or lie before the stream."""

    entry: Entry
    event: AnyEvent


@dataclass(frozen=True, slots=True)
class Failed:
    """A text was refused, or cannot go: show it as *failed*, with the sentence.

    Where the outbox is on disk, what failed before the program ended is told again at the start.
    """

    entry: Entry
    error: ChatError


@dataclass(frozen=True, slots=True)
class Discarded:
    """A text was taken away, is posted again, or waits for another server: show it no more."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class RoomsChanged:
    """The set of our rooms changed, or a topic or a count of members in one of them."""


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """People of a room came, went or were renamed.

    ``changes`` is empty where the whole list was read afresh, or only the count changed.
    """

    room: str
    changes: tuple[Presence, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadChanged:
    """How far we have read a room, or what is unread in it, is not as it was."""

    room: str


@dataclass(frozen=True, slots=True)
class BlocksChanged:
    """We have blocked somebody, here or on another device, or have not any more."""


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """Our role on the server is another one."""

    role: str


@dataclass(frozen=True, slots=True)
class SomeoneIsTyping:
    """Somebody is typing in a room; forget it after a few seconds."""

    room: str
    account: str
    name: str | None


@dataclass(frozen=True, slots=True)
class WasReset:
    """The server's history is another one: what was shown of it is void.

    ``reason`` is a sentence.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class TransferChanged:
    """A file that comes or goes is in another state, or further; see `Client.transfers`."""

    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Warned:
    """What is posted is not kept on this computer as it should be; ``text`` is a sentence.

    It is sent nevertheless.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a person is to know, and that nothing else shows; ``text`` is a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """The server cannot read these events of a room, so that they are missing from it."""

    room: str
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Greeted:
    """The server has something to say to all who come; told once, at the first welcome."""

    text: str


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A server was visited for the first time, and nobody vouches for its key: it is pinned."""

    place: str
    fingerprint: str

    @property
    def text(self) -> str:
        """What a person is to know."""
        return (
            "This server was never visited from here. Its key has the fingerprint"
            f" {grouped(self.fingerprint)}: whoever runs it can tell whether that is right."
        )


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """What answers has another key than the server had: nothing was sent, and nothing will be.

    See `asynchat.link.client.Client.trust_anew`.
    """

    place: str
    known: str
    shown: str

    @property
    def text(self) -> str:
        """What a person is to know, with both fingerprints."""
        return (
            f"The key of {self.place} is not the one it had. Somebody may be between, or the"
            " server was set up anew: ask whoever runs it before going on. The fingerprint was"
            f" {grouped(self.known)}, and now it is {grouped(self.shown)}."
        )


Notice: TypeAlias = (
    Connection
    | Arrived
    | Posted
    | Acknowledged
    | Failed
    | Discarded
    | RoomsChanged
    | PeopleChanged
    | UnreadChanged
    | BlocksChanged
    | RoleChanged
    | SomeoneIsTyping
    | TransferChanged
    | WasReset
    | Warned
    | Told
    | Damaged
    | Greeted
    | FirstUse
    | KeyChanged
)


class Announcer:
    """Tells every subscriber of every notice, in order."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Notice], None]] = []

    def subscribe(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call a function with every notice; return what ends that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def tell(self, notice: Notice) -> None:
        """Call every subscriber."""
        for callback in list(self._subscribers):
            try:
                callback(notice)
            except Exception:
                # A view that fails must not cost the connection that feeds it.
                logger.exception("a subscriber failed")
