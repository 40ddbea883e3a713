from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.window.asked import asked
from asynchat.window.presenters.accounts import Refusal
from asynchat.window.widgets.form import Form, Line
from tests.window.test_profiles import opened

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Mapping

    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


@pytest.mark.allow_log_errors
async def test_it_is_asked_until_it_is_done(
    root: tk.Tk, look: Look, tasks: Tasks, failures: Failures, until: Until
) -> None:
    """A refusal is shown, an error is reported, and after both it can be tried again."""
    outcomes: list[Any] = [
        Refusal("Not so.", "word"),
        ChatError("bad_request", "Nor so."),
        ValueError("a mistake of ours"),
        None,
    ]
    told: list[str] = []
    answers: list[bool] = []
    failures.shown_by(lambda sentence, **_: told.append(sentence))

    async def do(given: Mapping[str, str]) -> Refusal | None:
        outcome: Refusal | Exception | None = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def ask() -> None:
        answers.append(
            await asked(
                root,
                look,
                "A word",
                parts=(Line("word", "Which"),),
                submit="That",
                do=do,
                spawn=lambda coroutine, name: tasks.spawn(coroutine, name=name),
            )
        )

    root.update()
    tasks.spawn(ask(), name="ask")
    form = await opened(root, until, Form)
    form.submit.invoke()
    await until(lambda: form.problem == "Not so.")
    form.submit.invoke()
    await until(lambda: form.problem == "Nor so.")
    form.submit.invoke()
    await until(lambda: told)
    await until(lambda: form.submit.instate(["!disabled"]))
    form.submit.invoke()
    await until(lambda: answers == [True])
