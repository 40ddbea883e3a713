"""The server's window: asks the server for what is on view, and does what is chosen.

It asks over the wire, as whoever it was opened for; it has no other way to the server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from asynchat.chat.roles import PROMOTE, SERVER_ROLES
from asynchat.errors import ChatError
from asynchat.link.ids import now_ms
from asynchat.messages import MAX_REPORT_CHARS
from asynchat.window.asked import asked
from asynchat.window.inviting import invite
from asynchat.window.look.native import drawable
from asynchat.window.presenters import overview
from asynchat.window.presenters.accounts import Refusal
from asynchat.window.presenters.samples import Samples
from asynchat.window.presenters.standing import Standing
from asynchat.window.widgets.deed_dialog import DeedDialog
from asynchat.window.widgets.form import Choice, Line
from asynchat.window.widgets.room_settings_dialog import RoomSettingsDialog
from asynchat.window.widgets.server_view import ServerView

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from asynchat.link.client import Client
    from asynchat.link.operator import Operator
    from asynchat.messages import Stats
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.deeds import Deed
    from asynchat.window.presenters.tables import TableRow

MOST: Final = 1_000
"""How many rows of a tab are asked for, at most."""

_PAGE: Final = 100


class Tasks(Protocol):
    """What starts tasks."""

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> None:
        """Start one under a name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the server answered: rows, and whether there are more."""

    rows: Sequence[TableRow]
    more: bool = False


class Overseeing:
    """Fills a `ServerView`, ``view``, in ``parent``, until `close`.

    It asks while the view is on the screen, one request after the other, and not when it is
    hidden.  ``twelve`` tells by which clock times are shown.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        asker: Client | Operator,
        *,
        tasks: Tasks,
        failures: Failures,
        twelve: Callable[[], bool] = lambda: False,
    ) -> None:
        self._look = look
        self._asker = asker
        self._tasks = tasks
        self._failures = failures
        self._twelve = twelve
        self._parent = parent
        guarded = failures.guarded
        self.view = ServerView(
            parent, look, on_tab=guarded(self._changed), on_act=guarded(self._act)
        )
        self._timer: str | None = None
        self._loading = False
        self._again = False
        self._closed = False
        self._pages = 1
        self._samples = Samples()
        self._loads: dict[str, Callable[[], Awaitable[Loaded]]] = {
            "connections": self._connections,
            "rooms": self._rooms,
            "accounts": self._accounts,
            "bans": self._bans,
            "invitations": self._invitations,
            "reports": self._reports,
            "audit": self._audit,
            "health": self._health,
            "settings": self._settings,
        }
        self._acts: dict[str, Callable[[Any], Awaitable[bool]]] = {
            "disconnect": self._disconnect,
            "mute": self._mute,
            "ban": self._ban,
            "ban-address": self._ban_address,
            "ban-new-address": self._ban_new_address,
            "room-settings": self._room_settings,
            "role": self._role,
            "lift": self._lift,
            "withdraw": self._withdraw,
            "invite": self._invite,
            "resolve": self._resolve,
            "older": self._older,
            "set": self._set,
            "reset": self._reset,
        }
        top = parent.winfo_toplevel()
        for event in ("<Map>", "<Unmap>"):
            top.bind(event, self._mapped, add=True)
        self.view.bind("<Destroy>", self._destroyed)

    @property
    def asking(self) -> bool:
        """Whether it goes on asking by itself."""
        return self._timer is not None or self._loading

    def start(self) -> None:
        """Begin to ask, once the view is on the screen."""
        self._seen()

    def close(self) -> None:
        """Ask nothing more."""
        self._closed = True
        self._forget_timer()

    # When it asks

    def _mapped(self, event: tk.Event[tk.Misc]) -> None:
        if not self._closed and event.widget in {self.view, self.view.winfo_toplevel()}:
            self._seen()

    def _seen(self) -> None:
        """Ask while there is somebody to see it."""
        if self._closed:
            return
        if not self.view.winfo_viewable():
            self._forget_timer()
        elif not self.asking:
            self._load()

    def _changed(self) -> None:
        self._pages = 1
        self._load()

    def _load(self) -> None:
        self._forget_timer()
        if self._closed:
            return
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._tasks.spawn(self._loaded(), name="the server's window")

    async def _loaded(self) -> None:
        tab = self.view.tab
        try:
            stats = overview.summary(await self._sampled())
            loaded = await self._loads[tab.name]()
        except ChatError as error:
            if not self._closed:
                self.view.say(error.text)
            return
        else:
            if not self._closed and self.view.tab is tab:
                self.view.show(loaded.rows)
                more = f"The first {len(loaded.rows):,} are shown  ·  " if loaded.more else ""
                self.view.say(more + stats)
        finally:
            self._loading = False
            if not self._closed:
                self._next()

    def _next(self) -> None:
        if self._again:
            self._load()
        elif self.view.winfo_viewable():
            every_s = self.view.tab.every_s
            if every_s is not None:
                self._later(every_s)

    def _later(self, wait_s: float) -> None:
        self._forget_timer()
        self._timer = self.view.after(round(wait_s * 1000), self._due)

    def _due(self) -> None:
        self._timer = None
        self._seen()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self.view.after_cancel(self._timer)
            self._timer = None

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self.view:
            self.close()

    # What it asks for

    def _clock(self) -> dict[str, Any]:
        return {"now": datetime.now().astimezone(), "twelve": self._twelve()}

    async def _connections(self) -> Loaded:
        those = await self._asker.clients(most=MOST)
        return Loaded(overview.connections(those[:MOST], now_ms=now_ms()), len(those) > MOST)

    async def _rooms(self) -> Loaded:
        # Who oversees is in conversations of their own as well: these are nobody's rooms to steer.
        those = [room for room in await self._asker.list_rooms(hidden=True) if not room.direct]
        return Loaded(overview.rooms(those[:MOST]), len(those) > MOST)

    async def _accounts(self) -> Loaded:
        those, more = await self._asker.accounts(self.view.searched)
        return Loaded(overview.accounts(those, **self._clock()), more)

    async def _bans(self) -> Loaded:
        those = await self._asker.bans(most=MOST)
        return Loaded(overview.bans(those[:MOST], **self._clock()), len(those) > MOST)

    async def _invitations(self) -> Loaded:
        return Loaded(overview.invitations(await self._asker.invitations(), **self._clock()))

    async def _reports(self) -> Loaded:
        those, more = await self._asker.reports()
        return Loaded(overview.reports(those, **self._clock()), more)

    async def _audit(self) -> Loaded:
        found: list[Any] = []
        more = True
        while more and len(found) < min(self._pages * _PAGE, MOST):
            before = found[-1].number if found else None
            part, more = await self._asker.audit(before=before, limit=_PAGE)
            found += part
            more = more and bool(part)
        if not self._closed:
            self.view.allow("older", on=more and len(found) < MOST)
        return Loaded(overview.audit(found, **self._clock()), more)

    async def _sampled(self) -> Stats:
        asked_at = asyncio.get_running_loop().time()
        stats = await self._asker.stats()
        now_s = asyncio.get_running_loop().time()
        self._samples.add(stats, answer_ms=1000 * (now_s - asked_at), at_s=now_s)
        return stats

    async def _health(self) -> Loaded:
        now_s = asyncio.get_running_loop().time()
        if not self._closed:
            self.view.plots.show(self._samples.plots(now_s))
        return Loaded(self._samples.rows(now_s))

    async def _settings(self) -> Loaded:
        return Loaded(overview.settings(await self._asker.settings()))

    # What it does

    def _act(self, name: str, row: TableRow | None) -> None:
        value = None if row is None else row.value
        self._tasks.spawn(self._acted(name, value), name=name)

    async def _acted(self, name: str, value: Any) -> None:
        try:
            done = await self._acts[name](value)
        except ChatError as error:
            # Here one looks for it, not above the chat.
            if not self._closed:
                self.view.say(error.text)
            return
        if done and not self._closed:
            self._load()

    def _spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._tasks.spawn(work, name=name)

    async def _form(self, title: str, text: str, **rest: Any) -> bool:
        return await asked(self._parent, self._look, title, text=text, spawn=self._spawn, **rest)

    async def _ask(self, **told: Any) -> Deed | None:
        dialog = DeedDialog(self._parent, self._look, **told)
        return await dialog.answer(dialog.reason)

    async def _disconnect(self, one: Any) -> bool:
        session = getattr(one, "session", None)
        name = one.name or "this connection"
        which = "all their connections end" if session is None else "this connection ends"
        deed = await self._ask(
            title=drawable(f"Disconnect {name}?"),
            text=f"{which.capitalize()}. They may come back.",
            do="Disconnect",
        )
        if deed is not None:
            await self._asker.disconnect(account=one.account, session=session, reason=deed.reason)
        return deed is not None

    async def _mute(self, one: Any) -> bool:
        deed = await self._ask(
            title=drawable(f"Mute {one.name} on the whole server?"),
            text="They can read, and are not heard anywhere.",
            do="Mute",
            timed=True,
        )
        if deed is not None:
            await self._asker.mute(account=one.account, seconds=deed.seconds, reason=deed.reason)
        return deed is not None

    async def _ban(self, one: Any) -> bool:
        deed = await self._ask(
            title=drawable(f"Ban {one.name} from the server?"),
            text="Their connections end, and they cannot come back.",
            do="Ban",
            timed=True,
        )
        if deed is not None:
            await self._asker.ban(account=one.account, seconds=deed.seconds, reason=deed.reason)
        return deed is not None

    async def _ban_address(self, one: Any) -> bool:
        if not one.address:
            raise ChatError("bad_request", "This connection has no address.")
        deed = await self._ask(
            title=f"Ban {one.address}?",
            text="Whoever comes from there is turned away, and who is there is disconnected."
            " Others may be behind the same address.",
            do="Ban",
            timed=True,
        )
        if deed is not None:
            await self._asker.ban(address=one.address, seconds=deed.seconds, reason=deed.reason)
        return deed is not None

    async def _ban_new_address(self, _: Any) -> bool:
        async def ban(given: Mapping[str, str]) -> Refusal | None:
            if not given["address"].strip():
                return Refusal("Which address?", "address")
            await self._asker.ban(address=given["address"].strip(), reason=given["reason"].strip())
            return None

        return await self._form(
            "Ban an address or a network",
            "Whoever comes from there is turned away before a word is read.",
            parts=(
                Line("address", "An address such as 192.0.2.7, or a network as 192.0.2.0/24"),
                Line("reason", "Why? They read it"),
            ),
            submit="Ban",
            do=ban,
        )

    async def _room_settings(self, room: Any) -> bool:
        dialog = RoomSettingsDialog(self._parent, self._look, room)
        change = await dialog.answer(dialog.first)
        if change is None:
            return False
        if change.topic is not None:
            await self._asker.set_topic(room.name, change.topic)
        if change.modes:
            await self._asker.change_room(
                room.name,
                private=change.private,
                read_only=change.read_only,
                archived=change.archived,
                slow_s=change.slow_s,
            )
        return True

    async def _role(self, one: Any) -> bool:
        mine = Standing("", self._asker.role)
        offered = [
            (role, role)
            for role in SERVER_ROLES
            if role not in {"owner", "admin"} or mine.may(PROMOTE)
        ]

        async def give(given: Mapping[str, str]) -> Refusal | None:
            await self._asker.set_role(given["role"], account=one.account)
            return None

        return await self._form(
            drawable(f"The role of {one.name}"),
            "It holds on the whole server.",
            parts=(Choice("role", "They are", offered, one.role),),
            submit="Save",
            do=give,
        )

    async def _lift(self, held: Any) -> bool:
        lift = self._asker.unban if held.kind == "ban" else self._asker.unmute
        whom = {"address": held.address} if held.address else {"account": held.account}
        await lift(**whom, room=held.room)
        return True

    async def _withdraw(self, invitation: Any) -> bool:
        await self._asker.uninvite(invitation.id)
        return True

    async def _invite(self, _: Any) -> bool:
        # The operator invites as an owner does.
        role = self._asker.role or ""
        return await invite(
            self._parent,
            self._look,
            self._asker,
            "owner" if role == "operator" else role,
            spawn=self._spawn,
        )

    async def _resolve(self, report: Any) -> bool:
        deed = await self._ask(
            title=f"Resolve report {report.number}?",
            text="It is closed, and the copy of the message goes.",
            do="Resolve",
            question="What was done?",
            most=MAX_REPORT_CHARS,
        )
        if deed is not None:
            await self._asker.resolve(report.number, deed.reason)
        return deed is not None

    async def _older(self, _: Any) -> bool:
        self._pages += 1
        return True

    async def _set(self, setting: Any) -> bool:
        if not setting.live:
            raise ChatError("bad_setting", f"{setting.name} changes with a restart only.")

        async def change(given: Mapping[str, str]) -> Refusal | None:
            await self._asker.set_setting(setting.name, given["value"])
            return None

        return await self._form(
            setting.name,
            "It holds at once, and after a restart.",
            parts=(Line("value", "Value", value=overview.written(setting.value)),),
            submit="Save",
            do=change,
        )

    async def _reset(self, setting: Any) -> bool:
        await self._asker.set_setting(setting.name, None)
        return True
