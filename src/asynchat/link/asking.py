"""What can be asked of a server, each in one request with one answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from asynchat.address import parse_address
from asynchat.chat.profile import check_picture
from asynchat.link.ids import new_id
from asynchat.link.requests import expect
from asynchat.link.searching import Hits, search
from asynchat.messages import (
    Create,
    Device,
    DeviceList,
    Direct,
    Edit,
    GetPicture,
    History,
    Invitation,
    InvitationList,
    Invite,
    Leave,
    ListDevices,
    ListInvitations,
    ListRooms,
    Page,
    Picture,
    Pin,
    React,
    Redact,
    Redeem,
    Revoke,
    RoomList,
    SetPassword,
    SetTopic,
    Uninvite,
    Unregister,
)
from asynchat.text import check_emoji, check_text

if TYPE_CHECKING:
    from asynchat.messages import Query, Room, Write


class Asking(ABC):
    """Asks; how a request gets there and its answer back is another's business."""

    @property
    @abstractmethod
    def account(self) -> str | None:
        """Our account, once we are welcome."""

    @abstractmethod
    async def _ask(self, request: Write | Query) -> Any:
        """Send a request and return its answer.  Raise `ChatError`."""

    async def leave(self, room: str) -> None:
        """Stop being a member of a room.  Raise `ChatError`."""
        await self._ask(Leave(id=new_id(), room=room))

    async def create(self, room: str, *, topic: str = "", private: bool = False) -> None:
        """Make a room and become its first member.  Raise `ChatError`."""
        await self._ask(Create(id=new_id(), room=room, topic=topic, private=private))

    async def direct(self, *names: str) -> Page:
        """Open the room of these people and us; its page names it.  Raise `ChatError`."""
        return expect(await self._ask(Direct(id=new_id(), names=names)), Page)

    async def direct_with(self, *accounts: str) -> Page:
        """Open the room of these accounts and us; its page names it.  Raise `ChatError`."""
        return expect(await self._ask(Direct(id=new_id(), accounts=accounts)), Page)

    async def invite(self, room: str, name: str) -> None:
        """Make somebody a member of one of our rooms.  Raise `ChatError`."""
        await self._ask(Invite(id=new_id(), room=room, name=name))

    async def set_topic(self, room: str, text: str) -> None:
        """Set the topic of one of our rooms.  Raise `ChatError`."""
        await self._ask(SetTopic(id=new_id(), room=room, text=text))

    async def edit(self, room: str, seq: int, text: str) -> None:
        """Say something of ours anew.  Raise `ChatError`."""
        await self._ask(Edit(id=new_id(), room=room, about=seq, text=check_text(text)))

    async def redact(self, room: str, seq: int) -> None:
        """Delete something of ours, for everybody.  Raise `ChatError`."""
        await self._ask(Redact(id=new_id(), room=room, about=seq))

    async def react(self, room: str, seq: int, emoji: str, *, on: bool = True) -> None:
        """Put an emoji under a message, or take ours away.  Raise `ChatError`."""
        emoji = check_emoji(emoji)
        await self._ask(React(id=new_id(), room=room, about=seq, emoji=emoji, on=on))

    async def pin(self, room: str, seq: int, *, on: bool = True) -> None:
        """Pin a message to its room, or unpin it.  Raise `ChatError`."""
        await self._ask(Pin(id=new_id(), room=room, about=seq, on=on))

    async def pinned(self, room: str) -> Page:
        """Return the messages that are pinned to a room.  Raise `ChatError`."""
        return expect(await self._ask(History(id=new_id(), room=room, pinned=True)), Page)

    async def picture(self, account: str) -> bytes | None:
        """Return somebody's picture, None where there is none.  Raise `ChatError`.

        It comes from somebody else: bound its pixels before decoding it.
        """
        answer = expect(await self._ask(GetPicture(id=new_id(), account=account)), Picture)
        return None if answer.data is None else check_picture(answer.data)

    async def set_password(
        self, new: str, *, old: str | None = None, sign_out: bool = False
    ) -> None:
        """Set our password, which registers a guest, or change it from ``old``.

        With ``sign_out`` our other devices are signed out, all at once.  Raise `ChatError`, among
        others ``wrong_password``, ``bad_password`` and ``too_fast``.
        """
        await self._ask(SetPassword(id=new_id(), new=new, old=old, sign_out=sign_out))

    async def devices(self) -> tuple[Device, ...]:
        """Return where we are signed in, the oldest first.  Raise `ChatError`."""
        return expect(await self._ask(ListDevices(id=new_id())), DeviceList).devices

    async def revoke(self, device: str) -> None:
        """Sign one of our devices out, by its id; our own ends the connection.

        Raise `ChatError`.
        """
        await self._ask(Revoke(id=new_id(), device=device))

    async def unregister(self, *, password: str | None = None, blank: bool = False) -> None:
        """Delete our account; ``blank`` deletes what it said, too.  The connection ends.

        Raise `ChatError`.
        """
        await self._ask(Unregister(id=new_id(), password=password, blank=blank))

    async def invitations(self) -> tuple[Invitation, ...]:
        """Return the invitations that are open.  Raise `ChatError`."""
        return expect(await self._ask(ListInvitations(id=new_id())), InvitationList).invitations

    async def uninvite(self, invitation: str) -> None:
        """Take an invitation back, by its id.  Raise `ChatError`."""
        await self._ask(Uninvite(id=new_id(), invitation=invitation))

    async def redeem(self, code: str) -> None:
        """Become what an invitation says; its code, or the address with it.  Raise `ChatError`."""
        if "code=" in code:
            code = parse_address(code).code or code
        await self._ask(Redeem(id=new_id(), code=code.strip()))

    async def list_rooms(self, *, hidden: bool = False) -> tuple[Room, ...]:
        """Return every room that we may see, in order of name.

        With ``hidden`` an administrator sees the private ones, too.  Raise `ChatError`.
        """
        found: list[Room] = []
        more = True
        while more:
            after = found[-1].name if found else None
            request = ListRooms(id=new_id(), after=after, hidden=hidden)
            part = expect(await self._ask(request), RoomList)
            found += part.rooms
            more = part.more and bool(part.rooms)
        return tuple(found)

    async def history(
        self,
        room: str,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
    ) -> Page:
        """Return a page of a room: the newest, or that before, after or around a seq.

        Raise `ChatError`.
        """
        query = History(
            id=new_id(), room=room, before=before, after=after, around=around, limit=limit
        )
        return expect(await self._ask(query), Page)

    async def search(
        self,
        typed: str,
        *,
        room: str | None = None,
        before: int | None = None,
        limit: int = 20,
    ) -> Hits:
        """Find what was said, newest first, in our rooms or in one: what is typed is words.

        ``from:`` a name or ``me``, ``in:`` a room, ``before:`` and ``after:`` a day as 2026-11-20
        (the first excludes it, the second does not), and ``has:link`` narrow it down.  Go on with
        ``before`` as `Hits.next` says.  Raise `ChatError`.
        """
        return await search(
            self._ask, typed, account=self.account, room=room, before=before, limit=limit
        )
