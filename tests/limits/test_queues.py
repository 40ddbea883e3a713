"""What may be under way on one connection, wait for the store, and go into one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.limits.conftest import GatedStore, close_gate, queued, settled
from tests.raw_client import line_of

if TYPE_CHECKING:
    from tests.plugins.waiting import Until
    from tests.raw_client import Wire
    from tests.serving import Join, Serve

KIB = 1024


def say(wire: Wire, size: int, number: int) -> None:
    """Say something in a frame of so many bytes."""
    wire.send_bytes(line_of(size, "say", id=f"s{number}", room="lobby", text=str(number)))


async def test_so_many_requests_of_a_connection_are_under_way(
    serve: Serve, gated: GatedStore, join: Join, until: Until
) -> None:
    """The last that fits waits for the store; the next is not read, and comes in its turn."""
    server = await serve(store=gated, under_way=3)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    assert ada.welcome["limits"]["under_way"] == 3
    await close_gate(gated, ben, until)
    for n in range(3):
        say(ada, 100, n)
    await until(lambda: queued(server) == 3)
    say(ada, 100, 3)
    await settled()
    assert queued(server) == 3
    gated.gate.set()
    await ada.settle()
    assert ada.texts()[-4:] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(("last", "taken"), [(KIB - 600, 2), (KIB - 599, 1)])
async def test_so_many_bytes_of_a_connection_are_under_way(
    serve: Serve, gated: GatedStore, join: Join, until: Until, *, last: int, taken: int
) -> None:
    """What fits to the byte waits for the store; with one byte more it is not read yet."""
    server = await serve(store=gated, under_way_bytes=KIB)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await close_gate(gated, ben, until)
    say(ada, 600, 0)
    await until(lambda: queued(server) == 1)
    say(ada, last, 1)
    await settled()
    assert queued(server) == taken
    gated.gate.set()
    await ada.settle()
    assert ada.texts()[-2:] == ["0", "1"]


@pytest.mark.parametrize(("waiting", "taken"), [(KIB, 2), (KIB + 1, 1)])
async def test_so_many_bytes_wait_for_the_store(
    serve: Serve, gated: GatedStore, join: Join, until: Until, *, waiting: int, taken: int
) -> None:
    """Up to the limit the next request is taken; with one byte over it nobody is read."""
    server = await serve(store=gated, store_queue_bytes=KIB)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await close_gate(gated, ben, until)
    say(ada, waiting, 0)
    await until(lambda: queued(server) == 1)
    say(ben, 100, 1)
    await settled()
    assert queued(server) == taken
    gated.gate.set()
    await ben.settle()
    await ada.settle()
    assert ada.texts()[-2:] == ["0", "1"]


@pytest.mark.parametrize(("asked", "batches"), [(3, [1, 3]), (4, [1, 3, 1])])
async def test_so_many_events_are_one_transaction(
    serve: Serve, gated: GatedStore, join: Join, until: Until, *, asked: int, batches: list[int]
) -> None:
    """What fits is stored at once; one more is the next batch."""
    server = await serve(store=gated, batch_events=3)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await close_gate(gated, ben, until)
    for n in range(asked):
        say(ada, 100, n)
    await until(lambda: queued(server) == asked)
    gated.gate.set()
    await ada.settle()
    assert gated.batches == batches
    assert ada.texts()[-asked:] == [str(n) for n in range(asked)]
