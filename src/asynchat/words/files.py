"""Files: what a message says of one, and how one comes and goes on a connection of its own.

`Upload`, `Download` and `Discard` are asked over the chat connection.  A transfer connection
begins with `StoreFile` or `FetchFile` instead of a hello; the server says `Ready`, then raw bytes
follow.
"""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.fields import Id, Message, Natural


class File(Message, tag=False, frozen=True):
    """A file that a message offers: ``name`` is clean, ``type`` is told by its content.

    ``warning`` is a sentence where the name says something else.  A picture has its ``width`` and
    ``height`` in pixels, and there may be a ``preview`` of it.
    """

    id: str
    name: str
    size: int
    type: str
    sha256: str
    width: int | None = None
    height: int | None = None
    preview: bool = False
    warning: str = ""


class Upload(Message, tag="upload", frozen=True):
    """Ask for a ticket to store a file that is to be said in a room.

    With ``file``, of an earlier `Ticket`, go on with that one.
    """

    id: Id
    room: str
    name: str
    size: Natural
    file: Id | None = None


class Download(Message, tag="download", frozen=True):
    """Ask for a ticket to fetch a file, or the small ``preview`` of a picture."""

    id: Id
    file: Id
    preview: bool = False


class Discard(Message, tag="discard", frozen=True):
    """Give up a file of one's own that was not said."""

    id: Id
    file: Id


class StoreFile(Message, tag="store", frozen=True):
    """Begin, on a transfer connection, to send a file; its bytes follow the `Ready`."""

    ticket: str


class SentFile(Message, tag="sent", frozen=True):
    """Say, after the last byte of a file, what its SHA-256 is."""

    sha256: str


class FetchFile(Message, tag="fetch", frozen=True):
    """Ask, on a transfer connection, for the bytes of a file from ``offset`` on."""

    ticket: str
    offset: Natural = 0


class Ticket(Message, tag="ticket", frozen=True):
    """Answer `Upload` and `Download`: good once, within ``seconds``, for this account and file.

    ``offset`` is how much of an upload the server has.
    """

    re: str
    ticket: str
    file: str
    name: str
    size: int
    offset: int = 0
    seconds: int = 60


class Ready(Message, tag="ready", frozen=True):
    """Say from which byte on a file of ``size`` goes on; ``sha256`` is known where it is whole."""

    offset: int
    size: int
    sha256: str = ""


class StoredFile(Message, tag="stored", frozen=True):
    """Say that a file is on disk, whole: it can be said now."""

    file: File


FileQuery: TypeAlias = Upload | Download | Discard
"""What is asked about files over the chat connection."""

Transfer: TypeAlias = StoreFile | SentFile | FetchFile
"""What a client says on a transfer connection."""

FileAnswer: TypeAlias = Ticket
"""What answers a query about a file; a discard is `Done`."""

TransferFrame: TypeAlias = Ready | StoredFile
"""What a server says on a transfer connection, besides errors."""
