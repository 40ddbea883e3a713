"""What somebody may do: one rule for each request that changes what is stored.

The rules about what is said in a room are in `saying`, those about who one is in `credentials`.

A rule looks at a request, at who asks, and at the state with every earlier draft in it, and
gives a `Verdict` or raises a `ChatError`.  It is pure: the time, the digest of the request
and a fresh random id come in with the asker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.asking import Asker, Verdict, draft_of, own_room, person_of, room_of
from asynchat.chat.credentials import (
    make_invitation,
    redeem,
    revoke,
    set_password,
    uninvite,
    unregister,
)
from asynchat.chat.drafts import Draft, MarkDraft
from asynchat.chat.moderating import KEEPING_ORDER, report
from asynchat.chat.profile import change_profile
from asynchat.chat.restraints import SERVER
from asynchat.chat.saying import check_open, judge_saying
from asynchat.errors import ChatError
from asynchat.messages import (
    DIRECT_PREFIX,
    LOBBY,
    MAX_DIRECT_PEOPLE,
    Create,
    Created,
    Direct,
    Edit,
    Invite,
    Join,
    Joined,
    Leave,
    Left,
    MakeInvitation,
    Mark,
    Pin,
    React,
    Redact,
    Redeem,
    Report,
    Revoke,
    Say,
    SetPassword,
    SetProfile,
    SetTopic,
    Topic,
    Uninvite,
    Unregister,
)
from asynchat.text import check_room_name, check_topic, is_direct

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.asking import Known, Target
    from asynchat.messages import Write


def target_of(request: Write) -> int | None:
    """Return the seq of what a request is about; `judge` is to be given its `Target`."""
    if isinstance(request, Say):
        return request.reply_to
    match request:
        case Edit() | Redact() | React() | Pin() | Report():
            return request.about
        case _:
            return None


def judge(request: Write, asker: Asker, known: Known, target: Target | None = None) -> Verdict:
    """Apply the rule of a request.  Raise `ChatError` where it is refused.

    ``target`` is what `target_of` asks for; None where the log has no such thing.
    """
    if isinstance(request, _SAYING):
        return judge_saying(request, asker, known, target)
    if isinstance(request, Report):
        return report(request, asker, known, target)
    if isinstance(request, _HEARD):
        known.restraints.check_muted(
            asker.account.id, getattr(request, "room", SERVER), asker.now_ms
        )
    return _RULES[type(request)](request, asker, known)


def _join(request: Join, asker: Asker, known: Known) -> Verdict:
    _not_direct(request.room)
    room = room_of(request.room, asker.account, known.state)
    if asker.account.id in room.members:
        return Verdict(page_of=room.name)
    known.restraints.check_room(asker.account.id, room.name, asker.now_ms)
    if room.private:
        raise ChatError("forbidden", "This room is private: a member has to invite you.")
    return Verdict((draft_of(asker, Joined, request.id, room.name),), page_of=room.name)


def _leave(request: Leave, asker: Asker, known: Known) -> Verdict:
    _not_direct(request.room)
    if request.room == LOBBY:
        raise ChatError("forbidden", "The lobby cannot be left.")
    room = own_room(request.room, asker.account, known.state)
    return Verdict((draft_of(asker, Left, request.id, room.name),))


def _create(request: Create, asker: Asker, known: Known) -> Verdict:
    name = check_room_name(request.room)
    topic = check_topic(request.topic)
    there = known.state.like(name)
    if there is not None:
        called = f"called {name}" if there.name == name else f"that looks the same, {there.name},"
        raise ChatError("room_exists", f"There is a room {called} already.")
    draft = draft_of(asker, Created, request.id, name, topic=topic, private=request.private)
    return Verdict((draft,))


def _invite(request: Invite, asker: Asker, known: Known) -> Verdict:
    _not_direct(request.room)
    room = own_room(request.room, asker.account, known.state)
    invited = person_of(known.directory, account=request.account, name=request.name)
    if invited.id in room.members:
        return Verdict()
    if known.restraints.ban_from(invited.id, room.name, asker.now_ms) is not None:
        raise ChatError("forbidden", "They are banned from this room: the ban has to go first.")
    if known.restraints.has_blocked(invited.id, asker.account.id):
        raise ChatError("blocked")
    joined = Joined(
        seq=0,
        time=asker.now_ms,
        room=room.name,
        account=invited.id,
        sender=invited.name or invited.was or "",
        id=request.id,
        by=asker.account.id,
        by_name=asker.account.name,
    )
    return Verdict((Draft(joined, asker.account.id, asker.digest),))


def _direct(request: Direct, asker: Asker, known: Known) -> Verdict:
    if not request.accounts and not request.names:
        raise ChatError("bad_request", "A direct room needs one or more people.")
    if len(request.accounts) + len(request.names) > 2 * MAX_DIRECT_PEOPLE:
        raise ChatError("bad_request", _TOO_MANY)
    people = {asker.account.id: asker.account}
    for account in request.accounts:
        person = person_of(known.directory, account=account)
        people[person.id] = person
    for name in request.names:
        person = person_of(known.directory, name=name)
        people[person.id] = person
    if len(people) > MAX_DIRECT_PEOPLE:
        raise ChatError("bad_request", _TOO_MANY)
    key = tuple(sorted(people))
    room = known.state.direct_of(key)
    if room is not None:
        return Verdict(page_of=room.name)
    if any(known.restraints.has_blocked(account, asker.account.id) for account in key):
        raise ChatError("blocked")
    name = DIRECT_PREFIX + asker.fresh
    draft = draft_of(
        asker,
        Created,
        request.id,
        name,
        topic="",
        private=True,
        direct=True,
        people=tuple(people[account].person for account in key),
    )
    return Verdict((draft,), page_of=name)


def _set_topic(request: SetTopic, asker: Asker, known: Known) -> Verdict:
    room = own_room(request.room, asker.account, known.state)
    check_open(asker, room)
    text = check_topic(request.text)
    return Verdict((draft_of(asker, Topic, request.id, room.name, text=text),))


def _mark(request: Mark, asker: Asker, known: Known) -> Verdict:
    room = own_room(request.room, asker.account, known.state)
    return Verdict((MarkDraft(asker.account.id, room.name, request.seq),))


def _set_profile(request: SetProfile, asker: Asker, known: Known) -> Verdict:
    return Verdict(
        change_profile(request, asker.account, known.directory, keeps_name=known.keeps_name)
    )


_RULES: Final[dict[type, Callable[..., Verdict]]] = {
    Join: _join,
    Leave: _leave,
    Create: _create,
    Invite: _invite,
    Direct: _direct,
    SetTopic: _set_topic,
    Mark: _mark,
    SetProfile: _set_profile,
    SetPassword: set_password,
    Revoke: revoke,
    Unregister: unregister,
    MakeInvitation: make_invitation,
    Uninvite: uninvite,
    Redeem: redeem,
    **KEEPING_ORDER,
}

_SAYING: Final = (Say, Edit, Redact, React, Pin)

_HEARD: Final = (SetTopic, Create, Invite, Direct, SetProfile)
"""What others would hear of, besides what is said."""

_TOO_MANY: Final = f"A direct room has at most {MAX_DIRECT_PEOPLE} people."


def _not_direct(name: str) -> None:
    # Said before looking for the room, so that nobody learns whether it exists.
    if is_direct(name):
        raise ChatError("forbidden", "A direct room cannot be joined, left or invited to.")
