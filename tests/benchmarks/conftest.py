"""What is measured is measured as people have it: without the tracing of the suite's coverage."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let coverage trace no program that a benchmark starts: what they run, other tests cover."""
    for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)
