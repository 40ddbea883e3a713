"""Who we are on which server: guest tokens, each in a file of its own.

A token is kept under (server, name asked for), never under an address: a server that moves
to another port is still known, and no token goes to another server by mistake.  Which server
an address led to is remembered beside them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from platformdirs import user_data_path

from asynchat.text import name_key

_HASH_CHARS: Final = 32

_T = TypeVar("_T", bound=msgspec.Struct)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An account on one server, and the token that proves it; empty if the ``keychain`` has it."""

    server: str
    name: str
    account: str
    token: str
    renamed: bool = False
    keychain: bool = False

    @property
    def key(self) -> str:
        """What its token is kept under in the keychain: another name changes nothing there."""
        return f"{self.server}/{self.account}"


class _Place(msgspec.Struct, frozen=True):
    """Which server an address led to."""

    address: str
    server: str


def default_data() -> Path:
    """Return where a client keeps its data unless told otherwise."""
    return user_data_path("asynchat", appauthor=False) / "client"


class Identities:
    """The identities kept in one directory.

    What cannot be read counts as not there: the server then makes a new guest.  `remember`
    raises `OSError` where the directory cannot be written.
    """

    def __init__(self, data: Path) -> None:
        self._data = data

    def at(self, address: str, name: str) -> Identity | None:
        """Return who we are under this name on the server that an address led to last."""
        place = _read(self._place(address), _Place)
        return None if place is None else self.on(place.server, name)

    def on(self, server: str, name: str) -> Identity | None:
        """Return who we are under this name on a server."""
        return _read(self._identity(server, name), Identity)

    def remember(self, address: str, identity: Identity) -> None:
        """Keep an identity, and which server the address led to."""
        if self.on(identity.server, identity.name) != identity:
            _write(self._identity(identity.server, identity.name), identity)
        place = _Place(address, identity.server)
        if _read(self._place(address), _Place) != place:
            _write(self._place(address), place)

    def rename(self, address: str, identity: Identity, name: str) -> None:
        """Keep an identity under another name; who asks for the one it had is still it."""
        replace = msgspec.structs.replace
        if self._identity(identity.server, name) != self._identity(identity.server, identity.name):
            self.remember(address, replace(identity, renamed=True))
        self.remember(address, replace(identity, name=name, renamed=False))

    def forget(self, identity: Identity) -> None:
        """Keep an identity no more: the server knows it no more."""
        self._identity(identity.server, identity.name).unlink(missing_ok=True)

    def forget_account(self, server: str, account: str) -> None:
        """Keep an account under none of the names it had here; raise `OSError`."""
        for path in (self._data / "identities").glob("*.json"):
            identity = _read(path, Identity)
            if identity is not None and (identity.server, identity.account) == (server, account):
                path.unlink(missing_ok=True)

    def _identity(self, server: str, name: str) -> Path:
        return self._data / "identities" / f"{_hash(server + '/' + name_key(name))}.json"

    def _place(self, address: str) -> Path:
        return self._data / "addresses" / f"{_hash(address)}.json"


def _hash(text: str) -> str:
    # A name may be `..` or a device of Windows: none of it becomes a path.
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_CHARS]


def _read(path: Path, kind: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _write(path: Path, content: msgspec.Struct) -> None:
    """Write a file whole or not at all, for its owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes the file 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.encode(content))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
