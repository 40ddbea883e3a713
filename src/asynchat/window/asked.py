"""A form that stays until what was given in it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.window.presenters.accounts import refusal

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.accounts import Refusal
    from asynchat.window.widgets.form import Form, Part


async def asked(
    parent: tk.Misc,
    look: Look,
    title: str,
    *,
    text: str = "",
    parts: Sequence[Part],
    submit: str,
    do: Callable[[Mapping[str, str]], Awaitable[Refusal | None]],
    spawn: Callable[[Coroutine[object, object, None], str], None],
) -> bool:
    """Ask until what was given is done, and tell whether it was.

    ``do`` does it, and returns or raises as a `ChatError` what is wrong; ``spawn`` owns the task
    that it is done in, and shows any other failure.
    """
    from asynchat.window.widgets.form import Form  # noqa: PLC0415 - when asked

    def given(values: Mapping[str, str]) -> None:
        form.busy()
        spawn(attempt(values), title)

    async def attempt(values: Mapping[str, str]) -> None:
        try:
            amiss = await do(values)
        except ChatError as error:
            amiss = refusal(error)
        except BaseException:
            form.free()
            raise
        if amiss is None:
            form.resolve(True)
        else:
            form.say(amiss)

    form: Form = Form(parent, look, title, text=text, parts=parts, submit=submit, on_given=given)
    return await form.ask()
