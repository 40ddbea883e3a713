"""One process at a time holds a directory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.lock import DirectoryLock, LockHeldError

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys, pathlib
from asynchat.lock import DirectoryLock
DirectoryLock(pathlib.Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_held_directory_is_refused(tmp_path: Path) -> None:
    """A second lock, even of the same process, says that the directory is in use."""
    lock, other = DirectoryLock(tmp_path), DirectoryLock(tmp_path)
    lock.acquire()
    with pytest.raises(LockHeldError, match="in use"):
        other.acquire()
    lock.release()
    other.acquire()
    other.release()


def test_releasing_twice_is_nothing(tmp_path: Path) -> None:
    """What is not held needs no release; a released lock may be taken again."""
    lock = DirectoryLock(tmp_path)
    lock.release()
    lock.acquire()
    lock.release()
    lock.release()
    lock.acquire()
    lock.release()


def test_the_file_stays_and_is_private(tmp_path: Path) -> None:
    """The lock's file is left behind, and is for its owner only."""
    lock = DirectoryLock(tmp_path)
    lock.acquire()
    lock.release()
    assert lock.path.exists()
    if sys.platform != "win32":
        assert lock.path.stat().st_mode & 0o777 == 0o600


def test_a_missing_directory_is_an_os_error(tmp_path: Path) -> None:
    """Where there is no directory nothing is made."""
    with pytest.raises(FileNotFoundError):
        DirectoryLock(tmp_path / "none").acquire()


def test_what_cannot_be_locked_is_an_os_error(tmp_path: Path) -> None:
    """Another trouble than a held lock is not taken for one."""
    (tmp_path / "lock").mkdir()
    with pytest.raises(OSError, match="lock"):
        DirectoryLock(tmp_path).acquire()


def test_the_system_releases_it_when_its_process_is_killed(tmp_path: Path) -> None:
    """A process that dies without a word leaves no lock behind."""
    lock = DirectoryLock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LockHeldError):
            lock.acquire()
        holder.kill()
        holder.wait(10)
    lock.acquire()
    lock.release()
