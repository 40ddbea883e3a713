"""Putting a file in its place, whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from asynchat import files
from asynchat.store.opening import DATABASE_FILE
from asynchat.upkeep.opening import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def placed(target: Path, *, force: bool, data: Path) -> Iterator[Path]:
    """Give a new, empty file beside ``target``, which takes its name once all went well.

    It is for its owner only.  ``force`` says that a file of this name may be replaced; those of
    the log in ``data`` never are.  Raise `UpkeepError`.
    """
    _check(target, force=force, data=data)
    try:
        with files.placed(target, replace=force) as temporary:
            yield temporary
    except FileExistsError:
        # It came in the meantime.
        raise UpkeepError(_is_there(target)) from None
    except OSError as error:
        raise UpkeepError(f"{target} cannot be written: {error.strerror or error}.") from error


def _check(target: Path, *, force: bool, data: Path) -> None:
    own = target.name.startswith(DATABASE_FILE)
    if own and target.parent.resolve() == data.resolve():
        raise UpkeepError(f"{target} belongs to the log itself: choose another name or place.")
    if target.is_dir():
        raise UpkeepError(f"{target} is a directory: say which file in it.")
    if not target.parent.is_dir():
        raise UpkeepError(f"There is no directory {target.parent}: make it first.")
    if target.exists() and not force:
        raise UpkeepError(_is_there(target))


def _is_there(target: Path) -> str:
    return f"{target} is there already: give --force to replace it."
