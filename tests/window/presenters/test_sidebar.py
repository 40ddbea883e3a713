from __future__ import annotations

import pytest

from asynchat.messages import Person, Presence, Room, Unread
from asynchat.window.presenters.sidebar import (
    Row,
    badge,
    display_name,
    neighbour,
    next_unread,
    nth_room,
    people_heading,
    room_label,
    rows,
    unread_counts,
    window_title,
)

ME = Person(account="a1", name="ada")
BEN = Person(account="b1", name="ben")


def room(name: str, **fields: object) -> Room:
    return Room(name=name, topic="", members=2, head=1, **fields)  # type: ignore[arg-type]


def listed(unread: dict[str, int] | None = None) -> tuple[Row, ...]:
    rooms = [
        room("zoo"),
        room("~x", direct=True, people=(ME, BEN)),
        room("art", private=True),
        room("lobby"),
    ]
    return rows(
        {one.name: one for one in rooms},
        me="a1",
        on_view="zoo",
        unread={
            name: Unread(room=name, seq=1, unread=count) for name, count in (unread or {}).items()
        },
        people=[
            Presence(account="o1", name="olga", state="offline"),
            Presence(account="b1", name="ben", state="online"),
            Presence(account="a1", name="ada", state="online"),
            Presence(account="w1", name="Ann", state="away"),
        ],
        known={"b1": Presence(account="b1", name="ben", state="online")}.get,
    )


def test_the_lobby_comes_first_then_rooms_by_name() -> None:
    """Rooms stand in order of name below the lobby; direct rooms have a heading of their own."""
    texts = [row.text for row in listed()]
    assert texts[:6] == ["ROOMS", "# lobby", "# art", "# zoo", "DIRECT", "ben"]


def test_people_who_are_here_come_first() -> None:
    """People stand in order of presence, then name; oneself is marked, who is away is not dim."""
    people = [row for row in listed() if row.kind == "person"]
    assert [row.text for row in people] == ["ada (you)", "ben", "Ann", "olga"]
    assert [row.dim for row in people] == [False, False, False, True]


def test_unread_rooms_are_bold_with_a_count() -> None:
    """What was said in a room not on view makes it bold, with the number."""
    row = next(row for row in listed({"art": 3}) if row.key == "art")
    assert (row.bold, row.badge, row.private) == (True, "3", True)
    assert not next(row for row in listed() if row.key == "art").bold


def test_the_room_on_view_is_selected() -> None:
    """Exactly the room on view is selected."""
    assert [row.key for row in listed() if row.selected] == ["zoo"]


def test_a_direct_room_is_called_as_its_people_chose() -> None:
    """Display names stand for names, in order; a room of several has no dot."""
    known = {
        "b1": Presence(account="b1", name="ben", state="online", display="Ulla"),
        "c1": Presence(account="c1", name="carol", state="away"),
    }
    people = (ME, BEN, Person(account="c1", name="carol"), Person(account="d1", name="Dan"))
    found = rows(
        {"~x": room("~x", direct=True, people=people)},
        me="a1",
        on_view=None,
        unread={},
        people=[],
        known=known.get,
    )
    row = next(row for row in found if row.kind == "direct")
    assert (row.text, row.state) == ("carol, Dan, Ulla", None)


def test_a_direct_room_shows_the_other_s_presence() -> None:
    """The room of two is called by the other, whose dot it has."""
    row = next(row for row in listed() if row.kind == "direct")
    assert (row.text, row.state) == ("ben", "online")


def test_without_direct_rooms_there_is_no_heading_for_them() -> None:
    """An empty section is not there."""
    found = rows({}, me="a1", on_view=None, unread={}, people=[], known=lambda _: None)
    assert [row.text for row in found] == ["ROOMS", "PEOPLE — 0"]


def test_several_people_and_none() -> None:
    """A direct room of several is called by all others; one left alone says so."""
    several = room("~y", direct=True, people=(ME, BEN, Person(account="c", name="Cy")))
    assert room_label(several, "a1") == "ben, Cy"
    assert room_label(room("~z", direct=True, people=(ME,)), "a1") == "just you"


def test_who_lost_a_name_is_called_by_it() -> None:
    """An account whose name went to another is called what it was called."""
    assert display_name(Person(account="x", name=None, was="old")) == "old"
    assert display_name(Person(account="x", name=None)) == "someone"


@pytest.mark.parametrize(
    ("states", "heading"),
    [(["online", "away"], "PEOPLE — 2"), (["online", "offline"], "PEOPLE — 1 of 2")],
)
def test_the_heading_counts(states: list[str], heading: str) -> None:
    """The heading counts who is here, and how many there are if not all are."""
    people = [Presence(account=str(n), name="x", state=state) for n, state in enumerate(states)]
    assert people_heading(people) == heading


@pytest.mark.parametrize(
    ("label", "unread", "title"),
    [
        ("# lobby", 3, "(3) asynchat — #lobby"),
        ("ben", 0, "asynchat — ben"),
        ("", 0, "asynchat"),
    ],
)
def test_the_title(label: str, unread: int, title: str) -> None:
    """The title tells the room and how much is unread."""
    assert window_title(label, unread) == title


def test_going_round() -> None:
    """The room below the last is the first; people and headings are passed over."""
    found = listed()
    assert neighbour(found, "zoo", 1) == "~x"
    assert neighbour(found, "~x", 1) == "lobby"
    assert neighbour(found, "lobby", -1) == "~x"
    assert neighbour(found, "gone", 1) == "lobby"
    assert neighbour((), None, 1) is None


def test_a_badge_is_short() -> None:
    """No count is a badge of more than three signs."""
    assert [badge(count) for count in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


def test_the_next_unread_room() -> None:
    """The keys for unread rooms go round, pass over what is read, and stay where nothing is."""
    shown = listed({"lobby": 2, "~x": 1})
    assert next_unread(shown, "zoo", 1) == "~x"
    assert next_unread(shown, "~x", 1) == "lobby"
    assert next_unread(shown, "zoo", -1) == "lobby"
    assert next_unread(shown, None, 1) == "lobby"
    assert next_unread(shown, None, -1) == "~x"
    assert next_unread(listed({"zoo": 1}), "zoo", 1) is None
    assert next_unread((), None, 1) is None


def test_rooms_have_numbers() -> None:
    """Rooms are counted as the sidebar shows them, direct ones too."""
    shown = listed()
    assert [nth_room(shown, number) for number in (0, 1, 4, 5)] == [None, "lobby", "~x", None]


def test_unread_counts_are_read_from_badges() -> None:
    """Many are as many as the badge says."""
    assert unread_counts(listed({"lobby": 2, "zoo": 500})) == {"lobby": 2, "zoo": 99}


def test_what_is_for_oneself_is_counted_apart() -> None:
    """Mentions of what is unread in a room, and all of it where one is spoken to directly."""
    found = rows(
        {"lobby": room("lobby"), "~x": room("~x", direct=True)},
        me="a1",
        on_view=None,
        unread={
            "lobby": Unread(room="lobby", seq=1, unread=5, mentions=2),
            "~x": Unread(room="~x", seq=1, unread=3),
        },
        people=[],
        known=lambda _: None,
    )
    counts = {row.key: (row.badge, row.called) for row in found if row.badge}
    assert counts == {"lobby": ("5", "2"), "~x": ("3", "3")}
