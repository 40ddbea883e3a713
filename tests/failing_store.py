"""The real store, failing when a test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.store.interface import StoreError, StoreLostError
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.messages import Unread
    from asynchat.store.interface import Keep, Outcome, Removed, Repeat, RequestKey


class FailingStore(SqliteStore):
    """A store on disk that refuses to write while ``full``, and is lost once ``lost``.

    While ``unsearchable`` it cannot tell what a request made before.
    """

    full = False
    lost = False
    unsearchable = False

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch, or fail before anything of it is stored."""
        if self.lost:
            raise StoreLostError("It is not known what is on disk.")
        if self.full:
            raise StoreError("The disk is full.")
        return await super().append(drafts)

    async def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Return what requests made, or fail."""
        if self.unsearchable:
            raise StoreError("The disk does not answer.")
        return await super().find(keys)

    async def unread(
        self, account: str, rooms: Sequence[tuple[str, int]], *, upto: int
    ) -> list[Unread]:
        """Count what is unread, or fail."""
        if self.unsearchable:
            raise StoreError("The disk does not answer.")
        return await super().unread(account, rooms, upto=upto)

    async def remove(self, room: str, keep: Keep, *, now_ms: int, upto: int) -> Removed:
        """Remove what is not to be kept, or fail before anything of it is removed."""
        if self.lost:
            raise StoreLostError("It is not known what is on disk.")
        if self.full:
            raise StoreError("The disk is full.")
        return await super().remove(room, keep, now_ms=now_ms, upto=upto)
