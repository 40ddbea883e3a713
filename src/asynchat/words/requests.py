"""Requests: what a client asks of the server."""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.fields import FOUND, PAGE_EVENTS, Id, Message, Natural, Positive


class Hello(Message, tag="hello", frozen=True):
    """Ask to be let in; the first frame of a connection."""

    version: int
    name: str | None = None
    client: str = ""
    token: str | None = None
    password: str | None = None
    cursor: str | None = None


class Say(Message, tag="say", frozen=True):
    """Say something in a room."""

    id: Id
    room: str
    text: str
    reply_to: Positive | None = None


class Join(Message, tag="join", frozen=True):
    """Become a member of a public room and read its newest events."""

    id: Id
    room: str
    history: Natural = PAGE_EVENTS


class Leave(Message, tag="leave", frozen=True):
    """Stop being a member of a room."""

    id: Id
    room: str


class Create(Message, tag="create", frozen=True):
    """Make a room and become its first member."""

    id: Id
    room: str
    topic: str = ""
    private: bool = False


class Invite(Message, tag="invite", frozen=True):
    """Make somebody else a member of a room, by account or by name."""

    id: Id
    room: str
    account: str | None = None
    name: str | None = None


class Direct(Message, tag="direct", frozen=True):
    """Open the room of exactly these people and oneself, by accounts or by names."""

    id: Id
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class SetTopic(Message, tag="topic", frozen=True):
    """Set a room's topic."""

    id: Id
    room: str
    text: str


class Edit(Message, tag="edit", frozen=True):
    """Say something of one's own anew; the first text stays in the log."""

    id: Id
    room: str
    about: Positive
    text: str


class Redact(Message, tag="redact", frozen=True):
    """Blank something of one's own, and every edit of it, wherever they are stored."""

    id: Id
    room: str
    about: Positive


class React(Message, tag="react", frozen=True):
    """Put an emoji under something said, or take one's own away with ``on`` false."""

    id: Id
    room: str
    about: Positive
    emoji: str
    on: bool = True


class Pin(Message, tag="pin", frozen=True):
    """Pin something said to its room, or unpin it with ``on`` false."""

    id: Id
    room: str
    about: Positive
    on: bool = True


class SetProfile(Message, tag="profile", frozen=True):
    """Change what an account says of itself: None leaves a field, an empty text takes it away.

    ``picture`` is base64.  An account always has a name, which is taken away by nobody.
    """

    id: Id
    name: str | None = None
    display: str | None = None
    status: str | None = None
    zone: str | None = None
    picture: str | None = None


class SetState(Message, tag="state", frozen=True):
    """Say how one is on this connection: ``online``, ``away`` or ``busy``.  Not durable."""

    id: Id
    state: str


class Mark(Message, tag="mark", frozen=True):
    """Tell how far one has read a room; it makes no event, and may go back."""

    id: Id
    room: str
    seq: Natural


class ListRooms(Message, tag="rooms", frozen=True):
    """Ask for the rooms one may see, in order of name: one, or those after ``after``."""

    id: Id
    room: str | None = None
    after: str | None = None


class Who(Message, tag="who", frozen=True):
    """Ask for a room's members, or for everybody connected, in order of account."""

    id: Id
    room: str | None = None
    after: str | None = None


class History(Message, tag="history", frozen=True):
    """Ask for a page of a room: the newest events, those beside a seq, or those that are pinned."""

    id: Id
    room: str
    before: Natural | None = None
    after: Natural | None = None
    around: Natural | None = None
    pinned: bool = False
    limit: Positive = PAGE_EVENTS


class GetPicture(Message, tag="picture", frozen=True):
    """Ask for somebody's picture."""

    id: Id
    account: str


class CountUnread(Message, tag="unread", frozen=True):
    """Ask how much is unread in one's rooms, in order of name: in one, or those after ``after``."""

    id: Id
    room: str | None = None
    after: str | None = None


class Search(Message, tag="search", frozen=True):
    """Ask for what was said, newest first, in the rooms one is in or in one of them.

    All of what is given has to be true of a message; ``account`` or ``name`` said it, at
    ``since`` or later and before ``until``, in ms since the epoch.
    """

    id: Id
    text: str = ""
    room: str | None = None
    account: str | None = None
    name: str | None = None
    since: Natural | None = None
    until: Natural | None = None
    link: bool = False
    before: Natural | None = None
    limit: Positive = FOUND


class Typing(Message, tag="typing", frozen=True):
    """Tell a room that one is typing; not durable, not answered, and it may be dropped."""

    room: str


class Ping(Message, tag="ping", frozen=True):
    """Ask for a `Pong`.  From the server it may move the reader's cursor."""

    id: Id
    cursor: str | None = None


class Pong(Message, tag="pong", frozen=True):
    """Answer a `Ping`."""

    re: str


class Bye(Message, tag="bye", frozen=True):
    """Leave politely; the server answers `Goodbye` and closes."""


About: TypeAlias = Edit | Redact | React | Pin
"""A request about something said before, whose seq is ``about``."""

Write: TypeAlias = (
    Say | Join | Leave | Create | Invite | Direct | SetTopic | About | SetProfile | Mark
)
"""A request that changes what is stored; the id of an event is unique for its account, for ever."""

Query: TypeAlias = ListRooms | Who | History | GetPicture | CountUnread | Search
"""A request that only reads."""

Request: TypeAlias = Hello | Write | SetState | Query | Typing | Ping | Pong | Bye
