from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from asynchat.messages import Room
from asynchat.window.widgets.room_settings_dialog import RoomChange, RoomSettingsDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window
ZOO = Room(name="zoo", topic="Animals", members=1, head=1, slow_s=300, private=True)


async def opened(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, room: Room = ZOO
) -> tuple[RoomSettingsDialog, list[RoomChange | None]]:
    dialog, answers = RoomSettingsDialog(root, look, room), list[RoomChange | None]()

    async def ask() -> None:
        answers.append(await dialog.answer(dialog.first))

    tasks.spawn(ask(), name="ask")
    await until(lambda: dialog.focus_displayof() is dialog.first)
    return dialog, answers


async def test_only_what_is_changed_is_answered(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """What was left as it was is not set again: somebody else may have changed it meanwhile."""
    dialog, answers = await opened(root, look, tasks, until)
    assert dialog.slow.get() == "5m"
    dialog.flags["read_only"].set(True)
    assert dialog.topic is not None
    await press(dialog.topic, "Return")
    await until(lambda: answers == [RoomChange(read_only=True)])
    assert answers[0] is not None
    assert answers[0].modes
    assert not RoomChange(topic="x").modes


async def test_a_time_for_slow_mode_is_typed(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """Nonsense and more than a day are told; seconds need no letter; nothing is off."""
    dialog, answers = await opened(root, look, tasks, until)
    for wrong in ("soon", "2d"):
        dialog.slow.delete(0, "end")
        dialog.slow.insert(0, wrong)
        dialog.save()
        assert dialog.problem.startswith("Slow mode takes a time")
    dialog.slow.delete(0, "end")
    dialog.slow.insert(0, "45")
    assert dialog.topic is not None
    dialog.topic.delete(0, "end")
    await press(dialog.slow, "Return")
    await until(lambda: answers == [RoomChange(topic="", slow_s=45)])
    dialog, answers = await opened(root, look, tasks, until)
    dialog.slow.delete(0, "end")
    dialog.save()
    await until(lambda: answers == [RoomChange(slow_s=0)])


async def test_the_lobby_is_for_everybody(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """It can be made neither private nor archived."""
    lobby = replace(ZOO, name="lobby", private=False)
    dialog, answers = await opened(root, look, tasks, until, lobby)
    assert list(dialog.flags) == ["read_only"]
    dialog.resolve(None)
    await until(lambda: answers == [None])


async def test_who_is_no_member_sets_no_topic(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """An administrator may change how a private room is used, without being in it."""
    dialog, answers = await opened(root, look, tasks, until, replace(ZOO, member=False))
    assert dialog.topic is None
    dialog.flags["archived"].set(True)
    dialog.save()
    await until(lambda: answers == [RoomChange(archived=True)])
