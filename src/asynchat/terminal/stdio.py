"""Standard input and output beside a running loop.

Who is slow at the other end, or stuck, never stops the network.  Pipes and sockets are
polled by the loop.  What cannot be polled (files, devices, anything on Windows, and all
output) is left to one daemon thread each, with one call under way at a time; when the program
ends nobody waits for a call that is stuck.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import queue
import select
import stat
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

T = TypeVar("T")

CHUNK_BYTES: Final = 64 * 1024


class BlockingCalls:
    """Run calls that block on one daemon thread, one after the other.

    An executor's thread would be waited for at exit, also when it is stuck in a read.
    """

    def __init__(self, name: str) -> None:
        # At most what its callers await: one call each.
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def call(self, function: Callable[[], T]) -> T:
        """Return what the function returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def call() -> None:
            try:
                result = function()
            except OSError as error:
                self._tell(loop, future, future.set_exception, error)
            else:
                self._tell(loop, future, future.set_result, result)

        self._calls.put(call)
        return await future

    def close(self) -> None:
        """Let the thread end once its call has returned."""
        self._calls.put(None)

    def _run(self) -> None:
        while call := self._calls.get():
            call()

    @staticmethod
    def _tell(
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[Any],
        settle: Callable[[Any], None],
        value: object,
    ) -> None:
        # RuntimeError: the loop is closed, and nobody waits any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(
                lambda: None if future.done() else settle(value),
            )


async def read_chunks(fd: int) -> AsyncGenerator[bytes, None]:
    """Yield what there is to read, until its end; nothing is read before it is asked for.

    The caller closes the iterator (`contextlib.aclosing`).  Raise `OSError` where the
    descriptor cannot be read.
    """
    mode = os.fstat(fd).st_mode
    pollable = sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))
    chunks = _polled(fd) if pollable else _blocking(fd)
    async with contextlib.aclosing(chunks):
        async for chunk in chunks:
            yield chunk


async def _polled(fd: int) -> AsyncGenerator[bytes, None]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=CHUNK_BYTES)
    # The transport closes what it is given, and makes it non-blocking for whoever shares it.
    was_blocking = os.get_blocking(fd)
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(fd), "rb", buffering=0)
    )
    try:
        while chunk := await reader.read(CHUNK_BYTES):
            yield chunk
    finally:
        transport.close()
        os.set_blocking(fd, was_blocking)


async def _blocking(fd: int) -> AsyncGenerator[bytes, None]:
    calls = BlockingCalls("standard input")
    try:
        while chunk := await calls.call(lambda: os.read(fd, CHUNK_BYTES)):
            yield chunk
    finally:
        calls.close()


class Output:
    """Standard output, or another descriptor; each `write` is out when it returns.

    Raise `BrokenPipeError` once nobody reads it any more, `OSError` where it cannot be written
    or is closed from the beginning.
    """

    def __init__(self, fd: int | None = None) -> None:
        if fd is None and sys.stdout is None:
            raise OSError(errno.EBADF, "Standard output is closed")
        self._fd = sys.stdout.fileno() if fd is None else fd
        self._encoding = sys.stdout.encoding if fd is None else "utf-8"
        self._calls = BlockingCalls("standard output")

    async def write_lines(self, lines: Iterable[str]) -> None:
        """Write lines; what the terminal's encoding lacks becomes a question mark."""
        text = "".join(f"{line}\n" for line in lines)
        await self.write(text.encode(self._encoding, errors="replace"))

    async def write(self, data: bytes) -> None:
        """Write bytes."""
        await self._calls.call(lambda: _write_all(self._fd, data))

    def close(self) -> None:
        """Let the thread end; the descriptor stays open."""
        self._calls.close()


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            # It may share its description with a standard input that the loop polls.
            select.select([], [fd], [])
