"""What of transfers the next start goes on with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.link.kept_transfers import FILE, KeptTransfer, load, save
from asynchat.link.local_files import part_of
from asynchat.messages import File

if TYPE_CHECKING:
    import pytest

UP = KeptTransfer(direction="up", path=Path("/a/b.png"), name="b.png", room="lobby", begun="f1")
DOWN = KeptTransfer(
    direction="down",
    path=Path("/got"),
    name="c",
    fetched="f2",
    file=File(id="f2", name="c", size=1, type="t", sha256="00"),
    paused=True,
)


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    """In order, with all of it; where there is nothing, no file is left."""
    assert load(tmp_path) == []
    save(tmp_path, [UP, DOWN])
    assert load(tmp_path) == [UP, DOWN]
    save(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_a_path_may_be_any_bytes(tmp_path: Path) -> None:
    """A name in another encoding is kept as it is."""
    kept = KeptTransfer(
        direction="up", path=Path(os.fsdecode(b"/a/caf\xe9")), copy=Path("/é"), name="x"
    )
    save(tmp_path, [UP, kept])
    assert load(tmp_path) == [UP, kept]


def test_what_cannot_be_read_is_told_and_forgotten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Damage costs the transfers, and nothing else."""
    for damage in (b"[", b'[{"direction":"up"}]', b'[{"direction":"up","path":7,"name":"x"}]',
                   b'[{"direction":"up","path":["!"],"name":"x"}]', b"\xff"):  # fmt: skip
        (tmp_path / FILE).write_bytes(damage)
        caplog.clear()
        assert load(tmp_path) == []
        assert "cannot be read" in caplog.text


def test_what_was_to_come_is_removed(tmp_path: Path) -> None:
    """Its part is, from wherever it was to go; what is not there need not be."""
    for path in (tmp_path, tmp_path / "name.pdf"):
        kept = KeptTransfer(direction="down", path=path, name="x", fetched="f2")
        part = part_of(path, "f2")
        part.touch()
        kept.drop_part()
        kept.drop_part()
        assert not part.exists()
