from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.markup.mentions import highlights
from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.transcript import Block, BlockSplice
from asynchat.window.widgets.transcript import Transcript

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.strips import Strip
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


@pytest.fixture
async def transcript(root: tk.Tk, look: Look, fill: Any) -> Transcript:
    def nothing(*_: object) -> None:
        pass

    made = Transcript(
        root,
        look,
        on_top=nothing,
        on_bottom=nothing,
        on_newest=nothing,
        on_link=nothing,
        on_retry=nothing,
        on_delete=nothing,
        on_key=nothing,
    )
    made.highlight(highlights(me=("erin",)))
    await fill(made)
    return made


def of(transcript: Transcript, colour: str) -> list[Strip]:
    return [strip for strip in transcript.strips.shown if strip.colour == colour]


async def test_a_quote_has_a_bar_as_high_as_it_is(
    transcript: Transcript, block: Callable[..., Block], until: Until, look: Look
) -> None:
    """The bar reaches over the lines of a quote, wrapped ones too, and no farther."""
    said = "> " + "word " * 60 + "\n> > deeper\nmine"
    transcript.splice([BlockSplice(0, 0, (block(said),))])
    bars = await until(lambda: of(transcript, look.palette.quote))
    assert len(bars) == 2
    text = transcript.text
    first, last = text.dlineinfo("quote1.first"), text.dlineinfo("quote1.last -1 indices")
    assert first is not None
    assert last is not None
    assert (bars[0].y, bars[0].height) == (first[1], last[1] + last[3] - first[1])
    assert bars[0].height > 3 * first[3]
    await until(transcript.strips._frames[0].winfo_ismapped)
    assert transcript.strips._frames[0].winfo_y() == bars[0].y
    assert bars[0].x < bars[1].x < last[0]


async def test_strips_follow_what_is_scrolled(
    transcript: Transcript, block: Callable[..., Block], until: Until, look: Look
) -> None:
    """Bars move with their lines, and go when those are out of view."""
    quote, plain = block("> " + "a\n> " * 40 + "b"), [block(f"m {n}") for n in range(60)]
    transcript.splice([BlockSplice(0, 0, (quote, *plain))])
    await until(lambda: not transcript.strips.shown)
    transcript.text.yview_moveto(0)
    whole = (await until(lambda: of(transcript, look.palette.quote)))[0]
    transcript.text.yview_scroll(100, "pixels")
    await until(lambda: of(transcript, look.palette.quote)[0] != whole)
    # What began above the view has its bar from the upper edge on.
    assert of(transcript, look.palette.quote)[0].y == 0


async def test_a_mention_has_a_bar_in_the_gap(
    transcript: Transcript, block: Callable[..., Block], until: Until, look: Look
) -> None:
    """The bar of a mention stands between avatar and text, and fills no margin."""
    transcript.splice([BlockSplice(0, 0, (block("hi @erin"), block("more", head=False)))])
    (bar,) = await until(lambda: of(transcript, look.palette.mine_bar))
    text = transcript.text.bbox(transcript.text.search("hi", "2.0"))
    assert text is not None
    assert look.px(18) + look.px(36) < bar.x < text[0]
    assert bar.y == text[1] or bar.height >= text[3]


async def test_another_palette_recolours_them(
    transcript: Transcript, block: Callable[..., Block], until: Until, look: Look
) -> None:
    """Light and dark change the strips at once; a cleared transcript has none."""
    transcript.splice([BlockSplice(0, 0, (block("> q\n```\nx\n```"),))])
    await until(lambda: len(transcript.strips.shown) == 2)
    look.use(LIGHT)
    await until(lambda: {s.colour for s in transcript.strips.shown} == {LIGHT.quote, LIGHT.panel})
    transcript.clear()
    await until(lambda: not transcript.strips.shown)


async def test_the_wheel_turns_over_a_strip(
    transcript: Transcript, block: Callable[..., Block], until: Until
) -> None:
    """A strip is no obstacle to scrolling."""
    blocks = tuple(block("> a\n> b\n> c") for n in range(60))
    transcript.splice([BlockSplice(0, 0, blocks)])
    await until(lambda: transcript.strips.shown)
    before = transcript.text.yview()
    transcript.strips._frames[0].event_generate("<Button-4>", x=1, y=1)
    await until(lambda: transcript.text.yview() != before)
