from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.save_dialog import SaveDialog, SaveProgress

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_a_file_is_chosen_by_the_keys(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """A wrong name is told and stays, Tab asks for the rest of it, the forms change its end."""
    asked: list[str] = []
    dialog = SaveDialog(
        root,
        look,
        "Save #den",
        typed="~/den.pdf",
        check=lambda typed: "No." if typed.endswith(".pdf") else None,
        on_complete=asked.append,
    )
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(dialog.answer(dialog.name))
        await until(dialog.winfo_viewable)
        await press(dialog.name, "Tab", "Return")
        assert asked == ["~/den.pdf"]
        assert dialog.problem == "No."
        dialog.typed = "~/den.txt"
        dialog.choose(".html")
        assert dialog.typed == "~/den.html"
        await press(dialog.name, "Return")
    assert answer.result() == "~/den.html"


async def test_progress_is_shown_where_it_takes_long(root: tk.Tk, look: Look, until: Until) -> None:
    """What is done at once opens no window; to close the window is to stop."""
    stopped: list[bool] = []
    progress = SaveProgress(root, look, "Save #den", lambda: stopped.append(True))
    progress.show(20, 1.0)
    assert progress.state() == "withdrawn"
    progress.show(2_000, 0.4)
    assert progress.said == "2,000 lines, 40%"
    await until(progress.winfo_viewable)
    progress.cancel.invoke()
    assert stopped == [True]
    assert not progress.winfo_exists()
