"""What tests of files in the window look at."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from asynchat.link.timeline import Line
    from asynchat.window.chat_window import ChatWindow
    from asynchat.window.widgets.file_picker import FilePicker
    from tests.plugins.waiting import Until


def a_picture(width: int = 300, height: int = 200) -> bytes:
    """Return a PNG."""
    out = BytesIO()
    Image.new("RGB", (width, height), "#c4445a").save(out, "PNG")
    return out.getvalue()


def offered(chat: ChatWindow) -> list[Line]:
    """Return the messages on view that came with a file."""
    lines = chat.session.histories.state("lobby").timeline.lines
    return [line for line in lines if line.file is not None and line.seq is not None]


async def picker(chat: ChatWindow, until: Until) -> FilePicker:
    """Return the file picker, once it is there."""
    picking = chat.sharing.picking
    await until(lambda: picking.dialog is not None and picking.dialog.winfo_viewable())
    assert picking.dialog is not None
    return picking.dialog
