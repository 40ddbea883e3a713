"""What TLS costs a server, and what half-open handshakes do: ``python -m benchmarks.handshakes``.

It prints the memory of a connection that is welcome, without TLS and with it, on each event loop.
Then so many (``--half-open``, 10,000) begin a handshake from a hundred addresses and go no
further, and it prints how long a newcomer took to be welcome meanwhile, and what each one held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import ssl
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from asynchat.doors.handshake import spare_memory
from benchmarks.servers import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESSES: Final = 100
_SETTINGS: Final = {
    "ASYNCHAT_CONNECTION_BURST": "1000000",
    "ASYNCHAT_UNAUTHENTICATED_PER_ADDRESS": "1000000",
    "ASYNCHAT_TLS_HANDSHAKE_TIMEOUT_S": "120",
    "ASYNCHAT_PRESENCE_INTERVAL_S": "3600",
    "ASYNCHAT_ACCESS": "open",
    "ASYNCHAT_LOG_LEVEL": "error",
}
_STANDARD: Final = "import sys; sys.modules['uvloop'] = None"
_HELLO: Final = {"type": "hello", "version": 1, "name": "ada", "token": "a token of this run"}
_RUN: Final = "import sys; from asynchat.server import main; sys.exit(main())"


@contextmanager
def _server(folder: str, loop: str, *, tls: bool) -> Iterator[tuple[str, int]]:
    """Run a server on an event loop; give its address and its process."""
    program = _RUN if loop == "uvloop" else f"{_STANDARD}; {_RUN}"
    env = {**os.environ, **_SETTINGS}
    options = ["--data", folder, "--port", "0", *([] if tls else ["--no-tls"])]
    with first_line([sys.executable, "-c", program, *options], env) as (line, pid):
        yield line.removeprefix("listening on ").strip(), pid


def _rss_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # its own server, and nothing to hide
    return context


async def _welcome(address: str) -> asyncio.StreamWriter:
    """Come in, always as the same account: nobody is told anything, so that nothing is unsent."""
    parts = urlsplit(address)
    tls = None if "tls=no" in parts.query else _context()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls)
    writer.write(json.dumps(_HELLO).encode() + b"\n")
    answer = json.loads(await reader.readline())
    if answer["type"] != "welcome":
        raise RuntimeError(f"not let in: {answer}")
    return writer


async def _memory(address: str, pid: int, count: int, settle_s: float) -> float:
    """Return how many KiB each of so many connections takes, those that warm up not counted."""
    writers = [await _welcome(address) for _ in range(50)]
    before = _rss_kib(pid)
    writers += [await _welcome(address) for _ in range(count)]
    await asyncio.sleep(settle_s)
    each = (_rss_kib(pid) - before) / count
    for writer in writers:
        writer.transport.abort()
    return each


def _client_hello() -> bytes:
    """Return what a client begins a handshake with."""
    outgoing = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        _context().wrap_bio(ssl.MemoryBIO(), outgoing).do_handshake()
    return outgoing.read()


async def _half_open(
    address: str, pid: int, count: int, settle_s: float, hello: bytes
) -> tuple[float, float]:
    """Return how many seconds a newcomer took, and how many KiB each half-open one takes."""
    where = urlsplit(address)
    before = _rss_kib(pid)
    with ExitStack() as stack:
        for number in range(count):
            local = (f"127.0.2.{number % _ADDRESSES + 1}", 0)
            peer = (where.hostname or "", where.port or 0)
            sock = stack.enter_context(socket.create_connection(peer, 30, source_address=local))
            sock.sendall(hello)
        began = time.monotonic()
        writer = await _welcome(address)
        took = time.monotonic() - began
        await asyncio.sleep(settle_s)
        each = (_rss_kib(pid) - before) / count
        writer.transport.abort()
    return took, each


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.handshakes", description=__doc__)
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--half-open", type=int, default=10_000)
    parser.add_argument("--settle-s", type=float, default=1.0)
    options = parser.parse_args(arguments)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    spare_memory()
    for loop in ("uvloop", "asyncio"):
        for tls in (False, True):
            with tempfile.TemporaryDirectory() as folder, _server(folder, loop, tls=tls) as at:
                kib = asyncio.run(_memory(*at, options.connections, options.settle_s))
                _tell(f"{loop}, {'TLS' if tls else 'plain'}: {kib:.1f} KiB a connection")
    for loop in ("uvloop", "asyncio"):
        for what, hello in (("half a hello", _client_hello()[:100]), ("a hello", _client_hello())):
            with tempfile.TemporaryDirectory() as folder, _server(folder, loop, tls=True) as at:
                half_open = _half_open(*at, options.half_open, options.settle_s, hello)
                took, kib = asyncio.run(half_open)
                _tell(
                    f"{loop}, {options.half_open} that sent {what}: a newcomer took"
                    f" {took * 1000:.0f} ms, {kib:.1f} KiB each"
                )


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
