"""The rows of many at once: all come back, all join a room, and some who never read."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from benchmarks.ground import HERE
from benchmarks.rows import Row, cost, in_turns, load, plan_of
from benchmarks.servers import asynchat, on_processor
from benchmarks.storm import StormFigures, StormPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Effort
    from benchmarks.servers import Server
    from benchmarks.storm import Wave

_DEAF: Final = 20


def reconnect_storm(effort: Effort) -> Iterator[Row]:
    """10,000 were there over TLS, and all come back at once; 20 messages were said meanwhile."""
    people = effort.of(10_000, least=20)
    with _server(tls=True) as peer:
        figures = storm(_plan(peer, people, tls=True, come_back=True, apart=True))
    what = f"{people} over TLS"
    yield _told(what, "each came and went", figures.entered)
    if figures.back is not None:
        yield _told(what, "all came back and resumed", figures.back)


def idle_crowd(effort: Effort) -> Iterator[Row]:
    """10,000 who have been there before come to the lobby, and say nothing: memory for each.

    It is what the server takes above one that knows them all and has none of them there, and above
    one that knows nobody.
    """
    people = effort.of(10_000, least=50)
    for tls in (False, True):
        with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
            data = Path(folder) / "data"
            with asynchat(data, tls=tls) as peer:
                known = storm(_plan(peer, people, tls=tls, apart=True))
            with asynchat(data, tls=tls) as peer:
                figures = storm(_plan(peer, people, tls=tls, tokens=known.tokens))
        each, all_told = (
            (figures.entered.rss_kib - before) / people
            for before in (figures.rss_kib, known.rss_kib)
        )
        what = f"{people} connections in the lobby, {'TLS' if tls else 'plain'}"
        yield Row(what, "asynchat", "", f"{each:.1f} KiB, {all_told:.1f} with the account", "")


def join_storm(effort: Effort) -> Iterator[Row]:
    """5,000 join a room at once, one more joins it, and all of them come back at once."""
    for people in (effort.of(2_500, least=10), effort.of(5_000, least=20)):
        with _server() as peer:
            figures = storm(_plan(peer, people, join=True, come_back=True))
        what = f"{people} people"
        if figures.joined is not None and figures.one_more is not None and figures.back is not None:
            yield _told(what, "all join a room", figures.joined)
            yield _told(what, "one more joins it", figures.one_more)
            yield _told(what, "all came back and resumed", figures.back)


def slow_readers(effort: Effort) -> Iterator[Row]:
    """20 more in a room of 500 read nothing: what the others cost, and what memory they take."""
    people = effort.of(500, least=40)
    plan = plan_of(people=people, senders=16, messages=effort.of(5_000), warmup=effort.of(1_000))
    for _ in range(effort.turns):
        (alone,) = in_turns({"asynchat": _run}, plan, 1)["asynchat"]
        with _server() as peer, _deaf_ones(peer):
            besides = load(peer, plan)
        grown = (besides.rss_kib - alone.rss_kib) / 1024
        yield Row(
            f"{people} receivers and {_DEAF} that read nothing",
            "asynchat",
            f"{grown:+.1f} MiB, {besides.lost} lost",
            f"{cost(besides):.3f} s",
            f"{cost(besides) / cost(alone):.2f}",
        )


def storm(plan: StormPlan) -> StormFigures:
    """Have everybody do what is planned, from the second processor."""
    done = subprocess.run(
        [*on_processor(1), sys.executable, "-m", "benchmarks.storm"],
        input=msgspec.json.encode(plan),
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=StormFigures)


def _plan(peer: Server, people: int, **what: object) -> StormPlan:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asked = {"port": peer.port, "pid": peer.pid, "people": people, **what}
    return msgspec.convert(asked, StormPlan)


@contextlib.contextmanager
def _server(*, tls: bool = False) -> Iterator[Server]:
    with (
        tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder,
        asynchat(Path(folder) / "data", tls=tls) as peer,
    ):
        yield peer


def _run(folder: Path) -> contextlib.AbstractContextManager[Server]:
    return asynchat(folder / "data")


def _told(what: str, who: str, wave: Wave) -> Row:
    lost = f", {wave.lost} lost" if wave.lost else ""
    waited = f", the talker waited {wave.waited_s:.2f} s at most" if wave.waited_s else ""
    return Row(
        what,
        who,
        f"{wave.took_s:.1f} s{waited}{lost}",
        f"{wave.cpu_s:.1f} s, {wave.each_bytes / 1024:.1f} KiB to each",
        "",
    )


@contextlib.contextmanager
def _deaf_ones(peer: Server) -> Iterator[None]:
    """Have some in the room of `load` who read nothing of what is said there."""
    with contextlib.ExitStack() as stack:
        for number in range(_DEAF):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", peer.port)))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            frames = [
                {"type": "hello", "version": 1, "name": f"deaf{number}", "client": "load"},
                {"type": "create", "id": "c", "room": "bench0"},
                {"type": "join", "id": "j", "room": "bench0", "history": 0},
                {"type": "ping", "id": "in"},
            ]
            sock.sendall(b"".join(json.dumps(frame).encode() + b"\n" for frame in frames))
            heard = b""
            while b'"pong"' not in heard:
                heard += sock.recv(65536)
        yield
