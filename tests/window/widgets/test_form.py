from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.accounts import Refusal
from asynchat.window.widgets.form import Box, Choice, Form, Line

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Mapping

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


class Asked:
    """A form on the screen, and what was given there."""

    def __init__(self, root: tk.Tk, look: Look) -> None:
        self.given: list[Mapping[str, str]] = []
        self.answer: bool | None = None
        self.form = Form(
            root,
            look,
            "Anything?",
            text="It is for this.",
            parts=(
                Line("word", "A word", value="one"),
                Line("secret", "A secret", secret=True),
                Choice("when", "When", (("now", "now"), ("then", "then")), "then"),
                Box("sure", "Surely"),
            ),
            submit="Do it",
            on_given=self.given.append,
        )

    async def ask(self) -> None:
        self.answer = await self.form.ask()


@pytest.fixture
async def asked(root: tk.Tk, look: Look, tasks: Tasks, until: Until) -> Asked:
    root.update()
    asked = Asked(root, look)
    tasks.spawn(asked.ask(), name="ask")
    await until(lambda: asked.form.grab_status() == "local")
    return asked


async def test_what_is_given_is_told_by_name(asked: Asked, press: Press, until: Until) -> None:
    """A secret is not shown; Return in a field gives it all, and the form stays."""
    form = asked.form
    secret = form.entries["secret"]
    assert str(secret.cget("show")) == "•"
    await press(secret, "x", "y")
    (box,) = form.buttons["sure"]
    await press(box, "Return")
    now, _ = form.buttons["when"]
    await press(now, "Return")
    await press(secret, "Return")
    assert asked.given == [{"word": "one", "secret": "xy", "when": "now", "sure": "yes"}]
    assert asked.answer is None
    form.resolve(True)
    await until(lambda: asked.answer is True)


async def test_nothing_is_given_twice(asked: Asked) -> None:
    """While it is being looked at nothing goes; a refusal leads to its field and can be mended."""
    form = asked.form
    form.submit.invoke()
    form.busy()
    form.entries["word"].event_generate("<Return>")
    form.submit.invoke()
    assert len(asked.given) == 1
    form.say(Refusal("That is no word.", "word"))
    assert form.problem == "That is no word."
    assert form.entries["word"].instate(["invalid"])
    form.entries["word"].event_generate("<a>")
    assert form.problem == ""
    assert not form.entries["word"].instate(["invalid"])
    form.submit.invoke()
    assert len(asked.given) == 2


async def test_who_has_to_wait_sees_the_seconds(asked: Asked, until: Until) -> None:
    """They count down, and only then it can be given again."""
    form = asked.form
    form.say(Refusal("Too often.", wait_s=0.3))
    assert form.problem == "Too often. Again in 1 s."
    form.submit.invoke()
    assert not asked.given
    await until(lambda: form.problem == "Too often. It can be tried again now.")
    form.submit.invoke()
    assert len(asked.given) == 1


async def test_escape_gives_nothing(asked: Asked, press: Press, until: Until) -> None:
    """Also while it counts; what is refused after that is told nobody."""
    asked.form.say(Refusal("Too often.", wait_s=60))
    await press(asked.form.entries["word"], "Escape")
    await until(lambda: asked.answer is False)
    asked.form.say(Refusal("Late.", "word"))
    assert not asked.given


async def test_a_form_without_fields_begins_with_what_there_is(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until
) -> None:
    """The keys go to the first choice."""
    root.update()
    form = Form(
        root,
        look,
        "Which?",
        parts=(Choice("one", "One of", (("a", "A"), ("b", "B"))),),
        submit="That",
        on_given=lambda _: None,
    )
    tasks.spawn(form.ask(), name="ask")
    await until(lambda: form.focus_displayof() is form.buttons["one"][0])
    form.resolve(None)
    await until(lambda: not form.winfo_exists())
