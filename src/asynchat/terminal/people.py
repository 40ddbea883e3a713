"""What the commands about people do: who is here, who somebody is, and how one is oneself."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.terminal.render import notice_row, people_rows, profile_rows
from asynchat.text import name_key, one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.link.client import Client
    from asynchat.terminal.render import Row


class People:
    """Asks a client about people.

    ``room`` returns a room's name by what was typed, or the open one's; ``label`` what people call
    it.
    """

    def __init__(
        self,
        client: Client,
        show: Callable[[Row], None],
        *,
        room: Callable[[str | None], str],
        label: Callable[[str], str],
    ) -> None:
        self._client = client
        self._show = show
        self._room = room
        self._label = label
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            "who": self._who,
            "invite": self._invite,
            "whois": self._whois,
            "name": self._name,
            "status": self._status,
            "away": partial(self._be, "away"),
            "busy": partial(self._be, "busy"),
            "back": partial(self._be, "online"),
        }
        """What each of these commands does.  They raise `ChatError`."""

    async def _who(self, typed: str | None) -> None:
        room = self._room(typed)
        for row in people_rows(await self._client.who(room), self._label(room)):
            self._show(row)

    async def _invite(self, name: str) -> None:
        await self._client.invite(self._room(None), name.removeprefix("@"))

    async def _whois(self, name: str) -> None:
        key = name_key(name.removeprefix("@"))
        for people in (await self._client.who(self._room(None)), await self._client.who()):
            for person in people:
                if person.name is not None and name_key(person.name) == key:
                    for row in profile_rows(person, datetime.now(UTC)):
                        self._show(row)
                    return
        raise ChatError("no_such_person", f"Nobody called {one_line(name)} is here.")

    async def _name(self, name: str) -> None:
        await self._client.set_profile(name=name)
        self._show(notice_row(f"You are called {one_line(name)} now."))

    async def _status(self, text: str | None) -> None:
        await self._client.set_profile(status=text or "")
        shown = f"Your status is: {one_line(text)}" if text else "You have no status now."
        self._show(notice_row(shown))

    async def _be(self, state: str) -> None:
        self._client.set_state(state)
        self._show(notice_row(f"You are shown as {state} now."))
