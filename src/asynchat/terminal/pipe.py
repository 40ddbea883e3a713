"""The pipe: each line read is said in a room, each message said there is a line printed."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.notices import Acknowledged, Failed, WasReset
from asynchat.messages import MAX_TEXT_BYTES, Said
from asynchat.terminal.blocked import is_heard
from asynchat.terminal.enter import complain, entered
from asynchat.terminal.render import pipe_line
from asynchat.terminal.splitting import LineSplitter
from asynchat.terminal.stdio import read_chunks
from asynchat.text import clean_text

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.messages import AnyEvent
    from asynchat.terminal.stdio import Output

UNDER_WAY: Final = 64
"""How many lines may be said and not yet come back; beyond it no more are read."""

_LAST_LINES_TIMEOUT_S: Final = 5.0


async def run(client: Client, output: Output, *, room: str, input_fd: int | None) -> int:
    """Say what is read and print what is said, until the input ends and all of it came back.

    Return the exit status: 1 where a line could not be said, told on standard error with its
    number; the other lines are said all the same.  Raise `ChatError` where the server refuses.
    """
    async with entered(client, room):
        return await _Pipe(client, output, room, input_fd).run()


class _Pipe:
    """One run of the pipe: its lines under way, and what of them was not printed yet.

    A line holds a slot until it was printed, so that neither a slow server nor a slow reader
    of the output makes anything pile up here.
    """

    def __init__(self, client: Client, output: Output, room: str, input_fd: int | None) -> None:
        self._client = client
        self._output = output
        self._room = room
        self._input_fd = input_fd
        self._slots = asyncio.Semaphore(UNDER_WAY)
        self._holding: set[str] = set()
        self._under_way: dict[str, int] = {}
        self._unprinted: dict[str, AnyEvent] = {}
        self._changed = asyncio.Event()
        self._status = 0

    async def run(self) -> int:
        """Return the exit status once everything read was said and printed."""
        unsubscribe = self._client.subscribe(self._notice)
        try:
            async with asyncio.TaskGroup() as tasks:
                printing = tasks.create_task(self._print_all(), name="pipe: print")
                await self._say_all()
                while self._under_way:
                    await self._next_change()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LAST_LINES_TIMEOUT_S):
                        while self._unprinted:
                            await self._next_change()
                printing.cancel()
            # Stored, but no part of the stream: the server's history is another one now.
            for event in self._unprinted.values():
                await self._print(event)
        except BaseExceptionGroup as group:
            error = group.exceptions[0]
            if not isinstance(error, BrokenPipeError):
                raise error from None
            # Whoever read us, as `head` does, has seen enough.
            self._status = 0
        finally:
            unsubscribe()
        return self._status

    async def _say_all(self) -> None:
        if self._input_fd is None:
            return
        splitter = LineSplitter(MAX_TEXT_BYTES + 1)
        number = 0
        async with contextlib.aclosing(read_chunks(self._input_fd)) as chunks:
            async for chunk in chunks:
                for line in splitter.feed(chunk):
                    number += 1
                    await self._say(number, line)
        for line in splitter.end():
            await self._say(number + 1, line)

    async def _say(self, number: int, line: str | None) -> None:
        if line is not None and not clean_text(line).strip():
            return
        await self._slots.acquire()
        try:
            if line is None:
                raise ChatError("text_too_long")
            entry = self._client.post(self._room, line)
        except ChatError as error:
            self._slots.release()
            self._refuse(number, error)
        else:
            self._holding.add(entry.id)
            self._under_way[entry.id] = number

    async def _print_all(self) -> None:
        async for event in self._client:
            if event.room == self._room:
                await self._print(event)
            if event.id is not None and self._unprinted.pop(event.id, None) is not None:
                self._let_go(event.id)

    async def _print(self, event: AnyEvent) -> None:
        if isinstance(event, Said) and is_heard(event, self._client.blocked):
            await self._output.write_lines([pipe_line(event)])

    def _notice(self, notice: Notice) -> None:
        match notice:
            # The reader of the connection settles this before it queues the event: that is
            # still to be printed.
            case Acknowledged(entry=entry, event=event) if entry.id in self._under_way:
                del self._under_way[entry.id]
                self._unprinted[entry.id] = event
                self._changed.set()
            case Failed(entry=entry, error=error) if entry.id in self._under_way:
                self._refuse(self._under_way.pop(entry.id), error)
                self._let_go(entry.id)
            case WasReset():
                # What was stored before it may never come by the stream.
                for entry_id in list(self._holding):
                    self._let_go(entry_id)

    def _let_go(self, entry_id: str) -> None:
        if entry_id in self._holding:
            self._holding.remove(entry_id)
            self._slots.release()
        self._changed.set()

    def _refuse(self, number: int, error: ChatError) -> None:
        self._status = 1
        complain(f"Line {number} was not sent: {error.text}")

    async def _next_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
