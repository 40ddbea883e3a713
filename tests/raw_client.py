"""A client of sockets and JSON alone: what anybody could write from the protocol's page.

It shares no code with asynchat, so that no mistake of ours can hide on both sides.  Every
wait has a deadline; what arrives is kept in `Wire.seen`, in the order it came.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import ssl
from base64 import b32encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Frame = dict[str, Any]

DEADLINE_S = 10.0
EVENTS = frozenset(
    "said joined left created topic changed appointed edited redacted reacted pinned".split()
)

_MAX_LINE_BYTES = 256 * 1024
_SMALL_BUFFER_BYTES = 4 * 1024

_numbers = itertools.count(1)


def fresh_id() -> str:
    """Return an id that no other request of this run has."""
    return f"r{next(_numbers)}"


def fresh_token() -> str:
    """Return a token that no other account of this run has."""
    return f"token-{next(_numbers)}"


def host_and_port(address: str) -> tuple[str, int]:
    """Take an address apart."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def unverified() -> ssl.SSLContext:
    """Return what connects to whoever is there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fingerprint_of(writer: asyncio.StreamWriter) -> str:
    """Return the fingerprint of the key that the other side of a connection has."""
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    key = x509.load_der_x509_certificate(der).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b32encode(sha256(info).digest()).decode().rstrip("=").lower()


class Ended(Exception):  # noqa: N818 # it is no error
    """The server closed the connection."""


class Wire:
    """One connection.  ``welcome`` is the server's, ``cursor`` the last that it sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.seen: list[Frame] = []
        self.welcome: Frame = {}
        self.cursor = ""

    @classmethod
    async def open(cls, address: str, *, deaf: bool = False) -> Self:
        """Connect; a deaf one reads nothing until `listen`, and little hides in its buffers."""
        host, port = host_and_port(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Asyncio sends at once what is small (TCP_NODELAY) only where the protocol is named.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        sock.setblocking(False)
        if deaf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER_BYTES)
        try:
            await asyncio.get_running_loop().sock_connect(sock, (host, port))
        except BaseException:
            sock.close()
            raise
        query = parse_qs(urlsplit(address).query)
        tls: dict[str, Any] = {}
        if query.get("tls") != ["no"]:
            tls = {"ssl": unverified(), "server_hostname": host}
        reader, writer = await asyncio.open_connection(sock=sock, limit=_MAX_LINE_BYTES, **tls)
        if tls:
            assert [fingerprint_of(writer)] == query["fp"]
        wire = cls(reader, writer)
        if deaf:
            wire.pause()
        return wire

    @classmethod
    async def open_control(cls, data: Path) -> Self:
        """Connect to the control socket of a server, however long its path is."""
        folder = os.open(data / "control", os.O_RDONLY)
        try:
            path = f"/proc/self/fd/{folder}/socket"
            reader, writer = await asyncio.open_unix_connection(path, limit=_MAX_LINE_BYTES)
        finally:
            os.close(folder)
        return cls(reader, writer)

    @property
    def account(self) -> str:
        """The account it was welcomed as."""
        return str(self.welcome["you"]["account"])

    @property
    def name(self) -> str:
        """The name it was welcomed as."""
        return str(self.welcome["you"]["name"])

    @property
    def token(self) -> str:
        """The account's token."""
        return str(self.welcome["token"])

    def cut(self) -> None:
        """Drop the connection without a word."""
        self.writer.transport.abort()

    def pause(self) -> None:
        """Take nothing off the socket any more."""
        self.writer.transport.pause_reading()  # type: ignore[attr-defined]

    def listen(self) -> None:
        """Read again."""
        self.writer.transport.resume_reading()  # type: ignore[attr-defined]

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    def send(self, kind: str, **fields: object) -> str:
        """Send a frame, under a fresh id unless one is given; return the id."""
        sent = fields.setdefault("id", fresh_id())
        self.send_bytes(line(kind, **fields))
        return str(sent)

    async def frame(self, timeout: float = DEADLINE_S) -> Frame:
        """Return the next frame, answering pings.  Raise `Ended` at the end."""
        while True:
            async with asyncio.timeout(timeout):
                try:
                    data = await self.reader.readline()
                except ConnectionError:
                    data = b""
            if not data.endswith(b"\n"):
                self.writer.close()
                raise Ended
            frame: Frame = json.loads(data)
            self.seen.append(frame)
            if "cursor" in frame:
                self.cursor = frame["cursor"]
            if frame["type"] != "ping":
                return frame
            self.send_bytes(line("pong", re=frame["id"]))

    async def until(self, wanted: Callable[[Frame], bool], what: str = "a frame") -> Frame:
        """Return the next frame that is wanted, past all others."""
        first = len(self.seen)
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    frame = await self.frame()
                    if wanted(frame):
                        return frame
        except (TimeoutError, Ended) as error:
            last = "\n".join(json.dumps(frame)[:300] for frame in self.seen[first:][-12:])
            raise AssertionError(f"{what} did not come ({error!r}); what did:\n{last}") from None

    async def expect(self, kind: str, **fields: object) -> Frame:
        """Return the next frame of this type with these fields, past all others."""
        return await self.until(lambda frame: fits(frame, kind, **fields), f"{kind} {fields}")

    async def ask(self, kind: str, **fields: object) -> Frame:
        """Send a request and return what answers it first: event, reply or error."""
        return await self.answer(self.send(kind, **fields))

    async def answer(self, id: str) -> Frame:
        """Return the next frame that answers the request with this id."""
        return await self.until(lambda frame: answers(frame, id), f"an answer to {id}")

    async def settle(self) -> list[Frame]:
        """Return what came until everything sent so far was acted on."""
        first = len(self.seen)
        await self.ask("ping")
        return self.seen[first:-1]

    async def rest(self) -> list[Frame]:
        """Return every frame until the server closes the connection."""
        first = len(self.seen)
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    await self.frame()
        except Ended:
            return self.seen[first:]

    def say_hello(self, name: str | None = None, **fields: object) -> None:
        """Say hello, and wait for nothing."""
        self.send_bytes(line("hello", **{"version": 1, "name": name, "client": "raw", **fields}))

    async def hello(self, name: str | None = None, **fields: object) -> Frame:
        """Say hello; return the welcome, or whatever came instead."""
        self.say_hello(name, **fields)
        frame = await self.frame()
        if frame["type"] == "welcome":
            self.welcome = frame
        return frame

    async def bye(self) -> Frame:
        """Leave politely; return the goodbye, after which nothing came."""
        self.send_bytes(line("bye"))
        goodbye = await self.expect("goodbye")
        assert await self.rest() == []
        return goodbye

    def events(self, room: str | None = None) -> list[Frame]:
        """Return the events of the stream so far, in the order they came."""
        return [
            frame
            for frame in self.seen
            if frame["type"] in EVENTS and (room is None or frame["room"] == room)
        ]

    def texts(self, room: str | None = None) -> list[str]:
        """Return what was said so far, in the order it came."""
        return [frame["text"] for frame in self.events(room) if frame["type"] == "said"]


def line(kind: str, **fields: object) -> bytes:
    """Return a frame's bytes."""
    return json.dumps({"type": kind, **fields}).encode() + b"\n"


def line_of(size: int, kind: str, **fields: object) -> bytes:
    """Return a frame of exactly so many bytes, its newline not counted, by an unknown field."""
    short = len(line(kind, **fields, padding="")) - 1
    return line(kind, **fields, padding="x" * (size - short))


def fits(frame: Frame, kind: str, **fields: object) -> bool:
    """Tell whether a frame is of this type and has these fields."""
    return frame["type"] == kind and all(frame.get(name) == fields[name] for name in fields)


def answers(frame: Frame, id: str) -> bool:
    """Tell whether a frame answers the request with this id."""
    return id in {frame.get("re"), frame.get("id")}


def about(frame: Frame, account: str, **fields: object) -> bool:
    """Tell whether a frame is presence of this account with these fields."""
    return frame["type"] == "presence" and any(
        person["account"] == account and all(person.get(name) == fields[name] for name in fields)
        for person in frame["people"]
    )


def is_repeat_of_stream(event: Frame, last: int) -> bool:
    """Tell whether an event came before: who was cut off before its `upto` gets some again."""
    return int(event["seq"]) <= last
