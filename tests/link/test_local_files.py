"""Files on this computer."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from asynchat.link import local_files
from asynchat.link.local_files import ChangedError, Goal, Source, facts_of, part_of, target_of
from asynchat.link.transfer_wire import PIECE_BYTES

CONTENT = bytes(range(256)) * 2_000


def test_a_file_is_read_from_where_it_was_and_hashed_whole(tmp_path: Path) -> None:
    """The hash is that of all of it, also of what was sent before."""
    path = tmp_path / "a b.txt"
    path.write_bytes(CONTENT)
    name, size, mtime_ns = facts_of(path)
    assert (name, size) == ("a b.txt", len(CONTENT))
    source = Source(path, 300_000, size, mtime_ns)
    read = b""
    while data := source.read():
        read += data
    assert read == CONTENT[300_000:]
    assert source.sha256() == sha256(CONTENT).hexdigest()
    source.close()


def test_a_file_that_is_another_is_not_gone_on_with(tmp_path: Path) -> None:
    """Another size, another time, or an end before the place."""
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    _, size, mtime_ns = facts_of(path)
    for offset, size_then, time_then in (
        (0, size + 1, mtime_ns), (0, size, mtime_ns + 1), (size + 1, size, mtime_ns),
    ):  # fmt: skip
        with pytest.raises(ChangedError):
            Source(path, offset, size_then, time_then)


@pytest.mark.parametrize("size", [len(CONTENT) + 1, len(CONTENT) - 1])
def test_a_file_that_changes_while_it_is_read_is_no_more_read(tmp_path: Path, size: int) -> None:
    """Longer, shorter, or written over."""
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    _, was, mtime_ns = facts_of(path)
    source = Source(path, 0, was, mtime_ns)
    assert source.read() == CONTENT[:PIECE_BYTES]
    os.truncate(path, size)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    with pytest.raises(ChangedError):
        source.read()
    source.close()


def test_what_is_said_to_be_shorter_is_not_read_beyond(tmp_path: Path) -> None:
    """No more is sent than was announced."""
    path = tmp_path / "a"
    path.write_bytes(b"")
    _, _, mtime_ns = facts_of(path)
    source = Source(path, 0, 0, mtime_ns)
    assert source.read() == b""
    source.close()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """It cannot be sent."""
    with pytest.raises(IsADirectoryError):
        facts_of(tmp_path)


def test_a_file_comes_where_it_was_asked_for(tmp_path: Path) -> None:
    """Into a folder under its clean name, or to a path under the name given."""
    assert target_of(tmp_path, "../x") == (tmp_path, "x")
    assert target_of(tmp_path / "y.pdf", "x") == (tmp_path, "y.pdf")


def test_an_id_from_the_network_is_no_path(tmp_path: Path) -> None:
    """Whatever a server calls a file, its part is in the folder."""
    assert part_of(tmp_path, "../../etc/passwd").parent == tmp_path
    assert "/" not in part_of(tmp_path, "../x").name


def test_every_target_has_a_part_of_its_own(tmp_path: Path) -> None:
    """So that one file can come to two at once."""
    parts = {part_of(path, "f1") for path in (tmp_path, tmp_path / "a", tmp_path / "b")}
    assert len(parts) == 3
    assert {part.parent for part in parts} == {tmp_path}


def whole(folder: Path, name: str = "a.txt") -> Path:
    """Bring a file to a folder in two parts; return where it is."""
    goal = Goal(folder, name, "f1")
    goal.write(CONTENT[:1000])
    goal.close()
    goal = Goal(folder, name, "f1")
    assert goal.offset == 1000
    goal.write(CONTENT[1000:])
    assert goal.settle() == sha256(CONTENT).hexdigest()
    return goal.place()


def test_it_goes_on_where_it_was_and_gets_its_name_last(tmp_path: Path) -> None:
    """Nothing else is left, and a second one has a number."""
    assert whole(tmp_path) == tmp_path / "a.txt"
    assert whole(tmp_path) == tmp_path / "a (2).txt"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a (2).txt", "a.txt"]
    assert (tmp_path / "a (2).txt").read_bytes() == CONTENT


def no_link(*_: Any) -> None:
    """Be a disk that has one name for a file."""
    raise OSError(errno.EPERM, "no links here")


def test_a_disk_without_links_takes_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT has one name for a file: still nothing is overwritten."""
    monkeypatch.setattr(os, "link", no_link)
    assert whole(tmp_path) == tmp_path / "a.txt"
    assert whole(tmp_path) == tmp_path / "a (2).txt"


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_part_that_is_gone_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Whoever took it away gets nothing in its place."""
    goal = Goal(tmp_path, "a.txt", "f1")
    goal.write(CONTENT)
    goal.part.unlink()
    if not links:
        monkeypatch.setattr(os, "link", no_link)
    with pytest.raises(FileNotFoundError):
        goal.place()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_cannot_be_given_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk has no links and refuses at last, no empty file has the name."""

    def refuse(*_: Any) -> None:
        raise OSError(errno.EIO, "no more")

    monkeypatch.setattr(os, "link", no_link)
    goal = Goal(tmp_path, "a.txt", "f1")
    goal.write(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(OSError, match="no more"):
            goal.place()
    assert list(tmp_path.iterdir()) == [goal.part]


def test_where_every_name_is_taken_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops looking."""
    monkeypatch.setattr(local_files, "_ENOUGH", 1)
    whole(tmp_path)
    with pytest.raises(FileExistsError):
        whole(tmp_path)


def test_what_is_given_up_is_gone(tmp_path: Path) -> None:
    """No part of it is left."""
    goal = Goal(tmp_path, "a", "f1")
    goal.write(b"x")
    goal.drop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [Source, Goal])
def test_what_cannot_be_read_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Source | Goal]
) -> None:
    """A failure while it is hashed leaves nothing open."""
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    part_of(tmp_path, "f1").write_bytes(CONTENT)
    monkeypatch.setattr(local_files, "_HASHED_AT_ONCE", "no number")
    _, size, mtime_ns = facts_of(path)
    with pytest.raises(TypeError):
        Source(path, 5, size, mtime_ns) if kind is Source else Goal(tmp_path, "a", "f1")
