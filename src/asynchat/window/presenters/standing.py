"""What one's role allows: what it does not allow is not offered.  The server has the last word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import (
    BOT,
    GUEST,
    LEAST,
    MEMBER,
    MODERATOR,
    OPERATOR,
    OWNER,
    RANKS,
    SPEAK_ALWAYS,
)
from asynchat.errors import CODES

if TYPE_CHECKING:
    from asynchat.messages import Presence, Room

_PLAIN: Final = frozenset({None, "", MEMBER, GUEST})


@dataclass(frozen=True, slots=True)
class Standing:
    """Who one is: an account, its role on the server, and the room that something is about."""

    me: str = ""
    role: str | None = None
    room: Room | None = None

    @property
    def is_guest(self) -> bool:
        """Whether one has no account that is kept."""
        return self.role in {None, GUEST}

    def may(self, action: str) -> bool:
        """Tell whether one may do something, of those in the table of roles."""
        return self._rank >= RANKS[LEAST[action]]

    def may_everywhere(self, action: str) -> bool:
        """Tell whether one may do it by the role on the server alone."""
        return RANKS.get(self.role or GUEST, 0) >= RANKS[LEAST[action]]

    def above(self, person: Presence | None) -> bool:
        """Tell whether one may act on somebody; who is not known counts as the lowest."""
        if person is not None and person.account == self.me:
            return False
        if self.role in {OWNER, OPERATOR}:
            return True
        theirs = 0
        if person is not None:
            theirs = RANKS.get(person.role or GUEST, 0)
            if person.moderator and self.room is not None:
                theirs = max(theirs, RANKS[MODERATOR])
        return self._rank > theirs

    @property
    def silence(self) -> str:
        """Why one cannot say anything in the room; empty where one can."""
        room = self.room
        if room is None:
            return ""
        if room.archived:
            return CODES["archived"]
        if room.read_only and not self.may(SPEAK_ALWAYS):
            return CODES["room_read_only"]
        return ""

    @property
    def _rank(self) -> int:
        rank = RANKS.get(self.role or GUEST, 0)
        if self.room is not None and self.room.moderator:
            rank = max(rank, RANKS[MODERATOR])
        return rank


def mark_of(person: Presence) -> str:
    """Return the word that stands beside somebody: their role, where it is a special one."""
    if person.role not in _PLAIN and person.role != BOT:
        return str(person.role)
    if person.moderator:
        return MODERATOR
    return "" if person.role in _PLAIN else BOT
