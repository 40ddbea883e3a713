from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.markup.mentions import highlights
from asynchat.window.presenters.transcript import Block, BlockSplice
from asynchat.window.widgets import body_writer
from asynchat.window.widgets.block_writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window

Write = Any


@pytest.fixture
async def text(root: tk.Tk, fill: Any) -> tk.Text:
    made = tk.Text(root, wrap="word")
    await fill(made)
    return made


@pytest.fixture
async def write(text: tk.Text, look: Look, block: Callable[..., Block]) -> Write:
    """Return what writes a message and returns its writer."""
    writer = BlockWriter(text, look)
    writer.highlighted = highlights(account="u9", names=("ben",), me=("ada",))
    writer.paint()
    writer.tags.resize(text.winfo_width())

    def write(said: str, **fields: Any) -> BlockWriter:
        writer.splice(BlockSplice(writer.count, 0, (block(said, **fields),)))
        text.update_idletasks()
        return writer

    return write


def under(text: tk.Text, tag: str) -> list[str]:
    """Return the texts under a tag."""
    ranges = text.tag_ranges(tag)
    return [text.get(a, b) for a, b in zip(ranges[::2], ranges[1::2], strict=True)]


async def test_styles_are_under_their_tags(write: Write, text: tk.Text) -> None:
    """Bold, italic, struck out, code and mentions are written in their styles."""
    write("**b** *i* ~~s~~ `c` @ben @ada @eve")
    assert under(text, "bold") == ["b"]
    assert under(text, "italic") == ["i"]
    assert under(text, "strike") == ["s"]
    assert under(text, "inline") == ["c"]
    assert under(text, "mention") == ["@ben"]
    assert under(text, "me") == ["@ada"]


@pytest.mark.parametrize("head", [True, False])
async def test_code_can_be_found_and_copied(write: Write, text: tk.Text, head: bool) -> None:
    """Code is found by its sign, and is exactly what was typed."""
    writer = write("```python\nif x:\n\ty = '[exit]'\n```\nafter", head=head)
    code = writer.bodies.code(text.tag_names("copy.first"))
    assert code is not None
    assert code[1] == "if x:\n\ty = '[exit]'"
    assert under(text, "code_keyword") == ["if"]
    # Neither the language nor the sign is part of a copy.
    assert writer.plain("1.0", "end-1c").endswith("if x:\n\ty = '[exit]'\nafter\n")
    assert "python" not in writer.plain("1.0", "end-1c")


async def test_two_pieces_of_code_are_two(write: Write, text: tk.Text) -> None:
    """Each sign has the code it stands at."""
    writer = write("```\none\n```\n```\ntwo\n```")
    ranges = text.tag_ranges("copy")
    codes = [writer.bodies.code(text.tag_names(str(at))) for at in ranges[::2]]
    assert [code[1] for code in codes if code] == ["one", "two"]


async def test_a_panel_reaches_from_edge_to_edge(write: Write, text: tk.Text) -> None:
    """Code stands in by the panel's padding, beside an avatar as elsewhere."""
    writer = write("```\na\n```")
    write("x\n```\nb\n```", head=False)
    boxes = [text.bbox(text.search(letter, "2.0")) for letter in ("a", "b")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0][0] == boxes[1][0] > writer.tags.indent
    signs = [text.bbox(str(at)) for at in text.tag_ranges("copy")[::2]]
    assert signs[0] is not None
    assert signs[1] is not None
    assert signs[0][0] == signs[1][0] > text.winfo_width() / 2


@pytest.mark.parametrize("head", [True, False])
async def test_items_hang_below_their_markers(write: Write, text: tk.Text, head: bool) -> None:
    """Texts of items begin at one place, whatever stands before them, and so do their wraps."""
    write("- " + "word " * 60 + "\n1. b\n10. c", head=head)
    starts = []
    for letter in ("word", "b", "c"):
        box = text.bbox(text.search(letter, "2.0" if head else "1.0"))
        assert box is not None
        starts.append(box[0])
    word = text.search("word", "1.0")
    wrapped = text.dlineinfo(f"{word} +1 display lines")
    assert wrapped is not None
    assert {abs(start - wrapped[0]) <= 1 for start in starts} == {True}


async def test_a_quote_is_marked_for_its_bars(write: Write, text: tk.Text) -> None:
    """What is quoted is under a tag for each bar; what follows is not."""
    write("> one\n> > two\nmine")
    assert under(text, "quote1") == ["one\ntwo\n"]
    assert under(text, "quote2") == ["two\n"]


async def test_who_is_called_sees_a_tint(write: Write, text: tk.Text) -> None:
    """The whole text is tinted, the name above it and the avatar are not."""
    write("hi @ada\n```\nx\n```")
    write("hi @ben", head=False)
    (tinted,) = under(text, "mine")
    assert tinted.startswith("hi @ada\n")
    assert tinted.endswith("x\n")


async def test_a_long_word_begins_in_the_first_line(write: Write, text: tk.Text) -> None:
    """A word that fills lines leaves none empty beside the avatar."""
    write("x" * 3000)
    first = text.dlineinfo("2.0")
    letter = text.dlineinfo("2.1")
    assert first is not None
    assert letter is not None
    assert first[1] == letter[1]


async def test_a_quote_s_later_lines_hang_below_the_first(write: Write, text: tk.Text) -> None:
    """Beside an avatar, too, what is wrapped stays right of the bar."""
    write("> " + "q" * 300)
    first = text.bbox(text.search("q", "2.0"))
    wrapped = text.dlineinfo(text.search("q", "2.0") + " +1 display lines")
    assert first is not None
    assert wrapped is not None
    assert abs(first[0] - wrapped[0]) <= 1


async def test_empty_lines_stay(write: Write, text: tk.Text) -> None:
    """Between paragraphs, and above code, is as much room as was typed."""
    writer = write("*a*\n\n\nb\n\n```\nc\n```")
    assert writer.plain("2.0", "end-1c") == "a\n\n\nb\n\nc\n"


async def test_tabs_part_columns(write: Write, text: tk.Text) -> None:
    """A tab leads to the next stop, in the first line as in others."""
    write("a\tb\nc\td")
    boxes = [text.bbox(text.search(letter, "2.0")) for letter in "abcd"]
    places = [box[0] for box in boxes if box]
    assert places[1] - places[0] > 20
    assert places[1] == places[3]


async def test_scripts_without_spaces_fill_their_lines(write: Write, text: tk.Text) -> None:
    """Chinese text begins beside the avatar and is broken anywhere."""
    write("ok 中文消息没有空格所以必须在任意字符处换行" * 4)
    first, word = text.dlineinfo("2.0"), text.dlineinfo(text.search("中", "2.0"))
    assert first is not None
    assert word is not None
    assert first[1] == word[1]


async def test_a_link_of_many_styles_is_one(write: Write, text: tk.Text) -> None:
    """All of a link's words lead to its address, and a second link is another."""
    writer = write("[a **b** c](https://example.org/x) https://example.org/y")
    names = [writer.bodies.link(text.tag_names(text.search(x, "2.0"))) for x in "abc"]
    assert len({name for name in names if name}) == 1
    assert names[0] is not None
    assert names[0][1] == "https://example.org/x"
    last = writer.bodies.link(text.tag_names("link.last -1 indices"))
    assert last is not None
    assert last[1] == "https://example.org/y"


async def test_hostile_texts_are_written_soon(write: Write, text: tk.Text) -> None:
    """Four thousand characters of any kind are drawn, and nothing is left out."""
    for said in ("x" * 4000, "🎉" * 1000, "- a\n" * 199, "`a`" * 150, "e\u0301" * 2000):
        writer = write(said, head=False)
        letters = [char for char in said if char.isalpha() or char == "🎉"]
        assert writer.plain("1.0", "end-1c").count(letters[0]) >= len(letters)


async def test_an_old_libxft_is_given_no_emoji(
    write: Write, text: tk.Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a colour glyph would abort the process, code holds none."""
    monkeypatch.setattr(body_writer, "tk_draws_emoji", lambda: False)
    write("```\n🎉\n```")
    assert "🎉" not in text.get("1.0", "end")
