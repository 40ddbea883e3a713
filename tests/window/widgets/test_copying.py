"""From the transcript to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.transcript import Block, BlockSplice

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.widgets.transcript import Transcript
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_a_copy_has_the_emoji(
    transcript: Transcript, block: Callable[..., Block], root: tk.Tk, until: Until
) -> None:
    """What is copied holds emoji, not the pictures of them, and no trace of avatars."""
    transcript.splice([BlockSplice(0, 0, (block("hi 👨‍👩‍👧‍👦 there 🎉"),))])
    transcript.text.tag_add("sel", "1.0", "end")
    transcript.text.event_generate("<<Copy>>")
    assert root.clipboard_get() == "ada  12:00\nhi 👨‍👩‍👧‍👦 there 🎉\n\n"


async def test_a_copy_of_several_messages_tells_who_said_them(
    transcript: Transcript, block: Callable[..., Block], root: tk.Tk
) -> None:
    """Names and times stand before what is copied, also where a selection begins midway."""
    blocks = (
        block("one", time="12:00", day="Tuesday, 3 March"),
        block("two **bold** 🎉", time="12:01", head=False),
        block("ben joined", kind="notice", time="12:02", head=False),
        block("three\nmore", sender="ben", time="12:03", day="Wednesday, 4 March"),
    )
    transcript.splice([BlockSplice(0, 0, blocks)])
    transcript.text.tag_add("sel", transcript.text.search("ne", "1.0"), "end-1c -1 lines")
    transcript.copy()
    assert root.clipboard_get().splitlines() == [
        "Tuesday, 3 March",
        "[12:00] ada: ne",
        "[12:01] ada: two bold 🎉",
        "[12:02] * ben joined",
        "Wednesday, 4 March",
        "[12:03] ben: three",
    ]


async def test_code_is_copied_by_a_click(
    transcript: Transcript,
    block: Callable[..., Block],
    root: tk.Tk,
    click: Callable[..., None],
    until: Until,
) -> None:
    """A click on its sign copies exactly the code, and says so for a moment."""
    transcript.splice([BlockSplice(0, 0, (block("see\n```py\n\tx = '{'\n```"),))])
    text = transcript.text
    await until(lambda: (text.bbox("copy.first") or (0,))[0] > 300)
    before = text.image_cget("copy.first", "image")
    box = text.bbox("copy.first")
    assert box is not None
    click(text, box[0] + 2, box[1] + 2)
    assert root.clipboard_get() == "\tx = '{'"
    assert text.image_cget("copy.first", "image") != before
    await until(lambda: text.image_cget("copy.first", "image") == before)


async def test_code_is_copied_by_the_menu(
    transcript: Transcript,
    block: Callable[..., Block],
    root: tk.Tk,
    until: Until,
    click: Callable[..., None],
) -> None:
    """The right button offers to copy the code under it."""
    transcript.splice([BlockSplice(0, 0, (block("```\nx = 1\n```"),))])
    transcript.text.update_idletasks()
    box = transcript.text.bbox(transcript.text.search("x = 1", "1.0"))
    assert box is not None
    click(transcript.text, box[0] + 2, box[1] + 2, button=3)
    menu: Any = (
        await until(
            lambda: [one for one in transcript.winfo_children() if one.winfo_class() == "Menu"]
        )
    )[0]
    labels = [menu.entrycget(at, "label") for at in range(menu.index("end") + 1)]
    menu.invoke(labels.index("Copy code"))
    assert root.clipboard_get() == "x = 1"
    menu.unpost()
    await until(lambda: not menu.winfo_exists())
