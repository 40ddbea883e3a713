"""Many who do the same at once: ``python -m benchmarks.storm < PLAN``, a plan and figures in JSON.

It is a process of its own, on uvloop where there is one, that looks only for what it counts.
Somebody in a process of his own (`Talker`) talks all the while: nobody else's doing may keep him
waiting.  It ends by itself: when all are back, or after ``timeout_s``.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import re
import socket
import ssl
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from benchmarks.load import MARK, cpu_of, rss_kib

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

_AT_ONCE: Final = 500
"""So many handshakes are under way, lest it be the kernel's queue that is measured."""
_SETTLES_S: Final = 2
_TALKS_EVERY_S: Final = 0.1
_MISSED: Final = 20
_TOKEN: Final = re.compile(rb'"token":"([^"]+)"')
_CURSOR: Final = re.compile(rb'"cursor":"([^"]+)"')


class StormPlan(msgspec.Struct, frozen=True, kw_only=True):
    """``people`` come in and, where they are to, all join one room, and all come back at once.

    Where they come ``apart``, each goes before others come: of so many every one would be told of
    every other, which is another matter than coming back.  With ``tokens`` they are those who came
    another time.
    """

    port: int
    people: int
    pid: int
    tls: bool = False
    join: bool = False
    come_back: bool = False
    apart: bool = False
    tokens: tuple[str, ...] = ()
    timeout_s: float = 300


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """What one thing took that all did: until the last was done, and what the server spent.

    ``each_bytes`` is what everyone was sent on average, ``waited_s`` the longest that the talker
    waited for what he said, ``rss_kib`` the server's memory a moment later, and ``lost`` how many
    events did not come, or twice.
    """

    took_s: float
    cpu_s: float
    each_bytes: float
    waited_s: float
    rss_kib: int = 0
    lost: int = 0


class StormFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; ``rss_kib`` is the server's memory before."""

    rss_kib: int
    entered: Wave
    joined: Wave | None = None
    one_more: Wave | None = None
    back: Wave | None = None
    tokens: tuple[str, ...] = ()


class Person(asyncio.Protocol):
    """One of the many: what it waits for, and what it was sent."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.token = ""
        self.cursor = b""
        self.received = 0
        self.marks = 0
        self._waits_for = b""
        self._heard: asyncio.Future[bytes] | None = None
        self._tail = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be there."""
        # uvloop's over TLS are of no class of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._tail = b""

    def data_received(self, data: bytes) -> None:
        """Count, and look for what is waited for."""
        self.received += len(data)
        self.marks += data.count(MARK)
        if b'{"type":"ping"' in data:
            self._transport.write(b'{"type":"pong","re":"here"}\n')
        if self._heard is not None:
            self._tail += data
            if self._waits_for in self._tail and not self._heard.done():
                self._heard.set_result(self._tail)
        else:
            self._tail = (self._tail + data)[-512:]
        # A cursor may be cut in two; the one before is as good.
        at = data.rfind(b'"upto"')
        found = _CURSOR.search(data, at) if at >= 0 else None
        if found is not None:
            self.cursor = found[1]

    async def ask(self, frame: dict[str, object], answer: bytes) -> bytes:
        """Say something, and return what came until there was an answer."""
        self._tail = b""
        self._waits_for = answer
        self._heard = asyncio.get_running_loop().create_future()
        self._transport.write(json.dumps(frame).encode() + b"\n")
        heard = await self._heard
        self._heard = None
        return heard

    def drop(self) -> None:
        """Be cut off."""
        self._transport.abort()

    async def enter(self, plan: StormPlan, context: ssl.SSLContext | None, *, back: bool) -> None:
        """Come in, or come back and get what was missed."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", plan.port, ssl=context)
        hello: dict[str, object] = {"type": "hello", "version": 1, "client": "storm"}
        if back:
            hello |= {"name": None, "token": self.token, "cursor": self.cursor.decode() or None}
        else:
            hello |= {"name": f"s{self.number:05}"}
        # The first `upto` after the welcome tells that one is live, and all was sent.
        welcome = await self.ask(hello, b'"live":true')
        if not back:
            found = _TOKEN.search(welcome)
            self.token = "" if found is None else found[1].decode()


class Storm:
    """Everybody, and what they do together."""

    def __init__(self, plan: StormPlan) -> None:
        self._plan = plan
        self._people = [Person(number) for number in range(plan.people)]
        for person, token in zip(self._people, plan.tokens, strict=False):
            person.token = token
        self._context: ssl.SSLContext | None = None
        if plan.tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE  # our own, on this computer

    async def run(self) -> StormFigures:
        """Do all that is planned."""
        plan, people = self._plan, self._people
        joined = one_more = back = None
        before_kib = rss_kib(plan.pid)
        async with asyncio.timeout(plan.timeout_s):
            entered = await self._wave("lobby", people, self._enter)
            if plan.join:
                founder = Person(plan.people)
                await founder.enter(plan, self._context, back=False)
                await founder.ask({"type": "create", "id": "c", "room": "bench"}, b'"created"')
                joined = await self._wave("bench", people, _join)
                late = Person(plan.people + 1)
                await late.enter(plan, self._context, back=False)
                one_more = await self._wave("bench", [late], _join)
            if plan.come_back:
                back = await self._come_back("bench" if plan.join else "lobby")
        return StormFigures(
            rss_kib=before_kib,
            entered=entered,
            joined=joined,
            one_more=one_more,
            back=back,
            tokens=tuple(one.token for one in self._people),
        )

    async def _enter(self, person: Person) -> None:
        await person.enter(self._plan, self._context, back=bool(person.token))
        if self._plan.apart:
            person.drop()

    async def _come_back(self, room: str) -> Wave:
        # Whoever has not got what was said before would count it as missed.
        await asyncio.sleep(2)
        if self._plan.apart:
            # Who comes now knows of all who came.
            last = Person(self._plan.people)
            await last.enter(self._plan, self._context, back=False)
            for one in self._people:
                one.cursor = last.cursor
        for one in self._people:
            one.drop()
        for one in self._people:
            one.marks = 0
        with talking(self._plan, room, count=_MISSED) as talker:
            talker.wait()
        wave = await self._wave(
            room, self._people, lambda one: one.enter(self._plan, self._context, back=True)
        )
        lost = sum(abs(_MISSED - one.marks) for one in self._people)
        return msgspec.structs.replace(wave, lost=lost)

    async def _wave(
        self, room: str, people: list[Person], do: Callable[[Person], Awaitable[object]]
    ) -> Wave:
        """Have everybody do something at once, while somebody talks in a room."""
        # What is said to 10,000 would be most of what there is to do.
        room = "aside" if self._plan.apart or self._plan.tokens else room
        gate = asyncio.Semaphore(_AT_ONCE if do is not _join else len(people))

        async def one(person: Person) -> None:
            async with gate:
                await do(person)

        with talking(self._plan, room) as talker:
            before = sum(person.received for person in self._people)
            cpu_s = cpu_of(self._plan.pid)
            began = time.monotonic()
            await asyncio.gather(*map(one, people))
            took_s = time.monotonic() - began
            cpu_s = cpu_of(self._plan.pid) - cpu_s
            loop = asyncio.get_running_loop()
            waited_s = await loop.run_in_executor(None, talker.stop)
        await asyncio.sleep(_SETTLES_S)
        return Wave(
            took_s=took_s,
            cpu_s=cpu_s,
            each_bytes=(sum(one.received for one in self._people) - before) / len(self._people),
            waited_s=waited_s,
            rss_kib=rss_kib(self._plan.pid),
        )


async def _join(person: Person) -> None:
    join = f"j{person.number}"
    asks = {"type": "join", "id": join, "room": "bench", "history": 0}
    await person.ask(asks, f'"page","re":"{join}"'.encode())


# Somebody talks


class Talker:
    """Somebody in a process of his own who says something every now and then."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def stop(self) -> float:
        """Have him stop; return how many seconds he waited at most for what he said."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.close()
        return self.wait()

    def wait(self) -> float:
        """Wait until he has said what he was to; return as `stop` does."""
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        return float(self._process.stdout.read())


@contextlib.contextmanager
def talking(plan: StormPlan, room: str, count: int = 0) -> Iterator[Talker]:
    """Have somebody talk in a room: until he is stopped, or so many times."""
    asks = ["talk", str(plan.port), str(int(plan.tls)), room, str(count)]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.storm", *asks],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        process.stdout.readline()  # he is in
        yield Talker(process)
    finally:
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout)):
            stream.close()


def talk(port: int, room: str, count: int, *, tls: bool) -> float:
    """Say something again and again; return how many seconds it took at most to hear it."""
    sock: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sock = context.wrap_socket(sock)
    stream = sock.makefile("rwb")
    name = f"talker-{time.monotonic_ns() % 10**9}"
    _write(stream, {"type": "hello", "version": 1, "name": name, "client": "storm"})
    _write(stream, {"type": "create", "id": "mk", "room": room})  # where it is not there yet
    _write(stream, {"type": "join", "id": "in", "room": room, "history": 0})
    _until(stream, b'"re":"in"')
    sys.stdout.write("in\n")
    sys.stdout.flush()
    longest_s = 0.0
    said = 0
    while said < count if count else not _stdin_closed():
        began = time.monotonic()
        said += 1
        text = "^" if count else "hm"
        _write(stream, {"type": "say", "id": f"t{said}", "room": room, "text": text})
        _until(stream, f'"id":"t{said}"'.encode())
        longest_s = max(longest_s, time.monotonic() - began)
        time.sleep(max(0.0, began + _TALKS_EVERY_S - time.monotonic()) if not count else 0)
    sock.close()
    return longest_s


def _write(stream: Any, frame: dict[str, object]) -> None:
    stream.write(json.dumps(frame).encode() + b"\n")
    stream.flush()


def _until(stream: Iterable[bytes], part: bytes) -> None:
    for line in stream:
        if part in line:
            return
        if b'"ping"' in line[:20]:
            continue
    raise RuntimeError("the server closed the talker's connection")


def _stdin_closed() -> bool:
    import select  # noqa: PLC0415 - the talker's alone

    return bool(select.select([sys.stdin], [], [], 0)[0])


def main() -> None:
    """Do what standard input says; as ``talk`` be the talker."""
    if sys.argv[1:2] == ["talk"]:
        port, tls, room, count = sys.argv[2:]
        sys.stdout.write(f"{talk(int(port), room, int(count), tls=tls == '1')}\n")
        return
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=StormPlan)
    factory = None
    with contextlib.suppress(ImportError):
        factory = importlib.import_module("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        figures = runner.run(Storm(plan).run())
    sys.stdout.buffer.write(msgspec.json.encode(figures) + b"\n")


if __name__ == "__main__":
    main()
