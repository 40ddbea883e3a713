"""How a server was over the last minutes."""

from __future__ import annotations

from typing import Any

from asynchat.messages import Stats
from asynchat.window.presenters.samples import MOST, SPAN_S, Samples


def stats(**fields: Any) -> Stats:
    known: dict[str, Any] = {
        "re": "q",
        "version": "1",
        "started": 0,
        "time": 0,
        "connections": 3,
        "online": 2,
        "accounts": 2,
        "rooms": 1,
        "head": 9,
        "events_per_s": 1.5,
        "commit_ms": 0.5,
        "commit_worst_ms": 1.0,
        "queued_bytes": 0,
        "received_bytes": 0,
        "sent_bytes": 0,
        "memory_bytes": 50 * 1024**2,
    }
    return Stats(**(known | fields))


def test_what_was_seen_becomes_lines() -> None:
    """The newest stands at the right, the head is a round number above all of them."""
    samples = Samples()
    for at_s, count in ((0, 10), (20, 40), (30, 15)):
        samples.add(stats(connections=count), answer_ms=2.5, at_s=at_s)
    connections, messages, answer, memory = samples.plots(30.0)
    assert (connections.title, connections.now, connections.head) == ("Connections", "15", "50")
    assert connections.lines == (((0.95, 0.2), (1 - 10 / SPAN_S, 0.8), (1.0, 0.3)),)
    assert (messages.now, messages.head) == ("1.5/s", "2.0/s")
    assert (answer.now, answer.head) == ("2.5 ms", "5.0 ms")
    assert (memory.now, memory.head) == ("50.0 MiB", "50.0 MiB")


def test_the_figures_are_the_same() -> None:
    """Of each quantity that is known: now, at least, on average, at most."""
    samples = Samples()
    for at_s, count in ((0, 10), (20, 40), (30, 10)):
        samples.add(stats(connections=count, memory_bytes=None), answer_ms=120.0, at_s=at_s)
    rows = samples.rows(30.0)
    assert [row.cells for row in rows] == [
        ("Connections", "10", "10", "20", "40"),
        ("Messages", "1.5/s", "1.5/s", "1.5/s", "1.5/s"),
        ("Time to answer", "120 ms", "120 ms", "120 ms", "120 ms"),
    ]
    assert samples.plots(30.0)[3].now == "unknown"
    assert Samples().rows(0.0) == ()


def test_no_line_goes_over_what_nobody_saw() -> None:
    """Where nothing was asked for, or memory was not told, a line ends and another begins."""
    samples = Samples()
    for at_s, known in ((0, 1), (2, 2), (60, 3), (62, None), (64, 4)):
        samples.add(stats(memory_bytes=known), answer_ms=1.0, at_s=at_s)
    connections, *_, memory = samples.plots(64.0)
    assert [len(line) for line in connections.lines] == [2, 3]
    assert [len(line) for line in memory.lines] == [2, 1, 1]


def test_it_is_bounded() -> None:
    """In number and in time; and two of the same moment are one."""
    samples = Samples()
    for at in range(2 * MOST):
        samples.add(stats(), answer_ms=1.0, at_s=at)
        samples.add(stats(), answer_ms=1.0, at_s=at + 0.1)
    assert len(samples) == MOST
    assert samples.plots(2 * MOST + SPAN_S)[0].lines == ()
