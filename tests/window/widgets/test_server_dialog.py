from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.connecting import Problem, Wish
from asynchat.window.widgets.server_dialog import ServerDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_it_asks_like_the_first_screen(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """The fields make a wish, what is wrong is told there, and Escape answers no."""
    wishes: list[Wish] = []
    answers: list[Any] = []
    dialog = ServerDialog(
        root,
        look,
        address="",
        name="ada",
        can_host=False,
        on_wish=wishes.append,
        on_cancel=lambda: None,
    )

    async def ask() -> None:
        answers.append(await dialog.ask())

    tasks.spawn(ask(), name="ask")
    await until(lambda: dialog.grab_status() == "local")
    assert not dialog.form._title.winfo_manager()
    await press(dialog.form.address, *"localhost", "Return")
    assert wishes == [Wish("ada", "localhost")]
    dialog.form.say(Problem("That name is taken.", "name"))
    assert dialog.form.texts[0] == "That name is taken."
    await press(dialog.form.name, "Escape")
    await until(lambda: answers == [False])
