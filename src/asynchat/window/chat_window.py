"""The main screen with a session behind it: what a person does goes to the session and back."""

from __future__ import annotations

import contextlib
import logging
import tkinter as tk
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import DELETE
from asynchat.window.chat_commands import ChatCommands
from asynchat.window.composing import Composing
from asynchat.window.faces import Faces
from asynchat.window.front import Front
from asynchat.window.keys import Keys, unbind
from asynchat.window.links import open_link
from asynchat.window.look.native import drawable
from asynchat.window.mentioning import Mentioning
from asynchat.window.message_commands import MessageCommands
from asynchat.window.presenters import typed
from asynchat.window.presenters.clock import uses_twelve
from asynchat.window.presenters.commands import BY_SLASH, Given
from asynchat.window.presenters.room_signs import signs, slow_hint
from asynchat.window.presenters.sidebar import window_title
from asynchat.window.presenters.trusting import tip
from asynchat.window.room_view import RoomView
from asynchat.window.sharing import Sharing
from asynchat.window.widgets.blank import Blank
from asynchat.window.widgets.block_writer import UNCOVER
from asynchat.window.widgets.greeting import Greeting
from asynchat.window.widgets.main_screen import Actions, MainScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from asynchat.link.timeline import Line, Splice
    from asynchat.window.chat_commands import Elsewhere
    from asynchat.window.drafts import Draft
    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.preferences import Preferences
    from asynchat.window.presenters.sidebar import Row
    from asynchat.window.presenters.transcript import Block
    from asynchat.window.session import Session

logger = logging.getLogger(__name__)

_ROOMS_MS: Final = 50
_STATUS_MS: Final = 500
_LONG: Final = 3_500


class ChatWindow:
    """Shows a session until `close`.

    ``program`` has what the commands do that are about the program, by their names: ``quit``,
    ``theme``, and others; ``of_server`` the same for the server.  Of several chats in one window
    one is shown: it alone has the keys and the title, which ``retitle`` shows where it is given.
    ``elsewhere`` is what there is to jump to in the others; ``on_deleted`` is called where the
    person's account was deleted.
    """

    def __init__(
        self,
        root: tk.Tk,
        parent: tk.Misc,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        preferences: LivePreferences,
        program: Mapping[str, Callable[[], None]],
        of_server: Mapping[str, Callable[[], None]] = MappingProxyType({}),
        elsewhere: Elsewhere | None = None,
        retitle: Callable[[], None] | None = None,
        on_deleted: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._failures = failures
        self._rooms_timer: str | None = None
        self._status_timer: str | None = None
        self._refusal: str | None = None
        self._logged: tuple[str, str | None] | None = None
        guarded = failures.guarded
        self.screen = MainScreen(
            parent,
            look,
            Actions(
                choose=guarded(self._choose),
                row_menu=guarded(self._row_menu),
                rooms=guarded(partial(self._do, "join")),
                do=guarded(self._do),
                topic=guarded(self._set_topic),
                narrowed=guarded(self._narrowed),
                widen=guarded(lambda width: preferences.change(sidebar=width)),
                send=guarded(self.send),
                change=guarded(self._changed),
                paste=guarded(self._paste),
                top=guarded(self._reached_top),
                bottom=guarded(self._reached_bottom),
                newest=guarded(self._to_newest),
                link=guarded(self._open_link),
                act=guarded(self._act),
                to_message=guarded(self._to_message),
                cancel=guarded(self._cancel),
                retry=guarded(session.retry),
                delete=guarded(session.discard),
            ),
            sidebar=preferences.now.sidebar,
        )
        self._composing = Composing(self.screen, session)
        self._messages = MessageCommands(
            root,
            self.screen,
            look,
            session,
            failures,
            composing=self._composing,
            to_newest=self._to_newest,
            twelve=lambda: uses_twelve(preferences.now.clock),
        )
        self.sharing = Sharing(
            root,
            self.screen,
            look,
            session,
            failures,
            line=self._messages.line,
            twelve=lambda: uses_twelve(preferences.now.clock),
        )
        self.commands = ChatCommands(
            root,
            self.screen,
            look,
            session,
            failures,
            preferences=preferences,
            program={**program, **of_server},
            elsewhere=elsewhere,
            to_newest=self._to_newest,
            messages={**self._messages.actions, **self.sharing.actions},
            picking=self.sharing.picking,
            on_deleted=on_deleted,
        )
        self._view = RoomView(
            self.screen.transcript,
            year=lambda: datetime.now().astimezone().year,
            on_older=guarded(session.histories.load_older),
            on_newer=guarded(session.places.load_newer),
            new_after=lambda: session.reading.new_after,
            me=lambda: session.me,
            blocked=lambda: session.client.blocked,
            twelve=lambda: uses_twelve(preferences.now.clock),
        )
        self._faces = Faces(session.client, session.tasks, self._faced, guarded=guarded)
        self.screen.transcript.show_faces(self._faces.get)
        self.screen.sidebar.rows.faces.told = self._faces.get
        self.commands.faces = self._faces.get
        self.screen.transcript.deletes = lambda: session.speaking.standing.may(DELETE)
        self.screen.transcript.add_author = self._add_author
        self.screen.composer.on_again = guarded(self._speak_anyway)
        self._blank = Blank(self.screen, look, self.screen.transcript)
        self._greeting = Greeting(self.screen, look, self.screen.transcript)
        self._mentioning = Mentioning(self.screen, session, preferences)
        self._unsubscribe = preferences.subscribe(self._preferred)
        # Those of the program have their keys before there is a chat.
        for press in ("<Button-1>", "<Button-3>"):
            self.screen.sidebar.title.bind(press, guarded(self._server_menu))
        self._names = self.commands.names - program.keys()
        self._keys: Keys | None = None
        self._retitle = retitle or self._title
        self._front = Front(root)
        self._focus_binding: str | None = root.bind("<FocusIn>", guarded(self._focused), add=True)

    @property
    def session(self) -> Session:
        """What it shows."""
        return self._session

    @property
    def view(self) -> RoomView:
        """The room on view."""
        return self._view

    @property
    def draft(self) -> Draft:
        """What stands in the composer."""
        return self._composing.draft

    @property
    def composing(self) -> Composing:
        """What the composer is for."""
        return self._composing

    @property
    def reading(self) -> bool:
        """Whether the person sees the newest line of the room on view."""
        return self.shown and self.screen.transcript.pinned and self._front.has_focus

    @property
    def shown(self) -> bool:
        """Whether it is the one that the window shows."""
        return self._keys is not None

    def open(self, room: str | None, *, shown: bool = True) -> None:
        """Show a room, and from now on all that happens; see `show`."""
        if shown:
            self._keys = Keys(self._root, self._names, self._failures.guarded(self._pressed))
        self._session.start(self, room)
        self._show_me()
        if shown:
            self.screen.composer.focus()
            self._tick_status()

    def show(self) -> None:
        """Be the one that the window shows; the caller puts the screen there."""
        if self._keys is None:
            self._keys = Keys(self._root, self._names, self._failures.guarded(self._pressed))
            self._show_rooms()
            self._tick_status()
            self.sharing.refresh()
            self._session.reading.look_again()
        self.screen.composer.focus()

    def hide(self) -> None:
        """Let the window show another: it goes on, without keys, title and clockwork."""
        if self._keys is not None:
            self._keys.close()
            self._keys = None
            self.commands.close()
            self._messages.close()
            self.sharing.hide()
            self.screen.tuck_away()
            self._forget_timers()

    def close(self) -> None:
        """Show nothing more."""
        self._unsubscribe()
        if self._focus_binding is not None:
            unbind(self._root, "<FocusIn>", self._focus_binding)
            self._focus_binding = None
            self._front.close()
        with contextlib.suppress(tk.TclError):  # the composer may be gone
            self._session.keep_draft()
        self._session.stop()
        self._faces.close()
        self._view.close()
        self.commands.close()
        self._messages.close()
        self.sharing.close()
        if self._keys is not None:
            self._keys.close()
            self._keys = None
        self._forget_timers()

    def _forget_timers(self) -> None:
        for timer in (self._rooms_timer, self._status_timer):
            if timer is not None:
                self._root.after_cancel(timer)
        self._rooms_timer = self._status_timer = None

    # What the session shows (session.View)

    def show_room(self, lines: Sequence[Line], draft: Draft) -> None:
        """Show another room."""
        self._refusal = None
        self._mentioning.refresh()
        self._view.load(lines)
        self.commands.visited(self._session.on_view)
        self._composing.show(draft, self._placeholder())
        self._show_silence()
        self.sharing.refresh()

    def show_place(self, lines: Sequence[Line], seq: int) -> None:
        """Show another part of the room on view, at a line."""
        self._view.load_place(lines, seq)

    def show_line(self, seq: int) -> None:
        """Go to a line of those that were told."""
        self._view.show_line(seq)

    def show_newest(self, lines: Sequence[Line]) -> None:
        """Show the newest lines of the room on view instead of a place."""
        self._view.load(lines)

    def extend_lines(self, at: int, lines: Sequence[Line]) -> None:
        """Go on with other lines, up to the newest."""
        self._view.extend(at, lines)

    def _placeholder(self) -> str:
        about = self._session.label().replace("# ", "#", 1)
        slow = slow_hint(self._session.speaking.standing)
        hint = "" if self.screen.narrow else f"  —  {slow or 'Enter sends, Shift+Enter new line'}"
        return f"Message {about}{hint}"

    def _narrowed(self) -> None:
        if self._session.on_view is not None:
            self.screen.composer.hint(self._placeholder())

    def change_lines(self, splices: Sequence[Splice], *, news: int, at_once: bool) -> None:
        """Show what changed in the room on view."""
        self._view.feed(splices, news=news, at_once=at_once)

    def greet(self, text: str) -> None:
        """Show what the server says to all who come."""
        self._greeting.show(text)

    def change_rooms(self) -> None:
        """Show rooms, people, counts, title and header anew, once for many changes."""
        if self._rooms_timer is None and self.shown:
            self._rooms_timer = self._root.after(_ROOMS_MS, self._show_rooms)

    def change_status(self) -> None:
        """Show the connection's state and who is typing anew."""
        self._log_connection()
        if not self.shown:
            return
        client = self._session.client
        self.screen.status.show(self._session.status())
        self.screen.status.tip.text = tip(client.address, client.fingerprint)
        self._blank.say(self._session.blank())
        problem = self._refusal or typed.overlong(self.screen.composer.typed)
        if problem is None:
            self.screen.status.aside(drawable(self._session.typing()))

    # What a person does

    def send(self) -> None:
        """Send what stands in the composer, or do what it commands."""
        editing = self._composing.editing
        match typed.meaning(self.screen.composer.typed, commands=editing is None):
            case typed.Message(text) if editing is not None:
                if text != editing.text:
                    self._session.edit(editing.seq, text)
                self._composing.sent()
            case typed.Message(text):
                self._say(text)
            case typed.Command() as command:
                self.screen.composer.clear()
                self._session.keep_draft()
                self._command(command)
            case typed.Parts(texts):
                self._session.spawn(self._messages.send_parts(texts), "several messages?")
            case typed.Refusal(text):
                # It stays until the text is another, however often the status is shown anew.
                self._refusal = text
                self.screen.status.aside(text, bad=True)
            case None:
                if editing is None and self.sharing.attaching.any:
                    self._say("")

    def _say(self, text: str) -> None:
        """Say something, with what is attached; with a reply, that goes by itself."""
        reply_to = self._composing.reply_to
        if reply_to is None or not text:
            text = self.sharing.attaching.send(text)
        else:
            self.sharing.attaching.send("")
        if text:
            self._session.post(text, reply_to=reply_to)
        self._composing.sent()
        self._to_newest()

    def _command(self, command: typed.Command) -> None:
        self.commands.do(BY_SLASH[command.name].name, Given(words=command.rest))

    def _pressed(self, name: str, given: Given) -> None:
        if name == "mark-read" and self._step_back():
            self.screen.composer.focus()
            return
        self.commands.do(name, given)

    def _step_back(self) -> bool:
        """Leave what Escape leaves first: sidebar, edit or reply, the message that was chosen."""
        screen = self.screen
        return (
            screen.tuck_away()
            or screen.transcript.unchoose()
            or self._composing.cancel()
            or self.commands.searching.close()
        )

    def _cancel(self) -> None:
        self._composing.cancel()
        self.screen.composer.focus()

    def _act(self, name: str, block: Block, words: str) -> None:
        if name == UNCOVER:
            self._view.uncover(block.key)
        elif name in self.sharing.actions:
            given = Given(room=self._session.on_view or "", seq=block.seq or 0)
            self.sharing.actions[name](given)
        else:
            self._messages.act(name, block, words)

    def _add_author(self, menu: tk.Menu, block: Block) -> None:
        if block.kind == "said":
            self.commands.moderating.add_author(menu, block.account, block.sender)

    def _to_message(self, seq: int) -> None:
        self._session.places.jump(seq)

    def _do(self, name: str) -> None:
        self.commands.do(name)

    def _row_menu(self, row: Row, x: int, y: int) -> None:
        self.commands.row_menu(row, x, y)

    def _server_menu(self, event: tk.Event[tk.Misc]) -> None:
        self.commands.server_menu(event.x_root, event.y_root)

    def _set_topic(self, text: str) -> None:
        self.commands.set_topic(text)

    def _choose(self, row: Row) -> None:
        if row.kind == "person":
            self._session.spawn(self._session.open_direct(row.key), "direct")
        elif row.key != self._session.on_view:
            self._session.show(row.key)
        self.screen.composer.focus()

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
        self._session.keep_draft()

    def _paste(self) -> None:
        self._session.spawn(self.sharing.paste(), "paste")

    def _open_link(self, url: str) -> None:
        self._session.spawn(open_link(url), "open a link")

    def _reached_top(self) -> None:
        self._view.reached_top()

    def _reached_bottom(self) -> None:
        self._view.reached_bottom()
        if self.reading:
            self._session.reading.seen()

    def _to_newest(self) -> None:
        self._session.places.newest()
        self._view.to_newest()
        if self.reading:
            self._session.reading.seen()

    # Clockwork

    def _show_rooms(self) -> None:
        if self._rooms_timer is not None:
            self._root.after_cancel(self._rooms_timer)
            self._rooms_timer = None
        session = self._session
        self._mentioning.refresh()
        self._view.part(known=not session.reading.opening)
        self.screen.sidebar.rows.show(session.rows())
        label, room = drawable(session.label()), session.room
        if room is not None:
            members = None if room.direct else room.members
            self.screen.header.show(label, room.topic, members)
            self.screen.header.show_signs(signs(room))
        self._show_silence()
        self.screen.header.show_pins(len(session.pins.lines))
        self._messages.refresh()
        self.commands.refresh()
        self._show_me()
        self._retitle()

    def _show_silence(self) -> None:
        """Have the reason in the composer's place, where nothing can be said."""
        why, may_try = self._session.speaking.silence()
        composer = self.screen.composer
        composer.silence_with(why, "Try again" if may_try else "")
        hint = self._placeholder()
        if composer.placeholder != hint:
            composer.hint(hint)

    def _speak_anyway(self) -> None:
        self._session.speaking.try_again()
        self._show_silence()

    def _show_me(self) -> None:
        session = self._session
        self.screen.sidebar.show_me(drawable(session.my_name), self._faces.get(session.me))

    def _faced(self, accounts: frozenset[str]) -> None:
        """Show people who look different now."""
        self.screen.transcript.show_faces(self._faces.get, accounts)
        self.screen.sidebar.rows.redraw()
        self.commands.redraw()
        self._show_me()

    def _title(self) -> None:
        session = self._session
        self._root.title(drawable(window_title(session.label(), session.unread())))

    def _tick_status(self) -> None:
        # The time of the next try and who is typing change by themselves.
        self.change_status()
        self._status_timer = self._root.after(_STATUS_MS, self._tick_status)

    def _preferred(self, before: Preferences, now: Preferences) -> None:
        written_anew = (now.clock, now.highlights) != (before.clock, before.highlights)
        if written_anew and self._session.on_view is not None:
            self._session.show(self._session.on_view)

    def _log_connection(self) -> None:
        now = self._session.client.connection
        if (now.phase, now.reason) != self._logged:
            self._logged = (now.phase, now.reason)
            logger.info("%s: %s %s", self._session.client.address, now.phase, now.reason or "")

    def _focused(self, _: tk.Event[tk.Misc]) -> None:
        if self.reading:
            if self._session.reading.came_back():
                self._view.go_to_new()
            self._session.reading.seen()
