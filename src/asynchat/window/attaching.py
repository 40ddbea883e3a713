"""Attaching files to what is written: picked, pasted, dropped or named, then sent."""

from __future__ import annotations

import asyncio
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_cache_path

from asynchat.errors import ChatError
from asynchat.link.notices import TransferChanged
from asynchat.window.presenters.attachments import Attached, Attachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.link.notices import Notice
    from asynchat.window.failures import Failures
    from asynchat.window.picking import Picking
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen

_PASTED: Final = "pasted"


class Attaching:
    """Keeps what is attached in each room, and sends it with `send`.

    What was pasted becomes a file of ours, which goes when it was sent.
    """

    def __init__(
        self, screen: MainScreen, session: Session, failures: Failures, picking: Picking
    ) -> None:
        self._screen = screen
        self._session = session
        self._picking = picking
        self._attached = Attached()
        self._ours = user_cache_path("asynchat", appauthor=False) / _PASTED
        guarded = failures.guarded
        screen.composer.on_attach = guarded(self.pick)
        screen.attachments.on_remove = guarded(self._remove)
        screen.attachments.on_caption = self._caption
        self._unsubscribe = session.client.subscribe(guarded(self._notice))

    @property
    def any(self) -> bool:
        """Whether anything is attached in the room on view."""
        return bool(self._attached.of(self._session.on_view))

    def close(self) -> None:
        """Hear of nothing more."""
        self._unsubscribe()

    def refresh(self) -> None:
        """Show what is attached in the room on view."""
        self._screen.attachments.show(self._attached.of(self._session.on_view))

    def pick(self) -> None:
        """Have the person pick files."""
        self._session.spawn(self._pick(), "attach files")

    def add(self, paths: Sequence[Path]) -> None:
        """Attach files that are there."""
        room = self._session.on_view
        if room is not None:
            self._session.spawn(self._add(room, paths), "attach files")

    def send_path(self, typed: str) -> None:
        """Send one file at once."""
        room = self._session.on_view
        if room is not None:
            path = Path(os.path.expanduser(typed))  # noqa: PTH111 - Path's own may raise
            self._session.spawn(self._send_path(room, path), "send a file")

    async def paste(self, picture: bytes) -> None:
        """Attach a picture that was on the clipboard.  Raise `ChatError`."""
        room = self._session.on_view
        if room is None:
            return
        try:
            path = await asyncio.to_thread(self._written, picture)
        except OSError as error:
            raise ChatError(
                "forbidden", f"The picture cannot be kept: {error.strerror or error}."
            ) from None
        await self._add(room, (path,))

    def send(self, text: str) -> str:
        """Send what is attached in the room on view; return what is left to be said."""
        room = self._session.on_view
        if room is None:
            return text
        taken, text = self._attached.take(room, text)
        for one in taken:
            self._session.client.send_file(one.path, room=room, caption=one.caption.strip())
        self.refresh()
        return text

    def _written(self, picture: bytes) -> Path:
        self._ours.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._ours / f"picture-{secrets.token_hex(4)}.png"
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(picture)
        return path

    async def _pick(self) -> None:
        room = self._session.on_view
        paths = await self._picking.files("Attach files", "Attach")
        if room is not None and paths:
            await self._add(room, paths)
            self._screen.composer.focus()

    async def _add(self, room: str, paths: Sequence[Path]) -> None:
        try:
            for path in paths:
                size = await asyncio.to_thread(_size, path)
                self._attached.add(room, Attachment(path, size))
        finally:
            if room == self._session.on_view:
                self.refresh()

    async def _send_path(self, room: str, path: Path) -> None:
        await asyncio.to_thread(_size, path)
        self._session.client.send_file(path, room=room)

    def _caption(self, at: int, text: str) -> None:
        self._attached.caption(self._session.on_view or "", at, text)

    def _remove(self, at: int) -> None:
        gone = self._attached.remove(self._session.on_view or "", at)
        self.refresh()
        self._screen.composer.focus()
        if gone is not None:
            self._drop(gone.path)

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, TransferChanged) and notice.transfer.direction == "up":
            transfer = notice.transfer
            if transfer.state in {"done", "cancelled"}:
                self._drop(transfer.path)

    def _drop(self, path: Path) -> None:
        """Let a file go, if it is one of ours."""
        if path.parent == self._ours:
            self._session.spawn(
                asyncio.to_thread(path.unlink, missing_ok=True), "let a pasted picture go"
            )


def _size(path: Path) -> int:
    """Return how large a file is.  Raise `ChatError` where it is none, or not for us."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChatError("no_such_file", f"{path.name} cannot be sent: {reason}.") from None
    if not stat.S_ISREG(status.st_mode):
        raise ChatError("no_such_file", f"{path.name} is no file.")
    return status.st_size
