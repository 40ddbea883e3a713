"""What a person does about a message: answer it, say it anew, delete it, react to it, pin it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.markup.shortcodes import with_emoji
from asynchat.messages import Said
from asynchat.terminal.render import notice_row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.link.client import Client
    from asynchat.messages import Page
    from asynchat.terminal.numbers import Numbered, Numbers
    from asynchat.terminal.render import Row


class AboutMessages:
    """The commands that take a message's number.

    ``room`` tells which one is open, ``label`` how people call it; ``show_page`` shows messages.
    They raise `ChatError`.
    """

    def __init__(
        self,
        client: Client,
        numbers: Numbers,
        *,
        room: Callable[[], str],
        label: Callable[[], str],
        show: Callable[[Row], None],
        show_page: Callable[[Page], Awaitable[None]],
    ) -> None:
        self._client = client
        self._numbers = numbers
        self._room = room
        self._label = label
        self._show = show
        self._show_page = show_page
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            "reply": self._reply,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "unreact": self._unreact,
            "pin": self._pin,
            "unpin": self._unpin,
            "pins": self._pins,
        }

    async def _reply(self, number: str, text: str) -> None:
        one = self._numbered(number)
        self._client.post(one.room, with_emoji(text), reply_to=one.seq)

    async def _edit(self, number: str | None, text: str) -> None:
        one = await self._last_own() if number is None else self._numbered(number)
        await self._client.edit(one.room, one.seq, with_emoji(text))

    async def _delete(self, number: str) -> None:
        one = self._numbered(number)
        await self._client.redact(one.room, one.seq)

    async def _react(self, number: str, emoji: str) -> None:
        one = self._numbered(number)
        await self._client.react(one.room, one.seq, emoji_of(emoji))

    async def _unreact(self, number: str, emoji: str) -> None:
        one = self._numbered(number)
        await self._client.react(one.room, one.seq, emoji_of(emoji), on=False)

    async def _pin(self, number: str) -> None:
        one = self._numbered(number)
        await self._client.pin(one.room, one.seq)

    async def _unpin(self, number: str) -> None:
        one = self._numbered(number)
        await self._client.pin(one.room, one.seq, on=False)

    async def _pins(self) -> None:
        page = await self._client.pinned(self._room())
        count = sum(isinstance(event, Said) for event in page.events)
        many = {0: "nothing is pinned", 1: "1 pinned message"}
        self._show(notice_row(f"{self._label()}: {many.get(count, f'{count} pinned messages')}"))
        await self._show_page(page)

    def _numbered(self, typed: str) -> Numbered:
        one = self._numbers.get(int(typed))
        if one is None:
            raise ChatError(
                "no_such_message",
                f"No message here has the number {typed}; it stands between its time and its name.",
            )
        return one

    async def _last_own(self) -> Numbered:
        """Return what we said last in the open room, also if it is still on its way."""
        room = self._room()
        await self._said(room)
        one = next(self._numbers.newest(room=room, account=self._client.account), None)
        if one is None:
            raise ChatError("no_such_message", "Nothing that you said here is shown.")
        return one

    async def _said(self, room: str) -> None:
        changed = asyncio.Event()
        unsubscribe = self._client.subscribe(lambda _: changed.set())
        try:
            while any(entry.room == room for entry in self._client.outbox):
                changed.clear()
                await changed.wait()
        finally:
            unsubscribe()


def emoji_of(typed: str) -> str:
    """Return the emoji that was meant: ``👍``, ``:+1:`` or ``+1``.

    Raise `ChatError` ``bad_emoji`` for a name that no emoji has.
    """
    for name in (typed, f":{typed}:"):
        emoji = with_emoji(name)
        if emoji != name:
            return emoji
    if typed.startswith(":") and typed.endswith(":") and len(typed) > 1:
        raise ChatError("bad_emoji", f"There is no emoji called {typed}")
    return typed
