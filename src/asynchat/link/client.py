"""A client of one server: `Client` connects, comes back by itself, and loses nothing.

It joins the parts: `entrance` (who we are), `wire` (one connection), `requests` (what is
under way), `roster` (rooms and people) and `inbox` (events for the program).
"""

from __future__ import annotations

import asyncio
import logging
import random
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self, TypeVar

from asynchat.address import parse_address
from asynchat.link import notices
from asynchat.link.entrance import Entrance, OtherAccountError, error_of
from asynchat.link.identities import Identities, default_data
from asynchat.link.ids import new_id, now_ms
from asynchat.link.inbox import Inbox
from asynchat.link.requests import Pending, Requests, answers, asked_by, said
from asynchat.link.roster import Roster
from asynchat.link.wire import LinkSettings, Wire
from asynchat.messages import (
    FINAL,
    Bye,
    ChatError,
    Create,
    Created,
    Direct,
    Done,
    Event,
    Goodbye,
    History,
    Invite,
    Join,
    Joined,
    Leave,
    Left,
    ListRooms,
    Page,
    People,
    Ping,
    Pong,
    PresenceChanged,
    Refused,
    Reset,
    RoomList,
    Said,
    Say,
    SetTopic,
    SomeoneTyping,
    Typing,
    Upto,
    Welcome,
    Who,
)
from asynchat.tasks import Tasks
from asynchat.text import check_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from asynchat.link.notices import Entry, Notice
    from asynchat.messages import AnyEvent, Presence, Query, Room, ServerFrame, Write

logger = logging.getLogger(__name__)

_T = TypeVar("_T")


class Client:
    """One account's connection to one server, kept up until `close`.

    Use it with ``async with``, or call `start` and `close`.  It retries while the server is
    not there, resumes after every cut, and sends what was not acknowledged again under the
    same id.  Events are iterated over with ``async for``; `subscribe` tells everything else.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str | None = None,
        data: Path | None = None,
        take_suggestion: bool = False,
        settings: LinkSettings | None = None,
    ) -> None:
        """Take the address of a server and the name wanted there.

        ``data`` is where guest tokens are kept, by default in the user's data directory;
        ``take_suggestion`` takes a free variant of the name where it is taken.  Raise
        `ChatError` ``bad_address``.
        """
        self._where = parse_address(address)
        self._settings = settings or LinkSettings()
        self._entrance = Entrance(
            address=str(self._where),
            name=name,
            identities=Identities(data or default_data()),
            take_suggestion=take_suggestion,
            client=f"asynchat/{version('asynchat')}",
        )
        self._connection = notices.Connection("connecting")
        self._name = name
        self._account: str | None = None
        self._latency_ms: float | None = None
        self._roster = Roster()
        self._requests = Requests()
        self._inbox = Inbox(self._settings.inbox_events)
        self._subscribers: list[Callable[[Notice], None]] = []
        self._tasks = Tasks(on_error=self._broke)
        self._wire: Wire | None = None
        self._last_seq = 0
        self._started: asyncio.Future[None] | None = None
        self._retry = asyncio.Event()
        self._window = 1
        self._pinged_at: float | None = None
        self._asked_members: dict[str, float] = {}
        self._come_back_s: float | None = None
        self._closing = False
        self._cut = asyncio.Event()

    # Where things stand

    @property
    def address(self) -> str:
        """The address of the server."""
        return str(self._where)

    @property
    def name(self) -> str | None:
        """Our name now; before the first welcome, the one that was asked for."""
        return self._name

    @property
    def account(self) -> str | None:
        """Our account, once we are welcome."""
        return self._account

    @property
    def connection(self) -> notices.Connection:
        """The phase of the connection now."""
        return self._connection

    @property
    def latency_ms(self) -> float | None:
        """How long the server took to answer the last ping."""
        return self._latency_ms

    @property
    def rooms(self) -> Mapping[str, Room]:
        """The rooms we are a member of, by name, kept up to date."""
        return self._roster.rooms

    @property
    def outbox(self) -> tuple[Entry, ...]:
        """The texts that are still on their way, in order."""
        return self._requests.entries()

    def members(self, room: str) -> tuple[Presence, ...]:
        """Return the people of one of our rooms, and how they are."""
        return self._roster.members(room)

    def online(self, room: str) -> int:
        """Return how many people of one of our rooms are connected."""
        return self._roster.online(room)

    def subscribe(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call a function with every notice, on the loop; return what ends that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    # Coming and going

    async def start(self, *, timeout_s: float | None = None) -> None:
        """Connect and wait for the welcome; retry while the server is not there.

        Raise `ChatError`: what the server refuses for good, or ``unreachable`` after
        ``timeout_s``, with the sentence that says why.
        """
        self._started = asyncio.get_running_loop().create_future()
        self._tasks.spawn(self._run(), name=f"link to {self._where}")
        try:
            async with asyncio.timeout(timeout_s):
                await self._started
        except TimeoutError:
            reason = self._connection.reason or f"No answer from {self._where}."
            await self.close()
            raise ChatError("unreachable", reason) from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Leave politely, within bounds; never raise for what the network does."""
        self._closing = True
        if self._wire is not None:
            self._wire.send(Bye())
            try:
                async with asyncio.timeout(self._settings.close_timeout_s):
                    await self._cut.wait()
            except TimeoutError:
                # The server does not answer; it will see the connection end.
                logger.debug("%s did not say goodbye", self._where)
        await self._tasks.cancel()
        if self._connection.phase != "closed":
            self._end(None)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def retry_now(self) -> None:
        """Try to connect at once where the next try would be later."""
        self._retry.set()

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        """Yield the events of the stream, once each and in order, until `close`.

        Raise `ChatError` where the server has ended the connection for good.
        """
        while True:
            event = await self._inbox.take()
            if event is not None:
                yield event
            elif self._connection.phase == "closed":
                if self._connection.reason is not None:
                    raise ChatError("closed", self._connection.reason)
                return
            else:
                self._read_again()

    # Requests

    def post(self, room: str, text: str) -> Entry:
        """Put a text into the outbox and return at once.

        `notices.Posted` follows, then `notices.Acknowledged` or `notices.Failed`.  Raise
        `ChatError` ``empty_text``, ``text_too_long`` or ``outbox_full``.
        """
        return self._post(room, text, None)

    async def send(self, room: str, text: str, *, timeout_s: float | None = None) -> Said:
        """Say something; return the event once it is on the server's disk.

        Raise `ChatError`: a refusal, or after ``timeout_s`` ``no_answer``; the text is then
        not sent again, but may have been stored.
        """
        answered = asyncio.get_running_loop().create_future()
        entry = self._post(room, text, answered)
        try:
            async with asyncio.timeout(timeout_s):
                return _expect(await answered, Said)
        except TimeoutError:
            raise ChatError(
                "no_answer", f"The server did not acknowledge this within {timeout_s} s."
            ) from None
        finally:
            self._requests.remove(entry.id)

    async def join(self, room: str, *, history: int = 50) -> Page:
        """Become a member of a room; return the page before that.  Raise `ChatError`."""
        return _expect(await self._ask(Join(id=new_id(), room=room, history=history)), Page)

    async def leave(self, room: str) -> None:
        """Stop being a member of a room.  Raise `ChatError`."""
        await self._ask(Leave(id=new_id(), room=room))

    async def create(self, room: str, *, topic: str = "", private: bool = False) -> None:
        """Make a room and become its first member.  Raise `ChatError`."""
        await self._ask(Create(id=new_id(), room=room, topic=topic, private=private))

    async def direct(self, *names: str) -> Page:
        """Open the room of these people and us; its page names it.  Raise `ChatError`."""
        return _expect(await self._ask(Direct(id=new_id(), names=names)), Page)

    async def direct_with(self, *accounts: str) -> Page:
        """Open the room of these accounts and us; its page names it.  Raise `ChatError`."""
        return _expect(await self._ask(Direct(id=new_id(), accounts=accounts)), Page)

    async def invite(self, room: str, name: str) -> None:
        """Make somebody a member of one of our rooms.  Raise `ChatError`."""
        await self._ask(Invite(id=new_id(), room=room, name=name))

    async def set_topic(self, room: str, text: str) -> None:
        """Set the topic of one of our rooms.  Raise `ChatError`."""
        await self._ask(SetTopic(id=new_id(), room=room, text=text))

    async def list_rooms(self) -> tuple[Room, ...]:
        """Return every room that we may see, in order of name.  Raise `ChatError`."""
        found: list[Room] = []
        more = True
        while more:
            after = found[-1].name if found else None
            part = _expect(await self._ask(ListRooms(id=new_id(), after=after)), RoomList)
            found += part.rooms
            more = part.more and bool(part.rooms)
        return tuple(found)

    async def who(self, room: str | None = None) -> tuple[Presence, ...]:
        """Return the people of a room, or everybody connected.  Raise `ChatError`."""
        found: list[Presence] = []
        more = True
        while more:
            after = found[-1].account if found else None
            part = _expect(await self._ask(Who(id=new_id(), room=room, after=after)), People)
            found += part.people
            more = part.more and bool(part.people)
        return tuple(found)

    async def history(
        self,
        room: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> Page:
        """Return a page of a room: the newest, or that before or after a seq.

        Raise `ChatError`.
        """
        query = History(id=new_id(), room=room, before=before, after=after, limit=limit)
        return _expect(await self._ask(query), Page)

    def typing(self, room: str) -> None:
        """Tell a room that we are typing, if there is a connection."""
        if self._wire is not None:
            self._wire.send(Typing(room=room))

    def _post(self, room: str, text: str, answered: asyncio.Future[Any] | None) -> Entry:
        text = check_text(text)
        if len(self._requests) >= self._settings.outbox_entries:
            raise ChatError("outbox_full", "Too much is waiting to be sent.")
        entry = notices.Entry(id=new_id(), room=room, text=text, time=now_ms())
        self._tell(notices.Posted(entry))
        self._requests.add(Pending(Say(id=entry.id, room=room, text=text), answered, entry))
        return entry

    async def _ask(self, request: Write | Query) -> Any:
        if self._connection.phase == "closed":
            raise ChatError("closed", self._connection.reason or "The connection is closed.")
        answered = asyncio.get_running_loop().create_future()
        self._requests.add(Pending(request, answered))
        try:
            return await answered
        finally:
            self._requests.remove(request.id)

    # The connection

    async def _run(self) -> None:
        failures = 0
        while True:
            self._phase("connecting")
            try:
                await self._converse()
                failures = 0
                reason = "The connection was lost."
            except OtherAccountError:
                continue
            except TimeoutError:
                reason = f"{self._where} does not answer."
            except OSError as error:
                reason = f"{self._where} cannot be reached: {_why(error)}."
            except ChatError as error:
                if error.code in FINAL or not self._may_recover(error):
                    self._end(error)
                    return
                reason = error.text
                self._come_back_s = error.retry_after
            if self._closing:
                return
            await self._wait(reason, failures)
            failures += 1

    async def _converse(self) -> None:
        """Use one connection until it ends."""
        wire = await Wire.dial(self._where, self._settings)
        try:
            frames = wire.frames()
            async with asyncio.timeout(self._settings.welcome_timeout_s):
                welcome = await self._entrance.enter(wire, frames)
            self._come_in(wire, welcome)
            async for frame in frames:
                self._take(frame)
        finally:
            self._requests.disconnected()
            self._wire = None
            self._cut.set()
            self._pinged_at = None
            await wire.close()

    def _come_in(self, wire: Wire, welcome: Welcome) -> None:
        moved = self._entrance.server not in {None, welcome.server}
        resuming = self._entrance.cursor is not None
        try:
            self._entrance.remember(welcome)
        except OSError as error:
            logger.warning("who we are cannot be kept for the next time: %s", error)
        self._account, self._name = welcome.you.account, welcome.you.name
        self._roster.welcome(welcome.you.account, welcome.rooms)
        self._inbox.start(welcome.cursor)
        if moved:
            self._give_up(ChatError("other_server", "Another server answers at this address now."))
        self._wire = wire
        self._cut.clear()
        self._window = welcome.limits.under_way
        if welcome.resumed or not resuming:
            self._entrance.cursor = welcome.cursor
            self._go_on()
        # Otherwise a reset follows at once, and nothing is sent before it.
        self._phase("online")
        self._tell(notices.RoomsChanged())
        if self._started is not None and not self._started.done():
            self._started.set_result(None)

    def _go_on(self) -> None:
        wire = self._wire
        if wire is None:
            return
        self._requests.connected(wire.send, self._window)
        self._tasks.spawn(self._refresh(wire), name="rooms and people")
        self._tasks.spawn(self._keep_alive(wire), name="keepalive")

    async def _refresh(self, wire: Wire) -> None:
        """Ask for what presence does not tell: every room's people, once per connection."""
        for room in list(self.rooms):
            if wire is self._wire:
                await self._read_people(room)

    async def _keep_alive(self, wire: Wire) -> None:
        while wire is self._wire:
            self._pinged_at = asyncio.get_running_loop().time()
            wire.send(Ping(id=new_id()))
            await asyncio.sleep(self._settings.ping_after_s)

    async def _wait(self, reason: str, failures: int) -> None:
        loop = asyncio.get_running_loop()
        settings = self._settings
        longest_s = min(settings.longest_retry_s, settings.first_retry_s * 2**failures)
        # Everybody was cut off at the same moment: come back spread over time.
        wait_s = random.uniform(longest_s / 2, longest_s)  # noqa: S311 - no secret
        if self._come_back_s is not None:
            wait_s = max(wait_s, self._come_back_s * random.uniform(1, 2))  # noqa: S311
            self._come_back_s = None
        self._phase("waiting", reason, loop.time() + wait_s)
        self._retry.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._retry.wait()
        except TimeoutError:
            return

    def _may_recover(self, error: ChatError) -> bool:
        """Tell whether coming again may help; before the first welcome most refusals are final."""
        return self._entrance.server is not None or error.code in {
            "server_full",
            "hello_timeout",
            "read_only",
            "too_fast",
        }

    def _read_again(self) -> None:
        """Read the log again from where the program is, over a new connection."""
        self._inbox.overflowed = False
        self._entrance.cursor = self._inbox.cursor
        if self._wire is not None:
            self._wire.abort()
        self._retry.set()

    # What arrives

    def _take(self, frame: ServerFrame) -> None:
        match frame:
            case Event():
                self._take_event(frame)
            case Upto():
                self._move(frame.cursor)
            case Ping():
                if frame.cursor is not None:
                    self._move(frame.cursor)
                if self._wire is not None:
                    self._wire.send(Pong(re=frame.id))
            case Pong():
                if self._pinged_at is not None:
                    elapsed_s = asyncio.get_running_loop().time() - self._pinged_at
                    self._latency_ms = elapsed_s * 1000
                    self._pinged_at = None
                    self._phase("online")
            case Page() | RoomList() | People() | Done():
                self._settle(frame.re, frame)
            case Refused():
                self._refuse(frame)
            case PresenceChanged():
                self._take_presence(frame)
            case SomeoneTyping():
                self._tell(notices.SomeoneIsTyping(frame.room, frame.account, frame.name))
            case Reset():
                self._start_over(frame)
            case Goodbye():
                self._come_back_s = frame.retry_after
            case Welcome():
                logger.warning("a second welcome is left out")

    def _take_event(self, event: AnyEvent) -> None:
        if event.id is not None and asked_by(event) == self._account:
            self._settle(event.id, event)
        if event.seq > self._last_seq:
            self._last_seq = event.seq
            mine = event.account == self._account
            entered = mine and isinstance(event, Joined) and event.room not in self.rooms
            changed = self._roster.apply(event)
            self._tell(notices.Arrived(event))
            if changed:
                self._tell(notices.RoomsChanged())
                if isinstance(event, Joined | Left | Created):
                    self._tell(notices.PeopleChanged(event.room))
            if entered or (changed and isinstance(event, Created)):
                self._tasks.spawn(self._enter_room(event.room), name=f"enter {event.room}")
        self._inbox.put(event)

    async def _enter_room(self, room: str) -> None:
        """Ask for what an event does not tell of a room that we are new in."""
        try:
            found = await self._ask(ListRooms(id=new_id(), room=room))
        except ChatError as error:
            logger.debug("nothing is told of %s: %s", room, error)
            return
        for told in _expect(found, RoomList).rooms:
            self._roster.put_room(told)
        self._tell(notices.RoomsChanged())
        await self._read_people(room)

    async def _read_people(self, room: str) -> None:
        self._asked_members[room] = asyncio.get_running_loop().time()
        try:
            people = await self.who(room)
        except ChatError as error:
            # We left it meanwhile, or the connection is closing.
            logger.debug("the people of %s are not told: %s", room, error)
            return
        self._roster.put_people(room, people)
        self._tell(notices.PeopleChanged(room))

    def _take_presence(self, change: PresenceChanged) -> None:
        self._roster.apply_presence(change)
        for person in change.people:
            if person.account == self._account and person.name is not None:
                self._name = person.name
        self._tell(notices.PeopleChanged(change.room, change.people))
        now = asyncio.get_running_loop().time()
        asked = self._asked_members.get(change.room, float("-inf"))
        if self._roster.is_stale(change.room) and now - asked > self._settings.members_again_s:
            self._tasks.spawn(self._read_people(change.room), name=f"people of {change.room}")

    def _start_over(self, reset: Reset) -> None:
        self._last_seq = 0
        self._entrance.cursor = reset.cursor
        self._inbox.restart(reset.cursor)
        self._tell(notices.WasReset(reset.reason))
        self._go_on()

    def _move(self, cursor: str) -> None:
        self._entrance.cursor = cursor
        self._inbox.mark(cursor)

    def _settle(self, request_id: str, frame: AnyEvent | Page | RoomList | People | Done) -> None:
        pending = self._requests.get(request_id)
        if pending is None:
            return
        if not answers(pending, frame) and not self._is_all(pending, frame):
            return
        self._requests.remove(request_id)
        entry = pending.entry
        answer: Any = frame
        if entry is not None:
            if isinstance(frame, Done):
                answer = said(entry, frame, account=self._account or "", name=self._name or "")
            self._tell(notices.Acknowledged(entry, answer))
        if pending.answered is not None and not pending.answered.done():
            pending.answered.set_result(answer)

    def _is_all(self, pending: Pending, frame: object) -> bool:
        """Tell whether no page will follow: the request was a repeat, and we have left since."""
        if not isinstance(frame, Done) or frame.seq is None:
            return False
        return isinstance(pending.request, Join) and pending.request.room not in self.rooms

    def _refuse(self, frame: Refused) -> None:
        error = error_of(frame)
        pending = None if frame.re is None else self._requests.remove(frame.re)
        if pending is not None:
            self._fail(pending, error)
        elif error.code in FINAL:
            raise error
        else:
            logger.warning("the server says: %s (%s)", error.text, error.code)

    def _fail(self, pending: Pending, error: ChatError) -> None:
        if pending.entry is not None:
            self._tell(notices.Failed(pending.entry, error))
        if pending.answered is not None and not pending.answered.done():
            pending.answered.set_exception(error)

    def _give_up(self, error: ChatError) -> None:
        for pending in self._requests.take_all():
            self._fail(pending, error)

    # Telling

    def _phase(
        self, phase: notices.Phase, reason: str | None = None, retry_at: float | None = None
    ) -> None:
        self._connection = notices.Connection(phase, reason, retry_at)
        self._tell(self._connection)

    def _tell(self, notice: Notice) -> None:
        for callback in list(self._subscribers):
            try:
                callback(notice)
            except Exception:
                # A view that fails must not cost the connection that feeds it.
                logger.exception("a subscriber failed")

    def _end(self, error: ChatError | None) -> None:
        self._phase("closed", None if error is None else error.text)
        if self._started is not None and not self._started.done():
            self._started.set_exception(error or ChatError("closed", "The client was closed."))
        self._give_up(error or ChatError("closed", "The connection is closed."))
        self._inbox.close()

    def _broke(self, error: BaseException) -> None:
        logger.error("the connection cannot go on", exc_info=error)
        self._end(ChatError("closed", "The client met an error of its own; see the log."))


def _expect(answer: object, kind: type[_T]) -> _T:
    if not isinstance(answer, kind):
        raise ChatError("bad_frame", f"The server answered with {type(answer).__name__}.")
    return answer


def _why(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return error.strerror or str(error) or type(error).__name__


def connect(
    address: str,
    *,
    name: str | None = None,
    data: Path | None = None,
    take_suggestion: bool = False,
    settings: LinkSettings | None = None,
) -> Client:
    """Return a `Client` to use with ``async with``; see there."""
    return Client(
        address, name=name, data=data, take_suggestion=take_suggestion, settings=settings
    )
