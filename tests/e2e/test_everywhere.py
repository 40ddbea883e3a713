"""A server for everybody, in a network of its own: two namespaces with a cable between them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from asynchat.address import parse_address
from asynchat.fingerprint import grouped
from tests.raw_client import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER, CLIENT = f"asynchat-{os.getpid()}-a", f"asynchat-{os.getpid()}-b"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 # of a namespace of its own
NETWORK: Final = (
    f"netns add {SERVER}",
    f"netns add {CLIENT}",
    f"link add a0 netns {SERVER} type veth peer name b0 netns {CLIENT}",
    f"-n {SERVER} address add 10.77.0.1/24 dev a0",
    f"-n {CLIENT} address add 10.77.0.2/24 dev b0",
    f"-n {SERVER} link set lo up",
    f"-n {SERVER} link set a0 up",
    f"-n {CLIENT} link set b0 up",
)


def ip(command: str) -> bool:
    """Run ``ip``; tell whether it did that."""
    return (
        subprocess.run(["ip", *command.split()], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture(params=["", f"-n {SERVER} route add default via 10.77.0.2"], ids=["lone", "routed"])
def network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lay a cable between two network namespaces, which are gone after the test.

    There is a way out of them, or none.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("makes network namespaces: needs Linux and root")
    try:
        if not all(map(ip, filter(None, (*NETWORK, request.param)))):
            pytest.skip("no network namespaces can be made here")
        yield
    finally:
        for name in (SERVER, CLIENT):
            ip(f"netns delete {name}")


async def start(namespace: str, *arguments: str) -> asyncio.subprocess.Process:
    """Start a program of asynchat in a namespace."""
    return await asyncio.create_subprocess_exec(
        *("ip", "netns", "exec", namespace, sys.executable, "-m", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_fresh_server_for_everybody_is_safe_as_it_stands(
    network: None, tmp_path: Path
) -> None:
    """It prints the address others reach it by; a colleague joins with it, and nobody without."""
    server = await start(
        SERVER, "asynchat.server", "--host", EVERYWHERE, "--data", str(tmp_path / "server")
    )
    assert server.stdout is not None

    async def line() -> str:
        assert server.stdout is not None
        return (await server.stdout.readline()).decode().strip()

    async def said(address: str, name: str) -> tuple[int | None, str]:
        data = ("--data", str(tmp_path / name))
        client = await start(
            CLIENT, "asynchat.client", address, "--send", "hello", "--name", name, *data
        )
        _, told = await client.communicate()
        return client.returncode, told.decode()

    try:
        async with asyncio.timeout(3 * DEADLINE_S):
            address = parse_address((await line()).removeprefix("listening on "))
            assert (address.host, address.tls) == ("10.77.0.1", True)
            assert await line() == f"fingerprint {grouped(address.fp or '')}"
            invitation = (await line()).rpartition(" ")[2]
            assert await said(invitation, "ada") == (0, "")
            left = (tmp_path / "server" / "address").read_text("utf-8").strip()
            assert parse_address(left).host == "127.0.0.1"
            status, told = await said(str(address), "ben")
            assert status == 1
            assert "invit" in told
            status, told = await said(str(address.place), "cat")
            assert status == 1
            assert grouped(address.fp or "") in told
    finally:
        server.terminate()
        await server.communicate()
    assert server.returncode == 0
