"""What somebody may say, and do with what was said: edit it, delete it, react to it, pin it.

A rule gets the room, of which the asker is a member, and the `Target` that the request is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.chat.asking import Verdict, draft_of, own_room, room_of, told
from asynchat.chat.drafts import Draft
from asynchat.chat.files import Held, clean_file_name, offered
from asynchat.chat.mentions import mentioned
from asynchat.chat.roles import DELETE, SPEAK_ALWAYS, demand_above, may
from asynchat.errors import ChatError
from asynchat.messages import (
    MAX_PINNED,
    MAX_REACTIONS,
    Edit,
    Edited,
    Pin,
    Pinned,
    React,
    Reacted,
    Redact,
    Redacted,
    Said,
    Say,
)
from asynchat.text import check_emoji, check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.asking import Asker, Known, Target
    from asynchat.chat.files import Space
    from asynchat.chat.restraints import Restraints
    from asynchat.chat.state import Room
    from asynchat.messages import Upload


Saying: TypeAlias = Say | Edit | Redact | React | Pin


def judge_saying(request: Saying, asker: Asker, known: Known, target: Target | None) -> Verdict:
    """Apply the rule of a request.  Raise `ChatError` where it is refused."""
    if isinstance(request, Redact):
        return _redact(request, asker, known, target)
    room = _heard_in(request.room, asker, known, reacts=isinstance(request, React))
    if isinstance(request, Say):
        return _say(request, asker, room, known, target)
    return _RULES[type(request)](request, asker, _said(target, room, asker, known))


def judge_upload(request: Upload, asker: Asker, known: Known, space: Space) -> Held:
    """Return the file that an asker may send, to say it in a room.  Raise `ChatError`."""
    room = _heard_in(request.room, asker, known)
    space.check(request.size)
    return Held(
        id=asker.fresh,
        account=asker.account.id,
        room=room.name,
        name=clean_file_name(request.name),
        size=request.size,
        at_ms=asker.now_ms,
    )


def _heard_in(name: str, asker: Asker, known: Known, *, reacts: bool = False) -> Room:
    """Return a room in which an asker is heard.  Raise `ChatError`."""
    room = own_room(name, asker.account, known.state)
    known.restraints.check_muted(asker.account.id, room.name, asker.now_ms)
    if room.archived or room.read_only:
        check_open(asker, room, reacts=reacts)
    if room.direct:
        _check_heard(asker, room, known.restraints)
    return room


def check_open(asker: Asker, room: Room, *, reacts: bool = False) -> None:
    """Raise ``archived`` or ``room_read_only`` where an asker cannot add to a room.

    Who only ``reacts`` may do that in a read-only one.
    """
    if room.archived:
        raise ChatError("archived")
    if room.read_only and not reacts and not may(asker.account, SPEAK_ALWAYS, room):
        raise ChatError("room_read_only")


def _check_heard(asker: Asker, room: Room, restraints: Restraints) -> None:
    """Raise ``blocked`` where the only other one of a direct room does not want to hear."""
    others = [account for account in room.people if account != asker.account.id]
    if len(others) == 1 and restraints.has_blocked(others[0], asker.account.id):
        raise ChatError("blocked")


def _check_slow(asker: Asker, room: Room) -> None:
    spoke_ms = room.spoke_ms.get(asker.account.id)
    if spoke_ms is None or may(asker.account, SPEAK_ALWAYS, room):
        return
    # A clock that was set back makes nobody wait longer than the mode says.
    wait_s = min(spoke_ms / 1000 + room.slow_s - asker.now_ms / 1000, room.slow_s)
    if wait_s > 0:
        raise ChatError(
            "too_fast",
            f"This room is in slow mode: one message every {room.slow_s} s.",
            retry_after=round(wait_s, 1) or 0.1,
        )


def _say(request: Say, asker: Asker, room: Room, known: Known, target: Target | None) -> Verdict:
    if room.slow_s:
        _check_slow(asker, room)
    if request.reply_to is not None:
        _said(target, room, asker, known)
    file = None if request.file is None else offered(asker.offers, asker.account.id, room.name)
    # A file says something by itself.
    text = "" if file is not None and not request.text.strip() else check_text(request.text)
    named = mentioned(text, room, known.directory)
    account = asker.account
    # Written out, as `draft_of` would: nothing else is judged as often.
    said = Said(
        seq=0,
        time=asker.now_ms,
        room=room.name,
        account=account.id,
        sender=account.called,
        id=request.id,
        text=text,
        reply_to=request.reply_to,
        mentions=tuple([one for one in named.accounts if one != account.id]),
        everyone=named.everyone,
        file=file,
    )
    return Verdict((Draft(said, account.id, asker.digest),))


def _edit(request: Edit, asker: Asker, target: Target) -> Verdict:
    text = check_text(request.text)
    if target.author != asker.account.id:
        raise ChatError("forbidden", "Only who said this may edit it.")
    if target.redacted:
        raise ChatError("no_such_message")
    if text == target.text:
        return Verdict()
    return Verdict(
        (draft_of(asker, Edited, request.id, request.room, about=request.about, text=text),)
    )


def _redact(request: Redact, asker: Asker, known: Known, target: Target | None) -> Verdict:
    """Blank one's own message, or another's where one keeps order."""
    room = room_of(request.room, asker.account, known.state)
    member = asker.account.id in room.members
    if not member and not may(asker.account, DELETE):
        raise ChatError("not_a_member")
    found = _said(target, room, asker if member else None, known)
    author = known.directory[found.author or ""]
    own = author.id == asker.account.id
    if not own:
        if not may(asker.account, DELETE, room):
            raise ChatError("forbidden", "Only who said this may delete it, or a moderator.")
        demand_above(asker.account, author, room)
    if found.redacted:
        return Verdict()
    redacted = draft_of(asker, Redacted, request.id, request.room, about=request.about)
    if own:
        return Verdict((redacted,))
    audit = told(asker, "delete", author, room=room.name, text=f"message {request.about}")
    return Verdict((audit, redacted), unseen=not member)


def _react(request: React, asker: Asker, target: Target) -> Verdict:
    emoji = check_emoji(request.emoji)
    if request.on == (emoji in target.mine):
        return Verdict()
    if request.on and target.redacted:
        raise ChatError("no_such_message")
    if request.on and len(target.emoji | {emoji}) > MAX_REACTIONS:
        raise ChatError("too_many", f"At most {MAX_REACTIONS} different emoji go under a message.")
    return Verdict(
        (
            draft_of(
                asker,
                Reacted,
                request.id,
                request.room,
                about=request.about,
                emoji=emoji,
                on=request.on,
            ),
        )
    )


def _pin(request: Pin, asker: Asker, target: Target) -> Verdict:
    if request.on == target.pinned:
        return Verdict()
    if request.on and target.redacted:
        raise ChatError("no_such_message")
    if request.on and target.pinned_in_room >= MAX_PINNED:
        raise ChatError("too_many", f"A room has at most {MAX_PINNED} pinned messages.")
    return Verdict(
        (draft_of(asker, Pinned, request.id, request.room, about=request.about, on=request.on),)
    )


_RULES: Final[dict[type, Callable[..., Verdict]]] = {
    Edit: _edit,
    React: _react,
    Pin: _pin,
}


def _said(target: Target | None, room: Room, asker: Asker | None, known: Known) -> Target:
    """Return what somebody said in this room, and the asker may read if there is one."""
    if (
        target is None
        or target.room != room.name
        or target.author is None
        or (asker is not None and not known.may_read(target.seq, room.name, asker.account.id))
    ):
        raise ChatError("no_such_message")
    return target
