"""Put load on a chat server: ``python -m benchmarks.load < PLAN``, a plan and the figures in JSON.

It is a process of its own, made cheap: one epoll, one buffer, and of what arrives it looks only
for `MARK`, one of which is in each message.  So it is not the bottleneck, and where it is, its own
processor time, which comes with the figures, tells so.  It ends by itself: when all was delivered,
or after ``timeout_s``.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import ssl
import statistics
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK: Final = b"^"
_BUFFER: Final = bytearray(1024 * 1024)
_VIEW: Final = memoryview(_BUFFER)
_ENTERING: Final = 200
"""How many come in at a time."""
_STAMP_CHARS: Final = 19
_ALIVE_S: Final = 10.0
"""So often everybody shows that he lives; whether the server asked is not looked for."""
_NEVER: Final = b"\0"
_DIRECT: Final = re.compile(rb'"type":"page","re":"[^"]+","room":"(~[^"]+)"')
_QUIET_S: Final = 2.0
"""Who has said nothing for so long, once all was sent, has nothing more to say."""

Dialect = Literal["native", "lines", "irc"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do.

    ``people`` come in, each in ``rooms_each`` of the ``rooms``, and the first ``senders`` of them
    say ``messages`` messages of ``chars`` characters in all, ``warmup`` of which do not count: at
    ``rate`` a second, or with ``under_way`` of them not delivered to a witness yet.  ``pids`` are
    the server's.  ``stay_s`` is for how long nothing at all is said before that.  With ``direct``
    the rooms are direct ones, of two each.  ``prefix`` is what the names begin with.
    """

    dialect: Dialect
    host: str
    port: int
    people: int
    senders: int = 0
    rooms: int = 1
    rooms_each: int = 1
    messages: int = 0
    warmup: int = 0
    chars: int = 100
    under_way: int = 64
    rate: float = 0
    pids: tuple[int, ...] = ()
    tls: bool = False
    direct: bool = False
    prefix: str = "p"
    stay_s: float = 0
    timeout_s: float = 120


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; processor times are of the measured part only."""

    entered_s: float
    rss_kib: int
    rss_before_kib: int
    messages: int = 0
    deliveries: int = 0
    lost: int = 0
    elapsed_s: float = 0
    server_cpu_s: float = 0
    load_cpu_s: float = 0
    p50_ms: float = 0
    p99_ms: float = 0


@dataclass(slots=True, eq=False)
class Peer:
    """One connection, what it still has to say and hear before it is in, and what it got."""

    number: int
    sock: socket.socket
    steps: deque[tuple[bytes, bytes]]
    count: int = 0
    heard: bytes = b""
    waits_for: bytes = b""
    unsent: bytearray = field(default_factory=bytearray)
    tail: bytes = b""
    rooms: tuple[int, ...] = ()


class LoadError(Exception):
    """The load could not be put on; the text says why."""


class Load:
    """Everybody who talks to the server."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._epoll = select.epoll()
        self._peers: dict[int, Peer] = {}
        self._give_up = time.monotonic() + plan.timeout_s
        self._context: ssl.SSLContext | None = None
        if plan.tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE  # the server is our own, on this computer
        self._names = [f"bench{room}" for room in range(plan.rooms)]
        self._latencies: list[float] = []
        self._delivered = 0
        self._alive_at = time.monotonic() + _ALIVE_S

    def run(self) -> Figures:
        """Come in, talk, and count."""
        plan = self._plan
        before = sum(map(rss_kib, plan.pids))
        began = time.monotonic()
        people = self._enter()
        entered_s = time.monotonic() - began
        if plan.stay_s:
            self._until(time.monotonic() + plan.stay_s)
        figures = Figures(
            entered_s=entered_s,
            rss_kib=sum(map(rss_kib, plan.pids)),
            rss_before_kib=before,
        )
        return self._measured(people, figures) if plan.messages else figures

    def _measured(self, people: list[Peer], figures: Figures) -> Figures:
        plan = self._plan
        self._talk(people, plan.warmup, first=0)
        before = self._delivered
        self._latencies.clear()
        server_s, own_s = _now(plan)
        elapsed_s = self._talk(people, plan.messages, first=plan.warmup)
        server_end_s, own_end_s = _now(plan)
        delivered = self._delivered - before
        hundredths = statistics.quantiles(self._latencies, n=100) if plan.rate else [0.0] * 99
        return msgspec.structs.replace(
            figures,
            messages=plan.messages,
            deliveries=delivered,
            lost=self._expected(people, plan.messages) - delivered,
            elapsed_s=elapsed_s,
            server_cpu_s=server_end_s - server_s,
            load_cpu_s=own_end_s - own_s,
            p50_ms=hundredths[49],
            p99_ms=hundredths[98],
        )

    # Coming in

    def _enter(self) -> list[Peer]:
        plan = self._plan
        people: list[Peer] = []
        entering: list[Peer] = []
        if plan.dialect == "native" and not plan.direct:
            self._make_rooms()
        while len(people) < plan.people or entering:
            while len(people) < plan.people and len(entering) < _ENTERING:
                peer = self._connect(len(people))
                people.append(peer)
                entering.append(peer)
            self._poll(1.0)
            entering = [peer for peer in entering if peer.steps or peer.waits_for]
        if plan.direct:
            self._meet(people)
        for peer in people:
            peer.count = 0
        self._delivered = 0
        return people

    def _meet(self, people: list[Peer]) -> None:
        """Have the direct rooms made, each by the one of the two who is no witness."""
        for peer in people[: self._plan.rooms]:
            (room,) = peer.rooms
            asks: dict[str, object] = {
                "type": "direct",
                "id": f"d{room}",
                "names": [_name(room, self._plan, 1)],
            }
            peer.waits_for = _NEVER
            self._send(peer, _line(asks))
            while (found := _DIRECT.search(peer.heard)) is None:
                self._poll(1.0)
            self._names[room] = found[1].decode()
            self._next_step(peer)

    def _make_rooms(self) -> None:
        """Have the rooms made by somebody who does not stay."""
        name = f"{self._plan.prefix}-founder"
        asks = [_line({"type": "hello", "version": 1, "name": name, "client": "load"})]
        for room in range(self._plan.rooms):
            name = f"bench{room}"
            asks += [_line({"type": "create", "id": f"c{room}", "room": name})]
            asks += [_line({"type": "leave", "id": f"l{room}", "room": name})]
        with self._dial() as sock, sock.makefile("rwb") as stream:
            stream.write(b"".join([*asks, _line({"type": "bye"})]))
            stream.flush()
            if b'"goodbye"' not in stream.read():
                raise LoadError("the rooms were not made")

    def _dial(self) -> socket.socket:
        sock = socket.create_connection((self._plan.host, self._plan.port), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock if self._context is None else self._context.wrap_socket(sock)

    def _connect(self, number: int) -> Peer:
        plan = self._plan
        sock = self._dial()
        sock.setblocking(False)
        rooms = _rooms_of(number, plan)
        peer = Peer(number, sock, deque(_steps(number, rooms, plan)), rooms=rooms)
        self._peers[sock.fileno()] = peer
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        self._next_step(peer)
        return peer

    def _next_step(self, peer: Peer) -> None:
        peer.heard = b""
        peer.waits_for = b""
        if peer.steps:
            data, peer.waits_for = peer.steps.popleft()
            self._send(peer, data)

    # Talking

    def _talk(self, people: list[Peer], messages: int, *, first: int) -> float:
        """Have so many messages said and delivered; return how long it took."""
        if not messages:
            return 0.0
        plan = self._plan
        began = time.monotonic()
        expected = self._delivered + self._expected(people, messages)
        witnesses = _witnesses(people, plan)
        seen_before = sum(peer.count for peer in witnesses)
        said = 0
        last_heard = began
        total = self._delivered
        while total < expected:
            seen = sum(peer.count for peer in witnesses) - seen_before
            if plan.rate:
                due = min(messages, int((time.monotonic() - began) * plan.rate) + 1)
            else:
                due = min(messages, seen + plan.under_way)
            if due > said:
                self._say(people, first + said, first + due)
                said = due
            self._poll(0.5 / plan.rate if plan.rate else 0.2)
            if self._delivered > total:
                total, last_heard = self._delivered, time.monotonic()
            elif said == messages and time.monotonic() - last_heard > _QUIET_S:
                return last_heard - began
        return time.monotonic() - began

    def _say(self, people: list[Peer], start: int, end: int) -> None:
        plan = self._plan
        frames: dict[int, list[bytes]] = {}
        for number in range(start, end):
            sender = number % plan.senders
            peer = people[sender]
            room = peer.rooms[(number // plan.senders) % len(peer.rooms)]
            frames.setdefault(sender, []).append(_say(number, self._names[room], plan))
        for sender, said in frames.items():
            self._send(people[sender], b"".join(said))

    def _expected(self, people: list[Peer], messages: int) -> int:
        plan = self._plan
        members: dict[int, int] = {}
        for peer in people:
            for room in peer.rooms:
                members[room] = members.get(room, 0) + 1
        total = 0
        for sender in range(plan.senders):
            share = messages // plan.senders + (sender < messages % plan.senders)
            rooms = people[sender].rooms
            # A sender goes through its rooms in turn.
            each = [share // len(rooms) + (i < share % len(rooms)) for i in range(len(rooms))]
            total += sum(members[room] * n for room, n in zip(rooms, each, strict=True))
        return total - messages * (plan.dialect == "irc")

    # Sockets

    def _send(self, peer: Peer, data: bytes) -> None:
        peer.unsent += data
        self._flush(peer)

    def _flush(self, peer: Peer) -> None:
        while peer.unsent:
            try:
                sent = peer.sock.send(peer.unsent)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                self._epoll.modify(peer.sock.fileno(), select.EPOLLIN | select.EPOLLOUT)
                return
            del peer.unsent[:sent]
        self._epoll.modify(peer.sock.fileno(), select.EPOLLIN)

    def _until(self, moment: float) -> None:
        while (left := moment - time.monotonic()) > 0:
            self._poll(left)

    def _poll(self, wait_s: float) -> None:
        now = time.monotonic()
        if now > self._give_up:
            raise LoadError("it took too long")
        if now > self._alive_at and self._plan.dialect == "native":
            self._alive_at = now + _ALIVE_S
            for peer in self._peers.values():
                if not peer.waits_for:
                    self._send(peer, b'{"type":"pong","re":"x"}\n')
        for fd, event in self._epoll.poll(wait_s):
            peer = self._peers[fd]
            if event & select.EPOLLOUT:
                self._flush(peer)
            if event & ~select.EPOLLOUT:
                self._receive(peer)

    def _receive(self, peer: Peer) -> None:
        while True:
            try:
                size = peer.sock.recv_into(_BUFFER)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not size:
                raise LoadError(f"the server closed connection {peer.number}: {peer.heard!r}")
            if peer.waits_for:
                self._hear(peer, bytes(_VIEW[:size]))
            else:
                marks = _BUFFER.count(MARK, 0, size)
                peer.count += marks
                self._delivered += marks
                if self._plan.rate:
                    self._time(peer, bytes(_VIEW[:size]))
            # A plain socket tells again; TLS may hold what epoll does not know of.
            if self._context is None:
                return

    def _hear(self, peer: Peer, data: bytes) -> None:
        peer.heard += data
        if self._plan.dialect == "irc":
            self._answer_pings(peer)
        if peer.waits_for in peer.heard:
            self._next_step(peer)

    def _answer_pings(self, peer: Peer) -> None:
        # Some IRC servers want to see a pong before they register anyone.
        for line in peer.heard.split(b"\r\n")[:-1]:
            if line.startswith(b"PING "):
                self._send(peer, b"PONG " + line[5:] + b"\r\n")
                peer.heard = peer.heard.replace(line, b"", 1)

    def _time(self, peer: Peer, data: bytes) -> None:
        now = time.monotonic_ns()
        data = peer.tail + data
        at = data.find(MARK)
        while 0 <= at <= len(data) - _STAMP_CHARS - 1:
            stamp = int(data[at + 1 : at + 1 + _STAMP_CHARS])
            self._latencies.append((now - stamp) / 1e6)
            at = data.find(MARK, at + 1)
        peer.tail = data[at:] if at >= 0 else b""


# Who is where, and what they say


def _rooms_of(number: int, plan: Plan) -> tuple[int, ...]:
    """Return the rooms of somebody; the last ones are the witnesses, of one room each."""
    witness = number - (plan.people - plan.rooms)
    if witness >= 0:
        return (witness,)
    if not plan.rooms:
        return ()
    first = number * plan.rooms_each
    return tuple((first + turn) % plan.rooms for turn in range(plan.rooms_each))


def _witnesses(people: list[Peer], plan: Plan) -> list[Peer]:
    """Return people who together get each message once: one of each room, in no other."""
    return people[-plan.rooms :]


def _steps(number: int, rooms: tuple[int, ...], plan: Plan) -> Iterable[tuple[bytes, bytes]]:
    name = _name(number, plan)
    match plan.dialect:
        case "lines":
            yield f"enter {name}\n".encode(), b"entered"
        case "irc":
            yield f"NICK {name}\r\nUSER {name} 0 * :{name}\r\n".encode(), b" 001 "
            for room in rooms:
                yield f"JOIN #bench{room}\r\n".encode(), b" 366 "
        case "native":
            hello = {"type": "hello", "version": 1, "name": name, "client": "load"}
            yield _line(hello), b'"welcome"'
            for room in () if plan.direct else rooms:
                join = f"j{number}-{room}"
                asks = {"type": "join", "id": join, "room": f"bench{room}", "history": 0}
                yield _line(asks), join.encode()
            yield _line({"type": "ping", "id": f"in{number}"}), b'"pong"'


def _name(number: int, plan: Plan, half: int = 0) -> str:
    return f"{plan.prefix}{number + half * plan.people // 2:05}"


def _say(number: int, room: str, plan: Plan) -> bytes:
    stamp = f"{time.monotonic_ns():019}" if plan.rate else ""
    text = f"^{stamp}{number} ".ljust(plan.chars, "x")
    if plan.dialect == "irc":
        return f"PRIVMSG #{room} :{text}\r\n".encode()
    return _line({"type": "say", "id": f"s{number:012}", "room": room, "text": text})


def _line(frame: dict[str, object]) -> bytes:
    return msgspec.json.encode(frame) + b"\n"


# Figures


def _now(plan: Plan) -> tuple[float, float]:
    """Return the processor seconds of the server and of this process."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return sum(map(cpu_of, plan.pids)), own.ru_utime + own.ru_stime


def cpu_of(pid: int) -> float:
    """Return how many seconds all threads of a process were on a processor."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def rss_kib(pid: int) -> int:
    """Return how much memory a process takes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(Load(plan).run()) + b"\n")
