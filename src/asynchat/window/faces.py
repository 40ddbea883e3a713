"""The pictures of people of one server: asked for when they are shown, kept within a bound."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.notices import Connection, PeopleChanged, RoomsChanged
from asynchat.window.look.avatars import Face

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

MAX_KEPT: Final = 128
"""How many pictures are kept, of 36 KiB each."""

MAX_WANTED: Final = 256
"""How many may wait to be asked for: those that were shown last."""

SIZE: Final = 96
"""How large they are kept, in pixels: an avatar at twice the normal size has less."""


class Faces:
    """`get` what is here; ``on_change`` is called with the accounts that look different now.

    One is asked for after the other, and read on a thread.
    """

    def __init__(
        self,
        client: Client,
        tasks: Tasks,
        on_change: Callable[[frozenset[str]], None],
        *,
        guarded: Callable[[Callable[[Notice], None]], Callable[[Notice], None]],
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._on_change = on_change
        self._kept: OrderedDict[str, Image.Image | None] = OrderedDict()
        self._shown: OrderedDict[str, str] = OrderedDict()
        self._wanted: OrderedDict[str, str] = OrderedDict()
        self._loading = False
        self._unsubscribe = client.subscribe(guarded(self._notice))

    def get(self, account: str) -> Face | None:
        """Return somebody's picture, None where there is none, or not yet."""
        key = self._key(account)
        self._put(self._shown, account, key)
        if not key:
            return None
        if key in self._kept:
            self._kept.move_to_end(key)
            image = self._kept[key]
            return None if image is None else Face(key, image)
        self._put(self._wanted, account, key)
        self._load()
        return None

    def close(self) -> None:
        """Ask for no more."""
        self._unsubscribe()
        self._wanted.clear()

    def _key(self, account: str) -> str:
        person = self._client.person(account)
        return "" if person is None else person.picture

    def _put(self, table: OrderedDict[str, str], account: str, key: str) -> None:
        table[account] = key
        table.move_to_end(account)
        if len(table) > MAX_WANTED:
            table.popitem(last=False)

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, PeopleChanged | RoomsChanged):
            changed = {who for who, key in self._shown.items() if key != self._key(who)}
            if changed:
                self._on_change(frozenset(changed))
        elif isinstance(notice, Connection):
            self._load()

    def _load(self) -> None:
        if self._wanted and not self._loading and self._online():
            self._loading = True
            self._tasks.spawn(self._load_all(), name="pictures of people")

    def _online(self) -> bool:
        return self._client.connection.phase == "online"

    async def _load_all(self) -> None:
        try:
            while self._wanted and self._online():
                # Who was shown last is most likely still on view.
                account, key = self._wanted.popitem()
                if key in self._kept:
                    continue
                try:
                    image = await self._read(account)
                except ChatError as error:
                    logger.debug("the picture of %s is not told: %s", account, error)
                    if not self._online():
                        # It is asked for with the next connection.
                        self._wanted.setdefault(account, key)
                        break
                    image = None
                self._kept[key] = image
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
                if image is not None:
                    alike = {who for who, shown in self._shown.items() if shown == key}
                    self._on_change(frozenset(alike))
        finally:
            self._loading = False

    async def _read(self, account: str) -> Image.Image | None:
        """Return somebody's picture; None for what is none.  Raise `ChatError` for no answer."""
        from asynchat.window import pictures  # noqa: PLC0415 - where anybody has one

        data = await self._client.picture(account)
        try:
            return None if data is None else await asyncio.to_thread(pictures.decoded, data, SIZE)
        except ChatError as error:
            logger.debug("the picture of %s cannot be read: %s", account, error)
            return None
