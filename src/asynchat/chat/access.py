"""Who may come in, and as what: the server's access, and what an invitation makes of somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asynchat.chat.drafts import Draft, InvitationDraft
from asynchat.chat.roles import RANKS
from asynchat.errors import ChatError
from asynchat.messages import Joined

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Access, Known
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.invitations import Invitation


def promoted(account: Account, role: str) -> Account:
    """Return an account with this role, unless its own is worth as much.

    An invitation takes nobody's role away.
    """
    return account if RANKS[account.role] >= RANKS[role] else replace(account, role=role)


def opens_room(invitation: Invitation, account: Account, known: Known) -> bool:
    """Tell whether an invitation opens a room that an account is not in."""
    room = None if invitation.room is None else known.state.rooms.get(invitation.room)
    return room is not None and account.id not in room.members


def use_of(invitation: Invitation) -> InvitationDraft:
    """Return an invitation as it is to be stored when it was used once."""
    return InvitationDraft(replace(invitation, uses_left=invitation.uses_left - 1))


def way_in(
    invitation: Invitation, account: Account, known: Known, now_ms: int
) -> tuple[OneDraft, ...]:
    """Return how an account comes into the room of an invitation."""
    if invitation.room is None or not opens_room(invitation, account, known):
        return ()
    return (Draft(entered(account, invitation.room, known, now_ms, by=invitation.by)),)


def entered(
    account: Account, room: str, known: Known, now_ms: int, *, by: str | None = None
) -> Joined:
    """Return how an account comes to a room without having asked for it."""
    inviter = None if by is None else known.directory.get(by)
    return Joined(
        seq=0,
        time=now_ms,
        room=room,
        account=account.id,
        sender=account.name or "",
        id=None,
        by=None if inviter is None else inviter.id,
        by_name=None if inviter is None else inviter.name,
    )


def check_access(account: Account, access: Access, *, had_code: bool) -> None:
    """Refuse a guest where there are none.  Raise ``not_registered`` or ``not_invited``."""
    if account.lasting or access == "open":
        return
    if access == "registered":
        raise ChatError("not_registered")
    if had_code:
        raise ChatError(
            "not_invited",
            "This invitation was used up or taken back, or is too old: ask for another one.",
        )
    raise ChatError("not_invited")
