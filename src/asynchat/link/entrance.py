"""Coming in: the hello, and what a client does where the first one is not answered by welcome."""

from __future__ import annotations

import asyncio
import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.errors import ChatError
from asynchat.link.identities import Identity
from asynchat.link.ids import new_token
from asynchat.link.keychain import Keychain
from asynchat.messages import MAX_DEVICE_CHARS, VERSION, Hello, Refused, Welcome
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asynchat.link.identities import Identities
    from asynchat.link.wire import Wire
    from asynchat.messages import ServerFrame

_TRIES: Final = 5
_TOO_FAST_S: Final = 1.0


class OtherAccountError(Exception):
    """The server turned out to be one that knows us: come again as who we are there."""


@dataclass(slots=True)
class Entrance:
    """Who wants to come in, where, and how far it has read.

    ``name`` is what was asked for; None only where ``token`` is known to the server.
    ``renamed`` tells that our account has had another name since we were called so.  ``password``,
    ``register`` and ``code`` are for the first welcome, and forgotten with it.
    """

    address: str
    name: str | None
    identities: Identities
    take_suggestion: bool
    client: str
    token: str | None = None
    server: str | None = None
    cursor: str | None = None
    renamed: bool = False
    password: str | None = field(default=None, repr=False)
    register: bool = False
    code: str | None = field(default=None, repr=False)
    device: str = ""
    keychain: Keychain = field(default_factory=Keychain)
    _from_keychain: tuple[str, str | None] | None = field(default=None, init=False, repr=False)

    @property
    def signs_in(self) -> bool:
        """Whether we come as whom the password says, and not as who we were here before."""
        return self.password is not None and not self.register

    async def prepare(self) -> None:
        """Have our token at hand, which a person may have to unlock.  Raise ``keychain``."""
        identity = None if self.signs_in or self.token is not None else self.known()
        if identity is not None:
            await self._token_of(identity)

    async def enter(self, wire: Wire, frames: AsyncIterator[ServerFrame]) -> Welcome:
        """Say hello until welcome.

        Raise `ChatError` where the server refuses, `OtherAccountError` where the caller has
        to connect again, `ConnectionError` where the connection ends.
        """
        known, name = await self._begin()
        for _ in range(_TRIES):
            wire.send(self._hello(name))
            frame = await _first(frames)
            if isinstance(frame, Welcome):
                await self._check(frame)
                return frame
            if frame.code == "bad_credentials":
                await self._forget()
                raise error_of(frame)
            if frame.code == "too_fast" and self.password is None:
                await asyncio.sleep(frame.retry_after or _TOO_FAST_S)
            elif frame.code == "bad_name" and name is None and self.name is not None:
                # The server does not know us any more, or it is another one.
                name = self.name
            elif frame.code != "name_taken" or self.register:
                raise error_of(frame)
            elif not known and await self._is_known_on(frame.server):
                known = True
            elif (known or self.take_suggestion) and frame.suggestion is not None:
                name = frame.suggestion
            else:
                raise error_of(frame)
        raise ChatError("name_taken")

    async def _begin(self) -> tuple[bool, str | None]:
        """Have a token; return whether the server may know it, and the name to ask for."""
        known = self.server is not None
        if self.token is None and self.signs_in:
            self.token = new_token()
        if self.token is None and self.name is not None:
            identity = self.known()
            token = None if identity is None else await self._token_of(identity)
            known = token is not None
            self.token = token or new_token()
            self.renamed = identity is not None and identity.renamed
        if self.password is not None:
            return known, self.name
        # A name given to this account on another device stays: after the first time, the
        # server says which name we have.
        return known, None if self.server is not None or self.renamed else self.name

    def _hello(self, name: str | None) -> Hello:
        return Hello(
            version=VERSION,
            name=name,
            client=self.client,
            token=self.token,
            cursor=self.cursor,
            password=self.password,
            register=self.register,
            code=self.code,
            device=self.device,
        )

    def known(self) -> Identity | None:
        """Return who we were when this address was last visited under this name."""
        return None if self.name is None else self.identities.at(self.address, self.name)

    def former_account(self, welcome: Welcome) -> str | None:
        """Return the account that we were on this server, where it has us as another now.

        It was restored from a backup that is older than that account.
        """
        asked = self.name or welcome.you.name
        identity = None if asked is None else self.identities.on(welcome.server, asked)
        if self.signs_in or identity is None or identity.account == welcome.you.account:
            return None
        return identity.account

    def remember(self, welcome: Welcome) -> None:
        """Keep who we are on this server, for the next time.  Raise `OSError`."""
        self.server = welcome.server
        self.token = welcome.token
        self.password = self.code = None
        self.register = False
        asked = self.name or welcome.you.name
        if asked is not None:
            before = self.identities.on(welcome.server, asked)
            kept = before is not None and (
                before.keychain and self._from_keychain == (before.key, welcome.token)
            )
            identity = Identity(
                server=welcome.server,
                name=asked,
                account=welcome.you.account,
                token="" if kept else welcome.token,
                renamed=self.renamed,
                keychain=kept,
            )
            self.identities.remember(self.address, identity)

    async def keep_safe(self) -> None:
        """Move our token from its file into the keychain, where there is one."""
        identity = self.known()
        if identity is None or not identity.token:
            return
        if await self.keychain.put(identity.key, identity.token):
            now = self.known()
            if now == identity:  # nothing was remembered meanwhile
                self._from_keychain = identity.key, identity.token
                safe = msgspec.structs.replace(identity, token="", keychain=True)  # nosec B106
                self.identities.remember(self.address, safe)

    def rename(self, name: str) -> None:
        """Be known under another name from now on, also at the next start.  Raise `OSError`."""
        identity = self.known()
        self.name, self.renamed = name, False
        if identity is not None:
            self.identities.rename(self.address, identity, name)

    async def forget_account(self) -> None:
        """Keep nothing of who we are here, under any name.  Raise `OSError`."""
        identity = self.known()
        if identity is None:
            return
        self.identities.forget_account(identity.server, identity.account)
        if identity.keychain:
            await self.keychain.forget(identity.key)

    async def _token_of(self, identity: Identity) -> str | None:
        """Return the token of an identity, None where it is lost.  Raise ``keychain``."""
        if not identity.keychain:
            return identity.token
        if self._from_keychain is None or self._from_keychain[0] != identity.key:
            self._from_keychain = identity.key, await self.keychain.get(identity.key)
        return self._from_keychain[1]

    async def _forget(self) -> None:
        """Forget who we were here, where that is nobody any more: the next start is another's."""
        identity = None if self.signs_in else self.known()
        if identity is not None and await self._token_of(identity) == self.token:
            self.identities.forget(identity)
            if identity.keychain:
                await self.keychain.forget(identity.key)

    async def _is_known_on(self, server: str | None) -> bool:
        """Take the token that we have on this server under another address, if we have one."""
        if server is None or self.name is None:
            return False
        identity = self.identities.on(server, self.name)
        token = None if identity is None else await self._token_of(identity)
        if token is None:
            return False
        self.token = token
        return True

    async def _check(self, welcome: Welcome) -> None:
        if welcome.server == self.server or self.name is None or self.signs_in:
            return
        identity = self.identities.on(welcome.server, self.name)
        token = None if identity is None else await self._token_of(identity)
        if token not in {None, self.token}:
            self.token = token
            raise OtherAccountError


def this_device() -> str:
    """Return what this computer is called among the devices of an account."""
    return one_line(platform.node())[:MAX_DEVICE_CHARS]


async def _first(frames: AsyncIterator[ServerFrame]) -> Welcome | Refused:
    async for frame in frames:
        if isinstance(frame, Welcome | Refused):
            return frame
    raise ConnectionError("the server closed the connection")


def error_of(frame: Refused) -> ChatError:
    """Return what a server's refusal raises here."""
    return ChatError(
        frame.code,
        frame.text,
        re=frame.re,
        retry_after=frame.retry_after,
        suggestion=frame.suggestion,
        versions=frame.versions,
    )
