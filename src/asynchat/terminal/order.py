"""What the commands that keep order do: in the open room, or everywhere; and one's own blocks.

Whether one may do it is the server's to say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from asynchat.chat import order_tables
from asynchat.chat.order_words import lasting, length_and_reason, modes_of
from asynchat.chat.restraints import network_of
from asynchat.chat.roles import MEMBER, MODERATOR
from asynchat.errors import ChatError
from asynchat.terminal.render import notice_row
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from asynchat.link.client import Client
    from asynchat.terminal.numbers import Numbers
    from asynchat.terminal.render import Row

EVERYWHERE: Final = "everywhere"
"""What is said before the time and the reason, where not only the open room is meant."""

_DEEDS: Final = 20


class Order:
    """Keeps order for one client.  ``room`` returns the open room's name.

    The commands raise `ChatError`.
    """

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
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            "kick": self._kick,
            "mute": self._mute,
            "unmute": self._unmute,
            "ban": self._ban,
            "unban": self._unban,
            "moderator": self._moderator,
            "unmoderator": self._unmoderator,
            "mode": self._mode,
            "report": self._report,
            "reports": self._reports,
            "resolve": self._resolve,
            "block": self._block,
            "unblock": self._unblock,
            "blocks": self._blocks,
            "clients": self._clients,
            "disconnect": self._disconnect,
            "accounts": self._accounts,
            "role": self._role,
            "bans": self._bans,
            "audit": self._audit,
            "settings": self._settings,
            "set": self._set,
            "stats": self._stats,
        }
        """What each of these commands does."""

    async def _kick(self, name: str, reason: str | None) -> None:
        await self._client.kick(self._room(), _name(name), reason=reason or "")

    async def _mute(self, name: str, typed: str | None) -> None:
        room, rest = self._place(typed)
        seconds, reason = length_and_reason(rest)
        await self._client.mute(_name(name), room=room, seconds=seconds, reason=reason)
        self._say(f"{name} is muted {_where(room)} {lasting(seconds)}.")

    async def _unmute(self, name: str, typed: str | None) -> None:
        room, _ = self._place(typed)
        await self._client.unmute(_name(name), room=room)
        self._say(f"{name} may speak {_where(room)}.")

    async def _ban(self, name: str, typed: str | None) -> None:
        room, rest = self._place(typed)
        seconds, reason = length_and_reason(rest)
        address = _address(name) if room is None else None
        if address is None:
            await self._client.ban(_name(name), room=room, seconds=seconds, reason=reason)
        else:
            await self._client.ban(address=address, seconds=seconds, reason=reason)
        self._say(f"{name} is banned {_where(room)} {lasting(seconds)}.")

    async def _unban(self, name: str, typed: str | None) -> None:
        room, _ = self._place(typed)
        address = _address(name) if room is None else None
        if address is None:
            await self._client.unban(_name(name), room=room)
        else:
            await self._client.unban(address=address)
        self._say(f"{name} may come in again {_where(room)}.")

    async def _moderator(self, name: str) -> None:
        await self._client.set_role(MODERATOR, _name(name), room=self._room())

    async def _unmoderator(self, name: str) -> None:
        await self._client.set_role(MEMBER, _name(name), room=self._room())

    async def _mode(self, typed: str) -> None:
        await self._client.change_room(self._room(), **modes_of(typed.split()))

    async def _report(self, number: str, text: str | None) -> None:
        one = self._numbers.get(int(number))
        if one is None:
            raise ChatError("no_such_message", f"No message here has the number {number}.")
        await self._client.report(one.room, one.seq, text or "")
        self._say("Those who keep order are told.")

    async def _reports(self) -> None:
        found, more = await self._client.reports()
        self._table(order_tables.reports(found, _time), empty=not found, what="reported")
        if more:
            self._say("There are older ones; resolve some of these first.")

    async def _resolve(self, number: str, text: str | None) -> None:
        if int(number) < 1:
            raise ChatError("no_such_report")
        await self._client.resolve(int(number), text or "")
        self._say(f"Report {number} is resolved.")

    async def _block(self, name: str) -> None:
        await self._client.block(_name(name))
        self._say(f"You hear nothing of {name} any more; /unblock takes it back.")

    async def _unblock(self, name: str) -> None:
        await self._client.unblock(_name(name))
        self._say(f"You hear of {name} again.")

    async def _blocks(self) -> None:
        people = await self._client.blocks()
        names = ", ".join(person.name or person.was or person.account for person in people)
        self._say(f"You have blocked {names}." if names else "You have blocked nobody.")

    async def _clients(self) -> None:
        self._table(order_tables.connections(await self._client.clients(), _time))

    async def _disconnect(self, name: str, reason: str | None) -> None:
        await self._client.disconnect(_name(name), reason=reason or "")
        self._say(f"{name} is disconnected.")

    async def _accounts(self, text: str | None) -> None:
        found, more = await self._client.accounts(text or "")
        self._table(order_tables.accounts(found, _time), empty=not found, what="found")
        if more:
            self._say("There are more; a part of the name narrows it down.")

    async def _role(self, name: str, role: str) -> None:
        await self._client.set_role(role, _name(name))
        self._say(f"{name} is {role} on this server.")

    async def _bans(self, typed: str | None) -> None:
        room, _ = self._place(typed)
        found = await self._client.bans(room)
        self._table(order_tables.bans(found, _time), empty=not found, what="banned or muted")

    async def _audit(self, count: str | None) -> None:
        limit = min(max(1, int(count or _DEEDS)), 200)
        found, _ = await self._client.audit(limit=limit)
        self._table(order_tables.deeds(found, _time), empty=not found, what="in the audit log")

    async def _settings(self) -> None:
        live = (one for one in await self._client.settings() if one.live)
        self._table(order_tables.settings(live))

    async def _set(self, name: str, value: str | None) -> None:
        await self._client.set_setting(name, value)
        now = "as the server was started" if value is None else f'"{value}"'
        self._say(f"{name} is {now}.")

    async def _stats(self) -> None:
        stats = await self._client.stats()
        memory = "" if stats.memory_bytes is None else f", {stats.memory_bytes >> 20} MiB"
        self._say(
            f"{stats.online} people on {stats.connections} connections,"
            f" {stats.events_per_s:g} events per second,"
            f" {stats.commit_ms:g} ms for a commit (at worst {stats.commit_worst_ms:g}){memory};"
            f" since {_time(stats.started)}."
        )

    def _place(self, typed: str | None) -> tuple[str | None, str]:
        """Return the room that is meant, None for all of the server, and what else was typed."""
        first, _, rest = (typed or "").partition(" ")
        return (None, rest.strip()) if first == EVERYWHERE else (self._room(), typed or "")

    def _table(
        self, rows: Iterable[order_tables.Row], *, empty: bool = False, what: str = ""
    ) -> None:
        if empty:
            self._say(f"Nothing is {what}.")
            return
        for line in order_tables.lines(rows):
            self._show((("class:notice", f"  {line}"),))

    def _say(self, sentence: str) -> None:
        self._show(notice_row(one_line(sentence)))


def _name(typed: str) -> str:
    return typed.removeprefix("@")


def _address(typed: str) -> str | None:
    """Return the network that was typed, None where it is none."""
    try:
        return network_of(typed)
    except ChatError:
        return None


def _where(room: str | None) -> str:
    return EVERYWHERE if room is None else "here"


def _time(time_ms: int | None) -> str:
    if time_ms is None:
        return ""
    try:
        return f"{datetime.fromtimestamp(time_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return str(time_ms)
