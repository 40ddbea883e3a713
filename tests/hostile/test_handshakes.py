"""Ten thousand who begin a handshake and go no further."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from tests.raw_client import host_and_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving import Join, StartProcess

MANY = 10_000
ADDRESSES = 100
"""A hundred of each: as many as a server that nobody set up otherwise lets wait."""

HALF_A_HELLO = b"\x16\x03\x01\x02\x00"


@pytest.fixture
def tls() -> bool:
    """Speak TLS here."""
    return True


@pytest.fixture
def files() -> Iterator[None]:
    """Let this process have as many files as it takes, where it may."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY + 2_000
    if before[1] != resource.RLIM_INFINITY and before[1] < wanted:
        pytest.skip(f"a process may have {before[1]} files here, and this takes {wanted}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], wanted), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it has all of 127.0.0.0/8 for its own")
@pytest.mark.usefixtures("files")
async def test_ten_thousand_half_open_handshakes(start_process: StartProcess, join: Join) -> None:
    """A server as it stands holds them all, lets a newcomer in meanwhile, and then the next."""
    process = await start_process(tls_handshake_timeout_s=60)
    address = await process.listening()
    where = host_and_port(address)
    with contextlib.ExitStack() as stack:
        for number in range(MANY):
            local = (f"127.0.3.{number % ADDRESSES + 1}", 0)
            sock = stack.enter_context(socket.create_connection(where, 30, source_address=local))
            sock.sendall(HALF_A_HELLO)
        async with asyncio.timeout(60):
            ada = await join(address, "ada")
            said = await ada.ask("say", room="lobby", text="still here")
        assert said["type"] == "said"
    async with asyncio.timeout(60):
        ben = await join(address, "ben")
        assert (await ben.ask("history", room="lobby"))["events"][-2]["text"] == "still here"
