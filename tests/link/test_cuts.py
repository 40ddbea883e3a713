"""Nothing lost, nothing twice, whatever is cut."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import TYPE_CHECKING

import pytest

from asynchat.link import notices
from asynchat.messages import Said
from tests.link.proxy import Trip
from tests.link.seeing import DEADLINE_S, is_right, log_of, said_until

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve, StartProcess


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    """Keep the promise without TLS and with it."""
    return bool(request.param)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_cut_at_any_byte_loses_and_doubles_nothing(
    serve: Serve, enter: Enter, proxy: Proxy, way: str
) -> None:
    """Wherever a short conversation is cut, what was sent and what was said is there once."""
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    expected: list[str] = []
    # How long it is: the first client's whole way, uncut.
    measured = await enter(proxy, "ada", first_retry_s=0.001, longest_retry_s=0.002)
    await measured.close()
    for number, at in enumerate(range(0, 2_000, 31)):
        ada = await enter(
            proxy, f"ada{number}", start=False, first_retry_s=0.001, longest_retry_s=0.002
        )
        proxy.trips.append(Trip(up=at) if way == "up" else Trip(down=at))
        await ada.start(timeout_s=DEADLINE_S)
        texts = [f"{number}.{part}" for part in range(3)]
        first, second = ada.post("lobby", texts[0]), ada.post("lobby", texts[1])
        said = await ben.send("lobby", f"{number} ben")
        await ada.send("lobby", texts[2], timeout_s=DEADLINE_S)
        heard = await said_until(ada, texts[2])
        assert [text for text in heard if text in texts] == texts
        assert heard.count(said.text) == 1
        assert first.id != second.id
        assert ada.outbox == ()
        expected += texts
        await ada.close()
    log = await log_of(ben)
    assert [text for text in log if " ben" not in text] == expected
    assert len(log) == len(set(log))


@pytest.mark.parametrize("seed", range(3))
async def test_dropped_acknowledgements_and_cuts_double_nothing(
    serve: Serve, enter: Enter, proxy: Proxy, seed: int
) -> None:
    """What was stored and not acknowledged goes again under its id, and is there once, in order."""
    chance = random.Random(seed)
    server = await serve()
    proxy.lead_to(server)
    client = await enter(proxy, first_retry_s=0.001, longest_retry_s=0.002)
    heard: list[notices.Notice] = []
    client.subscribe(heard.append)
    ben = await enter(server, "ben")
    everything = [str(number) for number in range(150)]
    for text in everything:
        client.post("lobby", text)
        if chance.random() < 0.1:
            await ben.send("lobby", f"ben {text}")
        if chance.random() < 0.1:
            proxy.deaf = True
            await asyncio.sleep(0.005)
            proxy.cut()
            proxy.deaf = False
    await client.send("lobby", "end", timeout_s=DEADLINE_S)
    log = await log_of(ben)
    assert [text for text in log if not text.startswith("ben")] == [*everything, "end"]
    assert await said_until(client, "end") == log
    done = [n.entry.text for n in heard if isinstance(n, notices.Acknowledged)]
    assert done == [*everything, "end"]
    arrived = [
        n.event.text for n in heard if isinstance(n, notices.Arrived) and isinstance(n.event, Said)
    ]
    assert arrived == log


async def test_two_people_on_bad_networks_see_the_same(
    serve: Serve, enter: Enter, proxy: Proxy
) -> None:
    """Both hear all that both said, in one order, whatever is cut."""
    server = await serve()
    proxy.lead_to(server)
    chance = random.Random(1)
    ada, ben = [
        await enter(proxy, name, first_retry_s=0.001, longest_retry_s=0.002)
        for name in ("ada", "ben")
    ]
    proxy.trips.extend(Trip(down=chance.randrange(50, 4_000)) for _ in range(40))
    for number in range(50):
        ada.post("lobby", f"a{number}")
        ben.post("lobby", f"b{number}")
        if number % 9 == 0:
            proxy.cut()
        await asyncio.sleep(0)
    await ada.send("lobby", "ada's end", timeout_s=DEADLINE_S)
    await ben.send("lobby", "end", timeout_s=DEADLINE_S)
    one, other = await said_until(ada, "end"), await said_until(ben, "end")
    assert one == other == await log_of(ada)
    assert len(one) == len(set(one)) == 102


async def test_kill_9_under_pipelined_sends_loses_nothing(
    start_process: StartProcess, enter: Enter, tmp_path: Path
) -> None:
    """A server killed again and again has all that was acknowledged, once, in order."""
    process = await start_process()
    address = await process.listening()
    port = int(address.partition("?")[0].rsplit(":", 1)[1])
    client = await enter(address, longest_retry_s=0.1)
    acknowledged: dict[str, int] = {}

    async def send(text: str) -> None:
        acknowledged[text] = (await client.send("lobby", text, timeout_s=30)).seq

    texts = [str(number) for number in range(450)]
    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        for round_ in range(3):
            for text in texts[round_ * 150 : round_ * 150 + 150]:
                group.create_task(send(text))
            while len(acknowledged) < round_ * 150 + 20:
                await asyncio.sleep(0)
            await process.stop(signal.SIGKILL)
            process = await start_process(port=port)
            await process.listening()
    assert await log_of(client) == texts
    assert [event.seq for event in await _said_events(client)] == [
        acknowledged[text] for text in texts
    ]
    assert await said_until(client, texts[-1]) == texts
    await client.close()
    await process.stop()


async def _said_events(client: Client) -> list[Said]:
    page = await client.history("lobby", after=0, limit=500)
    return [event for event in page.events if isinstance(event, Said)]


async def test_every_byte_of_a_reconnect_may_be_its_last(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """However often a reconnect is itself cut, what is known is right in the end."""
    server = await serve()
    proxy.lead_to(server)
    client = await enter(proxy, first_retry_s=0.001, longest_retry_s=0.002)
    ben = await enter(server, "ben")
    await ben.create("dev")
    proxy.trips.extend(Trip(down=at) for at in range(0, 1_200, 29))
    proxy.cut()
    await ben.invite("dev", "ada")
    async with asyncio.timeout(DEADLINE_S):
        while proxy.trips:
            await until(lambda: client.connection.phase == "online" or not proxy.trips)
            proxy.cut()
            await asyncio.sleep(0)
    await is_right(client, until)
