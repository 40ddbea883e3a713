"""What the person has read of a session's rooms, and where what is new begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynchat.window.places import RoomState
    from asynchat.window.session import Session


class Reading:
    """Marks what is seen of the room on view, once it is known what was new in it.

    What comes while nobody looks is new, too: the line that parts it moves there.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._missed = False

    @property
    def new_after(self) -> int | None:
        """The seq after which all is new in the room on view, None for nothing.

        It is as of when the room was put on view, or as of when the person looked away.
        """
        room = self._room
        return None if room is None else room.new_after

    @property
    def opening(self) -> bool:
        """Whether it is not known yet what was new when the room on view was put there."""
        room = self._room
        return room is not None and room.opened

    def look_again(self) -> None:
        """Have what came meanwhile be new in the room on view: the window shows it again."""
        if self._session.on_view is not None:
            self.open(self._session.on_view)

    def seen(self) -> None:
        """Note that the newest line of the room on view was seen."""
        room, unread = self._room, self._session.client.unread.get(self._session.on_view or "")
        if unread is not None and unread.unread and not (room is not None and room.held):
            self._mark(unread.room)

    def came_back(self) -> bool:
        """Tell, once, whether something came to the room on view since the person looked away."""
        missed, self._missed = self._missed, False
        return missed

    def mark_read(self) -> None:
        """Have read the room on view: nothing in it is new any more."""
        room = self._room
        if room is not None:
            room.new_after, room.held = None, False
            self._changed()
        self.seen()

    def mark_unread(self, seq: int) -> None:
        """Have everything from a line of the room on view be unread, until it is put there anew."""
        room, name = self._room, self._session.on_view
        if room is not None and name is not None:
            room.new_after, room.held, room.opened = seq - 1, True, False
            self._session.client.mark(name, seq - 1)
            self._changed()

    def open(self, name: str) -> None:
        """Have a room be read that was put on view; see `told`."""
        room = self._session.histories.state(name)
        room.opened, room.held, self._missed = True, False, False
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
        room = self._session.histories.state(name)
        if not room.opened and not room.held:
            self._mark(name)

    def missed(self, name: str) -> None:
        """Note that the person did not see what was just said in the room on view."""
        room, unread = self._session.histories.state(name), self._session.client.unread.get(name)
        if room.opened or room.held or unread is None or not unread.seq:
            return
        self._missed = True
        # Where it stands there already, more has come since.
        if room.new_after is None or room.new_after < unread.seq:
            room.new_after = unread.seq
            self._changed()

    def _changed(self) -> None:
        if self._session.view is not None:
            self._session.view.change_rooms()

    @property
    def _room(self) -> RoomState | None:
        return self._session.histories.known(self._session.on_view or "")

    def _mark(self, name: str) -> None:
        """Have read all of a room that there is."""
        session = self._session
        newest = session.histories.state(name).timeline.newest_seq or 0
        room = session.client.rooms.get(name)
        session.client.mark(name, max(newest, 0 if room is None else room.head))
