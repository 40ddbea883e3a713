"""Profiles in the window: the card of somebody, and one's own to be changed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.window.presenters import people
from asynchat.window.presenters.clock import uses_twelve

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from PIL import Image

    from asynchat.messages import Presence
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.picking import Picking
    from asynchat.window.session import Session
    from asynchat.window.widgets.profile_dialog import ProfileDialog


class Profiles:
    """Shows and changes profiles.

    ``on_message`` is called with whom to write to, ``on_account`` to show one's own account.
    """

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        session: Session,
        preferences: LivePreferences,
        *,
        picking: Picking,
        on_message: Callable[[str], None],
        on_account: Callable[[], None] | None = None,
    ) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._preferences = preferences
        self._picking = picking
        self._on_message = on_message
        self._on_account = on_account

    def show(self, account: str) -> None:
        """Open somebody's card."""
        self._session.spawn(self._card(account), "profile")

    def edit(self) -> None:
        """Open one's own profile, to be changed."""
        self._session.spawn(self._edit(), "own profile")

    async def _card(self, account: str) -> None:
        from asynchat.window.widgets.people_panel import ProfilePanel  # noqa: PLC0415 - when asked

        session = self._session
        person = await self._told(account)
        shown = people.profile(
            person,
            me=session.me,
            now=datetime.now().astimezone(),
            twelve=uses_twelve(self._preferences.now.clock),
        )
        panel = ProfilePanel(
            self._root,
            self._look,
            shown,
            on_message=lambda: self._on_message(account),
            on_edit=self.edit,
            on_account=self._on_account,
            picture=await self._picture(person),
        )
        panel.open(panel.first)

    async def _edit(self) -> None:
        from asynchat.window import pictures  # noqa: PLC0415 - when asked
        from asynchat.window.widgets.profile_dialog import ProfileDialog  # noqa: PLC0415 - when asked

        client = self._session.client
        me = await self._told(self._session.me)
        dialog = ProfileDialog(
            self._root,
            self._look,
            me,
            on_pick=lambda: self._session.spawn(self._pick(dialog), "pick a picture"),
        )
        chosen = await dialog.answer(dialog.entries["status"])
        if chosen is None:
            return
        picture = b"" if chosen.no_picture else None
        if chosen.picture:
            picture = await asyncio.to_thread(pictures.read_small, Path(chosen.picture))
        await client.set_profile(
            name=chosen.name,
            display=chosen.display,
            status=chosen.status,
            zone=chosen.zone,
            picture=picture,
        )

    async def _pick(self, dialog: ProfileDialog) -> None:
        """Put the path of a picture that the person picks into the dialog."""
        chosen = await self._picking.file(dialog, "Choose a picture", "Choose")
        if chosen is not None and dialog.winfo_exists():
            entry = dialog.entries["picture"]
            entry.delete(0, "end")
            entry.insert(0, str(chosen))
            entry.focus_set()

    async def _told(self, account: str) -> Presence:
        """Return how somebody is now, or was when it was told last."""
        client = self._session.client
        for name in client.rooms:
            known = next((one for one in client.members(name) if one.account == account), None)
            if known is None:
                continue
            if client.connection.phase != "online":
                return known
            told = await client.who(name)
            return next((one for one in told if one.account == account), known)
        raise ChatError("no_such_person")

    async def _picture(self, person: Presence) -> Image.Image | None:
        from asynchat.window import pictures  # noqa: PLC0415 - when asked

        client = self._session.client
        if not person.picture or client.connection.phase != "online":
            return None
        data = await client.picture(person.account)
        try:
            return None if data is None else await asyncio.to_thread(pictures.decoded, data)
        except ChatError:
            return None  # somebody else's file, which is no picture after all: initials will do
