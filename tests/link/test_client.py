from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

import asynchat
from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.client import connect as connect_client
from asynchat.link.wire import LinkSettings
from asynchat.messages import (
    Created,
    Edited,
    Joined,
    Left,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Topic,
)
from tests.link.conftest import QUICK
from tests.link.proxy import Trip
from tests.link.seeing import DEADLINE_S, log_of, said_until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.messages import AnyEvent
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


# What was said before


async def test_what_was_said_is_edited_deleted_reacted_to_and_pinned(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """Each comes to the others as an event, and a page says what became of a message."""
    server = await serve()
    ada, ben = await enter(server), await enter(server, "ben")
    heard: list[AnyEvent] = []
    ben.subscribe(lambda n: heard.append(n.event) if isinstance(n, notices.Arrived) else None)
    one = await ada.send("lobby", "one")
    two = await ada.send("lobby", "two", reply_to=one.seq)
    await ada.edit("lobby", one.seq, "one!")
    await ada.edit("lobby", one.seq, "one!")
    await ben.react("lobby", one.seq, "👍")
    await ada.pin("lobby", one.seq)
    await ada.redact("lobby", two.seq)
    await until(lambda: any(isinstance(event, Redacted) for event in heard))
    assert [type(event) for event in heard] == [Said, Said, Edited, Reacted, Pinned, Redacted]
    page = await ben.pinned("lobby")
    assert [event.seq for event in page.events] == [one.seq]
    page = await ada.history("lobby", around=two.seq, limit=2)
    assert [event.seq for event in page.events] == [one.seq, two.seq]
    assert [(tally.emoji, tally.count) for tally in page.reactions] == [("👍", 1)]
    await ben.react("lobby", one.seq, "👍", on=False)
    await ada.pin("lobby", one.seq, on=False)
    assert (await ben.pinned("lobby")).events == ()


async def test_what_may_not_be_is_refused_before_it_is_sent(serve: Serve, enter: Enter) -> None:
    """A text or an emoji that no server takes costs no way there."""
    ada = await enter(await serve())
    with pytest.raises(ChatError) as caught:
        await ada.edit("lobby", 1, " ")
    assert caught.value.code == "empty_text"
    with pytest.raises(ChatError) as caught:
        await ada.react("lobby", 1, "a b")
    assert caught.value.code == "bad_emoji"
    with pytest.raises(ChatError) as caught:
        await ada.redact("lobby", 1)
    assert caught.value.code == "no_such_message"


# One program


async def test_five_lines_are_a_program(serve: Serve, tmp_path: Path) -> None:
    """`connect` gives a client that comes, sends, hears itself, and leaves."""
    server = await serve()
    async with asynchat.connect(server.address, name="ada", data=tmp_path) as chat:
        sent = await chat.send("lobby", "hi")
        async for event in chat:
            if event == sent:
                break
        assert (chat.name, chat.connection.phase) == ("ada", "online")
        assert chat.address == server.address
        assert chat.account == sent.account
        assert chat.outbox == ()
    assert chat.connection == notices.Connection("closed")


async def test_connect_passes_everything_on(serve: Serve, tmp_path: Path, until: Until) -> None:
    """What is given to `connect` is what the client uses."""
    server = await serve()
    settings = LinkSettings(outbox_entries=1)
    async with (
        connect_client(server.address, name="ada", data=tmp_path / "a"),
        connect_client(
            server.address,
            name="ada",
            data=tmp_path / "b",
            take_suggestion=True,
            settings=settings,
        ) as second,
    ):
        assert second.name == "ada2"
        assert (tmp_path / "b" / "identities").exists()
        await until(lambda: len(second.members("lobby")) == 2)
        second.post("lobby", "one")
        with pytest.raises(ChatError):
            second.post("lobby", "two")


@pytest.mark.parametrize("address", ["", "http://127.0.0.1", "asynchat://example.org?tls=no"])
def test_a_bad_address_is_refused_at_once(address: str) -> None:
    """What is no address, or may not go without TLS, is an error before anything is tried."""
    with pytest.raises(ChatError) as caught:
        asynchat.connect(address, name="ada")
    assert caught.value.code == "bad_address"


@pytest.mark.parametrize(
    ("name", "code"), [("a b", "bad_name"), ("", "bad_name"), (None, "bad_name")]
)
async def test_a_bad_name_is_refused_by_start(
    serve: Serve, enter: Enter, name: str | None, code: str
) -> None:
    """Who asks for no proper name is told so by `start`, and is closed."""
    client = await enter(await serve(), name, start=False)
    with pytest.raises(ChatError) as caught:
        await client.start()
    assert caught.value.code == code
    assert client.connection.phase == "closed"


async def test_a_taken_name_is_refused_with_a_suggestion(serve: Serve, enter: Enter) -> None:
    """Who wants a name that somebody has gets an error with a free variant."""
    server = await serve()
    await enter(server, "ada")
    second = await enter(server, "Ada", start=False)
    with pytest.raises(ChatError) as caught:
        await second.start()
    assert caught.value.code == "name_taken"
    assert caught.value.suggestion == "Ada2"


# Requests


async def test_rooms_are_made_joined_described_and_left(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """Every request does what it says, and its events reach who iterates, in order."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    await ada.create("dev", topic="all of it", private=False)
    await ada.send("dev", "one")
    page = await ben.join("dev", history=1)
    assert [event.text for event in page.events if isinstance(event, Said)] == ["one"]
    assert page.more
    await ben.set_topic("dev", "other")
    await ada.create("secret", private=True)
    await ada.invite("secret", "ben")
    direct = await ada.direct("ben")
    assert ben.account is not None
    assert (await ada.direct_with(ben.account)).room == direct.room
    assert {person.name for person in direct.people} == {"ada", "ben"}
    await ben.leave("dev")
    assert {room.name: room.member for room in await ben.list_rooms()} == {
        "dev": False,
        "lobby": True,
        "secret": True,
        direct.room: True,
    }
    assert {person.name for person in await ben.who()} == {"ada", "ben"}
    assert {person.name for person in await ada.who("dev")} == {"ada"}
    assert [event.seq for event in (await ben.history("lobby", limit=1)).events] == [2]
    assert [event.seq for event in (await ben.history("lobby", before=2)).events] == [1]
    await until(lambda: "dev" not in ben.rooms)
    kinds = []
    async for event in ben:
        if event.room == "dev":
            kinds.append(type(event))
        if isinstance(event, Left):
            break
    assert kinds == [Joined, Topic, Left]
    async for event in ada:
        if isinstance(event, Created) and event.direct:
            break


Request = "Callable[[Client], Awaitable[object]]"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (lambda chat: chat.send("nowhere", "hi"), "no_such_room"),
        (lambda chat: chat.send("private", "hi"), "no_such_room"),
        (lambda chat: chat.send("lobby", " \n "), "empty_text"),
        (lambda chat: chat.send("lobby", "x" * 4_001), "text_too_long"),
        (lambda chat: chat.send("\ud800", "hi"), "bad_request"),
        (lambda chat: chat.send("r" * 70_000, "hi"), "frame_too_long"),
        (lambda chat: chat.join("nowhere"), "no_such_room"),
        (lambda chat: chat.join("private"), "no_such_room"),
        (lambda chat: chat.join("~x"), "forbidden"),
        (lambda chat: chat.join("lobby", history=-1), "bad_request"),
        (lambda chat: chat.leave("lobby"), "forbidden"),
        (lambda chat: chat.leave("nowhere"), "no_such_room"),
        (lambda chat: chat.create("private"), "room_exists"),
        (lambda chat: chat.create("Not A Room"), "bad_room"),
        (lambda chat: chat.create("dev", topic="x" * 251), "text_too_long"),
        (lambda chat: chat.direct("nobody"), "no_such_person"),
        (lambda chat: chat.direct(), "bad_request"),
        (lambda chat: chat.direct_with("nobody"), "no_such_person"),
        (lambda chat: chat.invite("lobby", "nobody"), "no_such_person"),
        (lambda chat: chat.invite("private", "ada"), "no_such_room"),
        (lambda chat: chat.set_topic("private", "t"), "no_such_room"),
        (lambda chat: chat.set_topic("lobby", "\udfff"), "bad_request"),
        (lambda chat: chat.who("private"), "no_such_room"),
        (lambda chat: chat.who("nowhere"), "no_such_room"),
        (lambda chat: chat.history("private"), "no_such_room"),
        (lambda chat: chat.history("lobby", before=1, after=1), "bad_request"),
        (lambda chat: chat.history("lobby", limit=0), "bad_request"),
    ],
)
async def test_every_refusal_is_an_error_with_its_code(
    serve: Serve, enter: Enter, request_: Callable[[Client], Awaitable[object]], code: str
) -> None:
    """A request that is refused raises what the server says, and the next one is answered."""
    server = await serve()
    owner = await enter(server, "owner")
    await owner.create("private", private=True)
    client = await enter(server)
    with pytest.raises(ChatError) as caught:
        await request_(client)
    assert caught.value.code == code
    assert caught.value.text
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).text == "hi"
    assert client.outbox == ()


async def test_the_end_ends_everything(serve: Serve, enter: Enter, proxy: Proxy) -> None:
    """Closing ends what waits, iterating included, and what is asked later is refused at once."""
    proxy.lead_to(await serve())
    client = await enter(proxy, close_timeout_s=0.05)
    async with asyncio.timeout(DEADLINE_S):
        async with asyncio.TaskGroup() as group:
            proxy.deaf = True
            iterating = group.create_task(said_until(client, "never"))
            sending = group.create_task(_code(client.send("lobby", "hi")))
            asking = group.create_task(_code(client.who()))
            await asyncio.sleep(0)
            await client.close()
        assert iterating.result() == []
        assert [sending.result(), asking.result()] == ["closed", "closed"]
        later = [client.send("lobby", "hi"), client.who(), client.history("lobby")]
        assert [await _code(request) for request in later] == ["closed"] * 3
        with pytest.raises(ChatError):
            client.post("lobby", "hi")
        client.typing("lobby")
        assert await said_until(client, "never") == []


async def _code(request: Awaitable[object]) -> str:
    with pytest.raises(ChatError) as caught:
        await request
    return caught.value.code


async def test_unsubscribing_ends_notices(serve: Serve, enter: Enter) -> None:
    """A subscriber hears in order what becomes of a text, until it ends that."""
    client = await enter(await serve())
    heard: list[object] = []
    end = client.subscribe(heard.append)
    event = await client.send("lobby", "hi")
    ours = [notice for notice in heard if not isinstance(notice, notices.PeopleChanged)]
    assert [type(notice) for notice in ours if not isinstance(notice, notices.Connection)] == [
        notices.Posted,
        notices.Acknowledged,
        notices.Arrived,
    ]
    assert notices.Arrived(event) in heard
    end()
    count = len(heard)
    await client.send("lobby", "unheard")
    assert len(heard) == count


@pytest.mark.allow_log_errors
async def test_a_mistake_of_our_own_ends_the_client_with_a_sentence(
    serve: Serve,
    enter: Enter,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An error in the client itself is logged and told; nobody waits for ever."""
    client = await enter(await serve())

    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(client._conversation.roster, "apply", fail)
    await client.send("lobby", "hi", timeout_s=DEADLINE_S)
    await until(lambda: client.connection.phase == "closed")
    assert "the connection cannot go on" in caplog.text
    with pytest.raises(ChatError, match="an error of its own"):
        await client.who()


# No deadlock


async def test_a_program_that_only_sends_never_stops(serve: Serve, enter: Enter) -> None:
    """Acknowledgements arrive although nobody takes events, however many are said."""
    client = await enter(await serve(), inbox_events=5)
    async with asyncio.timeout(DEADLINE_S):
        for number in range(100):
            await client.send("lobby", str(number))
        await asyncio.gather(*(client.send("lobby", f"p{number}") for number in range(200)))
    assert await log_of(client) == [
        *map(str, range(100)),
        *(f"p{number}" for number in range(200)),
    ]


async def test_a_program_may_send_while_it_iterates(serve: Serve, enter: Enter) -> None:
    """Who answers each event within its loop, with a full inbox, gets all and says all."""
    server = await serve()
    ada, bot = await enter(server, "ada"), await enter(server, "bot", inbox_events=2)
    for number in range(30):
        ada.post("lobby", str(number))
    answered: list[str] = []
    async with asyncio.timeout(DEADLINE_S):
        async for event in bot:
            if isinstance(event, Said) and event.sender == "ada":
                answered.append((await bot.send("lobby", f"re {event.text}")).text)
                if event.text == "29":
                    break
    assert answered == [f"re {number}" for number in range(30)]


async def test_a_slow_program_gets_everything(serve: Serve, enter: Enter, proxy: Proxy) -> None:
    """Where events come faster than they are taken, the log is read again from where it is."""
    server = await serve()
    proxy.lead_to(server)
    slow, ada = await enter(proxy, "slow", inbox_events=5), await enter(server, "ada")
    everything = [str(number) for number in range(60)]
    phases: list[str] = []
    slow.subscribe(
        lambda notice: (
            phases.append(notice.phase) if isinstance(notice, notices.Connection) else None
        )
    )
    for text in everything:
        await ada.send("lobby", text)
    assert await said_until(slow, "59") == everything
    assert proxy.connections > 5
    # That is no trouble of the network: nobody is told of waiting.
    assert "waiting" not in phases


@pytest.mark.parametrize("seed", range(4))
async def test_a_slow_program_on_a_bad_network_gets_everything(
    serve: Serve, enter: Enter, proxy: Proxy, seed: int
) -> None:
    """Cuts at any moment, also while the log is read again, lose and double nothing."""
    chance = random.Random(seed)
    server = await serve()
    proxy.lead_to(server)
    slow = await enter(proxy, "slow", inbox_events=3, first_retry_s=0.001, longest_retry_s=0.002)
    ada = await enter(server, "ada")
    everything = [f"{number} {'x' * chance.randrange(300)}" for number in range(60)]
    heard: list[str] = []

    async def take() -> None:
        async for event in slow:
            if not isinstance(event, Said):
                continue
            heard.append(event.text)
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)
            if event.text == everything[-1]:
                return

    proxy.trips.extend(Trip(down=chance.randrange(100, 5_000)) for _ in range(40))
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        group.create_task(take())
        for text in everything:
            ada.post("lobby", text)
            if chance.random() < 0.2:
                await asyncio.sleep(chance.random() * 0.01)
            if chance.random() < 0.1:
                proxy.cut()
    assert heard == everything


def test_the_quick_settings_are_settings() -> None:
    """What the tests here change of a client are settings that it has."""
    assert LinkSettings(**QUICK).first_retry_s == QUICK["first_retry_s"]
