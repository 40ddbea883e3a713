"""What replies are to: from what was shown, or asked of the server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.messages import Edited, Said
from asynchat.terminal.blocked import is_heard
from asynchat.terminal.render import EARLIER, quote_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from asynchat.messages import Page
    from asynchat.terminal.numbers import Numbers
    from asynchat.terminal.render import Row

MAX_ASKED: Final = 20
"""For how many replies of a page, or of the stream, the server is asked at a time."""

_ANSWER_TIMEOUT_S: Final = 5.0


class Quotes:
    """The first words of what replies are to; ``show`` is called with what is told later."""

    def __init__(self, client: Client, numbers: Numbers, show: Callable[[Row], None]) -> None:
        self._client = client
        self._numbers = numbers
        self._show = show
        self._asked: dict[int, str] = {}
        self._to_tell: asyncio.Queue[Said] = asyncio.Queue(MAX_ASKED)

    def of(self, said: Said) -> str | None:
        """Return what a message replies to, None where it is no reply.

        What is not known is told later, see `tell`.
        """
        if said.reply_to is None or said.redacted:
            return None
        one = self._numbers.of(said.reply_to)
        if one is not None and one.account in self._client.blocked:
            return EARLIER
        if one is not None:
            return quote_text(one.sender, one.text, number=one.number, deleted=one.deleted)
        asked = self._asked.pop(said.seq, None)
        if asked is not None:
            return asked
        with suppress(asyncio.QueueFull):
            self._to_tell.put_nowait(said)
        return EARLIER

    async def get(self, page: Page) -> None:
        """Ask for what the messages of a page reply to; it is to be shown at once."""
        self._asked.clear()
        unknown = [
            event
            for event in page.events
            if isinstance(event, Said) and self._is_unknown(event) and not event.redacted
        ]
        for said in unknown[-MAX_ASKED:]:
            self._asked[said.seq] = await self._ask(said) or EARLIER

    async def tell(self) -> None:
        """Show of replies what they are to, where it was not known; until cancelled.

        It ends where there will be no connection.
        """
        with suppress(ChatError):
            await self._tell()

    async def _tell(self) -> None:
        while True:
            said = await self._to_tell.get()
            # What is kept of an earlier visit is shown before there is a connection.
            await self._client.welcomed()
            quote, reply = await self._ask(said), self._numbers.of(said.seq)
            if quote is not None and reply is not None and not reply.deleted:
                self._show((("class:notice", f"↪ {reply.number} replies to {quote}"),))

    def _is_unknown(self, said: Said) -> bool:
        return said.reply_to is not None and self._numbers.of(said.reply_to) is None

    def _is_heard(self, said: Said) -> bool:
        return is_heard(said, self._client.blocked)

    async def _ask(self, said: Said) -> str | None:
        """Return what a message replies to as it is now, None where nobody can tell."""
        about = said.reply_to
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                page = await self._client.history(said.room, around=about, limit=1)
        except (ChatError, TimeoutError):
            # It is an earlier message then, as was shown.
            return None
        for event in page.events:
            if isinstance(event, Said) and event.seq == about and self._is_heard(event):
                edits = [later.text for later in page.later if isinstance(later, Edited)]
                text = edits[-1] if edits else event.text
                return quote_text(event.sender, text, deleted=event.redacted)
        return None
