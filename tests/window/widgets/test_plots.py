"""Plots, drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.presenters.samples import Plot
from asynchat.window.widgets.plots import Plots

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

LINE = ((0.0, 0.0), (0.5, 1.0), (1.0, 0.5))


@pytest.fixture
async def plots(root: tk.Tk, look: Look, fill: Any, until: Until) -> Plots:
    root.geometry("800x400+0+0")
    made = Plots(root, look)
    await fill(made)
    made.show([Plot("Connections", "15", "50", (LINE, ((1.0, 0.2),)))] * 4)
    await until(lambda: made.canvases[3].winfo_width() > 100)
    return made


def items(plots: Plots, at: int, kind: str) -> tuple[Any, list[int]]:
    """Return a plot, and what of a kind is drawn on it."""
    canvas: Any = plots.canvases[at]
    return canvas, [item for item in canvas.find_all() if canvas.type(item) == kind]


async def test_a_line_goes_from_left_to_right(plots: Plots) -> None:
    """Its highest point touches the head, its lowest the foot; one point alone is a dot."""
    canvas, lines = items(plots, 0, "line")
    ((x0, y0, x1, y1, x2, y2),) = [at for line in lines if len(at := canvas.coords(line)) == 6]
    assert x0 < x1 < x2 < canvas.winfo_width()
    assert 0 < y1 < y2 < y0 < canvas.winfo_height()
    assert len(items(plots, 0, "oval")[1]) == 1
    texts = [canvas.itemcget(item, "text") for item in items(plots, 0, "text")[1]]
    assert texts == ["Connections", "15", "50"]


def _has_ground(plots: Plots, colour: str) -> bool:
    return str(plots.canvases[1].cget("background")) == colour


async def test_its_colours_are_the_palettes(plots: Plots, look: Look, until: Until) -> None:
    """Light and dark, switched live."""
    for palette in (LIGHT, DARK):
        look.use(palette)
        await until(partial(_has_ground, plots, palette.sidebar))
        canvas, lines = items(plots, 1, "line")
        assert palette.focus in {canvas.itemcget(line, "fill") for line in lines}


async def test_where_it_is_narrow_they_stand_below_one_another(
    plots: Plots, root: tk.Tk, until: Until
) -> None:
    """In one column, and in two again where there is room."""
    assert plots.canvases[1].winfo_rooty() == plots.canvases[0].winfo_rooty()
    root.geometry("400x700")
    await until(lambda: plots.canvases[1].winfo_rooty() > plots.canvases[0].winfo_rooty())
    root.geometry("800x700")
    await until(lambda: plots.canvases[1].winfo_rooty() == plots.canvases[0].winfo_rooty())
