"""Putting a file in its place; more of it is tried in ``tests/upkeep``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.files import placed, sync

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    """Under its name, alone; another file of that name is only replaced where one wants that."""
    target = tmp_path / "talk.txt"
    with placed(target, replace=False) as file:
        file.write_bytes(b"one")
        assert not target.exists()
    with pytest.raises(FileExistsError), placed(target, replace=False):
        pytest.fail("it was not refused")
    with placed(target, replace=True) as file:
        file.write_bytes(b"two")
    assert target.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [target]


def test_files_and_directories_are_brought_to_disk(tmp_path: Path) -> None:
    """Both can be waited for, and what is not there is an error."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    sync(file)
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "nothing")
