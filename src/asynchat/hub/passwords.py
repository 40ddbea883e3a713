"""Passwords, made unreadable and compared by argon2id, off the loop.

Each takes some 20 ms and 19 MiB: at most two are under way at once, and only so many wait.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from precis_i18n import get_profile

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_CHARS: Final = 8
MAX_CHARS: Final = 256
AT_ONCE: Final = 2
WAITING: Final = 32
"""How many may be under way or wait."""

_RETRY_AFTER_S: Final = 2.0
# What a password is compared with where there is none, so that it takes as long.
_NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$YXN5bmNoYXQtbm9ib2R5IQ"
    "$NPuBGNKGjYI9tBJDMAKJFpuklsSPIoDm8httUCU8DAs"
)

_opaque = get_profile("OpaqueString")

P = ParamSpec("P")
T = TypeVar("T")


class Passwords:
    """A few threads that hash; call `close` at the end."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._executor = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="asynchat-passwords")
        self._waiting = 0

    async def made(self, password: str) -> str:
        """Return what is stored of a new password.  Raise ``bad_password``, ``too_fast``."""
        return await self._run(self._hasher.hash, check_password(password))

    async def fits(self, stored: str | None, password: str) -> bool:
        """Tell whether a password is the stored one; it takes as long where there is none.

        Raise `ChatError` ``too_fast``.
        """
        try:
            given = check_password(password)
        except ChatError:
            stored, given = None, ""
        return await self._run(self._compare, stored or _NOBODYS, given) and stored is not None

    def close(self) -> None:
        """Begin no more of them."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _compare(self, stored: str, given: str) -> bool:
        try:
            return self._hasher.verify(stored, given)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._waiting >= WAITING:
            raise ChatError(
                "too_fast", "Too many sign in at this moment.", retry_after=_RETRY_AFTER_S
            )
        self._waiting += 1
        # What runs goes on where its caller is cancelled, and counts until it has ended.
        future = self._executor.submit(work, *args, **kwargs)
        wrapped = asyncio.wrap_future(future)
        wrapped.add_done_callback(self._ended)
        await asyncio.wait((wrapped,))
        return wrapped.result()

    def _ended(self, future: asyncio.Future[T]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # whoever waited sees it; where nobody does, nobody needs it


def check_password(password: str) -> str:
    """Return a password as it is compared (RFC 8265, OpaqueString).  Raise ``bad_password``."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise ChatError("bad_password")
    try:
        return str(_opaque.enforce(password))
    except UnicodeError:
        raise ChatError(
            "bad_password", "There is a character in this password that no password may have."
        ) from None
