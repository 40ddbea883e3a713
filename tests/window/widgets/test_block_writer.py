from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from asynchat.link.annotations import Reaction
from asynchat.link.timeline import Quote
from asynchat.window.look.avatars import Face
from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.transcript import Block, BlockSplice
from asynchat.window.widgets.block_writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


@pytest.fixture
async def text(root: tk.Tk, fill: Any) -> tk.Text:
    made = tk.Text(root)
    await fill(made)
    return made


@pytest.fixture
async def writer(text: tk.Text, look: Look) -> BlockWriter:
    made = BlockWriter(text, look)
    made.paint()
    return made


def lines(writer: BlockWriter) -> list[str]:
    return writer.plain("1.0", "end-1c").splitlines()


async def test_blocks_go_where_they_belong(
    writer: BlockWriter, block: Callable[..., Block]
) -> None:
    """Blocks are put in at the end, at the top and in the middle, and taken out anywhere."""
    one, two, three = (block(text, head=False) for text in ("one", "two", "three"))
    writer.splice(BlockSplice(0, 0, (one, three)))
    writer.splice(BlockSplice(1, 0, (two,)))
    writer.splice(BlockSplice(0, 0, (block("zero", head=False),)))
    assert lines(writer) == ["zero", "one", "two", "three"]
    writer.splice(BlockSplice(1, 2, (block("both", head=False),)))
    assert lines(writer) == ["zero", "both", "three"]
    writer.splice(BlockSplice(0, 3, ()))
    assert lines(writer) == []
    assert writer.count == 0


async def test_a_block_is_found_where_it_is(
    writer: BlockWriter, block: Callable[..., Block]
) -> None:
    """Astral characters and several lines do not lead to another block."""
    blocks = tuple(block(f"\U0001d4e9{n}\nmore 🎉", head=False) for n in range(3))
    writer.splice(BlockSplice(0, 0, blocks))
    for at, made in enumerate(blocks):
        assert writer.block_at(writer.end_of(at)) == made
        assert writer.position_at(writer.end_of(at)) == at


async def test_nothing_stays_behind(
    writer: BlockWriter, text: tk.Text, block: Callable[..., Block]
) -> None:
    """Tags and pictures of blocks that went are gone with them."""
    before = set(text.tag_names())
    said = "🎉 https://example.org\n```py\nx\n```"
    writer.splice(BlockSplice(0, 0, tuple(block(f"{n} {said}") for n in range(5))))
    assert len(set(text.tag_names())) > len(before) + 15
    writer.splice(BlockSplice(0, 5, ()))
    left = set(text.tag_names()) - before
    # What they look like stays, for the next ones.
    assert not [name for name in left if name[0] in "bcl" and name[1:].isdigit()]
    assert not writer._pen._pictures
    assert not writer.bodies._links
    assert not writer.bodies._codes


async def test_an_avatar_spans_two_lines_without_a_seam(
    writer: BlockWriter, text: tk.Text, block: Callable[..., Block]
) -> None:
    """The lower slice begins exactly where the upper one ends."""
    writer.splice(BlockSplice(0, 0, (block("hi"),)))
    text.update_idletasks()
    upper, lower = text.bbox("1.0"), text.bbox("2.0")
    assert upper is not None
    assert lower is not None
    assert upper[0] == lower[0]
    assert upper[1] + upper[3] == lower[1]


async def test_a_day_and_a_notice_are_written(
    writer: BlockWriter, block: Callable[..., Block]
) -> None:
    """The day stands in its own line, a notice in another."""
    writer.splice(
        BlockSplice(0, 0, (block("ada joined", kind="notice", day="Tuesday, 3 March", head=False),))
    )
    assert [line.strip() for line in lines(writer)] == ["Tuesday, 3 March", "ada joined  12:00"]


async def test_another_palette_writes_the_same(
    writer: BlockWriter, look: Look, text: tk.Text, block: Callable[..., Block]
) -> None:
    """Painted anew, the text is the same, in the other colours."""
    writer.splice(BlockSplice(0, 0, (block("hi 🎉 https://example.org"), block("🚀"))))
    before = lines(writer)
    first = writer._order[0]
    look.use(LIGHT)
    writer.paint()
    assert lines(writer) == before
    assert writer._order[0] == first  # nothing had to be written again
    look.zoom(150)
    writer.paint()
    assert lines(writer) == before
    assert text.tag_cget("link", "foreground") == LIGHT.link


async def test_what_is_sending_is_dim(
    writer: BlockWriter, text: tk.Text, block: Callable[..., Block]
) -> None:
    """Only what is not sent yet has the dim tag."""
    writer.splice(BlockSplice(0, 0, (block("a"), block("b", status="sending", head=False))))
    ranges = text.tag_ranges("sending")
    assert [
        text.get(first, last) for first, last in zip(ranges[::2], ranges[1::2], strict=True)
    ] == ["b\n"]


async def test_what_became_of_a_message_is_shown(
    writer: BlockWriter, text: tk.Text, block: Callable[..., Block]
) -> None:
    """Edits, pins, deletions and reactions are seen, and are no part of what is copied."""
    reaction = Reaction("🎉", 2)
    blocks = (
        block("one", head=False, edited=True, pinned=True, reactions=(reaction,)),
        block("", head=False, deleted=True),
        block("```\ncode\n```", head=False, edited=True),
    )
    writer.splice(BlockSplice(0, 0, blocks))
    seen = text.get("1.0", "end-1c")
    assert seen.count("(edited)") == 2
    assert "(edited)" not in "".join(lines(writer))
    assert lines(writer)[:2] == ["one", "This message was deleted"]
    assert writer.chip_at("chip.first") == "🎉"
    assert writer.chip_at("1.0") is None


async def test_a_quote_is_cut_to_its_line(
    root: tk.Tk, writer: BlockWriter, text: tk.Text, block: Callable[..., Block], until: Until
) -> None:
    """What a reply quotes takes one line, however narrow the window becomes."""
    quote = Quote(3, "ben", "a long story " * 40)
    long = block("yes", reply_to=3, quote=quote)
    others = (
        block("x", reply_to=4, head=False),
        block("y", reply_to=5, head=False, quote=Quote(5, "ben", "", deleted=True)),
    )
    writer.splice(BlockSplice(0, 0, (long, *others)))

    def quoted() -> str:
        return text.get(*text.tag_nextrange("quoted_text", "1.0"))

    wide = quoted()
    assert wide.endswith("…")
    root.geometry("400x300")
    await until(lambda: text.winfo_width() < 420)
    writer.refit()
    assert len(quoted()) < len(wide)
    assert text.dlineinfo("quoted.first") == text.dlineinfo("quoted.first lineend")
    assert "a message that was deleted" in text.get("1.0", "end")
    assert "long story" not in writer.plain("1.0", "end-1c")


async def test_faces_take_the_place_of_initials(
    writer: BlockWriter, text: tk.Text, block: Callable[..., Block]
) -> None:
    """In every head of an account, whatever its message begins with, and in no other."""
    messages = (
        block("plain", account="a1"),
        block("```\ncode\n```", account="a1"),
        block("> quote", account="a1", day="Friday", new=True),
        block("reply", account="a1", reply_to=5),
        block("", account="a1", deleted=True),
        block("of another", account="b1"),
        block("more", account="a1", head=False),
    )
    writer.splice(BlockSplice(0, 0, messages))
    before = [str(image) for image in text.image_names()]
    shown = [text.image_cget(name, "image") for name in before]
    face = Face("f1", Image.new("RGBA", (96, 96), "#00ff00"))
    writer.faces = {"a1": face}.get
    writer.face({"a1"})
    now = [text.image_cget(name, "image") for name in text.image_names()]
    assert len(now) == len(shown)
    assert sum(one != two for one, two in zip(shown, now, strict=True)) == 2 * 5
    # Another head is written with it at once.
    writer.splice(BlockSplice(7, 0, (block("again", account="a1"),)))
    assert text.image_cget(text.image_names()[-1], "image") in now
