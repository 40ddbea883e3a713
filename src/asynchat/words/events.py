"""Events: what is in the log, durable and in one order for all."""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.fields import Message
from asynchat.words.files import File


class Person(Message, tag=False, frozen=True):
    """An account and its name now; None when another took it, and ``was`` tells which."""

    account: str
    name: str | None
    was: str | None = None


class Event(Message, frozen=True):
    """A fact in the log: ``seq`` is its place in the one order, ``time`` what the clock said."""

    seq: int
    time: int
    room: str
    account: str
    sender: str
    id: str | None


class Said(Event, tag="said", frozen=True):
    """Somebody said something; ``redacted`` once it was blanked.

    ``mentions`` are the accounts of the members that it names, but for who said it, and
    ``everyone`` tells that it names all of them.  A ``file`` may come with it.
    """

    text: str
    reply_to: int | None
    mentions: tuple[str, ...] = ()
    everyone: bool = False
    redacted: bool = False
    file: File | None = None


class Joined(Event, tag="joined", frozen=True):
    """Somebody became a member; ``by`` is the account that did it, if it was another."""

    by: str | None = None
    by_name: str | None = None


class Left(Event, tag="left", frozen=True):
    """Somebody is no longer a member."""

    reason: str | None = None
    by: str | None = None
    by_name: str | None = None


class Created(Event, tag="created", frozen=True):
    """A room was made: its creator, or all ``people`` of a direct room, are members."""

    topic: str
    private: bool
    direct: bool = False
    people: tuple[Person, ...] = ()


class Topic(Event, tag="topic", frozen=True):
    """A room's topic was set."""

    text: str


class Changed(Event, tag="changed", frozen=True):
    """A room is used otherwise from now on; what is None is as before."""

    private: bool | None = None
    read_only: bool | None = None
    archived: bool | None = None
    slow_s: int | None = None


class Appointed(Event, tag="appointed", frozen=True):
    """Somebody has another ``role`` in a room: ``moderator`` or ``member``."""

    role: str
    by: str | None = None
    by_name: str | None = None


class AboutEvent(Event, frozen=True):
    """An event about another one of the same room, whose seq is ``about``."""

    about: int


class Edited(AboutEvent, tag="edited", frozen=True):
    """Somebody said something anew; ``redacted`` once it was blanked."""

    text: str
    redacted: bool = False


class Redacted(AboutEvent, tag="redacted", frozen=True):
    """Something said, and every edit of it, is blank from now on."""


class Reacted(AboutEvent, tag="reacted", frozen=True):
    """Somebody put an emoji under something said, or took it away."""

    emoji: str
    on: bool


class Pinned(AboutEvent, tag="pinned", frozen=True):
    """Somebody pinned something said to its room, or unpinned it."""

    on: bool


AnyAbout: TypeAlias = Edited | Redacted | Reacted | Pinned

AnyEvent: TypeAlias = Said | Joined | Left | Created | Topic | Changed | Appointed | AnyAbout
