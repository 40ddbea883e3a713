"""Who is there: what Tab completes, what calls the reader, and how people are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.markup.mentions import highlights

if TYPE_CHECKING:
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen


class Mentioning:
    """Call `refresh` when the room on view, or who is in it, has changed."""

    def __init__(self, screen: MainScreen, session: Session, preferences: LivePreferences) -> None:
        self._screen = screen
        self._session = session
        self._preferences = preferences
        screen.composer.names = self.names
        screen.composer.recent = preferences.now.emoji
        screen.composer.on_recent = lambda recent: preferences.change(emoji=recent)

    def names(self) -> list[str]:
        """Return the names of the others in the room on view."""
        session = self._session
        return [one.name for one in session.people() if one.name and one.account != session.me]

    def refresh(self) -> None:
        """Highlight these people, oneself and words one listens for; show people as they chose."""
        session = self._session
        displays = {one.account: one.display for one in session.people() if one.display}
        self._screen.transcript.call(displays)
        self._screen.transcript.highlight(
            highlights(
                account=session.me,
                names=self.names(),
                me=(session.my_name,),
                words=self._preferences.now.highlights,
            )
        )
