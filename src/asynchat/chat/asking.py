"""Who asks, about what, what a rule says to it, and what all rules have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from asynchat.chat.accounts import Account
from asynchat.chat.drafts import AuditDraft, Draft, OneDraft, RequestDraft
from asynchat.chat.files import Held
from asynchat.chat.invitations import Invitations
from asynchat.chat.restraints import Restraints
from asynchat.chat.roles import OPERATOR, OVERSEE, may
from asynchat.errors import ChatError
from asynchat.messages import Deed

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Directory
    from asynchat.chat.state import Room, State
    from asynchat.messages import AnyEvent


Access: TypeAlias = Literal["open", "registered", "invited"]
"""Who may come in: anybody, who registers, or whom somebody invited."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out, before a request is judged, about the passwords in it.

    ``account`` has the one that was given, if it still has what was ``stored``; ``made`` is to be
    stored of a new one.
    """

    account: str | None = None
    stored: str | None = None
    made: str | None = None

    def is_of(self, account: Account) -> bool:
        """Tell whether the password that was given is this account's."""
        return (
            self.account == account.id
            and self.stored is not None
            and self.stored == account.password
        )


NO_PROOF: Final = Proof()


class Asker(msgspec.Struct, frozen=True):
    """Who asks, when, and what identifies the request.

    ``now_ms`` is what the clock says, in ms since the epoch; ``fresh`` is a random id that
    was never used.  ``offers`` is the file that the request names, where there is such a file, and
    ``device`` the one of the account that it asks from.
    """

    account: Account
    now_ms: int
    digest: bytes
    fresh: str
    proof: Proof = NO_PROOF
    offers: Held | None = None
    device: str = ""


def _no_setting(_name: str, _value: str | None) -> None:
    """Take no setting."""
    raise ChatError("bad_setting")


@dataclass(frozen=True, slots=True)
class Known:
    """What a request is judged by, with every earlier draft in it.

    ``keeps_name`` is as for `Directory.claim`; ``access`` is who may come in, and an
    invitation is open for ``invitation_s``.  ``check_setting`` raises ``bad_setting`` for what a
    setting cannot be while the server runs.  ``shown`` is what everybody has been sent, as far as
    that is another state.
    """

    state: State
    directory: Directory
    keeps_name: Callable[[str], bool]
    invitations: Invitations = field(default_factory=Invitations)
    access: Access = "open"
    invitation_s: int = 7 * 24 * 3600
    restraints: Restraints = field(default_factory=Restraints)
    check_setting: Callable[[str, str | None], None] = _no_setting
    shown: State | None = None

    def may_read(self, seq: int, room: str, account: str) -> bool:
        """Tell whether a member may read an event of a room, as of what is shown.

        By its drafts nobody can tell: they have no seq yet.
        """
        there = (self.shown or self.state).rooms.get(room)
        return there is not None and any(seq in stay for stay in there.readable(account))


class Verdict(msgspec.Struct, frozen=True):
    """What a request leads to: what is stored together, and the room whose page answers it.

    ``more`` is stored along with it, each on its own.  ``unseen`` tells that the asker is not
    shown the event.  ``ending`` are the connections that end once all is stored.
    """

    drafts: tuple[OneDraft, ...] = ()
    page_of: str | None = None
    more: tuple[OneDraft, ...] = ()
    unseen: bool = False
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The connections of an account that are to end: one ``session``, or all."""

    account: str
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """An event of the log that is no event about another, as of the newest commit.

    ``author`` is the account that said it, None where nobody said anything: somebody joined.
    ``mine`` are the emoji that the asker put under it, ``emoji`` all that stand there.
    ``text`` is what it says now, after its newest edit.
    """

    seq: int
    room: str
    author: str | None
    text: str = ""
    redacted: bool = False
    pinned: bool = False
    mine: frozenset[str] = frozenset()
    emoji: frozenset[str] = frozenset()
    pinned_in_room: int = 0


def draft_of(
    asker: Asker, kind: type[AnyEvent], request_id: str, room: str, **fields: Any
) -> Draft:
    """Return the draft of an event that an asker causes and is the subject of."""
    event = kind(
        seq=0,
        time=asker.now_ms,
        room=room,
        account=asker.account.id,
        sender=asker.account.called,
        id=request_id,
        **fields,
    )
    return Draft(event, asker.account.id, asker.digest)


def told(
    asker: Asker,
    action: str,
    person: Account | None = None,
    *,
    address: str = "",
    room: str = "",
    text: str = "",
) -> AuditDraft:
    """Return what the audit log tells of a deed."""
    return AuditDraft(
        Deed(
            number=0,
            time=asker.now_ms,
            by=asker.account.id,
            by_name=asker.account.called,
            action=action,
            account="" if person is None else person.id,
            name="" if person is None else person.called,
            address=address,
            room=room,
            text=text,
        )
    )


def request_draft(request_id: str, asker: Asker) -> RequestDraft:
    """Return what keeps a request that makes no event from being done twice."""
    return RequestDraft(asker.account.id, request_id, asker.digest, asker.now_ms)


def room_of(name: str, account: Account, state: State) -> Room:
    """Return a room that an account may know of.

    Raise ``no_such_room``, also for a hidden one: nobody learns by guessing that it exists.
    """
    room = state.rooms.get(name)
    if room is None or (room.is_hidden_from(account.id) and not may(account, OVERSEE)):
        raise ChatError("no_such_room")
    return room


def own_room(name: str, account: Account, state: State) -> Room:
    """Return a room that an account is a member of.  Raise ``no_such_room``, ``not_a_member``."""
    room = state.rooms.get(name)
    if room is None or account.id not in room.members:
        room_of(name, account, state)
        raise ChatError("not_a_member")
    return room


def person_of(
    directory: Directory, *, account: str | None = None, name: str | None = None
) -> Account:
    """Return who is meant.  Raise ``no_such_person``, and ``bad_request`` for nobody."""
    if account is not None:
        found = directory.get(account)
    elif name is not None:
        try:
            found = directory.named(name)
        except ChatError:
            found = None
    else:
        raise ChatError("bad_request", "Say whom: an account or a name.")
    if found is None or found.role == OPERATOR:
        raise ChatError("no_such_person")
    return found
