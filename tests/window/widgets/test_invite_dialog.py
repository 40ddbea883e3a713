from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.invite_dialog import InviteDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

PEOPLE = (Row("person", "b", "ben", state="online"), Row("person", "c", "carol", state="online"))


async def asked(dialog: InviteDialog, answers: list[str | None]) -> None:
    answers.append(await dialog.answer(dialog.name))


async def test_a_name_is_typed(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """Anybody can be named, known or not; what is no name is told."""
    answers: list[str | None] = []
    dialog = InviteDialog(root, look, "#zoo", PEOPLE)
    tasks.spawn(asked(dialog, answers), name="ask")
    await until(lambda: dialog.grab_status() == "local")
    await press(dialog.name, "Return")
    assert dialog.problem
    await press(dialog.name, "c", "a")
    assert not dialog.problem
    assert [row.text for row in dialog.list.rows] == ["carol"]
    await press(dialog.name, "Return")
    await until(lambda: answers == ["ca"])


async def test_somebody_known_is_clicked(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """One click on somebody invites; the arrow leads into the list."""
    answers: list[str | None] = []
    dialog = InviteDialog(root, look, "#zoo", PEOPLE)
    tasks.spawn(asked(dialog, answers), name="ask")
    await until(lambda: dialog.grab_status() == "local")
    await press(dialog.name, "Down")
    await until(lambda: dialog.focus_get() is dialog.list.canvas)
    x, y = dialog.list.row_box("b")
    dialog.list.canvas.event_generate("<Button-1>", x=x, y=y)
    await until(lambda: answers == ["ben"])


async def test_with_nobody_known_there_is_no_list(root: tk.Tk, look: Look) -> None:
    """Where nobody else is known there is only the field."""
    dialog = InviteDialog(root, look, "#zoo", ())
    assert not dialog._card.winfo_manager()
    look.zoom(110)
    root.update()
    assert not dialog._card.winfo_manager()
    dialog.destroy()
