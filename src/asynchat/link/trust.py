"""Whether what answers is the server: its key is compared before a byte of ours is sent.

As with SSH the key seen first is remembered, and another one later stops everything; an
invitation names the key beforehand; and a certificate that a public CA signed for the name is
as good as in a browser.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec.structs import replace

from asynchat.address import is_loopback
from asynchat.errors import ChatError
from asynchat.fingerprint import confirms, grouped, of_certificate
from asynchat.link import notices
from asynchat.link.ids import now_ms
from asynchat.link.known_servers import KnownServers, Pin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.address import Address

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

Verdict: TypeAlias = Literal["known", "came over", "first", "invited", "changed", "wrong"]

STOPS: Final = frozenset({"key_changed", "wrong_key", "keys_unreadable"})
"""The codes of what a person has to decide: a client does not come again by itself."""


def judge(pin: Pin | None, shown: str, named: str | None, *, at_its_word: bool) -> Verdict:
    """Tell what a key is that a server shows.

    ``named`` is the one that was told with the address; ``at_its_word`` lets it take the place
    of a pin.
    """
    if named is not None and shown != named and not _follows(pin, named, shown):
        return "wrong"
    if pin is None:
        return "first" if named is None else "invited"
    if shown == pin.fp:
        return "known"
    if shown == pin.next:
        return "came over"
    return "invited" if named is not None and at_its_word else "changed"


def _follows(pin: Pin | None, named: str, shown: str) -> bool:
    """Tell whether the server came over, under our eyes, from the key that was named."""
    return pin is not None and shown in {pin.fp, pin.next} and named in {pin.fp, *pin.former}


class Trust:
    """What one client knows of the key at its address, and what it makes of the one shown there.

    ``accepted`` is a key that takes the place of any other.  ``fingerprint`` is that of the
    newest connection; ``changed`` tells, after ``key_changed``, of both keys.
    """

    def __init__(
        self,
        address: Address,
        folder: Path,
        tell: Callable[[notices.Notice], None],
        *,
        accepted: str | None = None,
    ) -> None:
        self.fingerprint: str | None = None
        self.changed: notices.KeyChanged | None = None
        self._where = address
        self._place = str(address.place)
        self._known = KnownServers(folder)
        self._tell = tell
        self._named = accepted or address.fp
        # On this computer it comes from the server's own directory, and servers come and go.
        self._at_its_word = accepted is not None or is_loopback(address.host)

    async def connect(self) -> Streams:
        """Connect to the server, and to nobody else.

        Raise `OSError`, or `ChatError` ``key_changed``, ``wrong_key``, ``keys_unreadable`` or
        ``no_tls``.
        """
        self.changed = None
        pin = self._known.at(self._place)
        if pin is None and self._named is None:
            vouched = await self._vouched()
            if vouched is not None:
                await self._keep(self._pin(_key_of(vouched), ca=True))
                return self._accepted(vouched)
        streams = await self._open(_unverified())
        try:
            return await self._judged(streams, pin)
        except BaseException:
            streams[1].transport.abort()
            raise

    async def trust_anew(self, typed: str) -> None:
        """Take the changed key for the server's, as a person typed how its fingerprint begins.

        It is read from the server's own terminal.  The next connection then goes through.  Raise
        `ChatError` ``not_confirmed``, or `OSError` where it cannot be kept.
        """
        if self.changed is None or not confirms(typed, self.changed.shown):
            raise ChatError(
                "not_confirmed",
                "This is not how the fingerprint of the new key begins: type its first three groups"
                " as the server shows them where it runs.",
            )
        pin = self._pin(self.changed.shown)
        await asyncio.to_thread(self._known.keep, pin)
        self.changed = None

    async def pinned(self) -> Pin | None:
        """Return what is known of the server.  Raise `ChatError` ``keys_unreadable``."""
        return await asyncio.to_thread(self._known.at, self._place)

    def _pin(self, fp: str, *, ca: bool = False) -> Pin:
        return Pin(place=self._place, fp=fp, ca=ca, since=now_ms())

    async def announced(self, following: str | None) -> None:
        """Remember the key that the server, which was recognised, says will follow.

        Raise `ChatError` ``keys_unreadable``.
        """
        if self.fingerprint is None:
            return  # It was plain: anybody may have said so.
        pin = self._known.at(self._place)
        if pin is not None and pin.fp == self.fingerprint and pin.next != following:
            await self._keep(replace(pin, next=following))

    async def _judged(self, streams: Streams, pin: Pin | None) -> Streams:
        shown = _key_of(streams)
        match judge(pin, shown, self._named, at_its_word=self._at_its_word):
            case "known":
                pass
            case "came over" if pin is not None:
                await self._keep(pin.came_over())
            case "wrong":
                raise _wrong(self._where, self._named or "", shown)
            case "changed" if pin is not None:
                return await self._changed(streams, pin, shown)
            case "first":
                await self._keep(self._pin(shown))
                self._tell(notices.FirstUse(self._place, shown))
            case _:
                await self._keep(self._pin(shown))
        return self._accepted(streams)

    async def _changed(self, streams: Streams, pin: Pin, shown: str) -> Streams:
        """See whether a CA vouches for a key that is not the one that was known."""
        streams[1].transport.abort()
        vouched = await self._vouched() if self._named is None else None
        if vouched is None:
            self.changed = notices.KeyChanged(self._place, pin.fp, shown)
            self._tell(self.changed)
            raise ChatError("key_changed", self.changed.text)
        await self._keep(self._pin(_key_of(vouched), ca=True))
        self._tell(
            notices.Told(f"{self._where.host} has a new key, for which a public CA vouches.")
        )
        return self._accepted(vouched)

    def _accepted(self, streams: Streams) -> Streams:
        self.fingerprint = _key_of(streams)
        return streams

    async def _vouched(self) -> Streams | None:
        """Connect as a browser does; return None where no public CA vouches for the name."""
        if is_loopback(self._where.host):
            return None
        # It reads all certificates that the system has.
        context = await asyncio.to_thread(ssl.create_default_context)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            return await self._open(context)
        except ssl.SSLCertVerificationError:
            return None

    async def _open(self, context: ssl.SSLContext) -> Streams:
        where = self._where
        try:
            return await asyncio.open_connection(where.host, where.port, ssl=context)
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            reason = (error.reason or str(error)).replace("_", " ").lower()
            raise ChatError(
                "no_tls",
                f"What answers at {where.host}:{where.port} does not speak TLS 1.3 as asynchat"
                f" does ({reason}).",
            ) from None

    async def _keep(self, pin: Pin) -> None:
        try:
            await asyncio.to_thread(self._known.keep, pin)
        except OSError as error:
            why = error.strerror or str(error)
            text = f"The server's key cannot be remembered for the next time: {why}."
            self._tell(notices.Told(text))


def _unverified() -> ssl.SSLContext:
    """Return what shakes hands with anybody: who it was is judged by the key alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _key_of(streams: Streams) -> str:
    der = streams[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
    try:
        return of_certificate(der or b"")
    except ValueError as error:
        raise ChatError("no_tls", f"The server's certificate cannot be read: {error}.") from None


def _wrong(where: Address, named: str, shown: str) -> ChatError:
    return ChatError(
        "wrong_key",
        f"What answers at {where.host}:{where.port} is not the server that its address names, so"
        f" nothing was sent. Its key should be {grouped(named)}, and is {grouped(shown)}. Ask"
        " whoever runs the server for the address as it is now.",
    )
