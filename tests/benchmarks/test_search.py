"""The benchmark of search, on a small log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.search import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_measures_a_small_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It makes a log, searches it at the store and over a connection, and says what it took."""
    main(["--messages", "2000", "--queries", "20", "--data", str(tmp_path)])
    made, store, wire = capsys.readouterr().out.splitlines()
    assert made.startswith("2,000 messages in 450 rooms: stored in ")
    assert store.startswith("at the store: p50 ")
    assert wire.startswith("over the wire: p50 ")
