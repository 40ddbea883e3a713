"""The pipe, in this process; ``tests/e2e`` has it as people use it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.notices import Arrived
from asynchat.messages import Done, Refused, Reset, Said
from asynchat.terminal import pipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Printed, Relay, Stage


class Typed:
    """Standard input, and who writes to it."""

    def __init__(self) -> None:
        self.fd, self._writer = os.pipe()

    def write(self, data: bytes) -> None:
        """Write it all, without waiting for it to be read."""
        thread = threading.Thread(target=self._write, args=(data,))
        thread.start()

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._writer, data) :]

    def end(self) -> None:
        """Come to the end of the input."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1


@pytest.fixture
def typed() -> Iterator[Typed]:
    typed = Typed()
    yield typed
    typed.end()
    os.close(typed.fd)


async def test_lines_are_said_and_come_back(
    client: Callable[..., Client], printed: Printed, typed: Typed
) -> None:
    """Each line read is a message, printed as it came back; blank lines are none."""
    typed._write(b"hello\n\n  \n\x00\ntwo\twords\r\nlast \xff")
    typed.end()
    assert await pipe.run(client("ada"), printed.output, room="lobby", input_fd=typed.fd) == 0
    assert printed.lines() == [
        "ada: hello",
        "ada: two words",
        "ada: last \N{REPLACEMENT CHARACTER}",
    ]


async def test_others_are_printed_until_the_input_ends(
    client: Callable[..., Client], printed: Printed, typed: Typed, until: Until
) -> None:
    """What others say in the room from now on is printed, and nothing said elsewhere."""
    async with client("ben") as ben:
        await ben.send("lobby", "before")
        await ben.create("dev")
        ada = client("ada")
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(
                pipe.run(ada, printed.output, room="dev", input_fd=typed.fd)
            )
            await until(lambda: "dev" in ada.rooms)
            await ben.send("lobby", "elsewhere")
            await ben.send("dev", "one\ntwo")
            await until(printed.text)
            typed.end()
        assert running.result() == 0
    assert printed.lines() == ["ben: one ⏎ two"]
    assert ada.connection.phase == "closed"


async def test_who_is_blocked_is_not_printed(
    client: Callable[..., Client], printed: Printed, typed: Typed, until: Until
) -> None:
    """Whatever they say in the room, also to somebody who only listens."""
    async with client("ben") as ben, client("eve") as eve:
        ada = client("ada")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd))
            await until(lambda: ada.connection.phase == "online")
            await ada.block("ben")
            await until(lambda: ada.blocked)
            await ben.send("lobby", "hello")
            await eve.send("lobby", "the end")
            await until(lambda: "the end" in printed.text())
            typed.end()
    assert printed.lines() == ["eve: the end"]


async def test_a_line_that_can_never_go_is_told_with_its_number(
    client: Callable[..., Client],
    printed: Printed,
    typed: Typed,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Lines too long for a message are told on standard error; the others are said."""
    typed.write(b"one\n" + b"x" * 4001 + b"\n" + b"y" * 100_000 + b"\nfour\n" + b"z" * 20_000)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            pipe.run(client("ada"), printed.output, room="lobby", input_fd=typed.fd)
        )
        while "four" not in printed.text():
            await asyncio.sleep(0.01)
        typed.end()
    assert running.result() == 1
    assert printed.lines() == ["ada: one", "ada: four"]
    assert capsys.readouterr().err.splitlines() == [
        f"asynchat-client: Line {number} was not sent: A message has at most 4,000 characters."
        for number in (2, 3, 5)
    ]


async def test_refused_lines_do_not_use_the_pipe_up(
    client: Callable[..., Client],
    printed: Printed,
    typed: Typed,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """However many lines cannot go, the next that can is said."""
    typed.write(b"".join([b"x" * 4001 + b"\n"] * 100 + [b"hello\n"]))
    async with asyncio.timeout(15), asyncio.TaskGroup() as tasks:
        tasks.create_task(pipe.run(client("ada"), printed.output, room="lobby", input_fd=typed.fd))
        while not printed.text():
            await asyncio.sleep(0.01)
        typed.end()
    assert printed.lines() == ["ada: hello"]
    assert len(capsys.readouterr().err.splitlines()) == 100


async def test_what_the_server_refuses_is_told_too(
    client: Callable[..., Client],
    printed: Printed,
    typed: Typed,
    until: Until,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A line that the server refuses counts like one that can never go."""
    async with client("ben") as ben:
        await ben.create("dev")
        ada = client("ada")
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(
                pipe.run(ada, printed.output, room="dev", input_fd=typed.fd)
            )
            await until(lambda: "dev" in ada.rooms)
            await ada.leave("dev")
            typed._write(b"one\n")
            typed.end()
    assert running.result() == 1
    assert "Line 1 was not sent: You are not a member" in capsys.readouterr().err


async def test_input_is_not_read_faster_than_it_is_printed(
    client: Callable[..., Client], printed: Printed, typed: Typed, until: Until
) -> None:
    """No more lines are under way than allowed, however fast they are written."""
    ada = client("ada")
    most = 0

    def count(notice: Notice) -> None:
        nonlocal most
        most = max(most, len(ada.outbox))

    ada.subscribe(count)
    typed.write(b"".join(b"%d\n" % number for number in range(500)))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd))
        await until(lambda: len(printed.lines()) == 500)
        typed.end()
    assert printed.lines() == [f"ada: {number}" for number in range(500)]
    assert pipe.UNDER_WAY // 2 < most <= pipe.UNDER_WAY


async def test_while_nobody_reads_the_output_no_more_is_said(
    client: Callable[..., Client], printed: Printed, typed: Typed, until: Until
) -> None:
    """A reader of the output that is slow slows the input down, and nothing piles up."""
    ada, line = client("ada"), b"x" * 3000 + b"\n"
    heard: list[Notice] = []
    counts: list[int] = []

    def stands_still() -> bool:
        counts.append(len(heard))
        return len(set(counts[-50:])) == 1 and len(heard) > pipe.UNDER_WAY

    typed.write(line * 300)
    async with asyncio.timeout(25), client("ben") as ben, asyncio.TaskGroup() as tasks:
        ben.subscribe(lambda notice: heard.append(notice) if is_said(notice) else None)
        running = tasks.create_task(pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd))
        await until(stands_still)
        # The output's pipe holds 64 KiB: 21 lines, one half out, and those under way.
        assert len(heard) < 30 + pipe.UNDER_WAY
        await until(lambda: len(printed.lines()) == 300)
        typed.end()
    assert running.result() == 0


def is_said(notice: Notice) -> bool:
    return isinstance(notice, Arrived) and isinstance(notice.event, Said)


async def test_a_cut_loses_and_repeats_nothing(
    client: Callable[..., Client], printed: Printed, typed: Typed, stage: Stage, until: Until
) -> None:
    """Over a restart of the server every line is said once and printed once, in order."""
    ada = client("ada")
    typed.write(b"".join(b"%d\n" % number for number in range(400)))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd))
        await until(lambda: len(printed.lines()) > 100)
        await stage.stop()
        await stage.start()
        await until(lambda: len(printed.lines()) >= 400)
        typed.end()
    assert printed.lines() == [f"ada: {number}" for number in range(400)]


async def test_a_reader_who_has_seen_enough_ends_it(
    client: Callable[..., Client], printed: Printed, typed: Typed
) -> None:
    """When nobody reads the output any more it ends quietly, with status 0."""
    printed.stop_reading()
    typed.write(b"one\ntwo\n")
    assert await pipe.run(client("ada"), printed.output, room="lobby", input_fd=typed.fd) == 0


async def test_without_input_it_ends_at_once(
    client: Callable[..., Client], printed: Printed
) -> None:
    """No standard input at all is an empty one."""
    ada = client("ada")
    assert await pipe.run(ada, printed.output, room="lobby", input_fd=None) == 0
    assert ada.connection.phase == "closed"


async def test_an_input_that_cannot_be_read_is_an_error(
    client: Callable[..., Client], printed: Printed, tmp_path: os.PathLike[str]
) -> None:
    """What the system says of the input is raised as it is."""
    fd = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(IsADirectoryError):
        await pipe.run(client("ada"), printed.output, room="lobby", input_fd=fd)
    os.close(fd)


async def test_an_end_for_good_ends_the_pipe(
    client: Callable[..., Client], printed: Printed, typed: Typed, relay: Relay, until: Until
) -> None:
    """Where the connection will not come back, it ends with the sentence, also in mid-input."""
    ada = client("ada", address=relay.address)

    async def run() -> None:
        with pytest.raises(ChatError, match="banned"):
            await pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(run())
        await until(lambda: ada.connection.phase == "online")
        relay.tell(Refused(re=None, code="banned", text="You are banned."))


async def test_what_lies_before_the_stream_is_printed_all_the_same(
    *,
    client: Callable[..., Client],
    printed: Printed,
    typed: Typed,
    relay: Relay,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line acknowledged by a repeat, which no stream brings again, is printed at the end."""
    monkeypatch.setattr(pipe, "_LAST_LINES_TIMEOUT_S", 0.05)
    ada = client("ada", address=relay.address)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(pipe.run(ada, printed.output, room="lobby", input_fd=typed.fd))
        await until(lambda: ada.connection.phase == "online")
        relay.silent = True
        typed._write(b"hello\n")
        entry = (await until(lambda: ada.outbox))[0]
        relay.tell(Reset(cursor="another", reason="The history is another one."))
        relay.tell(Done(re=entry.id, seq=1, time=1))
        typed.end()
    assert running.result() == 0
    assert printed.lines() == ["ada: hello"]
