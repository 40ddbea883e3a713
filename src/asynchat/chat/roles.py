"""Roles, and the one table of what each may do.

Five are of the server, `SERVER_ROLES`; `MODERATOR` is of one room, whose creator is one.
`OPERATOR` is whoever has a shell on the server's computer: no account has it.  Nobody acts on
an equal or a higher one; only an owner does.  ``docs/moderation.md`` prints the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account
    from asynchat.chat.state import Room

GUEST: Final = "guest"
BOT: Final = "bot"
MEMBER: Final = "member"
MODERATOR: Final = "moderator"
ADMIN: Final = "admin"
OWNER: Final = "owner"
OPERATOR: Final = "operator"

SERVER_ROLES: Final = (OWNER, ADMIN, MEMBER, BOT, GUEST)
"""The roles that an account may have, the highest first."""

RANKS: Final = {GUEST: 0, BOT: 1, MEMBER: 2, MODERATOR: 3, ADMIN: 4, OWNER: 5, OPERATOR: 6}
"""How high a role is: who acts on somebody has to be higher."""

SPEAK: Final = "speak"
MAKE_ROOM: Final = "make a room"
WRITE_DIRECTLY: Final = "write directly to others"
INVITE: Final = "bring others into a room"
REPORT: Final = "report a message"
BLOCK: Final = "block somebody"
SPEAK_ALWAYS: Final = "speak in a read-only room, and as often as they like in slow mode"
DELETE: Final = "delete what others said"
KICK: Final = "remove somebody from the room"
HOLD_HERE: Final = "mute somebody in the room, or ban them from it"
SHAPE: Final = "make the room private, read-only, archived or slow"
APPOINT: Final = "appoint a moderator of the room"
JUDGE: Final = "read the reports of the room, and resolve them"
HOLD: Final = "mute or ban somebody on the whole server"
BAN_ADDRESS: Final = "ban an address or a network"
DISCONNECT: Final = "disconnect somebody"
INVITE_TO_SERVER: Final = "invite to the server, and take invitations back"
GIVE_ROLE: Final = "make somebody a member, a bot or a guest"
OVERSEE: Final = "see connections, accounts, bans, hidden rooms, settings and the audit log"
SET: Final = "change settings"
PROMOTE: Final = "make somebody an owner or an administrator"

LEAST: Final = {
    SPEAK: GUEST,
    MAKE_ROOM: GUEST,
    WRITE_DIRECTLY: GUEST,
    INVITE: GUEST,
    REPORT: GUEST,
    BLOCK: GUEST,
    SPEAK_ALWAYS: MODERATOR,
    DELETE: MODERATOR,
    KICK: MODERATOR,
    HOLD_HERE: MODERATOR,
    SHAPE: MODERATOR,
    APPOINT: MODERATOR,
    JUDGE: MODERATOR,
    HOLD: ADMIN,
    BAN_ADDRESS: ADMIN,
    DISCONNECT: ADMIN,
    INVITE_TO_SERVER: ADMIN,
    GIVE_ROLE: ADMIN,
    OVERSEE: ADMIN,
    SET: ADMIN,
    PROMOTE: OWNER,
}
"""The lowest role that may do each thing."""

_ALLOWED: Final = {
    action: frozenset(role for role, rank in RANKS.items() if rank >= RANKS[least])
    for action, least in LEAST.items()
}
_WHO: Final = {
    MODERATOR: "the moderators of this room",
    ADMIN: "the administrators of this server",
    OWNER: "the owners of this server",
}


def role_in(account: Account, room: Room | None) -> str:
    """Return the role that counts: that on the server, or in a room if it is higher there.

    Nobody keeps order in a direct room but who keeps it on the whole server.
    """
    is_moderator = room is not None and account.id in room.moderators
    if is_moderator and RANKS[account.role] < RANKS[MODERATOR]:
        return MODERATOR
    return account.role


def may(account: Account, action: str, room: Room | None = None) -> bool:
    """Tell whether an account may do something, in a room or on the server."""
    return role_in(account, room) in _ALLOWED[action]


def demand(account: Account, action: str, room: Room | None = None) -> None:
    """Raise ``forbidden``, with who may, where an account may not do something."""
    if not may(account, action, room):
        raise ChatError("forbidden", f"Only {_WHO[LEAST[action]]} may do this.")


def demand_above(account: Account, other: Account, room: Room | None = None) -> None:
    """Raise ``forbidden`` where an account may not act on another one.

    It acts on lower ones; an owner, and who has a shell on the server's computer, on all.
    """
    if account.id == other.id:
        raise ChatError("forbidden", "Nobody does this to themselves.")
    if account.role in {OWNER, OPERATOR}:
        return
    mine, theirs = role_in(account, room), role_in(other, room)
    if RANKS[mine] <= RANKS[theirs]:
        raise ChatError("forbidden", f"You are {_a(mine)} here, and they are {_a(theirs)}.")


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'aeio' else 'a'} {role}"
