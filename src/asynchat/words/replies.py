"""Replies, and the other frames from server to client."""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.events import (
    AnyEvent,
    Appointed,
    Changed,
    Created,
    Edited,
    Joined,
    Left,
    Person,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Topic,
)
from asynchat.words.fields import (
    MAX_DIRECT_PEOPLE,
    MAX_DISPLAY_CHARS,
    MAX_EMOJI_CHARS,
    MAX_FILE_BYTES,
    MAX_PAGE_EVENTS,
    MAX_PICTURE_BYTES,
    MAX_PINNED,
    MAX_REACTIONS,
    MAX_REASON_CHARS,
    MAX_REPORT_CHARS,
    MAX_REQUEST_BYTES,
    MAX_STATUS_CHARS,
    MAX_TEXT_BYTES,
    MAX_TEXT_CHARS,
    MAX_TOPIC_CHARS,
    Fingerprint,
    Message,
)
from asynchat.words.files import FileAnswer, TransferFrame
from asynchat.words.overview import Blocked, NewRole, OverviewAnswer
from asynchat.words.requests import Ping, Pong


class Room(Message, tag=False, frozen=True):
    """A room as of its ``head``: events of it up to that seq do not change it any more.

    ``moderator`` tells that one is a moderator of it.
    """

    name: str
    topic: str
    members: int
    head: int
    member: bool = True
    private: bool = False
    direct: bool = False
    people: tuple[Person, ...] = ()
    read_only: bool = False
    archived: bool = False
    slow_s: int = 0
    moderator: bool = False


class You(Message, tag=False, frozen=True):
    """Who the server takes you for."""

    account: str
    name: str | None
    role: str


class Limits(Message, tag=False, frozen=True, omit_defaults=False):
    """The limits that a client checks before it sends."""

    text_chars: int = MAX_TEXT_CHARS
    text_bytes: int = MAX_TEXT_BYTES
    frame_bytes: int = MAX_REQUEST_BYTES
    topic_chars: int = MAX_TOPIC_CHARS
    direct_people: int = MAX_DIRECT_PEOPLE
    page_events: int = MAX_PAGE_EVENTS
    emoji_chars: int = MAX_EMOJI_CHARS
    reactions: int = MAX_REACTIONS
    pinned: int = MAX_PINNED
    display_chars: int = MAX_DISPLAY_CHARS
    status_chars: int = MAX_STATUS_CHARS
    picture_bytes: int = MAX_PICTURE_BYTES
    reason_chars: int = MAX_REASON_CHARS
    report_chars: int = MAX_REPORT_CHARS
    under_way: int = 64
    file_bytes: int = MAX_FILE_BYTES


class Welcome(Message, tag="welcome", frozen=True):
    """Answer a `Hello`: the stream starts after ``cursor``; ``notice`` is for people to read.

    ``blocked`` are the accounts that one has blocked; ``next_key`` is as in `NextKey`.
    ``address`` is by what others reach the server, as it says; empty where only its computer does.
    """

    version: int
    server: str
    you: You
    token: str
    cursor: str
    resumed: bool
    rooms: tuple[Room, ...]
    more: bool
    limits: Limits
    features: tuple[str, ...]
    notice: str = ""
    blocked: tuple[str, ...] = ()
    next_key: Fingerprint | None = None
    address: str = ""


class Tally(Message, tag=False, frozen=True):
    """How many put an emoji under the event with the seq ``about``; ``mine`` if one did oneself."""

    about: int
    emoji: str
    count: int
    mine: bool = False


class Page(Message, tag="page", frozen=True):
    """Part of a room's history, oldest first; ``later`` are events about those, said after them.

    ``reactions`` counts what stands under those, up to the seq ``counted``.
    """

    re: str
    room: str
    events: tuple[AnyEvent, ...]
    later: tuple[AnyEvent, ...]
    more: bool
    people: tuple[Person, ...] = ()
    reactions: tuple[Tally, ...] = ()
    counted: int = 0


class Found(Message, tag="found", frozen=True):
    """Answer a `Search`, newest first; ``later`` are the newest edits of those.

    ``next`` is the seq ``before`` which to go on, null where there is nothing more.
    """

    re: str
    events: tuple[AnyEvent, ...]
    later: tuple[AnyEvent, ...] = ()
    next: int | None = None


class RoomList(Message, tag="rooms", frozen=True):
    """Answer `ListRooms`."""

    re: str
    rooms: tuple[Room, ...]
    more: bool


class Unread(Message, tag=False, frozen=True):
    """How far one has read a room, and how much was said by others after that.

    ``mentions`` of the ``unread`` messages mention one.
    """

    room: str
    seq: int
    unread: int = 0
    mentions: int = 0


class UnreadList(Message, tag="unread", frozen=True):
    """Answer `CountUnread`; what was said is counted up to the seq ``counted``."""

    re: str
    rooms: tuple[Unread, ...]
    more: bool
    counted: int


class Marked(Message, tag="marked", frozen=True):
    """Tell all connections of an account how far it has read a room; see `UnreadList`."""

    room: str
    seq: int
    counted: int
    unread: int = 0
    mentions: int = 0


class Presence(Message, tag=False, frozen=True):
    """How one person is: ``state`` is online, away, busy or offline.

    ``since`` is when somebody online came, or was last here, in ms since the epoch.  ``picture``
    is the hash of it.  ``moderator``, where it is told of a room's people, is of that room.
    """

    account: str
    name: str | None
    state: str
    role: str | None = None
    since: int | None = None
    reason: str | None = None
    was: str | None = None
    display: str = ""
    status: str = ""
    zone: str = ""
    picture: str = ""
    moderator: bool = False


class People(Message, tag="people", frozen=True):
    """Answer `Who`."""

    re: str
    people: tuple[Presence, ...]
    more: bool
    room: str | None = None


class PresenceChanged(Message, tag="presence", frozen=True):
    """Tell who of a room came, went or is otherwise than before, and how many are connected."""

    room: str
    people: tuple[Presence, ...]
    online: int


class Picture(Message, tag="picture", frozen=True):
    """Answer `GetPicture`: the picture in base64, None where there is none."""

    re: str
    account: str
    hash: str
    data: str | None


class Device(Message, tag=False, frozen=True):
    """Where one is signed in: ``created`` and ``seen`` are ms since the epoch.

    ``mine`` is the one that asks; ``seen`` is when the last connection went.
    """

    id: str
    label: str
    created: int
    seen: int | None = None
    online: bool = False
    mine: bool = False


class DeviceList(Message, tag="devices", frozen=True):
    """Answer `ListDevices`, the oldest first."""

    re: str
    devices: tuple[Device, ...]


class Invitation(Message, tag=False, frozen=True):
    """An open invitation, without its code; times are ms since the epoch."""

    id: str
    role: str
    uses: int
    expires: int
    created: int
    room: str | None = None
    by: str | None = None
    by_name: str | None = None


class InvitationList(Message, tag="invitations", frozen=True):
    """Answer `ListInvitations`, the oldest first."""

    re: str
    invitations: tuple[Invitation, ...]


class Done(Message, tag="done", frozen=True):
    """Answer a request that was fulfilled before, or that made no event."""

    re: str
    seq: int | None = None
    time: int | None = None


Answer: TypeAlias = (
    Page
    | Found
    | RoomList
    | People
    | Picture
    | UnreadList
    | DeviceList
    | InvitationList
    | OverviewAnswer
    | FileAnswer
    | Done
)
"""What answers a query."""


class SomeoneTyping(Message, tag="typing", frozen=True):
    """Tell that somebody is typing in a room."""

    room: str
    account: str
    name: str | None


class Upto(Message, tag="upto", frozen=True):
    """End what was just written: all up to here that you may see has been sent.

    ``live`` ends a catch-up: what is not durable was not told until now.
    """

    cursor: str
    live: bool = False


class Reset(Message, tag="reset", frozen=True):
    """Tell that the log is not the one the cursor was from: read everything afresh."""

    cursor: str
    reason: str


class Refused(Message, tag="error", frozen=True):
    """Refuse something; ``re`` is the request's id where it had one.

    ``until`` is when a ban or a mute ends, in ms since the epoch.  ``room`` and ``seqs`` are where
    something is missing because it is damaged, as far as that is known.
    """

    re: str | None
    code: str
    text: str
    retry_after: float | None = None
    suggestion: str | None = None
    versions: tuple[int, ...] | None = None
    until: int | None = None
    server: str | None = None
    room: str | None = None
    seqs: tuple[int, ...] = ()


class NextKey(Message, tag="next_key", frozen=True):
    """The server will use another key; ``fp`` is its fingerprint, None where that is off."""

    fp: Fingerprint | None


class Goodbye(Message, tag="goodbye", frozen=True):
    """The server's last frame; come back after ``retry_after`` seconds, where it is given."""

    reason: str
    retry_after: float | None = None


ServerFrame: TypeAlias = (
    Welcome
    | Said
    | Joined
    | Left
    | Created
    | Topic
    | Changed
    | Appointed
    | Edited
    | Redacted
    | Reacted
    | Pinned
    | Page
    | Found
    | RoomList
    | People
    | UnreadList
    | DeviceList
    | InvitationList
    | Marked
    | PresenceChanged
    | Picture
    | SomeoneTyping
    | OverviewAnswer
    | FileAnswer
    | TransferFrame
    | Blocked
    | NewRole
    | Upto
    | Ping
    | Pong
    | Reset
    | Done
    | Refused
    | NextKey
    | Goodbye
)
