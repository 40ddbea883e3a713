"""The chaos proxy does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.proxy import Fault, Proxy
from tests.raw_client import Wire, line

if TYPE_CHECKING:
    from tests.serving import Serve


async def test_the_proxy_cuts_where_it_is_told(serve: Serve) -> None:
    """After so many bytes down nothing more comes, and the connection ends."""
    server = await serve()
    async with Proxy(server.address, down=Fault(cut_after=10)) as proxy:
        wire = await Wire.open(proxy.address)
        wire.send_bytes(line("hello", version=1, name="ada"))
        assert await wire.rest() == []
        assert proxy.passed["down"] == 10


async def test_the_proxy_corrupts_one_byte(serve: Serve) -> None:
    """The first byte turned around is no JSON any more."""
    server = await serve()
    async with Proxy(server.address, up=Fault(corrupt_at=0)) as proxy:
        wire = await Wire.open(proxy.address)
        wire.send_bytes(line("hello", version=1, name="ada"))
        assert [frame["code"] for frame in await wire.rest()] == ["bad_frame"]
