"""Files in the terminal client: sent and fetched while one goes on talking."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.chat.files import size_text
from asynchat.errors import ChatError
from asynchat.terminal.render import notice_row
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.link.client import Client
    from asynchat.link.transfer import Transfer
    from asynchat.terminal.numbers import Numbers
    from asynchat.terminal.render import Row


class Files:
    """The commands about files.  ``room`` tells which one is open, ``show`` takes rows."""

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        show: Callable[[Row], None],
        *,
        room: Callable[[], str],
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._show = show
        self._room = room
        self._told: set[Transfer] = set()
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            "send": self._send,
            "get": self._get,
            "transfers": self._transfers,
            "cancel": self._cancel,
        }

    def changed(self, transfer: Transfer) -> None:
        """Tell once what became of a transfer."""
        if not transfer.settled:
            self._told.discard(transfer)
        elif transfer not in self._told and transfer in tuple(self._client.transfers):
            self._told.add(transfer)
            self._say(_end_of(transfer), "error" if transfer.error else "notice")
        elif transfer not in tuple(self._client.transfers):
            self._told.discard(transfer)

    def status(self) -> str:
        """Return a few words about what moves now, nothing where nothing does."""
        moving = [one for one in self._client.transfers if one.state == "moving"]
        return ", ".join(f"{one_line(one.name)} {share(one)}" for one in moving[:2])

    async def _send(self, typed: str) -> None:
        path, caption = split_path(typed)
        transfer = self._client.send_file(path, room=self._room(), caption=caption)
        self._say(f"Sending {one_line(transfer.name)}; /transfers shows how far it is.")

    async def _get(self, number: str, folder: str | None) -> None:
        one = self._numbers.get(int(number))
        if one is None or one.file is None or one.deleted:
            raise ChatError("no_such_file", f"The message {number} has no file.")
        transfer = self._client.fetch_file(one.file, _folder(folder or "."))
        self._say(f"Fetching {one_line(transfer.name)}, {size_text(one.file.size)}.")

    async def _transfers(self) -> None:
        transfers = list(self._client.transfers)
        self._say("Nothing is sent or fetched." if not transfers else f"{len(transfers)} files:")
        for number, one in enumerate(transfers, 1):
            way = "to" if one.direction == "up" else "from"
            where = f" {way} #{one_line(one.room)}" if one.room else ""
            self._say(f"  {number} {one_line(one.name)}{where}: {one.state}, {share(one)}")

    async def _cancel(self, number: str) -> None:
        transfers = list(self._client.transfers)
        if not 1 <= int(number) <= len(transfers):
            raise ChatError("no_such_file", f"/transfers has no number {number}.")
        transfers[int(number) - 1].cancel()

    def _say(self, sentence: str, kind: str = "notice") -> None:
        self._show(notice_row(one_line(sentence), kind))


def _folder(typed: str) -> Path:
    """Return a folder: what is none would become the file's name.  Raise ``bad_request``."""
    path = os.path.expanduser(typed)  # noqa: PTH111 - leaves a home that nobody has as it is
    if not os.path.isdir(path):  # noqa: PTH112 - never raises
        raise ChatError("bad_request", f"There is no folder {Path(path)}.")
    return Path(path)


def split_path(typed: str) -> tuple[Path, str]:
    """Return the path and the caption of a line: one with spaces stands in quotes.

    Raise `ChatError`.
    """
    if typed.startswith('"'):
        path, closed, rest = typed[1:].partition('"')
        if not closed:
            raise ChatError("bad_request", 'A path that begins with " ends with one.')
    else:
        path, _, rest = typed.partition(" ")
    return Path(path), rest.strip()


def share(transfer: Transfer) -> str:
    """Return how far a transfer is: ``45 % of 12 MB``."""
    if not transfer.size:
        return size_text(transfer.done)
    return f"{100 * transfer.done // transfer.size} % of {size_text(transfer.size)}"


def _end_of(transfer: Transfer) -> str:
    name = one_line(transfer.name)
    if transfer.error is not None:
        return f"{name} was not {_DONE[transfer.direction]}: {transfer.error.text}"
    if transfer.state == "cancelled":
        return f"{name} was given up."
    if transfer.direction == "up":
        return f"{name} was sent."
    return f"{name} is in {one_line(str(transfer.path))}."


_DONE = {"up": "sent", "down": "fetched"}
