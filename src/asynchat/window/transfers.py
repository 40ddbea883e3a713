"""Files on their way, in the window: shown over the composer and in a panel, saved, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.notices import TransferChanged
from asynchat.window.links import open_folder
from asynchat.window.look.native import drawable
from asynchat.window.presenters.files import progress

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.link.notices import Notice
    from asynchat.link.timeline import Line
    from asynchat.link.transfer import Transfer
    from asynchat.messages import File
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.picking import Picking
    from asynchat.window.presenters.commands import Given
    from asynchat.window.presenters.files import Deed
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen
    from asynchat.window.widgets.transfer_rows import TransferPanel

_EVERY_MS: Final = 100


class Transfers:
    """Shows the transfers of a session, and does what is asked for about them.

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
        picking: Picking,
        line: Callable[[Given], Line],
    ) -> None:
        self._root = root
        self._screen = screen
        self._look = look
        self._session = session
        self._failures = failures
        self._picking = picking
        self._line = line
        self._panel: TransferPanel | None = None
        self._timer: str | None = None
        screen.transfers.on_deed = failures.guarded(self._do)
        screen.transfers.on_more = failures.guarded(self.open)
        self._unsubscribe = session.client.subscribe(failures.guarded(self._notice))

    @property
    def panel(self) -> TransferPanel | None:
        """The panel of all, while it is open."""
        panel = self._panel
        return panel if panel is not None and panel.winfo_exists() else None

    def close(self) -> None:
        """Show nothing more."""
        self._unsubscribe()
        self.hide()

    def hide(self) -> None:
        """Take away what was opened beside."""
        self._forget_timer()
        if self.panel is not None:
            self.panel.close()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    def open(self) -> None:
        """Open the panel of all files that come and go."""
        from asynchat.window.widgets.transfer_rows import TransferPanel  # noqa: PLC0415 - when asked

        if self.panel is None:
            self._panel = TransferPanel(self._root, self._look, self._failures.guarded(self._do))
        self.refresh()
        if self.panel is not None:
            self.panel.open()

    def refresh(self) -> None:
        """Show how far all are now."""
        self._forget_timer()
        every = tuple(self._session.client.transfers)
        self._screen.transfers.show([progress(one) for one in every if self._is_here(one)])
        if self.panel is not None:
            self.panel.show([progress(one) for one in every])

    def save(self, given: Given) -> None:
        """Save the file of a message, where the person says.  Raise `ChatError`."""
        self._session.spawn(self._save(self._file(given)), "save a file")

    def open_folder(self, given: Given) -> None:
        """Show where the file of a message was saved.  Raise `ChatError`."""
        file = self._file(given)
        saved = [
            one
            for one in self._session.client.transfers
            if one.direction == "down"
            and one.state == "done"
            and one.file is not None
            and one.file.id == file.id
        ]
        if not saved:
            raise ChatError("no_such_file", "This file was not saved yet: save it first.")
        self._session.spawn(open_folder(saved[-1].path.parent), "open a folder")

    def copy_id(self, given: Given) -> None:
        """Put the id of a message's file on the clipboard.  Raise `ChatError`."""
        self._root.clipboard_clear()
        self._root.clipboard_append(self._file(given).id)

    def _file(self, given: Given) -> File:
        file = self._line(given).file
        if file is None:
            raise ChatError("no_such_file", "No file came with this message.")
        return file

    async def _save(self, file: File) -> None:
        path = await self._picking.save_as(drawable(f"Save {file.name}"), file.name)
        if path is not None:
            self._session.client.fetch_file(file, path)

    def _is_here(self, transfer: Transfer) -> bool:
        """Tell whether one is shown in the room on view: what is sent there, what is fetched."""
        up = transfer.direction == "up"
        if transfer.state == "cancelled" or (up and transfer.state == "done"):
            return False
        return not up or transfer.room in {None, self._session.on_view}

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, TransferChanged) and self._timer is None:
            self._timer = self._root.after(_EVERY_MS, self.refresh)

    def _do(self, deed: Deed, key: str) -> None:
        transfer = next((one for one in self._session.client.transfers if one.id == key), None)
        if transfer is None:
            return
        match deed:
            case "pause":
                transfer.pause()
            case "resume" | "again":
                transfer.resume()
            case "cancel":
                transfer.cancel()
            case "dismiss":
                transfer.dismiss()
            case "folder":
                self._session.spawn(open_folder(transfer.path.parent), "open a folder")
