"""Files in a chat: attached, on their way, looked at and saved; what a chat window has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.window.attaching import Attaching
from asynchat.window.clipboard import clipboard_picture, clipboard_text
from asynchat.window.dropping import take_drops
from asynchat.window.picking import Picking
from asynchat.window.previews import Previews
from asynchat.window.transfers import Transfers

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.link.timeline import Line
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.commands import Given
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen


class Sharing:
    """Has a part for each; `actions` are the commands, by name.

    ``line`` returns the message that a command is about, or raises `ChatError`.
    """

    def __init__(
        self,
        root: tk.Tk,
        screen: MainScreen,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        line: Callable[[Given], Line],
        twelve: Callable[[], bool],
    ) -> None:
        self._root = root
        self._composer = screen.composer
        self.picking = Picking(root, look, session.spawn, twelve=twelve)
        self.attaching = Attaching(screen, session, failures, self.picking)
        self.transfers = Transfers(
            root, screen, look, session, failures, picking=self.picking, line=line
        )
        self._previews = Previews(
            session.client,
            session.tasks,
            screen.transcript.files.show,
            guarded=failures.guarded,
        )
        screen.transcript.files.ask(self._previews.get)
        take_drops(screen, failures.guarded(self.attaching.add))
        self.actions: dict[str, Callable[[Given], None]] = {
            "attach": self._attach,
            "transfers": lambda _: self.transfers.open(),
            "save-file": self.transfers.save,
            "open-folder": self.transfers.open_folder,
            "copy-file": self.transfers.copy_id,
        }

    def refresh(self) -> None:
        """Show what belongs to the room on view."""
        self.attaching.refresh()
        self.transfers.refresh()

    def hide(self) -> None:
        """Take away what was opened beside."""
        self.transfers.hide()

    def close(self) -> None:
        """Show nothing more."""
        self.attaching.close()
        self.transfers.close()
        self._previews.close()

    async def paste(self) -> None:
        """Put the clipboard's text into the composer, or attach its picture."""
        text = await clipboard_text(self._root)
        if text:
            self._composer.insert(text)
            return
        picture = await clipboard_picture(self._root)
        if picture:
            await self.attaching.paste(picture)

    def _attach(self, given: Given) -> None:
        if given.words:
            self.attaching.send_path(given.words)
        else:
            self.attaching.pick()
