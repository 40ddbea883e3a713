"""A chat you start with one command and keep.

`connect` is the client library: ``async with asynchat.connect(address, name="ada") as chat``.
`Server` is the server, for a program that hosts one itself.  Importing this loads neither a
screen nor a database: a name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynchat.config import Settings
    from asynchat.errors import ChatError
    from asynchat.link.client import Client, connect
    from asynchat.messages import (
        Created,
        Edited,
        Joined,
        Left,
        Pinned,
        Reacted,
        Redacted,
        Said,
        Topic,
    )
    from asynchat.server import Server

__all__ = [
    "ChatError",
    "Client",
    "Created",
    "Edited",
    "Joined",
    "Left",
    "Pinned",
    "Reacted",
    "Redacted",
    "Said",
    "Server",
    "Settings",
    "Topic",
    "connect",
]

_HOMES = {
    "Client": "asynchat.link.client",
    "connect": "asynchat.link.client",
    "Server": "asynchat.server",
    "Settings": "asynchat.config",
    "ChatError": "asynchat.errors",
    "Created": "asynchat.messages",
    "Edited": "asynchat.messages",
    "Joined": "asynchat.messages",
    "Left": "asynchat.messages",
    "Pinned": "asynchat.messages",
    "Reacted": "asynchat.messages",
    "Redacted": "asynchat.messages",
    "Said": "asynchat.messages",
    "Topic": "asynchat.messages",
}

if not TYPE_CHECKING:  # a type checker is to see our names alone

    def __getattr__(name):
        """Return a public name, or one that the standard library's asynchat had (PEP 562)."""
        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        from asynchat._stdlib import lend  # noqa: PLC0415 - for smtpd of Python 3.11 alone

        return lend(name)
