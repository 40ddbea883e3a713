"""The offline checker: what clients sent, were told and saw, against the log on disk.

It shares no code with asynchat.  A client that resumes and resends keeps a `History`;
`read_log` takes the log from the database after the server is gone; `check` names each
place where the two do not fit, by the promise that it breaks.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Frame = dict[str, Any]


class Violation(NamedTuple):
    """A promise that was broken, and how."""

    promise: str
    text: str


class Request(NamedTuple):
    """A request that was sent, once or more often; ``text`` is empty where it says nothing."""

    id: str
    kind: str
    room: str
    text: str = ""


@dataclass
class Connection:
    """What one connection brought: ``stream`` holds events and cursors in the order they came.

    ``cursor`` is what the hello had, ``start`` where the welcome said the stream begins.
    """

    cursor: str | None
    start: str
    resumed: bool
    reset: bool = False
    stream: list[Frame | str] = field(default_factory=list)


@dataclass
class History:
    """One client: what it sent, in the order of the first time, was told and saw.

    ``unheard`` are requests that may have been refused while the refusal was lost on the way.
    Sent again, such a one is judged again, and may then be stored behind what followed it.
    """

    name: str
    account: str = ""
    sent: list[Request] = field(default_factory=list)
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    paged: list[Frame] = field(default_factory=list)
    unheard: set[str] = field(default_factory=set)


@dataclass
class Log:
    """The log: its events in the order of seq, and its epochs, first seq and id.

    ``removed`` are the seqs of which it is noted that retention took their events.
    """

    events: list[Frame]
    epochs: list[tuple[int, str]]
    damaged: list[int] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)

    @property
    def head(self) -> int:
        """The seq of the newest event."""
        return int(self.events[-1]["seq"]) if self.events else 0

    def position(self, cursor: str) -> int | None:
        """Return the seq that a cursor names, None where this log has no such place."""
        epoch, _, digits = cursor.rpartition(".")
        seq = int(digits)
        at = bisect_right([first for first, _ in self.epochs], seq) - 1
        return seq if at >= 0 and self.epochs[at][1] == epoch and seq <= self.head else None


def read_log(database: Path) -> Log:
    """Read a database that no server has open."""
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT seq, crc, frame FROM events ORDER BY seq").fetchall()
        epochs = db.execute("SELECT first, id FROM epochs ORDER BY first").fetchall()
        gaps = db.execute("SELECT first, last FROM removed").fetchall()
    events = [json.loads(frame) for _, _, frame in rows]
    damaged = [
        seq
        for (seq, crc, frame), event in zip(rows, events, strict=True)
        if crc32(frame) != crc or event["seq"] != seq
    ]
    return Log(events, epochs, damaged, {seq for a, b in gaps for seq in range(a, b + 1)})


def visible(log: Log) -> dict[str, list[int]]:
    """Return for each account the seqs of the events within its stays, by the events alone."""
    members: dict[str, dict[str, None]] = {}
    seen: dict[str, list[int]] = {}
    for event in log.events:
        inside = members.setdefault(event["room"], {})
        people = [person["account"] for person in event.get("people", ())] or [event["account"]]
        if event["type"] in {"joined", "created"}:
            inside.update(dict.fromkeys(people))
        for account in inside:
            seen.setdefault(account, []).append(event["seq"])
        if event["type"] == "left":
            inside.pop(event["account"], None)
    return seen


def check(log: Log, histories: Iterable[History]) -> list[Violation]:
    """Return each violation of P1 to P5, none where all is as promised."""
    return list(_violations(log, list(histories)))


def demand(log: Log, histories: Iterable[History]) -> None:
    """Raise `AssertionError` unless all is as promised; it counts and shows what is not."""
    broken: dict[str, list[str]] = {}
    for violation in check(log, histories):
        broken.setdefault(violation.promise, []).append(violation.text)
    if broken:
        raise AssertionError(
            "".join(
                f"\n{promise} is broken {len(texts)} times: " + "; ".join(texts[:3])
                for promise, texts in sorted(broken.items())
            )
        )


def _violations(log: Log, histories: list[History]) -> Iterator[Violation]:
    by_seq = {event["seq"]: event for event in log.events}
    seqs = [event["seq"] for event in log.events]
    if sorted([*seqs, *log.removed]) != list(range(1, log.head + 1)):
        yield Violation("P1", "the log's seqs are not 1, 2, 3 and so on")
    for seq in log.damaged:
        yield Violation("P11", f"event {seq} is not on disk as it was written")
    stored = Counter((e["account"], e["id"]) for e in log.events if e["id"] is not None)
    for (account, one), times in stored.items():
        if times > 1:
            yield Violation("P2", f"{one} of {account} is in the log {times} times")
    may_see = visible(log)
    where = {(e["account"], e["id"]): e for e in log.events if e["id"] is not None}
    for history in histories:
        own = {one: e for (account, one), e in where.items() if account == history.account}
        yield from _told(history, own, by_seq, log.removed)
        yield from _ordered(history, own)
        yield from _paged(history, log, by_seq)
        yield from _seen(history, log, by_seq, may_see.get(history.account, []))


def _told(
    history: History, own: dict[str, Frame], by_seq: dict[int, Frame], removed: set[int]
) -> Iterator[Violation]:
    requests = {request.id: request for request in history.sent}
    at: dict[str, int] = {}
    for one, seq in history.acknowledged:
        event = by_seq.get(seq)
        who = f"{history.name}'s {one}"
        if one not in requests:
            yield Violation("P1", f"{who} was acknowledged and never sent")
        elif seq in removed and one not in own:
            pass  # what it was nobody can tell any more
        elif event is None or event["id"] != one or event["account"] != history.account:
            yield Violation("P1", f"{who} was acknowledged at {seq}, and is not stored there")
        elif (event["room"], event.get("text", "")) != requests[one][2:]:
            yield Violation("P1", f"{who} is stored as another than was sent")
        if at.setdefault(one, seq) != seq:
            yield Violation("P2", f"{who} was acknowledged at {at[one]} and at {seq}")
    for one, code in history.refused:
        if one in own:
            yield Violation("P7", f"{history.name}'s {one} was refused ({code}), and is stored")


def _ordered(history: History, own: dict[str, Frame]) -> Iterator[Violation]:
    last = 0
    for request in history.sent:
        if request.id not in own or request.id in history.unheard:
            continue
        seq = own[request.id]["seq"]
        if seq < last:
            yield Violation("P5", f"{history.name}'s {request.id} is stored before what it follows")
        last = max(last, seq)


def _seen(
    history: History, log: Log, by_seq: dict[int, Frame], may_see: list[int]
) -> Iterator[Violation]:
    for number, connection in enumerate(history.connections, 1):
        who = f"{history.name}, connection {number}"
        yield from _begun(connection, log, who)
        last = log.position(connection.start)
        if last is None:
            yield Violation("P4", f"{who} begins at {connection.start}, which is not in the log")
            continue
        for item in connection.stream:
            upto = log.position(item) if isinstance(item, str) else int(item["seq"])
            if upto is None:
                yield Violation("P4", f"{who} got the cursor {item}, which is not in the log")
                continue
            if isinstance(item, dict):
                if upto not in log.removed:  # else it was there when it was shown
                    yield from _shown(item, by_seq, may_see, who)
                if upto <= last:
                    yield Violation("P3", f"{who} saw {upto} after {last}")
            elif upto < last:
                yield Violation("P3", f"{who} got the cursor {item} after {last}")
            missed = _between(may_see, last, upto if isinstance(item, str) else upto - 1)
            if missed:
                yield Violation("P3", f"{who} did not see {missed[:5]}, and got {upto}")
            last = max(last, upto)


def _paged(history: History, log: Log, by_seq: dict[int, Frame]) -> Iterator[Violation]:
    for event in history.paged:
        if by_seq.get(event["seq"]) != event and event["seq"] not in log.removed:
            yield Violation("P4", f"{history.name} read {event['seq']}, which is not stored so")


def _shown(
    event: Frame, by_seq: dict[int, Frame], may_see: list[int], who: str
) -> Iterator[Violation]:
    seq = event["seq"]
    if by_seq.get(seq) != event:
        yield Violation("P4", f"{who} saw {seq}, which is not stored so")
    elif not _between(may_see, seq - 1, seq):
        yield Violation("P3", f"{who} saw {seq}, which is outside its membership")


def _begun(connection: Connection, log: Log, who: str) -> Iterator[Violation]:
    if connection.cursor is None:
        return
    known = log.position(connection.cursor) is not None
    if connection.resumed:
        if connection.start != connection.cursor:
            yield Violation("P3", f"{who} resumed elsewhere than at its cursor")
        if not known:
            yield Violation("P3", f"{who} resumed from {connection.cursor}, which was never")
    elif known:
        yield Violation("P3", f"{who} was not resumed from {connection.cursor}, which is known")
    elif connection.stream and not connection.reset:
        yield Violation("P3", f"{who} was not told of the other history")


def _between(seqs: list[int], after: int, upto: int) -> list[int]:
    """Return those of some ascending seqs that are after one and not after another."""
    return seqs[bisect_right(seqs, after) : bisect_right(seqs, upto)]
