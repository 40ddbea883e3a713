"""Hubs to compare with: ``python -m benchmarks.peers KIND``, which prints the port it listens on.

``coalescing`` joins what arrived and writes once for each receiver: what asyncio can do at best
with nothing stored.  ``naive`` writes and drains for each message and receiver, as tutorials do.
``limit`` does no more than `send` one buffer of 64 messages to each socket, again and again.  All
send lines as long as asynchat's, and none reads more of a request than its text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import sys
import time
from pathlib import Path
from typing import Final

_LINE: Final = (
    b'{"type":"said","seq":%d,"time":1763650000000,"room":"bench0","account":"u7Qx2Rb4Mk",'
    b'"sender":"p00001","id":"s%012d","text":"%s","reply_to":null}\n'
)
_UPTO: Final = b'{"type":"upto","cursor":"AAAAAAAAAAAA.%d"}\n'


def said(number: int, request: bytes) -> bytes:
    """Return the line that a request to say something becomes."""
    start = request.find(b'"text":"') + 8
    return _LINE % (number, number, request[start : request.find(b'"', start)])


class Coalescing(asyncio.Protocol):
    """One connection of the hub that joins."""

    everyone: Final[set[asyncio.Transport]] = set()
    waiting: Final[list[bytes]] = []
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Come in."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - it is a stream
        self._transport = transport
        self._rest = b""
        self.everyone.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """Go."""
        self.everyone.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Take what was said; the first of a turn of the loop sees to it that it is sent."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"enter"):
                self._transport.write(b"entered\n")
                continue
            if not self.waiting:
                asyncio.get_running_loop().call_soon(self._send_all)
            Coalescing.count += 1
            self.waiting.append(said(self.count, line))

    @classmethod
    def _send_all(cls) -> None:
        data = b"".join(cls.waiting) + _UPTO % cls.count
        cls.waiting.clear()
        for transport in cls.everyone:
            transport.write(data)


class Naive:
    """The hub of tutorials."""

    def __init__(self) -> None:
        self._writers: set[asyncio.StreamWriter] = set()
        self._count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send what one says to everyone, one after the other."""
        self._writers.add(writer)
        while line := await reader.readline():
            if line.startswith(b"enter"):
                writer.write(b"entered\n")
                continue
            self._count += 1
            for other in list(self._writers):
                other.write(said(self._count, line))
                await other.drain()
        self._writers.discard(writer)


async def _hub(kind: str, folder: Path | None) -> None:
    context = None
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    if kind == "coalescing":
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Coalescing, "127.0.0.1", 0, backlog=4096, ssl=context)
    else:
        serve = Naive().serve
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096, ssl=context)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def send_limit(receivers: int, rounds: int) -> dict[str, float]:
    """Send 64 messages to each of so many sockets, so many times; return what it took.

    ``cpu_s`` is what sending took; what reading takes does not count.
    """
    data = b"".join(said(number, b'"text":"' + b"x" * 100 + b'"') for number in range(64))
    buffer = bytearray(len(data))
    cpu_s = 0.0
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=receivers))
        ours: list[socket.socket] = []
        theirs: list[socket.socket] = []
        for _ in range(receivers):
            ours.append(stack.enter_context(socket.create_connection(listener.getsockname()[:2])))
            theirs.append(stack.enter_context(listener.accept()[0]))
        for _ in range(rounds):
            began = time.process_time()
            for sock in ours:
                sock.send(data)
            cpu_s += time.process_time() - began
            for sock in theirs:
                left = len(data)
                while left:
                    left -= sock.recv_into(buffer, left)
    return {"deliveries": 64 * receivers * rounds, "cpu_s": cpu_s}


if __name__ == "__main__":
    if sys.argv[1] == "limit":
        sys.stdout.write(json.dumps(send_limit(int(sys.argv[2]), int(sys.argv[3]))) + "\n")
    else:
        tls = Path(sys.argv[2]) if len(sys.argv) > 2 else None  # noqa: PLR2004 - an option
        asyncio.run(_hub(sys.argv[1], tls))
