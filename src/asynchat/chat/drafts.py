"""What the rules decide, before it is on disk: drafts, and the answers that need none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account
    from asynchat.messages import AnyEvent


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be, its seq still 0.

    ``asker`` and the event's id are unique together, for ever; an event that no request
    caused has neither.  ``digest`` is the keyed hash of the request, by which a repeat is
    told from another request under the same id.
    """

    event: AnyEvent
    asker: str | None = None
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account as it is to be stored, in the place of the one with its id if there is one.

    ``picture`` is a new picture; the one that is stored stays where it is None and the account
    has the hash of one.
    """

    account: Account
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """How far an account has read a room; the store takes the room's newest seq at most."""

    account: str
    room: str
    seq: int


AnyDraft: TypeAlias = Draft | AccountDraft | MarkDraft
