"""Files in the terminal client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.terminal.files import split_path
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until


@pytest.mark.parametrize(
    ("typed", "path", "caption"),
    [
        ("a.txt", "a.txt", ""),
        ("a.txt  look  here ", "a.txt", "look  here"),
        ('"my report.pdf" it\'s here', "my report.pdf", "it's here"),
        ('"my report.pdf"', "my report.pdf", ""),
    ],
)
def test_a_path_and_a_caption_are_told_apart(typed: str, path: str, caption: str) -> None:
    """A path with spaces stands in quotes."""
    assert split_path(typed) == (Path(path), caption)


def test_quotes_are_closed() -> None:
    """Else nobody knows where the path ends."""
    with pytest.raises(ChatError):
        split_path('"my report.pdf')


async def test_a_file_is_sent_and_got(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """By the number of its message; what became of it is told, and where it is."""
    source = tmp_path / "my report.txt"
    source.write_text("hello")
    got = tmp_path / "got"
    got.mkdir()
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.type(f'/send "{source}" as promised')
        await until(lambda: any("was sent" in line for line in ada.shown))
        line = "ada: as promised [my report.txt, 5 bytes, /get 1]"
        await until(lambda: line in ben.shown)
        number = str(next(ben.conversation.numbers.newest()).number)
        for nowhere in (got / "nowhere", f"{got / 'nowhere'}/"):
            (refused,) = await ben.type(f"/get {number} {nowhere}")
            assert refused == f"* There is no folder {got / 'nowhere'}."
        await ben.type(f"/get {number} {got}")
        await until(lambda: any(str(got / "my report.txt") in line for line in ben.shown))
        assert (got / "my report.txt").read_text() == "hello"
        assert "1 files:" in (await ben.type("/transfers"))[0]
        assert "100 % of 5 bytes" in ben.shown[-1]


async def test_what_is_amiss_is_told(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """A file that is not there, a message without one, and a number that is none."""
    async with talking(client("ada")) as ada:
        assert "Nothing is" in (await ada.type("/transfers"))[0]
        await ada.type(f"/send {tmp_path / 'none'}")
        await until(lambda: any("was not sent: " in line for line in ada.shown))
        assert "#lobby: failed, 0 bytes" in (await ada.type("/transfers"))[-1]
        await ada.say("hello")
        await until(lambda: any("hello" in line for line in ada.shown))
        assert "has no file" in (await ada.type("/get 1"))[-1]
        assert "no number 7" in (await ada.type("/cancel 7"))[-1]


async def test_one_can_be_given_up(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """While it moves the status line has it; a deleted message has no file."""
    source = tmp_path / "a.bin"
    source.write_bytes(bytes(60_000_000))
    async with talking(client("ada")) as ada:
        await ada.type(f"/send {source}")
        await until(lambda: "a.bin" in ada.conversation.status())
        await ada.type("/cancel 1")
        await until(lambda: any("was given up" in line for line in ada.shown))
        (transfer,) = ada.client.transfers
        transfer.dismiss()
        small = tmp_path / "b.txt"
        small.write_text("x")
        await ada.type(f"/send {small}")
        await until(lambda: any("/get 1" in line for line in ada.shown))
        await ada.type("/delete 1")
        await until(lambda: any("deleted" in line for line in ada.shown))
        assert "has no file" in (await ada.type("/get 1"))[-1]
