"""What the hub answers to those who only ask: rooms, people and pages of history.

Everything is as of the fanned-out position, so that nobody reads here what the stream has
not brought; every answer stops early where its frame would grow too long.
"""

from __future__ import annotations

import heapq
from base64 import b64encode
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from asynchat.chat.asking import own_room
from asynchat.chat.profile import picture_hash
from asynchat.chat.roles import OVERSEE, may
from asynchat.chat.searching import Criteria, phrases_of
from asynchat.chat.state import Interval
from asynchat.errors import ChatError
from asynchat.hub.fitting import MAX_LIST_BYTES, fitting
from asynchat.messages import (
    MAX_FOUND,
    MAX_PAGE_EVENTS,
    MAX_SEARCH_CHARS,
    MAX_UNREAD_ROOMS,
    CountUnread,
    Found,
    GetPicture,
    History,
    ListRooms,
    Page,
    People,
    Picture,
    RoomList,
    Search,
    UnreadList,
    Who,
)
from asynchat.store.interface import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.chat.accounts import Directory
    from asynchat.chat.state import Room, State
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.presence import PresenceBoard
    from asynchat.messages import Answer, LogQuery, Person, Presence
    from asynchat.messages import Room as RoomFrame
    from asynchat.store.interface import Excerpt, Store

Refuse: TypeAlias = "Callable[[ChatError], None]"


class Answers:
    """Reads for one hub."""

    def __init__(
        self,
        store: Store,
        fanout: Fanout,
        directory: Directory,
        presence: PresenceBoard,
    ) -> None:
        self._store = store
        self._fanout = fanout
        self._directory = directory
        self._presence = presence

    @property
    def _state(self) -> State:
        return self._fanout.state

    async def answer(self, account: str, query: LogQuery, refuse: Refuse) -> Answer:
        """Read what was asked for.  Raise `ChatError`.

        ``refuse`` is told of what is missing from the answer because it is damaged.
        """
        match query:
            case ListRooms():
                hidden = query.hidden and may(self._directory[account], OVERSEE)
                visible = self._state.visible_to(account, hidden=hidden)
                if query.room is not None:
                    visible = (room for room in visible if room.name == query.room)
                rooms, more = self.rooms(visible, account, query.after)
                return RoomList(re=query.id, rooms=rooms, more=more)
            case Who():
                return self._who(account, query)
            case History():
                return await self._history(account, query, refuse)
            case GetPicture():
                return await self._picture(query)
            case CountUnread():
                return await self._unread(account, query)
            case Search():
                return await self._search(account, query, refuse)

    def rooms(
        self, rooms: Iterable[Room], account: str, after: str | None = None
    ) -> tuple[tuple[RoomFrame, ...], bool]:
        """Return rooms in order of name, as many as fit, and whether there are more."""
        wanted = sorted(
            (room for room in rooms if after is None or room.name > after),
            key=lambda room: room.name,
        )
        return fitting(room.frame(account, self._person) for room in wanted)

    async def page(
        self,
        account: str,
        room: Room,
        *,
        re: str,
        before: int | None,
        limit: int,
        refuse: Refuse,
    ) -> Page:
        """Return the newest events of a room, those below a seq if it is given.

        ``refuse`` is told of what is missing among them because it is damaged.
        """
        excerpt = await self._excerpt(
            account, room, before=before, after=None, limit=limit, refuse=refuse
        )
        return self._frame(re, room, excerpt)

    def _who(self, account: str, query: Who) -> People:
        if query.room is None:
            asked: Iterable[str] = self._presence.online()
        else:
            asked = self._own_room(account, query.room).members
        chosen = sorted(one for one in asked if query.after is None or one > query.after)
        moderators = frozenset[str]()
        if query.room is not None:
            moderators = frozenset(self._state.rooms[query.room].moderators)
        people, more = fitting(self._present(one, moderators) for one in chosen)
        return People(re=query.id, people=people, more=more, room=query.room)

    async def _picture(self, query: GetPicture) -> Picture:
        if self._directory.get(query.account) is None:
            raise ChatError("no_such_person")
        data = await self._store.picture(query.account) or b""
        return Picture(
            re=query.id,
            account=query.account,
            hash=picture_hash(data),
            data=b64encode(data).decode() if data else None,
        )

    async def _unread(self, account: str, query: CountUnread) -> UnreadList:
        if query.room is None:
            own = self._state.rooms_of(account)
        else:
            own = iter((self._own_room(account, query.room),))
        after = query.after or ""
        wanted = heapq.nsmallest(
            MAX_UNREAD_ROOMS + 1,
            ((room.name, room.members[account]) for room in own if room.name > after),
        )
        counted = self._fanout.position
        rooms = await self._store.unread(account, wanted[:MAX_UNREAD_ROOMS], upto=counted)
        more = len(wanted) > MAX_UNREAD_ROOMS
        return UnreadList(re=query.id, rooms=tuple(rooms), more=more, counted=counted)

    async def _history(self, account: str, query: History, refuse: Refuse) -> Page:
        room = self._own_room(account, query.room)
        given = [seq for seq in (query.before, query.after, query.around) if seq is not None]
        if len(given) + query.pinned > 1:
            raise ChatError("bad_request", "Give one of before, after, around and pinned.")
        if query.pinned:
            return self._frame(query.id, room, await self._pinned(account, room, refuse))
        limit = min(query.limit, MAX_PAGE_EVENTS)
        if query.around is None:
            excerpt = await self._excerpt(
                account, room, before=query.before, after=query.after, limit=limit, refuse=refuse
            )
            return self._frame(query.id, room, excerpt)
        half = limit // 2
        older = await self._excerpt(
            account, room, before=query.around, after=None, limit=half, share=2, refuse=refuse
        )
        newer = await self._excerpt(
            account,
            room,
            before=None,
            after=query.around - 1,
            limit=limit - half,
            share=2,
            refuse=refuse,
        )
        return self._frame(query.id, room, older, newer)

    async def _search(self, account: str, query: Search, refuse: Refuse) -> Found:
        if len(query.text) > MAX_SEARCH_CHARS:
            raise ChatError("text_too_long", f"A search has at most {MAX_SEARCH_CHARS} characters.")
        if query.room is None:
            rooms = list(self._state.rooms_of(account))
        else:
            rooms = [self._own_room(account, query.room)]
        criteria = Criteria(
            phrases_of(query.text),
            account=self._author(query),
            since=query.since,
            until=query.until,
            link=query.link,
        )
        found = await self._store.search(
            criteria,
            {room.name: self._readable(account, room) for room in rooms},
            before=query.before,
            limit=min(query.limit, MAX_FOUND),
            max_bytes=MAX_LIST_BYTES,
        )
        if found.damaged:
            refuse(DamagedError(*found.damaged))
        return Found(
            re=query.id,
            events=tuple(stored.event for stored in found.events),
            later=tuple(stored.event for stored in found.later),
            next=found.next,
        )

    def _author(self, query: Search) -> str | None:
        """Return whose messages are asked for.  Raise `ChatError` ``no_such_person``."""
        if query.name is None:
            return query.account
        if query.account is not None:
            raise ChatError("bad_request", "Give one of account and name.")
        try:
            author = self._directory.named(query.name)
        except ChatError:
            author = None
        if author is None:
            raise ChatError("no_such_person")
        return author.id

    async def _excerpt(
        self,
        account: str,
        room: Room,
        *,
        before: int | None,
        after: int | None,
        limit: int,
        refuse: Refuse,
        share: int = 1,
    ) -> Excerpt:
        excerpt = await self._store.page(
            room.name,
            self._readable(account, room),
            reader=account,
            before=before,
            after=after,
            limit=limit,
            max_bytes=MAX_LIST_BYTES // share,
        )
        return _told(excerpt, room, refuse)

    async def _pinned(self, account: str, room: Room, refuse: Refuse) -> Excerpt:
        excerpt = await self._store.pinned(
            room.name, self._readable(account, room), reader=account, max_bytes=MAX_LIST_BYTES
        )
        return _told(excerpt, room, refuse)

    def _readable(self, account: str, room: Room) -> list[Interval]:
        """Return what an account may read of a room, as far as it was shown."""
        shown = self._fanout.position
        return [
            Interval(stay.first, min(stay.last, shown))
            for stay in room.readable(account)
            if stay.first <= shown
        ]

    def _frame(self, re: str, room: Room, *excerpts: Excerpt) -> Page:
        """Return the page of one excerpt, or of several that follow one another."""
        return Page(
            re=re,
            room=room.name,
            events=tuple(stored.event for part in excerpts for stored in part.events),
            later=tuple(stored.event for part in excerpts for stored in part.later),
            more=any(part.more for part in excerpts),
            people=tuple(map(self._person, room.people)),
            reactions=tuple(tally for part in excerpts for tally in part.reactions),
            counted=min(part.counted for part in excerpts),
        )

    def _own_room(self, account: str, name: str) -> Room:
        return own_room(name, self._directory[account], self._state)

    def _person(self, account: str) -> Person:
        return self._directory[account].person

    def _present(self, account: str, moderators: frozenset[str]) -> Presence:
        return replace(
            self._presence.presence(account),
            role=self._directory[account].role,
            moderator=account in moderators,
        )


def _told(excerpt: Excerpt, room: Room, refuse: Refuse) -> Excerpt:
    """Return an excerpt, having told what is missing from it."""
    if excerpt.damaged:
        refuse(DamagedError(*excerpt.damaged, room=room.name))
    return excerpt
