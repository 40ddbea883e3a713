"""The checker finds each way in which a promise can be broken, and nothing in a right history."""

from __future__ import annotations

import copy
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.checker import (
    Connection,
    Frame,
    History,
    Log,
    Request,
    check,
    demand,
    read_log,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def event(seq: int, kind: str, account: str, id: str | None, **fields: Any) -> Frame:
    """Return an event."""
    return {"type": kind, "seq": seq, "room": "lobby", "account": account, "id": id, **fields}


def right() -> tuple[Log, History]:
    """Return a log and what ada, who was in the den for a while and was cut off once, knows."""
    log = Log(
        [
            event(1, "joined", "A", None),
            event(2, "said", "A", "a1", text="one"),
            event(3, "created", "B", "b1", room="den"),
            event(4, "said", "B", "b2", room="den", text="not for ada"),
            event(5, "joined", "A", "a2", room="den"),
            event(6, "said", "B", "b3", room="den", text="for ada"),
            event(7, "left", "A", "a3", room="den"),
            event(8, "said", "B", "b4", room="den", text="not for ada"),
            event(9, "said", "A", "a4", text="two"),
        ],
        [(0, "e"), (1, "f"), (6, "g")],
    )
    of = {each["seq"]: each for each in log.events}
    ada = History(
        "ada",
        "A",
        sent=[
            Request("a1", "say", "lobby", "one"),
            Request("a2", "join", "den"),
            Request("a3", "leave", "den"),
            Request("a4", "say", "lobby", "two"),
            Request("a5", "say", "lobby", "refused"),
        ],
        acknowledged=[("a1", 2), ("a2", 5), ("a3", 7), ("a4", 9), ("a4", 9)],
        refused=[("a5", "read_only")],
        connections=[
            Connection(None, "e.0", resumed=False, stream=[of[1], "f.1", of[2], "f.4", of[5]]),
            Connection("f.4", "f.4", resumed=True, stream=[of[5], of[6], "g.6", of[7], "g.8"]),
            Connection("g.8", "g.8", resumed=True, stream=[of[9], "g.9"]),
        ],
        paged=[of[4], of[3]],
    )
    return log, ada


def test_a_right_history_is_clean() -> None:
    """What is as promised gives no violation."""
    log, ada = right()
    assert check(log, [ada]) == []
    assert visible(log) == {"A": [1, 2, 5, 6, 7, 9], "B": [3, 4, 5, 6, 7, 8]}


WRONGS: dict[str, tuple[str, Callable[[Log, History], object]]] = {
    "acknowledged, not stored": ("P1", lambda _, h: h.acknowledged.append(("a5", 12))),
    "acknowledged at another's": ("P1", lambda _, h: h.acknowledged.append(("a1", 4))),
    "acknowledged, never sent": ("P1", lambda _, h: h.acknowledged.append(("b2", 4))),
    "stored otherwise": ("P1", lambda log, _: log.events[1].update(text="own")),
    "a hole in the log": ("P1", lambda log, _: log.events.pop(3)),
    "damaged": ("P11", lambda log, _: log.damaged.append(4)),
    "stored twice": (
        "P2",
        lambda log, _: log.events.append(event(10, "said", "A", "a1", text="one")),
    ),
    "acknowledged at two places": ("P2", lambda _, h: h.acknowledged.append(("a1", 9))),
    "refused, and stored": ("P7", lambda _, h: h.refused.append(("a1", "read_only"))),
    "seen twice": ("P3", lambda _, h: h.connections[1].stream.insert(2, "repeat 6")),
    "seen out of order": ("P3", lambda _, h: h.connections[1].stream.reverse()),
    "not seen": ("P3", lambda _, h: h.connections[1].stream.pop(1)),
    "not seen at the end": ("P3", lambda _, h: h.connections[2].stream.pop(0)),
    "not seen before another": ("P3", lambda _, h: h.connections[0].stream.pop(0)),
    "a cursor too far": ("P3", lambda _, h: h.connections[0].stream.__setitem__(1, "f.2")),
    "a cursor that goes back": ("P3", lambda _, h: h.connections[2].stream.append("f.1")),
    "seen before it joined": ("P3", lambda _, h: h.connections[0].stream.insert(4, "event 4")),
    "seen after it left": ("P3", lambda _, h: h.connections[1].stream.insert(4, "event 8")),
    "resumed elsewhere": ("P3", lambda _, h: setattr(h.connections[1], "start", "f.2")),
    "resumed from what never was": ("P3", lambda _, h: setattr(h.connections[1], "cursor", "x.4")),
    "not resumed": ("P3", lambda _, h: setattr(h.connections[1], "resumed", False)),
    "shown, not stored": ("P4", lambda log, _: log.events.pop()),
    "shown otherwise": ("P4", lambda log, _: log.events[6].update(reason="other")),
    "read, not stored": ("P4", lambda _, h: h.paged.append(event(77, "said", "B", None))),
    "told a cursor of no history": ("P4", lambda _, h: h.connections[2].stream.append("x.9")),
    "begun where there is nothing": ("P4", lambda _, h: setattr(h.connections[0], "start", "f.99")),
    "stored in another order": ("P5", lambda _, h: h.sent.reverse()),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_each_violation_is_found(wrong: str) -> None:
    """What is wrong in one place is named, with the promise that it breaks."""
    log, ada = right()
    ada = copy.deepcopy(ada)
    promise, spoil = WRONGS[wrong]
    spoil(log, ada)
    events = {each["seq"]: each for each in log.events}
    for connection in ada.connections:
        for place, item in enumerate(connection.stream):
            if isinstance(item, str) and " " in item:
                connection.stream[place] = events[int(item.split()[1])]
    assert promise in {violation.promise for violation in check(log, [ada])}


def test_what_was_removed_is_no_violation() -> None:
    """What retention took, and noted, may have been acknowledged and seen, or not seen any more."""
    log, ada = right()
    log.events = [each for each in log.events if each["seq"] not in {2, 6, 8}]
    log.removed = {2, 6, 8}
    assert check(log, [ada]) == []
    ada.connections[1].stream.pop(1)  # 6: it was gone when she came back
    ada.paged.append(event(6, "said", "B", "b3", room="den", text="for ada"))
    assert check(log, [ada]) == []
    ada.connections[0].stream.insert(3, event(2, "said", "A", "a1", text="one"))
    assert {violation.promise for violation in check(log, [ada])} == {"P3"}
    ada.connections[0].stream.pop(3)
    log.removed = {2, 8}
    assert "P1" in {violation.promise for violation in check(log, [ada])}
    log.removed = {2, 5, 6, 8}
    assert "P1" in {violation.promise for violation in check(log, [ada])}


def test_what_is_demanded_is_counted_by_promise() -> None:
    """A right history passes; of a wrong one each broken promise is told, and how often."""
    log, ada = right()
    demand(log, [ada])
    ada.acknowledged.append(("a5", 12))
    ada.connections[0].stream.append("f.1")
    with pytest.raises(AssertionError, match=r"\nP1 is broken 1 times: .*\nP3 is broken 1 times: "):
        demand(log, [ada])


def test_a_reset_is_right_only_where_the_cursor_is_unknown() -> None:
    """Another history is told by a reset; without one what follows is a violation."""
    log, ada = right()
    stream: list[Frame | str] = [log.events[-1]]
    ada.connections.append(Connection("x.7", "g.8", resumed=False, reset=True, stream=stream))
    assert check(log, [ada]) == []
    ada.connections[-1].reset = False
    assert [violation.promise for violation in check(log, [ada])] == ["P3"]


@given(st.data())
def test_any_one_event_left_out_is_missed(data: st.DataObject) -> None:
    """Of any stream, each single event that is left out, shown twice or moved is found."""
    count = data.draw(st.integers(3, 30))
    said = [event(seq, "said", "B", f"b{seq}", text="x") for seq in range(3, count + 1)]
    log = Log([event(1, "joined", "A", None), event(2, "joined", "B", None), *said], [(0, "e")])
    stream: list[Frame | str] = []
    for each in log.events:
        stream.append(each)
        if data.draw(st.booleans()):
            stream.append(f"e.{each['seq']}")
    stream.append(f"e.{count}")
    eve = History("eve", "A", connections=[Connection(None, "e.0", resumed=False, stream=stream)])
    assert check(log, [eve]) == []
    at = data.draw(st.sampled_from([n for n, each in enumerate(stream) if isinstance(each, dict)]))
    match data.draw(st.sampled_from(["leave out", "twice", "move"])):
        case "leave out":
            del stream[at]
        case "twice":
            stream.insert(at, stream[at])
        case "move":
            stream.insert(max(0, at - 1) if at else len(stream), stream.pop(at))
    assert {violation.promise for violation in check(log, [eve])} == {"P3"}


def test_the_log_is_read_from_a_database(tmp_path: Path) -> None:
    """Events come in the order of seq; one whose checksum is wrong is told."""
    rows = [
        (event["seq"], crc32(frame), frame)
        for event in right()[0].events
        for frame in [json.dumps(event).encode()]
    ]
    rows[3] = (4, 0, rows[3][2])
    with closing(sqlite3.connect(tmp_path / "log.db")) as db, db:
        db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, crc INTEGER, frame BLOB)")
        db.execute("CREATE TABLE epochs (first INTEGER PRIMARY KEY, id TEXT)")
        db.execute("CREATE TABLE removed (first INTEGER PRIMARY KEY, last INTEGER)")
        db.execute("INSERT INTO removed VALUES (3, 4), (8, 8)")
        db.executemany("INSERT INTO events VALUES (?, ?, ?)", reversed(rows))
        db.executemany("INSERT INTO epochs VALUES (?, ?)", [(6, "g"), (0, "e"), (1, "f")])
    log = read_log(tmp_path / "log.db")
    assert (log.events, log.epochs) == (right()[0].events, right()[0].epochs)
    assert log.removed == {3, 4, 8}
    assert log.damaged == [4]


def test_what_may_have_been_refused_unheard_may_come_late() -> None:
    """It keeps no order, as nobody can know of the refusal; what follows it still does."""
    log, ada = right()
    ada.sent[0], ada.sent[-1] = ada.sent[-1], ada.sent[0]
    assert {violation.promise for violation in check(log, [ada])} == {"P5"}
    ada.unheard.add(ada.sent[0].id)
    ada.unheard.add(ada.sent[-1].id)
    assert not check(log, [ada])
