"""One connection as the window shows it: rooms, unread counts, drafts, what is on its way.

It turns notices into what changes on a screen, and tells its `View`; it knows no tkinter.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol

from asynchat.chat.sentences import sentence
from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.timeline import NOTHING
from asynchat.messages import LOBBY, AboutEvent, Left, Said
from asynchat.text import one_line, people_named
from asynchat.window.drafts import Drafts
from asynchat.window.histories import PAGE, Histories
from asynchat.window.pins import Pins
from asynchat.window.places import Places
from asynchat.window.presenters import sidebar
from asynchat.window.presenters.accounts import GUEST
from asynchat.window.presenters.status import Typists, connection_status, nothing_to_show
from asynchat.window.reading import Reading
from asynchat.window.speaking import Speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from asynchat.link.client import Client
    from asynchat.link.timeline import Line, Splice
    from asynchat.messages import AnyEvent, Page, Presence, Room
    from asynchat.tasks import Tasks
    from asynchat.window.drafts import Draft
    from asynchat.window.failures import Failures
    from asynchat.window.presenters.sidebar import Row
    from asynchat.window.presenters.status import Status

logger = logging.getLogger(__name__)

MAX_LINES: Final = 5_000
"""How many lines of one room are kept in memory; older ones can be asked for again."""

_SLACK: Final = 200
"""How many more there may be: they go together, not one with each that comes."""

_TYPING_EVERY_S: Final = 3.0


class View(Protocol):
    """What shows a session."""

    def show_room(self, lines: Sequence[Line], draft: Draft) -> None:
        """Show another room, at its newest line."""

    def show_place(self, lines: Sequence[Line], seq: int) -> None:
        """Show another part of the room on view, at a line: there is more below."""

    def show_line(self, seq: int) -> None:
        """Go to a line of those that were told."""

    def show_newest(self, lines: Sequence[Line]) -> None:
        """Show the newest lines of the room on view instead of a place."""

    def extend_lines(self, at: int, lines: Sequence[Line]) -> None:
        """Go on with other lines from ``at``, up to the newest, without moving the reader."""

    def change_lines(self, splices: Sequence[Splice], *, news: int, at_once: bool) -> None:
        """Show what changed in the room on view."""

    def change_rooms(self) -> None:
        """Show the rooms, people, counts, title and header anew."""

    def greet(self, text: str) -> None:
        """Show what the server says to all who come."""

    def change_status(self) -> None:
        """Show the connection's state and who is typing anew."""

    @property
    def draft(self) -> Draft:
        """What stands in the composer."""

    @property
    def reading(self) -> bool:
        """Whether the person sees the newest line of the room on view."""

    @property
    def shown(self) -> bool:
        """Whether the window shows this session, and no other."""


class Session:
    """Shows a client that has started; `start` it once the view is there."""

    def __init__(
        self, client: Client, *, tasks: Tasks, failures: Failures, drafts: Drafts | None = None
    ) -> None:
        self.client = client
        self._drafts = drafts or Drafts()
        self.forgotten = False
        self._tasks = tasks
        self._failures = failures
        self.on_view: str | None = None
        self._typists = Typists()
        self._typed_at = float("-inf")
        self._view: View | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self.histories = Histories(self)
        self.reading = Reading(self)
        self.places = Places(self)
        self.pins = Pins(self)
        self.speaking = Speaking(self)

    @property
    def tasks(self) -> Tasks:
        """Who owns what takes time."""
        return self._tasks

    @property
    def view(self) -> View | None:
        """What shows it, while it is shown."""
        return self._view

    @property
    def me(self) -> str:
        """One's own account."""
        return self.client.account or ""

    @property
    def my_name(self) -> str:
        """One's own name."""
        return self.client.name or ""

    @property
    def role(self) -> str:
        """What one is on the server, as far as that was told: a guest."""
        return self.client.role or GUEST

    @property
    def shown(self) -> bool:
        """Whether the window shows it, and no other."""
        return self._view is not None and self._view.shown

    @property
    def room(self) -> Room | None:
        """The room on view, as the server tells it."""
        return self.client.rooms.get(self.on_view or "")

    def start(self, view: View, room: str | None = None) -> None:
        """Show the room asked for, or the lobby, and from now on all that happens."""
        self._view = view
        self._unsubscribe = self.client.subscribe(self._failures.guarded(self._notice))
        if self.client.greeting:
            view.greet(self.client.greeting)
        if self.client.warning is not None:
            self._failures.say(self.client.warning)
        first = room if room in self.client.rooms else self._default_room()
        if first is not None:
            self.show(first)
        view.change_rooms()
        view.change_status()
        if room is not None and room not in self.client.rooms:
            self.spawn(self.join(room), "join the room asked for")

    def stop(self) -> None:
        """Show nothing any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._view = None

    # What the screen shows

    def rows(self) -> tuple[Row, ...]:
        """Return the sidebar's rows."""
        people = self.people()
        return sidebar.rows(
            self.client.rooms,
            me=self.me,
            on_view=self.on_view,
            unread=self.client.unread,
            people=people,
            known=self.client.person,
        )

    def people(self) -> tuple[Presence, ...]:
        """Return the members of the room on view."""
        return () if self.on_view is None else self.client.members(self.on_view)

    def called(self, account: str, name: str) -> str:
        """Return how somebody is shown: as they chose, or else by the name that is given."""
        person = self.client.person(account)
        return one_line(name if person is None else person.display or name)

    def label(self) -> str:
        """Return what the room on view is called."""
        return (
            "" if self.room is None else sidebar.room_label(self.room, self.me, self.client.person)
        )

    def unread(self) -> int:
        """Return how much was said and seen on no device."""
        unread = self.client.unread
        return sum(unread[name].unread for name in self.client.rooms if name in unread)

    def status(self) -> Status:
        """Return the connection's state."""
        return connection_status(
            self.client.connection,
            now=_now(),
            latency_ms=self.client.latency_ms,
            unsent=len(self.client.outbox),
        )

    def blank(self) -> str:
        """Return what to say where there is no room to show, nothing where there is one."""
        if self.on_view is not None:
            return ""
        held = self.client.warning is not None
        return nothing_to_show(self.client.connection, kept_by_another=held)

    def typing(self) -> str:
        """Return who is typing in the room on view."""
        return "" if self.on_view is None else self._typists.text(self.on_view, _now())

    # What a person does

    def show(self, name: str) -> None:
        """Put a room on view; what stands in the composer is kept for the room before."""
        self.keep_draft()
        self.places.leave()
        self.on_view = name
        room = self.histories.state(name)
        room.new_after = None
        self.reading.open(name)
        if self._view is not None:
            self._view.show_room(room.timeline.lines, self._drafts.get(name))
            self._view.change_rooms()
            self._view.change_status()
        self.pins.refresh()
        if not room.loaded:
            self.histories.load_older()

    async def forget(self) -> None:
        """Keep nothing of the account on this computer, drafts included.  Raise `OSError`."""
        self.forgotten = True
        self._drafts.clear()
        await self.client.forget()

    def keep_draft(self) -> None:
        """Keep what stands in the composer, for the room on view."""
        if self._view is not None and self.on_view is not None and not self.forgotten:
            self._drafts.put(self.on_view, self._view.draft)

    def post(self, text: str, *, reply_to: int | None = None) -> None:
        """Say something in the room on view.  Raise `ChatError`."""
        if self.on_view is None:
            raise ChatError("not_a_member")
        self.client.post(self.on_view, text, reply_to=reply_to)

    def line(self, seq: int) -> Line | None:
        """Return a line of the room on view, None where it is not loaded."""
        return None if self.on_view is None else self.histories.state(self.on_view).shown.line(seq)

    def newest_said(self) -> Line | None:
        """Return the last message in the room on view that all have, and that is not deleted."""
        if self.on_view is None:
            return None
        said = (
            line
            for line in reversed(self.histories.state(self.on_view).shown.lines)
            if _is_said(line)
        )
        return next(said, None)

    def newest_own(self) -> Line | None:
        """Return the last message of one's own in the room on view, once it can be edited."""
        if self.on_view is None:
            return None
        lines = reversed(self.histories.state(self.on_view).timeline.lines)
        own = (line for line in lines if line.account == self.me and line.kind == "said")
        last = next((one for one in own if one.status != "failed" and not one.deleted), None)
        # While it is on its way, no older one is meant.
        return last if last is not None and last.status == "sent" else None

    def edit(self, seq: int, text: str) -> None:
        """Say a line of one's own anew; a failure is shown."""
        self._about("edit", lambda room: self.client.edit(room, seq, text))

    def delete(self, seq: int) -> None:
        """Delete a line for everybody; a failure is shown."""
        self._about("delete", lambda room: self.client.redact(room, seq))

    def react(self, seq: int, emoji: str) -> None:
        """Put an emoji under a line, or take one's own away; a failure is shown."""
        line = self.line(seq)
        mine = line is not None and any(r.mine for r in line.reactions if r.emoji == emoji)
        self._about("react", lambda room: self.client.react(room, seq, emoji, on=not mine))

    def pin(self, seq: int, *, on: bool) -> None:
        """Pin a line to the room on view, or unpin it; a failure is shown."""
        self._about("pin", lambda room: self.client.pin(room, seq, on=on))

    def _about(self, what: str, ask: Callable[[str], Coroutine[object, object, None]]) -> None:
        if self.on_view is not None:
            self.spawn(ask(self.on_view), what)

    def retry(self, entry_id: str) -> None:
        """Say a line again that failed, as a new one.  Raise `ChatError`."""
        self.client.retry(entry_id)

    def discard(self, entry_id: str) -> None:
        """Take a line away that failed.  Raise `ChatError`."""
        self.client.discard(entry_id)

    def typed(self) -> None:
        """Tell the others now and then that one is typing."""
        now = _now()
        if self.on_view is None or now - self._typed_at < _TYPING_EVERY_S:
            return
        if self.online:
            self._typed_at = now
            self.client.typing(self.on_view)

    async def join(self, name: str) -> None:
        """Go into a room and put it on view.  Raise `ChatError`."""
        page = await self.client.join(name, history=PAGE)
        self._enter(page)

    async def create(self, name: str, *, topic: str = "", private: bool = False) -> None:
        """Make a room and put it on view.  Raise `ChatError`."""
        await self.client.create(name, topic=topic, private=private)
        self.show(name)

    async def leave(self, name: str) -> None:
        """Leave a room.  Raise `ChatError`."""
        await self.client.leave(name)

    async def open_direct(self, *accounts: str) -> None:
        """Put the room of oneself and others on view.  Raise `ChatError`."""
        others = [account for account in accounts if account != self.me]
        if others:
            self._enter(await self.client.direct_with(*others))

    async def open_direct_by_name(self, names: str, text: str = "") -> None:
        """Put the room of us and ``ada,ben`` on view, and say something.  Raise `ChatError`."""
        self._enter(await self.client.direct(*people_named(names)))
        if text:
            self.post(text)

    def spawn(self, coroutine: Coroutine[object, object, object], name: str) -> None:
        """Do something that takes time; a failure is shown."""
        self._tasks.spawn(coroutine, name=name)

    # What the server tells

    def _notice(self, notice: notices.Notice) -> None:
        match notice:
            case notices.Arrived():
                self._arrived(notice)
            case notices.Posted() | notices.Acknowledged() | notices.Failed() | notices.Discarded():
                self._own(notice)
            case notices.RoomsChanged():
                self._rooms_changed()
            case notices.PeopleChanged() | notices.RoleChanged() | notices.UnreadChanged():
                self._told_otherwise(notice)
            case notices.BlocksChanged():
                self._blocks_changed()
            case notices.SomeoneIsTyping():
                self._someone_types(notice)
            case notices.WasReset():
                self._was_reset(notice.reason)
            case notices.Connection():
                self._connection_changed(notice)
            case notices.Warned() | notices.Told() | notices.Greeted() | notices.Damaged():
                self._said(notice)

    def _told_otherwise(
        self, notice: notices.PeopleChanged | notices.RoleChanged | notices.UnreadChanged
    ) -> None:
        if isinstance(notice, notices.UnreadChanged):
            self.reading.told(notice.room)
        self._changed_rooms()

    def _blocks_changed(self) -> None:
        if self._view is None or self.on_view is None:
            return
        state = self.histories.state(self.on_view)
        if state.place is not None:
            self.places.newest()
        else:
            self._view.show_newest(state.timeline.lines)

    def _said(
        self, notice: notices.Warned | notices.Told | notices.Greeted | notices.Damaged
    ) -> None:
        if isinstance(notice, notices.Damaged):
            self.histories.damaged(notice.room, notice.seqs)
        elif not isinstance(notice, notices.Greeted):
            self._failures.say(notice.text)
        elif self._view is not None:
            self._view.greet(notice.text)

    def _own(
        self,
        notice: notices.Posted | notices.Acknowledged | notices.Failed | notices.Discarded,
    ) -> None:
        timeline, name = self.histories.state(notice.entry.room).timeline, notice.entry.room
        match notice:
            case notices.Posted():
                self.change(name, [timeline.post(notice.entry)], at_once=True)
            case notices.Acknowledged():
                self.change(name, [timeline.add(notice.event)])
            case notices.Failed():
                # One from before the start was not shown as sending yet.
                shown = timeline.post(notice.entry)
                self.change(name, [shown, timeline.fail(notice.entry.id, notice.error.text)])
                if self.speaking.failed(name, notice.error):
                    self._changed_rooms()
                if name not in self.client.rooms:
                    self._failures.say(f"Not sent: {notice.error.text}")
            case notices.Discarded():
                self.change(name, [timeline.discard(notice.entry.id)], at_once=True)

    def _someone_types(self, notice: notices.SomeoneIsTyping) -> None:
        if notice.account != self.me and notice.account not in self.client.blocked:
            name = self.called(notice.account, notice.name or "someone")
            self._typists.saw(notice.room, notice.account, name, _now())
            self._changed_status()

    def _connection_changed(self, connection: notices.Connection) -> None:
        self._changed_status()
        if connection.phase == "online":
            self._changed_rooms()
            self.pins.refresh()
            if self.on_view is not None and not self.histories.state(self.on_view).loaded:
                self.histories.load_older()

    def _arrived(self, notice: notices.Arrived) -> None:
        event = notice.event
        self._sent_out(event)
        self.pins.heard(event)
        room = self.histories.state(event.room)
        if room.place is not None and isinstance(event, AboutEvent):
            self.change_place(event.room, room.place.timeline.take(event))
        splices = room.timeline.take(event)
        if not splices:
            return
        news = isinstance(event, Said) and event.account != self.me
        if news:
            self._typists.stopped(event.room, event.account)
        seen = event.room == self.on_view and self._view is not None and self._view.reading
        if news and event.room == self.on_view:
            if seen:
                self.reading.heard(event.room)
            else:
                self.reading.missed(event.room)
        if event.room != self.on_view or seen:
            splices.append(room.timeline.forget_older(MAX_LINES, slack=_SLACK))
        self.change(event.room, splices, news=int(news))
        self.histories.ask_for_quotes(event.room)

    def _sent_out(self, event: AnyEvent) -> None:
        """Say who took us out of a room, and why: the room itself is not there any more."""
        if isinstance(event, Left) and event.account == self.me and event.by not in {None, self.me}:
            told = one_line(sentence(event)).removesuffix(".")
            self._failures.say(f"#{event.room}: {told}.")

    def _rooms_changed(self) -> None:
        gone = self.histories.keep_only(tuple(self.client.rooms))
        if self.on_view in gone or self.on_view is None:
            self.on_view = None
            other = self._default_room()
            if other is not None:
                self.show(other)
        self._changed_rooms()

    def _was_reset(self, reason: str) -> None:
        self.histories.keep_only(())
        self._failures.say(reason)
        if self.on_view is not None:
            self.show(self.on_view)

    @property
    def online(self) -> bool:
        """Whether there is a connection."""
        return self.client.connection.phase == "online"

    def _enter(self, page: Page) -> None:
        room = self.histories.state(page.room)
        room.loaded = True
        self.histories.add_page(page.room, room, page)
        self.show(page.room)

    def complain(self, error: ChatError) -> None:
        """Show what failed."""
        self._failures.report(error)

    def _default_room(self) -> str | None:
        rooms = self.client.rooms
        if LOBBY in rooms:
            return LOBBY
        return min((name for name, room in rooms.items() if not room.direct), default=None)

    def change(
        self, name: str, splices: Sequence[Splice], *, news: int = 0, at_once: bool = False
    ) -> None:
        """Show what changed in the newest lines of a room, if it is on view."""
        real = [splice for splice in splices if splice is not NOTHING]
        if name != self.on_view or self._view is None:
            return
        if self.histories.state(name).place is not None:
            # What is new is only counted: the reader is elsewhere.
            real = []
        if real or news:
            self._view.change_lines(real, news=news, at_once=at_once)

    def change_place(self, name: str, splices: Sequence[Splice]) -> None:
        """Show what changed in the place that was jumped to."""
        if name == self.on_view and self._view is not None and splices:
            self._view.change_lines(splices, news=0, at_once=True)

    def _changed_rooms(self) -> None:
        if self._view is not None:
            self._view.change_rooms()

    def _changed_status(self) -> None:
        if self._view is not None:
            self._view.change_status()


def _is_said(line: Line) -> bool:
    return line.kind == "said" and line.seq is not None and not line.deleted


def _now() -> float:
    return asyncio.get_running_loop().time()
