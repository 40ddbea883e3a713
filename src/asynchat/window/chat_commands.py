"""What each command does in one chat: the other half of the table of commands."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from asynchat.errors import ChatError
from asynchat.text import check_topic, room_name
from asynchat.window.accounts import Accounts
from asynchat.window.look.native import drawable
from asynchat.window.moderating import Moderating
from asynchat.window.own_state import OwnState
from asynchat.window.presenters import jump, people
from asynchat.window.presenters.clock import uses_twelve
from asynchat.window.presenters.commands import BY_NAME, Given, menu
from asynchat.window.presenters.sidebar import (
    neighbour,
    next_unread,
    nth_room,
    room_label,
    unread_counts,
)
from asynchat.window.profiles import Profiles
from asynchat.window.room_choices import RoomChoices
from asynchat.window.saving import Saving
from asynchat.window.searching import Searching

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Iterable, Mapping

    from asynchat.messages import Presence, Room
    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.avatars import Face
    from asynchat.window.look.theme import Look
    from asynchat.window.picking import Picking
    from asynchat.window.presenters.jump import Offer
    from asynchat.window.presenters.sidebar import Row, RowKind
    from asynchat.window.session import Session
    from asynchat.window.widgets.jump_box import JumpBox
    from asynchat.window.widgets.main_screen import MainScreen
    from asynchat.window.widgets.people_panel import PeoplePanel

_ASK_EVERY_S: Final = 10.0
"""How old a list of the server's rooms may be that Ctrl+K offers."""


class Elsewhere(Protocol):
    """What there is to jump to in the other chats of the window."""

    def offers(self) -> Iterable[Offer]:
        """Return it all; each row has its ``server``."""

    def go(self, row: Row) -> None:
        """Show one of them."""


class ChatCommands:
    """Does what is asked for by key, menu, slash command or Ctrl+K.

    ``program`` has the commands that are not about this chat: settings, zoom, quit; ``messages``
    those that are about a message or a file; ``elsewhere`` is the window's other chats.
    ``on_deleted`` is called where one's account was deleted.
    """

    def __init__(
        self,
        root: tk.Tk,
        screen: MainScreen,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        preferences: LivePreferences,
        program: Mapping[str, Callable[[], None]],
        to_newest: Callable[[], None],
        messages: Mapping[str, Callable[[Given], None]],
        picking: Picking,
        elsewhere: Elsewhere | None = None,
        on_deleted: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root
        self._screen = screen
        self._look = look
        self._session = session
        self._failures = failures
        self._preferences = preferences
        self._profiles = Profiles(
            root,
            look,
            session,
            preferences,
            picking=picking,
            on_message=failures.guarded(lambda whom: self.do("direct", Given(account=whom))),
            on_account=failures.guarded(lambda: self.do("account")),
        )
        accounts = Accounts(
            root,
            look,
            session,
            failures,
            preferences=preferences,
            do=failures.guarded(self.do),
            on_deleted=on_deleted,
        )
        self._own_state = OwnState(
            root, session.client, away_after_s=lambda: 60 * preferences.now.away_minutes
        )
        self.moderating = Moderating(
            root,
            look,
            session,
            failures,
            do=self.do,
            menu=self.row_menu,
            twelve=lambda: uses_twelve(preferences.now.clock),
        )
        self._choices = RoomChoices(root, look, session, preferences, failures)
        self._elsewhere = elsewhere
        self._saving = Saving(root, look, session, failures)
        self.searching = Searching(screen, look, session, failures, preferences=preferences)
        self._box: JumpBox | None = None
        self._people: PeoplePanel | None = None
        self._people_of = ""
        self._visited: list[str] = []
        self.faces: Callable[[str], Face | None] = lambda _: None
        self._others: tuple[Room, ...] = ()
        self._asked_at = float("-inf")
        self._actions: dict[str, Callable[[Given], None]] = {
            "jump": lambda _: self.jump(),
            "save": self._saving.save,
            "find": lambda given: self.searching.open(given.words),
            "previous-room": lambda _: self._step(-1),
            "next-room": lambda _: self._step(1),
            "previous-unread": lambda _: self._step_unread(-1),
            "next-unread": lambda _: self._step_unread(1),
            "nth-room": lambda given: self._nth(int(given.words or 0)),
            "mark-read": lambda _: session.reading.mark_read(),
            "newest": lambda _: to_newest(),
            "open": lambda given: self.show(given.room),
            "join": self._join,
            "create": self._create,
            "people": lambda given: self._show_people(given.room),
            "invite": self._invite,
            "topic": self._topic,
            "notify": lambda given: self._choices.choose(given.room, given.words),
            "leave": lambda given: session.spawn(session.leave(given.room), "leave"),
            "direct": self._direct,
            "profile": lambda given: self._profiles.show(given.account),
            "own-profile": lambda _: self._profiles.edit(),
            "busy": lambda _: failures.tell(self._own_state.toggle_busy()),
            "menu": lambda _: self._focused_menu(),
            "emoji": lambda _: self._screen.composer.toggle_picker(),
            "sidebar": lambda _: self._toggle_sidebar(),
            "reconnect": lambda _: session.client.retry_now(),
            "copy-address": lambda _: self._copy_address(),
        }
        self._actions |= accounts.actions | self.moderating.actions | dict(messages)
        for name, action in program.items():
            self._actions[name] = partial(_without_given, action)

    @property
    def names(self) -> frozenset[str]:
        """The commands that can be done."""
        return frozenset(self._actions)

    @property
    def box(self) -> JumpBox | None:
        """The box of Ctrl+K, while it is there."""
        return self._box

    def do(self, name: str, given: Given | None = None) -> None:
        """Do a command, with the room on view unless another is given.  Raise `ChatError`."""
        session, given = self._session, given or Given()
        if not given.room:
            given = replace(given, room=session.on_view or "")
        command = BY_NAME[name]
        if not self.moderating.can(name, given.account, given.room):
            raise ChatError("forbidden", f"{command.title}: that cannot be done here.")
        self._actions[name](given)

    def visited(self, name: str | None) -> None:
        """Note that a room was put on view."""
        if name is not None and name[:1] and self._visited[-1:] != [name]:
            self._visited = [*(each for each in self._visited if each != name), name][-100:]
        self.searching.refresh()

    def row_menu(self, row: Row, x: int, y: int) -> None:
        """Open the menu of a room or a person, as the table of commands has it."""
        session, shown = self._session, self._look.menu(self._root)
        is_person = row.kind == "person"
        room = (self._people_room or session.on_view or "") if is_person else row.key
        given = Given(room, row.key) if is_person else Given(room)
        for command in menu("person" if is_person else "room"):
            if command.name == "notify":
                self._choices.add_to(shown, row.key)
                continue
            # What one's role does not allow is not there at all.
            can = self.moderating.can(command.name, given.account, room)
            if not can and command.group == "Keeping order":
                continue
            if not can and command.name in {"block", "unblock"}:
                continue
            shown.add_command(
                label=command.title.replace("this room", "the room"),
                state="normal" if can else "disabled",
                command=self._failures.guarded(partial(self.do, command.name, given)),
            )
        self._look.pop_up(shown, x, y)

    @property
    def _people_room(self) -> str:
        """The room whose people are listed beside, while that is so and has the focus."""
        panel = self._people
        if panel is None or not panel.winfo_exists() or panel.focus_displayof() is None:
            return ""
        inside = str(panel.focus_displayof()).startswith(str(panel))
        return self._people_of if inside else ""

    def server_menu(self, x: int, y: int) -> None:
        """Open the menu of the server, as the table of commands has it."""
        shown = self._look.menu(self._root)
        for command in menu("server"):
            if not self.moderating.can(command.name, "", ""):
                continue
            shown.add_command(
                label=command.title,
                command=self._failures.guarded(partial(self.do, command.name)),
            )
        self._look.pop_up(shown, x, y)

    def show(self, name: str) -> None:
        """Put a room on view, if it is not."""
        if name in self._session.client.rooms and name != self._session.on_view:
            self._session.show(name)
        self._screen.composer.focus()

    def close(self) -> None:
        """Take away what was opened beside."""
        self._own_state.close()
        self.moderating.close()
        self.searching.close()
        if self._box is not None:
            self._box.close()
        if self._people is not None and self._people.winfo_exists():
            self._people.close()

    def redraw(self) -> None:
        """Draw people anew, where they are listed: some look different now."""
        if self._box is not None:
            self._box.list.redraw()
        if self._people is not None and self._people.winfo_exists():
            self._people.list.redraw()

    def refresh(self) -> None:
        """Show the people anew, where they are shown."""
        panel = self._people
        if panel is not None and panel.winfo_exists():
            session = self._session
            panel.show(people.listed(session.client.members(self._people_of), session.me))

    # Moving about

    def jump(self) -> None:
        """Open the box of Ctrl+K, or close it."""
        from asynchat.window.widgets.jump_box import JumpBox  # noqa: PLC0415 - for the first time

        if self._box is not None:
            self._box.close()
            return
        self._box = JumpBox(
            self._screen,
            self._look,
            on_choose=self._failures.guarded(self._jumped),
            on_close=self._box_closed,
        )
        self._box.list.faces.told = self.faces
        self._offer()
        self._session.spawn(self._ask_for_others(), "rooms to jump to")

    def _offer(self) -> None:
        if self._box is not None:
            far = () if self._elsewhere is None else self._elsewhere.offers()
            self._box.offer((*self.offers(), *far))

    def offers(self) -> tuple[Offer, ...]:
        """Return all there is to jump to in this chat."""
        session = self._session
        return jump.offers(
            session.client.rooms,
            self._known(),
            me=session.me,
            on_view=session.on_view,
            unread=unread_counts(session.rows()),
            visited=self._visited,
            others=self._others,
            known=session.client.person,
            role=session.role,
        )

    async def _ask_for_others(self) -> None:
        now = asyncio.get_running_loop().time()
        online = self._session.client.connection.phase == "online"
        if online and now - self._asked_at > _ASK_EVERY_S:
            self._asked_at = now
            self._others = await self._session.client.list_rooms()
            self._offer()

    def _box_closed(self) -> None:
        self._box = None
        if self._root.focus_get() in {None, self._root, self._screen}:
            self._screen.composer.focus()

    def jump_to(self, row: Row) -> None:
        """Go where a row of Ctrl+K leads.  Raise `ChatError`."""
        self._jumped(row)

    def _jumped(self, row: Row) -> None:
        if row.server and self._elsewhere is not None:
            self._elsewhere.go(row)
            return
        self._screen.composer.focus()
        self._screen.tuck_away()
        kind: RowKind = row.kind
        if kind == "command":
            self.do(row.key)
        elif kind == "person":
            self.do("direct", Given(account=row.key))
        elif row.key in self._session.client.rooms:
            self.show(row.key)
        else:
            self._session.spawn(self._session.join(row.key), "join")

    def _step(self, step: int) -> None:
        self._go(neighbour(self._session.rows(), self._session.on_view, step))

    def _step_unread(self, step: int) -> None:
        self._go(next_unread(self._session.rows(), self._session.on_view, step))

    def _nth(self, number: int) -> None:
        self._go(nth_room(self._session.rows(), number))

    def _go(self, name: str | None) -> None:
        if name is not None:
            self.show(name)

    def _toggle_sidebar(self) -> None:
        screen = self._screen
        screen.toggle_sidebar()
        if screen.sidebar.winfo_manager():
            screen.sidebar.rows.canvas.focus_set()
        else:
            screen.composer.focus()

    def _focused_menu(self) -> None:
        """Open the menu of what has the focus, where it has not done so by itself."""
        focus = self._root.focus_get()
        if not self._screen.transcript.open_chosen_menu() and focus is not None:
            from asynchat.window.widgets.text_menu import text_menu  # noqa: PLC0415 - when asked

            text_menu(focus, self._look)

    # Rooms and people

    def _known(self) -> tuple[Presence, ...]:
        """Return everybody who is in a room with us."""
        found: dict[str, Presence] = {}
        for name in self._session.client.rooms:
            for person in self._session.client.members(name):
                found.setdefault(person.account, person)
        return tuple(found.values())

    def _join(self, given: Given) -> None:
        session = self._session
        if given.words:
            session.spawn(session.join(room_name(given.words)), "join")
        else:
            session.spawn(self._choose_room(), "rooms")

    def _create(self, given: Given) -> None:
        session = self._session
        if given.words:
            session.spawn(session.create(room_name(given.words)), "create")
        else:
            session.spawn(self._choose_room(create=True), "rooms")

    async def _choose_room(self, *, create: bool = False) -> None:
        from asynchat.window.widgets.room_dialog import RoomDialog  # noqa: PLC0415 - when asked

        session = self._session
        dialog = RoomDialog(self._root, self._look, await session.client.list_rooms())
        choice = await dialog.answer(dialog.name if create else dialog.listed.canvas)
        if choice is None:
            return
        if choice.create:
            await session.create(choice.name, topic=choice.topic, private=choice.private)
        elif choice.name in session.client.rooms:
            session.show(choice.name)
        else:
            await session.join(choice.name)

    def _invite(self, given: Given) -> None:
        session = self._session
        if given.words:
            session.spawn(session.client.invite(given.room, given.words), "invite")
        else:
            session.spawn(self._ask_whom(given.room), "invite")

    async def _ask_whom(self, name: str) -> None:
        from asynchat.window.widgets.invite_dialog import InviteDialog  # noqa: PLC0415 - when asked

        session = self._session
        room = session.client.rooms[name]
        inside = session.client.members(name)
        dialog = InviteDialog(
            self._root,
            self._look,
            drawable(room_label(room, session.me, session.client.person)).replace("# ", "#", 1),
            people.invitable(self._known(), inside, session.me),
        )
        dialog.list.faces.told = self.faces
        answer = await dialog.answer(dialog.name)
        if answer is not None:
            await session.client.invite(name, answer)

    def _topic(self, given: Given) -> None:
        session = self._session
        if given.words:
            topic = check_topic(given.words)
            session.spawn(session.client.set_topic(given.room, topic), "topic")
        else:
            self.show(given.room)
            self._screen.header.edit_topic()

    def set_topic(self, text: str) -> None:
        """Set the topic of the room on view, or take it away.  Raise `ChatError`."""
        session = self._session
        session.spawn(session.client.set_topic(session.on_view or "", check_topic(text)), "topic")

    def _direct(self, given: Given) -> None:
        session = self._session
        if given.account:
            session.spawn(session.open_direct(*given.account.split(",")), "direct")
            self._screen.composer.focus()
        else:
            names, _, text = given.words.partition(" ")
            session.spawn(session.open_direct_by_name(names, text.strip()), "msg")

    def _show_people(self, name: str) -> None:
        from asynchat.window.widgets.people_panel import PeoplePanel  # noqa: PLC0415 - when asked

        session = self._session
        if self._people is not None and self._people.winfo_exists():
            self._people.close()
        self._people_of = name
        guarded = self._failures.guarded
        room = session.client.rooms[name]
        self._people = panel = PeoplePanel(
            self._root,
            self._look,
            drawable(f"People of #{room.name}"),
            on_choose=guarded(lambda row: self._profiles.show(row.key)),
            on_menu=guarded(self.row_menu),
            on_invite=guarded(lambda: self.do("invite", Given(room=name))),
            on_write=guarded(lambda whom: self.do("direct", Given(account=",".join(whom)))),
            me=session.me,
        )
        panel.list.faces.told = self.faces
        self.refresh()
        panel.open(panel.entry)

    def _copy_address(self) -> None:
        self._root.clipboard_clear()
        self._root.clipboard_append(self._session.client.address_for_others)
        self._failures.tell("The address is on the clipboard.")


def _without_given(action: Callable[[], None], _: Given) -> None:
    action()
