"""Keeping order, as a client asks for it: what one may do is the server's to say.

Whom it is about is a name, or an account where that is given; both are as the server tells them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from asynchat.link.ids import new_id
from asynchat.link.requests import expect
from asynchat.messages import (
    Accounts,
    AuditLog,
    Ban,
    Bans,
    Block,
    BlockList,
    ChangeRoom,
    Clients,
    Disconnect,
    Kick,
    ListAccounts,
    ListBans,
    ListBlocks,
    ListClients,
    ListReports,
    ListSettings,
    Mute,
    ReadAudit,
    ReadStats,
    Report,
    Reports,
    Resolve,
    SetRole,
    SetSetting,
    SettingList,
    Stats,
)

if TYPE_CHECKING:
    from asynchat.messages import (
        Connected,
        Deed,
        Held,
        Listed,
        Person,
        Query,
        Reported,
        Setting,
        Write,
    )


class Steering(ABC):
    """Asks; how a request gets there and its answer back is another's business."""

    @abstractmethod
    async def _ask(self, request: Write | Query) -> Any:
        """Send a request and return its answer.  Raise `ChatError`."""

    # In a room

    async def kick(
        self, room: str, name: str | None = None, *, account: str | None = None, reason: str = ""
    ) -> None:
        """Take somebody out of a room; they may come back.  Raise `ChatError`."""
        await self._ask(Kick(id=new_id(), room=room, name=name, account=account, reason=reason))

    async def change_room(
        self,
        room: str,
        *,
        private: bool | None = None,
        read_only: bool | None = None,
        archived: bool | None = None,
        slow_s: int | None = None,
    ) -> None:
        """Change how a room is used; what is None stays as it is.  Raise `ChatError`."""
        await self._ask(
            ChangeRoom(
                id=new_id(),
                room=room,
                private=private,
                read_only=read_only,
                archived=archived,
                slow_s=slow_s,
            )
        )

    async def report(self, room: str, seq: int, text: str = "") -> None:
        """Tell those who keep order of a message, and why.  Raise `ChatError`."""
        await self._ask(Report(id=new_id(), room=room, about=seq, text=text))

    # Anywhere

    async def mute(
        self,
        name: str | None = None,
        *,
        account: str | None = None,
        room: str | None = None,
        seconds: int | None = None,
        reason: str = "",
    ) -> None:
        """Let somebody say nothing in a room, or on the whole server.

        It ends after so many ``seconds``, or by `unmute`.  Raise `ChatError`.
        """
        await self._ask(
            Mute(id=new_id(), name=name, account=account, room=room, seconds=seconds, reason=reason)
        )

    async def unmute(
        self, name: str | None = None, *, account: str | None = None, room: str | None = None
    ) -> None:
        """Let somebody speak again.  Raise `ChatError`."""
        await self._ask(Mute(id=new_id(), name=name, account=account, room=room, on=False))

    async def ban(
        self,
        name: str | None = None,
        *,
        account: str | None = None,
        address: str | None = None,
        room: str | None = None,
        seconds: int | None = None,
        reason: str = "",
    ) -> None:
        """Keep somebody out of a room or off the server; or an address or network, off the server.

        It ends after so many ``seconds``, or by `unban`.  Who is banned reads the reason.  Raise
        `ChatError`.
        """
        await self._ask(
            Ban(
                id=new_id(),
                name=name,
                account=account,
                address=address,
                room=room,
                seconds=seconds,
                reason=reason,
            )
        )

    async def unban(
        self,
        name: str | None = None,
        *,
        account: str | None = None,
        address: str | None = None,
        room: str | None = None,
    ) -> None:
        """Let somebody in again.  Raise `ChatError`."""
        await self._ask(
            Ban(id=new_id(), name=name, account=account, address=address, room=room, on=False)
        )

    async def disconnect(
        self,
        name: str | None = None,
        *,
        account: str | None = None,
        session: int | None = None,
        reason: str = "",
    ) -> None:
        """End somebody's connections, or one of them; they may come back.  Raise `ChatError`."""
        await self._ask(
            Disconnect(id=new_id(), name=name, account=account, session=session, reason=reason)
        )

    async def set_role(
        self,
        role: str,
        name: str | None = None,
        *,
        account: str | None = None,
        room: str | None = None,
    ) -> None:
        """Give somebody a role on the server; in a room ``moderator`` or ``member``.

        Raise `ChatError`.
        """
        await self._ask(SetRole(id=new_id(), role=role, name=name, account=account, room=room))

    async def resolve(self, number: int, text: str = "") -> None:
        """Close a report, and tell what was done.  Raise `ChatError`."""
        await self._ask(Resolve(id=new_id(), report=number, text=text))

    async def set_setting(self, name: str, value: str | None) -> None:
        """Change a setting while the server runs; None goes back.  Raise `ChatError`."""
        await self._ask(SetSetting(id=new_id(), name=name, value=value))

    # One's own

    async def block(self, name: str | None = None, *, account: str | None = None) -> None:
        """Want to hear nothing of somebody.  Raise `ChatError`."""
        await self._ask(Block(id=new_id(), name=name, account=account))

    async def unblock(self, name: str | None = None, *, account: str | None = None) -> None:
        """Want to hear of somebody again.  Raise `ChatError`."""
        await self._ask(Block(id=new_id(), name=name, account=account, on=False))

    async def blocks(self) -> tuple[Person, ...]:
        """Return whom we have blocked.  Raise `ChatError`."""
        found: list[Person] = []
        more = True
        while more:
            after = found[-1].account if found else None
            part = expect(await self._ask(ListBlocks(id=new_id(), after=after)), BlockList)
            found += part.people
            more = part.more and bool(part.people)
        return tuple(found)

    # Looking

    async def clients(self, *, most: int | None = None) -> tuple[Connected, ...]:
        """Return every connection, oldest first, or not many more than ``most`` of them.

        Raise `ChatError`.
        """
        found: list[Connected] = []
        more = True
        while more and (most is None or len(found) < most):
            after = found[-1].session if found else 0
            part = expect(await self._ask(ListClients(id=new_id(), after=after)), Clients)
            found += part.clients
            more = part.more and bool(part.clients)
        return tuple(found)

    async def accounts(
        self, text: str = "", *, after: str | None = None
    ) -> tuple[tuple[Listed, ...], bool]:
        """Return accounts with this in their names, and whether there are more after the last.

        Raise `ChatError`.
        """
        part = expect(await self._ask(ListAccounts(id=new_id(), text=text, after=after)), Accounts)
        return part.accounts, part.more

    async def bans(self, room: str | None = None, *, most: int | None = None) -> tuple[Held, ...]:
        """Return the bans and mutes that hold, or those of one room; about ``most`` of them.

        Raise `ChatError`.
        """
        found: list[Held] = []
        more = True
        while more and (most is None or len(found) < most):
            after = found[-1].key if found else None
            part = expect(await self._ask(ListBans(id=new_id(), after=after, room=room)), Bans)
            found += part.bans
            more = part.more and bool(part.bans)
        return tuple(found)

    async def audit(
        self, *, before: int | None = None, limit: int = 50
    ) -> tuple[tuple[Deed, ...], bool]:
        """Return entries of the audit log, newest first, and whether there are older ones.

        Raise `ChatError`.
        """
        part = expect(await self._ask(ReadAudit(id=new_id(), before=before, limit=limit)), AuditLog)
        return part.deeds, part.more

    async def reports(
        self, *, before: int | None = None, resolved: bool = False
    ) -> tuple[tuple[Reported, ...], bool]:
        """Return reports, newest first, and whether there are older ones.  Raise `ChatError`."""
        part = expect(
            await self._ask(ListReports(id=new_id(), before=before, resolved=resolved)), Reports
        )
        return part.reports, part.more

    async def settings(self) -> tuple[Setting, ...]:
        """Return the settings of the server.  Raise `ChatError`."""
        return expect(await self._ask(ListSettings(id=new_id())), SettingList).settings

    async def stats(self) -> Stats:
        """Return how the server is doing.  Raise `ChatError`."""
        return expect(await self._ask(ReadStats(id=new_id())), Stats)
