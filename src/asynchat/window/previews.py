"""Small pictures of files: asked for when they are on view, decoded off the loop, a few kept."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.notices import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.messages import File
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

MAX_KEPT: Final = 32
MAX_WANTED: Final = 64
"""How many may wait to be asked for: those that were on view last."""

Size = tuple[int, int]


class Previews:
    """`get` what is here; ``on_come`` is called with the id of a file whose picture came.

    One that cannot be shown is not asked for again with this connection.
    """

    def __init__(
        self,
        client: Client,
        tasks: Tasks,
        on_come: Callable[[str], None],
        *,
        guarded: Callable[[Callable[[Notice], None]], Callable[[Notice], None]],
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._on_come = on_come
        self._kept: OrderedDict[tuple[str, Size], Image.Image] = OrderedDict()
        self._wanted: OrderedDict[str, tuple[File, Size]] = OrderedDict()
        self._bad: set[str] = set()
        self._loading = False
        self._unsubscribe = client.subscribe(guarded(self._notice))

    def get(self, file: File, size: Size) -> Image.Image | None:
        """Return the picture of a file in a size, None where it is not here yet."""
        key = (file.id, size)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if file.id not in self._bad:
            self._wanted[file.id] = (file, size)
            self._wanted.move_to_end(file.id)
            if len(self._wanted) > MAX_WANTED:
                self._wanted.popitem(last=False)
            self._load()
        return None

    def close(self) -> None:
        """Ask for no more."""
        self._unsubscribe()
        self._wanted.clear()

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, Connection) and notice.phase == "online":
            self._bad.clear()
            self._load()

    def _load(self) -> None:
        if self._wanted and not self._loading:
            self._loading = True
            self._tasks.spawn(self._load_all(), name="previews of files")

    async def _load_all(self) -> None:
        from asynchat.window import pictures  # noqa: PLC0415 - where anybody sent one

        try:
            while self._wanted:
                # What came on view last is most likely still there.
                _, (file, size) = self._wanted.popitem()
                try:
                    data = await self._client.preview(file)
                    image = await asyncio.to_thread(pictures.thumbnail, data, size)
                except ChatError as error:
                    logger.debug("the preview of %s is not shown: %s", file.id, error)
                    self._bad.add(file.id)
                    continue
                self._kept[file.id, size] = image
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
                self._on_come(file.id)
        finally:
            self._loading = False
