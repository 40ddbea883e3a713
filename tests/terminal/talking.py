"""A client and its conversation, without a terminal."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from asynchat.tasks import Tasks
from asynchat.terminal.commands import Call, Speech, parse
from asynchat.terminal.conversation import Conversation
from asynchat.terminal.render import row_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asynchat.link.client import Client
    from asynchat.terminal.render import Row


class Talk:
    """A started client, its conversation, and what it has shown, without times and numbers."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.rows: list[Row] = []
        self.conversation = Conversation(client, self.rows.append)

    @property
    def shown(self) -> list[str]:
        return [re.sub(r"^\d\d:\d\d (\d+ )?", "", row_text(row)) for row in self.rows]

    async def call(self, name: str, *arguments: str | None) -> list[str]:
        """Do a command and return what it showed."""
        before = len(self.rows)
        await self.conversation.do(Call(name, arguments))
        return self.shown[before:]

    async def type(self, line: str) -> list[str]:
        """Do what a typed line says and return what it showed."""
        before = len(self.rows)
        meaning = parse(line)
        assert meaning is not None
        await self.conversation.do(meaning)
        return self.shown[before:]

    def number(self, text: str) -> int:
        """Return the number of the newest message of that text."""
        newest = self.conversation.numbers.newest()
        return next(one.number for one in newest if one.text == text)

    async def say(self, text: str) -> None:
        await self.conversation.do(Speech(text))


@asynccontextmanager
async def talking(client: Client, room: str = "lobby") -> AsyncIterator[Talk]:
    talk = Talk(client)
    client.subscribe(talk.conversation.notice)
    async with client:
        await talk.conversation.open(room)
        tasks = Tasks()
        tasks.spawn(talk.conversation.tell_quotes(), name="quotes")
        try:
            yield talk
        finally:
            await talk.conversation.end()
            await tasks.cancel()
