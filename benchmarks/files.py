"""What moving files costs: ``python -m benchmarks.files``, or ``… files gigabyte``.

The first prints how fast files go up and down, plain and with TLS, as a share of a bare asyncio
stream copy that also hashes, writes and fsyncs, in the same run; the server's memory while 20 files
of 100 MB move; and how long chat takes meanwhile.  The second sends 1 GB over three cuts and a
restart of the server, and compares.  Both end by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import os
import random
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asynchat.address import parse_address
from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.link.wire import LinkSettings
from asynchat.messages import Said
from benchmarks.servers import first_line, on_processor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from asynchat.link.notices import Notice

MB: Final = 1_000_000
_READ: Final = 256 * 1024
_SETTINGS: Final = {
    "ASYNCHAT_ACCESS": "open",
    "ASYNCHAT_LOG_LEVEL": "error",
    "ASYNCHAT_CONNECTION_BURST": "100000",
    "ASYNCHAT_UNAUTHENTICATED_PER_ADDRESS": "100000",
    "ASYNCHAT_MESSAGE_BURST": "1000000",
    "ASYNCHAT_MESSAGES_PER_S": "1000000",
    "ASYNCHAT_FILE_BYTES": str(2_000 * MB),
    "ASYNCHAT_ACCOUNT_FILES_BYTES": "0",
    "ASYNCHAT_ALL_FILES_BYTES": "0",
}
_PEOPLE: Final = 50
_SAID_PER_S: Final = 40
_MOVERS: Final = 20
_QUIET_S: Final = 20
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a disk that is none

# The bare copy


async def _bare_server(folder: Path, tls: Path | None) -> None:
    """Copy files for whoever comes: ``u SIZE`` takes one, ``d`` gives it back."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way, size = (await reader.readline()).split()
        if way == b"u":
            await _take(reader, folder / "bare", int(size))
            writer.write(b"ok\n")
        else:
            with (folder / "bare").open("rb", buffering=0) as stream:
                while data := stream.read(_READ):
                    writer.write(data)
                    await writer.drain()
        await writer.drain()
        writer.close()

    context = None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    await server.serve_forever()


async def _take(reader: asyncio.StreamReader, path: Path, size: int) -> str:
    """Write what comes, hashed, until it is on disk."""
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as stream:
        while size:
            data = await reader.read(min(size, _READ))
            if not data:
                raise ConnectionResetError
            digest.update(data)
            stream.write(data)
            size -= len(data)
        os.fsync(stream.fileno())
    return digest.hexdigest()


async def _bare(port: int, path: Path, size: int, *, up: bool, tls: bool) -> None:
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(f"{'u' if up else 'd'} {size}\n".encode())
    if up:
        with path.open("rb", buffering=0) as stream:
            while data := stream.read(_READ):
                writer.write(data)
                await writer.drain()
        await reader.readline()
    else:
        await _take(reader, path.with_name("bare-back"), size)
    writer.close()


# Ours


@contextlib.contextmanager
def _server(folder: Path, *, tls: bool, port: int = 0) -> Iterator[tuple[str, int]]:
    options = ["--data", str(folder), "--port", str(port), *([] if tls else ["--no-tls"])]
    command = [sys.executable, "-m", "asynchat.server", *options]
    with first_line(command, {**os.environ, **_SETTINGS}) as (line, pid):
        yield line.removeprefix("listening on ").strip(), pid


@contextlib.asynccontextmanager
async def _client(address: str, folder: Path, name: str) -> AsyncIterator[Client]:
    client = Client(address, name=name, data=folder, settings=LinkSettings(longest_retry_s=1))
    await client.start(timeout_s=30)
    try:
        yield client
    finally:
        await client.close()


async def _timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _throughput(size: int, rounds: int, *, tls: bool) -> dict[str, tuple[float, float]]:
    """Return MB/s up and down: of the bare copy, and ours, the medians of some rounds."""
    times: dict[str, list[float]] = {"bare up": [], "bare down": [], "up": [], "down": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.write_bytes(random.Random(1).randbytes(size))  # noqa: S311 - no secret
        certificate = ["--tls", str(_certificate(folder))] if tls else []
        bare = [sys.executable, "-m", "benchmarks.files", "bare", name, *certificate]
        with (
            first_line(bare, dict(os.environ)) as (line, _),
            _server(folder / "data", tls=tls) as (address, _),
        ):
            async with _client(address, folder / "ada", "ada") as ada:
                for number in range(rounds):
                    # The same content twice is stored once: each round sends another.
                    with source.open("r+b") as stream:
                        stream.write(number.to_bytes(8))
                    port = int(line)
                    for way in ("up", "down"):
                        work = _bare(port, source, size, up=way == "up", tls=tls)
                        times[f"bare {way}"].append(await _timed(work))
                    sent = ada.send_file(source, room="lobby")
                    times["up"].append(await _timed(sent.whole()))
                    back = ada.fetch_file(await sent.whole(), folder / f"back-{number}")
                    times["down"].append(await _timed(back.whole()))
                    back.path.unlink()
    speed = {what: size / MB / statistics.median(took) for what, took in times.items()}
    return {way: (speed[f"bare {way}"], speed[way]) for way in ("up", "down")}


def _certificate(folder: Path) -> Path:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=bench"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


# Beside the chat


async def _move(address: str, folder: Path, count: int, size: int) -> None:
    """Send and fetch so many files at once, each as somebody else."""

    async def one(number: int) -> None:
        source = folder / f"file-{number}"
        with source.open("wb") as stream:
            stream.write(number.to_bytes(8))
            stream.truncate(size)
        async with _client(address, folder / f"mover-{number}", f"mover{number}") as client:
            file = await client.send_file(source, room="lobby").whole()
            back = client.fetch_file(file, folder / f"back-{number}")
            await back.whole()
            back.path.unlink()

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(one(number))


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / MB


async def _latencies(clients: list[Client], until: Callable[[], bool]) -> list[float]:
    """Let people talk; return in how many ms the first of them heard each message."""
    said_at: dict[str, float] = {}
    took: list[float] = []

    def hear(notice: Notice) -> None:
        if isinstance(notice, Arrived) and isinstance(notice.event, Said):
            began = said_at.pop(notice.event.text, None)
            if began is not None:
                took.append(1000 * (time.perf_counter() - began))

    end = clients[0].subscribe(hear)
    number = 0
    while not until():
        text = f"message {number}"
        said_at[text] = time.perf_counter()
        clients[1 + number % (len(clients) - 1)].post("lobby", text)
        number += 1
        await asyncio.sleep(1 / _SAID_PER_S)
    await asyncio.sleep(1)
    end()
    return took


@contextlib.contextmanager
def _ground() -> Iterator[tuple[Path, str, int]]:
    """Give a folder, and a server's address and process; who sends has another computer's disk."""
    with (
        tempfile.TemporaryDirectory() as name,
        tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as theirs,
        _server(Path(name) / "data", tls=True) as (address, pid),
    ):
        yield Path(theirs), address, pid


async def _movers(folder: Path, address: str, size: int) -> asyncio.subprocess.Process:
    # They give way to who measures: the server is what is measured.
    command = [*on_processor(1), "nice", "-n", "19", sys.executable, "-m", "benchmarks.files"]
    return await asyncio.create_subprocess_exec(*command, "move", folder, address, str(size))


async def _memory(size: int) -> tuple[float, float]:
    """Return the server's memory when idle, and the most of it while files move, in MB."""
    with _ground() as (folder, address, pid):
        async with _client(address, folder / "warm", "warm") as client:
            # What is loaded with the first file is not what twenty take.
            warm = folder / "file"
            warm.write_bytes(bytes(MB))
            file = await client.send_file(warm, room="lobby").whole()
            await client.fetch_file(file, folder / "back").whole()
            idle = most = _rss_mb(pid)
            movers = await _movers(folder, address, size)
            while movers.returncode is None:
                most = max(most, _rss_mb(pid))
                await asyncio.sleep(0.02)
        if movers.returncode:
            raise RuntimeError("the files did not arrive")
    return idle, most


async def _beside(size: int) -> tuple[list[float], list[float]]:
    """Return latencies of the chat in ms, without transfers and with."""
    with _ground() as (folder, address, _):
        async with contextlib.AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(
                    _client(address, folder / f"c{number}", f"person{number}")
                )
                for number in range(_PEOPLE)
            ]
            until = time.monotonic() + _QUIET_S
            quiet = await _latencies(clients, lambda: time.monotonic() > until)
            movers = await _movers(folder, address, size)
            busy = await _latencies(clients, lambda: movers.returncode is not None)
            if movers.returncode:
                raise RuntimeError("the files did not arrive")
    return quiet, busy


def _p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


# A gigabyte


class _Line:
    """What leads to a server and can be cut."""

    def __init__(self) -> None:
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, both ways, until it ends or is cut."""
        both = {writer}
        self._writers.add(writer)
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
            both.add(to_server)
            self._writers.add(to_server)
            async with asyncio.TaskGroup() as group:
                group.create_task(_carry(reader, to_server))
                group.create_task(_carry(from_server, writer))
        except* OSError:
            pass  # it was cut, or the server is not there
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()

    def cut(self) -> None:
        """Cut every connection there is."""
        for writer in self._writers:
            writer.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_READ):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError


async def _gigabyte(size: int) -> None:
    """Send a large file over three cuts and a restart of the server, and fetch it over another."""
    line = _Line()
    listener = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.write_bytes(random.Random(2).randbytes(MB) * (size // MB))  # noqa: S311 - no secret
        began = time.perf_counter()
        with _server(folder / "data", tls=True) as (address, _):
            where = parse_address(address)
            line.port = where.port
            mine = replace(where, port=listener.sockets[0].getsockname()[1])
            client = Client(str(mine), name="ada", data=folder / "ada")
            await client.start(timeout_s=30)
            sent = client.send_file(source, room="lobby")
            for share in (0.2, 0.4, 0.6):
                await _until(lambda share=share: sent.done >= share * size)  # type: ignore[misc]
                print(f"cut at {sent.done / MB:.0f} MB")  # noqa: T201 - a figure
                line.cut()
            await _until(lambda: sent.done >= 0.8 * size)  # a share
        print(f"server stopped at {sent.done / MB:.0f} MB")  # noqa: T201 - a figure
        with _server(folder / "data", tls=True) as (address, _):
            line.port = parse_address(address).port
            file = await sent.whole()
            back = client.fetch_file(file, folder / "back")
            await _until(lambda: back.done >= size / 2)
            line.cut()
            await back.whole()
            took = time.perf_counter() - began
            same = _hash(source) == _hash(back.path) == file.sha256
            await client.close()
        print(f"{size / MB:.0f} MB, up and down: {took:.1f} s, whole: {same}")  # noqa: T201
    listener.close()
    if not same:
        raise SystemExit(1)


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - it is told to nobody
        await asyncio.sleep(0.01)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.files")
    parser.add_argument(
        "what", nargs="?", default="all", choices=["all", "beside", "gigabyte", "bare", "move"]
    )
    parser.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("address", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("bytes", nargs="?", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--tls", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=0, help="MB of a file")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    match given.what:
        case "bare":
            asyncio.run(_bare_server(given.folder, given.tls))
        case "move":
            asyncio.run(_move(given.address, given.folder, _MOVERS, given.bytes))
        case "gigabyte":
            asyncio.run(_gigabyte((given.size or 1000) * MB))
        case "beside":
            _beside_chat(given.size or 100)
        case _:
            _speeds(given.size or 200, given.rounds)
            _beside_chat(100)


def _speeds(size: int, rounds: int) -> None:
    for tls in (False, True):
        for way, (bare, ours) in asyncio.run(_throughput(size * MB, rounds, tls=tls)).items():
            kind = "TLS" if tls else "plain"
            print(  # noqa: T201 - a figure
                f"{kind:5} {way:4}: {ours:4.0f} MB/s, bare copy {bare:4.0f} MB/s: {ours / bare:.0%}"
            )


def _beside_chat(size: int) -> None:
    idle, most = asyncio.run(_memory(size * MB))
    print(f"memory: {idle:.1f} MB idle, {most:.1f} MB at most: {most - idle:+.1f} MB")  # noqa: T201
    quiet, busy = asyncio.run(_beside(size * MB))
    print(  # noqa: T201 - figures
        f"chat p99: {_p99(quiet):.2f} ms without ({len(quiet)} messages), {_p99(busy):.2f} ms with"
        f" transfers ({len(busy)} messages); at most {1.5 * _p99(quiet) + 2:.2f} ms is asked for"
    )


if __name__ == "__main__":
    main()
