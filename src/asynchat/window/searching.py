"""Searching in the window: what is typed is asked for, and what comes too late is dropped."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.window.presenters import search_words
from asynchat.window.presenters.clock import uses_twelve
from asynchat.window.presenters.finding import count_text, result
from asynchat.window.presenters.sidebar import called, room_label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from asynchat.link.searching import Hit
    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.finding import Result
    from asynchat.window.session import Session
    from asynchat.window.widgets.main_screen import MainScreen
    from asynchat.window.widgets.search_panel import SearchPanel

_PAUSE_MS: Final = 250
_LIMIT: Final = 20
_OFFLINE: Final = "There is no connection; it is searched as soon as there is one."


class _Known(TypedDict):
    people: Collection[tuple[str, str]]
    rooms: Sequence[str]
    today: date


class Searching:
    """The panel of Ctrl+F, and what is asked for it."""

    def __init__(
        self,
        screen: MainScreen,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        preferences: LivePreferences,
    ) -> None:
        self._screen = screen
        self._look = look
        self._session = session
        self._failures = failures
        self._preferences = preferences
        self._panel: SearchPanel | None = None
        self._everywhere = False
        self._asked = 0
        self._waiting = False
        self._busy = False
        self._searched = ("", "")
        self._next: int | None = None
        self._timer: str | None = None
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def panel(self) -> SearchPanel | None:
        """The panel, while it is there."""
        return self._panel

    def open(self, typed: str = "") -> None:
        """Open the panel, or go to its field."""
        from asynchat.window.widgets.search_panel import SearchPanel  # noqa: PLC0415 - when asked

        guarded = self._failures.guarded
        if self._panel is None:
            self._panel = SearchPanel(
                self._screen.transcript.master,
                self._look,
                everywhere=self._everywhere,
                on_type=guarded(self._typed),
                on_choose=guarded(self._choose),
                on_more=guarded(self._more),
                on_close=guarded(self._closed),
                offered=lambda before: search_words.offered(before, **self._known()),
                by_tab=lambda before: search_words.by_tab(before, **self._known()),
            )
            self._unsubscribe = self._session.client.subscribe(guarded(self._notice))
        if typed:
            self._panel.typed = typed
        self._panel.entry.focus_set()
        self._panel.entry.selection_range(0, "end")

    def _known(self) -> _Known:
        """Return what may be searched for on this server."""
        session = self._session
        rooms = session.client.rooms
        people = {
            (one.name, called(one))
            for name in rooms
            for one in session.client.members(name)
            if one.name and one.account != session.me
        }
        return {
            "people": people,
            "rooms": [name for name, room in rooms.items() if not room.direct],
            "today": datetime.now().astimezone().date(),
        }

    def close(self) -> bool:
        """Take the panel away; tell whether it was there."""
        panel = self._panel
        if panel is not None:
            panel.close()
        return panel is not None

    def refresh(self) -> None:
        """Search the room on view, where another one was."""
        panel, room = self._panel, self._session.on_view or ""
        searched = self._searched[1]
        if panel is not None and not panel.everywhere and searched and searched != room:
            self._typed()

    def _closed(self) -> None:
        self._panel = None
        self._asked += 1
        self._searched, self._next = ("", ""), None
        self._waiting = self._busy = False
        self._cancel()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._screen.winfo_exists():
            self._screen.composer.focus()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._screen.after_cancel(self._timer)
            self._timer = None

    def _typed(self) -> None:
        """Search after a pause: while somebody types, nothing is asked for."""
        self._cancel()
        self._asked += 1
        self._timer = self._screen.after(_PAUSE_MS, self._failures.guarded(self._begin))

    def _begin(self) -> None:
        self._timer = None
        panel = self._panel
        if panel is None:
            return
        self._everywhere = panel.everywhere
        self._waiting = False
        self._next = None
        room = "" if panel.everywhere else self._session.on_view or ""
        self._searched = (panel.typed, room)
        if not panel.typed:
            panel.show(())
            panel.say("")
        elif not self._session.online:
            self._waiting = True
            panel.show(())
            panel.say(_OFFLINE, bad=True)
        else:
            panel.say("Searching …")
            self._ask(None)

    def _more(self) -> None:
        if self._next is not None and not self._busy and self._session.online:
            self._ask(self._next)

    def _ask(self, before: int | None) -> None:
        self._asked += 1
        self._busy = True
        self._session.spawn(self._search(self._asked, before), "search")

    async def _search(self, asked: int, before: int | None) -> None:
        typed, room = self._searched
        try:
            found = await self._session.client.search(
                typed, room=room or None, before=before, limit=_LIMIT
            )
        except ChatError as error:
            if asked == self._asked and self._panel is not None:
                self._busy = False
                self._next = None
                self._failed(error, before)
            return
        panel = self._panel
        # Meanwhile something else may have been typed.
        if asked != self._asked or panel is None:
            return
        self._busy = False
        self._next = found.next
        results = [self._result(hit) for hit in found.hits]
        if before is None:
            panel.show(results)
        else:
            panel.add(results)
        panel.say(count_text(len(panel.results), more=found.next is not None))

    def _failed(self, error: ChatError, before: int | None) -> None:
        panel = self._panel
        if panel is None:
            return
        if before is None:
            panel.show(())
        if self._session.online:
            panel.say(error.text, bad=True)
        else:
            self._waiting = True
            panel.say(_OFFLINE, bad=True)

    def _result(self, hit: Hit) -> Result:
        client = self._session.client
        room = client.rooms.get(hit.room)
        where = (
            f"#{hit.room}" if room is None else room_label(room, self._session.me, client.person)
        )
        return result(
            hit,
            called=self._session.called(hit.account, hit.sender),
            where=where.replace("# ", "#", 1),
            now=datetime.now().astimezone(),
            twelve=uses_twelve(self._preferences.now.clock),
        )

    def _choose(self, found: Result) -> None:
        typed, room = self._searched
        # The panel goes along where the search itself names another room.
        self._searched = (typed, found.room if room else "")
        self._session.places.jump(found.seq, found.room)
        if self._panel is not None:
            self._panel.entry.focus_set()

    def _notice(self, notice: notices.Notice) -> None:
        if isinstance(notice, notices.Connection) and notice.phase == "online" and self._waiting:
            self._begin()
