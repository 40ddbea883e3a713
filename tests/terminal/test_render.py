"""What happened, as lines of text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.annotations import Reaction
from asynchat.link.searching import Hit
from asynchat.markup.mentions import highlights
from asynchat.messages import (
    Edited,
    Joined,
    Person,
    Pinned,
    Presence,
    Reacted,
    Redacted,
    Room,
    Said,
    Unread,
)
from asynchat.terminal.numbers import Numbered
from asynchat.terminal.render import (
    QUOTE_COLUMNS,
    about_row,
    event_row,
    follow_about_line,
    follow_line,
    hit_row,
    notice_row,
    people_rows,
    pipe_line,
    presence_sentence,
    quote_text,
    room_label,
    rooms_rows,
    row_text,
    unread_row,
)

NOON = 1795262580000  # 2026-11-21 12:03 UTC


def said(text: str, sender: str = "ada", time: int = NOON, account: str = "u1") -> Said:
    return Said(
        seq=1,
        time=time,
        room="lobby",
        account=account,
        sender=sender,
        id="x",
        text=text,
        reply_to=None,
    )


def test_the_pipe_prints_sender_and_text_on_one_line() -> None:
    """A message is one line of the pipe, whatever line ends it holds."""
    assert pipe_line(said("hello")) == "ada: hello"
    assert pipe_line(said("one\r\ntwo\tthree")) == "ada: one ⏎ two three"


def test_follow_prints_when_where_who_and_what() -> None:
    """``--follow`` prints date and time, room, sender and text."""
    assert follow_line(said("hi"), "#lobby", UTC) == "2026-11-21 12:03 #lobby ada: hi"


def about(kind: type[Any], **fields: object) -> Any:
    """Return what became of a message."""
    return kind(
        seq=2, time=NOON, room="lobby", account="u2", sender="ben", id="y", about=1, **fields
    )


TWELVE = Numbered(12, "lobby", 1, "u1", "ada", "hello", reactions=(Reaction("👍", 3),))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (about(Edited, text="one\ntwo \x1b[2J\u202e"), "edited 12: one ⏎ two [2J"),
        (about(Redacted), "deleted 12"),
        (about(Reacted, emoji="👍", on=True), "reacted 👍 to 12 (3)"),
        (about(Reacted, emoji="🎉\x1b", on=True), "reacted 🎉 to 12 (0)"),
        (about(Reacted, emoji="🎉\x07", on=False), "took back 🎉 from 12 (0)"),
        (about(Pinned, on=True), "pinned 12"),
        (about(Pinned, on=False), "unpinned 12"),
    ],
)
def test_what_became_of_a_message_is_one_line(event: Any, sentence: str) -> None:
    """It names the message by its number, and nothing in it moves a cursor."""
    assert row_text(about_row(event, TWELVE, zone=UTC)) == f"12:03 * ben {sentence}"
    there = row_text(about_row(event, TWELVE, label="#dev", zone=UTC))
    assert there == f"12:03 #dev * ben {sentence}"


def test_what_has_no_number_is_an_earlier_message() -> None:
    """Of what was not shown it is told without number and count."""
    row = about_row(about(Reacted, emoji="👍", on=True), None, zone=UTC)
    assert row_text(row) == "12:03 * ben reacted 👍 to an earlier message"


def test_follow_prints_what_became_of_a_message() -> None:
    """``--follow`` has it after a star, on one line."""
    line = follow_about_line(about(Edited, text="a\nb"), "#lobby", UTC)
    assert line == "2026-11-21 12:03 #lobby * ben edited a message: a ⏎ b"


def test_a_message_is_shown_as_it_is_now() -> None:
    """Its number, the newest text, that it was edited and is pinned, and the reactions."""
    now = replace(TWELVE, text="hello\nall", edited=True, pinned=True)
    row = event_row(said("helo"), zone=UTC, numbered=now, quote="11 ben: hi")
    assert row_text(row).splitlines() == [
        "      ↪ 11 ben: hi",
        "12:03 12 ada: hello",
        "      all (edited, pinned)",
        "      👍 3",
    ]
    assert ("class:time", "12 ") in row


def test_a_deleted_message_shows_no_text() -> None:
    """Neither what is known of it nor an old copy shows it, anywhere."""
    deleted = replace(TWELVE, text="", deleted=True, reactions=())
    row = event_row(said("secret"), zone=UTC, numbered=deleted)
    assert row_text(row) == "12:03 12 ada: (deleted)"
    assert quote_text("ada", "secret", number=12, deleted=True) == "12 ada: (deleted)"
    blank = msgspec.structs.replace(said(""), redacted=True)
    assert pipe_line(blank) == "ada: (deleted)"
    assert row_text(event_row(blank, zone=UTC)) == "12:03 ada: (deleted)"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("short", "ada: short"),
        ("two\nlines\x1b[1m\u202e", "ada: two ⏎ lines[1m"),
        ("x" * 55, f"ada: {'x' * 55}"),
        ("x" * 56, f"ada: {'x' * 54}…"),
        ("字" * 40, f"ada: {'字' * 26}…"),
    ],
)
def test_a_quote_is_one_short_line(text: str, quote: str) -> None:
    """What a reply is to is cut to a line, wide characters counting twice."""
    assert quote_text("ada", text) == quote


@given(st.text())
def test_a_quote_is_never_wider(text: str) -> None:
    """Whatever was said, its quote is one line of so many columns at most."""
    quote = quote_text("ada", text, number=12)
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in quote)
    assert columns <= QUOTE_COLUMNS
    assert len(quote.splitlines()) == 1


@pytest.mark.parametrize("time", [2**53 - 1, -(2**53), 10**30])
def test_a_time_that_cannot_be_is_no_error(time: int) -> None:
    """Whatever integer a server sends as time, the line is printed."""
    assert follow_line(said("hi", time=time), "#lobby", UTC) == "1970-01-01 00:00 #lobby ada: hi"


def test_a_text_of_several_lines_is_indented() -> None:
    """The lines after the first are indented, so that none of them passes for another message."""
    assert row_text(event_row(said("one\n12:04 eve: two"), zone=UTC)) == (
        "12:03 ada: one\n      12:04 eve: two"
    )


def test_a_line_of_another_room_names_it() -> None:
    """What is said in a room that is not open carries the room's label."""
    assert row_text(event_row(said("hi"), label="#dev", zone=UTC)) == "12:03 #dev ada: hi"


def test_what_is_no_message_is_told_as_a_sentence() -> None:
    """Events other than messages are shown as what happened."""
    joined = Joined(seq=2, time=NOON, room="lobby", account="u2", sender="ben", id=None)
    assert row_text(event_row(joined, zone=UTC)) == "12:03 * ben joined"


def test_senders_differ_by_style_and_one_knows_oneself() -> None:
    """The same account has the same style everywhere; one's own is its own."""
    styles = {event_row(said("x", account=f"u{n}"))[2][0] for n in range(50)}
    assert len(styles) == 6
    assert event_row(said("x"), me="u1")[2] == ("class:me", "ada")
    assert event_row(said("x"), me="u2")[2] == event_row(said("y"))[2]


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08\u202e\u2066\u200f\x00\x7f\u2028"


@given(st.text(alphabet=st.characters() | st.sampled_from(HOSTILE)))
def test_nothing_said_can_move_the_cursor(text: str) -> None:
    """Whatever is in a name, a text, a room or a topic, no control character is printed."""
    person = Presence(account="u2", name=text, state="online")
    direct = Room(
        name="~x",
        topic=text,
        members=2,
        head=1,
        direct=True,
        people=(Person(account="u2", name=text),),
    )
    one_liners = [
        pipe_line(said(text, sender=text)),
        follow_line(said(text, sender=text), room_label(text, None, None)),
        row_text(notice_row(text)),
        presence_sentence(person) or "",
        room_label("~x", direct, "u1"),
        *map(row_text, people_rows([person], "lobby")),
        *map(row_text, rooms_rows([direct], "u1", "lobby", {})),
    ]
    for line in one_liners:
        assert not [char for char in line if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    for styled in (False, True):
        row = row_text(event_row(said(text, sender=text), styled=styled))
        first, *more = row.split("\n")
        for line in [first, *more]:
            assert not [char for char in line if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]
        assert all(line.startswith("      ") for line in more)


def test_markdown_is_shown_by_styles() -> None:
    """Where there are styles, marks become them; a link tells where it leads."""
    row = event_row(said("**b** *i* ~~s~~ `c` [x](https://e.example)"), zone=UTC, styled=True)
    assert row[3:] == (
        ("", ": "),
        ("", ""),
        ("class:quote", ""),
        ("", ""),
        ("bold", "b"),
        ("", " "),
        ("italic", "i"),
        ("", " "),
        ("strike", "s"),
        ("", " "),
        ("class:code", "c"),
        ("", " "),
        ("underline", "x"),
        ("class:notice", " (https://e.example)"),
    )


def test_without_styles_markdown_stands_as_typed() -> None:
    """Where there are none, nothing of what was meant is lost."""
    assert row_text(event_row(said("**b** `c`\n> q"), zone=UTC)) == (
        "12:03 ada: **b** `c`\n      > q"
    )


def test_quotes_lists_and_code_keep_their_shape() -> None:
    """Bars stand before quotes, markers before items, a line beside code."""
    text = "see\n> one\n> two\n- a\n  more\n10. b\n\n```py\nx = 1\n\ny\n```"
    assert row_text(event_row(said(text), zone=UTC, styled=True)).splitlines() == [
        "12:03 ada: see",
        "      │ one",
        "      │ two",
        "      • a",
        "        more",
        "      10. b",
        "      ",
        "      py",
        "      ▏x = 1",
        "      ▏",
        "      ▏y",
    ]


def test_mentions_are_marked() -> None:
    """Those one knows, and oneself, have styles of their own."""
    known = highlights(names=("ben",), me=("ada",))
    row = event_row(said("*@ben* and @ada"), styled=True, highlighted=known)
    assert ("italic class:mention", "@ben") in row
    assert ("class:mention-me", "@ada") in row


def test_a_direct_room_is_called_by_its_people() -> None:
    """A direct room's label is who else is in it, by a former name where another took it."""
    people = (
        Person(account="u1", name="ada"),
        Person(account="u2", name="ben"),
        Person(account="u3", name=None, was="eve"),
    )
    room = Room(name="~x", topic="", members=3, head=1, direct=True, people=people)
    assert room_label("~x", room, "u1") == "@ben,eve"
    assert room_label("dev", None, "u1") == "#dev"
    alone = Room(name="~y", topic="", members=1, head=1, direct=True, people=people[:1])
    assert room_label("~y", alone, "u1") == "@ada"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Presence(account="u", name="ben", state="online"), "ben is here"),
        (Presence(account="u", name="ben", state="away"), "ben is away"),
        (Presence(account="u", name="ben", state="offline", reason="bye"), "ben has gone"),
        (
            Presence(account="u", name="ben", state="offline", reason="lost"),
            "ben lost the connection",
        ),
        (
            Presence(account="u", name="bob", state="online", reason="renamed", was="ben"),
            "ben is now called bob",
        ),
        (Presence(account="u", name=None, state="offline", was="ben"), "ben has gone"),
        (Presence(account="u", name="ben", state="dancing"), None),
    ],
)
def test_coming_and_going_is_told_in_words(change: Presence, sentence: str | None) -> None:
    """Each change of presence is one sentence; a state of a later version is passed over."""
    assert presence_sentence(change) == sentence


def test_people_are_listed_with_those_first_who_are_here() -> None:
    """The list counts who is here, and shows them first, in order of name."""
    rows = people_rows(
        [
            Presence(account="u1", name="eve", state="offline"),
            Presence(account="u2", name="Ben", state="online"),
            Presence(account="u3", name="ada", state="online"),
            Presence(account="u4", name="cyd", state="away"),
        ],
        "#lobby",
    )
    assert [row_text(row) for row in rows] == [
        "* #lobby: 3 here, 4 in all",
        "  ada",
        "  Ben",
        "  cyd (away)",
        "  eve (offline)",
    ]


def test_what_is_unread_is_told_with_the_rooms() -> None:
    """How much, how often one is mentioned, and a hundred as more than can be counted."""
    rooms = [Room(name=name, topic="", members=2, head=1) for name in ("dev", "lobby", "zoo")]
    unread = {
        "dev": Unread(room="dev", seq=1, unread=3, mentions=1),
        "lobby": Unread(room="lobby", seq=1, unread=3),
        "zoo": Unread(room="zoo", seq=1),
    }
    assert list(map(row_text, rooms_rows(rooms, "u1", "lobby", unread))) == [
        "* 3 rooms",
        "  #dev, 3 unread, 1 for you, 2 members",
        "  #lobby (on view), 2 members",
        "  #zoo, 2 members",
    ]
    many = Unread(room="zoo", seq=1, unread=100)
    assert row_text(unread_row(many, "#zoo")) == "  #zoo, 99+ unread"


def test_rooms_are_listed_with_topic_and_count() -> None:
    """The list of rooms tells the open one, and those one is not in."""
    rows = rooms_rows(
        [
            Room(name="dev", topic="code", members=1, head=1, member=False),
            Room(name="lobby", topic="", members=2, head=1),
            Room(name="ops", topic="", members=2, head=1),
        ],
        "u1",
        "lobby",
        {},
    )
    assert [row_text(row) for row in rows] == [
        "* 3 rooms",
        "  #dev (not joined), 1 member: code",
        "  #lobby (on view), 2 members",
        "  #ops, 2 members",
    ]


def test_a_hit_is_one_line_around_what_was_found() -> None:
    """Of a long text the part with the first mark is shown; nothing of it moves the cursor."""
    text = "a" * 300 + " tea\n\x1b[1m " + "b" * 300
    hit = Hit("den", 7, NOON, "a1", "ada\n", text, ((301, 304),))
    row = hit_row(hit, "#den", "a1", UTC)
    line = row_text(row)
    assert line.startswith(f"{datetime.fromtimestamp(NOON / 1000, UTC):%Y-%m-%d %H:%M} #den ada")
    assert ("class:match", "tea") in row
    assert ("class:me", "ada ⏎ ") in row
    assert ": …aaa" in line
    assert line.endswith("b…")
    assert "\n" not in line
    assert "\x1b" not in line
    short = row_text(hit_row(Hit("den", 7, NOON, "a1", "ada", "tea", ()), "#den", None, UTC))
    assert short.endswith("#den ada: tea")
