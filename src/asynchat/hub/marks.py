"""Telling the connections of an account how far it has read, and what is unread now.

Marks are not of the log: they are told to who is live, and who is not asks once it is.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from asynchat.messages import Marked, encode
from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from asynchat.hub.fanout import Fanout
    from asynchat.store.interface import Store
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)


class Marks:
    """Counts anew what was marked, and tells it: of many marks of a room only the newest."""

    def __init__(self, store: Store, fanout: Fanout, tasks: Tasks) -> None:
        self._store = store
        self._fanout = fanout
        self._tasks = tasks
        self._moved: dict[tuple[str, str], None] = {}
        self._telling = False

    def moved(self, account: str, room: str) -> None:
        """Tell an account's connections of its mark in a room, soon and once."""
        self._moved[account, room] = None
        if not self._telling:
            self._telling = True
            self._tasks.spawn(self._tell_all(), name="marks")

    async def _tell_all(self) -> None:
        try:
            while self._moved:
                account, room = next(iter(self._moved))
                del self._moved[account, room]
                await self._tell(account, room)
        finally:
            self._telling = False

    async def _tell(self, account: str, name: str) -> None:
        room = self._fanout.state.rooms.get(name)
        since = None if room is None else room.members.get(account)
        if since is None:
            return  # it left since, or nobody is shown yet that it came
        counted = self._fanout.position
        try:
            (unread,) = await self._store.unread(account, [(name, since)], upto=counted)
        except StoreError as error:
            logger.warning("nobody is told of a mark in %s: %s", name, error)
            return
        marked = Marked(
            room=name,
            seq=unread.seq,
            counted=counted,
            unread=unread.unread,
            mentions=unread.mentions,
        )
        self._fanout.tell_account(account, encode(marked))
