from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.messages import Person, Presence, Room
from asynchat.window.presenters.jump import MOST, offers, ranked

if TYPE_CHECKING:
    from asynchat.window.presenters.jump import Offer
    from asynchat.window.presenters.sidebar import Row

ROOMS = {
    name: Room(name=name, topic="", members=1, head=1, direct=direct, people=people)
    for name, direct, people in (
        ("lobby", False, ()),
        ("python", False, ()),
        ("releases", False, ()),
        ("d1", True, (Person(account="me", name="ada"), Person(account="b", name="ben"))),
    )
}
PEOPLE = [
    Presence(account="me", name="ada", state="online"),
    Presence(account="b", name="ben", state="online"),
    Presence(account="c", name="Carol", state="offline"),
]
OTHERS = [Room(name="zoo", topic="", members=3, head=1, member=False), ROOMS["python"]]


def all_offers() -> tuple[Offer, ...]:
    return offers(
        ROOMS,
        PEOPLE,
        me="me",
        on_view="lobby",
        unread={"releases": 2, "d1": 1},
        visited=["python", "releases", "lobby"],
        others=OTHERS,
    )


def names(rows: tuple[Row, ...]) -> list[str]:
    return [row.key for row in rows]


def test_with_nothing_typed_what_is_unread_comes_first() -> None:
    """Then rooms as they were visited; the one on view comes after all others."""
    rows = ranked(all_offers(), "")
    assert names(rows)[:5] == ["releases", "d1", "python", "zoo", "c"]
    assert rows[0].selected
    assert not any(row.selected for row in rows[1:])
    assert rows[0].badge == "2"


@pytest.mark.parametrize(
    ("typed", "key"),
    [("ben,car", "b,c"), ("@carol, @b", "b,c"), ("carol,ben,", "b,c")],
)
def test_several_people_are_one_row(typed: str, key: str) -> None:
    """Names with commas between them lead to one room of all."""
    row = ranked(all_offers(), typed)[0]
    assert (row.kind, row.key, row.text) == ("person", key, "ben, Carol")
    assert row.selected


@pytest.mark.parametrize("typed", ["ben,", "ben,b", "ben,eve", "#ben,carol", ","])
def test_one_person_is_not_several(typed: str) -> None:
    """With one name, twice the same, or somebody unknown, there is no such row."""
    single = {offer.row.key for offer in all_offers()} | {""}
    assert {row.key for row in ranked(all_offers(), typed)} <= single


def test_the_room_that_there_is_comes_first() -> None:
    """Who has a room with these people is not offered another row for it."""
    people = (Person(account="b", name="ben"), Person(account="c", name="Carol"))
    room = Room(name="d2", topic="", members=3, head=1, direct=True, people=people)
    offered = offers(
        ROOMS | {"d2": room}, PEOPLE, me="me", on_view=None, unread={}, visited=[], others=[]
    )
    assert ranked(offered, "ben, Carol")[0].key == "d2"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pyt", "python"),
        ("PYHTON", "python"),
        ("zoo", "zoo"),
        ("car", "c"),
        ("carl", "c"),
        ("ben", "d1"),
        ("#rel", "releases"),
        ("@c", "c"),
        (">dark", "theme"),
        ("/log", "log"),
        ("quit", "quit"),
        ("settings", "settings"),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed: str, first: str) -> None:
    """Parts, slips of the finger and first signs find rooms, people and commands."""
    assert ranked(all_offers(), typed)[0].key == first


def test_oneself_and_what_cannot_be_done_are_not_offered() -> None:
    """Nobody jumps to oneself, or leaves the lobby; a person with a direct room is that room."""
    found = {offer.row.key for offer in all_offers()}
    assert not found & {"me", "b", "leave"}
    assert "invite" in found


def test_where_nothing_matches_it_says_so() -> None:
    """A word nothing is like finds a hint that cannot be chosen."""
    (row,) = ranked(all_offers(), "xqzw")
    assert not row.active


def test_thousands_are_ranked() -> None:
    """Among 5,000 rooms and 5,000 people the right one comes first, and few rows are shown."""
    rooms = {f"room-{n}": Room(name=f"room-{n}", topic="", members=1, head=1) for n in range(5_000)}
    people = [Presence(account=f"u{n}", name=f"person{n}", state="online") for n in range(5_000)]
    many = offers(rooms, people, me="", on_view=None, unread={})
    assert ranked(many, "room-4321")[0].key == "room-4321"
    assert ranked(many, "room-43")[0].key == "room-43"
    assert ranked(many, "person77")[0].key == "u77"
    assert len(ranked(many, "o")) == MOST
    assert len(ranked(many, "")) == MOST


def test_people_are_found_by_what_they_chose_and_by_their_names() -> None:
    """They are shown as they chose, alone and several at once."""
    carol = Presence(account="c", name="carol", state="online", display="Karo Lina")
    ben = Presence(account="b", name="ben", state="online", display="Dr. B")
    known = {"c": carol, "b": ben}
    offered = offers(
        ROOMS, [carol, ben], me="me", on_view=None, unread={}, visited=[], known=known.get
    )
    for typed in ("karo", "carol", "lina"):
        row = ranked(offered, typed)[0]
        assert (row.key, row.text) == ("c", "Karo Lina")
    for typed in ("ben", "dr"):
        row = ranked(offered, typed)[0]
        assert (row.key, row.text) == ("d1", "Dr. B")
    for typed in ("carol,ben", "dr. b,karo"):
        row = ranked(offered, typed)[0]
        assert (row.key, row.text) == ("b,c", "Dr. B, Karo Lina")
