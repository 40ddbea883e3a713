"""What ``/save`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link import saving
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until


async def test_a_room_is_saved(client: Callable[..., Client], tmp_path: Path, until: Until) -> None:
    """In the form that the name asks for; the same name again is asked about."""
    async with talking(client("ada")) as ada:
        await ada.client.send("lobby", "hello")
        target = tmp_path / "my talk.txt"
        await ada.type(f"/save {target}")
        await until(lambda: ada.shown[-1].endswith(f"to {target}."))
        assert "#lobby ada: hello\n" in target.read_text()
        await ada.client.send("lobby", "more")
        (asked,) = (await ada.type(f"/save {target}"))[-1:]
        assert "the same command again overwrites it" in asked
        assert "more" not in target.read_text()
        await ada.type(f"/save {target}")
        await until(lambda: "more" in target.read_text())
        await ada.conversation.end()


async def test_what_is_amiss_is_told(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """No form of that name, no such folder, and what to type."""
    async with talking(client("ada")) as ada:
        assert ".jsonl" in (await ada.type("/save talk.pdf"))[0]
        assert "/save PATH" in (await ada.type("/save"))[0]
        await ada.type(f"/save {tmp_path / 'nowhere' / 'talk.txt'}")
        await until(lambda: "was not saved: No such file" in ada.shown[-1])


async def test_a_save_can_be_stopped(
    client: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """By the command alone; only one goes on at a time, and a long one tells how far it is."""
    monkeypatch.setattr(saving, "_PAGE_EVENTS", 1)
    monkeypatch.setattr("asynchat.terminal.saving._MANY", 1)
    async with talking(client("ada")) as ada:
        for number in range(200):
            ada.client.post("lobby", f"line {number}")
        await until(lambda: not ada.client.outbox)
        await ada.type(f"/save {tmp_path / 'talk.txt'}")
        assert "already" in (await ada.type(f"/save {tmp_path / 'other.txt'}"))[-1]
        await until(lambda: any("Saving: " in line for line in ada.shown))
        assert "* It was not saved." in await ada.type("/save")
        assert not list(tmp_path.glob("*talk*"))
