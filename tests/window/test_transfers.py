from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.link.notices import TransferChanged
from tests.link.proxy import Proxy, Trip
from tests.window.files import offered, picker

if TYPE_CHECKING:
    import tkinter as tk
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving", "tests.window.sharing"]
pytestmark = pytest.mark.window


async def test_one_on_its_way_is_paused_and_goes_on(
    chat: ChatWindow, ben: Client, tmp_path: Path, until: Until
) -> None:
    """By the buttons of its row, which goes once it was sent, or was cancelled."""
    data = os.urandom(3_000_000)
    (tmp_path / "big.bin").write_bytes(data)
    client, rows = chat.session.client, chat.screen.transfers.rows
    transfer = client.send_file(tmp_path / "big.bin", room="lobby")
    transfer.pause()
    await until(lambda: rows and "paused" in rows[transfer.id].words)
    rows[transfer.id].buttons["resume"].invoke()
    await until(lambda: offered(chat))
    await until(lambda: transfer.id not in rows)
    other = client.send_file(tmp_path / "big.bin", room="lobby")
    other.pause()
    await until(lambda: rows and "paused" in rows[other.id].words)
    rows[other.id].buttons["cancel"].invoke()
    await until(lambda: not rows)
    gone = client.send_file(tmp_path / "none.bin", room="lobby")
    await until(lambda: gone.id in rows and "again" in rows[gone.id].buttons)
    (tmp_path / "none.bin").write_bytes(b"now it is")
    rows[gone.id].buttons["again"].invoke()
    async with asyncio.timeout(20):
        await gone.whole()
    chat.sharing.transfers._do("dismiss", "nobody")


async def test_a_cut_in_the_middle_is_gone_over(
    *, server: Server, chat: ChatWindow, tmp_path: Path, until: Until
) -> None:
    """Both ways it goes on where it was, and the bytes are the same."""
    data = os.urandom(3_000_000)
    (tmp_path / "big.bin").write_bytes(data)
    async with Proxy() as proxy:
        proxy.lead_to(server)
        proxy.trips += [Trip(), Trip(up=1_000_000)]
        async with Client(proxy.address, name="cat", data=tmp_path / "cat") as cat:
            async with asyncio.timeout(30):
                await cat.send_file(tmp_path / "big.bin", room="lobby", caption="big").whole()
            assert proxy.connections > 2
    await until(lambda: offered(chat))
    chat.sharing.picking._last = str(tmp_path)
    chat.commands.do("save-file")
    dialog = await picker(chat, until)
    dialog.name.delete(0, "end")
    dialog.name.insert(0, "saved.bin")
    dialog.take()
    await until(lambda: [one.state for one in chat.session.client.transfers] == ["done"])
    assert (tmp_path / "saved.bin").read_bytes() == data


async def test_what_is_told_as_the_window_goes_is_not_shown(
    root: tk.Tk, chat: ChatWindow, tmp_path: Path
) -> None:
    """Also where it was just shown by other means: nothing is left to be drawn."""
    (tmp_path / "a.bin").write_bytes(b"data")
    before = set(root.tk.splitlist(root.tk.call("after", "info")))
    transfer = chat.session.client.send_file(tmp_path / "a.bin", room="lobby")
    transfer.pause()
    chat.sharing.refresh()
    chat.sharing.transfers._notice(TransferChanged(transfer))
    chat.sharing.refresh()
    assert set(root.tk.splitlist(root.tk.call("after", "info"))) <= before
    transfer.cancel()
    chat.sharing.transfers.close()
