"""Cuts, stalls and damage on the way: nothing acknowledged is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.store.sqlite import SqliteStore
from tests.faults.proxy import Fault, Proxy
from tests.raw_client import Ended, Wire, about, fresh_token, is_repeat_of_stream, line

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame
    from tests.serving import Join, Serve


class Resender:
    """The smallest client that keeps the protocol's promise: an outbox, a cursor, a last seq."""

    def __init__(self, address: str, name: str) -> None:
        self.address = address
        self.name = name
        self.token = fresh_token()
        self.cursor: str | None = None
        self.outbox: dict[str, str] = {}
        self.events: list[Frame] = []
        self.done: set[str] = set()

    async def converse(self) -> None:
        """Connect, resume, send the outbox, and read until all of it is acknowledged."""
        wire = await Wire.open(self.address)
        try:
            await self._converse(wire)
        except (Ended, TimeoutError):
            pass
        finally:
            wire.cut()

    async def _converse(self, wire: Wire) -> None:
        welcome = await wire.hello(self.name, token=self.token, cursor=self.cursor)
        if welcome["type"] != "welcome":
            raise Ended
        says = [line("say", id=one, room="lobby", text=text) for one, text in self.outbox.items()]
        wire.send_bytes(b"".join(says) + line("ping", id="end"))
        while (frame := await wire.frame(timeout=1))["type"] != "pong":
            self._take(frame)

    def _take(self, frame: Frame) -> None:
        last = self.events[-1]["seq"] if self.events else 0
        if frame["type"] in {"said", "joined"} and not is_repeat_of_stream(frame, last):
            self.events.append(frame)
            if frame["sender"] == self.name and frame["id"]:
                self.outbox.pop(frame["id"], None)
        elif frame["type"] == "done":
            self.outbox.pop(frame["re"], None)
        if frame["type"] == "upto":
            self.cursor = frame["cursor"]


async def everything(server: Server, join: Join) -> list[Frame]:
    """Return all that is in the lobby's log, as the newest member reads it."""
    reader = await join(server, "reader")
    events: list[Frame] = []
    more = True
    while more:
        after = events[-1]["seq"] if events else 0
        page = await reader.ask("history", room="lobby", after=after, limit=500)
        events += page["events"]
        more = page["more"]
    return events


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_cut_at_any_byte_loses_nothing_and_doubles_nothing(
    serve: Serve, join: Join, way: str
) -> None:
    """Cut after every few bytes of either direction, then resumed: each is there once, in order."""
    server = await serve()
    async with Proxy(server.address) as proxy:
        for cut_after in range(1, 1200, 23):
            client = Resender(proxy.address, f"c{cut_after}")
            client.outbox = {f"m{n}": f"{cut_after}/{n}" for n in range(5)}
            setattr(proxy, way, Fault(cut_after=cut_after))
            await client.converse()
            setattr(proxy, way, Fault())
            await client.converse()
            assert not client.outbox
            own = [
                e["text"] for e in client.events if e.get("text", "").startswith(f"{cut_after}/")
            ]
            assert own == [f"{cut_after}/{n}" for n in range(5)]
            seqs = [event["seq"] for event in client.events]
            assert seqs == sorted(set(seqs))
    texts = [e["text"] for e in await everything(server, join) if e["type"] == "said"]
    assert texts == [f"{cut}/{n}" for cut in range(1, 1200, 23) for n in range(5)]


async def test_a_stalled_client_is_lost_to_the_others(
    serve: Serve, join: Join, until: Until
) -> None:
    """A way that goes silent is a dead peer; the others see it go, and it may come back."""
    server = await serve(ping_after_s=0.1, dead_after_s=0.8)
    ada = await join(server, "ada")
    async with Proxy(server.address) as proxy:
        stalled = await join(proxy.address, "ben")
        await stalled.ask("ping")
        proxy.up.stall_after = 0
        await ada.until(lambda frame: about(frame, stalled.account, state="offline", reason="lost"))
        said = await ada.ask("say", room="lobby", text="x")
        again = await join(server, None, token=stalled.token, cursor=stalled.cursor)
        await again.until(lambda frame: frame == said)
        stalled.cut()


async def test_a_dribbling_way_changes_nothing(serve: Serve, join: Join) -> None:
    """Two bytes at a time in both directions is a slow connection, nothing else."""
    server = await serve()
    async with Proxy(server.address, up=Fault(dribble=2), down=Fault(dribble=2)) as proxy:
        ada = await join(proxy.address, "ada")
        ids = [ada.send("say", room="lobby", text="né ☃") for _ in range(5)]
        await ada.settle()
        assert [event["id"] for event in ada.events() if event["id"]] == ids
        ada.cut()


async def test_damage_on_the_way_hurts_only_its_own_connection(serve: Serve, join: Join) -> None:
    """A byte turned around at any place of the first frames: the others go on undisturbed."""
    server = await serve()
    ada = await join(server, "ada")
    async with Proxy(server.address) as proxy:
        for corrupt_at in range(0, 150, 7):
            proxy.up = Fault(corrupt_at=corrupt_at)
            wire = await Wire.open(proxy.address)
            wire.send_bytes(
                line("hello", version=1, name=f"d{corrupt_at}")
                + line("say", id="x", room="lobby", text="damaged?")
                + line("bye")
            )
            frames = await wire.rest()
            assert frames
            said = await ada.ask("say", room="lobby", text=f"fine {corrupt_at}")
            assert said["type"] == "said"


async def test_a_storm_of_reconnects(serve: Serve, tmp_path: Path, join: Join) -> None:
    """Twenty clients cut again and again while they send: each message is there once."""
    server = await serve(store=SqliteStore(tmp_path / "data"), ping_after_s=5)
    async with Proxy(server.address, down=Fault(delay_s=0.001)) as proxy:
        clients = [Resender(proxy.address, f"c{n}") for n in range(20)]
        for client in clients:
            client.outbox = {f"m{n}": f"{client.name}/{n}" for n in range(20)}

        async def insist(client: Resender) -> None:
            while client.outbox:
                await client.converse()

        async def disturb() -> None:
            for _ in range(5):
                passed = proxy.passed["down"]
                while proxy.passed["down"] < passed + 20_000:
                    await asyncio.sleep(0.005)
                proxy.cut()

        disturbing = asyncio.ensure_future(disturb())  # noqa: TID251 # ended below
        try:
            async with asyncio.timeout(30):
                await asyncio.gather(*map(insist, clients))
        finally:
            disturbing.cancel()
            await asyncio.wait([disturbing])
    log = await everything(server, join)
    texts = [event["text"] for event in log if event["type"] == "said"]
    assert sorted(texts) == sorted(f"{c.name}/{n}" for c in clients for n in range(20))
    for client in clients:
        own = [text for text in texts if text.startswith(f"{client.name}/")]
        assert own == [f"{client.name}/{n}" for n in range(20)]
        seqs = [event["seq"] for event in client.events]
        assert seqs == sorted(set(seqs))
        known = {event["seq"]: event for event in log}
        assert all(known[event["seq"]] == event for event in client.events)
