"""What to be told of in one room, chosen in its menu or by a command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.notifying import choices

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.preferences import Sound
    from asynchat.window.session import Session

_DEFAULT: Final = "default"
_WORDS: Final[dict[str, Sound | None]] = {
    "all": "all",
    "mentions": "mentions",
    "nothing": "nothing",
    _DEFAULT: None,
}


class RoomChoices:
    """Shows and changes what was chosen for the rooms of a session."""

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        session: Session,
        preferences: LivePreferences,
        failures: Failures,
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._preferences = preferences
        self._failures = failures

    def add_to(self, menu: tk.Menu, room: str) -> None:
        """Add the choices for a room to its menu."""
        shown = self._look.menu(menu)
        self._fill(shown, room)
        menu.add_cascade(label="Notifications", menu=shown)

    def choose(self, room: str, words: str) -> None:
        """Choose what a slash command says; without words, offer the choices.

        Raise `ChatError` where it says something else.
        """
        word = words.strip().casefold()
        if word in _WORDS:
            self._choose(room, _WORDS[word])
        elif word:
            raise ChatError("bad_request", f"Say one of these: {', '.join(_WORDS)}.")
        else:
            shown = self._look.menu(self._root)
            self._fill(shown, room)
            focus = self._root.focus_get() or self._root
            self._look.pop_up(shown, focus.winfo_rootx(), focus.winfo_rooty())

    def _fill(self, menu: tk.Menu, room: str) -> None:
        told = self._preferences.now.notifications
        now = told.of_room(self._session.client.address, room)
        # The commands hold it for as long as the menu is there.
        chosen = Words(menu, now or _DEFAULT)
        for value, label in choices(told.show):
            menu.add_radiobutton(
                label=label,
                value=value or _DEFAULT,
                variable=chosen,
                selectcolor=self._look.palette.text,
                command=self._failures.guarded(partial(self._picked, room, chosen)),
            )

    def _picked(self, room: str, chosen: Words) -> None:
        self._choose(room, _WORDS[chosen.get()])

    def _choose(self, room: str, chosen: Sound | None) -> None:
        told = self._preferences.now.notifications
        changed = told.with_room(self._session.client.address, room, chosen)
        self._preferences.change(notifications=changed)
