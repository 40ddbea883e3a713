"""Where in a room the reader is: at its newest lines, or at a place that was jumped to.

A room's own timeline has no holes and reaches to the newest line.  What is far up and was
jumped to is a timeline of its own, which grows up and down as it is read, until it reaches
the other one: then the two become one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.timeline import Timeline

if TYPE_CHECKING:
    from asynchat.window.session import Session

_PAGE: Final = 100


@dataclass(slots=True)
class Place:
    """A part of a room's history; what lies between it and the newest lines is not here."""

    timeline: Timeline
    loading: bool = False


@dataclass(slots=True)
class RoomState:
    """What a session knows of a room: its newest lines, and the place that is on view instead.

    ``opened`` until it is read because it was put on view; ``held`` while the person wants it
    to be unread though it is there.  ``missing`` are the seqs of what the server cannot read.
    """

    timeline: Timeline
    new_after: int | None = None
    opened: bool = False
    held: bool = False
    recalled: bool = False
    loaded: bool = False
    loading: bool = False
    asked: set[int] = field(default_factory=set)
    place: Place | None = None
    missing: set[int] = field(default_factory=set)

    @property
    def shown(self) -> Timeline:
        """The lines on view."""
        return self.timeline if self.place is None else self.place.timeline


class Places:
    """Goes to places of a session's rooms, and back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def here(self) -> Place | None:
        """The place on view; None at the newest lines."""
        room = self._room
        return None if room is None else room.place

    def jump(self, seq: int, name: str | None = None) -> None:
        """Go to a message, of another room if one is given; a failure is shown."""
        session = self._session
        name = name or session.on_view
        if name is None:
            return
        if name != session.on_view:
            session.show(name)
        room = session.histories.state(name)
        if room.shown.line(seq) is None and room.timeline.line(seq) is not None:
            self.newest()
        if session.view is not None and room.shown.line(seq) is not None:
            session.view.show_line(seq)
        else:
            session.spawn(self._jump(name, room, seq), "jump")

    def newest(self) -> None:
        """Go back to the newest lines."""
        session, room = self._session, self._room
        if room is not None and room.place is not None:
            room.place = None
            if session.view is not None:
                session.view.show_newest(room.timeline.lines)

    def leave(self) -> None:
        """Forget the place: another room comes on view."""
        room = self._room
        if room is not None:
            room.place = None

    def load_older(self) -> bool:
        """Ask for the lines before those of the place; tell whether one is on view."""
        here = self.here
        if here is not None and not here.timeline.complete:
            self._page(here, older=True)
        return here is not None

    def load_newer(self) -> None:
        """Ask for the lines after those of the place, if one is on view."""
        here = self.here
        if here is not None:
            self._page(here, older=False)

    @property
    def _room(self) -> RoomState | None:
        session = self._session
        known = session.on_view in session.client.rooms
        return (
            session.histories.state(session.on_view)
            if known and session.on_view is not None
            else None
        )

    async def _jump(self, name: str, room: RoomState, seq: int) -> None:
        session = self._session
        page = await session.client.history(name, around=seq, limit=_PAGE)
        if session.on_view != name or session.histories.state(name) is not room:
            return
        if all(event.seq != seq for event in page.events):
            raise ChatError("no_such_message")
        oldest = room.timeline.oldest_seq
        if oldest is not None and page.events[-1].seq >= oldest:
            # It reaches to the newest lines: there is nothing between.
            self.newest()
            session.histories.add_page(name, room, page, complete=False)
            if session.view is not None:
                session.view.show_line(seq)
            return
        room.place = place = Place(Timeline(session.me, session.my_name, room.missing))
        place.timeline.add_history(page, complete=False)
        if session.view is not None:
            session.view.show_place(place.timeline.lines, seq)
        session.histories.ask_for_quotes(name)

    def _page(self, place: Place, *, older: bool) -> None:
        session, room = self._session, self._room
        name = session.on_view
        if session.online and not place.loading and room is not None and name is not None:
            place.loading = True
            session.spawn(self._load(name, room, place, older=older), f"history of {name}")

    async def _load(self, name: str, room: RoomState, place: Place, *, older: bool) -> None:
        session, timeline = self._session, place.timeline
        try:
            page = await session.client.history(
                name,
                before=timeline.oldest_seq if older else None,
                after=None if older else timeline.newest_seq,
                limit=_PAGE,
            )
        finally:
            place.loading = False
        if room.place is not place or session.on_view != name:
            return
        session.change_place(name, timeline.add_history(page, complete=older and not page.more))
        session.histories.ask_for_quotes(name)
        newest, oldest = timeline.newest_seq or 0, room.timeline.oldest_seq
        if not older and (not page.more or (oldest is not None and newest >= oldest)):
            at = room.timeline.join_older(timeline)
            room.place = None
            room.loaded = True
            if session.view is not None:
                session.view.extend_lines(at, room.timeline.lines[at:])
