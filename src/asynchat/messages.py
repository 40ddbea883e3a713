"""The words on the wire, and how they become bytes.

A frame is one JSON object on one line of UTF-8, ended by ``\\n``; `framing` cuts bytes into
those.  `decode_request` and `decode_server_frame` turn one frame into a frozen message or
raise a `ChatError`; `encode` goes the other way.  The messages themselves are in
`asynchat.words`, and all of them are to be had from here.  Every message, field and limit is
documented in ``docs/protocol.md``.

This module knows nothing of sockets, clocks, rules or storage.
"""

from __future__ import annotations

from typing import Final, get_args

import msgspec

from asynchat.errors import ChatError
from asynchat.words.events import (
    AboutEvent,
    AnyAbout,
    AnyEvent,
    Appointed,
    Changed,
    Created,
    Edited,
    Event,
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
    AUDIT_ENTRIES,
    DIRECT_PREFIX,
    FOUND,
    LOBBY,
    MAX_AUDIT_ENTRIES,
    MAX_BLOCKED,
    MAX_COUNTED,
    MAX_DEVICE_CHARS,
    MAX_DIRECT_PEOPLE,
    MAX_DISPLAY_CHARS,
    MAX_EMOJI_CHARS,
    MAX_FILE_BYTES,
    MAX_FILE_NAME_BYTES,
    MAX_FOUND,
    MAX_HELLO_BYTES,
    MAX_INT,
    MAX_INVITATION_S,
    MAX_INVITATIONS,
    MAX_MENTIONS,
    MAX_PAGE_EVENTS,
    MAX_PICTURE_BYTES,
    MAX_PINNED,
    MAX_REACTIONS,
    MAX_REASON_CHARS,
    MAX_REPORT_CHARS,
    MAX_REQUEST_BYTES,
    MAX_SEARCH_CHARS,
    MAX_SERVER_FRAME_BYTES,
    MAX_SLOW_S,
    MAX_STATUS_CHARS,
    MAX_TEXT_BYTES,
    MAX_TEXT_CHARS,
    MAX_TOPIC_CHARS,
    MAX_UNREAD_ROOMS,
    MAX_USES,
    MAX_ZONE_CHARS,
    PAGE_EVENTS,
    VERSION,
    VERSIONS,
    Id,
    Message,
    Natural,
    Positive,
)
from asynchat.words.files import (
    Discard,
    Download,
    FetchFile,
    File,
    FileQuery,
    Ready,
    SentFile,
    StoredFile,
    StoreFile,
    Ticket,
    Transfer,
    Upload,
)
from asynchat.words.overview import (
    Accounts,
    AuditLog,
    Bans,
    Blocked,
    BlockList,
    Clients,
    Connected,
    Deed,
    Held,
    Listed,
    NewRole,
    OverviewAnswer,
    Reported,
    Reports,
    Setting,
    SettingList,
    Stats,
)
from asynchat.words.replies import (
    Answer,
    Device,
    DeviceList,
    Done,
    Found,
    Goodbye,
    Invitation,
    InvitationList,
    Limits,
    Marked,
    NextKey,
    Page,
    People,
    Picture,
    Presence,
    PresenceChanged,
    Refused,
    Reset,
    Room,
    RoomList,
    ServerFrame,
    SomeoneTyping,
    Tally,
    Unread,
    UnreadList,
    Upto,
    Welcome,
    You,
)
from asynchat.words.requests import (
    About,
    Bye,
    Change,
    CountUnread,
    Create,
    Direct,
    Edit,
    GetPicture,
    Hello,
    History,
    Invite,
    Join,
    Leave,
    ListDevices,
    ListInvitations,
    ListRooms,
    LogQuery,
    MakeInvitation,
    Mark,
    Pin,
    Ping,
    Pong,
    Query,
    React,
    Redact,
    Redeem,
    Request,
    Revoke,
    Say,
    Search,
    SetPassword,
    SetProfile,
    SetState,
    SetTopic,
    Typing,
    Uninvite,
    Unregister,
    Who,
    Write,
)
from asynchat.words.steering import (
    Ban,
    Block,
    ChangeRoom,
    Disconnect,
    Kick,
    ListAccounts,
    ListBans,
    ListBlocks,
    ListClients,
    ListReports,
    ListSettings,
    Mute,
    Overview,
    ReadAudit,
    ReadStats,
    Report,
    Resolve,
    SetRole,
    SetSetting,
    Steering,
)

__all__ = [
    "AUDIT_ENTRIES",
    "DIRECT_PREFIX",
    "FOUND",
    "LOBBY",
    "MAX_AUDIT_ENTRIES",
    "MAX_BLOCKED",
    "MAX_COUNTED",
    "MAX_DEVICE_CHARS",
    "MAX_DIRECT_PEOPLE",
    "MAX_DISPLAY_CHARS",
    "MAX_EMOJI_CHARS",
    "MAX_FILE_BYTES",
    "MAX_FILE_NAME_BYTES",
    "MAX_FOUND",
    "MAX_HELLO_BYTES",
    "MAX_INT",
    "MAX_INVITATIONS",
    "MAX_INVITATION_S",
    "MAX_MENTIONS",
    "MAX_PAGE_EVENTS",
    "MAX_PICTURE_BYTES",
    "MAX_PINNED",
    "MAX_REACTIONS",
    "MAX_REASON_CHARS",
    "MAX_REPORT_CHARS",
    "MAX_REQUEST_BYTES",
    "MAX_SEARCH_CHARS",
    "MAX_SERVER_FRAME_BYTES",
    "MAX_SLOW_S",
    "MAX_STATUS_CHARS",
    "MAX_TEXT_BYTES",
    "MAX_TEXT_CHARS",
    "MAX_TOPIC_CHARS",
    "MAX_UNREAD_ROOMS",
    "MAX_USES",
    "MAX_ZONE_CHARS",
    "PAGE_EVENTS",
    "VERSION",
    "VERSIONS",
    "About",
    "AboutEvent",
    "Accounts",
    "Answer",
    "AnyAbout",
    "AnyEvent",
    "Appointed",
    "AuditLog",
    "Ban",
    "Bans",
    "Block",
    "BlockList",
    "Blocked",
    "Bye",
    "Change",
    "ChangeRoom",
    "Changed",
    "Clients",
    "Connected",
    "CountUnread",
    "Create",
    "Created",
    "Deed",
    "Device",
    "DeviceList",
    "Direct",
    "Discard",
    "Disconnect",
    "Done",
    "Download",
    "Edit",
    "Edited",
    "Event",
    "FetchFile",
    "File",
    "FileQuery",
    "Found",
    "GetPicture",
    "Goodbye",
    "Held",
    "Hello",
    "History",
    "Id",
    "Invitation",
    "InvitationList",
    "Invite",
    "Join",
    "Joined",
    "Kick",
    "Leave",
    "Left",
    "Limits",
    "ListAccounts",
    "ListBans",
    "ListBlocks",
    "ListClients",
    "ListDevices",
    "ListInvitations",
    "ListReports",
    "ListRooms",
    "ListSettings",
    "Listed",
    "LogQuery",
    "MakeInvitation",
    "Mark",
    "Marked",
    "Message",
    "Mute",
    "Natural",
    "NewRole",
    "NextKey",
    "Overview",
    "OverviewAnswer",
    "Page",
    "People",
    "Person",
    "Picture",
    "Pin",
    "Ping",
    "Pinned",
    "Pong",
    "Positive",
    "Presence",
    "PresenceChanged",
    "Query",
    "React",
    "Reacted",
    "ReadAudit",
    "ReadStats",
    "Ready",
    "Redact",
    "Redacted",
    "Redeem",
    "Refused",
    "Report",
    "Reported",
    "Reports",
    "Request",
    "Reset",
    "Resolve",
    "Revoke",
    "Room",
    "RoomList",
    "Said",
    "Say",
    "Search",
    "SentFile",
    "ServerFrame",
    "SetPassword",
    "SetProfile",
    "SetRole",
    "SetSetting",
    "SetState",
    "SetTopic",
    "Setting",
    "SettingList",
    "SomeoneTyping",
    "Stats",
    "Steering",
    "StoreFile",
    "StoredFile",
    "Tally",
    "Ticket",
    "Topic",
    "Transfer",
    "Typing",
    "Uninvite",
    "Unread",
    "UnreadList",
    "Unregister",
    "Upload",
    "Upto",
    "Welcome",
    "Who",
    "Write",
    "You",
    "decode_event",
    "decode_request",
    "decode_server_frame",
    "encode",
    "refusal",
]


_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_server_decoder: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_REQUEST_TYPES: Final = frozenset(kind.__struct_config__.tag for kind in get_args(Request))
_SERVER_TYPES: Final = frozenset(kind.__struct_config__.tag for kind in get_args(ServerFrame))


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
        until=error.until,
        server=server,
        room=error.room,
        seqs=error.seqs[:MAX_PAGE_EVENTS],
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
