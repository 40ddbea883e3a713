"""What the rules decide, before it is on disk: drafts, and the answers that need none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from asynchat.messages import AnyEvent

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account
    from asynchat.chat.files import Held
    from asynchat.chat.guesses import Guesses
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.restraints import Restraint
    from asynchat.messages import Deed, Reported


class Draft(msgspec.Struct, frozen=True):
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


@dataclass(frozen=True, slots=True)
class InvitationDraft:
    """An invitation as it is to be stored, or to be forgotten where it is ``gone``."""

    invitation: Invitation
    gone: bool = False


@dataclass(frozen=True, slots=True)
class GuessesDraft:
    """What is to be stored of who guessed passwords wrong; a count of 0 goes."""

    guesses: Guesses


@dataclass(frozen=True, slots=True)
class ForgetDraft:
    """A deleted account whose name is to go from all that it did; with ``blank`` what it said."""

    account: str
    blank: bool


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request that makes no event; its id is used up, as that of one which makes one."""

    asker: str
    id: str
    digest: bytes
    time_ms: int


@dataclass(frozen=True, slots=True)
class RestraintDraft:
    """A mute or a ban, or with ``on`` false its end."""

    restraint: Restraint
    on: bool = True


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """An account wants to hear nothing of another, or with ``on`` false wants to again."""

    account: str
    blocked: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A report; the store takes the next number for one that has none yet."""

    report: Reported


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """What a setting is while the server runs; None is what it was started with."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class AuditDraft:
    """An entry of the audit log, which gets the next number."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file as it is to be stored, or to be forgotten where it is ``gone``.

    One that was said meanwhile, or that is gone, stays as it is.
    """

    file: Held
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Drafts of which all are stored, or none; where one is an event, it is the last.

    What becomes of them is one outcome: that of the event if there is one, and otherwise what
    stood in the way of the first that could not be stored.
    """

    drafts: tuple[OneDraft, ...]


OneDraft: TypeAlias = (
    Draft
    | AccountDraft
    | MarkDraft
    | InvitationDraft
    | GuessesDraft
    | ForgetDraft
    | RequestDraft
    | RestraintDraft
    | BlockDraft
    | ReportDraft
    | SettingDraft
    | AuditDraft
    | FileDraft
)

AnyDraft: TypeAlias = OneDraft | Together


def parts(draft: AnyDraft) -> tuple[OneDraft, ...]:
    """Return the drafts that one is made of."""
    return draft.drafts if isinstance(draft, Together) else (draft,)
