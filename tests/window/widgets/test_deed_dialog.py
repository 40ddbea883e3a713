from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.deeds import Deed
from asynchat.window.widgets.deed_dialog import EVERYWHERE, HERE, DeedDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window
PLACES = ((HERE, "In #zoo"), (EVERYWHERE, "On the whole server"))


async def opened(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, **fields: Any
) -> tuple[DeedDialog, list[Deed | None]]:
    dialog, answers = (
        DeedDialog(root, look, title="Mute ben?", text="They are not heard.", do="Mute", **fields),
        list[Deed | None](),
    )

    async def ask() -> None:
        answers.append(await dialog.answer(dialog.reason))

    tasks.spawn(ask(), name="ask")
    await until(lambda: dialog.focus_displayof() is dialog.reason)
    return dialog, answers


async def test_how_long_where_and_why_are_chosen_by_keys(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """An hour in the room is offered first; another time and place are a few keys away."""
    dialog, answers = await opened(root, look, tasks, until, timed=True, places=PLACES)
    await press(dialog.reason, *"spam")
    dialog.span.set("2")
    dialog.place_of.set(EVERYWHERE)
    await press(dialog.reason, "Return")
    await until(lambda: answers == [Deed(86_400, "spam", everywhere=True)])


async def test_what_has_no_time_and_one_place_asks_for_neither(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """A kick asks why, and no more."""
    dialog, answers = await opened(root, look, tasks, until, places=PLACES[:1])
    kinds = [child.winfo_class() for child in dialog.body.winfo_children()]
    assert kinds.count("TEntry") == 1
    dialog.done.invoke()
    await until(lambda: answers == [Deed(None, "", everywhere=False)])


async def test_a_reason_that_is_too_long_is_told(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """The dialog stays, and says how long it may be."""
    dialog, answers = await opened(root, look, tasks, until, most=5)
    dialog.reason.insert(0, "too long")
    dialog.done.invoke()
    assert dialog.problem == "At most 5 characters."
    dialog.resolve(None)
    await until(lambda: answers == [None])
