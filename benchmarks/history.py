"""The rows of a long log: start, resume, a page, a search, and what its length costs a message.

The log is that of `long_log`, which takes half an hour to make; ``--log DIR`` of `serving` says
where it is, or is to be, and a short one is measured where that is not given.  What is measured is
asked over a connection, one question after the other, of a server in a process of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import socket
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.messages import Joined, Said
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from benchmarks.load import cpu_of
from benchmarks.long_log import make, newest_ms
from benchmarks.rows import Row, cost, load, plan_of
from benchmarks.search import MINE, Language
from benchmarks.servers import asynchat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.chat.drafts import AnyDraft
    from benchmarks.rows import Effort
    from benchmarks.servers import Server

_MISSED: Final = 1_000
_SHORT: Final = 100_000
_LONG: Final = 10_000_000


class Log:
    """A long log, and somebody who missed the end of what was said in his rooms."""

    def __init__(self, directory: Path, messages: int) -> None:
        self.directory = directory
        self.messages = messages
        make(directory, messages)
        # Another one each time: what he asks for is not what was asked for before.
        self.token = f"late-{time.time_ns()}"
        self.cursor = asyncio.run(self._miss())

    async def _miss(self) -> str:
        """Have him join some rooms, and a thousand things said there; return the cursor before."""
        who = hashlib.sha256(self.token.encode()).hexdigest()[:10]
        secret = hashlib.sha256(self.token.encode()).digest()
        now_ms = newest_ms(self.messages)
        batch: list[AnyDraft] = [
            AccountDraft(Account(who, who, now_ms, (Device("first", secret, "", now_ms),)))
        ]
        for number in (None, *range(MINE)):
            room = "lobby" if number is None else f"room-{number}"
            batch.append(
                Draft(Joined(seq=0, time=now_ms, room=room, account=who, sender=who, id=None))
            )
        language = Language(self.messages)
        said: list[AnyDraft] = [
            Draft(
                Said(
                    seq=0,
                    time=now_ms,
                    room=f"room-{number % MINE}",
                    account="a0",
                    sender="a0",
                    id=None,
                    text=language.text(1 + language.below(20)),
                    reply_to=None,
                )
            )
            for number in range(_MISSED)
        ]
        async with SqliteStore(self.directory) as store:
            await store.append(batch)
            cursor = store.cursor(store.head())
            await store.append(said)
            while await store.index():
                pass
        return cursor


class Asking:
    """A connection that asks one thing at a time, and knows what the answer took.

    That is two figures in ms: by the clock, and of the server on a processor.
    """

    def __init__(self, peer: Server, hello: dict[str, object]) -> None:
        self._pid = peer.pid
        began, cpu_s = time.perf_counter(), cpu_of(peer.pid)
        self._sock = socket.create_connection(("127.0.0.1", peer.port), timeout=60)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._said(hello)
        self.heard = self._until(b'"live":true')
        self.took = self._since(began, cpu_s)

    def ask(self, frame: dict[str, object]) -> tuple[float, float]:
        """Ask; return what it took until the answer was there."""
        began, cpu_s = time.perf_counter(), cpu_of(self._pid)
        self._said(frame)
        answer = f'"re":"{frame["id"]}"'.encode()
        heard = self._until(answer)
        if b'"error"' in heard:
            raise RuntimeError(f"refused: {heard!r}")
        return self._since(began, cpu_s)

    def close(self) -> None:
        """Go."""
        self._sock.close()

    def _said(self, frame: dict[str, Any]) -> None:
        self._sock.sendall(json.dumps(frame).encode() + b"\n")

    def _since(self, began: float, cpu_s: float) -> tuple[float, float]:
        return (time.perf_counter() - began) * 1000, (cpu_of(self._pid) - cpu_s) * 1000

    def _until(self, part: bytes) -> bytes:
        heard = b""
        while not (part in heard and heard.endswith(b"\n")):
            data = self._sock.recv(256 * 1024)
            if not data:
                raise RuntimeError(f"the server closed the connection: {heard[-300:]!r}")
            heard += data
        return heard


def long_log(effort: Effort) -> Iterator[Row]:
    """Start, resume 1,000 missed, page and search, on a log of 10,000,000."""
    with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
        messages = _LONG if effort.log is not None else effort.of(_SHORT, least=2_000)
        log = Log(Path(folder) if effort.log is None else effort.log, messages)
        what = f"{messages:,} messages"
        _read_through(log.directory / DATABASE_FILE)
        for who, directory in (
            ("start", log.directory),
            ("start, nothing said", Path(folder) / "0"),
        ):
            yield Row(what, who, "", f"{_start_ms(directory, effort.of(5)):.0f} ms", "")
        with asynchat(log.directory) as peer:
            yield from _asked(what, log, peer, effort)


def _read_through(file: Path) -> None:
    """Have the system keep a file in its memory, if it has so much: no disk is measured."""
    with file.open("rb") as stream:
        while stream.read(1 << 24):
            pass


def _start_ms(directory: Path, times: int) -> float:
    """Return how long a server takes from its process's beginning until it listens."""
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        with asynchat(directory):
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _asked(what: str, log: Log, peer: Server, effort: Effort) -> Iterator[Row]:
    hello: dict[str, object] = {"type": "hello", "version": 1, "client": "log", "token": log.token}
    draw = random.Random(1)  # noqa: S311 - nothing secret
    resumed: list[tuple[float, float]] = []
    for _ in range(effort.of(100, least=3)):
        asking = Asking(peer, {**hello, "cursor": log.cursor})
        missed = len(re.findall(rb'{"type":"said"', asking.heard))
        if missed != _MISSED:
            raise RuntimeError(f"{missed} came of {_MISSED} that were missed")
        resumed.append(asking.took)
        asking.close()
    yield _told(what, f"resume of {_MISSED:,} missed messages", resumed)
    asking = Asking(peer, hello)
    paged = [
        asking.ask(
            {
                "type": "history",
                "id": f"h{number}",
                "room": f"room-{draw.randrange(MINE)}",
                "before": draw.randrange(1_000, log.messages),
            }
        )
        for number in range(effort.of(1_000, least=20))
    ]
    yield _told(what, "a page of 50 somewhere", paged)
    language = Language(1)
    searched: list[tuple[float, float]] = []
    for number in range(effort.of(1_000, least=20)):
        query: dict[str, object] = {
            "type": "search",
            "id": f"q{number}",
            "text": language.text(1 + language.below(2)),
        }
        if number % 2:
            query["room"] = f"room-{language.below(MINE)}"
        searched.append(asking.ask(query))
    asking.close()
    yield _told(what, "a search for one or two words", searched)


def growth(effort: Effort) -> Iterator[Row]:
    """Store messages, and say some to 500, while the log is short and while it is long."""
    with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
        logs = {effort.of(_SHORT, least=2_000): Path(folder) / "short"}
        logs[_LONG if effort.log is not None else 2 * min(logs)] = (
            effort.log or Path(folder) / "long"
        )
        for messages, directory in logs.items():
            make(directory, messages)
        people = effort.of(500, least=40)
        for what, plan in (
            ("stored, nobody there", plan_of(people=1, senders=1, messages=effort.of(20_000))),
            (
                f"said to {people}",
                plan_of(
                    people=people, senders=16, messages=effort.of(4_000), warmup=effort.of(500)
                ),
            ),
        ):
            costs: dict[int, list[float]] = {messages: [] for messages in logs}
            for turn in range(effort.turns):
                for messages, directory in logs.items():
                    prefix = f"g{time.time_ns() % 10**12}-{turn}-"
                    with asynchat(directory) as peer:
                        figures = load(peer, replace(plan, prefix=prefix))
                    costs[messages].append(cost(figures))
            first = next(iter(costs.values()))
            for messages, many in costs.items():
                ratio = statistics.median(a / b for a, b in zip(many, first, strict=True))
                told = f"{statistics.median(many):.3f} s"
                yield Row(f"{messages:,} messages", what, "", told, f"{ratio:.2f}")


def _told(what: str, who: str, took: list[tuple[float, float]]) -> Row:
    clock, busy = (statistics.quantiles(one, n=100) for one in zip(*took, strict=True))
    return Row(
        what,
        who,
        f"p50 {clock[49]:.1f} ms, p99 {clock[98]:.1f} ms",
        f"p50 {busy[49]:.1f} ms, p99 {busy[98]:.1f} ms",
        "",
    )
