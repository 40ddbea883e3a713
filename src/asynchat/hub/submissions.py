"""What waits for the store, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from asynchat.chat.asking import NO_PROOF, Ending, Proof
from asynchat.errors import ChatError
from asynchat.messages import Done, Hello, Join, Mark, Write
from asynchat.store.interface import RequestKey

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from asynchat.chat.accounts import Account
    from asynchat.chat.drafts import OneDraft

_MAY_WAIT: Final = (Join, Mark)


class Written(msgspec.Struct, frozen=True):
    """A request was fulfilled: its event is in the log at ``seq``; 0 where it needed none.

    ``unseen`` and ``ending`` are as in the `Verdict`; ``done`` is what else answers it.
    """

    seq: int = 0
    page_of: str | None = None
    unseen: bool = False
    ending: Ending | None = None
    done: Done | None = None


class Repeated(msgspec.Struct, frozen=True):
    """The request was fulfilled before."""

    seq: int
    time: int
    page_of: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """An account came in, on a device; ``seq`` is that of its first event, 0 where it has none."""

    account: Account
    device: str
    seq: int = 0


WriteResult: TypeAlias = Written | Repeated | ChatError
Settle: TypeAlias = "Callable[[WriteResult], None]"


class Submission(msgspec.Struct, frozen=True):
    """A request of an account, on its way into the log.

    ``size`` is its bytes on the wire.  ``refused`` is what it is answered unless it is a
    repeat: those go before any limit.  ``proof`` is what its passwords are, ``device`` the one of
    the account that it comes from.
    """

    request: Write
    account: str
    digest: bytes
    size: int
    settle: Settle
    refused: ChatError | None = None
    proof: Proof = NO_PROOF
    device: str = ""

    @property
    def may_wait(self) -> bool:
        """Whether others go before it."""
        return isinstance(self.request, _MAY_WAIT)

    @property
    def key(self) -> RequestKey:
        """What it is found by, once it is stored."""
        return RequestKey(self.account, self.request.id, self.digest)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A hello from an address, on its way into the accounts."""

    hello: Hello
    token_hash: bytes
    proof: Proof
    result: asyncio.Future[Admitted]
    address: str = ""
    size: int = 0
    account: str = ""
    may_wait: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """An account went, or came while its bye was on its way.

    Where its last connection went, ``seen_ms`` is when, in ms since the epoch.  Unless it was
    ``lost``, its name is held if it is here.  ``device`` is that of a connection that went at
    ``went_ms``.
    """

    account: str
    seen_ms: int = 0
    lost: bool = False
    device: str = ""
    went_ms: int = 0
    size: int = 0
    may_wait: bool = True


@dataclass(frozen=True, slots=True)
class Noting:
    """What is only to be stored, each on its own; ``stored`` is set once it is."""

    drafts: tuple[OneDraft, ...]
    stored: asyncio.Future[None] | None = None
    size: int = 0
    account: str = ""
    may_wait: bool = True


Item: TypeAlias = Submission | Arrival | Holding | Noting
