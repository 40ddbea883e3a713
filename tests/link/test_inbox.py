from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.inbox import Inbox
from asynchat.messages import Said

_NOTHING_YET = object()


def event(seq: int) -> Said:
    """Return the event with this seq."""
    return Said(
        seq=seq,
        time=0,
        room="lobby",
        account="u1",
        sender="ada",
        id=None,
        text=str(seq),
        reply_to=None,
    )


def take(inbox: Inbox) -> Any:
    """Take an event, None at an end, or `_NOTHING_YET` where one would wait."""
    taking = inbox.take()
    try:
        taking.send(None)
    except StopIteration as taken:
        return taken.value
    taking.close()
    return _NOTHING_YET


class Stream:
    """A server's log of so many events, as one client reads it: its cursors are seqs."""

    def __init__(self, length: int, inbox: Inbox) -> None:
        self.length = length
        self.inbox = inbox
        self.sent = 0
        self.cursor = 0
        self.taken: list[int] = []
        inbox.start("0")

    def send(self) -> None:
        if self.sent < self.length:
            self.sent += 1
            self.inbox.put(event(self.sent))

    def upto(self) -> None:
        self.cursor = self.sent
        self.inbox.mark(str(self.sent))

    def cut(self) -> None:
        self.sent = self.cursor

    def take(self) -> bool:
        taken = take(self.inbox)
        if taken is None:
            again = self.inbox.read_again()
            assert again is not None
            self.sent = self.cursor = int(again)
        elif taken is not _NOTHING_YET:
            self.taken.append(taken.seq)
        return taken is not _NOTHING_YET


@given(
    st.integers(1, 4),
    st.lists(st.sampled_from(["send", "send", "send", "upto", "take", "cut"]), max_size=80),
)
async def test_nothing_is_lost_or_doubled(size: int, steps: list[str]) -> None:
    """However slow a program is, and wherever it is cut, it gets every event once, in order."""
    stream = Stream(12, Inbox(size))
    for step in steps:
        getattr(stream, step)()
    while stream.take() or stream.sent < stream.length:
        stream.send()
        stream.upto()
    assert stream.taken == list(range(1, 13))


async def test_the_queue_is_bounded() -> None:
    """A program that takes nothing costs the memory of a full queue, however much is said."""
    inbox = Inbox(5)
    inbox.start("0")
    for seq in range(1, 1_000):
        inbox.put(event(seq))
        inbox.mark(str(seq))
    assert inbox.overflowed
    assert len(inbox._queue) <= 10
    assert [take(inbox).seq for _ in range(5)] == [1, 2, 3, 4, 5]
    assert take(inbox) is None
    assert inbox.read_again() == "5"


async def test_marks_take_no_room() -> None:
    """However often a server tells of its cursor, only the newest one waits behind an event."""
    inbox = Inbox(5)
    inbox.put(event(1))
    for number in range(1_000):
        inbox.mark(str(number))
    assert len(inbox._queue) == 2
    assert take(inbox).seq == 1
    assert take(inbox) is _NOTHING_YET
    assert inbox.cursor == "999"


async def test_a_quiet_stream_moves_the_cursor() -> None:
    """Where nothing waits, a mark moves the cursor at once; the first start decides once."""
    inbox = Inbox(5)
    inbox.start("a")
    inbox.start("b")
    assert inbox.cursor == "a"
    inbox.mark("c")
    assert inbox.cursor == "c"
    inbox.put(event(1))
    inbox.mark("d")
    inbox.mark("e")
    assert inbox.cursor == "c"
    assert take(inbox).seq == 1
    assert take(inbox) is _NOTHING_YET
    assert inbox.cursor == "e"


async def test_another_history_begins_with_any_seq() -> None:
    """After a restart lower seqs are new, what was queued stays, and its cursor counts."""
    inbox = Inbox(2)
    inbox.start("old")
    for seq in (7, 8, 9):
        inbox.put(event(seq))
    assert inbox.overflowed
    inbox.restart("new")
    assert take(inbox).seq == 7
    inbox.put(event(1))
    assert [take(inbox).seq, take(inbox).seq] == [8, 1]
    assert inbox.cursor == "new"


async def test_closing_lets_what_is_queued_out_first() -> None:
    """After `close` the rest is taken, and then there is an end."""
    inbox = Inbox(5)
    inbox.put(event(1))
    inbox.close()
    assert take(inbox).seq == 1
    assert take(inbox) is None
    assert take(inbox) is None


async def test_who_waits_is_woken_by_an_event_and_by_the_end() -> None:
    """A program that waits gets the next event, and the end, when they come."""
    inbox = Inbox(5)
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(inbox.take())
        await asyncio.sleep(0)
        inbox.put(event(1))
    taken = taking.result()
    assert taken is not None
    assert taken.seq == 1
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(inbox.take())
        await asyncio.sleep(0)
        inbox.close()
    assert taking.result() is None
