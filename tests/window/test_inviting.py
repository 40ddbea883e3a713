from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.inviting import invite
from asynchat.window.widgets.copy_dialog import CopyDialog
from asynchat.window.widgets.form import Form

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


class Inviter:
    """Makes invitations, and notes them."""

    def __init__(self) -> None:
        self.made: list[tuple[str | None, int, str]] = []

    async def make_invitation(
        self, *, room: str | None, uses: int, seconds: int | None, role: str
    ) -> str:
        self.made.append((room, uses, role))
        return f"asynchat://a.example?code=x{seconds}"


async def asked(
    look: Look, tasks: Tasks, until: Until, inviter: Inviter, count: str
) -> tuple[Form, list[bool]]:
    """Ask for an invitation; return the form, and what will be answered."""
    answers: list[bool] = []
    root: tk.Misc = look.root

    async def ask() -> None:
        done = await invite(
            root,
            look,
            inviter,
            "owner",
            spawn=lambda work, name: tasks.spawn(work, name=name),
            room="zoo",
            count=count,
        )
        answers.append(done)

    tasks.spawn(ask(), name="ask")

    def there() -> list[Form]:
        found = [one for one in root.winfo_children() if isinstance(one, Form)]
        return [one for one in found if one.winfo_viewable()]

    await until(there)
    return there()[0], answers


async def test_an_invitation_is_made_and_shown_once(look: Look, tasks: Tasks, until: Until) -> None:
    """What was chosen goes to who makes it, and the address comes to be copied."""
    inviter = Inviter()
    form, answers = await asked(look, tasks, until, inviter, "5")
    form.submit.invoke()

    def shown() -> list[CopyDialog]:
        found = [one for one in look.root.winfo_children() if isinstance(one, CopyDialog)]
        return [one for one in found if one.winfo_viewable()]

    await until(shown)
    assert inviter.made == [("zoo", 5, "member")]
    assert shown()[0].entry.get().startswith("asynchat://a.example?code=x")
    shown()[0].close.invoke()
    await until(lambda: answers == [True])


async def test_nothing_is_made_where_the_form_is_left(
    look: Look, tasks: Tasks, until: Until
) -> None:
    """A number that is none is told; Cancel makes no invitation."""
    inviter = Inviter()
    form, answers = await asked(look, tasks, until, inviter, "many")
    form.submit.invoke()
    await until(lambda: form.problem.startswith("For how many people?"))
    form.cancel.invoke()
    await until(lambda: answers == [False])
    assert inviter.made == []
