"""What makes a request the same as one before: a keyed hash of it, and the word of the store."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.messages import Join, encode
from asynchat.store.interface import RequestKey, StoreError

if TYPE_CHECKING:
    from asynchat.messages import SetState, Write
    from asynchat.store.interface import Store

_DIGEST_BYTES: Final = 16


class Repeats:
    """Tells requests of one store apart, so that a text that was blanked stays blank."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keyed = hashlib.blake2b(digest_size=_DIGEST_BYTES, key=store.secret)

    def digest(self, request: Write | SetState) -> bytes:
        """Return what is the same for the same request, and says nothing of its text."""
        # How many events a join asks for does not make it another request.
        same = msgspec.structs.replace(request, history=0) if isinstance(request, Join) else request
        digest = self._keyed.copy()
        digest.update(encode(same))
        return digest.digest()

    async def has(self, account: str, request: Write | SetState) -> bool:
        """Tell whether an account's request was stored before, as far as the store can say."""
        try:
            key = RequestKey(account, request.id, self.digest(request))
            (found,) = await self._store.find((key,))
        except StoreError:
            # It waits like any other; whether it is a repeat is asked again when it is stored.
            return False
        return found is not None and found.same
