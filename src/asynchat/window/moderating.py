"""Keeping order in one chat: what is asked before it is done, and what then happens."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.chat.order_words import lasting
from asynchat.chat.roles import HOLD, MEMBER, MODERATOR
from asynchat.errors import ChatError
from asynchat.messages import LOBBY
from asynchat.window.look.native import drawable
from asynchat.window.presenters import overview, people
from asynchat.window.presenters.accounts import Item
from asynchat.window.presenters.commands import BY_NAME, Given, possible
from asynchat.window.presenters.deeds import Deed, typed_deed
from asynchat.window.presenters.sidebar import called

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.messages import Held, Presence
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.overseeing import Overseeing
    from asynchat.window.session import Session
    from asynchat.window.widgets.people_panel import PeoplePanel
    from asynchat.window.widgets.server_panel import ServerPanel

_OF_AUTHOR: Final = ("block", "unblock", "kick", "mute", "ban")
_TITLES: Final = {
    "kick": ("Remove {} from {}?", "They may come back.", "Remove"),
    "mute": ("Mute {}?", "They can read, and are not heard.", "Mute"),
    "ban": ("Ban {}?", "They are taken out at once, and cannot come back.", "Ban"),
}


class Moderating:
    """The commands by which order is kept; ``menu`` opens that of a row of people."""

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        do: Callable[[str, Given], None],
        menu: Callable[..., None],
        twelve: Callable[[], bool],
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._failures = failures
        self._do = do
        self._menu = menu
        self._twelve = twelve
        self._panel: ServerPanel | None = None
        self.overseeing: Overseeing | None = None
        self._blocked: PeoplePanel | None = None
        self.actions: dict[str, Callable[[Given], None]] = {
            "kick": partial(self._deed, "kick"),
            "mute": partial(self._deed, "mute"),
            "ban": partial(self._deed, "ban"),
            "unmute": lambda given: self._lift("unmute", given),
            "unban": lambda given: self._lift("unban", given),
            "appoint": lambda given: self._appoint(given, MODERATOR),
            "dismiss": lambda given: self._appoint(given, MEMBER),
            "block": lambda given: session.spawn(self._block(given, on=True), "block"),
            "unblock": lambda given: session.spawn(self._block(given, on=False), "unblock"),
            "blocked": lambda _: session.spawn(self._show_blocked(), "blocked"),
            "held": lambda given: session.spawn(self._show_held(given.room), "bans"),
            "oversee": lambda _: self._oversee(),
            "room-settings": lambda given: session.spawn(self._settings(given.room), "room"),
        }

    def can(self, name: str, account: str, room: str) -> bool:
        """Tell whether one may do a command to somebody, as far as the window knows."""
        session = self._session
        standing = session.speaking.standing_in(session.client.rooms.get(room))
        return possible(
            BY_NAME[name],
            standing,
            self._person(account, room),
            account=account,
            blocked=account in session.client.blocked,
        )

    def add_author(self, menu: tk.Menu, account: str, sender: str) -> None:
        """Add to the menu of a message what can be done to who said it."""
        room = self._session.on_view or ""
        able = [name for name in _OF_AUTHOR if self.can(name, account, room)]
        if not able:
            return
        inner = self._look.menu(menu)
        for name in able:
            given = Given(room=room, account=account)
            inner.add_command(
                label=BY_NAME[name].title,
                command=self._failures.guarded(partial(self._do, name, given)),
            )
        menu.add_cascade(label=drawable(self._session.called(account, sender)), menu=inner)

    def close(self) -> None:
        """Take away what was opened beside."""
        for panel in (self._blocked, self._panel):
            if panel is not None and panel.winfo_exists():
                panel.close()

    def _person(self, account: str, room: str) -> Presence | None:
        client = self._session.client
        inside = (one for one in client.members(room) if one.account == account)
        return next(inside, None) or client.person(account)

    def _whom(self, given: Given, words: str) -> tuple[str | None, str]:
        """Return an account, where it is known, and a name.  Raise ``no_such_person``."""
        if given.account:
            person = self._person(given.account, given.room)
            return given.account, "somebody" if person is None else called(person)
        name = words.strip().removeprefix("@")
        if not name:
            raise ChatError("no_such_person", "Whom? Write the name after it.")
        return None, name

    # To somebody else

    def _deed(self, what: str, given: Given) -> None:
        session = self._session
        if given.account:
            session.spawn(self._ask(what, given), f"{what}?")
            return
        name, deed = typed_deed(given.words, timed=what != "kick")
        # Where there is no room to do it in, it is the server's.
        everywhere = self._places(what, given.room)[0] != "here"
        deed = Deed(deed.seconds, deed.reason, everywhere=everywhere)
        session.spawn(self._carry_out(what, given.room, None, name, deed), what)

    def _places(self, what: str, room: str) -> tuple[str, ...]:
        known = self._session.client.rooms.get(room)
        here = known is not None and not known.direct and not (what == "ban" and room == LOBBY)
        everywhere = (
            self._session.speaking.standing_in(known).may_everywhere(HOLD) and what != "kick"
        )
        return (("here",) if here else ()) + (("everywhere",) if everywhere else ()) or ("here",)

    async def _ask(self, what: str, given: Given) -> None:
        from asynchat.window.widgets.deed_dialog import DeedDialog  # noqa: PLC0415 - when asked

        account, name = self._whom(given, "")
        title, text, do = _TITLES[what]
        words = {"here": f"In #{given.room}", "everywhere": "On the whole server"}
        if what == "ban":
            words = {"here": f"From #{given.room}", "everywhere": "From the whole server"}
        dialog = DeedDialog(
            self._root,
            self._look,
            title=drawable(title.format(name, f"#{given.room}")),
            text=text,
            do=do,
            timed=what != "kick",
            places=[(place, words[place]) for place in self._places(what, given.room)],
        )
        deed = await dialog.answer(dialog.reason)
        if deed is not None:
            await self._carry_out(what, given.room, account, name, deed)

    async def _carry_out(
        self, what: str, room: str, account: str | None, name: str, deed: Deed
    ) -> None:
        client = self._session.client
        unknown = None if account is not None else name
        where = None if deed.everywhere else room
        if what == "kick":
            await client.kick(room, unknown, account=account, reason=deed.reason)
            return
        call = client.mute if what == "mute" else client.ban
        await call(unknown, account=account, room=where, seconds=deed.seconds, reason=deed.reason)
        if what == "mute":
            place = "on the server" if where is None else "here"
            self._failures.tell(f"{name} is muted {place} {lasting(deed.seconds)}.")
        elif where is None:
            self._failures.tell(f"{name} is banned from the server {lasting(deed.seconds)}.")

    def _lift(self, what: str, given: Given) -> None:
        account, name = self._whom(given, given.words)
        self._session.spawn(self._lifted(what, given.room, account, name), what)

    async def _lifted(self, what: str, room: str, account: str | None, name: str) -> None:
        """Lift it in the room, and for those who may on the whole server."""
        client = self._session.client
        lift = client.unmute if what == "unmute" else client.unban
        unknown = None if account is not None else name
        places = self._places("ban" if what == "unban" else "mute", room)
        for place in places:
            await lift(unknown, account=account, room=room if place == "here" else None)
        told = "may speak again" if what == "unmute" else "may come again"
        self._failures.tell(f"{name} {told}.")

    def _appoint(self, given: Given, role: str) -> None:
        client = self._session.client
        account, name = self._whom(given, given.words)
        unknown = None if account is not None else name
        asked = client.set_role(role, unknown, account=account, room=given.room)
        self._session.spawn(asked, "role")

    async def _settings(self, name: str) -> None:
        from asynchat.window.widgets.room_settings_dialog import (  # noqa: PLC0415 - when asked
            RoomSettingsDialog,
        )

        client = self._session.client
        dialog = RoomSettingsDialog(self._root, self._look, client.rooms[name])
        change = await dialog.answer(dialog.first)
        if change is None:
            return
        if change.topic is not None:
            await client.set_topic(name, change.topic)
        if change.modes:
            await client.change_room(
                name,
                private=change.private,
                read_only=change.read_only,
                archived=change.archived,
                slow_s=change.slow_s,
            )

    async def _show_held(self, room: str) -> None:
        """List who is muted in a room or banned from it, each with what lifts it."""
        from asynchat.window.widgets.items_panel import ItemsPanel  # noqa: PLC0415 - when asked

        client = self._session.client
        held: dict[str, Held] = {}

        async def read() -> Sequence[Item]:
            held.clear()
            held.update({one.key: one for one in await client.bans(room)})
            now = datetime.now().astimezone()
            rows = overview.bans(held.values(), now=now, twelve=self._twelve())
            return [Item(row.key, row.cells[0], row.detail, "Lift") for row in rows]

        async def lift(key: str) -> None:
            one = held[key]
            await (client.unban if one.kind == "ban" else client.unmute)(
                account=one.account, room=one.room
            )
            items = await read()
            if panel.winfo_exists():
                panel.show(items)

        panel: ItemsPanel = ItemsPanel(
            self._root,
            self._look,
            drawable(f"Muted in #{room}, or banned from it"),
            nothing="Nobody.",
            on_act=self._failures.guarded(lambda key: self._session.spawn(lift(key), "lift")),
        )
        panel.show(await read())
        panel.open(panel.first)

    def _oversee(self) -> None:
        """Open the server's window, or have it in front."""
        from asynchat.window.overseeing import Overseeing  # noqa: PLC0415 - when asked
        from asynchat.window.widgets.server_panel import ServerPanel  # noqa: PLC0415 - as above

        panel, session = self._panel, self._session
        if panel is None or not panel.winfo_exists() or self.overseeing is None:
            title = f"Server {session.client.address.partition('?')[0]}"
            panel = self._panel = ServerPanel(self._root, self._look, title)
            self.overseeing = Overseeing(
                panel.body,
                self._look,
                session.client,
                tasks=session.tasks,
                failures=self._failures,
                twelve=self._twelve,
            )
            panel.put(self.overseeing.view)
        panel.open()
        self.overseeing.view.focus_table()

    # One's own

    async def _block(self, given: Given, *, on: bool) -> None:
        client = self._session.client
        account, name = self._whom(given, given.words)
        unknown = None if account is not None else name
        await (client.block if on else client.unblock)(unknown, account=account)
        self._failures.tell(
            f"What {name} says is hidden from now on, and they cannot write to you."
            if on
            else f"What {name} says is shown again."
        )
        if self._blocked is not None and self._blocked.winfo_exists():
            await self._fill_blocked(self._blocked)

    async def _show_blocked(self) -> None:
        from asynchat.window.widgets.people_panel import PeoplePanel  # noqa: PLC0415 - when asked

        self.close()
        guarded = self._failures.guarded
        self._blocked = panel = PeoplePanel(
            self._root,
            self._look,
            "Whom you have blocked",
            on_choose=guarded(lambda row: self._do("unblock", Given(account=row.key))),
            on_menu=guarded(self._menu),
            on_invite=None,
            on_write=lambda _: None,
            me="",
            several=False,
            empty="You have blocked nobody.",
        )
        await self._fill_blocked(panel)
        panel.open(panel.entry)

    async def _fill_blocked(self, panel: PeoplePanel) -> None:
        found = await self._session.client.blocks()
        if panel.winfo_exists():
            panel.show(people.blocked(found))
