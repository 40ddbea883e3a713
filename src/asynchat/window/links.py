"""Opening a link in the person's browser, or a folder in their file manager, off the loop."""

from __future__ import annotations

import asyncio
import shutil
import sys
import webbrowser
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from asynchat.errors import ChatError
from asynchat.text import one_line

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMES: Final = frozenset({"http", "https"})
_TIMEOUT_S: Final = 10.0


def is_safe(url: str) -> bool:
    """Tell whether a link may be opened: http and https to some host, and nothing else."""
    if url != one_line(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.hostname)


async def open_link(url: str) -> None:
    """Open a link.  Raise `ChatError` where it may not be opened, or nothing opens it."""
    if not is_safe(url):
        raise ChatError("forbidden", "Only links to http and https are opened.")
    if not await _open(url):
        raise ChatError("forbidden", "No browser was found to open this link.")


async def open_folder(path: Path) -> None:
    """Show a folder in the person's file manager; never open a file.  Raise `ChatError`."""
    if not await asyncio.to_thread(path.is_dir):
        raise ChatError("forbidden", "The folder is not there any more.")
    if not await _open(str(path)):
        raise ChatError("forbidden", "No program was found to show this folder.")


async def _open(url: str) -> bool:
    path = None if sys.platform in {"win32", "darwin"} else shutil.which("xdg-open")
    if path is None:
        # It may start a program and look at its exit: on a thread, it stops nobody.
        return await asyncio.to_thread(webbrowser.open, url)
    process = await asyncio.create_subprocess_exec(
        path,
        url,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await process.wait() == 0
    except TimeoutError:
        # Some run the browser itself: then it is open.
        return True
