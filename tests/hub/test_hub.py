"""How fast one may go, and who is typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.raw_client import line

if TYPE_CHECKING:
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve


# Rates


async def test_over_its_rate_a_connection_waits_and_nothing_is_refused(
    serve: Serve, join: Join
) -> None:
    """Messages over the budget come later, all of them, in order, and pongs behind them."""
    server = await serve(message_burst=5, messages_per_s=50)
    ada = await join(server, "ada")
    loop = asyncio.get_running_loop()
    before = loop.time()
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(15)]
    frames = await ada.settle()
    assert [frame["id"] for frame in frames if frame["type"] == "said"] == ids
    assert not [frame for frame in frames if frame["type"] == "error"]
    assert loop.time() - before > 0.15


async def test_the_connections_of_an_account_share_its_rate(serve: Serve, join: Join) -> None:
    """Two connections of one account are together no faster than one, and take turns."""
    server = await serve(message_burst=2, messages_per_s=40)
    ada = await join(server, "ada")
    also = await join(server, "ada", token=ada.token)
    loop = asyncio.get_running_loop()
    before = loop.time()
    for n in range(10):
        ada.send("say", id=f"a{n}", room="lobby", text="a")
        also.send("say", id=f"b{n}", room="lobby", text="b")
    await asyncio.gather(ada.settle(), also.settle())
    assert loop.time() - before > 0.35
    turns = "".join(ada.texts())
    assert "aaaaa" not in turns
    assert "bbbbb" not in turns


async def test_the_rate_of_one_account_is_not_anothers(serve: Serve, join: Join) -> None:
    """Who waits for its budget holds up nobody else."""
    server = await serve(message_burst=1, messages_per_s=0.01)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for n in range(3):
        ada.send("say", room="lobby", text=str(n))
    assert (await ben.ask("say", room="lobby", text="x"))["type"] == "said"
    assert ben.texts()[-1] == "x"


async def test_idle_budgets_are_forgotten(serve: Serve, join: Join, until: Until) -> None:
    """What is remembered of who left does not grow for ever."""
    server = await serve()
    ada = await join(server, "ada")
    await ada.ask("create", room="den")
    assert server._hub._rates
    server._hub.tidy()
    assert server._hub._rates
    await ada.bye()

    def forgotten() -> bool:
        server._hub.tidy()
        return not server._hub._rates

    await until(forgotten)


# Typing


async def test_typing_is_told_to_the_others(serve: Serve, join: Join) -> None:
    """`typing` reaches the others of the room, not oneself, and lies in no history."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ada.send_bytes(line("typing", room="lobby"))
    typing = await ben.expect("typing")
    assert typing == {"type": "typing", "room": "lobby", "account": ada.account, "name": "ada"}
    assert [frame for frame in await ada.settle() if frame["type"] == "typing"] == []


async def test_typing_goes_nowhere_where_one_is_no_member(serve: Serve, join: Join) -> None:
    """Typing in no room, or another's, is dropped without a word."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ben.ask("create", room="den")
    ada.send_bytes(line("typing", room="den") + line("typing", room="nowhere"))
    assert [f for f in await ada.settle() if f["type"] == "error"] == []
    assert [f for f in await ben.settle() if f["type"] == "typing"] == []


async def test_too_much_typing_is_dropped(serve: Serve, join: Join) -> None:
    """Over its budget typing is dropped and holds up nothing."""
    server = await serve(typing_burst=2, typings_per_s=0.01)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for _ in range(10):
        ada.send_bytes(line("typing", room="lobby"))
    await ada.ask("say", room="lobby", text="x")
    await ben.expect("said")
    assert [frame["type"] for frame in ben.seen].count("typing") == 2
