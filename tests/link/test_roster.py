from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.state import State
from asynchat.link.roster import OFFLINE, ONLINE, Roster
from asynchat.messages import (
    AnyEvent,
    Created,
    Joined,
    Left,
    Person,
    Presence,
    PresenceChanged,
    Room,
    Said,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

ME = "me"
ACCOUNTS = (ME, "ben", "cleo", "dan")


def base(seq: int, room: str, account: str) -> dict[str, Any]:
    """Return what every event has."""
    return {
        "seq": seq,
        "time": 0,
        "room": room,
        "account": account,
        "sender": account.title(),
        "id": None,
    }


def person(account: str) -> Person:
    """Return an account as a room names it."""
    return Person(account=account, name=account.title())


def present(account: str, state: str = ONLINE, **fields: Any) -> Presence:
    """Return how an account is."""
    return Presence(**{"account": account, "name": account.title(), "state": state, **fields})


def entered(*people: str, room: str = "dev", **fields: Any) -> Roster:
    """Return a roster that knows one room and who is in it."""
    roster = Roster()
    told = Room(**{"name": room, "topic": "", "members": len(people), "head": 10, **fields})
    roster.welcome(ME, [told])
    roster.put_people(room, [*map(present, people)])
    return roster


def states(roster: Roster, room: str = "dev") -> dict[str, str]:
    """Return how everybody in a room is."""
    return {person.account: person.state for person in roster.members(room)}


class World:
    """The server's own rules of state, and every event an account is sent of it."""

    def __init__(self) -> None:
        self.state = State()
        self.log: list[AnyEvent] = []

    def act(self, what: str, account: str, room: str) -> None:
        """Let one thing happen, if it can."""
        seq = len(self.log) + 1
        found = self.state.rooms.get(room)
        inside = found is not None and account in found.members
        event: AnyEvent
        if found is None and what == "create":
            event = Created(**base(seq, room, account), topic="t", private=False)
        elif found is not None and what == "join" and not inside:
            event = Joined(**base(seq, room, account))
        elif inside and what == "leave":
            event = Left(**base(seq, room, account))
        elif inside and what == "topic":
            event = Topic(**base(seq, room, account), text=f"topic {seq}")
        elif inside and what == "say":
            event = Said(**base(seq, room, account), text="hi", reply_to=None)
        else:
            return
        self.state.apply(event)
        self.log.append(event)

    def up_to(self, seq: int) -> State:
        """Return the state as of a seq."""
        state = State()
        for event in self.log[:seq]:
            state.apply(event)
        return state

    def seen_by(self, account: str) -> list[AnyEvent]:
        """Return the events of an account's stream."""
        ever = self.state.ever_of(account)
        return [
            event
            for event in self.log
            if event.room in ever and any(event.seq in stay for stay in ever[event.room].stays[ME])
        ]


def put_in_parts(roster: Roster, room: str, members: Iterable[str], size: int) -> None:
    """Take a list of people in as many parts as it needs."""
    people = [present(account) for account in sorted(members)]
    parts = [people[at : at + size] for at in range(0, len(people), size)] or [[]]
    after = None
    for part in parts:
        roster.put_people(room, part, after=after, more=part is not parts[-1])
        after = part[-1].account if part else None


ACTIONS = st.tuples(
    st.sampled_from(["create", "join", "leave", "topic", "say"]),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(["dev", "ops", "lobby"]),
)


@given(st.lists(ACTIONS, min_size=1, max_size=30), st.data())
def test_a_roster_agrees_with_the_server_in_the_end(
    actions: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    """Wherever the stream begins, and however far ahead answers are, in the end all is right."""
    world = World()
    for action in actions:
        world.act(*action)
    head = len(world.log)
    start = data.draw(st.integers(0, head), label="welcome as of")
    cursor = data.draw(st.integers(0, start), label="stream from")
    roster = Roster()
    welcome = world.up_to(start)
    roster.welcome(ME, [room.frame(ME, person) for room in welcome.rooms_of(ME)])
    reached = cursor
    told: set[str] = set()
    for event in world.seen_by(ME):
        if event.seq <= cursor:
            continue
        entered = event.room not in roster.rooms
        roster.apply(event)
        reached = max(reached, event.seq)
        asked = {event.room} if entered else set()
        asked |= data.draw(st.sets(st.sampled_from(["dev", "ops", "lobby"])), label="asked")
        for room in asked & set(roster.rooms):
            # The server answers as of now, and the stream may be behind that.
            now = world.up_to(data.draw(st.integers(max(reached, start), head), label="as of"))
            if room == event.room:
                roster.put_room(now.rooms[room].frame(ME, person))
            if room in roster.rooms:
                told.add(room)
                put_in_parts(roster, room, now.rooms[room].members, data.draw(st.integers(1, 4)))
    end = {room.name: room for room in world.state.rooms_of(ME)}
    assert set(roster.rooms) == set(end)
    for name, right in end.items():
        assert roster.rooms[name].topic == right.topic
        assert roster.rooms[name].members == len(right.members)
        if name in told:
            assert set(states(roster, name)) == set(right.members)
            assert roster.online(name) == len(right.members)


def test_a_list_in_parts_leaves_what_came_between_them() -> None:
    """Who joined or left behind the part that was read stays so; the next part tells the rest."""
    roster = entered(ME, "ben", "cleo")
    roster.put_people("dev", [present("ben"), present("cleo")], more=True)
    assert set(states(roster)) == {"ben", "cleo", ME}
    roster.apply(Joined(**base(11, "dev", "adam")))
    roster.apply(Left(**base(12, "dev", "ben")))
    roster.put_people("dev", [present("zoe")], after="cleo")
    assert set(states(roster)) == {"adam", "cleo", "zoe"}


def test_who_is_in_a_list_and_joins_after_it_is_counted_once() -> None:
    """A list may be ahead of the stream: the event it has counted already comes behind it."""
    roster = Roster()
    roster.welcome(ME, [Room(name="dev", topic="", members=2, head=10)])
    roster.put_people("dev", [present(ME), present("ben"), present("cleo")])
    roster.apply(Joined(**base(11, "dev", "cleo")))
    assert roster.rooms["dev"].members == 3
    assert set(states(roster)) == {ME, "ben", "cleo"}


def test_events_before_a_rooms_head_change_nothing() -> None:
    """A room is told as of its head: an event up to that is in it already."""
    roster = entered(ME, "ben")
    assert not roster.apply(Topic(**base(10, "dev", "ben"), text="old"))
    assert roster.rooms["dev"].topic == ""
    assert roster.apply(Topic(**base(11, "dev", "ben"), text="new"))
    assert roster.rooms["dev"].topic == "new"


def test_a_count_changes_before_people_are_known() -> None:
    """Until its people are told, a room's count follows who joins and leaves."""
    roster = Roster()
    roster.welcome(ME, [Room(name="dev", topic="", members=7, head=10)])
    roster.apply(Joined(**base(11, "dev", "ben")))
    assert roster.rooms["dev"].members == 8
    roster.apply(Left(**base(12, "dev", "cleo")))
    assert roster.rooms["dev"].members == 7
    assert set(states(roster)) == {"ben"}


def test_who_leaves_is_not_counted_online_any_more() -> None:
    """When somebody online leaves a room the count that was told goes down by one."""
    roster = entered(ME, "ben", "cleo")
    roster.apply_presence(PresenceChanged(room="dev", people=(), online=3))
    roster.apply(Left(**base(11, "dev", "ben")))
    assert roster.online("dev") == 2
    assert not roster.is_stale("dev")


def test_who_leaves_offline_was_not_counted() -> None:
    """When somebody offline leaves a room the count of those online stays."""
    roster = entered(ME, "ben", "cleo")
    away = (present("ben", OFFLINE),)
    roster.apply_presence(PresenceChanged(room="dev", people=away, online=2))
    roster.apply(Left(**base(11, "dev", "ben")))
    assert roster.online("dev") == 2


def test_who_is_invited_is_as_elsewhere() -> None:
    """A new member whom another room shows offline is offline here too; a stranger is online."""
    roster = Roster()
    rooms = [Room(name=name, topic="", members=2, head=10) for name in ("lobby", "dev")]
    roster.welcome(ME, rooms)
    roster.put_people("lobby", [present(ME), present("ben", OFFLINE)])
    roster.put_people("dev", [present(ME)])
    roster.apply(Joined(**base(11, "dev", "ben")))
    roster.apply(Joined(**base(12, "dev", "cleo")))
    assert states(roster) == {ME: ONLINE, "ben": OFFLINE, "cleo": ONLINE}
    assert roster.online("dev") == 2


def test_presence_changes_people_and_renames_them() -> None:
    """Presence tells how the members are and what they are called; strangers it does not add."""
    roster = entered(ME, "ben")
    change = (present("ben", name="Benno", reason="renamed"), present("zoe"))
    assert not roster.apply_presence(PresenceChanged(room="dev", people=change, online=2))
    assert roster.name_of("ben") == "Benno"
    assert roster.name_of("zoe") is None
    assert set(states(roster)) == {ME, "ben"}


def test_a_direct_room_is_called_as_its_people_are_now() -> None:
    """Renaming somebody renames them in the room that is named after them."""
    pair = (person(ME), person("ben"))
    roster = entered(ME, "ben", direct=True, people=pair)
    renamed = PresenceChanged(room="dev", people=(present("ben", name="Benno"),), online=2)
    assert roster.apply_presence(renamed)
    assert roster.rooms["dev"].people == (person(ME), Person(account="ben", name="Benno"))
    assert not roster.apply_presence(renamed)
    assert roster.put_people("dev", [present(ME), present("ben", name="Bo")])
    assert roster.rooms["dev"].people[1].name == "Bo"


def test_a_direct_room_that_is_made_has_its_people_at_once() -> None:
    """The event that makes a direct room tells everybody who is in it."""
    roster = Roster()
    roster.welcome(ME, [])
    pair = (person("ben"), person(ME))
    made = Created(**base(5, "~x", "ben"), topic="", private=True, direct=True, people=pair)
    assert roster.apply(made)
    assert roster.rooms["~x"].members == 2
    assert roster.rooms["~x"].direct
    assert set(states(roster, "~x")) == {ME, "ben"}


def test_another_count_than_ours_is_stale() -> None:
    """A count other than that of the people known tells to ask; the answer settles it."""
    roster = entered(ME, "ben")
    assert not roster.is_stale("dev")
    roster.apply_presence(PresenceChanged(room="dev", people=(), online=9))
    assert roster.online("dev") == 9
    assert roster.is_stale("dev")
    roster.put_people("dev", [present(ME)])
    assert roster.online("dev") == 1
    assert not roster.is_stale("dev")


def test_rooms_that_are_not_ours_are_nobodys_business() -> None:
    """What is told of rooms we are not in is dropped, and a room we left is forgotten."""
    roster = entered(ME, "ben")
    assert not roster.apply(Joined(**base(11, "ops", "ben")))
    assert not roster.apply_presence(PresenceChanged(room="ops", people=(), online=4))
    assert not roster.put_people("ops", [present("ben")])
    assert roster.online("ops") == 0
    assert not roster.is_stale("ops")
    roster.put_room(Room(name="dev", topic="", members=1, head=12, member=False))
    assert dict(roster.rooms) == {}
    assert roster.members("dev") == ()


def test_a_said_event_changes_no_room() -> None:
    """What is said changes neither rooms nor counts."""
    roster = entered(ME)
    said = Said(**base(11, "dev", ME), text="hi", reply_to=None)
    assert not roster.apply(said)


def test_a_welcome_keeps_people_until_they_are_told_afresh() -> None:
    """After a cut the people we knew stay to be seen, in the rooms that we are still in."""
    roster = entered(ME, "ben")
    roster.apply_presence(PresenceChanged(room="dev", people=(), online=5))
    roster.welcome(ME, [Room(name="dev", topic="", members=3, head=20)])
    assert set(states(roster)) == {ME, "ben"}
    assert roster.online("dev") == 2
    assert roster.rooms["dev"].members == 3
    roster.apply(Joined(**base(21, "dev", "dan")))
    assert roster.rooms["dev"].members == 4
    roster.welcome(ME, [Room(name="ops", topic="", members=3, head=20, member=False)])
    assert dict(roster.rooms) == {}
    assert roster.members("dev") == ()
