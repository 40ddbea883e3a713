from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from asynchat.window.presenters.transcript import BlockSplice
from asynchat.window.widgets.block_writer import BlockWriter
from asynchat.window.widgets.file_views import FileViews
from tests.window.widgets.test_file_cards import block

if TYPE_CHECKING:
    from asynchat.messages import File
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_only_what_is_on_view_is_asked_for(
    root: tk.Tk, look: Look, fill: Any, until: Until
) -> None:
    """And what comes on view later is then."""
    text = tk.Text(root)
    writer = BlockWriter(text, look)
    writer.paint()
    views, asked, here = FileViews(text, writer), [], dict[str, Image.Image]()

    def told(file: File, size: tuple[int, int]) -> Image.Image | None:
        asked.append(file.id)
        return here.get(file.id)

    views.ask(told)
    views.later()
    await fill(text)
    writer.splice(BlockSplice(0, 0, tuple(block(number) for number in range(30))))
    views.later()
    await until(lambda: asked)
    assert asked[0] == "f0"
    assert "f29" not in asked
    text.see("end")
    views.later()
    await until(lambda: "f29" in asked)
    assert "f15" not in asked
    here["f29"] = Image.new("RGBA", (320, 160), "#ff0000")
    views.show("f29")
    assert len(writer.cards.live) == 1
    views.later()
    views.close()
    views.close()
