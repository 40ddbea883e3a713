"""The menu of a message: what can be done to it, and to what was clicked in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from asynchat.markup.shortcodes import name_of
from asynchat.window.look.emoji import picture
from asynchat.window.look.native import drawable
from asynchat.window.presenters.message_menu import QUICK, entries

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block


def add_message(
    menu: tk.Menu,
    look: Look,
    block: Block,
    me: str,
    act: Callable[[str, Block, str], None],
    *,
    deletes: bool = False,
) -> None:
    """Add what an account can do to a message; ``act`` as `Transcript`'s ``on_act``.

    ``deletes`` tells whether it may delete what others said.
    """
    for name, label in entries(block, me, deletes=deletes):
        if name == "react":
            menu.add_cascade(label=label, menu=_quick(menu, look, partial(act, name, block)))
        else:
            menu.add_command(label=label, command=partial(act, name, block, ""))


def _quick(parent: tk.Menu, look: Look, pick: Callable[[str], None]) -> tk.Menu:
    """Return a menu of a few reactions, and the way to all others: that gives no emoji."""
    menu = look.menu(parent)
    size = look.px(18)
    for emoji in QUICK:
        image = look.images.get_if_any(
            ("emoji", emoji, size),
            lambda emoji=emoji: picture(emoji, size),  # type: ignore[misc]
        )
        name, chosen = f":{name_of(emoji)}:", partial(pick, emoji)
        if image is None:
            menu.add_command(label=drawable(f"{emoji}  {name}"), command=chosen)
        else:
            menu.add_command(label=f"  {name}", image=image, compound="left", command=chosen)
    menu.add_separator()
    menu.add_command(label="Another …", command=partial(pick, ""))
    return menu
