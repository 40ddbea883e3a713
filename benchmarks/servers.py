"""The servers that `serving` compares, each in a process of its own on the first processor."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.ground import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STOP_TIMEOUT_S: Final = 15.0

_LIFTED: Final = {
    "MESSAGE_BURST": "100000000",
    "MESSAGES_PER_S": "100000000",
    "ADDRESS_MESSAGE_BURST": "100000000",
    "ADDRESS_MESSAGES_PER_S": "100000000",
    "SERVER_MESSAGE_BURST": "100000000",
    "SERVER_MESSAGES_PER_S": "100000000",
    "SEARCH_BURST": "100000000",
    "SEARCHES_PER_S": "100000000",
    "HELLO_BURST": "100000000",
    "HELLOS_PER_S": "100000000",
    "CONNECTION_BURST": "100000000",
    "CONNECTIONS_PER_S": "100000000",
    "UNAUTHENTICATED_PER_ADDRESS": "100000000",
    "CREATE_BURST": "100000000",
    "CREATES_PER_S": "100000000",
    "LOG_LEVEL": "error",
}
"""The settings that the server runs with, besides its defaults."""


class Server(NamedTuple):
    """A server under load."""

    dialect: str
    port: int
    pid: int


@contextlib.contextmanager
def asynchat(folder: Path, *, tls: bool = False) -> Iterator[Server]:
    """Run our own server, on the first processor."""
    env = {**os.environ, **{f"ASYNCHAT_{name}": value for name, value in _LIFTED.items()}}
    options = [] if tls else ["--no-tls"]
    module = ["-m", "asynchat.server", "--data", str(folder), "--port", "0", *options]
    with first_line([sys.executable, *module], env) as (line, pid):
        found = re.search(r":(\d+)\b", line.partition("://")[2])
        if found is None:
            raise RuntimeError(f"the server said {line!r}")
        yield Server("native", int(found[1]), pid)


@contextlib.contextmanager
def hub(folder: Path, kind: str, *, tls: bool = False) -> Iterator[Server]:
    """Run one of `peers`, on the first processor."""
    module = ["-m", "benchmarks.peers", kind]
    if tls:
        module.append(str(_certificate(folder)))
    with first_line([sys.executable, *module], dict(os.environ)) as (line, pid):
        yield Server("lines", int(line), pid)


@contextlib.contextmanager
def ngircd(folder: Path) -> Iterator[Server]:
    """Run ngIRCd, where it is installed, with nothing that slows anybody down."""
    port = _free_port()
    config = folder / "ngircd.conf"
    config.write_text(
        f"""[Global]
Name = bench.example
Info = bench
Listen = 127.0.0.1
Ports = {port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
""",
        encoding="ascii",
    )
    with _listening(["ngircd", "-n", "-f", str(config)], port) as pid:
        yield Server("irc", port, pid)


@contextlib.contextmanager
def inspircd(folder: Path) -> Iterator[Server]:
    """Run InspIRCd, where it is installed, with nothing that slows anybody down."""
    port = _free_port()
    config = folder / "inspircd.conf"
    config.write_text(
        f"""<config format="xml">
<server name="bench.example" description="bench" network="bench" id="00A">
<admin name="bench" nick="bench" email="bench@bench.example">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="main" allow="*" timeout="60" pingfreq="600" hardsendq="100000000"
  softsendq="50000000" recvq="10000000" threshold="1000000" commandrate="100000000" fakelag="no"
  localmax="100000" globalmax="100000" maxchans="1000" resolvehostnames="no" useident="no"
  limit="100000">
<performance softlimit="100000" somaxconn="4096" netbuffersize="65534" clonesonconnect="no">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}"
  moduledir="/usr/lib/inspircd/modules">
<pid file="{folder}/inspircd.pid">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/inspircd.log">
""",
        encoding="ascii",
    )
    asks = ["inspircd", "--nofork", "--config", str(config)]
    if os.geteuid() == 0:
        asks.append("--runasroot")
    with _listening(asks, port) as pid:
        yield Server("irc", port, pid)


def _certificate(folder: Path) -> Path:
    """Make a certificate for the hub that is compared with."""
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


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def first_line(command: list[str], env: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Run a server on the first processor; give the first line that it prints, and its process."""
    process = subprocess.Popen(
        [*on_processor(0), *command],
        env=env,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with _ended(process):
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield process.stdout.readline().strip(), process.pid


@contextlib.contextmanager
def _listening(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(
        [*on_processor(0), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with _ended(process):
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} did not start") from None
                time.sleep(0.05)
            else:
                break
        yield process.pid


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def on_processor(processor: int) -> list[str]:
    """Return what a command begins with to run on one processor, where there are several."""
    several = shutil.which("taskset") and (os.cpu_count() or 1) > processor
    return ["taskset", "-c", str(processor)] if several else []
