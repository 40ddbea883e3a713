"""The clipboard's text or picture, asked for without stopping the network.

Tk's own way waits up to ten seconds for an owner that does not answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import tkinter as tk
from io import BytesIO
from typing import Final

from asynchat.text import clean_text

logger = logging.getLogger(__name__)

_TIMEOUT_S: Final = 1.0
_MAX_BYTES: Final = 1_000_000
MAX_PICTURE_BYTES: Final = 32 * 1024 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PICTURE_PROGRAMS: Final = (
    ("wl-paste", "--type", "image/png"),
    ("xclip", "-out", "-selection", "clipboard", "-target", "image/png"),
)
_X11_PROGRAMS: Final = (
    ("wl-paste", "--no-newline", "--type", "text"),
    ("xclip", "-out", "-selection", "clipboard"),
    ("xsel", "--output", "--clipboard"),
)


async def clipboard_text(root: tk.Misc) -> str:
    """Return what the clipboard holds as text, cleaned; nothing where it has none."""
    # A question to the server: what we have just put there goes out before the answer comes.
    root.winfo_pointerx()
    if root.tk.call("tk", "windowingsystem") == "x11" and not _is_ours(root):
        for program, *arguments in _X11_PROGRAMS:
            path = shutil.which(program)
            if path is None or (program == "wl-paste" and "WAYLAND_DISPLAY" not in os.environ):
                continue
            output = await _output_of(path, *arguments)
            # Some owners give a picture to whoever asks for a text.
            is_text = not output.startswith(_PNG)
            return clean_text(output.decode(errors="replace")) if is_text else ""
    try:
        return clean_text(root.clipboard_get())
    except tk.TclError:
        return ""


def _is_ours(root: tk.Misc) -> bool:
    return bool(root.tk.call("selection", "own", "-selection", "CLIPBOARD"))


async def clipboard_picture(root: tk.Misc) -> bytes:
    """Return the picture that the clipboard holds, as PNG; nothing where it has none."""
    if root.tk.call("tk", "windowingsystem") != "x11":
        return await asyncio.to_thread(_grabbed)
    if _is_ours(root):
        return b""
    for program, *arguments in _PICTURE_PROGRAMS:
        path = shutil.which(program)
        if path is None or (program == "wl-paste" and "WAYLAND_DISPLAY" not in os.environ):
            continue
        data = await _output_of(path, *arguments, most=MAX_PICTURE_BYTES)
        # One that is cut off would be a picture with a grey end.
        return data if data.startswith(_PNG) and len(data) < MAX_PICTURE_BYTES else b""
    return b""


def _grabbed() -> bytes:
    """Return the clipboard's picture where the system gives it to Pillow."""
    from PIL import Image, ImageGrab  # noqa: PLC0415 - when asked

    found = ImageGrab.grabclipboard()
    if not isinstance(found, Image.Image):
        return b""
    out = BytesIO()
    found.save(out, "PNG")
    return out.getvalue()


async def _output_of(path: str, *arguments: str, most: int = _MAX_BYTES) -> bytes:
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
            while len(output) < most and (more := await process.stdout.read(65_536)):
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
    return output
