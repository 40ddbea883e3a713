"""The display that window tests get."""

from __future__ import annotations

import sys
import tkinter as tk
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.window
def test_a_window_opens_and_is_seen_on_the_display(display: str) -> None:
    """A test marked ``window`` can open one, and the screen has the density it was promised."""
    root = tk.Tk()
    try:
        root.geometry("300x200+10+10")
        root.wait_visibility()
        assert root.winfo_viewable()
        if display.startswith(":") and root.winfo_screenwidth() == 1280:
            assert round(root.winfo_fpixels("1i")) == 96
    finally:
        root.destroy()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="windows without X")
@pytest.mark.parametrize(("required", "outcome"), [("", "skipped"), ("1", "errors")])
def test_without_a_display_window_tests_skip_unless_one_is_required(
    required: str, outcome: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no display to be had a window test skips and says why; where required, it fails."""
    pytester.makepyfile("import pytest\n@pytest.mark.window\ndef test_it(): pass")
    pytester.makefile(".ini", pytest="[pytest]\nmarkers = window\npythonpath = " + str(ROOT))
    monkeypatch.setenv("ASYNCHAT_REQUIRE_DISPLAY", required)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("DISPLAY", raising=False)
    result = pytester.runpytest_subprocess("-p", "tests.plugins.display", "-rs")
    assert result.parseoutcomes() == {outcome: 1}
    result.stdout.fnmatch_lines(["*no Xvfb; on Debian, install xvfb*"])
