"""The words on the wire: what decodes, what does not, and how bytes become frames."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asynchat import messages
from asynchat.errors import CODES, ChatError
from asynchat.messages import (
    Bye,
    Hello,
    Limits,
    Message,
    Ping,
    Refused,
    Said,
    Say,
    SetTopic,
    decode_event,
    decode_request,
    decode_server_frame,
    encode,
    refusal,
)
from tests.wire import EVENTS, REQUESTS, SERVER_FRAMES, any_of

if TYPE_CHECKING:
    from collections.abc import Callable

NESTED = b"[" * 50_000 + b"]" * 50_000

# What each request needs; everything else may be left out, for ever.
NEEDED: dict[str, dict[str, object]] = {
    "hello": {"version": 1},
    "say": {"id": "a", "room": "lobby", "text": "hi"},
    "join": {"id": "a", "room": "den"},
    "leave": {"id": "a", "room": "den"},
    "create": {"id": "a", "room": "den"},
    "invite": {"id": "a", "room": "den"},
    "direct": {"id": "a"},
    "topic": {"id": "a", "room": "den", "text": "tea"},
    "edit": {"id": "a", "room": "den", "about": 1, "text": "tea"},
    "redact": {"id": "a", "room": "den", "about": 1},
    "react": {"id": "a", "room": "den", "about": 1, "emoji": "👍"},
    "pin": {"id": "a", "room": "den", "about": 1},
    "profile": {"id": "a"},
    "state": {"id": "a", "state": "away"},
    "mark": {"id": "a", "room": "den", "seq": 1},
    "kick": {"id": "a", "room": "den"},
    "mute": {"id": "a"},
    "ban": {"id": "a"},
    "disconnect": {"id": "a"},
    "role": {"id": "a", "role": "admin"},
    "room": {"id": "a", "room": "den"},
    "report": {"id": "a", "room": "den", "about": 1},
    "resolve": {"id": "a", "report": 1},
    "block": {"id": "a"},
    "set": {"id": "a", "name": "welcome_text"},
    "blocks": {"id": "a"},
    "clients": {"id": "a"},
    "accounts": {"id": "a"},
    "bans": {"id": "a"},
    "audit": {"id": "a"},
    "reports": {"id": "a"},
    "settings": {"id": "a"},
    "stats": {"id": "a"},
    "unread": {"id": "a"},
    "rooms": {"id": "a"},
    "who": {"id": "a"},
    "history": {"id": "a", "room": "den"},
    "picture": {"id": "a", "account": "a1"},
    "search": {"id": "a"},
    "password": {"id": "a", "new": "a"},
    "revoke": {"id": "a", "device": "a"},
    "unregister": {"id": "a"},
    "invitation": {"id": "a", "code": "a"},
    "uninvite": {"id": "a", "invitation": "a"},
    "redeem": {"id": "a", "code": "a"},
    "devices": {"id": "a"},
    "invitations": {"id": "a"},
    "upload": {"id": "a", "room": "den", "name": "a.txt", "size": 1},
    "download": {"id": "a", "file": "f1"},
    "discard": {"id": "a", "file": "f1"},
    "typing": {"room": "den"},
    "ping": {"id": "a"},
    "pong": {"re": "a"},
    "bye": {},
    "store": {"ticket": "t"},
    "sent": {"sha256": "00"},
    "fetch": {"ticket": "t"},
}

JSON_VALUES = [
    "null", "true", "0", "-1", "1", "1.5", "1e999", "-1e999", "9" * 30, "9" * 6000, '""', '"a"',
    '"\\u0000"', '"\\ud83d\\ude00"', "[]", "[null]", '["a"]', "{}", '{"type":"bye"}',
]  # fmt: skip


def refused(decode: Callable[[bytes], object], frame: bytes) -> ChatError:
    """Return the error of a frame that does not decode."""
    with pytest.raises(ChatError) as caught:
        decode(frame)
    return caught.value


def outcome(decode: Callable[[bytes], object], frame: bytes) -> tuple[str, str | None] | None:
    """Return the code and the ``re`` that a frame is refused with, None if it is not."""
    try:
        decode(frame)
    except ChatError as error:
        return error.code, error.re
    return None


def code_of(decode: Callable[[bytes], object], frame: bytes) -> str | None:
    """Return the code that a frame is refused with, None if it is not."""
    found = outcome(decode, frame)
    return None if found is None else found[0]


# What is fixed


def test_the_limits_are_those_of_the_protocol() -> None:
    """Other people's programs rely on the limits of version 1."""
    assert messages.MAX_HELLO_BYTES == 8192
    assert messages.MAX_REQUEST_BYTES == 65536
    assert messages.MAX_SERVER_FRAME_BYTES == 131072
    assert messages.MAX_TEXT_CHARS == 4000
    assert messages.MAX_TEXT_BYTES == 16384
    assert messages.MAX_PAGE_EVENTS == 500
    assert messages.PAGE_EVENTS == 50
    assert messages.MAX_DIRECT_PEOPLE == 8


def test_every_limit_is_told_in_welcome() -> None:
    """The limits are always written out, also where they are the usual ones."""
    assert json.loads(encode(Limits())) == {
        "text_chars": 4000,
        "text_bytes": 16384,
        "frame_bytes": 65536,
        "topic_chars": 250,
        "direct_people": 8,
        "page_events": 500,
        "emoji_chars": 32,
        "reactions": 20,
        "pinned": 50,
        "display_chars": 50,
        "status_chars": 100,
        "picture_bytes": 24576,
        "reason_chars": 250,
        "report_chars": 1000,
        "under_way": 64,
        "file_bytes": 100_000_000,
    }


def test_a_refusal_tells_all_that_the_error_knows() -> None:
    """What the error carries is on the wire; the request's own id goes before the error's."""
    error = ChatError("name_taken", "No.", re="a", retry_after=2, suggestion="ada2", versions=(1,))
    told = {
        "type": "error",
        "re": "a",
        "code": "name_taken",
        "text": "No.",
        "retry_after": 2.0,
        "suggestion": "ada2",
        "versions": [1],
        "server": "k3v",
    }
    assert json.loads(encode(refusal(error, server="k3v"))) == told
    assert refusal(error, "b").re == "b"
    assert encode(refusal(ChatError("bad_frame", "No."))) == (
        b'{"type":"error","re":null,"code":"bad_frame","text":"No."}\n'
    )


# Messages


@pytest.mark.parametrize("kind", REQUESTS)
@given(st.data())
def test_every_request_survives_the_wire(kind: type[Message], data: st.DataObject) -> None:
    """What is encoded is one line, and decodes to the same request."""
    request = data.draw(any_of(kind))
    frame = encode(request)
    assert frame.count(b"\n") == 1
    assert decode_request(frame[:-1]) == request


@pytest.mark.parametrize("kind", SERVER_FRAMES)
@given(st.data())
def test_every_server_frame_survives_the_wire(kind: type[Message], data: st.DataObject) -> None:
    """A server's frame is one line, begins with its type, and decodes to the same message."""
    message = data.draw(any_of(kind))
    frame = encode(message)
    assert frame.count(b"\n") == 1
    assert frame.startswith(f'{{"type":"{kind.__struct_config__.tag}"'.encode())
    assert decode_server_frame(frame[:-1]) == message
    assert (code_of(decode_event, frame[:-1]) is None) == (kind in EVENTS)


def test_there_is_a_minimal_frame_for_every_request() -> None:
    """The table above knows every type of request."""
    assert set(NEEDED) == {kind.__struct_config__.tag for kind in REQUESTS}


@pytest.mark.parametrize("kind", NEEDED)
def test_only_what_is_needed_has_to_be_there(kind: str) -> None:
    """A request decodes without its optional fields, and not without any other."""
    fields = NEEDED[kind]
    request = decode_request(json.dumps({"type": kind, **fields}).encode())
    assert request.__struct_config__.tag == kind
    for missing in fields:
        rest = {name: value for name, value in fields.items() if name != missing}
        error = refused(decode_request, json.dumps({"type": kind, **rest}).encode())
        assert (error.code, error.re) == ("bad_request", rest.get("id"))


@pytest.mark.parametrize("kind", REQUESTS)
def test_null_is_the_same_as_left_out(kind: type[Message]) -> None:
    """A client that writes every field, null where it has nothing to say, is understood."""
    tag = str(kind.__struct_config__.tag)
    bare = {"type": tag, **NEEDED[tag]}
    nulls = dict.fromkeys(kind.__struct_fields__) | bare
    assert decode_request(json.dumps(nulls).encode()) == decode_request(json.dumps(bare).encode())


@pytest.mark.parametrize("kind", REQUESTS)
def test_no_value_of_any_field_is_worse_than_a_bad_request(kind: type[Message]) -> None:
    """A field of the wrong kind is refused under the request's id, and the connection lives."""
    tag = str(kind.__struct_config__.tag)
    for name in kind.__struct_fields__:
        for value in JSON_VALUES:
            fields = {key: json.dumps(one) for key, one in NEEDED[tag].items()} | {name: value}
            listed = ",".join(f'"{key}":{one}' for key, one in fields.items())
            frame = f'{{{listed},"type":"{tag}"}}'.encode()
            re = "a" if name != "id" and "id" in fields else None
            assert outcome(decode_request, frame) in {None, ("bad_request", re)}


@pytest.mark.parametrize("kind", SERVER_FRAMES)
def test_no_field_of_a_server_harms_a_client(kind: type[Message]) -> None:
    """Whatever stands in a field, the frame decodes or is a bad frame."""
    for name in kind.__struct_fields__:
        for value in JSON_VALUES:
            frame = f'{{"type":"{kind.__struct_config__.tag}","{name}":{value}}}'.encode()
            assert code_of(decode_server_frame, frame) in {None, "bad_frame"}
            assert code_of(decode_event, frame) in {None, "bad_frame"}


@pytest.mark.parametrize(
    ("id", "proper"),
    [
        ("a", True),
        ("A-Z_09", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("٣", False),
        (5, False),
    ],
)
def test_an_id_is_1_to_64_plain_characters(id: object, proper: bool) -> None:
    """An id is letters, digits, ``_`` and ``-`` of ASCII; another is not told back."""
    frame = json.dumps({"type": "ping", "id": id}).encode()
    if proper:
        assert decode_request(frame) == Ping(id=str(id))
    else:
        error = refused(decode_request, frame)
        assert (error.code, error.re) == ("bad_request", None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('"reply_to":1', None),
        ('"reply_to":9007199254740991', None),
        ('"reply_to":null', None),
        ('"reply_to":0', "bad_request"),
        ('"reply_to":9007199254740992', "bad_request"),
        ('"reply_to":1.5', "bad_request"),
    ],
)
def test_a_seq_is_an_integer_that_every_reader_keeps_exact(fields: str, code: str | None) -> None:
    """A seq in a request is from 1 to 2⁵³-1."""
    frame = f'{{"type":"say","id":"a","room":"lobby","text":"hi",{fields}}}'.encode()
    assert code_of(decode_request, frame) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('"before":0', None),
        ('"before":-1', "bad_request"),
        ('"limit":1', None),
        ('"limit":501', None),
        ('"limit":0', "bad_request"),
    ],
)
def test_a_page_has_at_least_one_event(fields: str, code: str | None) -> None:
    """A limit is 1 or more, more than the most is cut later; positions begin at 0."""
    frame = f'{{"type":"history","id":"a","room":"lobby",{fields}}}'.encode()
    assert code_of(decode_request, frame) == code


def test_type_may_stand_anywhere() -> None:
    """A frame's ``type`` need not come first."""
    assert decode_request(b'{"version":1,"type":"hello"}') == Hello(version=1)
    frame = b'{"id":null,"seq":1,"time":2,"room":"r","account":"u","sender":"a","text":"x",'
    frame += b'"reply_to":null,"type":"said"}'
    assert isinstance(decode_server_frame(frame), Said)


def test_unknown_fields_are_ignored() -> None:
    """What a later version adds harms neither side."""
    assert decode_request(b'{"type":"bye","why":{"a":[1,2e999]}}') == Bye()
    assert decode_server_frame(b'{"type":"ping","id":"a","mood":"fine"}') == Ping(id="a")


@pytest.mark.parametrize(
    ("frame", "re"),
    [
        (b"{}", None),
        (b'{"id":"a"}', "a"),
        (b'{"type":"sing","id":"a"}', "a"),
        (b'{"type":"sing","id":"a b"}', None),
        (b'{"type":5,"id":"a"}', "a"),
        (b'{"type":null}', None),
        (b'{"type":["say"]}', None),
        (b'{"type":"said","id":"a"}', "a"),
        (b'{"type":"SAY","id":"a"}', "a"),
    ],
)
def test_an_object_of_unknown_type_is_answered(frame: bytes, re: str | None) -> None:
    """A client newer than the server hears which request was not understood."""
    error = refused(decode_request, frame)
    assert (error.code, error.re) == ("unknown_type", re)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\r",
        b"[]",
        b"5",
        b"null",
        b'"bye"',
        b"hello",
        b'{"type":"bye"',
        b'{"type":"bye"}}',
        b'{"type":"bye"} {"type":"bye"}',
        b'{"type":"bye","x":NaN}',
        b'{"type":"bye","x":01}',
        b'{"type":"sing","x":Infinity}',
        b"{'type':'bye'}",
        b'\xef\xbb\xbf{"type":"bye"}',
        '{"type":"bye"}'.encode("utf-16"),
        b'{"type":"ping","id":"\xff"}',
        b'{"type":"ping","id":"\\ud800"}',
        b'{"type":"bye","x":"\xff"}',
        b'{"type":"bye","\xff":1}',
        b'{"type":"sing","x":"\xe2\x82"}',
        b'{"type":"bye","x":' + NESTED + b"}",
        b'{"type":"sing","id":' + NESTED + b"}",
        b'{"type":"bye","x":' + b"[" * 50_000,
        NESTED,
    ],
    ids=lambda frame: repr(frame[:30]),
)
def test_what_is_no_object_of_json_is_a_bad_frame(frame: bytes) -> None:
    """Bytes that do not parse are told from requests that are only unknown."""
    assert refused(decode_request, frame).code == "bad_frame"
    assert refused(decode_server_frame, frame).code == "bad_frame"
    assert refused(decode_event, frame).code == "bad_frame"


def test_a_key_that_comes_twice_is_no_way_round() -> None:
    """Of a field given twice the last counts; two types are a bad request."""
    twice = b'{"type":"topic","id":"a","room":"den","text":"one","text":"two"}'
    assert decode_request(twice) == SetTopic(id="a", room="den", text="two")
    assert refused(decode_request, b'{"type":"bye","type":"say"}').code == "bad_request"


def test_a_line_may_end_as_windows_ends_lines() -> None:
    """White space around the object is JSON's own business, a carriage return too."""
    assert decode_request(b' {"type":"bye"}\r') == Bye()


def test_a_client_ignores_what_it_does_not_know() -> None:
    """A server's frame of unknown type is None; one of a known type with wrong fields is bad."""
    assert decode_server_frame(b'{"type":"confetti","id":5}') is None
    assert refused(decode_server_frame, b'{"type":"upto"}').code == "bad_frame"
    assert refused(decode_server_frame, b'{"cursor":"x"}').code == "bad_frame"


def test_half_a_character_is_not_sent() -> None:
    """A lone surrogate, which has no UTF-8, is an error of ours and not a traceback."""
    with pytest.raises(ChatError) as caught:
        encode(Say(id="a", room="lobby", text="\ud800"))
    assert caught.value.code == "bad_request"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(sorted({name for kind in REQUESTS for name in kind.__struct_fields__}))
TYPES = st.sampled_from(sorted(NEEDED)) | st.just("said") | JSON
OBJECTS = st.builds(
    lambda kind, fields: json.dumps({"type": kind, **fields}).encode(),
    TYPES,
    st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=6),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a frame with a stretch of its bytes replaced."""
    frame = encode(draw(st.sampled_from([*REQUESTS, *SERVER_FRAMES]).flatmap(any_of)))
    first = draw(st.integers(0, len(frame)))
    end = draw(st.integers(first, min(len(frame), first + 4)))
    return frame[:first] + draw(st.binary(max_size=4)) + frame[end:]


@given(st.binary() | OBJECTS | damaged())
@example(b'{"type":"sing","id":1e999}')
def test_any_bytes_are_a_message_or_a_documented_error(frame: bytes) -> None:
    """Nothing that comes in raises anything but a `ChatError` with its code."""
    wrong = {None, "bad_frame", "bad_request", "unknown_type"}
    assert code_of(decode_request, frame) in wrong
    assert code_of(decode_server_frame, frame) in {None, "bad_frame"}
    assert code_of(decode_event, frame) in {None, "bad_frame"}


def test_a_refusal_for_no_request_has_re_null() -> None:
    """The field ``re`` of an error is always there."""
    assert refusal(ChatError("hello_timeout")) == Refused(
        re=None, code="hello_timeout", text=CODES["hello_timeout"]
    )
