"""The terminal client without its terminal: what is shown, and what a typed line does.

It takes notices from the link and lines from the keyboard and gives rows to whoever shows
them; it knows nothing of prompt_toolkit.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import GUEST, MEMBER
from asynchat.errors import ChatError
from asynchat.link.notices import (
    Acknowledged,
    Arrived,
    Connection,
    Damaged,
    Failed,
    FirstUse,
    Greeted,
    PeopleChanged,
    RoleChanged,
    Told,
    TransferChanged,
    UnreadChanged,
    Warned,
    WasReset,
)
from asynchat.markup.mentions import highlights
from asynchat.markup.shortcodes import with_emoji
from asynchat.messages import (
    LOBBY,
    MAX_INT,
    AboutEvent,
    Edited,
    Joined,
    Left,
    Page,
    Presence,
    Redacted,
    Said,
)
from asynchat.tasks import Tasks
from asynchat.terminal.about import AboutMessages
from asynchat.terminal.accounts import Account
from asynchat.terminal.blocked import is_heard
from asynchat.terminal.commands import Call, Speech, help_lines
from asynchat.terminal.connection import ConnectionNews, status
from asynchat.terminal.files import Files
from asynchat.terminal.missing import Missing
from asynchat.terminal.numbers import Numbers
from asynchat.terminal.order import Order
from asynchat.terminal.people import People
from asynchat.terminal.quotes import Quotes
from asynchat.terminal.render import (
    about_row,
    event_row,
    notice_row,
    presence_sentence,
    room_label,
    rooms_rows,
    unread_row,
)
from asynchat.terminal.saving import Saves
from asynchat.terminal.searches import Searches
from asynchat.text import is_direct, one_line, people_named, room_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.messages import AnyAbout, AnyEvent, Unread
    from asynchat.terminal.render import Row

LAST_LINES: Final = 20
"""How many lines of a room are shown when it is opened, and by ``/history``."""

_ANSWER_TIMEOUT_S: Final = 10.0


class Conversation:
    """What one person sees of a client, and does with it, one room open at a time.

    ``show`` is called on the event loop with each `Row`, in order.  `notice` is to be
    subscribed before the client starts; `open` comes once it has, `recall` may come before.
    """

    def __init__(self, client: Client, show: Callable[[Row], None]) -> None:
        self.room = LOBBY
        self.ended = False
        """Whether the connection is closed and will not come back by itself."""
        self.styled = False
        """Whether Markdown becomes styles, as the terminal has some."""
        self.numbers = Numbers()
        """How the messages that were shown are called."""
        self._client = client
        self._show = show
        self._quotes = Quotes(client, self.numbers, show)
        self._news = ConnectionNews()
        # Until the first room is open, what happens in it waits for its page.
        self._opening: str | None = LOBBY
        self._waiting_for_page: list[AnyEvent] = []
        self._page_end = 0
        self._counted = 0
        self._newest_seq = 0
        self._to_read = False
        self._oldest_seq: int | None = None
        self._searches = Searches(client, self.numbers, show, self.label)
        self._saves = Saves(client, show, room=lambda: self.room, label=self.label)
        self._joined: set[str] = set()
        self._missing = Missing(show)
        self._tasks = Tasks()
        self._leaving: str | None = None
        self._role: str | None = None
        self._acknowledged: set[int] = set()
        about = AboutMessages(
            client,
            self.numbers,
            room=lambda: self.room,
            label=self.label,
            show=show,
            show_page=self._show_page,
        )
        account = Account(client, show, room=lambda: self.room)
        people = People(client, show, room=self._room, label=self.label)
        order = Order(client, self.numbers, show, room=lambda: self.room)
        self._files = Files(client, self.numbers, show, room=lambda: self.room)
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            **about.commands,
            **self._files.commands,
            **people.commands,
            **account.commands,
            **order.commands,
            "join": self._join,
            "leave": self._leave,
            "create": self._create,
            "msg": self._msg,
            "rooms": self._rooms,
            "unread": self._unread,
            "history": self._history,
            "search": self._searches.begin,
            "more": self._searches.go_on,
            "save": self._saves.save,
            "topic": self._topic,
            "retry": self._retry,
            "discard": self._discard,
            "help": self._help,
        }
        """What each command does; ``/quit`` is the screen's."""

    def label(self, room: str | None = None) -> str:
        """Return how people call a room, or the open one."""
        room = self.room if room is None else room
        return room_label(room, self._client.rooms.get(room), self._client.account)

    def status(self) -> str:
        """Return one line about the open room, the connection, and what is on its way."""
        now = asyncio.get_running_loop().time()
        parts = [self.label()]
        if self._client.connection.phase == "online":
            parts.append(f"{self._client.online(self.room)} here")
        if self._client.name is not None:
            parts.append(f"you are {one_line(self._client.name)}")
        parts.append(status(self._client.connection, now))
        if unread := sum(one.unread for one in self._unread_elsewhere()):
            parts.append(f"{unread} unread")
        if waiting := len(self._client.outbox):
            parts.append(f"{waiting} sending")
        if moving := self._files.status():
            parts.append(moving)
        return " · ".join(parts)

    async def recall(self, room: str) -> bool:
        """Show what is kept of a room's last lines, without a connection.

        Return False, and show nothing, where nothing is kept of it: it is to be opened then.
        """
        kept = await self._client.recent(room)
        events = tuple(event for event in kept if not isinstance(event, AboutEvent))[-LAST_LINES:]
        if not events or room not in self._client.rooms:
            return False
        page = Page(re="", room=room, events=events, later=(), more=True)
        self.numbers.add_page(page)
        for event in kept:
            if isinstance(event, AboutEvent):
                self.numbers.take(event)
        self._open_page(page)
        self._opened()
        return True

    async def open(self, room: str) -> None:
        """Show a room's last lines and make it the one that is talked to; join it if need be.

        Raise `ChatError`.
        """
        client = self._client
        self._opening = room
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                if room in client.rooms:
                    page = await client.history(room, limit=LAST_LINES)
                else:
                    page = await client.join(room, history=LAST_LINES)
                await self._prepare(page)
            self._open_page(page)
        except TimeoutError:
            raise _no_answer() from None
        except ChatError as error:
            if error.code != "damaged":
                raise
            # One can talk all the same.
            self.complain(error.text)
            self._open_page(Page(re="", room=room, events=(), later=(), more=True))
        finally:
            self._opened()

    async def tell_quotes(self) -> None:
        """Tell what replies are to, where that was not known when they were shown; until cancelled.

        A few quotes may wait; beyond that they are not told.
        """
        await self._quotes.tell()

    async def end(self) -> None:
        """Stop what goes on beside the talk."""
        await self._tasks.cancel()
        await self._saves.stop()

    def _opened(self) -> None:
        self._role = self._client.role
        opened, self._opening = self._opening, None
        waiting, self._waiting_for_page = self._waiting_for_page, []
        for event in waiting:
            self._arrived(event)
        if self.room not in self._client.rooms and opened != LOBBY:
            # We were taken out of it while another was to be opened, which failed.
            self._move_out()

    async def do(self, meaning: Speech | Call) -> None:
        """Do what a typed line means; what is amiss is shown, never raised."""
        match meaning:
            case Speech(text=text):
                await self._do(self._say, text)
            case Call(name=name, arguments=arguments):
                await self._do(self.commands[name], *arguments)

    async def _do(self, deed: Callable[..., Awaitable[None]], *arguments: str | None) -> None:
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                await deed(*arguments)
        except TimeoutError:
            self.complain(_no_answer().text)
        except ChatError as error:
            self.complain(error.text)

    def complain(self, sentence: str) -> None:
        """Show what is amiss."""
        self._show(notice_row(sentence, "error"))

    def notice(self, notice: Notice) -> None:
        """Show what happened."""
        match notice:
            case Arrived() | Acknowledged() | Failed():
                self._said(notice)
            case UnreadChanged(room=self.room) if self._to_read:
                self._read()
            case PeopleChanged(room=self.room, changes=changes):
                for change in changes:
                    self._person_changed(change)
            case Connection():
                self._connection_changed(notice)
            case WasReset(reason=reason):
                self._page_end = self._counted = 0
                self._oldest_seq = None
                self.numbers.clear()
                self._acknowledged.clear()
                self._missing.forget()
                self._show(notice_row(reason))
            case _:
                self._told(notice)

    def _told(self, notice: Notice) -> None:
        match notice:
            case RoleChanged(role=role):
                # Who registers is told that already.
                if (self._role, role) != (GUEST, MEMBER):
                    self._show(notice_row(f"You are {role} on this server now."))
                self._role = role
            case TransferChanged(transfer=transfer):
                self._files.changed(transfer)
            case Damaged(room=room, seqs=seqs):
                self._missing.add(room, seqs)
            case Warned() | Told() | FirstUse():
                self.complain(notice.text)
            case Greeted(text=text):
                for line in text.splitlines():
                    self._show(notice_row(one_line(line)))

    def _said(self, notice: Arrived | Acknowledged | Failed) -> None:
        match notice:
            case Acknowledged(event=event):
                # It comes just before the event does by the stream, if that brings it at all:
                # a message stored before another history began is never heard of again.
                self._acknowledged.add(event.seq)
                self._heard(event)
            case Arrived(event=event) if event.seq in self._acknowledged:
                self._acknowledged.remove(event.seq)
            case Arrived(event=event):
                self._heard(event)
            case Failed(entry=entry, error=error):
                self.complain(f'Not sent: {error.text.rstrip(".")}. It was: "{entry.text}"')

    def _heard(self, event: AnyEvent) -> None:
        ours = isinstance(event, Left) and event.account == self._client.account
        if isinstance(event, Left) and ours and event.by:
            # It is not one of our rooms any more: nothing else would tell of it.
            because = f": {event.reason}" if event.reason else "."
            by = event.by_name or "Somebody"
            self.complain(f"{by} took you out of #{event.room}{because}")
        elif event.room == self._opening:
            self._waiting_for_page.append(event)
        else:
            self._arrived(event)
        if ours and event.room == self.room != self._leaving and self._opening is None:
            self._move_out()

    def _move_out(self) -> None:
        """Go to the lobby: the open room is none of ours any more."""
        self._tasks.spawn(self._do(self.open, LOBBY), name="terminal: to the lobby")

    def _arrived(self, event: AnyEvent) -> None:
        if isinstance(event, AboutEvent):
            self._became(event)
        elif event.room != self.room:
            if isinstance(event, Said):
                self._show_event(event, self.label(event.room))
        elif event.seq > self._page_end:
            if isinstance(event, Joined):
                self._joined.add(event.account)
            self._oldest_seq = self._oldest_seq or event.seq
            self._missing.show_before(self.room, event.seq)
            self._show_event(event)
            self._newest_seq = event.seq
            if not self._to_read and self._opening is None:
                self._client.mark(self.room, event.seq)

    def _read(self) -> None:
        """Have read the open room, once it is known how far we had on any device."""
        unread = self._client.unread.get(self.room)
        self._to_read = unread is None or unread.seq == 0
        room = self._client.rooms.get(self.room)
        if unread is not None and not self._to_read and unread.unread:
            self._client.mark(self.room, max(self._newest_seq, 0 if room is None else room.head))

    def _unread_elsewhere(self) -> list[Unread]:
        """Return the other rooms in which something is unread, in order of name."""
        unread = self._client.unread
        names = sorted(name for name in self._client.rooms if name != self.room and name in unread)
        return [unread[name] for name in names if unread[name].unread]

    def _became(self, event: AnyAbout) -> None:
        here, blocked = event.room == self.room, self._client.blocked
        if self.numbers.of(event.about) is None:
            # An edit that was blanked since has nothing to tell.
            blank = isinstance(event, Edited) and event.redacted
            if here and event.seq > self._counted and not blank and is_heard(event, blocked):
                self._show(about_row(event, None))
            return
        changed = self.numbers.take(event)
        if changed is None or changed.account in blocked or not is_heard(event, blocked):
            return
        # Of what is shown of other rooms, what one would read otherwise now, and one's own.
        if here or isinstance(event, Edited | Redacted) or changed.account == self._client.account:
            label = None if here else self.label(event.room)
            self._show(about_row(event, changed, label=label))

    def _show_event(self, event: AnyEvent, label: str | None = None) -> None:
        if not is_heard(event, self._client.blocked):
            return
        me, name = self._client.account, self._client.name
        called = highlights(account=me or "", me=() if name is None else (name,))
        said = event if isinstance(event, Said) else None
        row = event_row(
            event,
            label=label,
            me=me,
            styled=self.styled,
            highlighted=called,
            numbered=None if said is None else self.numbers.add(said),
            quote=None if said is None else self._quotes.of(said),
        )
        self._show(row)

    async def _prepare(self, page: Page) -> None:
        """Give numbers to what a page brings, and ask for what it quotes."""
        self.numbers.add_page(page)
        await self._quotes.get(page)

    async def _show_page(self, page: Page) -> None:
        await self._prepare(page)
        for event in page.events:
            self._missing.show_before(page.room, event.seq)
            self._show_event(event)
        self._missing.show_rest(page)

    def _open_page(self, page: Page) -> None:
        self.room = page.room
        self._joined.clear()
        room = self._client.rooms.get(page.room)
        topic = f": {room.topic}" if room is not None and room.topic else ""
        self._show(notice_row(f"{self.label()}{topic}", "room"))
        mark = self._client.unread.get(page.room)
        new_after = mark.seq if mark is not None and mark.seq and mark.unread else MAX_INT
        for event in page.events:
            if event.seq > new_after:
                self._show(notice_row("New:"))
                new_after = MAX_INT
            self._missing.show_before(page.room, event.seq)
            self._show_event(event)
        self._missing.show_rest(page)
        self._page_end = self._newest_seq = page.events[-1].seq if page.events else 0
        self._counted = max(page.counted, self._page_end)
        self._read()
        self._oldest_seq = page.events[0].seq if page.events else None

    def _person_changed(self, change: Presence) -> None:
        if change.account == self._client.account:
            return
        if change.state == "online" and change.account in self._joined:
            # That they joined was told a moment ago.
            self._joined.discard(change.account)
            return
        self._joined.discard(change.account)
        sentence = presence_sentence(change)
        if sentence is not None:
            self._show(notice_row(sentence))

    def _connection_changed(self, connection: Connection) -> None:
        sentence = self._news.tell(connection, asyncio.get_running_loop().time())
        if connection.phase == "closed":
            self.ended = True
        if sentence is not None:
            self._show(notice_row(sentence, "notice" if connection.phase == "online" else "error"))

    # What the commands do

    async def _say(self, text: str) -> None:
        self._client.post(self.room, with_emoji(text))

    async def _join(self, typed: str) -> None:
        await self.open(self._room(typed))

    async def _leave(self, typed: str | None) -> None:
        room = self._room(typed)
        self._leaving = room
        try:
            # A direct room is not left; one turns away from it.
            if not is_direct(room):
                await self._client.leave(room)
        finally:
            self._leaving = None
        if room == self.room:
            await self.open(LOBBY)

    async def _create(self, typed: str, topic: str | None) -> None:
        room = room_name(typed)
        await self._client.create(room, topic=topic or "")
        await self.open(room)

    async def _msg(self, names: str, text: str | None) -> None:
        page = await self._client.direct(*people_named(names))
        if text is not None:
            self._client.post(page.room, with_emoji(text))
        else:
            await self.open(page.room)

    async def _rooms(self) -> None:
        rooms = await self._client.list_rooms()
        for row in rooms_rows(rooms, self._client.account, self.room, self._client.unread):
            self._show(row)

    async def _unread(self) -> None:
        found = self._unread_elsewhere()
        if not found:
            self._show(notice_row("Nothing is unread in other rooms."))
        for unread in found:
            self._show(unread_row(unread, self.label(unread.room)))

    async def _history(self, count: str | None) -> None:
        limit = min(max(1, int(count)), 500) if count is not None else LAST_LINES
        page = await self._client.history(self.room, before=self._oldest_seq, limit=limit)
        if page.events:
            self._oldest_seq = page.events[0].seq
        if not page.more:
            self._show(notice_row(f"This is where {self.label()} begins."))
        await self._show_page(page)

    async def _topic(self, text: str) -> None:
        await self._client.set_topic(self.room, text)

    async def _retry(self) -> None:
        for failed in self._client.failed:
            self._client.retry(failed.entry.id)

    async def _discard(self) -> None:
        for failed in self._client.failed:
            self._client.discard(failed.entry.id)

    async def _help(self) -> None:
        for line in help_lines():
            self._show((("class:notice", f"  {line}"),))

    def _room(self, typed: str | None) -> str:
        if typed is None:
            return self.room
        if typed.startswith("@"):
            for name in self._client.rooms:
                if self.label(name).casefold() == typed.casefold():
                    return name
            raise ChatError("no_such_room", f"There is no conversation {typed}; /msg begins one.")
        return room_name(typed)


def _no_answer() -> ChatError:
    return ChatError("unreachable", f"No answer within {_ANSWER_TIMEOUT_S:g} s; try it again.")
