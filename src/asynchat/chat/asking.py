"""Who asks, about what, what a rule says to it, and what all rules have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from asynchat.chat.accounts import Account
from asynchat.chat.drafts import Draft, OneDraft
from asynchat.chat.invitations import Invitations
from asynchat.errors import ChatError

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
    was never used.
    """

    account: Account
    now_ms: int
    digest: bytes
    fresh: str
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class Known:
    """What a request is judged by, with every earlier draft in it.

    ``keeps_name`` is as for `Directory.claim`; ``access`` is who may come in, and an
    invitation is open for ``invitation_s``.  ``shown`` is what everybody has been sent, as far as
    that is another state.
    """

    state: State
    directory: Directory
    keeps_name: Callable[[str], bool]
    invitations: Invitations = field(default_factory=Invitations)
    access: Access = "open"
    invitation_s: int = 7 * 24 * 3600
    shown: State | None = None

    def may_read(self, seq: int, room: str, account: str) -> bool:
        """Tell whether a member may read an event of a room, as of what is shown.

        By its drafts nobody can tell: they have no seq yet.
        """
        there = (self.shown or self.state).rooms.get(room)
        return there is not None and any(seq in stay for stay in there.readable(account))


class Verdict(msgspec.Struct, frozen=True):
    """What a request leads to: what is stored together, and the room whose page answers it.

    ``more`` is stored along with it, each on its own.
    """

    drafts: tuple[OneDraft, ...] = ()
    page_of: str | None = None
    more: tuple[OneDraft, ...] = ()


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
        sender=asker.account.name or "",
        id=request_id,
        **fields,
    )
    return Draft(event, asker.account.id, asker.digest)


def room_of(name: str, state: State) -> Room:
    """Return a room.  Raise ``no_such_room``."""
    room = state.rooms.get(name)
    if room is None:
        raise ChatError("no_such_room")
    return room


def own_room(name: str, asker: Asker, state: State) -> Room:
    """Return a room that the asker is a member of.  Raise ``no_such_room``, ``not_a_member``."""
    room = room_of(name, state)
    if asker.account.id not in room.members:
        raise ChatError("not_a_member")
    return room
