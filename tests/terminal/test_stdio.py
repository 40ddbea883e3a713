"""Standard input and output beside the loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from asynchat.terminal.stdio import CHUNK_BYTES, BlockingCalls, Output, read_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.plugins.waiting import Until

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows polls no pipes")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        with contextlib.suppress(OSError):
            os.close(fd)


async def read_all(fd: int) -> bytes:
    return b"".join([chunk async for chunk in read_chunks(fd)])


async def test_a_pipe_is_read_to_its_end(pipe: tuple[int, int]) -> None:
    """What was written to a pipe comes, and then its end."""
    reader, writer = pipe
    os.write(writer, b"one\ntwo")
    os.close(writer)
    assert await read_all(reader) == b"one\ntwo"


async def test_a_file_is_read_in_bounded_chunks(tmp_path: Path) -> None:
    """A regular file, which no loop can poll, comes whole and in pieces of bounded size."""
    content = os.urandom(3 * CHUNK_BYTES + 1)
    (tmp_path / "file").write_bytes(content)
    with (tmp_path / "file").open("rb") as file:
        chunks = [chunk async for chunk in read_chunks(file.fileno())]
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= CHUNK_BYTES


async def test_no_input_at_all_ends_at_once() -> None:
    """The null device is read like a file: it has no more to give."""
    with open(os.devnull, "rb") as null:  # noqa: PTH123 - no path on Windows
        assert await read_all(null.fileno()) == b""


@unix_only
async def test_a_socket_is_read_like_a_pipe() -> None:
    """Standard input may be a socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"hello")
        theirs.shutdown(socket.SHUT_WR)
        assert await read_all(ours.fileno()) == b"hello"


@unix_only
async def test_what_shares_the_input_finds_it_as_it_was(pipe: tuple[int, int]) -> None:
    """A pipe that was read is open and blocking again for whoever reads it next."""
    reader, writer = pipe
    os.write(writer, b"one")
    async with contextlib.aclosing(read_chunks(reader)) as chunks:
        async for chunk in chunks:
            assert chunk == b"one"
            break
    assert os.get_blocking(reader)
    os.write(writer, b"two")
    assert os.read(reader, 10) == b"two"


@unix_only
async def test_a_fast_writer_waits_for_its_reader(pipe: tuple[int, int], until: Until) -> None:
    """What nobody asked for stays in the pipe, so that the writer is the one who waits."""
    reader, writer = pipe
    total, written, seen_at = 500 * CHUNK_BYTES, 0, [0] * 20

    def write() -> None:
        nonlocal written
        with contextlib.suppress(OSError):
            while written < total:
                written += os.write(writer, bytes(CHUNK_BYTES))

    def stands_still() -> bool:
        seen_at.append(written)
        return len(set(seen_at[-20:])) == 1

    async with contextlib.aclosing(read_chunks(reader)) as chunks:
        thread = threading.Thread(target=write)
        thread.start()
        await anext(chunks)
        await until(stands_still)
        assert written < 10 * CHUNK_BYTES
    os.close(reader)
    await asyncio.to_thread(thread.join, 10)
    assert not thread.is_alive()


async def test_output_is_written_in_order(pipe: tuple[int, int]) -> None:
    """Lines and bytes are out, whole and in order, when the write returns."""
    reader, writer = pipe
    output = Output(writer)
    await output.write_lines(["one", "zwei ü"])
    await output.write(b"three\n")
    output.close()
    assert os.read(reader, 100) == "one\nzwei ü\nthree\n".encode()


@unix_only
async def test_a_reader_that_does_not_read_stops_the_writer_only(pipe: tuple[int, int]) -> None:
    """While nobody reads the output the loop goes on; what was written comes whole later."""
    reader, writer = pipe
    os.set_blocking(writer, False)
    output = Output(writer)
    content = os.urandom(300_000)
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(output.write(content))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not writing.done()
        seen = b""
        while len(seen) < len(content):
            seen += await asyncio.to_thread(os.read, reader, CHUNK_BYTES)
    output.close()
    assert seen == content


async def test_nobody_reading_is_an_error(pipe: tuple[int, int]) -> None:
    """A write that nobody can ever read raises, as the system says it."""
    reader, writer = pipe
    os.close(reader)
    output = Output(writer)
    with pytest.raises(OSError, match=r"."):
        await output.write(b"x")
    output.close()


async def test_a_call_that_is_stuck_can_be_given_up() -> None:
    """Whoever waits for a blocking call may stop waiting; a late answer harms nobody."""
    calls = BlockingCalls("test")
    go_on = threading.Event()
    stuck = asyncio.timeout(0)
    with pytest.raises(TimeoutError):
        async with stuck:
            await calls.call(go_on.wait)
    go_on.set()
    assert await calls.call(lambda: "next") == "next"
    calls.close()


def test_an_answer_after_the_loop_has_gone_harms_nobody() -> None:
    """A call that outlives its loop ends quietly."""
    calls = BlockingCalls("test")
    go_on = threading.Event()

    async def give_up() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.001):
                await calls.call(go_on.wait)

    asyncio.run(give_up())
    go_on.set()
    calls.close()
    calls._thread.join(10)
    assert not calls._thread.is_alive()
