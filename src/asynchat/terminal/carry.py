"""``--send-file`` and ``--fetch``: move one file, with a bar where somebody watches, and end."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from asynchat.chat.files import size_text
from asynchat.errors import ChatError
from asynchat.terminal.enter import be_in
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.link.transfer import Transfer
    from asynchat.messages import File

_BAR_COLUMNS: Final = 24
_MINUTE_S: Final = 60


async def send_file(
    client: Client, path: Path, *, room: str, caption: str, timeout_s: float
) -> File:
    """Send a file and say it in a room; return it once its message is on the server's disk.

    Raise `ChatError`: a refusal, or ``unreachable`` where nothing moves for ``timeout_s``.
    """
    transfer = await _carry(client, path, room=room, caption=caption, timeout_s=timeout_s)
    return await transfer.whole()


async def fetch(client: Client, file: str, target: Path, *, timeout_s: float) -> Path:
    """Fetch the file of an id into a folder or to a path; return where it is.

    Raise `ChatError` as `send_file` does.
    """
    transfer = await _carry(client, target, file=file, timeout_s=timeout_s)
    return transfer.path


async def _carry(
    client: Client,
    path: Path,
    *,
    timeout_s: float,
    room: str | None = None,
    caption: str = "",
    file: str | None = None,
) -> Transfer:
    moved = asyncio.Event()

    def tell(_: Notice) -> None:
        moved.set()

    unsubscribe = client.subscribe(tell)
    try:
        await client.start(timeout_s=timeout_s)
        if file is None:
            await be_in(client, room)
            transfer = client.send_file(path, room=room, caption=caption)
        else:
            transfer = client.fetch_file(file, path)
        with bar(transfer, sys.stderr) as draw:
            last = -1
            while not transfer.settled:
                moved.clear()
                draw()
                last = await _further(transfer, moved, last, timeout_s)
            draw()
        await transfer.whole()
        return transfer
    finally:
        unsubscribe()
        await client.close()


async def _further(transfer: Transfer, moved: asyncio.Event, last: int, timeout_s: float) -> int:
    """Wait until more is there, or it is settled.  Raise ``unreachable``."""
    try:
        async with asyncio.timeout(timeout_s):
            while transfer.done == last and not transfer.settled:
                await moved.wait()
                moved.clear()
    except TimeoutError:
        raise ChatError(
            "unreachable", f"Nothing moved for {timeout_s:g} s; the same command goes on later."
        ) from None
    return transfer.done


@contextmanager
def bar(transfer: Transfer, stream: TextIO | None) -> Iterator[Callable[[], None]]:
    """Give what draws a line about a transfer, on a terminal; elsewhere it draws nothing."""
    watched = stream is not None and stream.isatty()

    def draw() -> None:
        if watched and stream is not None:
            stream.write(f"\r\x1b[K{line_of(transfer)}")
            stream.flush()

    try:
        yield draw
    finally:
        if watched and stream is not None:
            stream.write("\n")


def line_of(transfer: Transfer) -> str:
    """Return one line about a transfer: a bar, how much, how fast and for how long."""
    done, size = transfer.done, transfer.size or 0
    filled = _BAR_COLUMNS * done // size if size else 0
    parts = [
        one_line(transfer.name),
        f"[{'#' * filled}{'.' * (_BAR_COLUMNS - filled)}]",
        f"{size_text(done)} of {size_text(size)}" if size else size_text(done),
    ]
    if transfer.rate:
        parts.append(f"{size_text(round(transfer.rate))}/s")
    if transfer.left_s is not None:
        minutes, seconds = divmod(round(transfer.left_s), _MINUTE_S)
        parts.append(f"{minutes}:{seconds:02} left")
    if transfer.state not in {"moving", "done"}:
        parts.append(transfer.state)
    return "  ".join(parts)
