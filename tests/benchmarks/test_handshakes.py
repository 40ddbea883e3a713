"""The benchmark of TLS, as short as it can be."""

from __future__ import annotations

import sys

import pytest

from benchmarks import handshakes


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_it_measures_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Each loop is measured without TLS and with it, and with those that are half open."""
    pytest.importorskip("uvloop")
    handshakes.main(["--connections", "5", "--half-open", "20", "--settle-s", "0.05"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all("KiB" in line for line in lines)
