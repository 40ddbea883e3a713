"""The words on the wire: requests, events and replies, and how they become bytes.

A frame is one JSON object on one line of UTF-8, ended by ``\\n``; `framing` cuts bytes into
those.  `decode_request` and `decode_server_frame` turn one frame into a frozen message or
raise a `ChatError`; `encode` goes the other way.  Every message, field and limit is
documented in ``docs/protocol.md``.

This module knows nothing of sockets, clocks, rules or storage.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

from asynchat.errors import ChatError

VERSION: Final = 1
VERSIONS: Final = (VERSION,)

MAX_HELLO_BYTES: Final = 8 * 1024
MAX_REQUEST_BYTES: Final = 64 * 1024
MAX_SERVER_FRAME_BYTES: Final = 128 * 1024
MAX_TEXT_CHARS: Final = 4_000
MAX_TEXT_BYTES: Final = 16 * 1024
MAX_TOPIC_CHARS: Final = 250
MAX_DIRECT_PEOPLE: Final = 8
MAX_PAGE_EVENTS: Final = 500
PAGE_EVENTS: Final = 50
MAX_INT: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259, section 6)."""

LOBBY: Final = "lobby"
DIRECT_PREFIX: Final = "~"


# Fields

Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
Natural: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_INT)]
Positive: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=MAX_INT)]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every message has in common: frozen, by keyword, with its ``type`` written first.

    A field without a default is always written; one with a default is left out when it
    holds it.  Unknown fields are ignored.
    """


# Requests, from client to server


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
    """Ask for a page of a room: the newest events, or those before, after or around a seq."""

    id: Id
    room: str
    before: Natural | None = None
    after: Natural | None = None
    around: Natural | None = None
    limit: Positive = PAGE_EVENTS


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


Write: TypeAlias = Say | Join | Leave | Create | Invite | Direct | SetTopic
"""A request that may make an event; its id is unique for its account, for ever."""

Query: TypeAlias = ListRooms | Who | History
"""A request that only reads."""

Request: TypeAlias = Hello | Write | Query | Typing | Ping | Pong | Bye


# Events: durable, in one order for all


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
    """Somebody said something."""

    text: str
    reply_to: int | None


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


AnyEvent: TypeAlias = Said | Joined | Left | Created | Topic


# Replies and other frames, from server to client


class Room(Message, tag=False, frozen=True):
    """A room as of its ``head``: events of it up to that seq do not change it any more."""

    name: str
    topic: str
    members: int
    head: int
    member: bool = True
    private: bool = False
    direct: bool = False
    people: tuple[Person, ...] = ()


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
    under_way: int = 64


class Welcome(Message, tag="welcome", frozen=True):
    """Answer a `Hello`: the stream starts after ``cursor``."""

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


class Page(Message, tag="page", frozen=True):
    """Part of a room's history, oldest first; ``later`` are events about those, said after them."""

    re: str
    room: str
    events: tuple[AnyEvent, ...]
    later: tuple[AnyEvent, ...]
    more: bool
    people: tuple[Person, ...] = ()


class RoomList(Message, tag="rooms", frozen=True):
    """Answer `ListRooms`."""

    re: str
    rooms: tuple[Room, ...]
    more: bool


class Presence(Message, tag=False, frozen=True):
    """How one person is: ``state`` is online, away or offline."""

    account: str
    name: str | None
    state: str
    role: str | None = None
    since: int | None = None
    reason: str | None = None
    was: str | None = None


class People(Message, tag="people", frozen=True):
    """Answer `Who`; ``since`` is when somebody online came, in ms since the epoch."""

    re: str
    people: tuple[Presence, ...]
    more: bool
    room: str | None = None


class PresenceChanged(Message, tag="presence", frozen=True):
    """Tell who of a room came, went or was renamed, and how many are connected."""

    room: str
    people: tuple[Presence, ...]
    online: int


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


class Done(Message, tag="done", frozen=True):
    """Answer a request that was fulfilled before, or that made no event."""

    re: str
    seq: int | None = None
    time: int | None = None


class Refused(Message, tag="error", frozen=True):
    """Refuse something; ``re`` is the request's id where it had one."""

    re: str | None
    code: str
    text: str
    retry_after: float | None = None
    suggestion: str | None = None
    versions: tuple[int, ...] | None = None
    server: str | None = None


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
    | Page
    | RoomList
    | People
    | PresenceChanged
    | SomeoneTyping
    | Upto
    | Ping
    | Pong
    | Reset
    | Done
    | Refused
    | Goodbye
)


# Bytes


_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_server_decoder: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_REQUEST_TYPES: Final = frozenset(
    "hello say join leave create invite direct topic rooms who history typing ping pong bye".split()
)
_SERVER_TYPES: Final = frozenset(
    "welcome said joined left created topic page rooms people presence typing upto ping pong"
    " reset done error goodbye".split()
)


class _Outline(msgspec.Struct):
    """What can be said of a frame that did not decode, itself not decoded yet."""

    type: msgspec.Raw = msgspec.Raw(b"null")
    id: msgspec.Raw = msgspec.Raw(b"null")


_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_outline_decoder: msgspec.json.Decoder[_Outline] = msgspec.json.Decoder(_Outline)
_text_decoder: msgspec.json.Decoder[str] = msgspec.json.Decoder(str)
_id_decoder: msgspec.json.Decoder[str] = msgspec.json.Decoder(Id)
_MALFORMED: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def encode(message: Message) -> bytes:
    """Return the frame of a message, with its ``\\n``.

    Raise `ChatError` ``bad_request`` for a text that UTF-8 has no bytes for: half a character.
    """
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:
        raise ChatError("bad_request", "Half a character (a lone surrogate) is no text.") from None


def decode_request(frame: bytes) -> Request:
    """Return the request in a frame.

    Raise `ChatError` ``bad_frame`` for what is no JSON object (the connection must end),
    ``unknown_type`` or ``bad_request`` for an object that is no request (it may go on);
    ``re`` is set where the frame has a proper id.
    """
    try:
        _check_utf8(frame)
        return _request_decoder.decode(frame)
    except msgspec.ValidationError as error:
        outline = _outline(frame)
        re = _text(outline.id, _id_decoder)
        request = _without_nulls(frame)
        if request is not None:
            return request
        if _text(outline.type, _text_decoder) not in _REQUEST_TYPES:
            raise ChatError("unknown_type", re=re) from None
        raise ChatError("bad_request", str(error), re=re) from None
    except _MALFORMED:
        raise ChatError("bad_frame") from None


def decode_server_frame(frame: bytes) -> ServerFrame | None:
    """Return the message in a server's frame, or None where its type is unknown.

    Raise `ChatError` ``bad_frame`` for what is no message of ours at all.
    """
    try:
        _check_utf8(frame)
        return _server_decoder.decode(frame)
    except msgspec.ValidationError as error:
        kind = _text(_outline(frame).type, _text_decoder)
        if kind is not None and kind not in _SERVER_TYPES:
            return None
        raise ChatError("bad_frame", str(error)) from None
    except _MALFORMED:
        raise ChatError("bad_frame") from None


def decode_event(frame: bytes) -> AnyEvent:
    """Return the event in a stored frame.  Raise `ChatError` ``bad_frame``."""
    try:
        return _event_decoder.decode(frame)
    except _MALFORMED:
        raise ChatError("bad_frame") from None


def refusal(error: ChatError, re: str | None = None, *, server: str | None = None) -> Refused:
    """Return the frame that tells a client of an error; ``re`` is the id of what it answers."""
    return Refused(
        re=error.re if re is None else re,
        code=error.code,
        text=error.text,
        retry_after=error.retry_after,
        suggestion=error.suggestion,
        versions=error.versions,
        server=server,
    )


def _check_utf8(frame: bytes) -> None:
    """Raise `UnicodeDecodeError` for a frame that is no text; msgspec skips what it ignores."""
    if not frame.isascii():
        frame.decode()


def _outline(frame: bytes) -> _Outline:
    try:
        return _outline_decoder.decode(frame)
    except _MALFORMED:
        raise ChatError("bad_frame") from None


def _without_nulls(frame: bytes) -> Request | None:
    """Return the request in a frame that says null for what it could have left out."""
    try:
        fields: dict[str, msgspec.Raw] = _fields_decoder.decode(frame)
        given = {name: raw for name, raw in fields.items() if bytes(raw) != b"null"}
        return _request_decoder.decode(_encoder.encode(given))
    except _MALFORMED:
        return None


def _text(raw: msgspec.Raw, decoder: msgspec.json.Decoder[str]) -> str | None:
    """Return a field's text, None where it is not what the decoder wants."""
    try:
        return decoder.decode(raw)
    except _MALFORMED:
        return None
