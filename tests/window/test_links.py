from __future__ import annotations

import os
import sys
import webbrowser
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.window.links import is_safe, open_folder, open_link

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/a?b=1&c=$(x)"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        (URL, True),
        ("HTTP://example.org", True),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("-flag", False),
        ("https://example.org/\x1b[2J", False),
        ("https://example.org/\u202egnp.exe", False),
        ("https://example.org/a\nb", False),
    ],
)
def test_only_the_web_opens(url: str, safe: bool) -> None:
    """Only http and https to some host may be opened."""
    assert is_safe(url) is safe


async def test_what_may_not_be_opened_is_refused() -> None:
    """A refusal is a sentence."""
    with pytest.raises(ChatError, match="http"):
        await open_link("file:///etc/passwd")


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is no xdg-open")
@pytest.mark.parametrize("status", [0, 3])
async def test_the_desktop_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """xdg-open gets the address as one argument, and is believed when it says it failed."""
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/url"\nexit {status}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    if status:
        with pytest.raises(ChatError, match="browser"):
            await open_link(URL)
    else:
        await open_link(URL)
    assert (tmp_path / "url").read_text() == URL


async def test_without_xdg_open_python_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no xdg-open, the standard library knows a browser, or none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return len(opened) == 1

    monkeypatch.setattr(webbrowser, "open", browse)
    await open_link(URL)
    with pytest.raises(ChatError, match="browser"):
        await open_link(URL)
    assert opened == [URL, URL]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is no xdg-open")
@pytest.mark.parametrize("status", [0, 3])
async def test_a_folder_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """One that is there; a file is never opened."""
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown"\nexit {status}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ChatError, match="not there"):
        await open_folder(program)
    assert not (tmp_path / "shown").exists()
    if status:
        with pytest.raises(ChatError, match="No program"):
            await open_folder(tmp_path)
    else:
        await open_folder(tmp_path)
    assert (tmp_path / "shown").read_text() == str(tmp_path)
