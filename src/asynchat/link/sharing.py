"""Files, as a client has them: sent, fetched, looked at small, and listed while they move."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.chat.files import clean_file_name
from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.kept_transfers import KeptTransfer
from asynchat.link.requests import check_size
from asynchat.messages import Download, Upload
from asynchat.text import check_text

if TYPE_CHECKING:
    from asynchat.link.previews import Previews
    from asynchat.link.transfer import Transfer
    from asynchat.link.transfers import Transfers
    from asynchat.messages import File


class Sharing(ABC):
    """Sends and fetches files; whoever has this fills what it works with."""

    _transfers: Transfers
    _previews: Previews

    @abstractmethod
    def _check_open(self) -> None:
        """Raise `ChatError` ``closed`` where nothing will ever be answered."""

    @property
    def transfers(self) -> Transfers:
        """The files that come and go, oldest first, those settled included until dismissed.

        Iterate over it; `notices.TransferChanged` tells of each change, new ones included.
        """
        return self._transfers

    def send_file(
        self,
        path: Path | str,
        *,
        room: str | None = None,
        to: str | None = None,
        caption: str = "",
        strip: bool = False,
    ) -> Transfer:
        """Begin to send a file to a room or a person, and return at once.

        The message with the ``caption`` is posted once the server has the file whole; it then is
        in the outbox like any other.  ``strip`` takes out of a picture what it tells besides:
        place, camera, time.  What goes wrong is the transfer's ``error``.  Raise `ChatError`
        ``closed``, ``text_too_long`` for the caption, and ``bad_request`` where there is neither
        a room nor a person, or both.
        """
        self._check_open()
        if (room is None) is (to is None):
            raise ChatError("bad_request", "A file goes to a room or to a person.")
        path = Path(path).expanduser().absolute()
        name = clean_file_name(path.name)
        # What could not be said in the end is not sent first.
        caption = check_text(caption) if caption.strip() else ""
        check_size(Upload(id=new_id(), room=room or to or "", name=name, size=0))
        return self._transfers.begin(
            KeptTransfer(
                direction="up",
                path=path,
                name=name,
                room=room,
                to=to,
                caption=caption,
                strip=strip,
            )
        )

    def fetch_file(self, file: File | str, target: Path | str) -> Transfer:
        """Begin to fetch the file of a message, or the one of an id, and return at once.

        ``target`` is a folder, or a path in one.  Nothing is overwritten: where the name is taken
        the file gets a number, and ``path`` tells where it is.  Raise `ChatError` ``closed``, and
        ``bad_request`` for what is no id.
        """
        self._check_open()
        known = None if isinstance(file, str) else file
        fetched = file if isinstance(file, str) else file.id
        check_size(Download(id=new_id(), file=fetched))
        return self._transfers.begin(
            KeptTransfer(
                direction="down",
                path=Path(target).expanduser().absolute(),
                name=clean_file_name(fetched if known is None else known.name),
                size=None if known is None else known.size,
                fetched=fetched,
                file=known,
            )
        )

    async def preview(self, file: File) -> bytes:
        """Return the small picture of a file that has one, a JPEG or PNG.  Raise `ChatError`.

        It comes from the server: bound its pixels before decoding it.
        """
        self._check_open()
        return await self._previews.get(file)
