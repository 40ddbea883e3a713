"""The bytes of files on disk."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from asynchat.store.blobs import Blobs, Part, hash_of

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"\x00\x01" * 2_000_000
HASH = sha256(CONTENT).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """Give an empty directory of files."""
    return Blobs(tmp_path)


def put(blobs: Blobs, id: str, content: bytes) -> str:
    """Store something whole; return its hash."""
    part = blobs.part(id)
    part.write(content)
    digest = part.settle()
    part.close()
    blobs.keep(part, digest)
    return digest


def names(blobs: Blobs) -> list[str]:
    """Return everything there is."""
    return [str(path.relative_to(blobs.directory)) for _, path in blobs.names()]


def test_what_is_whole_is_under_its_hash_for_its_owner_only(blobs: Blobs) -> None:
    """Nobody else on the machine reads it, and nothing is left of the part."""
    assert put(blobs, "f1", CONTENT) == HASH
    assert names(blobs) == [f"{HASH[:2]}/{HASH}"]
    assert blobs.blob(HASH).read_bytes() == CONTENT
    assert stat.S_IMODE(blobs.blob(HASH).stat().st_mode) == 0o600
    for directory in (blobs.directory, blobs.blob(HASH).parent):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert hash_of(blobs.blob(HASH)) == HASH


def test_the_same_content_is_stored_once(blobs: Blobs) -> None:
    """A second file of the same bytes takes no room, and heals a first one that rotted."""
    put(blobs, "f1", CONTENT)
    blobs.blob(HASH).write_bytes(b"rotten")
    put(blobs, "f2", CONTENT)
    assert names(blobs) == [f"{HASH[:2]}/{HASH}"]
    assert blobs.blob(HASH).read_bytes() == CONTENT


def test_a_part_goes_on_where_it_was_left(blobs: Blobs) -> None:
    """Its hash is that of all of it, and it tells how it begins."""
    assert blobs.begun("f1") == 0
    part = blobs.part("f1")
    part.write(CONTENT[:1_500_001])
    part.close()
    assert blobs.begun("f1") == 1_500_001
    part = blobs.part("f1")
    assert part.size == 1_500_001
    part.write(memoryview(CONTENT)[1_500_001:])
    assert part.settle() == HASH
    assert part.head() == CONTENT[:512]
    assert part.size == len(CONTENT)
    part.close()


def test_a_part_that_cannot_be_read_is_not_left_open(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails while it is hashed holds no file."""
    blobs.part("f1").close()
    (blobs.directory / "parts" / "f1").write_bytes(CONTENT)
    closed: list[bool] = []
    close = Part.close

    def noting(part: Part) -> None:
        closed.append(True)
        close(part)

    monkeypatch.setattr(Part, "close", noting)
    monkeypatch.setattr("asynchat.store.blobs._PIECE_BYTES", "no number")
    with pytest.raises(TypeError):
        blobs.part("f1")
    assert closed


def test_a_disk_that_takes_a_little_at_a_time_gets_all(blobs: Blobs) -> None:
    """A write that was cut short is gone on with."""
    reading, writing = os.pipe()
    part = blobs.part("f1")
    part.close()
    os.set_blocking(writing, True)
    part._stream = os.fdopen(writing, "wb", buffering=0)
    part.write(b"x" * 1000)
    assert os.read(reading, 2000) == b"x" * 1000
    part.close()
    os.close(reading)


def test_previews_are_beside_what_they_are_of(blobs: Blobs) -> None:
    """They are known by the same hash, so that both go together."""
    put(blobs, "f1", CONTENT)
    blobs.keep_preview(HASH, b"small")
    assert blobs.preview(HASH).read_bytes() == b"small"
    assert [name for name, _ in blobs.names()] == [HASH, HASH]


def test_a_disk_tells_what_it_has_left(blobs: Blobs) -> None:
    """It can be asked before there is any file."""
    assert blobs.free() > 0
    assert list(blobs.names()) == []


def test_there_need_not_be_a_directory(tmp_path: Path) -> None:
    """A server without files has none of theirs."""
    assert list(Blobs(tmp_path / "nowhere").names()) == []
