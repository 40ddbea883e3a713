from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.messages import Presence
from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.profile_dialog import ProfileChoice, ProfileDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ME = Presence(
    account="a", name="ada", state="online", display="Ada L.", status="out", picture="abc"
)


async def opened(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, me: Presence = ME
) -> tuple[ProfileDialog, list[ProfileChoice | None]]:
    """Return an open dialog, and what it will have answered."""
    dialog, answers = (
        ProfileDialog(root, look, me, on_pick=lambda: None),
        list[ProfileChoice | None](),
    )

    async def ask() -> None:
        answers.append(await dialog.answer(dialog.entries["status"]))

    tasks.spawn(ask(), name="ask")
    await until(lambda: dialog.focus_displayof() is dialog.entries["status"])
    return dialog, answers


async def test_only_what_was_changed_is_answered(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """It shows what is so; what was left as it is stays, an emptied field is taken away."""
    dialog, answers = await opened(root, look, tasks, until)
    assert [entry.get() for entry in dialog.entries.values()] == ["ada", "Ada L.", "out", "", ""]
    dialog.entries["display"].delete(0, "end")
    dialog.entries["zone"].insert(0, " UTC ")
    look.use(LIGHT)
    await press(dialog.entries["zone"], "Return")
    await until(lambda: answers == [ProfileChoice(display="", zone="UTC")])


async def test_a_picture_is_taken_away_by_a_tick(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """The tick is there where there is a picture."""
    dialog, answers = await opened(root, look, tasks, until)
    dialog.without.invoke()
    await press(dialog.entries["status"], "Return")
    await until(lambda: answers == [ProfileChoice(no_picture=True)])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", " b", "A name has"),
        ("display", "x" * 60, "at most 50"),
        ("status", "x" * 99, "most 100"),
    ],
)
async def test_what_cannot_be_is_told_there(
    *,
    root: tk.Tk,
    look: Look,
    tasks: Tasks,
    until: Until,
    press: Press,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    """The dialog stays open and says why."""
    dialog, answers = await opened(root, look, tasks, until)
    assert not dialog.problem
    dialog.entries[field].insert("end", typed)
    await press(dialog.entries[field], "Return")
    assert sentence in dialog.problem
    assert not answers
