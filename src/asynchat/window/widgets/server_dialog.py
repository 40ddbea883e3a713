"""The dialog that asks for a further server: the first screen's form in a window of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.window.widgets.connect_screen import ConnectScreen
from asynchat.window.widgets.dialog import Dialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.connecting import Wish


class ServerDialog(Dialog[bool]):
    """The answer is True where a server came in; the caller gives it when that is so."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        address: str,
        name: str,
        can_host: bool,
        on_wish: Callable[[Wish], None],
        on_cancel: Callable[[], None],
        title: str = "Add a server",
    ) -> None:
        super().__init__(parent, look, title)
        self.form = ConnectScreen(
            self.body,
            look,
            address=address,
            name=name,
            can_host=can_host,
            hosting=False,
            on_wish=on_wish,
            on_cancel=on_cancel,
            on_theme=None,
        )
        self.form.grid(row=1, column=0, sticky="we")

    async def ask(self) -> bool:
        """Show it until a server came in, or none is wanted."""
        return bool(await self.answer(self.form.first))
