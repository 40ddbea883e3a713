"""What is kept of transfers under way, so that the next start goes on with them: one small file."""

from __future__ import annotations

import logging
import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from asynchat.files import placed
from asynchat.link.local_files import part_of
from asynchat.messages import File

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

FILE: Final = "transfers.json"


class KeptTransfer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A transfer as the next start goes on with it.

    ``path`` is the file that is sent, or where one is to come to: a folder or a path.  ``to`` is
    a person where no room is known.  ``begun`` is the id under which the server has a part,
    ``mtime_ns`` when the file was changed before that.  ``fetched`` is the id of what comes.
    With ``strip`` a ``copy`` of the picture is sent, without what it tells besides.  ``message``
    is the id under which it is said, from before it is: so it is said once.
    """

    direction: Literal["up", "down"]
    path: Path
    name: str
    room: str | None = None
    to: str | None = None
    caption: str = ""
    strip: bool = False
    copy: Path | None = None
    size: int | None = None
    mtime_ns: int = 0
    begun: str | None = None
    fetched: str = ""
    file: File | None = None
    message: str | None = None
    paused: bool = False

    def same_goal(self, other: KeptTransfer) -> bool:
        """Tell whether the same file comes to the same place."""
        return (self.fetched, self.path) == (other.fetched, other.path)

    def drop_copy(self) -> None:
        """Remove the copy that was sent.  Raise `OSError`."""
        if self.copy is not None:
            self.copy.unlink(missing_ok=True)

    def drop_part(self) -> None:
        """Remove what there is of a file that was to come.  Raise `OSError`."""
        part_of(self.path, self.fetched).unlink(missing_ok=True)


def load(place: Path) -> list[KeptTransfer]:
    """Return what is kept in a directory; nothing where it cannot be read, which the log tells."""
    try:
        data = (place / FILE).read_bytes()
        return msgspec.json.decode(data, type=list[KeptTransfer], dec_hook=_path)
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        logger.warning("what was on its way cannot be read: %s", error)
        return []


def save(place: Path, kept: Sequence[KeptTransfer]) -> None:
    """Keep this and nothing else, at once.  Raise `OSError`."""
    target = place / FILE
    if not kept:
        target.unlink(missing_ok=True)
        return
    with placed(target, replace=True) as new:
        new.write_bytes(msgspec.json.encode(kept, enc_hook=_plain))


def _path(kind: type, value: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError
    match value:
        case [str(coded)]:
            return Path(os.fsdecode(b64decode(coded, validate=True)))
        case _:
            return Path(value)


def _plain(value: Any) -> Any:
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        # On most systems a name may be any bytes, and JSON has characters only.
        return [b64encode(os.fsencode(text)).decode()]
    return text
