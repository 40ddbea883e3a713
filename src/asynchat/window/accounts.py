"""What a person does to the own account: password, devices, invitations, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from asynchat.messages import LOBBY
from asynchat.text import is_direct
from asynchat.window.asked import asked
from asynchat.window.presenters import accounts
from asynchat.window.presenters.clock import uses_twelve
from asynchat.window.presenters.commands import BY_NAME, possible

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.accounts import Item, Refusal
    from asynchat.window.presenters.commands import Given
    from asynchat.window.session import Session
    from asynchat.window.widgets.form import Part
    from asynchat.window.widgets.items_panel import ItemsPanel

_OFFERED: Final = (
    ("register", "Register your name …"),
    ("password", "Change your password …"),
    ("devices", "Where you are signed in …"),
    ("invitation", "Invite people to this server …"),
    ("invitations", "Open invitations …"),
    ("redeem", "Use an invitation …"),
    ("unregister", "Delete your account …"),
)
_EXPLAINED: Final = {
    "guest": "a guest: your name is yours while you keep coming",
    "member": "a member: your name is yours for ever",
}


class Accounts:
    """Does what is asked for about the account of a session.

    ``do`` does another command; ``on_deleted`` is called where there is no account any more.
    """

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        session: Session,
        failures: Failures,
        *,
        preferences: LivePreferences,
        do: Callable[[str], None],
        on_deleted: Callable[[], None],
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._failures = failures
        self._preferences = preferences
        self._do = do
        self._on_deleted = on_deleted
        # The numbers that were shown last are meant, whatever came since.
        self._listed_devices: Sequence[Item] = ()
        self._listed_invitations: Sequence[Item] = ()
        self.actions: dict[str, Callable[[Given], None]] = {
            "account": lambda _: self._show(),
            "register": lambda _: self._spawn(self._register(), "register"),
            "password": lambda _: self._spawn(self._password(), "password"),
            "devices": lambda _: self._spawn(self._devices(), "devices"),
            "revoke": lambda given: self._spawn(self._revoke(given.words), "revoke"),
            "invitation": lambda given: self._spawn(self._invite(given.words), "invitation"),
            "invitations": lambda _: self._spawn(self._invitations(), "invitations"),
            "uninvite": lambda given: self._spawn(self._uninvite(given.words), "uninvite"),
            "redeem": self._redeem,
            "unregister": lambda _: self._spawn(self._unregister(), "unregister"),
        }

    # What one is

    def _show(self) -> None:
        from asynchat.window.widgets.account_panel import AccountPanel  # noqa: PLC0415 - when asked

        session = self._session
        role = session.role
        panel = AccountPanel(
            self._root,
            self._look,
            lines=(
                f"@{session.my_name} on {session.client.address}",
                f"You are {_EXPLAINED.get(role, f'the {role}' if role == 'owner' else role)}.",
            ),
            offers=[
                (name, words)
                for name, words in _OFFERED
                if possible(BY_NAME[name], session.speaking.standing)
            ],
            do=self._do,
        )
        panel.open(panel.first)

    # Passwords

    async def _register(self) -> None:
        from asynchat.window.widgets.form import Line  # noqa: PLC0415 - when asked

        done = await self._asked(
            "Register your name",
            f"With a password {self._session.my_name} is yours for ever, and you can sign in"
            " on other devices. It is kept nowhere on this computer.",
            parts=(
                Line("new", "Password, of 8 characters at least", secret=True),
                Line("again", "The same again", secret=True),
            ),
            submit="Register",
            do=self._set_password,
        )
        if done:
            self._failures.tell("You have an account now, and your name is yours for ever.")

    async def _password(self) -> None:
        from asynchat.window.widgets.form import Box, Line  # noqa: PLC0415 - when asked

        done = await self._asked(
            "Change your password",
            "",
            parts=(
                Line("old", "Your password now; nothing where you have none", secret=True),
                Line("new", "New password, of 8 characters at least", secret=True),
                Line("again", "The same again", secret=True),
                Box("sign_out", "Sign out my other devices", on=True),
            ),
            submit="Change it",
            do=self._set_password,
        )
        if done:
            self._failures.tell("You have another password now.")

    async def _set_password(self, given: Mapping[str, str]) -> Refusal | None:
        amiss = accounts.check_new(given["new"], given["again"])
        if amiss is None:
            await self._session.client.set_password(
                given["new"], old=given.get("old") or None, sign_out=bool(given.get("sign_out"))
            )
        return amiss

    # Devices

    async def _devices(self) -> None:
        await self._list(
            "Where you are signed in",
            nothing="Nowhere.",
            read=self._read_devices,
            act=self._session.client.revoke,
        )

    async def _revoke(self, words: str) -> None:
        client = self._session.client
        item = accounts.numbered(self._listed_devices, words, "/devices")
        await client.revoke(item.key)
        self._failures.tell(f"{item.title} is signed out.")

    async def _read_devices(self) -> Sequence[Item]:
        those = await self._session.client.devices()
        self._listed_devices = accounts.devices(
            those, now=datetime.now().astimezone(), twelve=self._twelve()
        )
        return self._listed_devices

    # Invitations

    async def _invite(self, count: str) -> None:
        from asynchat.window.inviting import invite  # noqa: PLC0415 - when asked

        session = self._session
        on_view = session.on_view or LOBBY
        into = "" if on_view == LOBBY or is_direct(on_view) else on_view
        await invite(
            self._root,
            self._look,
            session.client,
            session.role,
            spawn=self._spawn,
            room=into,
            count=count,
        )

    async def _invitations(self) -> None:
        await self._list(
            "Open invitations",
            nothing="No invitation is open.",
            read=self._read_invitations,
            act=self._session.client.uninvite,
            more=(("Invite …", "invitation"),),
        )

    async def _uninvite(self, words: str) -> None:
        item = accounts.numbered(self._listed_invitations, words, "/invitations")
        await self._session.client.uninvite(item.key)
        self._failures.tell("The invitation is taken back.")

    async def _read_invitations(self) -> Sequence[Item]:
        those = await self._session.client.invitations()
        self._listed_invitations = accounts.invitations(
            those, now=datetime.now().astimezone(), twelve=self._twelve()
        )
        return self._listed_invitations

    def _redeem(self, given: Given) -> None:
        if given.words:
            self._spawn(self._redeemed(given.words), "redeem")
        else:
            self._spawn(self._ask_for_code(), "redeem")

    async def _redeemed(self, code: str) -> None:
        await self._session.client.redeem(code)
        self._failures.tell("The invitation is used: you are what it says.")

    async def _ask_for_code(self) -> None:
        from asynchat.window.widgets.form import Line  # noqa: PLC0415 - when asked

        async def redeem(given: Mapping[str, str]) -> Refusal | None:
            if not given["code"].strip():
                return accounts.Refusal("Paste the invitation here, or its code.", "code")
            await self._redeemed(given["code"])
            return None

        await self._asked(
            "Use an invitation",
            "",
            parts=(Line("code", "The invitation, or its code"),),
            submit="Use it",
            do=redeem,
        )

    # The end of an account

    async def _unregister(self) -> None:
        from asynchat.window.widgets.form import Box, Line  # noqa: PLC0415 - when asked

        name = self._session.my_name

        async def delete(given: Mapping[str, str]) -> Refusal | None:
            if given["name"].strip() != name:
                return accounts.Refusal(f"Type {name}, to be sure.", "name")
            await self._session.client.unregister(
                password=given["old"] or None, blank=bool(given["blank"])
            )
            if given["forget"]:
                await self._session.forget()
            return None

        done = await self._asked(
            "Delete your account?",
            f"{name} leaves every room and can never be you again on"
            f" {self._session.client.address}. What you said stays there under no name, unless"
            " you delete it, too.",
            parts=(
                Line("name", f"Type your name, {name}, to be sure"),
                Line("old", "Your password; nothing where you have none", secret=True),
                Box("blank", "Delete all that I said, too"),
                Box("forget", "Remove what this computer keeps of it", on=True),
            ),
            submit="Delete it",
            do=delete,
        )
        if done:
            self._on_deleted()

    # How it is asked and shown

    async def _asked(
        self,
        title: str,
        text: str,
        *,
        parts: Sequence[Part],
        submit: str,
        do: Callable[[Mapping[str, str]], Awaitable[Refusal | None]],
    ) -> bool:
        """Ask until what was given is done, and tell whether it was."""
        return await asked(
            self._root,
            self._look,
            title,
            text=text,
            parts=parts,
            submit=submit,
            do=do,
            spawn=self._spawn,
        )

    async def _list(
        self,
        title: str,
        *,
        nothing: str,
        read: Callable[[], Awaitable[Sequence[Item]]],
        act: Callable[[str], Awaitable[None]],
        more: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show a list, and after each thing that is done to it show it anew."""
        from asynchat.window.widgets.items_panel import ItemsPanel  # noqa: PLC0415 - when asked

        async def acted(key: str) -> None:
            await act(key)
            items = await read()
            if panel.winfo_exists():
                panel.show(items)

        def other(name: str) -> Callable[[], None]:
            def call() -> None:
                panel.close()
                self._do(name)

            return call

        items = await read()
        panel: ItemsPanel = ItemsPanel(
            self._root,
            self._look,
            title,
            nothing=nothing,
            on_act=self._failures.guarded(lambda key: self._spawn(acted(key), title)),
            more=[(words, self._failures.guarded(other(name))) for words, name in more],
        )
        panel.show(items)
        panel.open(panel.first)

    def _twelve(self) -> bool:
        return uses_twelve(self._preferences.now.clock)

    def _spawn(self, coroutine: Coroutine[object, object, object], name: str) -> None:
        self._session.spawn(coroutine, name)
