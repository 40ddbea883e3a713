"""What somebody may do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from asynchat.chat import rules, saying
from asynchat.chat.asking import Asker, Verdict
from asynchat.chat.drafts import Draft, MarkDraft
from asynchat.chat.rules import judge
from asynchat.chat.state import OPEN, State
from asynchat.errors import ChatError
from asynchat.messages import (
    Create,
    Created,
    Direct,
    Invite,
    Join,
    Joined,
    Leave,
    Left,
    Mark,
    Person,
    Redact,
    Report,
    Resolve,
    Said,
    Say,
    SetTopic,
    Topic,
    Write,
)
from tests.chat.people import NOW_MS, account, directory_of, known

if TYPE_CHECKING:
    from asynchat.messages import AnyEvent

NAMES = ("ada", "ben", "cyd", "dan", "eve", "fay", "gil", "hal", "ivo")
PEOPLE = directory_of(*NAMES)
LOST = account("u-lost", was="zoe")
PEOPLE.put(LOST)
ADA, BEN, CYD = "u-ada", "u-ben", "u-cyd"


def asker(account_id: str = ADA, fresh: str = "fresh") -> Asker:
    """Return who asks."""
    return Asker(PEOPLE[account_id], NOW_MS, b"digest", fresh)


def event(kind: type[AnyEvent], room: str, account_id: str, **fields: object) -> AnyEvent:
    """Return what a request of somebody with the id ``i`` makes."""
    return kind(
        seq=0,
        time=NOW_MS,
        room=room,
        account=account_id,
        sender=account_id.removeprefix("u-"),
        id="i",
        **fields,  # type: ignore[arg-type]
    )


def here() -> State:
    """Return the state of the examples.

    Everybody but ivo is in the lobby; ada and ben are in the den and in a direct room; the
    attic is private and ada's.
    """
    state = State()
    events = [event(Joined, "lobby", f"u-{name}") for name in NAMES[:-1]]
    events.append(event(Created, "den", ADA, topic="", private=False))
    events.append(event(Joined, "den", BEN))
    events.append(event(Created, "attic", ADA, topic="", private=True))
    events.append(event(Created, "cellar", CYD, topic="", private=False))
    people = (PEOPLE[ADA].person, PEOPLE[BEN].person)
    events.append(event(Created, "~ab", ADA, topic="", private=True, direct=True, people=people))
    for seq, one in enumerate(events, 1):
        state.apply(replace(one, seq=seq))
    return state


def drafted(request: Write, by: str = ADA) -> AnyEvent:
    """Return the event that a request leads to; it is the asker's, under the request's id."""
    (draft,) = judge(request, asker(by), known(here(), PEOPLE)).drafts
    assert isinstance(draft, Draft)
    assert draft == Draft(draft.event, by, b"digest")
    return draft.event


def code(request: Write, by: str = ADA) -> str:
    """Return the code that a request is refused with."""
    with pytest.raises(ChatError) as caught:
        judge(request, asker(by), known(here(), PEOPLE))
    return caught.value.code


def test_every_write_has_its_rule() -> None:
    """The tables know every request that changes something, but for four that have their own."""
    more = {Say, Redact, Report, Resolve}
    assert set(rules._RULES) | set(saying._RULES) | more == set(get_args(Write))


# Saying


def test_a_member_says_something() -> None:
    """What is said is cleaned."""
    request = Say(id="i", room="den", text="hi\r\nthere\x1b")
    assert drafted(request) == event(Said, "den", ADA, text="hi\nthere", reply_to=None)
    assert drafted(Say(id="i", room="~ab", text="psst"), BEN) == event(
        Said, "~ab", BEN, text="psst", reply_to=None
    )


@pytest.mark.parametrize(
    ("request_", "by", "why"),
    [
        (Say(id="i", room="nowhere", text="hi"), ADA, "no_such_room"),
        (Say(id="i", room="Lobby", text="hi"), ADA, "no_such_room"),
        (Say(id="i", room="", text="hi"), ADA, "no_such_room"),
        (Say(id="i", room="cellar", text="hi"), ADA, "not_a_member"),
        (Say(id="i", room="attic", text="hi"), BEN, "no_such_room"),
        (Say(id="i", room="~ab", text="hi"), CYD, "no_such_room"),
        (Say(id="i", room="den", text=" "), ADA, "empty_text"),
        (Say(id="i", room="den", text="x" * 4001), ADA, "text_too_long"),
        (Say(id="i", room="den", text=" "), CYD, "not_a_member"),
    ],
)
def test_what_cannot_be_said(request_: Write, by: str, why: str) -> None:
    """One speaks in rooms that there are and that one is in, and says something."""
    assert code(request_, by) == why


# Joining and leaving


def test_a_public_room_is_joined() -> None:
    """Who joins gets its joined, and a page before it."""
    verdict = judge(Join(id="i", room="cellar"), asker(), known(here(), PEOPLE))
    assert verdict.page_of == "cellar"
    assert drafted(Join(id="i", room="cellar")) == event(Joined, "cellar", ADA)


@pytest.mark.parametrize("room", ["den", "attic"])
def test_where_one_is_one_need_not_join(room: str) -> None:
    """A member that joins gets a page and makes no event, in a private room too."""
    assert judge(Join(id="i", room=room), asker(), known(here(), PEOPLE)) == Verdict(page_of=room)


def test_a_member_leaves() -> None:
    """Every room but the lobby can be left."""
    assert drafted(Leave(id="i", room="attic")) == event(Left, "attic", ADA)


@pytest.mark.parametrize(
    ("request_", "by", "why"),
    [
        (Join(id="i", room="nowhere"), ADA, "no_such_room"),
        (Join(id="i", room="attic"), BEN, "no_such_room"),
        (Join(id="i", room="~ab"), ADA, "forbidden"),
        (Join(id="i", room="~nowhere"), ADA, "forbidden"),
        (Leave(id="i", room="nowhere"), ADA, "no_such_room"),
        (Leave(id="i", room="cellar"), ADA, "not_a_member"),
        (Leave(id="i", room="lobby"), ADA, "forbidden"),
        (Leave(id="i", room="lobby"), "u-ivo", "forbidden"),
        (Leave(id="i", room="~ab"), ADA, "forbidden"),
        (Leave(id="i", room="~nowhere"), ADA, "forbidden"),
    ],
)
def test_where_one_cannot_come_or_go(request_: Write, by: str, why: str) -> None:
    """Private rooms are not joined, the lobby is not left, a direct room is neither."""
    assert code(request_, by) == why


# Making rooms


def test_a_room_is_made() -> None:
    """A new room has a clean topic, and is public unless it is asked for as private."""
    assert drafted(Create(id="i", room="loft", topic="a\nb")) == event(
        Created, "loft", ADA, topic="a b", private=False
    )
    assert drafted(Create(id="i", room="loft", private=True)) == event(
        Created, "loft", ADA, topic="", private=True
    )


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Create(id="i", room="den"), "room_exists"),
        (Create(id="i", room="attic"), "room_exists"),
        (Create(id="i", room="lobby"), "room_exists"),
        (Create(id="i", room="Loft"), "bad_room"),
        (Create(id="i", room="~loft"), "bad_room"),
        (Create(id="i", room="~ab"), "bad_room"),
        (Create(id="i", room=""), "bad_room"),
        (Create(id="i", room="loft", topic="x" * 251), "text_too_long"),
    ],
)
def test_what_room_cannot_be_made(request_: Write, why: str) -> None:
    """A room's name is proper and new, and its topic short."""
    assert code(request_) == why


def test_a_member_sets_the_topic() -> None:
    """A topic is one clean line, and may be taken away."""
    assert drafted(SetTopic(id="i", room="den", text=" a\nb ")) == event(
        Topic, "den", ADA, text="a b"
    )
    assert drafted(SetTopic(id="i", room="den", text="")) == event(Topic, "den", ADA, text="")


@pytest.mark.parametrize(
    ("room", "text", "why"),
    [
        ("nowhere", "tea", "no_such_room"),
        ("cellar", "tea", "not_a_member"),
        ("den", "x" * 251, "text_too_long"),
    ],
)
def test_what_topic_cannot_be_set(room: str, text: str, why: str) -> None:
    """Only members set a topic, and it is short."""
    assert code(SetTopic(id="i", room=room, text=text)) == why


# Inviting


@pytest.mark.parametrize("whom", [{"account": CYD}, {"name": "CYD"}])
def test_a_member_invites(whom: dict[str, str]) -> None:
    """Who is invited joins, by the one who invited, under the id of the invitation."""
    assert drafted(Invite(id="i", room="attic", **whom)) == event(
        Joined, "attic", CYD, by=ADA, by_name="ada"
    )


def test_an_account_goes_before_a_name() -> None:
    """Where both are given, the account says who is meant."""
    assert drafted(Invite(id="i", room="attic", account=CYD, name="ben")).account == CYD


def test_who_lost_its_name_is_invited_by_its_account() -> None:
    """Somebody without a name joins under the name it had."""
    joined = drafted(Invite(id="i", room="attic", account="u-lost"))
    assert (joined.account, joined.sender) == ("u-lost", "zoe")


def test_nobody_is_invited_twice() -> None:
    """To invite a member makes no event."""
    assert (
        judge(Invite(id="i", room="den", name="ben"), asker(), known(here(), PEOPLE)) == Verdict()
    )
    assert (
        judge(Invite(id="i", room="den", account=ADA), asker(), known(here(), PEOPLE)) == Verdict()
    )


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Invite(id="i", room="nowhere", name="cyd"), "no_such_room"),
        (Invite(id="i", room="cellar", name="ben"), "not_a_member"),
        (Invite(id="i", room="~ab", name="cyd"), "forbidden"),
        (Invite(id="i", room="den", name="nobody"), "no_such_person"),
        (Invite(id="i", room="den", name="zoe"), "no_such_person"),
        (Invite(id="i", room="den", name="b b"), "no_such_person"),
        (Invite(id="i", room="den", account="cyd"), "no_such_person"),
        (Invite(id="i", room="den"), "bad_request"),
    ],
)
def test_who_cannot_be_invited(request_: Write, why: str) -> None:
    """One invites people there are to rooms one is in, and says whom."""
    assert code(request_) == why


# Direct rooms


@pytest.mark.parametrize(
    "request_",
    [
        Direct(id="i", accounts=(BEN, CYD)),
        Direct(id="i", names=("CYD", "ben")),
        Direct(id="i", names=("ben",), accounts=(CYD, ADA, CYD)),
    ],
)
def test_a_direct_room_is_opened_for_its_people(request_: Direct) -> None:
    """Its people are the asker and those it names, once each, by account or by name."""
    verdict = judge(request_, asker(), known(here(), PEOPLE))
    assert verdict.page_of == "~fresh"
    people = tuple(Person(account=f"u-{name}", name=name) for name in ("ada", "ben", "cyd"))
    assert drafted(request_) == event(
        Created, "~fresh", ADA, topic="", private=True, direct=True, people=people
    )


@pytest.mark.parametrize("by", [ADA, BEN])
def test_there_is_one_direct_room_of_the_same_people(by: str) -> None:
    """Whoever of them asks, the room that there is already answers."""
    verdict = judge(Direct(id="i", accounts=(ADA, BEN)), asker(by), known(here(), PEOPLE))
    assert verdict == Verdict(page_of="~ab")


def test_one_may_talk_to_oneself() -> None:
    """A direct room of one person is a place for notes."""
    created = drafted(Direct(id="i", accounts=(ADA,)))
    assert isinstance(created, Created)
    assert [one.account for one in created.people] == [ADA]


def test_a_direct_room_has_at_most_eight_people() -> None:
    """Eight with the asker are a direct room; a ninth is one too many."""
    created = drafted(Direct(id="i", names=NAMES[:8]))
    assert isinstance(created, Created)
    assert len(created.people) == 8
    assert code(Direct(id="i", names=NAMES)) == "bad_request"


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Direct(id="i"), "bad_request"),
        (Direct(id="i", names=("ben",) * 17), "bad_request"),
        (Direct(id="i", names=("ben", "nobody")), "no_such_person"),
        (Direct(id="i", names=("",)), "no_such_person"),
        (Direct(id="i", accounts=("ben",)), "no_such_person"),
    ],
)
def test_whom_one_cannot_talk_to(request_: Write, why: str) -> None:
    """A direct room needs people, and people that there are."""
    assert code(request_) == why


# Any requests in any order

ROOMS = st.sampled_from(["lobby", "den", "attic", "Den", "nowhere", ""])
SOME = st.sampled_from(["ada", "ben", "cyd", "nobody"])
TEXTS = st.sampled_from(["hi", "", " ", "x" * 300, "x" * 4001])
SOME_ACCOUNTS = st.lists(SOME.map("u-{}".format), max_size=4).map(tuple)
REQUESTS: st.SearchStrategy[Write] = st.one_of(
    st.builds(Say, id=st.just("i"), room=ROOMS, text=TEXTS),
    st.builds(Join, id=st.just("i"), room=ROOMS),
    st.builds(Leave, id=st.just("i"), room=ROOMS),
    st.builds(Create, id=st.just("i"), room=ROOMS, topic=TEXTS, private=st.booleans()),
    st.builds(Invite, id=st.just("i"), room=ROOMS, name=st.none() | SOME),
    st.builds(Direct, id=st.just("i"), accounts=SOME_ACCOUNTS, names=st.lists(SOME).map(tuple)),
    st.builds(SetTopic, id=st.just("i"), room=ROOMS, text=TEXTS),
)
ANYWHERE = {"no_such_room", "not_a_member", "forbidden"}
CODES: dict[type, set[str]] = {
    Say: {"no_such_room", "not_a_member", "empty_text", "text_too_long"},
    Join: {"no_such_room", "forbidden"},
    Leave: ANYWHERE,
    Create: {"room_exists", "bad_room", "text_too_long"},
    Invite: ANYWHERE | {"no_such_person", "bad_request"},
    Direct: {"no_such_person", "bad_request"},
    SetTopic: {"no_such_room", "not_a_member", "text_too_long"},
}


class Chatting(RuleBasedStateMachine):
    """People ask whatever they like; what is judged good is applied, and nothing breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.members: dict[str, set[str]] = {"lobby": set()}
        self.seq = 0

    @rule(name=st.sampled_from(["ada", "ben", "cyd"]))
    def come_to_the_lobby(self, name: str) -> None:
        """Somebody comes for the first time."""
        if f"u-{name}" not in self.state.rooms["lobby"].members:
            self.apply(event(Joined, "lobby", f"u-{name}"))

    @rule(
        request=REQUESTS,
        name=st.sampled_from(["ada", "ben", "cyd"]),
        room=st.none() | st.integers(0, 20),
    )
    def ask(self, request: Write, name: str, room: int | None) -> None:
        """Somebody asks for something, often in a room that there is."""
        if room is not None and not isinstance(request, Direct | Create):
            request = replace(request, room=sorted(self.state.rooms)[room % len(self.members)])
        by = asker(f"u-{name}", f"fresh{self.seq}")
        try:
            verdict = judge(request, by, known(self.state, PEOPLE))
        except ChatError as error:
            verdict, why = Verdict(), error.code
        else:
            why = ""
        assert why in {"", *CODES[type(request)]}
        for draft in verdict.drafts:
            assert isinstance(draft, Draft)
            assert (draft.asker, draft.event.id) == (by.account.id, "i")
            self.apply(draft.event)
        if verdict.page_of is not None:
            assert by.account.id in self.state.rooms[verdict.page_of].members

    def apply(self, draft: AnyEvent) -> None:
        """Give the next seq to an event and apply it."""
        self.seq += 1
        self.state.apply(replace(draft, seq=self.seq))
        assert self.state.rooms[draft.room].head == self.seq
        match draft:
            case Created():
                people = {person.account for person in draft.people} or {draft.account}
                assert draft.room not in self.members
                self.members[draft.room] = people
            case Joined():
                assert draft.account not in self.members[draft.room]
                self.members[draft.room].add(draft.account)
            case Left():
                self.members[draft.room].remove(draft.account)

    @invariant()
    def members_are_who_came_and_did_not_go(self) -> None:
        """The state agrees with plain sets of members."""
        assert {name: set(room.members) for name, room in self.state.rooms.items()} == self.members

    @invariant()
    def stays_are_in_order_and_apart(self) -> None:
        """Only the last stay may be open, and is so exactly of a member."""
        for room in self.state.rooms.values():
            assert room.head <= self.seq
            for name, stays in room.stays.items():
                seqs = [seq for stay in stays for seq in (stay.first, stay.last)]
                assert all(one < later for one, later in pairwise(seqs))
                assert (stays[-1].last == OPEN) == (name in room.members)
                assert room.members.get(name, stays[-1].first) == stays[-1].first

    @invariant()
    def direct_rooms_are_of_their_people(self) -> None:
        """There is one direct room for a set of people, who never come or go."""
        rooms = [room for room in self.state.rooms.values() if room.direct]
        assert len({room.people for room in rooms}) == len(rooms)
        for room in rooms:
            assert self.state.direct_of(room.people) is room
            assert set(room.members) == set(room.people)
            assert 1 <= len(room.people) <= 8

    @invariant()
    def everyone_finds_their_rooms(self) -> None:
        """The rooms of an account are those that have it as a member, or had."""
        for name in ("u-ada", "u-ben", "u-cyd"):
            rooms = self.state.rooms.values()
            ever = {room.name for room in rooms if name in room.stays}
            assert set(self.state.ever_of(name)) == ever
            own = {room.name for room in rooms if name in room.members}
            assert {room.name for room in self.state.rooms_of(name)} == own
            public = {room.name for room in rooms if not (room.private or room.direct)}
            assert {room.name for room in self.state.visible_to(name)} == own | public


TestChatting = Chatting.TestCase
TestChatting.settings = settings(stateful_step_count=40)


def test_a_mark_is_no_event() -> None:
    """Of a room one is in, whatever the seq; the store knows what its newest is."""
    marked = judge(Mark(id="i", room="lobby", seq=7), asker(ADA), known(here(), PEOPLE))
    assert marked == Verdict((MarkDraft(ADA, "lobby", 7),))
    with pytest.raises(ChatError, match="no room"):
        judge(Mark(id="i", room="none", seq=7), asker(ADA), known(here(), PEOPLE))
