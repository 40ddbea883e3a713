"""Files beside the log: copied into a backup and back, compared with their hashes, and told of.

A backup has them in a folder beside its file, under their hashes, so that the next one copies
only what is new.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Final

from asynchat.chat.files import numbered, size_text
from asynchat.chat.order_tables import lines
from asynchat.files import placed, sync
from asynchat.store.blobs import FILES_DIRECTORY, Blobs, hash_of
from asynchat.store.held import load_all
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.schema import VERSION, version_of
from asynchat.text import one_line
from asynchat.upkeep.opening import UpkeepError, open_log

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from asynchat.chat.files import Held
    from asynchat.messages import File

_LARGEST: Final = 10


class _DamagedError(Exception):
    """A file is not as it was written."""


def folder_of(backup: Path) -> Path:
    """Return where a backup has its files."""
    return backup.with_name(f"{backup.name}.{FILES_DIRECTORY}")


def copy_files(source: Blobs, target: Blobs, log: Path) -> list[Path]:
    """Copy the files that a log names and that are not there yet; return those left out.

    They are missing, or not as they were written: `check` tells which.  Raise `UpkeepError`.
    """
    left_out: list[Path] = []
    for sha256 in _hashes(log):
        place = target.blob(sha256)
        if place.exists():
            continue
        try:
            _copy(source.blob(sha256), place, sha256, target.directory)
        except (FileNotFoundError, _DamagedError):
            left_out.append(source.blob(sha256))
        except OSError as error:
            raise UpkeepError(f"{place} cannot be written: {error.strerror or error}.") from error
    return left_out


def file_findings(db: sqlite3.Connection, data: Path) -> Iterator[str]:
    """Yield what is wrong with the files of a data directory."""
    blobs = Blobs(data)
    looked: dict[str, str] = {}
    for held in load_all(db):
        if not held.sha256:
            continue
        if held.sha256 not in looked:
            looked[held.sha256] = _state_of(blobs.blob(held.sha256), held)
        if looked[held.sha256] and not _is_gone(data, held.id):
            yield f"file {one_line(held.id)} ({one_line(held.name)}): {looked[held.sha256]}"


def storage_lines(data: Path) -> Iterator[str]:
    """Yield what files take: by account, by room, and the largest.  Raise `UpkeepError`."""
    with closing(open_log(data / DATABASE_FILE)) as db:
        files = load_all(db)
        names = dict(db.execute("SELECT id, coalesce(name, was, id) FROM accounts"))
    content = {held.sha256 or held.id: held.size for held in files}
    yield f"{len(files)} files, {size_text(sum(content.values()))} on disk"
    for title, groups in (
        ("ACCOUNT", _sums((names.get(held.account, held.account), held.size) for held in files)),
        ("ROOM", _sums((held.room, held.size) for held in files)),
    ):
        yield ""
        yield from lines(
            [
                (title, "FILES", "SIZE"),
                *((name, str(count), size_text(size)) for name, count, size in groups),
            ]
        )
    yield ""
    largest = sorted(files, key=lambda held: (-held.size, held.id))[:_LARGEST]
    yield from lines(
        [
            ("FILE", "SIZE", "ROOM", "NAME"),
            *((held.id, size_text(held.size), held.room, held.name) for held in largest),
        ]
    )


def message_of(data: Path, file: str) -> tuple[str, int]:
    """Return the room and the seq of the message that offers a file.  Raise `UpkeepError`."""
    with closing(open_log(data / DATABASE_FILE)) as db:
        found = [held for held in load_all(db) if held.id == file]
    if not found:
        raise UpkeepError(
            f"There is no file {one_line(file)}: `asynchat-server storage` shows the largest."
        )
    if found[0].seq is None:
        raise UpkeepError("No message offers this file yet; it goes by itself in a day.")
    return found[0].room, found[0].seq


def write_files(data: Path, files: Iterable[File], folder: Path) -> int:
    """Write files under their names into a folder that is made; return how many are missing.

    Raise `UpkeepError`.
    """
    blobs = Blobs(data)
    missing = 0
    taken: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            name = next(
                one
                for one in numbered(file.name)
                if one.casefold() not in taken and not (folder / one).exists()
            )
            taken.add(name.casefold())
            try:
                shutil.copyfile(blobs.blob(file.sha256), folder / name)
            except FileNotFoundError:
                missing += 1
    except OSError as error:
        raise UpkeepError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return missing


def _hashes(log: Path) -> list[str]:
    with closing(open_log(log, any_version=True)) as db:
        if version_of(db) < VERSION:
            return []  # it has none
        return sorted({held.sha256 for held in load_all(db) if held.sha256})


def _copy(source: Path, place: Path, sha256: str, directory: Path) -> None:
    digest = hashlib.sha256()
    with source.open("rb") as stream:
        for one in (directory, place.parent):
            one.mkdir(mode=0o700, exist_ok=True)
        with placed(place, replace=True) as new, new.open("wb") as target:
            while piece := stream.read(1024 * 1024):
                digest.update(piece)
                target.write(piece)
            if digest.hexdigest() != sha256:
                raise _DamagedError
    sync(place.parent)


def _state_of(path: Path, held: Held) -> str:
    try:
        size = path.stat().st_size
        if size != held.size or hash_of(path) != held.sha256:
            return "it is not as it was written"
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    return ""


def _is_gone(data: Path, file: str) -> bool:
    """Tell whether a server that runs has removed a file since we began to look."""
    with closing(open_log(data / DATABASE_FILE)) as db:
        return db.execute("SELECT 1 FROM files WHERE id = ?", (file,)).fetchone() is None


def _sums(files: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    sizes: dict[str, list[int]] = defaultdict(list)
    for name, size in files:
        sizes[name].append(size)
    groups = [(name, len(some), sum(some)) for name, some in sizes.items()]
    return sorted(groups, key=lambda group: (-group[2], group[0]))
