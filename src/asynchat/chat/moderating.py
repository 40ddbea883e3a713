"""Keeping order: who may take somebody out, silence them, keep them out, or give them a role.

What `roles` allows is done, and told in the audit log in the same transaction.  Blocking and
reporting are everybody's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.asking import (
    Ending,
    Verdict,
    draft_of,
    own_room,
    person_of,
    request_draft,
    room_of,
    told,
)
from asynchat.chat.drafts import (
    AccountDraft,
    BlockDraft,
    Draft,
    ReportDraft,
    RestraintDraft,
    SettingDraft,
)
from asynchat.chat.restraints import BAN, LATEST_MS, MUTE, SERVER, Restraint, network_of
from asynchat.chat.roles import (
    ADMIN,
    APPOINT,
    BAN_ADDRESS,
    DISCONNECT,
    GIVE_ROLE,
    HOLD,
    HOLD_HERE,
    JUDGE,
    KICK,
    MEMBER,
    MODERATOR,
    OPERATOR,
    OVERSEE,
    OWNER,
    PROMOTE,
    RANKS,
    SERVER_ROLES,
    SET,
    SHAPE,
    demand,
    demand_above,
    may,
)
from asynchat.errors import ChatError
from asynchat.messages import (
    LOBBY,
    MAX_BLOCKED,
    MAX_REASON_CHARS,
    MAX_REPORT_CHARS,
    MAX_SLOW_S,
    Appointed,
    Ban,
    Block,
    Changed,
    ChangeRoom,
    Disconnect,
    Kick,
    Left,
    Mute,
    Report,
    Reported,
    Resolve,
    SetRole,
    SetSetting,
)
from asynchat.text import check_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Asker, Known, Target
    from asynchat.chat.drafts import AuditDraft, OneDraft
    from asynchat.chat.state import Room


def kick(request: Kick, asker: Asker, known: Known) -> Verdict:
    """Take somebody out of a room."""
    room = _kept(request.room, asker, known)
    demand(asker.account, KICK, room)
    person = person_of(known.directory, account=request.account, name=request.name)
    demand_above(asker.account, person, room)
    if room.name == LOBBY:
        raise ChatError("forbidden", "Nobody is taken out of the lobby: mute or ban them instead.")
    if person.id not in room.members:
        return Verdict()
    reason = _reason(request.reason)
    left = _removed(request.id, asker, person, room, reason)
    audit = told(asker, "kick", person, room=room.name, text=reason)
    return Verdict((audit, left), unseen=asker.account.id not in room.members)


def mute(request: Mute, asker: Asker, known: Known) -> Verdict:
    """Let somebody say nothing, or let them again."""
    room, person = _place(request, asker, known)
    restraint = _restraint(MUTE, person.id, room, asker, request)
    if not request.on and known.restraints.find(restraint) is None:
        return Verdict()
    return Verdict(
        (
            request_draft(request.id, asker),
            RestraintDraft(restraint, request.on),
            _held(asker, "mute" if request.on else "unmute", person, restraint),
        )
    )


def ban(request: Ban, asker: Asker, known: Known) -> Verdict:
    """Keep somebody out of a room or off the server, or let them in again."""
    if request.address is not None:
        return _ban_address(request, request.address, asker, known)
    room, person = _place(request, asker, known)
    if room is not None and room.name == LOBBY and request.on:
        raise ChatError("forbidden", "Nobody is banned from the lobby: ban them from the server.")
    restraint = _restraint(BAN, person.id, room, asker, request)
    if not request.on and known.restraints.find(restraint) is None:
        return Verdict()
    drafts: tuple[OneDraft, ...] = (
        request_draft(request.id, asker),
        RestraintDraft(restraint, request.on),
        _held(asker, "ban" if request.on else "unban", person, restraint),
    )
    if room is None or not request.on or person.id not in room.members:
        return Verdict(drafts)
    # The event takes the place of the request.
    left = _removed(request.id, asker, person, room, restraint.reason)
    return Verdict((*drafts[1:], left), unseen=asker.account.id not in room.members)


def disconnect(request: Disconnect, asker: Asker, known: Known) -> Verdict:
    """End somebody's connections."""
    demand(asker.account, DISCONNECT)
    person = person_of(known.directory, account=request.account, name=request.name)
    if person.id != asker.account.id:
        demand_above(asker.account, person)
    reason = _reason(request.reason)
    return Verdict(
        (request_draft(request.id, asker), told(asker, "disconnect", person, text=reason)),
        ending=Ending(person.id, request.session),
    )


def set_role(request: SetRole, asker: Asker, known: Known) -> Verdict:
    """Give somebody a role on the server, or in a room."""
    person = person_of(known.directory, account=request.account, name=request.name)
    if request.room is not None:
        return _appoint(request, asker, person, _kept(request.room, asker, known))
    demand(asker.account, GIVE_ROLE)
    if request.role not in SERVER_ROLES:
        raise ChatError("bad_request", f"A role is one of {', '.join(SERVER_ROLES)}.")
    if person.id != asker.account.id:
        demand_above(asker.account, person)
    if RANKS[request.role] >= RANKS[ADMIN] and RANKS[request.role] > RANKS[person.role]:
        demand(asker.account, PROMOTE)
    if request.role == person.role:
        return Verdict()
    others = (one for one in known.directory if one.role == OWNER and one.id != person.id)
    if person.role == OWNER and asker.account.role != OPERATOR and next(others, None) is None:
        raise ChatError("forbidden", "Make somebody else an owner first: a server has one.")
    return Verdict(
        (
            request_draft(request.id, asker),
            AccountDraft(replace(person, role=request.role)),
            told(asker, "role", person, text=request.role),
        )
    )


def change_room(request: ChangeRoom, asker: Asker, known: Known) -> Verdict:
    """Change how a room is used."""
    room = _kept(request.room, asker, known)
    demand(asker.account, SHAPE, room)
    if room.name == LOBBY and (request.private or request.archived):
        raise ChatError("forbidden", "The lobby is where everybody is: it stays public and open.")
    if request.slow_s is not None and request.slow_s > MAX_SLOW_S:
        raise ChatError("bad_request", f"Slow mode is at most {MAX_SLOW_S} seconds.")
    wanted = {
        name: value
        for name in ("private", "read_only", "archived", "slow_s")
        if (value := getattr(request, name)) is not None and value != getattr(room, name)
    }
    if not wanted:
        return Verdict()
    changed = draft_of(asker, Changed, request.id, room.name, **wanted)
    text = ", ".join(f"{name}={str(value).lower()}" for name, value in wanted.items())
    audit = told(asker, "room", room=room.name, text=text)
    return Verdict((audit, changed), unseen=asker.account.id not in room.members)


def report(request: Report, asker: Asker, known: Known, target: Target | None) -> Verdict:
    """Tell those who keep order of something said, with what it says now."""
    room = own_room(request.room, asker.account, known.state)
    author = None if target is None or target.room != room.name else target.author
    if (
        target is None
        or author is None
        or target.redacted
        or not known.may_read(target.seq, room.name, asker.account.id)
    ):
        raise ChatError("no_such_message")
    found = known.directory.get(author)
    return Verdict(
        (
            request_draft(request.id, asker),
            ReportDraft(
                Reported(
                    number=0,
                    time=asker.now_ms,
                    room=room.name,
                    about=target.seq,
                    account=asker.account.id,
                    name=asker.account.called,
                    author=author,
                    author_name="" if found is None else found.called,
                    said=target.text,
                    text=check_line(request.text, MAX_REPORT_CHARS, "A report"),
                )
            ),
        )
    )


def resolve(request: Resolve, asker: Asker, known: Known, found: Reported | None) -> Verdict:
    """Close a report, and forget the text that it quoted."""
    if found is None or not judges(asker.account, found.room, known):
        raise ChatError("no_such_report")
    if found.resolved is not None:
        return Verdict()
    answer = check_line(request.text, MAX_REPORT_CHARS, "An answer")
    closed = Reported(
        number=found.number,
        time=found.time,
        room=found.room,
        about=found.about,
        account=found.account,
        name=found.name,
        author=found.author,
        author_name=found.author_name,
        text=found.text,
        resolved=asker.now_ms,
        by=asker.account.id,
        by_name=asker.account.called,
        answer=answer,
    )
    author = known.directory.get(found.author)
    audit = told(
        asker, "resolve", author, room=found.room, text=f"report {found.number}. {answer}".strip()
    )
    return Verdict((request_draft(request.id, asker), ReportDraft(closed), audit))


def judges(account: Account, room: str, known: Known) -> bool:
    """Tell whether an account reads the reports of a room, and resolves them."""
    return may(account, JUDGE, known.state.rooms.get(room))


def block(request: Block, asker: Asker, known: Known) -> Verdict:
    """Want to hear nothing of somebody, or want to again."""
    person = person_of(known.directory, account=request.account, name=request.name)
    if person.id == asker.account.id:
        raise ChatError("forbidden", "Nobody does this to themselves.")
    if known.restraints.has_blocked(asker.account.id, person.id) == request.on:
        return Verdict()
    if request.on and len(known.restraints.blocks_of(asker.account.id)) >= MAX_BLOCKED:
        raise ChatError("too_many", f"One blocks at most {MAX_BLOCKED} people.")
    return Verdict(
        (
            request_draft(request.id, asker),
            BlockDraft(asker.account.id, person.id, request.on),
        )
    )


def set_setting(request: SetSetting, asker: Asker, known: Known) -> Verdict:
    """Change a setting while the server runs."""
    demand(asker.account, SET)
    known.check_setting(request.name, request.value)
    text = f"{request.name} " + ("as started" if request.value is None else f"= {request.value}")
    return Verdict(
        (
            request_draft(request.id, asker),
            SettingDraft(request.name, request.value),
            told(asker, "set", text=text),
        )
    )


def _kept(name: str, asker: Asker, known: Known) -> Room:
    """Return a room in which order may be kept: no direct one."""
    room = room_of(name, asker.account, known.state)
    if room.direct:
        raise ChatError("forbidden", "Nobody keeps order in a direct room: block or report them.")
    if asker.account.id not in room.members and not may(asker.account, OVERSEE):
        raise ChatError("not_a_member")
    return room


def _place(request: Mute | Ban, asker: Asker, known: Known) -> tuple[Room | None, Account]:
    """Return where somebody is to be held, and whom, once the asker may do that."""
    room = None if request.room is None else _kept(request.room, asker, known)
    demand(asker.account, HOLD if room is None else HOLD_HERE, room)
    person = person_of(known.directory, account=request.account, name=request.name)
    demand_above(asker.account, person, room)
    return room, person


def _ban_address(request: Ban, address: str, asker: Asker, known: Known) -> Verdict:
    demand(asker.account, BAN_ADDRESS)
    if request.room is not None or request.account is not None or request.name is not None:
        raise ChatError("bad_request", "An address is banned from the server, and goes alone.")
    restraint = _restraint(BAN, network_of(address), None, asker, request)
    if not request.on and known.restraints.find(restraint) is None:
        return Verdict()
    return Verdict(
        (
            request_draft(request.id, asker),
            RestraintDraft(restraint, request.on),
            _held(asker, "ban" if request.on else "unban", None, restraint),
        )
    )


def _restraint(
    kind: str, subject: str, room: Room | None, asker: Asker, request: Mute | Ban
) -> Restraint:
    until = None
    if request.seconds is not None:
        until = min(asker.now_ms + request.seconds * 1000, LATEST_MS)
    return Restraint(
        kind,
        subject,
        SERVER if room is None else room.name,
        asker.now_ms,
        asker.account.id,
        asker.account.called,
        until_ms=until,
        reason=_reason(request.reason),
    )


def _held(asker: Asker, action: str, person: Account | None, restraint: Restraint) -> AuditDraft:
    length = ""
    if restraint.until_ms is not None and not action.startswith("un"):
        length = f"for {(restraint.until_ms - asker.now_ms) // 1000} s. "
    return told(
        asker,
        action,
        person,
        address=restraint.subject if restraint.of_network else "",
        room=restraint.room,
        text=f"{length}{restraint.reason}".strip(),
    )


def _removed(request_id: str, asker: Asker, person: Account, room: Room, reason: str) -> Draft:
    left = Left(
        seq=0,
        time=asker.now_ms,
        room=room.name,
        account=person.id,
        sender=person.called,
        id=request_id,
        reason=reason or None,
        by=asker.account.id,
        by_name=asker.account.called,
    )
    return Draft(left, asker.account.id, asker.digest)


def _appoint(request: SetRole, asker: Asker, person: Account, room: Room) -> Verdict:
    if request.role not in {MODERATOR, MEMBER}:
        raise ChatError("bad_request", f"In a room one is {MODERATOR} or {MEMBER}.")
    demand(asker.account, APPOINT, room)
    if person.id not in room.members:
        raise ChatError("no_such_person", "They are not a member of this room.")
    if (request.role == MODERATOR) == (person.id in room.moderators):
        return Verdict()
    if person.id != asker.account.id and request.role == MEMBER:
        demand_above(asker.account, person, room)
    appointed = Appointed(
        seq=0,
        time=asker.now_ms,
        room=room.name,
        account=person.id,
        sender=person.called,
        id=request.id,
        role=request.role,
        by=asker.account.id,
        by_name=asker.account.called,
    )
    audit = told(asker, "role", person, room=room.name, text=request.role)
    return Verdict(
        (audit, Draft(appointed, asker.account.id, asker.digest)),
        unseen=asker.account.id not in room.members,
    )


def _reason(text: str) -> str:
    return check_line(text, MAX_REASON_CHARS, "A reason")


KEEPING_ORDER: Final[dict[type, Callable[..., Verdict]]] = {
    Kick: kick,
    Mute: mute,
    Ban: ban,
    Disconnect: disconnect,
    SetRole: set_role,
    ChangeRoom: change_room,
    Block: block,
    SetSetting: set_setting,
}
"""The rules that need to know nothing but who asks and how things stand."""
