"""Putting a file in its place, whole or not at all."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE
from asynchat.upkeep.files import placed
from asynchat.upkeep.opening import UpkeepError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data directory with a log in it."""
    data = tmp_path / "data"
    data.mkdir()
    (data / DATABASE_FILE).write_bytes(b"the log")
    return data


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path, data: Path) -> None:
    """Until then nothing has the name; then it is there for its owner only, and nothing else is."""
    target = tmp_path / "out" / "backup.db"
    target.parent.mkdir()
    with placed(target, force=False, data=data) as file:
        file.write_bytes(b"whole")
        assert not target.exists()
        assert file.parent == target.parent
    assert target.read_bytes() == b"whole"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_what_fails_leaves_nothing_behind(tmp_path: Path, data: Path) -> None:
    """The file of that name stays as it was, and the half one is gone."""
    target = tmp_path / "backup.db"
    target.write_bytes(b"before")
    for error in (ZeroDivisionError(), KeyboardInterrupt()):
        with pytest.raises(type(error)), placed(target, force=True, data=data) as file:  # noqa: PT012
            file.write_bytes(b"half")
            raise error
    with pytest.raises(UpkeepError, match="cannot be written: No space"):  # noqa: SIM117
        with placed(target, force=True, data=data):
            raise OSError(28, "No space left on device")
    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "data"]


def refusal(target: Path, data: Path, *, force: bool = False) -> str:
    """Return the sentence with which a target is refused."""
    with pytest.raises(UpkeepError) as caught, placed(target, force=force, data=data):
        pytest.fail("it was not refused")
    return str(caught.value)


def test_nothing_is_overwritten_unless_asked(tmp_path: Path, data: Path) -> None:
    """A file that is there stays, also one that came while ours was written; force replaces it."""
    target = tmp_path / "backup.db"
    target.write_bytes(b"before")
    assert "give --force to replace it" in refusal(target, data)
    with placed(target, force=True, data=data) as file:
        file.write_bytes(b"after")
    assert target.read_bytes() == b"after"
    late = tmp_path / "late.db"
    with pytest.raises(UpkeepError, match="--force"):  # noqa: SIM117
        with placed(late, force=False, data=data):
            late.write_bytes(b"another's")
    assert late.read_bytes() == b"another's"


def test_the_log_itself_is_never_replaced(data: Path) -> None:
    """Not even with force, under whatever name, and no file of SQLite's beside it."""
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
        assert "belongs to the log itself" in refusal(data / name, data, force=True)
        roundabout = data / ".." / data.name / name
        assert "belongs to the log itself" in refusal(roundabout, data, force=True)
    assert (data / DATABASE_FILE).read_bytes() == b"the log"


def test_a_place_that_is_none_is_refused(tmp_path: Path, data: Path) -> None:
    """A directory is no file, and there must be one to put it in."""
    assert "say which file in it" in refusal(tmp_path, data, force=True)
    assert "make it first" in refusal(tmp_path / "nowhere" / "b.db", data)
