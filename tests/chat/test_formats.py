"""What each form makes of an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asynchat.chat.formats import jsonl, moment, txt
from asynchat.messages import Joined, Said, encode
from asynchat.store.interface import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.messages import AnyEvent

TITLES = {"lobby": "#lobby", "~d": "@ada,ben"}


ACTING = set(
    map(chr, [0x7F, *range(0x80, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F)])
) | set(map(chr, range(0x2066, 0x206A)))


def event(kind: type[Any], **fields: Any) -> Any:
    """Return an event of ada's in the lobby, a moment after the epoch unless it is told."""
    common = {
        "seq": 7,
        "time": 59_000,
        "room": "lobby",
        "account": "a1",
        "sender": "ada",
        "id": None,
    }
    return kind(**{**common, **fields})


def said(text: str, **fields: Any) -> Said:
    """Return a message."""
    message: Said = event(Said, text=text, reply_to=None, **fields)
    return message


def lines(*events: AnyEvent) -> list[str]:
    """Return what `txt` makes of events."""

    def read(_room: str | None = None) -> Iterator[Stored]:
        return (Stored(one, encode(one)) for one in events)

    told = list(jsonl(read, TITLES))
    assert [json.loads(line) for line in told] == [json.loads(encode(one)) for one in events]
    assert not ACTING & set(b"".join(told).decode())
    return b"".join(txt(read, TITLES)).decode().splitlines(keepends=True)


def test_a_line_says_when_where_and_who() -> None:
    """The time is UTC, the room as people call it; what is no message is marked."""
    assert lines(said("hello"), said("psst", room="~d", time=0), event(Joined)) == [
        "1970-01-01 00:00:59Z #lobby ada: hello\n",
        "1970-01-01 00:00:00Z @ada,ben ada: psst\n",
        "1970-01-01 00:00:59Z #lobby * ada joined\n",
    ]


@given(st.text(), st.text())
def test_a_message_is_one_line_whatever_is_in_it(text: str, sender: str) -> None:
    """No line end, control character or change of direction gets out of its line."""
    try:
        (line,) = lines(said(text, sender=sender))
    except ValueError:
        pytest.fail("it is more than one line")
    assert line.endswith("\n")
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line[:-1])
    assert not set(line) & ACTING


@given(st.integers())
@example(10**18)
def test_every_time_is_one(time_ms: int) -> None:
    """Also what no calendar has: a log that a clock went mad in can be exported."""
    assert moment(time_ms).tzinfo is not None
    json.dumps(moment(time_ms).isoformat())
