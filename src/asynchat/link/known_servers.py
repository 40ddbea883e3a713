"""The keys that servers showed here before: one file, ``known_servers``, a line each.

It is for its owner only.  A line that cannot be read stops every connection rather than
letting one server pass for unknown.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from asynchat.errors import ChatError
from asynchat.files import placed
from asynchat.lock import DirectoryLock, LockHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "known_servers"

_HEADER: Final = """\
# The keys of the servers that were visited from here.  One that was set up anew is confirmed by
# typing how its new fingerprint begins; to forget a server, take its line away.
"""
_FORMER: Final = 8
_TRIES: Final = 200
_AGAIN_S: Final = 0.01

_Fingerprint = Annotated[str, msgspec.Meta(pattern="^[a-z2-7]{52}$")]


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the server at one place.

    ``next`` is the key that it announced, ``former`` are those it had and came over from, and
    ``ca`` tells whether a public CA vouched for it, ``since`` when it was trusted, in ms since the
    epoch, as far as that was noted.
    """

    place: str
    fp: _Fingerprint
    next: _Fingerprint | None = None
    former: tuple[_Fingerprint, ...] = ()
    ca: bool = False
    since: int | None = None

    def came_over(self) -> Pin:
        """Return the pin of a server that uses the key it announced."""
        former = (*self.former, self.fp)[-_FORMER:]
        return msgspec.structs.replace(self, fp=self.next or self.fp, next=None, former=former)


class KnownServers:
    """The pins kept in one directory, read anew each time: others write there, too."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def at(self, place: str) -> Pin | None:
        """Return what is known of a place.  Raise `ChatError` ``keys_unreadable``."""
        return self._read().get(place)

    def keep(self, pin: Pin) -> None:
        """Keep a pin in the place of the one before.

        It may wait for another process.  Raise `ChatError` ``keys_unreadable``, or `OSError`
        where the file cannot be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._held():
            known = self._read() | {pin.place: pin}
            with placed(self.path, replace=True) as file:
                lines = [
                    _HEADER.encode(),
                    *(msgspec.json.encode(one) + b"\n" for one in known.values()),
                ]
                file.write_bytes(b"".join(lines))

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Let nobody else change the file meanwhile: what was read of it would be lost."""
        lock = DirectoryLock(self.path.parent, f"{FILE}.lock")
        for tries_left in reversed(range(_TRIES)):
            try:
                lock.acquire()
                break
            except LockHeldError as error:
                if not tries_left:
                    raise TimeoutError("another program holds it") from error
                time.sleep(_AGAIN_S)
        try:
            yield
        finally:
            lock.release()

    def _read(self) -> dict[str, Pin]:
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from None
        known: dict[str, Pin] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith(b"#"):
                continue
            try:
                pin = msgspec.json.decode(line, type=Pin)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise self._unreadable(f"line {number} is damaged") from None
            known[pin.place] = pin
        return known

    def _unreadable(self, why: str) -> ChatError:
        return ChatError(
            "keys_unreadable",
            f"The keys of known servers cannot be read, so that none can be told from an impostor:"
            f" {self.path}: {why}.",
        )
