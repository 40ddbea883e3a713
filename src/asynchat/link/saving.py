"""Saving what was said in a room to a file, page by page.

Pages go to a file without a name; once all are there, the form is made of them and put in its
place.  So memory stays bounded, and there is a whole file or none.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from msgspec.structs import replace

from asynchat.chat.formats import jsonl, txt
from asynchat.chat.page import html
from asynchat.errors import ChatError
from asynchat.files import placed
from asynchat.messages import Edited, Redacted, Said, decode_event, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asynchat.chat.formats import Form
    from asynchat.link.client import Client
    from asynchat.messages import AnyEvent, Page

FORMS: Final[dict[str, Form]] = {
    ".txt": txt,
    ".html": html,
    ".htm": html,
    ".jsonl": jsonl,
}
"""The form that the end of a file's name asks for."""

_PAGE_EVENTS: Final = 200
_ANSWER_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Saved:
    """A record of a room as it is now."""

    event: AnyEvent
    frame: bytes


def form_of(target: Path) -> Form:
    """Return the form that a file's name asks for.  Raise `ChatError`."""
    form = FORMS.get(target.suffix.lower())
    if form is None:
        raise ChatError("bad_request", "The file's name ends with .txt, .html or .jsonl.")
    return form


async def save(
    client: Client,
    room: str,
    target: Path,
    *,
    title: str,
    overwrite: bool = False,
    progress: Callable[[int, float], None] = lambda _count, _share: None,
) -> int:
    """Save what was said in a room up to now, and return how many events that are.

    Edited texts are as they are now, what was deleted says so.  ``title`` is what the room is
    called; ``progress`` is called with how many events are there, and which share of all that
    is.  Where it is cancelled, there is no file.  Raise `ChatError`, and `OSError`:
    `FileExistsError` where there is a file of that name that is not to be overwritten.
    """
    form = form_of(target)
    if not overwrite and await asyncio.to_thread(target.exists):
        raise FileExistsError(f"{target} is there already.")
    with tempfile.TemporaryFile() as pages:
        count = await _gather(client, room, pages, progress)
        stop = threading.Event()

        def events(_room: str | None = None) -> Iterator[Saved]:
            pages.seek(0)
            for frame in pages:
                if stop.is_set():
                    raise InterruptedError
                yield Saved(decode_event(frame), frame)

        def write() -> None:
            with placed(target, replace=overwrite) as temporary, temporary.open("wb") as file:
                file.writelines(form(events, {room: title}))

        # A thread cannot be cancelled: it is told to end, and waited for.
        ended = asyncio.get_running_loop().run_in_executor(None, write)
        try:
            await asyncio.shield(ended)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([ended])
            ended.exception()  # that it was told to end is no news
            raise
    return count


async def _gather(
    client: Client, room: str, pages: IO[bytes], progress: Callable[[int, float], None]
) -> int:
    """Write every event of a room to ``pages``, a frame a line."""
    # What is said from now on is not waited for, or the end might never come.
    newest = await _page(client, room, None)
    head = newest.events[-1].seq if newest.events else 0
    first, after, count = None, 0, 0
    while after < head:
        page = await _page(client, room, after)
        events = [event for event in as_now(page) if event.seq <= head]
        await asyncio.to_thread(pages.writelines, [encode(event) for event in events])
        count += len(events)
        if not page.events or not page.more:
            break
        first = page.events[0].seq if first is None else first
        after = page.events[-1].seq
        progress(count, min(1.0, (after - first + 1) / max(1, head - first + 1)))
    progress(count, 1.0)
    return count


async def _page(client: Client, room: str, after: int | None) -> Page:
    """Ask for the events after a seq, or for the newest one."""
    limit = 1 if after is None else _PAGE_EVENTS
    try:
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            return await client.history(room, after=after, limit=limit)
    except TimeoutError:
        raise ChatError("unreachable", "The server does not answer; try it again.") from None


def as_now(page: Page) -> Iterator[AnyEvent]:
    """Yield a page's events as they are by now: edited, or without what was deleted."""
    texts = {event.about: event.text for event in page.later if isinstance(event, Edited)}
    deleted = {event.about for event in page.later if isinstance(event, Redacted)}
    for event in page.events:
        if not isinstance(event, Said):
            yield event
        elif event.seq in deleted:
            yield replace(event, text="", redacted=True)
        elif event.seq in texts:
            yield replace(event, text=texts[event.seq])
        else:
            yield event
