"""Passwords, devices, invitations, and the end of an account: one rule for each request.

The rules are as those in `rules`.  What a password is was found out before: it takes a while.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.access import (
    opens_room,
    promoted,
    use_of,
    way_in,
)
from asynchat.chat.accounts import Account
from asynchat.chat.asking import Verdict, own_room, told
from asynchat.chat.drafts import AccountDraft, Draft, ForgetDraft, InvitationDraft
from asynchat.chat.invitations import Invitation, check_code, code_hash
from asynchat.chat.roles import (
    ADMIN,
    BOT,
    GUEST,
    INVITE_TO_SERVER,
    MEMBER,
    OWNER,
    RANKS,
    demand,
    may,
)
from asynchat.errors import ChatError
from asynchat.messages import MAX_INVITATION_S, MAX_INVITATIONS, MAX_USES, Left
from asynchat.text import is_direct

if TYPE_CHECKING:
    from asynchat.chat.asking import Asker, Known
    from asynchat.messages import (
        MakeInvitation,
        Redeem,
        Revoke,
        SetPassword,
        Uninvite,
        Unregister,
    )

_INVITED_AS: Final = (BOT, MEMBER, ADMIN)


def set_password(request: SetPassword, asker: Asker, _known: Known) -> Verdict:
    """Set a password, or change it; a guest is registered by that."""
    account = asker.account
    if account.password is not None and not asker.proof.is_of(account):
        raise ChatError("wrong_password")
    if request.sign_out:
        here = tuple(one for one in account.devices if one.id == asker.device)
        account = replace(account, devices=here)
    if asker.proof.made is None:  # it has that password already
        changed = account.devices != asker.account.devices
        return Verdict((AccountDraft(account),) if changed else ())
    if account.name is None:
        raise ChatError("bad_name", "Take a name before you register it.")
    registered = replace(promoted(account, MEMBER), password=asker.proof.made, held=True)
    return Verdict((AccountDraft(registered),))


def revoke(request: Revoke, asker: Asker, _known: Known) -> Verdict:
    """Sign a device out."""
    account = asker.account
    if account.device(request.device) is None:
        raise ChatError("no_such_device")
    left = tuple(one for one in account.devices if one.id != request.device)
    return Verdict((AccountDraft(replace(account, devices=left)),))


def unregister(request: Unregister, asker: Asker, known: Known) -> Verdict:
    """Delete an account: it leaves every room, and nobody is it any more."""
    account = asker.account
    if account.password is not None and not asker.proof.is_of(account):
        raise ChatError("wrong_password")
    gone = Account(account.id, None, account.created_ms, held=False, deleted=True)
    left = (
        Draft(
            Left(
                seq=0,
                time=asker.now_ms,
                room=room.name,
                account=account.id,
                sender="",
                id=None,
                reason="unregistered",
            )
        )
        for room in known.state.rooms_of(account.id)
        if not room.direct
    )
    forgotten = ForgetDraft(account.id, request.blank)
    return Verdict((AccountDraft(gone), forgotten), more=tuple(left))


def make_invitation(request: MakeInvitation, asker: Asker, known: Known) -> Verdict:
    """Make an invitation; asked again it is there already."""
    demand(asker.account, INVITE_TO_SERVER)
    own = RANKS[asker.account.role]
    if request.role not in _INVITED_AS:
        raise ChatError("bad_request", f"One is invited as {', '.join(_INVITED_AS)}.")
    if RANKS[request.role] >= own and asker.account.role != OWNER:
        raise ChatError("forbidden", "You may not invite to what you are yourself.")
    if request.uses > MAX_USES:
        raise ChatError("bad_request", f"An invitation is for {MAX_USES} people at most.")
    if request.room is not None and (
        own_room(request.room, asker.account, known.state).direct or is_direct(request.room)
    ):
        raise ChatError("forbidden", "A direct room cannot be joined, left or invited to.")
    code = check_code(request.code)
    there = known.invitations.of(code)
    if there is not None:
        if there.by == asker.account.id:
            return Verdict()
        raise ChatError("bad_request", "Make another code.")
    still_open = sum(one.is_open(asker.now_ms) for one in known.invitations)
    if still_open >= MAX_INVITATIONS:
        raise ChatError("too_many", f"At most {MAX_INVITATIONS} invitations may be open.")
    seconds = min(request.seconds or known.invitation_s, MAX_INVITATION_S)
    made = Invitation(
        code_hash(code),
        request.role,
        request.room,
        request.uses,
        asker.now_ms + 1_000 * seconds,
        asker.account.id,
        asker.now_ms,
    )
    return Verdict(
        (
            *(InvitationDraft(one, gone=True) for one in _ended(known, asker.now_ms)),
            InvitationDraft(made),
            told(asker, "invite", room=request.room or "", text=f"as {request.role}"),
        )
    )


def uninvite(request: Uninvite, asker: Asker, known: Known) -> Verdict:
    """Take an invitation back."""
    invitation = known.invitations.called(request.invitation)
    if invitation is None:
        raise ChatError("no_such_invitation")
    if invitation.by != asker.account.id and not may(asker.account, INVITE_TO_SERVER):
        raise ChatError("forbidden", "Only an admin, or who made an invitation, may take it back.")
    if RANKS[invitation.role] >= RANKS[OWNER] > RANKS[asker.account.role]:
        raise ChatError("forbidden", "Only the owner may take this one back.")
    audit = told(asker, "uninvite", room=invitation.room or "", text=f"as {invitation.role}")
    return Verdict((InvitationDraft(invitation, gone=True), audit))


def redeem(request: Redeem, asker: Asker, known: Known) -> Verdict:
    """Become what an invitation says; who is already, uses none of it."""
    invitation = known.invitations.of(request.code)
    account = asker.account
    if invitation is not None:
        changed = promoted(account, invitation.role)
        if changed is account and not opens_room(invitation, account, known):
            return Verdict()
        if invitation.is_open(asker.now_ms):
            if account.role == GUEST and account.name is None:
                raise ChatError("bad_name", "Take a name first: it stays yours.")
            return Verdict(
                (
                    AccountDraft(replace(changed, held=True)),
                    use_of(invitation),
                    told(asker, "redeem", account, text=f"as {invitation.role}"),
                ),
                more=way_in(invitation, account, known, asker.now_ms),
            )
    raise ChatError("bad_code")


def _ended(known: Known, now_ms: int) -> list[Invitation]:
    """Return the invitations that are to be forgotten.

    Who was let in by one that is used up is told so when it asks again, while there are few.
    """
    old = [one for one in known.invitations if now_ms >= one.expires_ms]
    used_up = [one for one in known.invitations if not one.uses_left and now_ms < one.expires_ms]
    return old + used_up[:-MAX_INVITATIONS]
