from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.annotations import Reaction
from asynchat.window.presenters.transcript import Block, BlockSplice
from asynchat.window.widgets.block_writer import BlockWriter
from asynchat.window.widgets.pointing import Pointing

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


@pytest.fixture
async def text(root: tk.Tk, fill: Any) -> tk.Text:
    made = tk.Text(root, pady=10)
    await fill(made)
    return made


@pytest.fixture
async def pointing(text: tk.Text, look: Look, block: Callable[..., Block]) -> Pointing:
    writer = BlockWriter(text, look)
    made = Pointing(text, writer, look, lambda *_: None)
    writer.paint()
    made.paint()
    reactions = (Reaction("🎉", 2, names=("ada", "ben")), Reaction("👀", 3))
    blocks = (
        block("hello", seq=1, full="Monday, 2 November 2026, 12:00:09"),
        block("more", seq=2, reactions=reactions),
        block("again", seq=3, head=False, time="12:01", full="Monday, 2 November 2026, 12:01:10"),
    )
    writer.splice(BlockSplice(0, 0, blocks))
    text.update_idletasks()
    return made


def point(text: tk.Text, index: str, **fields: Any) -> None:
    """Move the pointer over a character."""
    box = text.bbox(index)
    assert box is not None
    text.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 2, **fields)


async def test_a_reaction_tells_who(text: tk.Text, pointing: Pointing, until: Until) -> None:
    """Over a reaction its people are named; beside it they are not."""
    text.event_generate("<Enter>", x=1, y=1)
    point(text, "chip.first")
    await until(pointing.note.winfo_ismapped)
    assert pointing.note.cget("text") == "ada and ben reacted with :tada:"
    point(text, "chip.first +1 indices")
    assert pointing.note.cget("text") == "3 people reacted with :eyes:"
    point(text, "2.0")
    await until(lambda: not pointing.note.winfo_ismapped())


def font_at(text: tk.Text, index: str) -> str:
    """Return the font that a character is drawn in."""
    fonts = [text.tag_cget(tag, "font") for tag in text.tag_names(index)]
    return str([font for font in fonts if font][-1])


@pytest.mark.usefixtures("pointing")
async def test_what_can_be_pointed_at_looks_as_it_did(text: tk.Text) -> None:
    """A head's time stays small, and its name bold, though something happens over both."""
    assert font_at(text, "time.first +3 indices") == text.tag_cget("day", "font")
    assert font_at(text, "sender.first") == text.tag_cget("head", "font")
    assert text.tag_cget("day", "font") != text.tag_cget("head", "font")


async def test_the_time_in_full(text: tk.Text, pointing: Pointing, until: Until) -> None:
    """Over the time of a head the whole is told; beside it, it is not."""
    text.event_generate("<Enter>", x=1, y=1)
    point(text, "time.first +3 indices")
    await until(pointing.note.winfo_ismapped)
    assert pointing.note.cget("text") == "Monday, 2 November 2026, 12:00:09"
    point(text, "2.0")
    await until(lambda: not pointing.note.winfo_ismapped())


async def test_the_name_behind_another(
    text: tk.Text, pointing: Pointing, block: Callable[..., Block], until: Until
) -> None:
    """Over what somebody is shown as, the name is told; over a name, nothing is."""
    text.event_generate("<Enter>", x=1, y=1)
    point(text, "sender.first")
    assert not pointing.note.winfo_ismapped()
    point(text, "2.0")
    pointing._writer.displays = {"u1": "Ada Lovelace"}
    pointing._writer.call()
    text.update_idletasks()
    point(text, "sender.first +5 indices")
    await until(pointing.note.winfo_ismapped)
    assert pointing.note.cget("text") == "@ada"
    point(text, "2.0")
    await until(lambda: not pointing.note.winfo_ismapped())


async def test_a_message_without_a_head_has_its_time_beside_it(
    text: tk.Text, pointing: Pointing, until: Until
) -> None:
    """It comes and goes with the pointer, tells the whole, and scrolls as the text does."""
    text.event_generate("<Enter>", x=1, y=1)
    point(text, "2.1")
    point(text, "6.1")
    await until(pointing.when.winfo_ismapped)
    assert pointing.when.cget("text") == "12:01"
    assert pointing.when.winfo_x() >= 0
    box = text.bbox("6.0")
    assert box is not None
    assert pointing.when.winfo_x() + pointing.when.winfo_width() < box[0]
    # Padding of the text does not move it: it stands on the line of the words.
    assert abs(pointing.when.winfo_y() - box[1]) < box[3] // 2
    pointing.when.event_generate("<Enter>", x=1, y=1)
    await until(pointing.note.winfo_ismapped)
    assert pointing.note.cget("text") == "Monday, 2 November 2026, 12:01:10"
    turned: list[object] = []
    text.bind("<Button-5>", turned.append)
    pointing.when.event_generate("<Button-5>", x=1, y=1)
    assert turned
    pointing.when.event_generate("<Leave>", x=1, y=1)
    await until(lambda: not pointing.note.winfo_ismapped())
    point(text, "2.1")
    await until(lambda: not pointing.when.winfo_ismapped())


async def test_the_bar_is_that_of_the_message(
    text: tk.Text, pointing: Pointing, until: Until
) -> None:
    """The message under the pointer has the bar, until it leaves or drags."""
    text.event_generate("<Enter>", x=1, y=1)
    point(text, "2.1")
    await until(pointing.bar.winfo_ismapped)
    assert pointing.bar.block is not None
    assert pointing.bar.block.seq == 1
    point(text, "4.1")
    assert pointing.bar.block.seq == 2
    point(text, "4.1", state=0x0100)
    await until(lambda: not pointing.bar.winfo_ismapped())
    point(text, "4.1")
    text.event_generate("<Leave>", x=1, y=1, rootx=1, rooty=1)
    await until(lambda: not pointing.bar.winfo_ismapped())
