"""Rooms and memberships as the events of the log make them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.state import OPEN, Interval, Room, State
from asynchat.messages import (
    Appointed,
    Changed,
    Created,
    Joined,
    Left,
    Person,
    Said,
    Topic,
)
from asynchat.messages import Room as RoomFrame

if TYPE_CHECKING:
    from asynchat.messages import AnyEvent


def event(kind: type[AnyEvent], seq: int, room: str, account: str, **fields: object) -> AnyEvent:
    """Return an event with as little as a test has to say."""
    return kind(
        seq=seq,
        time=1,
        room=room,
        account=account,
        sender=account,
        id=None,
        **fields,  # type: ignore[arg-type]
    )


def created(seq: int, room: str, account: str, *, private: bool = False) -> AnyEvent:
    """Return how a room is made."""
    return event(Created, seq, room, account, topic="tea", private=private)


def direct(seq: int, room: str, *accounts: str, private: bool = True) -> AnyEvent:
    """Return how a direct room of these people is made, by the first of them."""
    people = tuple(Person(account=one, name=one) for one in accounts)
    return event(
        Created, seq, room, accounts[0], topic="", private=private, direct=True, people=people
    )


def joined(seq: int, room: str, account: str) -> AnyEvent:
    """Return how somebody comes."""
    return event(Joined, seq, room, account)


def left(seq: int, room: str, account: str) -> AnyEvent:
    """Return how somebody goes."""
    return event(Left, seq, room, account)


def state_of(*events: AnyEvent) -> State:
    """Return the state after these events."""
    state = State()
    for one in events:
        state.apply(one)
    return state


def person(account: str) -> Person:
    """Return an account under its own name."""
    return Person(account=account, name=account)


@pytest.mark.parametrize(
    ("seq", "inside"), [(2, False), (3, True), (4, True), (5, True), (6, False)]
)
def test_an_interval_includes_both_its_ends(seq: int, inside: bool) -> None:
    """One's own joined and left belong to one's stay."""
    assert (seq in Interval(3, 5)) == inside


def test_an_open_interval_has_no_end() -> None:
    """A stay that has not ended holds whatever is said later."""
    assert OPEN in Interval(3)
    assert 2 not in Interval(3)


def test_there_is_a_lobby_from_the_start() -> None:
    """An empty log has one room, public and empty."""
    assert State().rooms == {"lobby": Room("lobby", openings=[Interval(0)])}


def test_who_makes_a_room_is_its_first_member() -> None:
    """`Created` opens the membership of the creator, and no joined is needed."""
    room = state_of(created(4, "den", "a", private=True)).rooms["den"]
    assert room == Room(
        "den",
        topic="tea",
        private=True,
        head=4,
        members={"a": 4},
        stays={"a": [Interval(4)]},
        moderators={"a"},
    )


def test_a_direct_room_opens_for_all_its_people() -> None:
    """A direct room is found by its people in order, whoever made it."""
    state = state_of(direct(2, "~x", "b", "a"))
    room = state.rooms["~x"]
    assert room.people == ("a", "b")
    assert room.members == {"a": 2, "b": 2}
    assert state.direct_of(("a", "b")) is room
    assert state.direct_of(("a",)) is None
    assert [one.name for one in state.rooms_of("b")] == ["~x"]


def test_coming_and_going_make_stays() -> None:
    """Each stay begins with its joined and ends with its left."""
    state = state_of(
        created(1, "den", "a"), joined(2, "den", "b"), left(4, "den", "b"), joined(6, "den", "b")
    )
    room = state.rooms["den"]
    assert room.stays["b"] == [Interval(2, 4), Interval(6)]
    assert room.members == {"a": 1, "b": 6}


def test_whoever_left_is_no_member_but_was_one() -> None:
    """The rooms one is in and the rooms one ever was in are told apart."""
    state = state_of(created(1, "den", "a"), joined(2, "lobby", "a"), left(3, "den", "a"))
    assert [room.name for room in state.rooms_of("a")] == ["lobby"]
    assert set(state.ever_of("a")) == {"den", "lobby"}
    assert state.ever_of("b") == {}
    assert list(state.rooms_of("b")) == []


def test_what_is_said_moves_the_head_only() -> None:
    """A message changes nothing of a room but its newest seq."""
    state = state_of(joined(1, "lobby", "a"))
    state.apply(event(Said, 5, "lobby", "a", text="hi", reply_to=None))
    assert state.rooms["lobby"].head == 5
    state.apply(event(Topic, 6, "lobby", "a", text="cake"))
    assert state.rooms["lobby"].topic == "cake"
    assert state.rooms["lobby"].head == 6


def test_the_head_never_goes_back() -> None:
    """An event without a seq yet leaves the head where it is."""
    state = state_of(joined(4, "lobby", "a"))
    state.apply(joined(0, "lobby", "b"))
    assert state.rooms["lobby"].head == 4


def test_a_public_room_is_read_from_its_beginning() -> None:
    """A member of a public room may read all of it, one of a private room its own stays."""
    state = state_of(
        created(1, "den", "a"),
        joined(3, "den", "b"),
        created(4, "attic", "a", private=True),
        joined(6, "attic", "b"),
        direct(8, "~x", "a", "b"),
    )
    assert state.rooms["den"].readable("b") == [Interval(0)]
    assert state.rooms["attic"].readable("b") == [Interval(6)]
    assert state.rooms["~x"].readable("b") == [Interval(8)]


def test_private_rooms_are_seen_by_their_members_only() -> None:
    """Everyone may know of public rooms; of private and direct ones only who is in them."""
    state = state_of(
        created(1, "den", "a"), created(2, "attic", "a", private=True), direct(3, "~x", "a", "b")
    )
    assert {room.name for room in state.visible_to("a")} == {"lobby", "den", "attic", "~x"}
    assert {room.name for room in state.visible_to("b")} == {"lobby", "den", "~x"}
    assert {room.name for room in state.visible_to("c")} == {"lobby", "den"}


def test_a_direct_room_is_never_public() -> None:
    """Whatever its event says of privacy, only its people know a direct room."""
    state = state_of(direct(1, "~x", "a", "b", private=False))
    assert state.rooms["~x"].readable("a") == [Interval(1)]
    assert {room.name for room in state.visible_to("c")} == {"lobby"}


def test_a_room_is_told_as_of_its_head() -> None:
    """The frame of a room counts its members and says whether one is among them."""
    state = state_of(created(1, "den", "a"), joined(2, "den", "b"), direct(3, "~x", "a", "b"))
    assert state.rooms["den"].frame("b", person) == RoomFrame(
        name="den", topic="tea", members=2, head=2
    )
    assert not state.rooms["den"].frame("c", person).member
    assert state.rooms["~x"].frame("a", person) == RoomFrame(
        name="~x",
        topic="",
        members=2,
        head=3,
        private=True,
        direct=True,
        people=(person("a"), person("b")),
    )


def test_a_room_that_is_added_as_it_is_is_known_every_way() -> None:
    """A stored room is found by name, by who was ever in it and by its people."""
    before = state_of(direct(1, "~x", "a", "b"), joined(2, "lobby", "a"), left(3, "lobby", "a"))
    state = State()
    for room in before.rooms.values():
        state.add(room)
    assert state.rooms == before.rooms
    assert set(state.ever_of("a")) == {"~x", "lobby"}
    assert state.direct_of(("a", "b")) is before.rooms["~x"]


def test_rooms_that_look_alike_may_be_from_a_time_before() -> None:
    """Nobody can make another such one; the first is the one that is in the way."""
    state = State()
    for name in ("garden", "gаrden"):
        state.add(Room(name))
    assert state.like("gardеn") is state.rooms["garden"]
    assert state.like("other") is None


def changed(seq: int, room: str = "den", **modes: object) -> AnyEvent:
    """Return how a room is used otherwise."""
    return event(Changed, seq, room, "a", **modes)


def test_a_room_is_used_as_its_newest_events_say() -> None:
    """What an event leaves out stays; slow mode remembers from when it begins who spoke."""
    said = event(Said, 3, "den", "a", text="x", reply_to=None)
    state = state_of(created(1, "den", "a"), said, changed(4, slow_s=9, read_only=True))
    den = state.rooms["den"]
    assert (den.read_only, den.archived, den.slow_s, den.spoke_ms) == (True, False, 9, {})
    state.apply(event(Said, 5, "den", "a", text="y", reply_to=None))
    assert den.spoke_ms == {"a": 1}
    state.apply(changed(6, archived=True, read_only=False))
    assert (den.read_only, den.archived, den.slow_s) == (False, True, 9)
    state.apply(changed(7, slow_s=0))
    assert den.spoke_ms == {}


def test_a_moderator_is_one_until_it_leaves() -> None:
    """Who makes a room, and whom an event says; of a direct room nobody is."""
    state = state_of(created(1, "den", "a"), joined(2, "den", "b"), direct(3, "~ab", "a", "b"))
    den = state.rooms["den"]
    assert (den.moderators, state.rooms["~ab"].moderators) == ({"a"}, set())
    state.apply(event(Appointed, 4, "den", "b", role="moderator"))
    assert den.moderators == {"a", "b"}
    state.apply(event(Appointed, 5, "den", "a", role="member"))
    assert den.moderators == {"b"}
    state.apply(left(6, "den", "b"))
    state.apply(joined(7, "den", "b"))
    assert den.moderators == set()


def test_hidden_rooms_are_seen_by_whom_they_are_shown() -> None:
    """Who was ever there knows; with ``hidden`` all are told but direct ones."""
    state = state_of(
        created(1, "den", "a", private=True), direct(2, "~ab", "a", "b"), left(3, "den", "a")
    )
    den = state.rooms["den"]
    assert (den.is_hidden_from("a"), den.is_hidden_from("b")) == (False, True)
    assert state.rooms["~ab"].is_hidden_from("c")
    assert not state.rooms["lobby"].is_hidden_from("c")
    assert [room.name for room in state.visible_to("c")] == ["lobby"]
    assert [room.name for room in state.visible_to("c", hidden=True)] == ["lobby", "den"]


STEPS = st.lists(st.sampled_from(["open", "close", "come", "go", "say"]), max_size=40)


@given(st.booleans(), STEPS)
def test_each_message_is_read_by_how_the_room_was(private: bool, steps: list[str]) -> None:
    """By everybody if it was public then, else by who was there; in stretches that stand apart."""
    state = state_of(created(1, "den", "a", private=private))
    den = state.rooms["den"]
    public, there = not private, False
    expected: dict[int, bool] = {}
    for seq, step in enumerate(steps, 2):
        if step in {"open", "close"}:
            state.apply(changed(seq, private=step == "close"))
            # The event that closes a room, and the one that opens it, are for everybody.
            expected[seq] = public or step == "open" or there
            public = step == "open"
            continue
        if step == "come" and not there:
            state.apply(joined(seq, "den", "b"))
            there = True
        elif step == "go" and there:
            state.apply(left(seq, "den", "b"))
            expected[seq] = True
            there = False
            continue
        else:
            state.apply(event(Said, seq, "den", "a", text="x", reply_to=None))
        expected[seq] = public or there
    stretches = den.readable("b")
    assert {seq: any(seq in one for one in stretches) for seq in expected} == expected
    assert all(one.last + 1 < other.first for one, other in pairwise(stretches))
