"""Searching in the terminal: what ``/search`` and ``/more`` show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.terminal.render import hit_row, notice_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from asynchat.link.searching import Hit
    from asynchat.terminal.numbers import Numbers
    from asynchat.terminal.render import Row


class Searches:
    """The last search of one person, and how far it has got.

    ``show`` is called with each row, ``label`` tells how people call a room.
    """

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        show: Callable[[Row], None],
        label: Callable[[str], str],
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._show = show
        self._label = label
        self._typed: str | None = None
        self._before: int | None = None

    async def begin(self, typed: str) -> None:
        """Show the newest messages that fit.  Raise `ChatError`."""
        self._typed = None
        await self._search(typed, None)

    async def go_on(self) -> None:
        """Show older ones.  Raise `ChatError`."""
        if self._typed is None:
            self._show(notice_row("There is nothing more; /search begins another search."))
        else:
            await self._search(self._typed, self._before)

    def _row(self, hit: Hit) -> Row:
        numbered = self._numbers.add_found(hit)
        return hit_row(hit, self._label(hit.room), self._client.account, number=numbered.number)

    async def _search(self, typed: str, before: int | None) -> None:
        found = await self._client.search(typed, before=before)
        for hit in found.hits:
            self._show(self._row(hit))
        self._before = found.next
        self._typed = typed if found.next is not None else None
        if self._typed is not None:
            self._show(notice_row("/more shows older ones."))
        elif found.hits:
            self._show(notice_row("That is all."))
        else:
            self._show(notice_row("Nothing was found." if before is None else "That is all."))
