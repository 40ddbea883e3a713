"""What somebody may do: one rule for each request that can make an event.

A rule looks at a request, at who asks, and at the state with every earlier draft in it, and
gives a `Verdict` or raises a `ChatError`.  It is pure: the time, the digest of the request
and a fresh random id come in with the asker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asynchat.chat.drafts import Draft
from asynchat.errors import ChatError
from asynchat.messages import (
    DIRECT_PREFIX,
    LOBBY,
    MAX_DIRECT_PEOPLE,
    Create,
    Created,
    Direct,
    Invite,
    Join,
    Joined,
    Leave,
    Left,
    Said,
    Say,
    SetTopic,
    Topic,
)
from asynchat.text import check_room_name, check_text, check_topic, is_direct

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Account, Directory
    from asynchat.chat.state import Room, State
    from asynchat.messages import AnyEvent, Write


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, and what identifies the request.

    ``now_ms`` is what the clock says, in ms since the epoch; ``fresh`` is a random id that
    was never used.
    """

    account: Account
    now_ms: int
    digest: bytes
    fresh: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request leads to: a draft or none, and the room whose page answers it, if any."""

    draft: Draft | None = None
    page_of: str | None = None


def judge(request: Write, asker: Asker, state: State, directory: Directory) -> Verdict:
    """Apply the rule of a request.  Raise `ChatError` where it is refused."""
    rule = _RULES[type(request)]
    return rule(request, asker, state, directory)


def _say(request: Say, asker: Asker, state: State, _directory: Directory) -> Verdict:
    _own_room(request.room, asker, state)
    text = check_text(request.text)
    return Verdict(
        _draft(asker, Said, request.id, request.room, text=text, reply_to=request.reply_to)
    )


def _join(request: Join, asker: Asker, state: State, _directory: Directory) -> Verdict:
    _not_direct(request.room)
    room = _room(request.room, state)
    if asker.account.id in room.members:
        return Verdict(page_of=room.name)
    if room.private:
        raise ChatError("forbidden", "This room is private: a member has to invite you.")
    return Verdict(_draft(asker, Joined, request.id, room.name), page_of=room.name)


def _leave(request: Leave, asker: Asker, state: State, _directory: Directory) -> Verdict:
    _not_direct(request.room)
    if request.room == LOBBY:
        raise ChatError("forbidden", "The lobby cannot be left.")
    room = _own_room(request.room, asker, state)
    return Verdict(_draft(asker, Left, request.id, room.name))


def _create(request: Create, asker: Asker, state: State, _directory: Directory) -> Verdict:
    name = check_room_name(request.room)
    topic = check_topic(request.topic)
    if name in state.rooms:
        raise ChatError("room_exists", f"There is a room called {name} already.")
    return Verdict(_draft(asker, Created, request.id, name, topic=topic, private=request.private))


def _invite(request: Invite, asker: Asker, state: State, directory: Directory) -> Verdict:
    _not_direct(request.room)
    room = _own_room(request.room, asker, state)
    invited = _person(directory, account=request.account, name=request.name)
    if invited.id in room.members:
        return Verdict()
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
    return Verdict(Draft(joined, asker.account.id, asker.digest))


def _direct(request: Direct, asker: Asker, state: State, directory: Directory) -> Verdict:
    if not request.accounts and not request.names:
        raise ChatError("bad_request", "A direct room needs one or more people.")
    if len(request.accounts) + len(request.names) > 2 * MAX_DIRECT_PEOPLE:
        raise ChatError("bad_request", _TOO_MANY)
    people = {asker.account.id: asker.account}
    for account in request.accounts:
        person = _person(directory, account=account)
        people[person.id] = person
    for name in request.names:
        person = _person(directory, name=name)
        people[person.id] = person
    if len(people) > MAX_DIRECT_PEOPLE:
        raise ChatError("bad_request", _TOO_MANY)
    key = tuple(sorted(people))
    room = state.direct_of(key)
    if room is not None:
        return Verdict(page_of=room.name)
    name = DIRECT_PREFIX + asker.fresh
    draft = _draft(
        asker,
        Created,
        request.id,
        name,
        topic="",
        private=True,
        direct=True,
        people=tuple(people[account].person for account in key),
    )
    return Verdict(draft, page_of=name)


def _set_topic(request: SetTopic, asker: Asker, state: State, _directory: Directory) -> Verdict:
    room = _own_room(request.room, asker, state)
    text = check_topic(request.text)
    return Verdict(_draft(asker, Topic, request.id, room.name, text=text))


_RULES: Final[dict[type, Callable[..., Verdict]]] = {
    Say: _say,
    Join: _join,
    Leave: _leave,
    Create: _create,
    Invite: _invite,
    Direct: _direct,
    SetTopic: _set_topic,
}

_TOO_MANY: Final = f"A direct room has at most {MAX_DIRECT_PEOPLE} people."


def _draft(asker: Asker, kind: type[AnyEvent], request_id: str, room: str, **fields: Any) -> Draft:
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


def _room(name: str, state: State) -> Room:
    room = state.rooms.get(name)
    if room is None:
        raise ChatError("no_such_room")
    return room


def _own_room(name: str, asker: Asker, state: State) -> Room:
    room = _room(name, state)
    if asker.account.id not in room.members:
        raise ChatError("not_a_member")
    return room


def _not_direct(name: str) -> None:
    # Said before looking for the room, so that nobody learns whether it exists.
    if is_direct(name):
        raise ChatError("forbidden", "A direct room cannot be joined, left or invited to.")


def _person(
    directory: Directory, *, account: str | None = None, name: str | None = None
) -> Account:
    if account is not None:
        found = directory.get(account)
    elif name is not None:
        try:
            found = directory.named(name)
        except ChatError:
            found = None
    else:
        raise ChatError("bad_request", "Say whom: an account or a name.")
    if found is None:
        raise ChatError("no_such_person")
    return found
