from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.window import clipboard
from tests.window.files import a_picture, offered, picker
from tests.window.test_clipboard import program

if TYPE_CHECKING:
    import tkinter as tk
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving", "tests.window.sharing"]
pytestmark = pytest.mark.window


async def test_a_picture_is_pasted_seen_and_saved(
    *,
    chat: ChatWindow,
    ben: Client,
    root: tk.Tk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    press: Press,
    until: Until,
) -> None:
    """Its small picture comes into the transcript, and what is saved are the same bytes."""
    picture = a_picture()
    (tmp_path / "clip.png").write_bytes(picture)
    program(tmp_path, "xclip", f'case "$*" in *image/png*) exec cat "{tmp_path}/clip.png";; esac')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    screen = chat.screen
    screen.composer.text.event_generate("<<Paste>>")
    await until(lambda: screen.attachments.shown)
    pasted = screen.attachments.shown[0].path
    assert pasted.stat().st_mode & 0o777 == 0o600
    await press(screen.composer.text, "Return")
    await until(lambda: offered(chat))
    await until(lambda: not pasted.exists())
    await until(lambda: len(screen.transcript.files.live) == 1)

    with pytest.raises(ChatError):
        chat.commands.do("open-folder")
    await press(screen.composer.text, "Alt-s")
    dialog = await picker(chat, until)
    assert dialog.typed == pasted.name
    dialog.name.delete(0, "end")
    dialog.name.insert(0, str(tmp_path / "saved.png"))
    await press(dialog.name, "Return")
    await until((tmp_path / "saved.png").exists)
    assert (tmp_path / "saved.png").read_bytes() == picture
    rows = screen.transfers.rows
    await until(lambda: any("saved in" in row.words for row in rows.values()))

    program(tmp_path, "xdg-open", f'printf %s "$1" > "{tmp_path}/opened"')
    chat.commands.do("open-folder")
    await until(lambda: (tmp_path / "opened").exists() and (tmp_path / "opened").read_text())
    assert (tmp_path / "opened").read_text() == str(tmp_path)
    chat.commands.do("copy-file")
    file = offered(chat)[0].file
    assert file is not None
    assert root.clipboard_get() == file.id


async def test_one_says_something_with_a_reply_and_files(
    chat: ChatWindow, ben: Client, tmp_path: Path, until: Until
) -> None:
    """A reply is a message of its own, and the files come after it."""
    (tmp_path / "a.txt").write_text("text")
    said = await ben.send("lobby", "what is it?")
    await until(lambda: chat.session.line(said.seq))
    line = chat.session.line(said.seq)
    assert line is not None
    chat.sharing.attaching.add([tmp_path / "a.txt"])
    await until(lambda: chat.screen.attachments.shown)
    chat.composing.reply(line)
    chat.screen.composer.insert("this")
    chat.send()
    await until(lambda: offered(chat))
    lines = chat.session.histories.state("lobby").timeline.lines
    assert [each.text for each in lines if each.reply_to == said.seq] == ["this"]
    assert offered(chat)[0].text == ""
