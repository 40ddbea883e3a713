from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.markup.markdown import Span
from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.block_tags import MAX_QUOTES, RIGHT, BlockTags

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


@pytest.fixture
async def text(root: tk.Tk, fill: Any) -> tk.Text:
    made = tk.Text(root)
    await fill(made)
    return made


@pytest.fixture
async def tags(text: tk.Text, look: Look) -> BlockTags:
    made = BlockTags(text, look)
    made.paint()
    return made


async def test_plain_messages_need_few_tags(tags: BlockTags, text: tk.Text) -> None:
    """Code, quotes and mentions cost nothing before there is one."""
    assert tags.style(Span("a")) == ()
    assert not {"inline", "mine", "bold"} & set(text.tag_names())
    assert tags.style(Span("a", code=True, strike=True)) == ("strike", "inline")
    assert {"inline", "mine", "bold"} <= set(text.tag_names())


@pytest.mark.parametrize(
    ("span", "names"),
    [
        (Span("a", bold=True), ("bold",)),
        (Span("a", italic=True), ("italic",)),
        (Span("a", bold=True, italic=True), ("bold_italic",)),
        (Span("a", strike=True), ("strike", "body")),
        (Span("a", bold=True, code=True), ("inline",)),
    ],
)
async def test_a_style_has_its_tags(tags: BlockTags, span: Span, names: tuple[str, ...]) -> None:
    """Each style is shown by tags that go together."""
    assert tags.style(span) == names


async def test_no_tint_fills_the_margin(tags: BlockTags, text: tk.Text, look: Look) -> None:
    """What has a background of its own leaves the margins to the canvas."""
    tags.enrich()
    tinted = ["mine", "inline", *tags.panel(0, 0)]
    for name in tinted:
        assert text.tag_cget(name, "background")
        assert text.tag_cget(name, "lmargincolor") == look.palette.canvas
        assert text.tag_cget(name, "rmargincolor") == look.palette.canvas


async def test_quotes_and_lists_are_moved_in(tags: BlockTags, text: tk.Text) -> None:
    """The deeper, the farther; an item's later lines hang below its text."""
    item, inside = tags.place(0, 1, item=True), tags.place(1, 1, item=False)
    first = int(text.tag_cget(item, "lmargin1"))
    assert first == tags.indent
    assert int(text.tag_cget(item, "lmargin2")) > first
    assert int(text.tag_cget(inside, "lmargin1")) > int(text.tag_cget(item, "lmargin2"))
    assert len(tags.quotes(9)) == MAX_QUOTES
    assert tags.shift(9) == tags.shift(MAX_QUOTES)


async def test_another_palette_repaints_all_of_them(
    tags: BlockTags, text: tk.Text, look: Look
) -> None:
    """Tags made on the way follow the palette, too, and so does the zoom."""
    _, panel = tags.panel(0, 0)
    place = tags.place(1, 0, item=False)
    before = int(text.tag_cget(place, "lmargin1"))
    look.use(LIGHT)
    look.zoom(150)
    tags.paint()
    assert text.tag_cget(panel, "background") == LIGHT.panel
    assert text.tag_cget("code_keyword", "foreground") == LIGHT.code_keyword
    assert int(text.tag_cget(place, "lmargin1")) > before


async def test_the_right_end_follows_the_window(tags: BlockTags, text: tk.Text) -> None:
    """What stands at the right moves when the window grows."""
    tags.panel(0, 0)
    tags.resize(500)
    narrow = text.tag_cget(RIGHT, "tabs")
    tags.resize(900)
    assert text.tag_cget(RIGHT, "tabs") != narrow


async def test_the_selection_is_above_everything(tags: BlockTags, text: tk.Text) -> None:
    """Selected code and mentions look selected."""
    tags.panel(2, 1)
    tags.place(1, 3, item=True)
    tags.enrich()
    assert text.tag_names()[-1] == "sel"
