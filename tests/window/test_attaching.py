from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.window.presenters.commands import Given
from tests.window.files import offered, picker

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving", "tests.window.sharing"]
pytestmark = pytest.mark.window


async def test_files_are_attached_and_sent_with_captions(
    chat: ChatWindow, ben: Client, tmp_path: Path, press: Press, until: Until
) -> None:
    """Picked by Ctrl+U and by the button; what is written goes with the first of them."""
    for name in ("one.txt", "two.txt", "three.txt"):
        (tmp_path / name).write_text(name)
    screen, strip = chat.screen, chat.screen.attachments
    for name in ("one.txt", "two.txt", "three.txt"):
        if name == "one.txt":
            await press(screen.composer.text, "Control-u")
        else:
            screen.composer.attach.invoke()
        dialog = await picker(chat, until)
        dialog.name.insert(0, str(tmp_path / name))
        await press(dialog.name, "Return")
        await until(lambda: name in [one.path.name for one in strip.shown])  # noqa: B023
    strip.captions[1].insert(0, "the second")
    strip.removals[2].invoke()
    assert len(strip.shown) == 2
    screen.composer.insert("look at this")
    chat.send()
    assert not list(strip.shown)
    assert screen.composer.typed == ""
    await until(lambda: len(offered(chat)) == 2)
    told = {line.file.name: line.text for line in offered(chat) if line.file is not None}
    assert told == {"one.txt": "look at this", "two.txt": "the second"}
    chat.screen.transcript.update_idletasks()
    assert "one.txt" in screen.transcript.shown


async def test_what_cannot_be_sent_is_told(
    chat: ChatWindow, ben: Client, said: list[str], tmp_path: Path, until: Until
) -> None:
    """A folder, and what is not there; a message without a file has none to save."""
    chat.commands.do("attach", Given(words=str(tmp_path / "none")))
    await until(lambda: said)
    assert "none cannot be sent: No such file" in said[-1]
    chat.sharing.attaching.add([tmp_path])
    await until(lambda: len(said) == 2)
    assert "is no file" in said[-1]
    chat.session.post("hello")
    await until(lambda: not chat.session.client.outbox)
    with pytest.raises(ChatError, match="No file came"):
        chat.commands.do("save-file")


async def test_a_file_is_sent_by_its_path(
    chat: ChatWindow, ben: Client, tmp_path: Path, until: Until
) -> None:
    """By ``/send PATH``; it is told in the panel of files on their way."""
    (tmp_path / "a b.txt").write_text("text")
    chat.screen.composer.insert(f"/send {tmp_path}/a b.txt")
    chat.send()
    await until(lambda: offered(chat))
    chat.commands.do("transfers")
    panel = chat.sharing.transfers.panel
    assert panel is not None
    row = next(iter(panel.rows.rows.values()))
    await until(lambda: row.words == "a b.txt  sent")
    row.buttons["dismiss"].invoke()
    await until(lambda: panel.said)
    chat.hide()
    assert chat.sharing.transfers.panel is None


async def test_each_room_keeps_what_is_attached_there(
    chat: ChatWindow, ben: Client, tmp_path: Path, until: Until
) -> None:
    """It is shown again with its room, and goes to that one."""
    (tmp_path / "a.txt").write_text("text")
    await chat.session.create("den", private=False)
    await until(lambda: chat.session.on_view == "den")
    chat.sharing.attaching.add([tmp_path / "a.txt", tmp_path / "a.txt"])
    await until(lambda: chat.screen.attachments.shown)
    chat.session.show("lobby")
    assert not list(chat.screen.attachments.shown)
    assert not chat.sharing.attaching.any
    chat.session.show("den")
    assert len(chat.screen.attachments.shown) == 1
    chat.send()
    timeline = chat.session.histories.state("den").timeline
    await until(lambda: any(line.file is not None and line.seq for line in timeline.lines))


async def test_a_picture_that_cannot_be_kept_is_told(chat: ChatWindow, tmp_path: Path) -> None:
    """Where the disk takes nothing more; one that is not sent after all goes."""
    attaching = chat.sharing.attaching
    attaching._ours = tmp_path / "pasted"
    await attaching.paste(b"picture")
    (path,) = attaching._ours.iterdir()
    chat.screen.attachments.removals[0].invoke()
    while path.exists():
        await asyncio.sleep(0.01)
    (tmp_path / "file").write_text("in the way")
    attaching._ours = tmp_path / "file"
    with pytest.raises(ChatError, match="cannot be kept"):
        await attaching.paste(b"picture")
