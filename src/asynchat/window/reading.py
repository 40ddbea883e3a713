"""What the person has read of a session's rooms, and where what is new begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynchat.window.places import RoomState
    from asynchat.window.session import Session


class Reading:
    """Marks what is seen of the room on view, once it is known what was new in it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def new_after(self) -> int | None:
        """The seq after which all was new when the room on view was put there, None for nothing."""
        room = self._room
        return None if room is None else room.new_after

    def look_again(self) -> None:
        """Have what came meanwhile be new in the room on view: the window shows it again."""
        if self._session.on_view is not None:
            self.open(self._session.on_view)

    def seen(self) -> None:
        """Note that the newest line of the room on view was seen."""
        unread = self._session.client.unread.get(self._session.on_view or "")
        if unread is not None and unread.unread:
            self._mark(unread.room)

    def mark_read(self) -> None:
        """Have read the room on view: nothing in it is new any more."""
        self.seen()
        room = self._room
        if room is not None:
            room.new_after = None
            if self._session.view is not None:
                self._session.view.change_rooms()

    def open(self, name: str) -> None:
        """Have a room be read that was put on view; see `told`."""
        self._session.histories.state(name).opened = True
        self.told(name)

    def told(self, name: str) -> None:
        """Have read a room that was put on view, once it is known what was new in it."""
        session = self._session
        room, unread = session.histories.known(name), session.client.unread.get(name)
        # The stream alone does not tell how far another device had read.
        if room is None or not room.opened or not (unread and unread.seq):
            return
        if name != session.on_view or not session.shown:
            return
        room.opened = False
        if unread.unread:
            room.new_after = unread.seq
            self._mark(name)

    def heard(self, name: str) -> None:
        """Note that the person saw what was just said in the room on view."""
        if not self._session.histories.state(name).opened:
            self._mark(name)

    @property
    def _room(self) -> RoomState | None:
        return self._session.histories.known(self._session.on_view or "")

    def _mark(self, name: str) -> None:
        """Have read all of a room that there is."""
        session = self._session
        lines = reversed(session.histories.state(name).timeline.lines)
        newest = next((line.seq for line in lines if line.seq is not None), 0)
        room = session.client.rooms.get(name)
        session.client.mark(name, max(newest, 0 if room is None else room.head))
