"""Which files of a folder are offered, in which order, and what a typed path means."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.chat.files import size_text
from asynchat.link.zones import time_of
from asynchat.text import one_line
from asynchat.window.presenters.clock import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, tzinfo

Mode: TypeAlias = Literal["file", "files", "folder", "save"]
"""What is picked: one or several that are there, a folder, or where to save one."""

MAX_SHOWN: Final = 1_000
"""How many are listed; whoever looks for another types some of its name."""

_DIGITS: Final = 18
"""How many make one number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder; ``at_s`` is when it was changed, in seconds since the epoch.

    What is not ``usable`` is no file and no folder, or cannot be read.
    """

    name: str
    folder: bool = False
    size: int = 0
    at_s: float = 0.0
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder; ``more`` where there is more than was read."""

    folder: str
    entries: tuple[Entry, ...] = ()
    more: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that one may want to go to at once."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is listed of a folder, and what is said of it."""

    entries: tuple[Entry, ...]
    note: str


def shown(listing: Listing, mode: Mode, words: str = "", *, hidden: bool = False) -> Shown:
    """Return what is listed: folders first, by name; of those with ``words`` in it, where given.

    What begins with a dot is there where it is asked for.
    """
    if listing.problem:
        return Shown((), listing.problem)
    wanted = words.casefold()
    hidden = hidden or words.startswith(".")
    fits = [
        entry
        for entry in listing.entries
        if (hidden or not entry.name.startswith("."))
        and (entry.folder or mode != "folder")
        and wanted in entry.name.casefold()
    ]
    fits.sort(key=lambda entry: (not entry.folder, _order(entry.name), entry.name))
    return Shown(tuple(fits[:MAX_SHOWN]), _note(listing, fits, words))


def _note(listing: Listing, fits: Sequence[Entry], words: str) -> str:
    if len(fits) > MAX_SHOWN:
        return f"{MAX_SHOWN:,} of {len(fits):,} are shown: type some of a name."
    if listing.more:
        return f"Only the first {len(listing.entries):,} of this folder were looked at."
    if not fits:
        return "Nothing here has that in its name." if words else "There is nothing here."
    return ""


def _order(name: str) -> list[tuple[int, int, str]]:
    """Return by what a name is ordered: numbers by what they are worth."""
    parts: list[tuple[int, int, str]] = []
    digits = word = ""
    for char in f"{name.casefold()}\0":
        # Not every digit of Unicode is one of int's.
        if char in "0123456789" and len(digits) < _DIGITS:
            if word:
                parts.append((1, 0, word))
                word = ""
            digits += char
        else:
            if digits:
                parts.append((0, int(digits), ""))
                digits = ""
            word += char
    return [*parts, (1, 0, word)]


def cells(
    entry: Entry, now: datetime, *, twelve: bool = False, zone: tzinfo | None = None
) -> tuple[str, str, str]:
    """Return what is shown of an entry: name, size, and when it was changed."""
    name = one_line(entry.name) + ("/" if entry.folder else "")
    size = "" if entry.folder or not entry.usable else size_text(entry.size)
    if entry.at_s <= 0:
        return name, size, ""
    return name, size, moment(time_of(round(entry.at_s * 1000), zone), now=now, twelve=twelve)


def told(chosen: Collection[Entry]) -> str:
    """Return what is said of the files that are chosen."""
    if not chosen:
        return ""
    size = size_text(sum(entry.size for entry in chosen))
    return size if len(chosen) == 1 else f"{len(chosen)} files, {size}"


def parted(typed: str, folder: str) -> tuple[str, str]:
    """Return the folder that a typed path is in, and what is typed of a name in it.

    What begins with no slash is meant from ``folder`` on.
    """
    head, slash, name = typed.rpartition("/")
    if not slash:
        return (os.path.expanduser("~"), "") if typed == "~" else (folder, typed)  # noqa: PTH111 - Path's own may raise
    path = os.path.expanduser(head + slash)  # noqa: PTH111
    return os.path.normpath(os.path.join(folder, path)), name  # noqa: PTH118 - as above


def joined(folder: str, name: str) -> str:
    """Return the path of something in a folder."""
    return f"{folder.rstrip('/')}/{name}"


def above(folder: str) -> str:
    """Return the folder that a folder is in."""
    return os.path.dirname(folder.rstrip("/")) or "/"  # noqa: PTH120 - a text all the way
