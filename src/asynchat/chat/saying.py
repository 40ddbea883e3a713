"""What somebody may say, and do with what was said: edit it, delete it, react to it, pin it.

A rule gets the room, of which the asker is a member, and the `Target` that the request is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.chat.asking import Verdict, draft_of
from asynchat.chat.mentions import mentioned
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
    from asynchat.chat.state import Room


Saying: TypeAlias = Say | Edit | Redact | React | Pin


def judge_saying(
    request: Saying, asker: Asker, room: Room, known: Known, target: Target | None
) -> Verdict:
    """Apply the rule of a request.  Raise `ChatError` where it is refused."""
    if isinstance(request, Say):
        return _say(request, asker, room, known, target)
    return _RULES[type(request)](request, asker, _said(target, room, asker, known))


def _say(request: Say, asker: Asker, room: Room, known: Known, target: Target | None) -> Verdict:
    if request.reply_to is not None:
        _said(target, room, asker, known)
    text = check_text(request.text)
    named = mentioned(text, room, known.directory)
    return Verdict(
        (
            draft_of(
                asker,
                Said,
                request.id,
                room.name,
                text=text,
                reply_to=request.reply_to,
                mentions=tuple(one for one in named.accounts if one != asker.account.id),
                everyone=named.everyone,
            ),
        )
    )


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


def _redact(request: Redact, asker: Asker, target: Target) -> Verdict:
    if target.author != asker.account.id:
        raise ChatError("forbidden", "Only who said this may delete it.")
    if target.redacted:
        return Verdict()
    return Verdict((draft_of(asker, Redacted, request.id, request.room, about=request.about),))


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
    Redact: _redact,
    React: _react,
    Pin: _pin,
}


def _said(target: Target | None, room: Room, asker: Asker, known: Known) -> Target:
    """Return what the asker may read of this room and somebody said."""
    if (
        target is None
        or target.room != room.name
        or target.author is None
        or not known.may_read(target.seq, room.name, asker.account.id)
    ):
        raise ChatError("no_such_message")
    return target
