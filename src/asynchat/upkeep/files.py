"""Putting a file in its place, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.store.opening import DATABASE_FILE
from asynchat.upkeep.opening import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def placed(target: Path, *, force: bool, data: Path) -> Iterator[Path]:
    """Give a new, empty file beside ``target``, which takes its name once all went well.

    It is for its owner only.  ``force`` says that a file of this name may be replaced; those of
    the log in ``data`` never are.  Raise `UpkeepError`.
    """
    _check(target, force=force, data=data)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        sync(temporary)
        _check(target, force=force, data=data)  # it may have come in the meantime
        temporary.replace(target)
        sync(target.parent)
    except OSError as error:
        raise UpkeepError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or what a directory lists, is on disk.  Raise `OSError`."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no directories, and needs none to be flushed.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check(target: Path, *, force: bool, data: Path) -> None:
    own = target.name.startswith(DATABASE_FILE)
    if own and target.parent.resolve() == data.resolve():
        raise UpkeepError(f"{target} belongs to the log itself: choose another name or place.")
    if target.is_dir():
        raise UpkeepError(f"{target} is a directory: say which file in it.")
    if not target.parent.is_dir():
        raise UpkeepError(f"There is no directory {target.parent}: make it first.")
    if target.exists() and not force:
        raise UpkeepError(f"{target} is there already: give --force to replace it.")
