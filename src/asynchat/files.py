"""Putting a file in its place, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def placed(target: Path, *, replace: bool) -> Iterator[Path]:
    """Give a new, empty file beside ``target``, which takes its name once all went well.

    It is for its owner only.  Raise `OSError`, and `FileExistsError` where there is a file of
    that name, also one that came meanwhile, unless it is to be replaced.
    """
    _check(target, replace=replace)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        sync(temporary)
        _check(target, replace=replace)
        temporary.replace(target)
        sync(target.parent)
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


def _check(target: Path, *, replace: bool) -> None:
    if not replace and target.exists():
        raise FileExistsError(f"{target} is there already.")
