"""What is pinned in the room on view, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.link.timeline import Timeline
from asynchat.messages import Edited, Pinned, Redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.link.timeline import Line
    from asynchat.messages import AnyEvent
    from asynchat.window.session import Session


class Pins:
    """The server is asked when a room is put on view, and again after every pin there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._room: str | None = None
        self._lines: tuple[Line, ...] = ()
        self._asking = False
        self._stale = False

    @property
    def lines(self) -> Sequence[Line]:
        """The messages that are pinned in the room on view, oldest first."""
        return self._lines if self._room == self._session.on_view else ()

    def refresh(self) -> None:
        """Ask anew; what is being asked for another room is asked again for this one."""
        self._stale = True
        if self._session.online and not self._asking:
            self._asking = True
            self._session.spawn(self._ask(), "pins")

    def heard(self, event: AnyEvent) -> None:
        """Ask anew where an event changes something."""
        if event.room == self._session.on_view and (
            isinstance(event, Pinned)
            or (
                isinstance(event, Edited | Redacted)
                and any(line.seq == event.about for line in self._lines)
            )
        ):
            self.refresh()

    async def _ask(self) -> None:
        session = self._session
        try:
            while self._stale and session.on_view is not None and session.online:
                self._stale, name = False, session.on_view
                try:
                    page = await session.client.pinned(name)
                except ChatError:
                    # The connection went, or one is no member any more: both are shown elsewhere.
                    continue
                timeline = Timeline(session.me, session.my_name)
                timeline.add_history(page, complete=True)
                self._room = name
                self._lines = tuple(line for line in timeline.lines if not line.deleted)
        finally:
            self._asking = False
        if session.view is not None:
            session.view.change_rooms()
