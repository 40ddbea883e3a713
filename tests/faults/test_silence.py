"""P10: a peer that is gone without a word is noticed, whichever way of it fell silent."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from tests.faults.proxy import Fault, Proxy
from tests.raw_client import Ended, Wire, about

if TYPE_CHECKING:
    from tests.faults.conftest import Measured, Scale
    from tests.serving import Join, Serve

WAYS = {
    "up": (Fault(stall_after=0), Fault()),
    "down": (Fault(), Fault(stall_after=0)),
    "neither": (Fault(), Fault()),
    "both": (Fault(stall_after=0), Fault(stall_after=0)),
}
DEAD_AFTER_S = 45
BESIDES_S = 1.5
"""What is between two looks at the clock, and until the others are told."""


async def loss_of(account: str, observer: Wire, name: str, within_s: float) -> float:
    """Return how long it takes until somebody is told that a connection is lost, in seconds."""
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(within_s):
            while not any(
                about(frame, account, state="offline", reason="lost") for frame in observer.seen
            ):
                await observer.frame(timeout=within_s)
    except TimeoutError:
        raise AssertionError(f"nobody was told that {name} is lost") from None
    return time.perf_counter() - begun


async def listen(wire: Wire) -> None:
    """Answer every ping that comes, until the end."""
    with contextlib.suppress(Ended):
        while True:
            await wire.frame(timeout=4 * DEAD_AFTER_S)


async def test_a_peer_that_falls_silent_is_lost_to_the_others(
    serve: Serve, join: Join, scale: Scale, measured: Measured
) -> None:
    """It is, though only one way is stalled; in the long form with the deadlines as they come."""
    chosen: dict[str, Any] = {} if scale.share >= 1 else {"ping_after_s": 0.1, "dead_after_s": 0.8}
    server = await serve(**chosen)
    proxies = {name: await Proxy(server.address).__aenter__() for name in WAYS}
    wires = {name: await join(proxy.address, name) for name, proxy in proxies.items()}
    for wire in wires.values():
        await wire.ask("ping")
    observers = {name: await join(server, f"who-sees-{name}") for name in WAYS}
    within_s = 10 if chosen else 2 * DEAD_AFTER_S
    async with asyncio.TaskGroup() as group:
        for wire in wires.values():
            group.create_task(listen(wire))
        for name, (up, down) in WAYS.items():
            # The faults of a connection that there is already.
            proxies[name].up.stall_after = up.stall_after
            proxies[name].down.stall_after = down.stall_after
        took = await asyncio.gather(
            *(
                loss_of(wires[name].account, observers[name], name, within_s)
                for name in WAYS
                if name != "neither"
            )
        )
        assert not any(
            about(frame, wires["neither"].account, state="offline")
            for observer in observers.values()
            for frame in observer.seen
        )
        again = await join(server, None, token=wires["up"].token, cursor=wires["up"].cursor)
        await again.settle()
        for wire in wires.values():
            wire.cut()
    for proxy in proxies.values():
        await proxy.__aexit__(None, None, None)
    if not chosen:
        assert max(took) <= DEAD_AFTER_S + BESIDES_S, "a dead peer is noticed too late"
    measured(
        silent=len(took), noticed_after_s=", ".join(f"{took_s:.1f}" for took_s in sorted(took))
    )
