"""Blocks for transcripts, and a person who clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.transcript import Block
from asynchat.window.widgets.transcript import Transcript

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look


@pytest.fixture
def block() -> Callable[..., Block]:
    """Return what makes blocks: ``block("text", sender="ben")``."""

    def block(text: str, **fields: Any) -> Block:
        made: dict[str, Any] = {
            "key": text,
            "kind": "said",
            "account": "u1",
            "sender": "ada",
            "time": "12:00",
            "head": True,
        }
        return Block(text=text, **(made | fields))

    return block


@pytest.fixture
def click() -> Callable[..., None]:
    """Return what clicks on a widget, in its middle unless told otherwise."""

    def click(widget: tk.Misc, x: int | None = None, y: int | None = None, button: int = 1) -> None:
        widget.update_idletasks()
        x = widget.winfo_width() // 2 if x is None else x
        y = widget.winfo_height() // 2 if y is None else y
        widget.event_generate("<Enter>", x=x, y=y)
        widget.event_generate("<Motion>", x=x, y=y)
        widget.event_generate(f"<ButtonPress-{button}>", x=x, y=y)
        widget.event_generate(f"<ButtonRelease-{button}>", x=x, y=y)

    return click


class Heard:
    """What a transcript called back."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def note(self, name: str) -> Callable[..., None]:
        return lambda *values: self.calls.append(" ".join([name, *map(str, values)]))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def transcript(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> Transcript:
    made = Transcript(
        root,
        look,
        on_top=heard.note("top"),
        on_bottom=heard.note("bottom"),
        on_newest=heard.note("newest"),
        on_link=heard.note("link"),
        on_retry=heard.note("retry"),
        on_delete=heard.note("delete"),
        on_key=heard.note("key"),
        on_act=lambda name, block, words: heard.note("act")(name, block.seq, words),
        on_jump=heard.note("jump"),
    )
    await fill(made)
    return made
