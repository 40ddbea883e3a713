"""How many steps of our own code a message takes: ``python -m benchmarks.steps``.

No clock is asked, so that no noise changes the answer: what is counted are the bytecodes that run
in asynchat's own functions between a read and the last write, and the steps that SQLite's machine
takes for a message.  The hub, its door and its sessions are the real ones, over the store in
memory and over transports that only count what is written to them.  ``--functions`` also prints
where the steps are.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import asynchat.server
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.config import Settings
from asynchat.doors.native import Door
from asynchat.hub.hub import Hub
from asynchat.messages import Created, Said, Say, encode
from asynchat.store.memory import MemoryStore
from asynchat.store.opening import open_database
from asynchat.store.writer import Writer
from asynchat.tasks import Tasks
from benchmarks.corpus import account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

_OURS: Final = str(Path(asynchat.server.__file__).parent)
_MEMORY: Final = "memory.py"
"""The store in memory stands in for the one on disk, and is no server's: it does not count."""
_LIFTED: Final = 1_000_000_000
_SENDERS: Final = 8


class Steps(NamedTuple):
    """What one message takes."""

    way: float
    """Bytecodes from the read to the store, and from there to the writers."""
    receiver: float
    """Bytecodes for each receiver of a batch of `BATCH` messages."""
    append: float
    """Bytecodes to store it, within a batch."""
    sqlite: float
    """Steps of SQLite's machine to store it."""


BATCH: Final = 64
BATCHES = 4


class Sink(asyncio.Transport):
    """A connection that takes everything at once."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.marks = 0
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Count what was said."""
        self.marks += bytes(data).count(b'"said"')

    def get_write_buffer_size(self) -> int:
        """Return that nothing is unsent."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Have no need of limits."""

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self._closing

    def can_write_eof(self) -> bool:
        """Tell that there is no other side to read on."""
        return False

    def close(self) -> None:
        """Close."""
        self._closing = True

    abort = close


class Counting:
    """Counts the bytecodes of asynchat's own functions."""

    def __init__(self) -> None:
        self.of: Counter[CodeType] = Counter()

    @property
    def total(self) -> int:
        """How many there were."""
        return self.of.total()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count within."""
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:  # noqa: ARG002
        file = frame.f_code.co_filename
        if not file.startswith(_OURS) or file.endswith(_MEMORY):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._step

    def _step(self, frame: FrameType, event: str, argument: object) -> Any:  # noqa: ARG002
        if event == "opcode":
            self.of[frame.f_code] += 1
        return self._step


async def fan_out(people: int, batches: int) -> Counting:
    """Count what so many batches of `BATCH` messages take, said to so many people."""
    settings = Settings(
        tls=False,
        presence_interval_s=3600,
        message_burst=_LIFTED,
        address_message_burst=_LIFTED,
        server_message_burst=_LIFTED,
        connection_burst=_LIFTED,
        unauthenticated_per_address=_LIFTED,
    )
    tasks = Tasks()
    async with MemoryStore() as store:
        hub = await Hub.open(store, settings, tasks)
        tasks.spawn(hub.run_batches(), name="batches")
        tasks.spawn(hub.run_fanout(), name="fan-out")
        door = Door(hub, settings, tasks, capacity=_LIFTED)
        connections = [_connect(door) for _ in range(people)]
        for number, (reader, _) in enumerate(connections):
            reader.feed_data(b'{"type":"hello","version":1,"name":"p%d"}\n' % number)
        while len(list(hub._fanout.live_in("lobby"))) < people:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0)
        counting = Counting()
        _, last = connections[-1]
        for batch in range(batches):
            due = last.marks + BATCH
            with counting.on():
                for number in range(_SENDERS):
                    reader, _ = connections[number]
                    reader.feed_data(b"".join(_say(batch, number)))
                while last.marks < due:  # noqa: ASYNC110
                    await asyncio.sleep(0)
        await hub.close()
        await door.close("stopping", retry_after=None)
        await tasks.cancel()
    return counting


def append(folder: Path, batches: int) -> tuple[Counting, int]:
    """Count what storing so many batches takes, and the steps of SQLite's machine."""
    writer = Writer(open_database(folder))
    made = Created(
        seq=0, time=1, room="bench", account="a", sender="a", id="made", topic="", private=False
    )
    writer.append([AccountDraft(account("a")), Draft(made, asker="a")])
    counting = Counting()
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    for batch in range(batches):
        drafts = [
            Draft(_said(f"b{batch:05}-{number:03}"), asker="a", digest=b"x" * 16)
            for number in range(BATCH)
        ]
        writer._db.set_progress_handler(step, 1)  # noqa: SLF001 - who else can count it
        with counting.on():
            writer.append(drafts)
        writer._db.set_progress_handler(None, 1)  # noqa: SLF001
    writer.close()
    return counting, steps


def measure() -> tuple[Steps, dict[str, Counting]]:
    """Count all of it."""
    few, many = (asyncio.run(fan_out(people, BATCHES)) for people in (10, 60))
    with tempfile.TemporaryDirectory() as folder:
        stored, sqlite = append(Path(folder), BATCHES)
    each = BATCHES * BATCH
    receiver = (many.total - few.total) / 50 / BATCHES
    found = Steps(
        few.total / each - 10 * receiver / BATCH, receiver, stored.total / each, sqlite / each
    )
    return found, {"the way": few, "storing": stored}


def _connect(door: Door) -> tuple[asyncio.StreamReader, Sink]:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    sink = Sink()
    protocol.connection_made(sink)
    door.accept(reader, asyncio.StreamWriter(sink, protocol, reader, asyncio.get_running_loop()))
    return reader, sink


def _said(request_id: str) -> Said:
    return Said(
        seq=0,
        time=1,
        room="bench",
        account="a",
        sender="a",
        id=request_id,
        text="x" * 100,
        reply_to=None,
    )


def _say(batch: int, number: int) -> Iterator[bytes]:
    for each in range(BATCH // _SENDERS):
        yield encode(Say(id=f"s{batch}-{number}-{each}", room="lobby", text="x" * 100))


def main(arguments: list[str] | None = None) -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.steps", description=__doc__)
    parser.add_argument("--functions", type=int, default=0, help="print so many of them, too")
    options = parser.parse_args(arguments)
    steps, where = measure()
    sys.stdout.write(
        f"{steps.way:.0f} bytecodes for a message on its way, {steps.receiver:.0f} for each"
        f" receiver of {BATCH}, {steps.append:.0f} to store it; {steps.sqlite:.0f} steps of"
        " SQLite\n"
    )
    for what, counting in where.items() if options.functions else ():
        sys.stdout.write(f"{what}:\n")
        for code, count in counting.of.most_common(options.functions):
            file = Path(code.co_filename).relative_to(_OURS)
            sys.stdout.write(f"{count / BATCHES / BATCH:8.1f} {code.co_qualname} ({file})\n")


if __name__ == "__main__":
    main()
