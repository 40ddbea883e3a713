from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)

from asynchat.errors import ChatError
from asynchat.link.notices import Entry
from asynchat.link.requests import Pending, Requests, answers, asked_by, said
from asynchat.messages import (
    Create,
    Created,
    Direct,
    Done,
    History,
    Invite,
    Join,
    Joined,
    Leave,
    Left,
    ListRooms,
    Page,
    People,
    RoomList,
    Said,
    Say,
    SetTopic,
    Topic,
    Who,
)

_BASE: dict[str, Any] = {"seq": 1, "time": 2, "room": "dev", "account": "u1", "sender": "ada"}
SAID = Said(**_BASE, id="a", text="hi", reply_to=None)
JOINED = Joined(**_BASE, id="a")
LEFT = Left(**_BASE, id="a")
CREATED = Created(**_BASE, id="a", topic="", private=False)
TOPIC = Topic(**_BASE, id="a", text="t")
DONE = Done(re="a", seq=1, time=2)
PAGE = Page(re="a", room="dev", events=(), later=(), more=False)
ROOMS = RoomList(re="a", rooms=(), more=False)
PEOPLE = People(re="a", people=(), more=False)
EVENTS: set[Any] = {SAID, JOINED, LEFT, CREATED, TOPIC}
FRAMES: set[Any] = EVENTS | {DONE, PAGE, ROOMS, PEOPLE}

_ANSWERS: list[tuple[Any, set[Any], set[Any]]] = [
    (Say(id="a", room="dev", text="hi"), set(), {SAID, DONE}),
    (Join(id="a", room="dev"), EVENTS | {DONE}, {PAGE}),
    (Direct(id="a", names=("ben",)), EVENTS | {DONE}, {PAGE}),
    (Leave(id="a", room="dev"), set(), EVENTS | {DONE}),
    (Create(id="a", room="dev"), set(), EVENTS | {DONE}),
    (Invite(id="a", room="dev", name="ben"), set(), EVENTS | {DONE}),
    (SetTopic(id="a", room="dev", text="t"), set(), EVENTS | {DONE}),
    (ListRooms(id="a"), set(), {ROOMS}),
    (Who(id="a"), set(), {PEOPLE}),
    (History(id="a", room="dev"), set(), {PAGE}),
]


class Window(RuleBasedStateMachine):
    """Requests against the plainest model: a list, and what went out on this connection."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.requests = Requests()
        self.waiting: list[str] = []
        self.passing: set[str] = set()
        self.entries: set[str] = set()
        self.out: list[str] = []
        self.window = 0
        self.count = 0

    @rule(target=made, passing=st.booleans(), text=st.booleans())
    def add(self, *, passing: bool, text: bool) -> str:
        self.count += 1
        name = f"r{self.count}"
        self.waiting.append(name)
        entry = Entry(id=name, room="dev", text="hi", time=0) if text and not passing else None
        if entry is not None:
            self.entries.add(name)
        if passing:
            self.passing.add(name)
        request = Who(id=name) if entry is None else Say(id=name, room="dev", text="hi")
        self.requests.add(Pending(request, None, entry, taken=print if passing else None))
        return name

    @rule(id=consumes(made))
    def settle(self, id: str) -> None:
        pending = self.requests.remove(id)
        assert (pending is not None) == (id in self.waiting)
        if id in self.waiting:
            self.waiting.remove(id)
        assert self.requests.get(id) is None

    @rule(window=st.integers(-1, 4))
    def connect(self, window: int) -> None:
        self.window = max(1, window)
        self.out = []
        self.requests.connected(lambda request: self.out.append(request.id), window)

    @precondition(lambda self: self.window)
    @rule()
    def disconnect(self) -> None:
        self.window = 0
        gone = [pending.request.id for pending in self.requests.disconnected()]
        assert gone == [name for name in self.waiting if name in self.passing]
        self.waiting = [name for name in self.waiting if name not in self.passing]

    @rule()
    def give_up(self) -> None:
        gone = [pending.request.id for pending in self.requests.take_all()]
        assert gone == self.waiting
        self.waiting = []

    @invariant()
    def nothing_is_lost(self) -> None:
        assert len(self.requests) == len(self.waiting)
        entries = [entry.id for entry in self.requests.entries()]
        assert entries == [name for name in self.waiting if name in self.entries]

    @invariant()
    def goes_out_in_order_once_and_within_the_window(self) -> None:
        numbers = [int(name[1:]) for name in self.out]
        assert numbers == sorted(set(numbers))
        if not self.window:
            return
        unanswered = [name for name in self.out if name in self.waiting]
        assert unanswered == self.waiting[: self.window]


Window.TestCase.settings = settings(stateful_step_count=30)
test_window = Window.TestCase
test_window.__doc__ = "Requests go out in order, once a connection, within the window."


@pytest.mark.parametrize(("request_", "before", "last"), _ANSWERS, ids=lambda v: type(v).__name__)
def test_what_answers_a_request(request_: Any, before: set[Any], last: set[Any]) -> None:
    """A request is answered by its own kind of frame, and by nothing that cannot be its answer."""
    for frame in FRAMES:
        if frame in last:
            assert answers(request_, frame)
        elif frame in before:
            assert not answers(request_, frame)
        else:
            with pytest.raises(ChatError) as caught:
                answers(request_, frame)
            assert caught.value.code == "bad_frame"


@pytest.mark.parametrize(
    ("poison", "code"),
    [
        (Say(id="a", room="\ud800", text="hi"), "bad_request"),
        (Say(id="a", room="d" * 64 * 1024, text="hi"), "frame_too_long"),
        (SetTopic(id="a", room="dev", text="\udfff"), "bad_request"),
    ],
    ids=["half a character as room", "endless room", "half a character as topic"],
)
def test_what_can_never_go_stops_nothing(poison: Any, code: str) -> None:
    """A request that no frame can carry is refused at once, and what follows goes out."""
    out: list[str] = []
    requests = Requests()
    for connected_before in (False, True):
        if connected_before:
            requests.connected(lambda request: out.append(request.id), 1)
        with pytest.raises(ChatError) as caught:
            requests.add(Pending(poison))
        assert caught.value.code == code
    requests.add(Pending(Say(id="b", room="dev", text="hi")))
    assert out == ["b"]
    assert len(requests) == 1


def test_the_largest_frame_goes() -> None:
    """A request of exactly 64 KiB, its newline counted, is no poison."""
    overhead = len(b'{"type":"topic","id":"a","room":"dev","text":""}\n')
    requests = Requests()
    requests.add(Pending(SetTopic(id="a", room="dev", text="x" * (64 * 1024 - overhead))))
    assert len(requests) == 1


def test_joins_that_wait_for_their_page() -> None:
    """Only the joins of that room which were done are found."""
    requests = Requests()
    requests.add(Pending(Join(id="a", room="dev"), done=True))
    requests.add(Pending(Join(id="b", room="dev")))
    requests.add(Pending(Join(id="c", room="ops"), done=True))
    requests.add(Pending(Direct(id="d", names=("ben",)), done=True))
    assert [pending.request.id for pending in requests.joining("dev")] == ["a"]


def test_who_asked_for_an_event() -> None:
    """An event was asked for by its subject, or by the account that did it to them."""
    invited = Joined(**{**_BASE, "account": "u2"}, id="a", by="u1")
    removed = Left(**{**_BASE, "account": "u2"}, id="a", by="u3")
    assert [asked_by(event) for event in (SAID, CREATED, invited, removed)] == [
        "u1",
        "u1",
        "u1",
        "u3",
    ]


def test_a_repeat_tells_the_event_of_its_text() -> None:
    """What was stored before is told with its seq and time, and with the text we sent."""
    entry = Entry(id="a", room="dev", text="hi", time=1, reply_to=7)
    assert said(entry, Done(re="a", seq=5, time=6), account="u1", name="ada") == Said(
        seq=5, time=6, room="dev", account="u1", sender="ada", id="a", text="hi", reply_to=7
    )
