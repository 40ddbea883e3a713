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


async def test_the_proxy_drops_all_after_a_place(serve: Serve) -> None:
    """What comes after so many bytes is lost, small or large, and the connection stays."""
    server = await serve()
    async with Proxy(server.address, down=Fault(drop_after=100)) as proxy:
        wire = await Wire.open(proxy.address)
        wire.send_bytes(line("hello", version=1, name="ada") + line("ping", id="1"))
        wire.send_bytes(line("bye"))
        assert await wire.rest() == []
        assert proxy.passed == {"up": proxy.passed["up"], "down": 0}


async def test_each_connection_may_have_its_own_faults(serve: Serve) -> None:
    """One is cut, and the next one is not."""
    server = await serve()
    faults = [(Fault(), Fault(cut_after=10)), (Fault(), Fault())]
    async with Proxy(server.address, choose=lambda: faults.pop(0)) as proxy:
        wire = await Wire.open(proxy.address)
        wire.send_bytes(line("hello", version=1, name="ada"))
        assert await wire.rest() == []
        wire = await Wire.open(proxy.address)
        assert (await wire.hello("ben"))["type"] == "welcome"
        await wire.bye()
        assert proxy.connections == 2
