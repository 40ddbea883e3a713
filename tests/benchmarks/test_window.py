"""The benchmark of the window, as short as it can be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import ground, window
from benchmarks.corpus import Corpus

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.window
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc and runs Xvfb")
def test_it_measures_every_row(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part runs on the real client to its end, and has its figures in the table."""
    monkeypatch.delenv("XAUTHORITY", raising=False)
    try:
        rows = window.measure(window.SHORT, ())
    except ground.MissingError as missing:
        pytest.skip(str(missing))
    assert len(rows) == 10
    assert all(row.measured.startswith("**") for row in rows)
    shown = capfd.readouterr().out
    table = window.table(rows)
    for row in rows:
        assert " | ".join(row) in shown
        assert " | ".join(row) in table
    assert "Python" in table


def test_the_same_is_said_again() -> None:
    """A seed makes the same messages each time, and another one others."""
    first, second, other = Corpus(1), Corpus(1), Corpus(2)
    texts = [first.text() for _ in range(50)]
    assert texts == [second.text() for _ in range(50)]
    assert texts != [other.text() for _ in range(50)]


def test_every_kind_is_said() -> None:
    """Among a few hundred messages there is code, a link, an emoji, and a long one."""
    corpus = Corpus()
    texts = [corpus.text() for _ in range(300)]
    for sign in ("```", "https://", "🎉", "**", "\n- "):
        assert any(sign in text for text in texts)
    assert max(map(len, texts)) > 600


def test_the_table_takes_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands around the table on the page stays, and the old table does not."""
    page = tmp_path / "performance.md"
    begin, end = window._BEGIN, window._END
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(window, "PAGE", page)
    window.write("new")
    assert page.read_text(encoding="utf-8") == f"before\n{begin}\n\nnew\n\n{end}\nafter\n"
