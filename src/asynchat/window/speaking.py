"""What one's role allows in each room of a session, and whether one is heard there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link.ids import now_ms
from asynchat.window.presenters.standing import Standing

if TYPE_CHECKING:
    from asynchat.errors import ChatError
    from asynchat.messages import Room
    from asynchat.window.session import Session


class Speaking:
    """Remembers the mutes that one was told of: nobody is told when one is put or lifted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._muted: dict[str, ChatError] = {}

    @property
    def standing(self) -> Standing:
        """What one's role allows in the room on view."""
        return self.standing_in(self._session.room)

    def standing_in(self, room: Room | None) -> Standing:
        """Return what one's role allows in a room."""
        return Standing(self._session.me, self._session.client.role, room)

    def failed(self, room: str, error: ChatError) -> bool:
        """Take why a text was refused in a room; tell whether one is muted."""
        if error.code == "muted":
            self._muted[room] = error
        return error.code == "muted"

    def silence(self) -> tuple[str, bool]:
        """Return why nothing can be said in the room on view, if so, and whether to try anyway."""
        muted = self._muted.get(self._session.on_view or "")
        if muted is not None and (muted.until is None or now_ms() < muted.until):
            return muted.text, True
        return self.standing.silence, False

    def try_again(self) -> None:
        """Forget that one was muted in the room on view: it may be over."""
        self._muted.pop(self._session.on_view or "", None)
