"""Requests: what a client asks of the server."""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.fields import FOUND, PAGE_EVENTS, Id, Message, Natural, Positive
from asynchat.words.files import FileQuery, Transfer
from asynchat.words.steering import Overview, Steering


class Hello(Message, tag="hello", frozen=True):
    """Ask to be let in; the first frame of a connection.

    With a ``password`` the token becomes that of a device of the account with this name, or with
    ``register`` of a new one.  ``code`` is that of an invitation, ``device`` what to call this one.
    """

    version: int
    name: str | None = None
    client: str = ""
    token: str | None = None
    password: str | None = None
    cursor: str | None = None
    register: bool = False
    code: str | None = None
    device: str = ""


class Say(Message, tag="say", frozen=True):
    """Say something in a room, or offer a ``file`` there that is stored, with or without a text."""

    id: Id
    room: str
    text: str
    reply_to: Positive | None = None
    file: Id | None = None


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
    """Ask for the rooms one may see, in order of name: one, or those after ``after``.

    With ``hidden`` an administrator also sees the private ones, though not what is said there.
    """

    id: Id
    room: str | None = None
    after: str | None = None
    hidden: bool = False


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


class SetPassword(Message, tag="password", frozen=True):
    """Set one's password, which registers a guest, or change it from ``old``.

    With ``sign_out`` all devices but the one that asks are signed out with that.
    """

    id: Id
    new: str
    old: str | None = None
    sign_out: bool = False


class Revoke(Message, tag="revoke", frozen=True):
    """Sign one of one's devices out; its connections end."""

    id: Id
    device: str


class Unregister(Message, tag="unregister", frozen=True):
    """Delete one's account: what it said stays without a name, or is deleted with ``blank``."""

    id: Id
    password: str | None = None
    blank: bool = False


class MakeInvitation(Message, tag="invitation", frozen=True):
    """Make an invitation of a code, 128 random bits, which lets in so many within so many seconds.

    None are as many seconds as the server's own choice.
    """

    id: Id
    code: str
    role: str = "member"
    room: str | None = None
    uses: Positive = 1
    seconds: Positive | None = None


class Uninvite(Message, tag="uninvite", frozen=True):
    """Take an invitation back, by its id."""

    id: Id
    invitation: str


class Redeem(Message, tag="redeem", frozen=True):
    """Become what the code of an invitation says, and a member of its room."""

    id: Id
    code: str


class ListDevices(Message, tag="devices", frozen=True):
    """Ask where one is signed in."""

    id: Id


class ListInvitations(Message, tag="invitations", frozen=True):
    """Ask which invitations are open."""

    id: Id


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

Change: TypeAlias = SetPassword | Revoke | Unregister | MakeInvitation | Uninvite | Redeem
"""A request that changes who may come in; asked again it is done once."""

Write: TypeAlias = (
    Say
    | Join
    | Leave
    | Create
    | Invite
    | Direct
    | SetTopic
    | About
    | SetProfile
    | Mark
    | Change
    | Steering
)
"""A request that changes what is stored; the id of an event is unique for its account, for ever."""

LogQuery: TypeAlias = ListRooms | Who | History | GetPicture | CountUnread | Search
"""A request that reads what the stream has brought, or could have."""

Query: TypeAlias = LogQuery | ListDevices | ListInvitations | Overview | FileQuery
"""A request that only reads."""

Request: TypeAlias = Hello | Write | SetState | Query | Typing | Ping | Pong | Bye | Transfer
