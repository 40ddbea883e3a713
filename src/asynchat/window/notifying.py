"""One chat beside its window: what was said becomes notifications, a sound, an urgent window."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.link.notices import Arrived, UnreadChanged
from asynchat.messages import Said
from asynchat.window.front import Front
from asynchat.window.keys import unbind
from asynchat.window.presenters.notifying import (
    Gathered,
    Message,
    Moment,
    News,
    attention,
    calls_me,
)
from asynchat.window.presenters.sidebar import room_label
from asynchat.window.urgency import Urgency

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.link.notices import Notice
    from asynchat.messages import Room
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.notifications import Desktop
    from asynchat.window.presenters.notifying import Notification
    from asynchat.window.session import Session
    from asynchat.window.sound import Sound

_AGAIN_S: Final = 0.25
"""How often it is looked whether the stream has caught up, where something waits for it."""


class Notifying:
    """Tells of what a session's stream brings, until `close`.

    ``open_room`` puts a room on view; ``shown`` tells whether the window shows this session and
    not another; ``minute`` returns the minute of the day.
    """

    def __init__(
        self,
        root: tk.Tk,
        session: Session,
        preferences: LivePreferences,
        *,
        desktop: Desktop,
        sound: Sound,
        tasks: Tasks,
        failures: Failures,
        open_room: Callable[[str], None],
        shown: Callable[[], bool] = lambda: True,
        minute: Callable[[], int] | None = None,
    ) -> None:
        self._root = root
        self._session = session
        self._preferences = preferences
        self._desktop = desktop
        self._sound = sound
        self._tasks = tasks
        self._failures = failures
        self._open_room = open_room
        self._shown = shown
        self._minute = minute or _minute_now
        self._gathered = Gathered()
        self._timer: asyncio.TimerHandle | None = None
        self._urgency = Urgency(root)
        guarded = failures.guarded
        self._unsubscribe = session.client.subscribe(guarded(self._notice))
        self._front = Front(root)
        self._focus_binding = root.bind("<FocusIn>", guarded(self._focused), add=True)

    @property
    def urgency(self) -> Urgency:
        """Whether the window asks for attention."""
        return self._urgency

    def close(self) -> None:
        """Tell nothing more."""
        self._unsubscribe()
        unbind(self._root, "<FocusIn>", self._focus_binding)
        self._front.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _notice(self, notice: Notice) -> None:
        match notice:
            case Arrived(event=Said() as event):
                self._said(event)
            case UnreadChanged(room=room):
                unread = self._session.client.unread.get(room)
                if unread is None or not unread.unread:
                    # It was read, here or on another device.
                    self._gathered.forget(room)
                    self._desktop.withdraw(room)
            case _:
                pass

    def _said(self, event: Said) -> None:
        session, chosen = self._session, self._preferences.now
        room = session.client.rooms.get(event.room)
        own = event.account == session.me or event.account in session.client.blocked
        # What is seen at once, and that is most, costs nothing more.
        if room is None or event.redacted or own or self._watched(event.room):
            return
        told = chosen.notifications
        heard = attention(
            News(
                direct=room.direct,
                calls=calls_me(event, me=session.me, words=chosen.highlights),
            ),
            told,
            Moment(self._minute(), busy=self._busy(room)),
            chosen=told.of_room(session.client.address, event.room),
        )
        if heard == "nothing":
            return
        self._gathered.add(
            Message(
                event.room,
                room_label(room, session.me, session.client.person).replace("# ", "#", 1),
                session.called(event.account, event.sender),
                event.text or ("" if event.file is None else event.file.name),
                direct=room.direct,
                heard=heard == "heard",
            )
        )
        if self._timer is None:
            self._tell()

    def _tell(self) -> None:
        """Show what is due, and come again for what is not."""
        self._timer = None
        loop, client = asyncio.get_running_loop(), self._session.client
        if self._session.on_view is not None and self._watched(self._session.on_view):
            self._gathered.forget(self._session.on_view)
        preview = self._preferences.now.notifications.preview
        catching_up = not client.caught_up
        taken = self._gathered.take(loop.time(), preview=preview, catching_up=catching_up)
        for notification in taken:
            self._show(notification)
        wait_s = self._gathered.wait_s(loop.time())
        if wait_s is not None:
            again = max(wait_s, _AGAIN_S) if catching_up else wait_s
            self._timer = loop.call_later(again, self._tell)

    def _show(self, notification: Notification) -> None:
        click = self._failures.guarded(partial(self._clicked, notification.room))
        self._desktop.show(notification, click)
        if not self._in_front():
            self._urgency.ask(True)
        if notification.heard:
            self._tasks.spawn(self._sound.play(), name="sound")

    def _clicked(self, room: str) -> None:
        self._root.deiconify()
        self._root.lift()
        self._root.focus_force()
        if room in self._session.client.rooms:
            self._open_room(room)

    def _focused(self, _: tk.Event[tk.Misc]) -> None:
        self._urgency.ask(False)
        if self._session.on_view is not None and self._shown():
            self._gathered.forget(self._session.on_view)
            self._desktop.withdraw(self._session.on_view)

    def _watched(self, room: str) -> bool:
        session = self._session
        return room == session.on_view and self._shown() and self._in_front()

    def _in_front(self) -> bool:
        return self._front.has_focus

    def _busy(self, room: Room) -> bool:
        """Tell whether one does not want to be disturbed."""
        people = self._session.client.members(room.name)
        return any(one.account == self._session.me and one.state == "busy" for one in people)


def _minute_now() -> int:
    now = datetime.now().astimezone()
    return now.hour * 60 + now.minute
