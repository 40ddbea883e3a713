"""The lines of a session's rooms: what is kept, and what is asked for when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.timeline import Timeline
from asynchat.window.places import RoomState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.messages import AnyEvent, Page
    from asynchat.window.session import Session

PAGE: Final = 100


class Histories:
    """Has the lines of each room, and asks for older ones, and for what they reply to."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rooms: dict[str, RoomState] = {}

    def known(self, name: str) -> RoomState | None:
        """Return what is known of a room, None where it was not looked at yet."""
        return self._rooms.get(name)

    def state(self, name: str) -> RoomState:
        """Return what is known of a room; in the beginning, what was not sent to it."""
        room = self._rooms.get(name)
        if room is None:
            session = self._session
            missing: set[int] = set()
            timeline = Timeline(session.me, session.my_name, missing)
            room = self._rooms[name] = RoomState(timeline, missing=missing)
            failed = {each.entry.id: each for each in session.client.failed}
            unsent = [*session.client.outbox, *(each.entry for each in failed.values())]
            for entry in sorted(unsent, key=lambda entry: entry.time):
                if entry.room == name:
                    room.timeline.post(entry)
                    if entry.id in failed:
                        room.timeline.fail(entry.id, failed[entry.id].error.text)
        return room

    def damaged(self, name: str, seqs: Sequence[int]) -> None:
        """Show that something is missing, now or with the page that it is missing from."""
        room = self.state(name)
        room.missing.update(seqs)
        if room.loaded and not room.loading:
            self._session.change(name, room.timeline.show_missing(newest=True))

    def keep_only(self, names: Sequence[str]) -> list[str]:
        """Forget all other rooms, and return their names."""
        gone = [name for name in self._rooms if name not in names]
        for name in gone:
            del self._rooms[name]
        return gone

    def load_older(self) -> None:
        """Ask for the lines before those on view, if there are any."""
        session = self._session
        name = session.on_view
        if name is None or session.places.load_older():
            return
        room = self.state(name)
        whole = room.loaded and room.timeline.complete
        wanted = not room.recalled or (session.online and not whole)
        if wanted and not room.loading:
            room.loading = True
            session.spawn(self._load(name, room), f"history of {name}")

    async def _load(self, name: str, room: RoomState) -> None:
        session = self._session
        try:
            kept: tuple[AnyEvent, ...] = ()
            if not room.recalled:
                kept = await session.client.recent(name)
                room.recalled = True
                # The stream goes on after it: no page is needed.
                room.loaded = len(kept) >= PAGE
                if self._rooms.get(name) is room:
                    session.change(name, room.timeline.add_kept(kept), at_once=True)
                if room.loaded and session.online:
                    # It counts reactions, of which not all were kept.
                    self.add_page(name, room, await session.client.history(name, limit=PAGE))
            if session.online and not (room.loaded and kept):
                before = room.timeline.oldest_seq
                page = await session.client.history(name, before=before, limit=PAGE)
                room.loaded = True
                self.add_page(name, room, page)
        except ChatError as error:
            # Without a connection it is asked again when there is one.
            if session.online and name in session.client.rooms:
                session.complain(error)
        finally:
            room.loading = False

    def add_page(
        self, name: str, room: RoomState, page: Page, *, complete: bool | None = None
    ) -> None:
        """Show a page of a room's newest lines; ``complete`` where it says otherwise."""
        # Another history may have begun meanwhile.
        if self._rooms.get(name) is room:
            complete = not page.more if complete is None else complete
            splices = room.timeline.add_history(page, complete=complete)
            splices += room.timeline.show_missing(newest=True)
            self._session.change(name, splices, at_once=True)
            self.ask_for_quotes(name)

    def ask_for_quotes(self, name: str) -> None:
        """Ask for what lines reply to and is far away, once each."""
        room = self.state(name)
        far = room.shown.unquoted()
        unquoted = dict.fromkeys([*room.timeline.unquoted(), *far])
        wanted = [seq for seq in unquoted if seq not in room.asked]
        if wanted and self._session.online:
            room.asked.update(wanted)
            self._session.spawn(self._ask_quotes(name, room, wanted), f"quotes of {name}")

    async def _ask_quotes(self, name: str, room: RoomState, seqs: Sequence[int]) -> None:
        session = self._session
        for seq in seqs:
            try:
                page = await session.client.history(name, around=seq, limit=1)
            except ChatError:
                # Without a connection it is asked again with the next lines.
                room.asked.discard(seq)
                continue
            quoted = next((event for event in page.events if event.seq == seq), None)
            if self._rooms.get(name) is room:
                session.change(name, room.timeline.quote(seq, quoted, page.later))
                if room.place is not None:
                    session.change_place(name, room.place.timeline.quote(seq, quoted, page.later))
