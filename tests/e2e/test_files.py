from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.messages import Said
from tests.e2e.windows import DEADLINE_S, Window

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.notices import Notice
    from asynchat.messages import File
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="there is no xdotool"),
    pytest.mark.skipif(shutil.which("xclip") is None, reason="there is no xclip"),
]


async def copied(path: Path) -> asyncio.subprocess.Process:
    """Have a picture on the clipboard, as another program would."""
    return await asyncio.create_subprocess_exec(
        *("xclip", "-quiet", "-selection", "clipboard", "-target", "image/png", "-in", str(path)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def test_files_go_from_window_to_window(
    display: str,
    serve: Serve,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that is picked and a picture that is pasted in one are saved in the other.

    Everything is done by keys, and the bytes are the same.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    server = await serve()
    sent: list[File] = []

    def listen(notice: Notice) -> None:
        if isinstance(notice, Arrived) and isinstance(notice.event, Said) and notice.event.file:
            sent.append(notice.event.file)

    document, picture = tmp_path / "report.bin", tmp_path / "picture.png"
    document.write_bytes(os.urandom(2_000_000))
    Image.effect_noise((640, 400), 60).save(picture)
    async with Client(server.address, name="watcher", data=tmp_path / "watcher") as watcher:
        watcher.subscribe(listen)
        ada = await Window.open(tmp_path / "ada", server.address, "--name", "ada")
        ben = await Window.open(tmp_path / "ben", server.address, "--name", "ben")
        try:
            await until(lambda: watcher.online("lobby") == 3, DEADLINE_S)
            await ada.front()
            await ada.keys("ctrl+u")
            await ada.dialog("Attach files")
            await ada.type(str(document))
            await ada.keys("Return")
            await ada.in_front()
            await ada.type("the report")
            await ada.keys("Return")
            await until(lambda: len(sent) == 1, DEADLINE_S)
            assert sent[0].name == document.name
            await save(ben, tmp_path / "saved.bin", until)
            assert (tmp_path / "saved.bin").read_bytes() == document.read_bytes()

            owner = await copied(picture)
            await ada.front()
            await ada.keys("ctrl+v")
            # It is attached once its file is there.
            pasted = tmp_path / "cache"
            await until(lambda: [*pasted.rglob("picture-*.png")], DEADLINE_S)
            await ada.keys("Return")
            await until(lambda: len(sent) == 2, DEADLINE_S)
            assert (sent[1].width, sent[1].height, sent[1].preview) == (640, 400, True)
            await save(ben, tmp_path / "saved.png", until)
            assert (tmp_path / "saved.png").read_bytes() == picture.read_bytes()
            owner.kill()
            await owner.wait()
        finally:
            for window in (ada, ben):
                await window.end()
        for window in (ada, ben):
            assert "Traceback" not in window.log


async def save(window: Window, path: Path, until: Until) -> None:
    """Save the newest file of a window's room."""
    await window.front()
    await window.keys("alt+s")
    await window.dialog("Save")
    await window.keys("ctrl+slash")
    await window.type(str(path))
    await window.keys("Return")
    await until(path.exists, DEADLINE_S)
    await window.in_front()
