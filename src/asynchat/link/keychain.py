"""Tokens in the system's keychain, where there is one and the extra ``keyring`` is installed.

It may ask the person to unlock it, and may hang: it is asked on a thread of its own, with a
deadline, and whatever it does not take stays in its file.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

SERVICE: Final = "asynchat"
UNLOCK_TIMEOUT_S: Final = 60.0
"""How long a person has to unlock it."""

_SAFE_PRIORITY: Final = 1
"""Of keyring's backends those below this are no keychains, or keep secrets as plain text."""


class Keychain:
    """The keychain of the person whose computer this is."""

    def __init__(self, *, timeout_s: float = UNLOCK_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    async def put(self, key: str, secret: str) -> bool:
        """Keep a secret; return False where there is no keychain, or it does not take it."""
        try:
            return bool(await self._run(lambda chain: _put(chain, key, secret)))
        except ChatError as error:
            logger.info("the keychain does not take a token, which stays in a file: %s", error)
            return False

    async def get(self, key: str) -> str | None:
        """Return a secret that is kept, None where it is not there.

        Raise `ChatError` ``keychain``, also where there is no keychain to ask.
        """
        asked: list[str | None] = []
        await self._run(lambda chain: asked.append(chain.get_password(SERVICE, key)))
        if not asked:
            raise ChatError(
                "keychain",
                "Who you are is kept in this computer's keychain, and there is none at the moment.",
            )
        return asked[0]

    async def forget(self, key: str) -> None:
        """Keep a secret no more, if it is kept."""
        try:
            await self._run(lambda chain: chain.delete_password(SERVICE, key))
        except ChatError as error:
            logger.info("the keychain does not forget a token: %s", error)

    async def _run(self, work: Callable[[Any], Any]) -> Any:
        """Do something with the keychain; return None where there is none.  Raise ``keychain``."""
        if find_spec("keyring") is None:
            return None
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()

        def settle(result: Any, error: ChatError | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

        def run() -> None:
            result, error = None, None
            try:
                chain = import_module("keyring").get_keyring()
                result = work(chain) if chain.priority >= _SAFE_PRIORITY else None
            except Exception as failure:  # noqa: BLE001 - a backend may raise whatever it likes
                error = ChatError("keychain", f"The keychain does not help: {failure}.")
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, result, error)

        # A daemon: nobody waits for a keychain when the program ends.
        threading.Thread(target=run, name="asynchat-keychain", daemon=True).start()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await done
        except TimeoutError:
            raise ChatError(
                "keychain", f"The keychain did not answer within {self._timeout_s:g} s; unlock it."
            ) from None


def _put(chain: Any, key: str, secret: str) -> bool:
    chain.set_password(SERVICE, key, secret)
    return bool(chain.get_password(SERVICE, key) == secret)
