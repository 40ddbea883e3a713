"""Whatever text passes the server's rules, nothing that shows it is acted upon."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asynchat.chat.formats import jsonl, txt
from asynchat.chat.page import html
from asynchat.errors import ChatError
from asynchat.link.annotations import Reaction
from asynchat.link.searching import Hit
from asynchat.link.timeline import Line, Quote
from asynchat.logs import JsonFormatter, LineFormatter
from asynchat.markup.mentions import NOBODY
from asynchat.messages import Edited, Person, Presence, Reacted, Room, Said, Topic, encode
from asynchat.store.interface import Stored
from asynchat.terminal.numbers import Numbered
from asynchat.terminal.render import (
    about_row,
    event_row,
    follow_about_line,
    follow_line,
    hit_row,
    notice_row,
    people_rows,
    pipe_line,
    presence_sentence,
    profile_rows,
    quote_text,
    room_label,
    rooms_rows,
    row_text,
)
from asynchat.text import (
    check_display,
    check_emoji,
    check_line,
    check_text,
    check_topic,
    clean_text,
)
from asynchat.window.look.native import drawable
from asynchat.window.presenters.body import body
from asynchat.window.presenters.notifying import Message, count_notification, one_notification
from asynchat.window.presenters.transcript import TranscriptPresenter
from tests.hostile.texts import HOSTILE, acting, acting_on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.messages import AnyEvent
    from asynchat.terminal.render import Row

NOW: Final = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)

# What attacks are made of, and what is beside it.
PIECES: Final = (
    *"\x1b[77m \x9b77m \x9d0;x\x07 \x00 \x7f \x85 \u2028 \u2029 \u202e \u2067 \u200f \u061c".split(
        " "
    ),
    *'&#x9b; &#x202e; &NewLine; %1B %C2%9B %0A http://x/ <http://x/ > [x](http://x " ")'.split(" "),
    *"``` ` ~~~ * ** _ ~~ > - 1. @ada :tada: é 😀 漢 ש \U000e0041 \u200b \u200d \ufeff".split(" "),
    *("\u0301", "\u20dd", "\u0301" * 8, " ", "\n", "\r", "\t", "\v", "x"),
)
TYPED: Final = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=40)
ANY: Final = TYPED | st.text(st.characters(), max_size=40)


def hostile(test: Callable[[str], None]) -> Callable[[str], None]:
    """Give a test every hostile text, besides those that Hypothesis makes."""
    for text in HOSTILE.values():
        test = example(text)(test)
    return given(ANY)(test)


def passed(text: str) -> Iterator[str]:
    """Yield what the server's rules make of a text, for each place that it may be typed into."""
    for check in (
        check_text,
        check_topic,
        check_display,
        check_emoji,
        lambda typed: check_line(typed, 100, "A status"),
    ):
        try:
            yield check(text)
        except ChatError:
            continue


def said(text: str) -> Said:
    """Return a message that says this."""
    return Said(
        seq=7, time=0, room="lobby", account="a", sender=text, id="i", text=text, reply_to=None
    )


def events(text: str) -> tuple[AnyEvent, ...]:
    """Return what happens in a room, with this in every field that people fill."""
    common: dict[str, Any] = {
        "time": 0,
        "room": "lobby",
        "account": "a",
        "sender": text,
        "id": None,
    }
    return (
        said(text),
        Topic(seq=8, text=text, **common),
        Edited(seq=9, about=7, text=text, **common),
        Reacted(seq=10, about=7, emoji=text, on=True, **common),
    )


def person(text: str) -> Presence:
    """Return somebody whose every word is this."""
    return Presence(
        account="a",
        name=text,
        state=text,
        since=0,
        reason="renamed",
        was=text,
        display=text,
        status=text,
        zone=text,
    )


def rows(text: str) -> Iterator[Row]:
    """Yield what the terminal client prints of a text, in all its ways."""
    room = Room(name=text, topic=text, members=1, head=0)
    direct = Room(
        name="~", topic="", members=1, head=0, direct=True, people=(Person(account="a", name=text),)
    )
    numbered = Numbered(
        1, "lobby", 7, "a", text, text, edited=True, reactions=(Reaction(text, 1, False, (text,)),)
    )
    label = room_label(text, room, None)
    for event in events(text):
        for styled in (False, True):
            yield event_row(
                event, label=label, styled=styled, numbered=numbered, quote=quote_text(text, text)
            )
        if isinstance(event, Edited | Reacted):
            yield about_row(event, numbered, label=label)
    yield hit_row(Hit("lobby", 7, 0, "a", text, text, ((0, 1),) if text else ()), label, None)
    yield notice_row(text)
    yield from people_rows([person(text)], label)
    yield from profile_rows(person(text), NOW)
    yield from rooms_rows([room, direct], None, "lobby", {})
    yield notice_row(presence_sentence(person(text)) or "")


@hostile
def test_lines_of_scripts_are_lines(text: str) -> None:
    """The pipe and ``--follow`` print one line for a message, and nothing in it acts."""
    for shown in passed(text):
        message, _, *about = events(shown)
        assert isinstance(message, Said)
        label = room_label("lobby", Room(name=shown, topic="", members=1, head=0), None)
        assert not acting(pipe_line(message))
        assert not acting(follow_line(message, label))
        for event in about:
            assert not acting(follow_about_line(event, label))  # type: ignore[arg-type]


@hostile
def test_rows_of_the_terminal_act_on_nothing(text: str) -> None:
    """Whatever a row shows, it has no control characters but its own newlines."""
    for shown in passed(text):
        for row in rows(shown):
            assert not acting(row_text(row), lines=True)


@hostile
def test_rows_are_safe_whoever_serves(text: str) -> None:
    """The same where no rule was ever applied: a server may send anything."""
    for row in rows(text):
        found = acting(row_text(row), lines=True)
        assert not found, (row, found)
        assert not acting_on_a_terminal(row_text(row))


@hostile
def test_what_is_saved_acts_on_nothing(text: str) -> None:
    """A text file has a line for each event, a page no markup of theirs, JSON means the same."""
    clean = clean_text(text)
    told = [Stored(event, encode(event)) for event in events(clean)]

    def read(_: str | None = None) -> Iterator[Stored]:
        return iter(told)

    lines = b"".join(txt(read, {"lobby": "#lobby"})).decode().splitlines(keepends=True)
    assert len(lines) == len(told)
    for line in lines:
        assert not acting(line.removesuffix("\n"))
    for stored, frame in zip(told, jsonl(read, {}), strict=True):
        found = acting(frame.decode().removesuffix("\n"))
        assert not [each for each in found if len(each) == 1], found
        assert json.loads(frame) == json.loads(stored.frame)
    page = b"".join(html(read, {"lobby": clean})).decode()
    assert not acting(page, lines=True)
    ours = b"".join(html(read, {"lobby": "x"})).decode()
    told[:] = [Stored(event, encode(event)) for event in events("x")]
    plain = b"".join(html(read, {"lobby": "x"})).decode()
    assert ours.count("<") == plain.count("<")


@hostile
def test_records_of_the_log_are_their_own_lines(text: str) -> None:
    """Neither in a message nor in a traceback does a text begin a record or act on a screen."""
    try:
        raise ValueError(text)
    except ValueError:
        record = logging.LogRecord("n", logging.INFO, "f", 1, "%s", (text,), sys.exc_info())
    first, *rest = LineFormatter("%(levelname)s %(message)s").format(record).split("\n")
    assert first.startswith("INFO ")
    assert not acting(first)
    for line in rest:
        assert line.startswith("  ")
        assert not acting(line)
    line = JsonFormatter().format(record)
    assert not [each for each in acting(line) if len(each) == 1]
    assert json.loads(line)["message"] == text


@hostile
def test_what_the_window_draws_acts_on_nothing(text: str) -> None:
    """Labels are lines, and in a transcript there are no controls but newlines and tabs."""
    assert not acting(drawable(text))
    presenter = TranscriptPresenter(year=2026, zone=UTC)
    quote = Quote(6, text, text)
    presenter.load([Line("k", "said", "a", text, text, 0, error=text, seq=1, quote=quote)])
    (block,) = presenter.blocks
    assert block.quote is not None
    assert block.error is not None
    for line in (block.sender, block.error, block.quote.sender, block.quote.text):
        assert not acting(line)
    assert not acting(block.text, lines=True)
    for part in body(block.text, "a", NOBODY).parts:
        shown = part.text if hasattr(part, "text") else "".join(s.text for s in part.segments)
        assert not acting(shown, lines=True)


@hostile
def test_notifications_are_lines(text: str) -> None:
    """Title and text are one line each; that markup is none is the edge's to see to."""
    message = Message(room=text, label=text, sender=text, text=text)
    for told in (
        one_notification(message, preview=True),
        count_notification(message, 3, preview=True),
    ):
        assert not acting(told.title)
        assert not acting(told.body)


def test_a_megabyte_of_marks_is_a_few() -> None:
    """However many combining marks follow one another, so many stay."""
    assert clean_text("a" + "\u0301" * 1_000_000) == "a" + "\u0301" * 8
    assert not acting(drawable("a" + "\u0301\u200b" * 500_000))


@pytest.mark.parametrize("what", HOSTILE)
def test_the_tests_would_see_it(what: str) -> None:
    """Unless it is for Tcl, a format, a parser or the eye, each text is one that acts."""
    later = ("is ", "does not", "hides", "climbs through")
    harmless = {name for name in HOSTILE if name.startswith(later)}
    acts = {"is a hyperlink", "is in C1", "is in a fence"}
    if what in harmless - acts:
        return
    assert acting(HOSTILE[what])
