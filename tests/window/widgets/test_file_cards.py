from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from asynchat.messages import File
from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.transcript import Block, BlockSplice
from asynchat.window.widgets import file_cards
from asynchat.window.widgets.block_writer import BlockWriter
from asynchat.window.widgets.file_cards import THUMB

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


def block(number: int, text: str = "", **given: Any) -> Block:
    """Return a message with a file."""
    told: dict[str, Any] = {
        "id": f"f{number}",
        "name": f"{number}.png",
        "size": 2_000,
        "type": "image/png",
        "sha256": "0",
        "width": 400,
        "height": 200,
        "preview": True,
    }
    return Block(
        key=f"k{number}",
        kind="said",
        account="a",
        sender="ada",
        text=text,
        time="12:00",
        head=True,
        seq=number,
        file=File(**(told | given)),
        edited=bool(given.get("warning")),
    )


@pytest.fixture
def text(root: tk.Tk) -> tk.Text:
    return tk.Text(root)


@pytest.fixture
def writer(text: tk.Text, look: Look) -> BlockWriter:
    writer = BlockWriter(text, look)
    writer.paint()
    return writer


def images(text: tk.Text) -> list[str]:
    """Return the pictures of files, in order."""
    return [str(text.image_cget(start, "image")) for start in text.tag_ranges(THUMB)[::2]]


def test_a_card_stands_under_a_text(text: tk.Text, writer: BlockWriter) -> None:
    """With name, size and a way to save it; without a text it stands beside the avatar."""
    plain = block(2, preview=False, warning="This is a program.", name="x.pdf")
    writer.splice(BlockSplice(0, 0, (block(1, "look"), plain)))
    shown = text.get("1.0", "end")
    assert "look\n" in shown
    assert "1.png  2 kB   Save" in shown
    assert "x.pdf  2 kB   Save" in shown
    assert "This is a program.  (edited)" in shown
    assert len(images(text)) == 1


def test_a_picture_comes_when_it_is_on_view(text: tk.Text, writer: BlockWriter, look: Look) -> None:
    """Where it is not here yet, a blank of the same size keeps its place."""
    here: dict[str, Image.Image] = {}
    writer.cards.told = lambda file, size: here.get(file.id)
    writer.splice(BlockSplice(0, 0, (block(1), block(2))))
    tags = writer.between("1.0", "end")
    blank = images(text)[0]
    writer.cards.look(tags)
    assert images(text) == [blank, blank]
    size = (look.px(320), look.px(160))
    here["f2"] = Image.new("RGBA", size, "#ff0000")
    writer.cards.show("f2", tags)
    assert images(text)[0] == blank
    assert images(text)[1] != blank
    assert writer.cards.live == {tags[1]}
    for name in images(text):
        assert int(text.tk.call("image", "height", name.partition("#")[0])) == size[1]


def test_only_so_many_are_live(
    text: tk.Text, writer: BlockWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were on view longest ago go back to their blank, and what is deleted is let go."""
    monkeypatch.setattr(file_cards, "MAX_LIVE", 2)
    asked: list[str] = []

    def told(file: File, size: tuple[int, int]) -> Image.Image:
        asked.append(file.id)
        return Image.new("RGBA", size, "#ff0000")

    writer.cards.told = told
    writer.splice(BlockSplice(0, 0, tuple(block(number) for number in range(5))))
    blank = images(text)[0]
    tags = list(writer.between("1.0", "end"))
    writer.cards.look(tags[:2])
    writer.cards.look(tags[1:3])
    assert writer.cards.live == {tags[1], tags[2]}
    assert images(text)[0] == blank
    assert asked == ["f0", "f1", "f2"], "what is live is not asked for again"
    writer.cards.look(tags)
    assert len(writer.cards.live) == 5, "all of them are on view"
    writer.splice(BlockSplice(0, 4, ()))
    assert writer.cards.live == {tags[4]}


def test_another_palette_has_other_blanks(text: tk.Text, writer: BlockWriter, look: Look) -> None:
    """And pictures that are here stay."""
    writer.cards.told = lambda file, size: (
        Image.new("RGBA", size, "#ff0000") if file.id == "f1" else None
    )
    writer.splice(BlockSplice(0, 0, (block(1), block(2))))
    writer.cards.look(writer.between("1.0", "end"))
    red, blank = images(text)
    look.use(LIGHT)
    writer.paint()
    assert images(text)[0] == red
    assert images(text)[1] != blank
