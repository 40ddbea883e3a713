from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.messages import Room
from asynchat.window.widgets.room_dialog import RoomChoice, RoomDialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ROOMS = (
    Room(name="lobby", topic="Hello", members=2, head=1),
    Room(name="zoo", topic="", members=2, head=1, member=False),
    Room(name="~x", topic="", members=2, head=1, direct=True),
)


async def opened(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> tuple[RoomDialog, list[RoomChoice | None]]:
    dialog, answers = RoomDialog(root, look, ROOMS), list[RoomChoice | None]()

    async def ask() -> None:
        answers.append(await dialog.answer(dialog.name))

    tasks.spawn(ask(), name="ask")
    await until(lambda: dialog.focus_displayof() is dialog.name)
    return dialog, answers


async def test_a_room_is_joined_by_a_click(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, click: Callable[..., Any]
) -> None:
    """Rooms one is not in come first; a click on one is the answer."""
    dialog, answers = await opened(root, look, tasks, until)
    assert [row.text for row in dialog.listed.rows] == ["# zoo", "# lobby (joined) — Hello"]
    click(dialog.listed.canvas, *dialog.listed.row_box("zoo"))
    await until(lambda: answers == [RoomChoice("zoo", create=False)])


async def test_a_room_is_created(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """A name as people type it, a topic and a tick make a room."""
    dialog, answers = await opened(root, look, tasks, until)
    dialog.name.insert(0, "#Cats")
    dialog.topic.insert(0, "All about  cats")
    dialog._check.invoke()
    await press(dialog.topic, "Return")
    await until(
        lambda: answers == [RoomChoice("cats", create=True, topic="All about cats", private=True)]
    )


async def test_a_bad_name_is_told_there(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """A name that cannot be is told in the dialog, which stays open."""
    dialog, answers = await opened(root, look, tasks, until)
    dialog.name.insert(0, "no spaces please")
    await press(dialog.name, "Return")
    assert "room's name" in dialog.problem
    assert not answers
    await press(dialog.name, "Escape")
    await until(lambda: answers == [None])
