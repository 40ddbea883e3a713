from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


def question(root: tk.Tk, look: Look) -> Question:
    return Question(
        root,
        look,
        title="Keep serving?",
        text="Others are connected.",
        choices=(("keep", "Keep serving"), ("stop", "Stop")),
    )


async def answer_of(asked: Question, answers: list[str | None]) -> None:
    answers.append(await asked.ask())


@pytest.mark.parametrize("way", ["Return", "Escape", "close", "destroy", "second button"])
async def test_a_question_is_answered(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, way: str
) -> None:
    """Return takes the first choice; Escape, closing and the end of the window take none."""
    asked, answers = question(root, look), list[str | None]()
    tasks.spawn(answer_of(asked, answers), name="ask")
    await until(lambda: asked.winfo_exists() and asked.grab_status() == "local")
    first, second = asked._buttons
    match way:
        case "close":
            asked.tk.eval(asked.protocol("WM_DELETE_WINDOW"))
        case "destroy":
            asked.destroy()
        case "second button":
            second.invoke()
        case _:
            await until(lambda: asked.focus_displayof() is first)
            first.event_generate(f"<{way}>")
    await until(lambda: answers)
    expected = {"Return": "keep", "second button": "stop"}.get(way)
    assert answers == [expected]
    assert not asked.winfo_exists()


async def test_the_loop_goes_on_while_a_dialog_is_open(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """A dialog waits without stopping the network."""
    asked, answers = question(root, look), list[str | None]()
    tasks.spawn(answer_of(asked, answers), name="ask")
    await until(asked.winfo_ismapped)
    for _ in range(100):
        await asyncio.sleep(0)
    assert not answers
    asked.resolve("keep")
    asked.resolve("stop")
    await until(lambda: answers == ["keep"])


async def test_an_open_dialog_follows_the_palette_and_the_zoom(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """A theme switched while a dialog is open is its own, too, and so is another size."""
    asked, answers = question(root, look), list[str | None]()
    tasks.spawn(answer_of(asked, answers), name="ask")
    await until(asked.winfo_viewable)
    width = asked.winfo_width()
    look.use(LIGHT)
    await until(lambda: str(asked.cget("background")) == LIGHT.canvas)
    look.zoom(150)
    await until(lambda: asked.winfo_width() > width)
    asked.resolve(None)
    await until(lambda: answers == [None])
