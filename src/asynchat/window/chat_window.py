"""The main screen with a session behind it: what a person does goes to the session and back."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.messages import LOBBY
from asynchat.text import room_name
from asynchat.window.clipboard import clipboard_text
from asynchat.window.links import open_link
from asynchat.window.look.native import drawable
from asynchat.window.presenters import typed
from asynchat.window.presenters.sidebar import neighbour, window_title
from asynchat.window.room_view import RoomView
from asynchat.window.widgets.main_screen import Actions, MainScreen
from asynchat.window.widgets.room_dialog import RoomDialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.link.timeline import Line, Splice
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row
    from asynchat.window.session import Session

_ROOMS_MS: Final = 50
_STATUS_MS: Final = 500
_LONG: Final = 3_500


class ChatWindow:
    """Shows a session until `close`.

    ``leave`` ends the program, ``toggle_theme`` goes from light to dark and back.
    """

    def __init__(
        self,
        root: tk.Tk,
        parent: tk.Misc,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        leave: Callable[[], None],
        toggle_theme: Callable[[], None],
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._failures = failures
        self._leave = leave
        self._rooms_timer: str | None = None
        self._status_timer: str | None = None
        self._refusal: str | None = None
        self._bindings: list[tuple[str, str]] = []
        guarded = failures.guarded
        self.screen = MainScreen(
            parent,
            look,
            Actions(
                choose=guarded(self._choose),
                row_menu=guarded(self._row_menu),
                rooms=guarded(self._ask_for_room),
                theme=guarded(toggle_theme),
                exit=guarded(leave),
                send=guarded(self.send),
                change=guarded(self._changed),
                paste=guarded(self._paste),
                top=guarded(self._reached_top),
                bottom=guarded(self._reached_bottom),
                newest=guarded(self._to_newest),
                link=guarded(self._open_link),
                retry=guarded(session.retry),
                delete=guarded(session.discard),
            ),
        )
        self._view = RoomView(
            self.screen.transcript,
            year=lambda: datetime.now().astimezone().year,
            on_older=guarded(session.load_older),
        )
        self._bind()

    @property
    def session(self) -> Session:
        """What it shows."""
        return self._session

    @property
    def view(self) -> RoomView:
        """The room on view."""
        return self._view

    @property
    def draft(self) -> str:
        """What stands in the composer."""
        return self.screen.composer.typed

    @property
    def reading(self) -> bool:
        """Whether the person sees the newest line of the room on view."""
        focused = self._root.focus_displayof() is not None
        return self.screen.transcript.pinned and focused

    def open(self, room: str | None) -> None:
        """Show a room, and from now on all that happens."""
        self._session.start(self, room)
        self.screen.sidebar.show_me(drawable(self._session.my_name))
        self.screen.composer.focus()
        self._tick_status()

    def close(self) -> None:
        """Show nothing more."""
        self._session.stop()
        self._view.close()
        for timer in (self._rooms_timer, self._status_timer):
            if timer is not None:
                self._root.after_cancel(timer)
        self._rooms_timer = self._status_timer = None
        for sequence, binding in self._bindings:
            self._root.unbind(sequence, binding)
        self._bindings = []

    # What the session shows (session.View)

    def show_room(self, lines: Sequence[Line], draft: str) -> None:
        """Show another room."""
        self._refusal = None
        self._view.load(lines)
        label = self._session.label()
        about = label.replace("# ", "#", 1)
        hint = "" if self.screen.narrow else "  —  Enter sends, Shift+Enter new line"
        self.screen.composer.show(draft, f"Message {about}{hint}")

    def change_lines(self, splices: Sequence[Splice], *, news: int, at_once: bool) -> None:
        """Show what changed in the room on view."""
        self._view.feed(splices, news=news, at_once=at_once)

    def change_rooms(self) -> None:
        """Show rooms, people, counts, title and header anew, once for many changes."""
        if self._rooms_timer is None:
            self._rooms_timer = self._root.after(_ROOMS_MS, self._show_rooms)

    def change_status(self) -> None:
        """Show the connection's state and who is typing anew."""
        self.screen.status.show(self._session.status())
        problem = self._refusal or typed.overlong(self.screen.composer.typed)
        if problem is None:
            self.screen.status.aside(drawable(self._session.typing()))

    # What a person does

    def send(self) -> None:
        """Send what stands in the composer, or do what it commands."""
        match typed.meaning(self.screen.composer.typed):
            case typed.Message(text):
                self._session.post(text)
                self.screen.composer.clear()
                self._to_newest()
            case typed.Command() as command:
                self.screen.composer.clear()
                self._command(command)
            case typed.Refusal(text):
                # It stays until the text is another, however often the status is shown anew.
                self._refusal = text
                self.screen.status.aside(text, bad=True)
            case None:
                pass

    def _command(self, command: typed.Command) -> None:
        session, rest = self._session, command.rest
        match command.name:
            case "join":
                session.spawn(session.join(room_name(rest)), "join")
            case "create":
                session.spawn(session.create(room_name(rest)), "create")
            case "leave":
                session.spawn(session.leave(session.on_view or ""), "leave")
            case "msg":
                name, _, text = rest.partition(" ")
                session.spawn(session.open_direct_by_name(name, text.strip()), "msg")
            case "topic":
                session.spawn(session.client.set_topic(session.on_view or "", rest), "topic")
            case "quit":
                self._leave()
            case _:
                self._failures.say("  ·  ".join(typed.COMMANDS.values()))

    def _choose(self, row: Row) -> None:
        if row.kind == "person":
            self._session.spawn(self._session.open_direct(row.key), "direct")
        elif row.key != self._session.on_view:
            self._session.show(row.key)
        self.screen.composer.focus()

    def _row_menu(self, row: Row, x: int, y: int) -> None:
        session, menu = self._session, self._look.menu(self._root)
        if row.kind == "person":
            menu.add_command(
                label="Write a direct message",
                state="disabled" if row.key == session.me else "normal",
                command=self._failures.guarded(partial(self._choose, row)),
            )
        else:
            menu.add_command(
                label="Open", command=self._failures.guarded(partial(self._choose, row))
            )
            may_leave = row.kind == "room" and row.key != LOBBY
            menu.add_command(
                label="Leave room",
                state="normal" if may_leave else "disabled",
                command=lambda: session.spawn(session.leave(row.key), "leave"),
            )
        self._look.pop_up(menu, x, y)

    def _ask_for_room(self) -> None:
        self._session.spawn(self._choose_room(), "rooms")

    async def _choose_room(self) -> None:
        session = self._session
        dialog = RoomDialog(self._root, self._look, await session.client.list_rooms())
        choice = await dialog.answer(dialog.name)
        if choice is None:
            return
        if choice.create:
            await session.create(choice.name, topic=choice.topic, private=choice.private)
        elif choice.name in session.client.rooms:
            session.show(choice.name)
        else:
            await session.join(choice.name)

    def _changed(self) -> None:
        self._refusal = None
        text = self.screen.composer.typed
        problem = typed.overlong(text) if len(text) > _LONG else None
        self.screen.composer.mark_invalid(problem is not None)
        if problem is not None:
            self.screen.status.aside(problem, bad=True)
        else:
            self.screen.status.aside(drawable(self._session.typing()))
            if text.strip() and not text.startswith("/"):
                self._session.typed()

    def _paste(self) -> None:
        self._session.spawn(self._pasted(), "paste")

    async def _pasted(self) -> None:
        text = await clipboard_text(self._root)
        if text:
            self.screen.composer.insert(text)

    def _open_link(self, url: str) -> None:
        self._session.spawn(open_link(url), "open a link")

    def _reached_top(self) -> None:
        self._view.reached_top()

    def _reached_bottom(self) -> None:
        self._view.reached_bottom()
        if self.reading:
            self._session.seen()

    def _to_newest(self) -> None:
        self._view.to_newest()
        if self.reading:
            self._session.seen()

    def _go(self, step: int, _: tk.Event[tk.Misc]) -> None:
        name = neighbour(self.screen.sidebar.rows.rows, self._session.on_view, step)
        if name is not None and name != self._session.on_view:
            self._session.show(name)
            self._show_rooms()

    # Clockwork

    def _show_rooms(self) -> None:
        if self._rooms_timer is not None:
            self._root.after_cancel(self._rooms_timer)
            self._rooms_timer = None
        session = self._session
        self.screen.sidebar.rows.show(session.rows())
        label, room = drawable(session.label()), session.room
        if room is not None:
            members = None if room.direct else room.members
            self.screen.header.show(label, room.topic, members)
        self._root.title(drawable(window_title(session.label(), session.unread())))

    def _tick_status(self) -> None:
        # The time of the next try and who is typing change by themselves.
        self.change_status()
        self._status_timer = self._root.after(_STATUS_MS, self._tick_status)

    def _focused(self, _: tk.Event[tk.Misc]) -> None:
        if self.reading:
            self._session.seen()

    def _bind(self) -> None:
        guarded = self._failures.guarded
        for sequence, call in (
            ("<Alt-Up>", partial(self._go, -1)),
            ("<Alt-Down>", partial(self._go, 1)),
            ("<FocusIn>", self._focused),
        ):
            binding = self._root.bind(sequence, guarded(call), add=True)
            self._bindings.append((sequence, binding))
