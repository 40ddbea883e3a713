"""What is in a folder, read off the loop and within bounds.

A folder may have a million files, or lie on a disk that does not answer.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from threading import Event
from typing import Final

from asynchat.window.presenters.picking import Entry, Listing, Place

MAX_ENTRIES: Final = 20_000
_TIMEOUT_S: Final = 5.0
_HOME_FOLDERS: Final = ("Desktop", "Documents", "Downloads", "Pictures", "Music", "Videos")
_MOUNTS: Final = ("/media", "/run/media", "/mnt", "/Volumes")
_MOST_MOUNTS: Final = 8


async def listing(folder: str, *, most: int = MAX_ENTRIES) -> Listing:
    """Return what is in a folder; where it cannot be told, why."""
    stop = Event()
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await asyncio.to_thread(read, folder, stop, most)
    except TimeoutError:
        return Listing(folder, problem="This folder does not answer.")
    finally:
        stop.set()


def read(folder: str, stop: Event, most: int = MAX_ENTRIES) -> Listing:
    """Return what is in a folder, as far as it was read when ``stop`` is set."""
    entries: list[Entry] = []
    try:
        with os.scandir(folder) as found:
            for each in found:
                if len(entries) >= most or stop.is_set():
                    return Listing(folder, tuple(entries), more=True)
                entries.append(_entry(each))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        return Listing(folder, problem=f"This folder cannot be read: {reason}.")
    return Listing(folder, tuple(entries))


def _entry(each: os.DirEntry[str]) -> Entry:
    try:
        status = each.stat()
    except OSError:  # a link to nothing, or not for us
        return Entry(each.name, usable=False)
    folder = stat.S_ISDIR(status.st_mode)
    return Entry(
        each.name,
        folder=folder,
        size=0 if folder else status.st_size,
        at_s=status.st_mtime,
        # To read a pipe or a device would wait for somebody.
        usable=folder or stat.S_ISREG(status.st_mode),
    )


async def places() -> tuple[Place, ...]:
    """Return where one may want to go at once: home, its folders, disks that were put in."""
    return await asyncio.to_thread(_places)


def _places() -> tuple[Place, ...]:
    home = os.path.expanduser("~")  # noqa: PTH111 - Path's own may raise
    paths = [Path(home) / name for name in _HOME_FOLDERS]
    found = [
        Place("Home", home),
        *(Place(path.name, str(path)) for path in paths if path.is_dir()),
        Place("Computer", Path(home).anchor or "/"),
    ]
    mounts = (each for top in _MOUNTS for each in _mounted(Path(top)))
    found += [Place(each.name, str(each)) for each, _ in zip(mounts, range(_MOST_MOUNTS))]  # noqa: B905 - as many as there are
    return tuple(found)


def _mounted(top: Path) -> list[Path]:
    try:
        inside = sorted(top.iterdir())
    except OSError:  # there is no such folder here
        return []
    return [each for each in inside if os.path.ismount(each)]


async def is_folder(path: str) -> bool:
    """Tell whether there is a folder of that name."""
    return await asyncio.to_thread(os.path.isdir, path)


async def is_there(path: str) -> bool:
    """Tell whether there is anything of that name."""
    return await asyncio.to_thread(os.path.lexists, path)
