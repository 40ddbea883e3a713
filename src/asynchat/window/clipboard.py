"""The clipboard's text, asked for without stopping the network.

Tk's own way waits up to ten seconds for an owner that does not answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import tkinter as tk
from typing import Final

from asynchat.text import clean_text

logger = logging.getLogger(__name__)

_TIMEOUT_S: Final = 1.0
_MAX_BYTES: Final = 1_000_000
_X11_PROGRAMS: Final = (
    ("wl-paste", "--no-newline", "--type", "text"),
    ("xclip", "-out", "-selection", "clipboard"),
    ("xsel", "--output", "--clipboard"),
)


async def clipboard_text(root: tk.Misc) -> str:
    """Return what the clipboard holds as text, cleaned; nothing where it has none."""
    if root.tk.call("tk", "windowingsystem") == "x11" and not _is_ours(root):
        for program, *arguments in _X11_PROGRAMS:
            path = shutil.which(program)
            if path is None or (program == "wl-paste" and "WAYLAND_DISPLAY" not in os.environ):
                continue
            return clean_text(await _output_of(path, *arguments))
    try:
        return clean_text(root.clipboard_get())
    except tk.TclError:
        return ""


def _is_ours(root: tk.Misc) -> bool:
    return bool(root.tk.call("selection", "own", "-selection", "CLIPBOARD"))


async def _output_of(path: str, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        path,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None  # noqa: S101 # nosec B101 # PIPE was asked for
    output = b""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            while len(output) < _MAX_BYTES and (more := await process.stdout.read(65_536)):
                output += more
    except TimeoutError:
        logger.debug("the clipboard's owner does not answer")
    finally:
        with contextlib.suppress(ProcessLookupError):  # it has ended
            process.kill()
        # A child of its own may hold the pipe for longer.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TIMEOUT_S):
                await process.wait()
    return output.decode(errors="replace")
