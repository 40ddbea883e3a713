"""What is known of one server and said with it, over one connection after the other.

A `Conversation` is told of each welcome, each frame and each cut; it keeps rooms and people,
settles requests, and hands events on once each and in order.  It opens no connection: that
is `reconnect`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, get_args

from asynchat.chat.profile import ONLINE
from asynchat.errors import FINAL, ChatError
from asynchat.link import notices
from asynchat.link.cache import About, Older
from asynchat.link.ids import new_id
from asynchat.link.inbox import Inbox
from asynchat.link.lookup import Lookup
from asynchat.link.marks import Marks
from asynchat.link.requests import Pending, Requests, answers, asked_by, pending_say, said
from asynchat.link.roster import Roster
from asynchat.messages import Answer as Reply
from asynchat.messages import (
    AnyEvent,
    Blocked,
    Created,
    Direct,
    Done,
    Goodbye,
    History,
    Join,
    Joined,
    Left,
    Limits,
    Marked,
    NewRole,
    Page,
    Ping,
    Pong,
    PresenceChanged,
    Refused,
    Reset,
    SetState,
    SomeoneTyping,
    Upto,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.link.cache import Visit
    from asynchat.link.notices import Announcer, Entry
    from asynchat.link.outbox import Outbox
    from asynchat.link.outbox_file import Kept
    from asynchat.link.requests import Answer
    from asynchat.link.wire import LinkSettings, Wire
    from asynchat.messages import Query, ServerFrame, Welcome, Write
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)


class Conversation:
    """One account's side of what it and a server say.

    ``cursor`` is where to resume from, None before the first welcome where no visit before is
    kept.  ``role`` is ours on the server, ``blocked`` whom we have blocked.  ``goodbye`` is the
    server's last frame on this connection, if it sent one.
    """

    def __init__(
        self,
        announcer: Announcer,
        tasks: Tasks,
        settings: LinkSettings,
        outbox: Outbox,
    ) -> None:
        self.outbox = outbox
        self.outbox.describe = self._describe
        self.account: str | None = None
        self.name: str | None = None
        self.role: str | None = None
        self.blocked: frozenset[str] = frozenset()
        self.cursor: str | None = None
        self.goodbye: Goodbye | None = None
        self.roster = Roster()
        self.requests = Requests()
        self.inbox = Inbox(settings.inbox_events)
        self.wire: Wire | None = None
        self.marks = Marks(self.ask, self._tell_unread, tasks, every_s=settings.mark_every_s)
        self.state = ONLINE
        self._tell = announcer.tell
        self._tasks = tasks
        self._settings = settings
        self._server: str | None = None
        self._limits = Limits(under_way=1)
        self._last_seq = 0
        self._caught_up = False
        self.greeting: str | None = None
        self.public_address = ""
        self._elsewhere: str | None = None
        self.lookup = Lookup(self, announcer, tasks, settings)
        self._takers: dict[type, Callable[[Any], None]] = {
            Upto: self._take_upto,
            Ping: self._take_ping,
            PresenceChanged: self.lookup.take_presence,
            SomeoneTyping: self._take_typing,
            Reset: self._take_reset,
            Refused: self._take_refused,
            Goodbye: self._take_goodbye,
            Marked: self.marks.take,
            NewRole: self._take_role,
            Blocked: self._take_blocked,
        }
        self._takers |= dict.fromkeys(get_args(AnyEvent), self._take_event)
        self._takers |= dict.fromkeys((*get_args(Reply), Done), self._take_answer)

    @property
    def caught_up(self) -> bool:
        """Whether the stream has brought what was missed before this connection."""
        return self._caught_up

    # The connection

    async def meet(self, server: str, account: str, *, resume: bool = False) -> None:
        """Be with this server, as this account: go on with what its outbox on disk has.

        With ``resume``, before there is a connection, also go on where the last visit ended.
        """
        if self._server not in {None, server}:
            await self._leave_server()
        self._server = server
        opened = await self.outbox.open(server, account, self.requests.posted)
        if opened is None:
            return
        if opened.held:
            self._tasks.spawn(self._take_over(), name="outbox of another process")
        visit, cache = opened.visit, self.outbox.cache
        if resume and visit is not None and cache is not None:
            self._resume(account, visit)
        elif cache is not None:
            # What is on disk does not join on to where the stream is.
            cache.restart()
        self.requests.add_first(self._restored(opened.kept))

    def come_in(self, wire: Wire, welcome: Welcome) -> None:
        """Go on over a new connection that is welcome."""
        first = self.cursor is None
        renewed = welcome.resumed and self.account not in {None, welcome.you.account}
        self.account, self.name = welcome.you.account, welcome.you.name
        if self.role not in {None, welcome.you.role}:
            self._tell(notices.RoleChanged(welcome.you.role))
        self.role = welcome.you.role
        if self.blocked != frozenset(welcome.blocked):
            self.blocked = frozenset(welcome.blocked)
            self._tell(notices.BlocksChanged())
        self.roster.welcome(welcome.you.account, welcome.rooms)
        self.inbox.start(welcome.cursor)
        self.goodbye = None
        self.wire = wire
        self._limits = welcome.limits
        self.public_address = welcome.address
        # Until it has, a page may be ahead of the stream.
        self._caught_up = not welcome.resumed
        if first:
            self.cursor = welcome.cursor
            if self._elsewhere is not None:
                self._tell(notices.Told(self._elsewhere))
        elif renewed:
            self._void("The server has you under another account now.")
        if first or welcome.resumed:
            self._go_on(wire)
        # Otherwise a reset follows at once, and nothing may be sent before it.
        if welcome.more and welcome.rooms:
            after = welcome.rooms[-1].name
            self._tasks.spawn(self.lookup.more_rooms(after), name="more rooms")
        self.tell_rooms()
        if self.greeting is None:
            self.greeting = welcome.notice
            if self.greeting:
                self._tell(notices.Greeted(self.greeting))

    def set_state(self, state: str) -> None:
        """Be so on this connection, and on those that come after it."""
        self.state = state
        if self.wire is not None:
            self.wire.send(SetState(id=new_id(), state=state))

    def cut(self) -> None:
        """Send nothing until the next welcome."""
        self.wire = None
        self.marks.cut()
        for pending in self.requests.disconnected():
            self._fail(pending, ChatError("cut", "The connection was lost."))

    def take(self, frame: ServerFrame) -> None:
        """Act on a frame of the stream.  Raise `ChatError` where the server ends it for good."""
        taker = self._takers.get(type(frame))
        if taker is not None:
            taker(frame)

    # Requests

    async def ask(self, request: Write | Query, taken: Callable[[Any], None] | None = None) -> Any:
        """Send a request and return its answer.  Raise `ChatError`.

        With ``taken``, see `Pending`, it fails when the connection is cut; others go again.
        """
        if taken is not None and self.wire is None:
            raise ChatError("cut", "The connection was lost.")
        answered = asyncio.get_running_loop().create_future()
        self.requests.add(Pending(request, answered, taken=taken))
        try:
            return await answered
        finally:
            self.requests.remove(request.id)

    def end(self, error: ChatError, *, for_good: bool = False) -> None:
        """Let every request fail, but the texts that the next start finds on disk.

        Where nobody comes back ``for_good``, those are shown as failed, too, and stay there.
        """
        for pending in self.requests.take_all(but=self.outbox.is_kept):
            self._fail(pending, error)
        for pending in self.requests.take_all() if for_good else ():
            if pending.entry is not None:
                failed = notices.Failed(pending.entry, error)
                self.outbox.show_failed(failed)
                self._tell(failed)

    # What is on disk

    def _restored(self, kept: Iterable[Kept]) -> list[Pending]:
        """Tell what a file had; return what of it is to be sent."""
        restored: list[Pending] = []
        for each in kept:
            if isinstance(each, notices.Failed):
                self._tell(each)
            elif self.requests.get(each.id) is None:
                try:
                    restored.append(pending_say(each))
                    self._tell(notices.Posted(each))
                except ChatError as error:
                    self._failed(each, error)
        return restored

    def _resume(self, account: str, visit: Visit) -> None:
        """Be where the last visit ended; a connection goes on from there."""
        self.account, self.name = account, visit.about.name
        self.cursor, self._last_seq = visit.cursor, visit.seq
        self._limits = visit.about.limits
        self.inbox.start(visit.cursor)
        self.roster.welcome(account, visit.about.rooms)
        for unread in visit.about.unread:
            self.marks.counts.restore(unread, visit.about.counted)
        self._tell(notices.RoomsChanged())

    async def _take_over(self) -> None:
        """Have the outbox once the other process has closed it, and what it left there."""
        held = True
        while held:
            await asyncio.sleep(self._settings.outbox_again_s)
            opened = await self.outbox.take_over(self.requests.posted)
            held = opened.held
            for pending in self._restored(opened.kept):
                self.requests.add(pending)

    async def _leave_server(self) -> None:
        """Let what was written to one server wait for it: it goes to no other by mistake."""
        self._elsewhere = "Another server answers at this address now."
        error = ChatError("other_server", self._elsewhere)
        await self.outbox.flush()
        waiting = self.requests.take_all()
        kept = [one.entry for one in waiting if one.entry and self.outbox.is_kept(one.entry.id)]
        for entry in [*kept, *self.outbox.leave_failed()]:
            self._tell(notices.Discarded(entry))
        for pending in waiting:
            if pending.entry not in kept or pending.answered is not None:
                self._fail(pending, error)
        if kept:
            texts, wait = ("A message", "waits") if len(kept) == 1 else ("Messages", "wait")
            self._elsewhere += f" {texts} to the one before {wait} until that is back."

    def _describe(self) -> About:
        unread = tuple(self.marks.counts.values())
        rooms = tuple(self.roster.rooms.values())
        return About(self.name, rooms, self._limits, unread, self._last_seq)

    def _tell_unread(self, notice: notices.Notice) -> None:
        self._keep_about()
        self._tell(notice)

    def tell_rooms(self) -> None:
        """Tell that the rooms are not as they were, and keep them so."""
        self._keep_about()
        self._tell(notices.RoomsChanged())

    def _keep_about(self) -> None:
        if (cache := self.outbox.cache) is not None:
            cache.describe_again()
            self.outbox.keep_history()

    def _keep_page(self, request: Write | Query, page: Page) -> None:
        """Keep a page for the next start, where it is one that joins on to the stream."""
        match request:
            case History(after=None, around=None, pinned=False, before=before):
                pass
            case Join() | Direct():
                before = None
            case _:
                return
        if self._caught_up and (cache := self.outbox.cache) is not None:
            cache.put_older(Older(page.room, before, page.events + page.later))
            self.outbox.keep_history()

    # What arrives

    def _take_event(self, event: AnyEvent) -> None:
        cache = self.outbox.cache
        if cache is not None and event.seq > self._last_seq:
            # Before it is settled: so both are on disk, or neither is.
            cache.put(event, me=self.account)
        if event.id is not None and asked_by(event) == self.account:
            self._settle(event.id, event)
            if event.id in self.outbox.failed:
                # It was on its way when it failed, and had arrived.
                self.outbox.forget(event.id)
        if event.seq > self._last_seq:
            self._last_seq = event.seq
            entered = event.room not in self.roster.rooms
            changed = self.roster.apply(event)
            entered = entered and event.room in self.roster.rooms
            self._tell(notices.Arrived(event))
            self.marks.apply(event, me=self.account or "")
            if changed:
                self.tell_rooms()
                if isinstance(event, Joined | Left | Created):
                    self._tell(notices.PeopleChanged(event.room))
            if isinstance(event, Left) and event.account == self.account:
                for pending in self.requests.joining(event.room):
                    self._never_paged(pending)
            if entered:
                self._tasks.spawn(self.lookup.enter(event.room), name=f"enter {event.room}")
        self.inbox.put(event)

    def _take_upto(self, upto: Upto) -> None:
        self._move(upto.cursor)
        self._caught_up = self._caught_up or upto.live
        if upto.live and self.wire is not None:
            self._tasks.spawn(self.marks.read(), name="unread")
            self._tasks.spawn(self.lookup.everyone(), name="people")

    def _take_ping(self, ping: Ping) -> None:
        if ping.cursor is not None:
            self._move(ping.cursor)
        if self.wire is not None:
            self.wire.send(Pong(re=ping.id))

    def _take_answer(self, frame: Reply | Done) -> None:
        self._settle(frame.re, frame)

    def _take_refused(self, frame: Refused) -> None:
        error = ChatError(
            frame.code,
            frame.text,
            re=frame.re,
            retry_after=frame.retry_after,
            until=frame.until,
        )
        pending = None if frame.re is None else self.requests.remove(frame.re)
        if pending is not None:
            self._fail(pending, error)
        elif error.code in FINAL:
            raise error
        else:
            if error.code == "damaged" and frame.room is not None and frame.seqs:
                self._tell(notices.Damaged(frame.room, frame.seqs))
            elif error.code == "damaged":
                self._tell(notices.Told(error.text))
            logger.warning("the server says: %s (%s)", error.text, error.code)

    def _take_role(self, frame: NewRole) -> None:
        self.role = frame.role
        self._tell(notices.RoleChanged(frame.role))

    def _take_blocked(self, frame: Blocked) -> None:
        self.blocked = (
            self.blocked | {frame.account} if frame.on else self.blocked - {frame.account}
        )
        self._tell(notices.BlocksChanged())

    def _take_typing(self, frame: SomeoneTyping) -> None:
        self._tell(notices.SomeoneIsTyping(frame.room, frame.account, frame.name))

    def _take_reset(self, reset: Reset) -> None:
        self.cursor = reset.cursor
        self.inbox.restart(reset.cursor)
        self._caught_up = True
        self._void(self._elsewhere or reset.reason)
        if self.wire is not None:
            self._go_on(self.wire)

    def _void(self, reason: str) -> None:
        """Let nothing count that was told so far."""
        self._last_seq = 0
        self._elsewhere = None
        self.marks.restart()
        if (cache := self.outbox.cache) is not None:
            cache.restart()
        self._tell(notices.WasReset(reason))

    def _take_goodbye(self, goodbye: Goodbye) -> None:
        self.goodbye = goodbye

    def _go_on(self, wire: Wire) -> None:
        if self.state != ONLINE:
            wire.send(SetState(id=new_id(), state=self.state))
        self.requests.connected(wire.send, self._limits.under_way)
        self.marks.connected()

    def _move(self, cursor: str) -> None:
        self.cursor = cursor
        self.inbox.mark(cursor)
        if (cache := self.outbox.cache) is not None:
            cache.mark(cursor)
            self.outbox.keep_history()

    # Settling requests

    def _settle(self, request_id: str, frame: Answer) -> None:
        pending = self.requests.get(request_id)
        if pending is None:
            return
        if not answers(pending.request, frame):
            pending.done = True
            if isinstance(frame, Done) and frame.seq is not None and self._is_left(pending):
                self._never_paged(pending)
            return
        self.requests.remove(request_id)
        answer: Any = frame
        if pending.entry is not None:
            if isinstance(frame, Done):
                answer = said(
                    pending.entry, frame, account=self.account or "", name=self.name or ""
                )
            self.outbox.forget(request_id)
            self._tell(notices.Acknowledged(pending.entry, answer))
        if isinstance(frame, Page):
            self._keep_page(pending.request, frame)
        if pending.taken is not None:
            pending.taken(answer)
        if pending.answered is not None and not pending.answered.done():
            pending.answered.set_result(answer)

    def _is_left(self, pending: Pending) -> bool:
        request = pending.request
        return isinstance(request, Join) and request.room not in self.roster.rooms

    def _never_paged(self, pending: Pending) -> None:
        """Let a join fail that was done: we have left since, and no page will come."""
        self.requests.remove(pending.request.id)
        self._fail(pending, ChatError("not_a_member", "This room was left again meanwhile."))

    def _fail(self, pending: Pending, error: ChatError) -> None:
        if pending.entry is not None:
            if pending.answered is None:
                self._failed(pending.entry, error)
            else:
                # Whoever said it is told, and decides: it is not kept.
                self._tell(notices.Failed(pending.entry, error))
        if pending.answered is not None and not pending.answered.done():
            pending.answered.set_exception(error)

    def _failed(self, entry: Entry, error: ChatError) -> None:
        failed = notices.Failed(entry, error)
        self.outbox.fail(failed)
        self._tell(failed)
