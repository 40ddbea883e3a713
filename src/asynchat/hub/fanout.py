"""From the log to the writers: each batch to whom it concerns, and catch-up for the others.

A session is live, and gets each batch as it is committed, or it reads the log from its own
position in bounded slices until it is.  Reconnecting, joining late and reading slowly are
this one path.  A broadcast never awaits a client.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from asynchat.chat.state import Interval
from asynchat.messages import Created, Joined, Left, Upto, encode
from asynchat.store.interface import DamagedError, Slice, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.chat.state import State
    from asynchat.config import Settings
    from asynchat.doors.session import Session
    from asynchat.messages import AnyEvent
    from asynchat.store.interface import Store, Stored
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_MOVES: Final = (Joined, Left, Created)
_NOBODY: Final[dict[Session, None]] = {}

_READ_AGAIN_AFTER_S: Final = 10.0


class Fanout:
    """The live set, and everybody's way into it.

    ``state`` is as of `position`; only `deliver` changes it.  ``on_move`` is told of
    each event by which somebody became a member of a room or stopped being one.
    """

    def __init__(
        self,
        store: Store,
        state: State,
        tasks: Tasks,
        *,
        position: int,
        lagging_bytes: int,
        slice_events: int,
        slice_bytes: int,
        sessions_of: Callable[[str], Iterable[Session]],
        on_move: Callable[[AnyEvent], None],
    ) -> None:
        self.state = state
        self.position = position
        self._store = store
        self._tasks = tasks
        self._lagging_bytes = lagging_bytes
        self._slice_events = slice_events
        self._slice_bytes = slice_bytes
        self._sessions_of = sessions_of
        self._on_move = on_move
        self._live: dict[str, dict[Session, None]] = {}
        self._waiting: dict[Session, None] = {}
        self._moved_on = asyncio.Event()

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on."""
        self._lagging_bytes = settings.lagging_bytes
        self._slice_events = settings.slice_events
        self._slice_bytes = settings.slice_bytes

    def follow(self, session: Session, position: int) -> None:
        """Write to a session all that it may see after a position, then keep it live."""
        session.start_at(position)
        self._tasks.spawn(self._catch_up(session), name=f"catch-up of {session.name}")

    def leave(self, session: Session) -> None:
        """Write no more to a session."""
        self._waiting.pop(session, None)
        for room in self.state.rooms_of(session.account):
            self._live.get(room.name, _NOBODY).pop(session, None)

    def wait_for(self, session: Session) -> None:
        """Call the session's ``pump`` after the next batch."""
        if session.live:
            self._waiting[session] = None

    def live_in(self, room: str) -> Iterable[Session]:
        """Return the live sessions of a room's members."""
        return self._live.get(room, _NOBODY)

    def tell(self, room: str, data: bytes, *, besides: str | None = None) -> None:
        """Write what is not of the log to a room's live sessions but an account's own.

        Who lags does not get it.
        """
        for session in list(self.live_in(room)):
            if session.account != besides:
                self._write(session, data, self.position)

    def tell_account(self, account: str, data: bytes) -> None:
        """Write what is not of the log to an account's own live sessions."""
        for session in self._sessions_of(account):
            if session.live:
                self._write(session, data, self.position)

    def deliver(self, batch: list[Stored]) -> None:
        """Write a batch of the log to every live session that it concerns."""
        before = self.position
        moves: list[AnyEvent] = []
        rooms: dict[str, list[bytes]] = {}
        for stored in batch:
            event = stored.event
            self.state.apply(event)
            rooms.setdefault(event.room, []).append(stored.frame)
            if isinstance(event, _MOVES):
                moves.append(event)
        alone = self._moved(moves)
        self.position = batch[-1].event.seq
        upto = encode(Upto(cursor=self._store.cursor(self.position)))
        self._write_shared(batch, rooms, alone, upto, before)
        for session in alone:
            frames = [s.frame for s in batch if self._may_see(session.account, s.event)]
            if frames:
                self._write(session, b"".join(frames) + upto, before)
        for event in moves:
            self._on_move(event)
        waiting, self._waiting = self._waiting, {}
        for session in waiting:
            session.pump()
        self._moved_on.set()
        self._moved_on = asyncio.Event()

    async def reached(self, seq: int) -> None:
        """Wait until everything up to a seq was fanned out."""
        while self.position < seq:
            await self._moved_on.wait()

    def _write_shared(
        self,
        batch: list[Stored],
        rooms: dict[str, list[bytes]],
        alone: dict[Session, None],
        upto: bytes,
        before: int,
    ) -> None:
        if len(rooms) == 1:
            ((room, frames),) = rooms.items()
            data = b"".join(frames) + upto
            most = self._lagging_bytes
            behind = [
                session
                for session in self.live_in(room)
                if session not in alone and not session.wire.offer(data, most)
            ]
            for session in behind:
                self._lag(session, before)
            return
        concerned: dict[Session, list[str]] = {}
        for room in rooms:
            for session in self.live_in(room):
                if session not in alone:
                    concerned.setdefault(session, []).append(room)
        shared: dict[tuple[str, ...], bytes] = {}
        for session, names in concerned.items():
            key = tuple(names)
            data = shared.get(key, b"")
            if not data:
                wanted = set(key)
                data = b"".join(s.frame for s in batch if s.event.room in wanted) + upto
                shared[key] = data
            self._write(session, data, before)

    def _moved(self, moves: list[AnyEvent]) -> dict[Session, None]:
        """Put the live sessions of those who joined or left where they belong; return them."""
        alone: dict[Session, None] = {}
        for event in moves:
            room = self.state.rooms[event.room]
            for account in room.people or (event.account,):
                for session in self._sessions_of(account):
                    if not session.live:
                        continue
                    alone[session] = None
                    if account in room.members:
                        self._live.setdefault(room.name, {})[session] = None
                    else:
                        self._live.get(room.name, _NOBODY).pop(session, None)
        return alone

    def _write(self, session: Session, data: bytes, before: int) -> None:
        if not session.wire.offer(data, self._lagging_bytes):
            self._lag(session, before)

    def _lag(self, session: Session, position: int) -> None:
        """Take a session that would have too much unsent out of the live set."""
        logger.info("%s lags and goes on from the log", session.name)
        self.leave(session)
        self.follow(session, position)

    async def _catch_up(self, session: Session) -> None:
        try:
            await self._read_until_live(session)
        except TimeoutError:
            logger.info("%s took nothing for too long", session.name)
            session.end("lagging")
        except OSError:
            session.wire.close()
        except StoreError as error:
            logger.warning("the log cannot be read for %s: %s", session.name, error)
            session.refuse(error)
            session.end("unreadable", retry_after=_READ_AGAIN_AFTER_S)

    async def _read_until_live(self, session: Session) -> None:
        part = await self._next_slice(session)
        # Who left while it was read must not get into the live set: nobody would take it out.
        while not session.ended:
            for name in dict.fromkeys(part.damaged_in):
                places = zip(part.damaged, part.damaged_in, strict=True)
                session.refuse(DamagedError(*(at for at, of in places if of == name), room=name))
            # From here to the live set nothing is awaited: no batch comes between.
            live = part.upto == self.position
            upto = encode(Upto(cursor=self._store.cursor(part.upto), live=live))
            session.write(b"".join(part.frames) + upto)
            if live:
                session.go_live()
                for room in self.state.rooms_of(session.account):
                    self._live.setdefault(room.name, {})[session] = None
                session.pump()
                return
            session.moved_to(part.upto)
            part = await self._next_slice(session)

    async def _next_slice(self, session: Session) -> Slice:
        """Read on from a session's position, as far as one slice goes, once it has drained."""
        await session.wire.drained()
        position, target = session.position, self.position
        spans = self._spans(session.account, position + 1, target)
        if not spans:
            return Slice([], target)
        return await self._store.read(
            spans, max_events=self._slice_events, max_bytes=self._slice_bytes
        )

    def _spans(self, account: str, first: int, last: int) -> list[tuple[str, Interval]]:
        """Return the stretches of the log between two seqs that an account may see."""
        return [
            (room.name, Interval(max(first, stay.first), min(last, stay.last)))
            for room in self.state.ever_of(account).values()
            for stay in room.stays[account]
            if stay.first <= last and stay.last >= first
        ]

    def _may_see(self, account: str, event: AnyEvent) -> bool:
        stays = self.state.rooms[event.room].stays.get(account, ())
        return any(event.seq in stay for stay in stays)
