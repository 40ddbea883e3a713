"""Files as who runs a server keeps them."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from asynchat.messages import File
from asynchat.store.blobs import Blobs
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from asynchat.upkeep.backup import backup
from asynchat.upkeep.check import check
from asynchat.upkeep.opening import UpkeepError, open_log
from asynchat.upkeep.restore import restore
from asynchat.upkeep.stored_files import (
    copy_files,
    file_findings,
    folder_of,
    message_of,
    storage_lines,
    write_files,
)
from tests.file_client import content_of, cut_all, say_file, ticket, upload
from tests.upkeep.logs import command, make_log
from tests.upkeep.test_order_commands import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.server import Server
    from tests.serving import Join, Serve

pytest_plugins = ["tests.serving"]

CONTENT = content_of(50_000)
HASH = sha256(CONTENT).hexdigest()
NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


@pytest.fixture
async def data(serve: Serve, join: Join, tmp_path: Path) -> Path:
    """Give the directory of a server that has two files of one content, one unsaid, one half."""
    server = await serve(store=SqliteStore(tmp_path / "data"))
    ada = await join(server, "ada")
    await say_file(ada, server, CONTENT, "a.bin")
    await ada.ask("create", room="den")
    await say_file(ada, server, CONTENT, "a.bin", room="den")
    await upload(ada, server, b"unsaid", "b.txt")
    await ticket(ada, "c", 1000)
    await serve.stop(server)
    return tmp_path / "data"


def findings(data: Path) -> list[str]:
    """Return what check says."""
    return list(check(data))


async def test_a_backup_has_the_files(data: Path, tmp_path: Path) -> None:
    """Beside it, compared while they are copied; restoring brings them back, once."""
    file = tmp_path / "backup.db"
    backup(data, file)
    kept = Blobs.at(folder_of(file))
    assert {name for name, _ in kept.names()} == {HASH, sha256(b"unsaid").hexdigest()}
    assert kept.blob(HASH).read_bytes() == CONTENT
    inode = kept.blob(HASH).stat().st_ino
    backup(data, file, force=True)
    assert kept.blob(HASH).stat().st_ino == inode
    restore(tmp_path / "new", file, force=False, now=NOW)
    assert Blobs(tmp_path / "new").blob(HASH).read_bytes() == CONTENT
    assert findings(tmp_path / "new") == []


async def test_a_damaged_file_is_in_no_backup(data: Path, tmp_path: Path) -> None:
    """It is left out and said, as is one that is missing; all else is copied, and restored."""
    blob, file = Blobs(data).blob(HASH), tmp_path / "backup.db"
    other = sha256(b"unsaid").hexdigest()
    blob.write_bytes(CONTENT[::-1])
    done = await asyncio.to_thread(command, "backup", "--data", str(data), str(file))
    assert done.returncode == 1
    assert f"left out, missing or damaged: {blob}" in done.stderr
    assert file.exists()
    assert {name for name, _ in Blobs.at(folder_of(file)).names()} == {other}
    blob.unlink()
    assert backup(data, file, force=True)[1] == [blob]
    new = tmp_path / "new"
    done = await asyncio.to_thread(command, "restore", "--data", str(new), str(file))
    assert done.returncode == 1
    assert f"left out, missing or damaged: {Blobs.at(folder_of(file)).blob(HASH)}" in done.stderr
    assert {name for name, _ in Blobs(new).names()} == {other}
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(UpkeepError, match="cannot be written"):
        copy_files(Blobs(data), Blobs.at(tmp_path / "blocked"), data / DATABASE_FILE)


def test_a_log_of_an_earlier_release_has_no_files(tmp_path: Path) -> None:
    """It is copied as it is."""
    from tests.store.test_golden import GOLDEN

    log = GOLDEN / "version_5.db"
    assert copy_files(Blobs(tmp_path), Blobs.at(tmp_path / "to"), log) == []


async def test_check_compares_the_files(data: Path) -> None:
    """Changed, missing, unreadable: each file that has it is told, and only those."""
    assert findings(data) == []
    blob = Blobs(data).blob(HASH)
    blob.write_bytes(CONTENT[::-1])
    assert [line.split(": ")[1] for line in findings(data)] == ["it is not as it was written"] * 2
    blob.unlink()
    assert [line.split(": ")[1] for line in findings(data)] == ["it is not there"] * 2
    blob.parent.rmdir()
    blob.parent.write_text("a file")
    assert all("it cannot be read: " in line for line in findings(data))


async def test_what_is_deleted_meanwhile_is_no_damage(data: Path) -> None:
    """A server that runs may have removed a file since the look began."""
    with closing(open_log(data / DATABASE_FILE)) as db:
        db.execute("BEGIN")
        assert list(file_findings(db, data)) == []
        Blobs(data).blob(HASH).unlink()
        import sqlite3

        with closing(sqlite3.connect(data / DATABASE_FILE)) as other, other:
            other.execute("DELETE FROM files")
        assert list(file_findings(db, data)) == []


async def test_storage_is_told(data: Path) -> None:
    """By account, by room, and the largest; the same content counts once on the disk."""
    shown = list(storage_lines(data))
    assert shown[0] == "4 files, 51 kB on disk"
    assert shown[2:4] == ["ACCOUNT  FILES  SIZE", "ada      4      101 kB"]
    assert [line.split() for line in shown[5:8]] == [
        ["ROOM", "FILES", "SIZE"],
        ["lobby", "3", "51", "kB"],
        ["den", "1", "50", "kB"],
    ]
    assert shown[9].split() == ["FILE", "SIZE", "ROOM", "NAME"]
    assert shown[10].endswith("a.bin")
    done = await asyncio.to_thread(command, "storage", "--data", str(data))
    assert done.stdout.splitlines() == shown


async def test_a_file_is_purged(serve: Serve, join: Join, tmp_path: Path) -> None:
    """With its message, and the audit log has it; what is unsaid or not there is told."""
    server: Server = await serve(store=SqliteStore(tmp_path / "data"), data=tmp_path / "data")
    ada = await join(server, "ada")
    said = await say_file(ada, server, CONTENT)
    file = said["file"]["id"]
    assert await run(server, "purge", file) == [f"{file} is deleted, with its message."]
    assert (await ada.expect("redacted"))["about"] == said["seq"]
    assert any("delete" in line for line in await run(server, "audit"))
    await server._hub.storage.sweep()
    assert not list(Blobs(tmp_path / "data").names())
    with pytest.raises(UpkeepError, match="no file"):
        await run(server, "purge", file)
    unsaid = await upload(ada, server, b"x")
    with pytest.raises(UpkeepError, match="by itself"):
        message_of(tmp_path / "data", unsaid["id"])


async def test_an_export_may_have_the_files(data: Path, tmp_path: Path) -> None:
    """Under their names, none over another; what is missing is told."""
    target = tmp_path / "out"
    options = ["export", "--all", "--data", str(data), "--files", str(target)]
    done = await asyncio.to_thread(command, *options)
    assert done.returncode == 0
    assert sorted(path.name for path in target.iterdir()) == ["a (2).bin", "a.bin"]
    assert (target / "a (2).bin").read_bytes() == CONTENT
    Blobs(data).blob(HASH).unlink()
    done = await asyncio.to_thread(command, *options)
    assert "2 files are not there any more" in done.stderr


def test_files_go_only_where_there_may_be_some(tmp_path: Path) -> None:
    """A folder that cannot be made is told."""
    make_log(tmp_path / "data")
    (tmp_path / "out").write_text("a file")
    file = File(id="f1", name="a", size=1, type="t", sha256=HASH)
    with pytest.raises(UpkeepError, match="cannot be written"):
        write_files(tmp_path / "data", [file], tmp_path / "out")
