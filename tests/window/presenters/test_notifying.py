from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.messages import Said
from asynchat.window.preferences import Notifications, Sound
from asynchat.window.presenters.notifying import (
    AT_ONCE,
    EVERY_S,
    MAX_CHARS,
    Attention,
    Gathered,
    Message,
    Moment,
    News,
    Notification,
    attention,
    calls_me,
    choices,
    shown,
)

USUAL = Notifications()
ALL = Notifications(show="all")
NOTHING = Notifications(show="nothing")
SILENT = Notifications(sound=False)
NIGHT = Notifications(quiet_from="22:00", quiet_to="07:00")

PLAIN = News()
CALL = News(calls=True)
DIRECT = News(direct=True)
OWN = News(own=True, direct=True, calls=True)

NOON = Moment()


@pytest.mark.parametrize(
    ("news", "told", "chosen", "moment", "expected"),
    [
        # What is chosen for all rooms.
        (PLAIN, USUAL, None, NOON, "nothing"),
        (CALL, USUAL, None, NOON, "heard"),
        (DIRECT, USUAL, None, NOON, "heard"),
        (PLAIN, ALL, None, NOON, "heard"),
        (CALL, NOTHING, None, NOON, "nothing"),
        (DIRECT, NOTHING, None, NOON, "nothing"),
        # What is chosen for the room outweighs it.
        (PLAIN, USUAL, "all", NOON, "heard"),
        (PLAIN, NOTHING, "all", NOON, "heard"),
        (CALL, ALL, "nothing", NOON, "nothing"),
        (DIRECT, USUAL, "nothing", NOON, "nothing"),
        (PLAIN, ALL, "mentions", NOON, "nothing"),
        (CALL, NOTHING, "mentions", NOON, "heard"),
        (DIRECT, USUAL, "mentions", NOON, "nothing"),
        # One's own, from here or from another device, is no news.
        (OWN, ALL, "all", NOON, "nothing"),
        # On view, and in front.
        (CALL, ALL, "all", Moment(watched=True), "nothing"),
        # Whoever is busy is let alone.
        (DIRECT, ALL, "all", Moment(busy=True), "nothing"),
        # Quiet hours go over midnight; their first minute is quiet, their last is not.
        (CALL, NIGHT, None, Moment(21 * 60 + 59), "heard"),
        (CALL, NIGHT, None, Moment(22 * 60), "nothing"),
        (CALL, NIGHT, "all", Moment(3 * 60), "nothing"),
        (CALL, NIGHT, None, Moment(7 * 60), "heard"),
        # Without a sound.
        (CALL, SILENT, None, NOON, "shown"),
        (PLAIN, SILENT, "all", NOON, "shown"),
        (PLAIN, SILENT, None, NOON, "nothing"),
    ],
)
def test_what_a_person_is_told_of(
    news: News, told: Notifications, chosen: Sound | None, moment: Moment, expected: Attention
) -> None:
    """Settings, the room's own choice, the time and what is on view decide, in this way."""
    assert attention(news, told, moment, chosen=chosen) == expected


def said(text: str, *, mentions: tuple[str, ...] = (), everyone: bool = False) -> Said:
    """Return what ben said."""
    return Said(
        seq=1,
        time=0,
        room="lobby",
        account="B",
        sender="ben",
        id=None,
        text=text,
        reply_to=None,
        mentions=mentions,
        everyone=everyone,
    )


@pytest.mark.parametrize(
    ("event", "calls"),
    [
        (said("hello"), False),
        (said("@ada", mentions=("A",)), True),
        (said("@carl", mentions=("C",)), False),
        (said("@room", everyone=True), True),
        (said("`@room`"), False),
        (said("the Deploy failed"), True),
        (said("`@room` deploy"), True),
        (said("deployed"), False),
    ],
)
def test_who_is_called(event: Said, calls: bool) -> None:
    """The server says who is mentioned; highlighted words are the reader's own."""
    assert calls_me(event, me="A", words=("deploy",)) is calls


def message(room: str = "zoo", text: str = "hi", sender: str = "ben", **more: bool) -> Message:
    """Return something said that is to be told."""
    return Message(room, sender if more.get("direct") else f"#{room}", sender, text, **more)


def taken(gathered: Gathered, now: float, *, preview: bool = True) -> list[tuple[str, str]]:
    """Return titles and texts of what is shown at a time."""
    return [(each.title, each.body) for each in gathered.take(now, preview=preview)]


def test_the_first_message_is_shown_at_once() -> None:
    """Its title has who said it and where; a direct message only who."""
    gathered = Gathered()
    gathered.add(message(text="two\nlines"))
    gathered.add(message("@1", "psst", "carl", direct=True))
    assert gathered.wait_s(0) == 0
    assert taken(gathered, 0) == [("ben in #zoo", "two lines"), ("carl", "psst")]
    assert not gathered
    assert gathered.wait_s(0) is None


def test_in_a_direct_room_of_several_the_others_are_named() -> None:
    """The title tells who of them said it."""
    gathered = Gathered()
    gathered.add(Message("@1", "ben, carl", "carl", "psst", direct=True))
    gathered.add(Message("@1", "ben, carl", "ben", "what?", direct=True))
    assert taken(gathered, 0) == [("2 new messages from ben, carl", "ben: what?")]
    gathered.add(Message("@1", "ben, carl", "carl", "psst", direct=True))
    assert taken(gathered, EVERY_S) == [("carl in ben, carl", "psst")]


def test_what_follows_soon_is_counted() -> None:
    """For some seconds a room is silent; then one notification tells how much was said."""
    gathered = Gathered()
    gathered.add(message())
    assert len(taken(gathered, 10)) == 1
    for text in ("one", "two", "three"):
        gathered.add(message(text=text))
    assert taken(gathered, 11) == []
    assert gathered.wait_s(11) == EVERY_S - 1
    assert taken(gathered, 10 + EVERY_S) == [("3 new messages in #zoo", "ben: three")]


def test_nothing_of_the_text_is_shown_where_that_was_chosen() -> None:
    """Without a preview it is told who said something, and how much."""
    gathered = Gathered()
    gathered.add(message(text="secret"))
    assert taken(gathered, 0, preview=False) == [("ben in #zoo", "A new message")]
    gathered.add(message(text="secret"))
    gathered.add(message(text="secret"))
    assert taken(gathered, EVERY_S, preview=False) == [("2 new messages in #zoo", "")]


def test_what_was_missed_is_told_once() -> None:
    """While the stream catches up nothing is shown, and then one summary for all rooms."""
    gathered = Gathered()
    for number in range(1000):
        gathered.add(message(f"room{number % 6}", heard=number == 3))
        assert gathered.take(number, preview=True, catching_up=True) == ()
    told = gathered.take(1000, preview=True)
    body = "#room4, #room5, #room0, #room1 and 2 more"
    assert told == (Notification("room3", "1000 new messages in 6 rooms", body, heard=True),)
    assert gathered.take(1000 + EVERY_S, preview=True) == ()


def test_one_missed_message_is_shown_as_itself() -> None:
    """A summary of one would say less."""
    gathered = Gathered()
    gathered.add(message(text="there?"))
    assert gathered.take(0, preview=True, catching_up=True) == ()
    assert gathered.wait_s(0) == 0
    assert taken(gathered, 0) == [("ben in #zoo", "there?")]


def test_many_rooms_at_once_are_one_notification() -> None:
    """A desktop is not flooded: some at once, and the others together a little later."""
    gathered = Gathered()
    for number in range(AT_ONCE):
        gathered.add(message(f"room{number}"))
    assert len(taken(gathered, 0)) == AT_ONCE
    for number in range(AT_ONCE, 20):
        gathered.add(message(f"room{number}"))
        assert taken(gathered, 1) == []
    assert gathered.wait_s(1) == EVERY_S - 1
    (told,) = taken(gathered, EVERY_S)
    assert told[0] == f"{20 - AT_ONCE} new messages in {20 - AT_ONCE} rooms"


def test_what_was_seen_meanwhile_is_not_told() -> None:
    """Whoever came to the room needs no notification of it."""
    gathered = Gathered()
    gathered.add(message())
    gathered.forget("zoo")
    gathered.forget("zoo")
    assert taken(gathered, 0) == []
    assert gathered.wait_s(0) is None


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcdefgh"), st.booleans()), max_size=60)
)
def test_every_message_is_counted_once_and_nothing_waits_for_ever(
    steps: list[tuple[int, str, bool]],
) -> None:
    """Whatever comes when, all is told, and never more than so many in those seconds."""
    gathered, now, count, times = Gathered(), 0.0, 0, []
    for pause, room, catching_up in steps:
        now += pause
        gathered.add(message(room))
        for told in gathered.take(now, preview=True, catching_up=catching_up):
            times.append(now)
            count += int(told.title.split()[0]) if told.title[0].isdigit() else 1
    while (wait_s := gathered.wait_s(now)) is not None:
        now += wait_s
        for told in gathered.take(now, preview=True):
            times.append(now)
            count += int(told.title.split()[0]) if told.title[0].isdigit() else 1
    assert count == len(steps)
    for begin in times:
        assert len([at for at in times if begin <= at < begin + EVERY_S]) <= AT_ONCE + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n b\tc", "a b c"),
        ("a\x1b[31mb\x00", "a[31mb"),
        ("ab\u202egnp.exe\u2066", "abgnp.exe"),
        ("x" * 5_000, "x" * (MAX_CHARS - 1) + "…"),
        ("<b>bold</b> & more", "<b>bold</b> & more"),
    ],
)
def test_a_text_is_one_clean_line(text: str, line: str) -> None:
    """Control characters and what turns the writing around are taken out, and it ends."""
    assert shown(text) == line


def test_the_choices_tell_what_holds_without_one() -> None:
    """The first choice says what is in the settings."""
    assert [value for value, _ in choices("all")] == [None, "all", "mentions", "nothing"]
    assert choices("nothing")[0][1] == "As in the settings (nothing)"
