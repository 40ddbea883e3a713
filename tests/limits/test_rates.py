"""How much one account may ask for at once, and how often after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.limits.conftest import JUST_OVER_S, JUST_UNDER_S, PATIENT, settled
from tests.raw_client import line

if TYPE_CHECKING:
    from tests.limits.conftest import Clock
    from tests.raw_client import Wire
    from tests.serving import Join, Serve


async def test_so_many_messages_at_once(serve: Serve, clock: Clock, join: Join) -> None:
    """A burst is said at once; what is over it is not refused and not read yet."""
    server = await serve(**PATIENT, message_burst=3, messages_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for n in range(5):
        ada.send("say", room="lobby", text=str(n))
    ada.send("ping", id="behind")
    await settled()
    await ben.settle()
    assert ben.texts() == ["0", "1", "2"]
    for n in (3, 4):
        await clock.forward(1000 + JUST_OVER_S)
        await ben.expect("said", text=str(n))
    await ada.answer("behind")
    assert ada.texts() == ["0", "1", "2", "3", "4"]


async def test_one_more_message_every_so_often(serve: Serve, clock: Clock, join: Join) -> None:
    """The next is said when its time has come, and not before."""
    server = await serve(**PATIENT, message_burst=1, messages_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for n in range(3):
        ada.send("say", room="lobby", text=str(n))
    await settled()
    for n in range(2):
        await clock.forward(JUST_UNDER_S)
        await ben.settle()
        assert ben.texts()[-1] == str(n)
        await clock.forward(JUST_OVER_S / 2)
        await ben.expect("said", text=str(n + 1))


async def test_so_much_of_an_address_at_once(serve: Serve, clock: Clock, join: Join) -> None:
    """Accounts that share an address share its burst; the others wait, and nothing is refused."""
    server = await serve(**PATIENT, address_message_burst=2, address_messages_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("say", room="lobby", text="1")
    await ben.ask("say", room="lobby", text="2")
    ben.send("say", room="lobby", text="3")
    await settled()
    await ada.settle()
    assert ada.texts() == ["1", "2"]
    await clock.forward(1000 + JUST_OVER_S)
    await ada.expect("said", text="3")


async def test_so_much_of_everybody_at_once(serve: Serve, clock: Clock, join: Join) -> None:
    """The server takes so much from all together, and the rest in its time."""
    server = await serve(**PATIENT, server_message_burst=2, server_messages_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("say", room="lobby", text="1")
    await ben.ask("say", room="lobby", text="2")
    ada.send("say", room="lobby", text="3")
    await settled()
    await ben.settle()
    assert ben.texts() == ["1", "2"]
    await clock.forward(1000 + JUST_OVER_S)
    await ben.expect("said", text="3")


async def test_so_many_rooms_at_once(serve: Serve, join: Join) -> None:
    """Up to the burst rooms are made; the next is `too_fast`."""
    ada = await join(await serve(create_burst=3, creates_per_s=0.001), "ada")
    answers = [await ada.ask("create", room=f"room{n}") for n in range(4)]
    assert [answer["type"] for answer in answers] == ["created"] * 3 + ["error"]
    assert answers[-1]["code"] == "too_fast"
    assert len((await ada.ask("rooms"))["rooms"]) == 4


async def test_one_more_room_every_so_often(serve: Serve, clock: Clock, join: Join) -> None:
    """Who comes just too early is `too_fast` and told for how long; then the room is made."""
    ada = await join(await serve(**PATIENT, create_burst=1, creates_per_s=0.001), "ada")
    await ada.ask("create", room="first")
    await clock.forward(JUST_UNDER_S)
    error = await ada.ask("create", room="second")
    assert error["code"] == "too_fast"
    assert 0 < error["retry_after"] <= 1000 - JUST_UNDER_S
    await clock.forward(JUST_OVER_S)
    assert (await ada.ask("create", room="second"))["type"] == "created"


async def test_so_much_typing_at_once(serve: Serve, join: Join) -> None:
    """Up to the burst it is passed on; more is dropped, without a word."""
    server = await serve(typing_burst=3, typings_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ada.send_bytes(line("typing", room="lobby") * 5)
    assert [frame for frame in await ada.settle() if frame["type"] == "error"] == []
    await ben.settle()
    assert [frame["type"] for frame in ben.seen].count("typing") == 3


async def test_more_typing_every_so_often(serve: Serve, clock: Clock, join: Join) -> None:
    """Just too early it is dropped; when its time has come it is passed on."""
    server = await serve(**PATIENT, typing_burst=1, typings_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for wait_s, told in ((0, 1), (JUST_UNDER_S, 1), (JUST_OVER_S, 2)):
        await clock.forward(wait_s)
        ada.send_bytes(line("typing", room="lobby"))
        await ada.settle()
        await ben.settle()
        assert [frame["type"] for frame in ben.seen].count("typing") == told


async def test_so_many_profiles_at_once(serve: Serve, join: Join) -> None:
    """Up to the burst a profile is changed; the next is `too_fast`, and changes nothing."""
    ada = await join(await serve(profile_burst=3, profiles_per_s=0.001), "ada")
    answers = [await ada.ask("profile", status=str(n)) for n in range(4)]
    assert [answer["type"] for answer in answers] == ["done"] * 3 + ["error"]
    assert answers[-1]["code"] == "too_fast"
    assert (await ada.ask("who"))["people"][0]["status"] == "2"


async def test_one_more_profile_every_so_often(serve: Serve, clock: Clock, join: Join) -> None:
    """Who comes just too early is told for how long to wait; then it is changed."""
    ada = await join(await serve(**PATIENT, profile_burst=1, profiles_per_s=0.001), "ada")
    await ada.ask("profile", status="first")
    await clock.forward(JUST_UNDER_S)
    error = await ada.ask("profile", status="second")
    assert error["code"] == "too_fast"
    assert 0 < error["retry_after"] <= 1000 - JUST_UNDER_S
    await clock.forward(JUST_OVER_S)
    assert (await ada.ask("profile", status="second"))["type"] == "done"


def unread(wire: Wire) -> bytes:
    """Return what a connection was sent and nobody has read yet."""
    return bytes(wire.reader._buffer)  # type: ignore[attr-defined]


async def test_so_many_searches_at_once(serve: Serve, join: Join) -> None:
    """A burst is answered at once; what is over it waits, and what comes behind it."""
    ada = await join(await serve(**PATIENT, search_burst=3, searches_per_s=0.001), "ada")
    for n in range(4):
        ada.send("search", id=f"s{n}", text="tea")
    ada.send("ping", id="behind")
    for n in range(3):
        assert (await ada.answer(f"s{n}"))["type"] == "found"
    await settled()
    assert b"found" not in unread(ada)


async def test_one_more_search_every_so_often(serve: Serve, clock: Clock, join: Join) -> None:
    """The next is answered when its time has come, and not before."""
    server = await serve(**PATIENT, search_burst=1, searches_per_s=0.001)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    for n in range(2):
        ada.send("search", id=f"s{n}", text="tea")
    await ada.answer("s0")
    await settled()
    await clock.forward(JUST_UNDER_S)
    await ben.settle()
    assert b"found" not in unread(ada)
    await clock.forward(JUST_OVER_S / 2)
    assert (await ada.answer("s1"))["type"] == "found"
