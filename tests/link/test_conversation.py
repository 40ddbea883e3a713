from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.requests import expect
from asynchat.messages import Done, Page, Said
from tests.link.outboxes import NOWHERE
from tests.link.scripts import LIVE, LOBBY, frame, read, said, welcome
from tests.link.seeing import DEADLINE_S, is_right, listen, people, texts

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from tests.link.conftest import Enter, Raw
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve


# Rooms and people


async def test_rooms_and_people_stay_right(
    serve: Serve, enter: Enter, join: Join, until: Until
) -> None:
    """Coming, going, renaming, inviting, leaving and topics: what is known is what is so."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    cleo = await join(server, "cleo")
    await ada.create("dev", topic="first")
    await ada.invite("dev", "ben")
    await ada.invite("dev", "cleo")
    await ada.direct("cleo", "ben")
    await ben.set_topic("dev", "second")
    await is_right(ada, until)
    await is_right(ben, until)
    assert set(people(ada, "dev")) == {"ada", "ben", "cleo"}
    assert ada.rooms["dev"].topic == "second"
    cleo.cut()
    await until(lambda: people(ada, "dev")["cleo"] == "offline")
    await is_right(ada, until)
    await ada.create("ops")
    await ada.invite("ops", "cleo")
    await is_right(ada, until)
    assert people(ada, "ops") == {"ada": "online", "cleo": "offline"}
    await join(server, "lovelace", token=cleo.token)
    await until(lambda: people(ada, "ops").get("lovelace") == "online")
    await ben.leave("dev")
    await until(lambda: len(ada.members("dev")) == 2)
    await is_right(ada, until)
    await is_right(ben, until)
    assert ada.online("dev") == 2
    await ben.close()
    await until(lambda: ada.online("lobby") == 2)
    await is_right(ada, until)


async def test_rooms_and_people_are_right_after_cuts(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """Whatever happened while a client was away, it knows the rooms and people of now."""
    chance = random.Random(5)
    server = await serve()
    proxy.lead_to(server)
    ada = await enter(proxy, "ada")
    others = {name: await enter(server, name) for name in ("ben", "cleo", "dan")}
    await others["ben"].create("dev")
    await others["ben"].create("ops")
    for round_ in range(12):
        if chance.random() < 0.5:
            proxy.cut()
        for _ in range(4):
            await _act(chance, others, round_)
        if chance.random() < 0.3:
            proxy.cut()
    await is_right(ada, until)


async def _act(chance: random.Random, others: dict[str, Client], round_: int) -> None:
    name, room = chance.choice(list(others)), chance.choice(["dev", "ops"])
    who = others[name]
    # Who has left the room meanwhile may not do this.
    with contextlib.suppress(ChatError):
        match chance.choice(["invite", "join", "leave", "topic", "bring", "say"]):
            case "invite":
                await who.invite(room, chance.choice(["ada", *others]))
            case "join":
                await who.join(room)
            case "leave":
                await who.leave(room)
            case "topic":
                await who.set_topic(room, f"topic {round_}")
            case "bring":
                await who.direct(chance.choice(["ada", *others]), "ada")
            case _:
                await who.send(room, "hi")


async def test_people_are_read_again_when_the_count_differs(
    enter: Enter, raw: Raw, until: Until
) -> None:
    """A count that differs soon after the last reading is followed up, once, when it may be."""
    asked = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        writer.write(welcome(rooms=[LOBBY]) + LIVE)
        while True:
            who = await read(reader, "who")
            asked += 1
            known = [{"account": "u1", "name": "ada", "state": "online"}]
            if asked > 1:
                known.append({"account": "u2", "name": "ben", "state": "online"})
            writer.write(frame("people", re=who["id"], people=known, more=False))
            if asked == 1:
                writer.write(frame("presence", room="lobby", people=[], online=2) * 5)

    client = await enter(await raw(talk), members_again_s=0.05)
    await until(lambda: client.online("lobby") == 2 and len(client.members("lobby")) == 2)
    assert asked == 2


async def test_more_rooms_than_a_welcome_holds(enter: Enter, raw: Raw, until: Until) -> None:
    """Rooms that the welcome had no place for are asked for, and their people too."""
    rooms = {"b": {**LOBBY, "name": "b"}, "c": {**LOBBY, "name": "c"}}
    strange = {**LOBBY, "name": "d", "member": False}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[{**LOBBY, "name": "a"}], more=True) + LIVE)
        while True:
            ask = await read(reader)
            if ask["type"] == "who":
                known = [{"account": "u1", "name": ask["room"], "state": "online"}]
                writer.write(frame("people", re=ask["id"], people=known, more=False))
            elif ask["type"] == "rooms":
                part = {"a": [rooms["b"]], "b": [rooms["c"], strange]}[ask["after"]]
                more = ask["after"] == "a"
                writer.write(frame("rooms", re=ask["id"], rooms=part, more=more))

    client = await enter(await raw(talk))
    await until(lambda: all(client.members(room) for room in "abc"))
    assert sorted(client.rooms) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["rooms", "who"])
async def test_reads_of_our_own_may_be_refused(
    enter: Enter, raw: Raw, until: Until, kind: str
) -> None:
    """Where the server does not tell rooms or people, everything else goes on."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY], more=True))
        writer.write(frame("joined", seq=1, time=0, room="x", account="u1", sender="ada", id=None))
        while True:
            ask = await read(reader)
            if ask["type"] == kind:
                writer.write(frame("error", re=ask["id"], code="odd", text="No."))
            elif ask["type"] == "rooms":
                writer.write(frame("rooms", re=ask["id"], rooms=[], more=True))
            elif ask["type"] == "who":
                writer.write(frame("people", re=ask["id"], people=[], more=True))
            elif ask["type"] == "say":
                writer.write(said(9, ask["id"]))

    client = await enter(await raw(talk))
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).seq == 9
    await until(lambda: not len(client._conversation.requests))
    assert "x" in client.rooms


async def test_a_welcome_of_no_rooms_and_more_is_survived(enter: Enter, raw: Raw) -> None:
    """Where there is no room to ask after, nothing is asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(more=True))
        say = await read(reader, "say")
        writer.write(said(1, say["id"]))
        await reader.read()

    client = await enter(await raw(talk))
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).seq == 1


async def test_cuts_pile_no_reads_up(enter: Enter, raw: Raw, until: Until) -> None:
    """What a connection asked for itself ends with it, however often it is cut."""
    count = 0

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        writer.write(welcome(rooms=[LOBBY], resumed=count > 1) + LIVE)
        await read(reader, "who")
        if count > 20:
            await reader.read()

    client = await enter(await raw(cut), first_retry_s=0.001, longest_retry_s=0.001)
    await until(lambda: count > 20)
    assert len(client._conversation.requests) <= 2  # who, and what is unread


# What arrives


async def test_what_is_resent_is_told_once(serve: Serve, enter: Enter, proxy: Proxy) -> None:
    """Who was cut before an `upto` gets events again, and tells none of them twice."""
    proxy.lead_to(await serve())
    client = await enter(proxy)
    heard = listen(client)
    for number in range(4):
        proxy.deaf = number == 2
        client.post("lobby", str(number))
        if number == 2:
            proxy.cut()
            proxy.deaf = False
    await client.send("lobby", "end", timeout_s=DEADLINE_S)
    assert texts(heard) == ["0", "1", "2", "3", "end"]
    acknowledged = [n.entry.text for n in heard if isinstance(n, notices.Acknowledged)]
    assert acknowledged == texts(heard)


async def test_events_that_come_again_are_dropped(enter: Enter, raw: Raw, until: Until) -> None:
    """An event without its `upto` comes again after a cut, and is told once."""
    count = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        await read(reader, "hello")
        writer.write(welcome(resumed=count > 1) + said(5, text="one"))
        if count == 1:
            await read(reader, "ping")
            return
        writer.write(said(6, text="two"))
        await reader.read()

    client = await enter(await raw(talk), start=False)
    heard = listen(client)
    await client.start(timeout_s=DEADLINE_S)
    await until(lambda: len(texts(heard)) > 1)
    assert texts(heard) == ["one", "two"]
    assert [(await anext(aiter(client))).seq for _ in range(2)] == [5, 6]


async def test_it_is_known_when_all_that_was_missed_is_here(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """From a welcome after a cut until the stream has brought what was said meanwhile."""
    server = await serve()
    proxy.lead_to(server)
    ada, ben = await enter(proxy, "ada"), await enter(server, "ben")
    assert ada.caught_up
    proxy.lead_to(NOWHERE)
    proxy.cut()
    await until(lambda: ada.connection.phase == "waiting")
    for number in range(50):
        await ben.send("lobby", str(number), timeout_s=DEADLINE_S)
    arrived: list[tuple[str, bool]] = []

    def note(notice: notices.Notice) -> None:
        if isinstance(notice, notices.Arrived) and isinstance(notice.event, Said):
            arrived.append((notice.event.text, ada.caught_up))

    ada.subscribe(note)
    proxy.lead_to(server)
    ada.retry_now()
    await until(lambda: ada.caught_up and len(arrived) == 50)
    assert arrived == [(str(number), False) for number in range(50)]


async def test_after_a_reset_any_seq_is_new(enter: Enter, raw: Raw, until: Until) -> None:
    """Another history begins anew: lower seqs than before are told, and iterated over."""
    count = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        await read(reader, "hello")
        writer.write(welcome(cursor=f"c{count}"))
        if count == 1:
            writer.write(said(9, text="old"))
            await read(reader, "ping")
            return
        writer.write(frame("reset", cursor="c9", reason="Another.") + said(1, text="new"))
        await reader.read()

    client = await enter(await raw(talk), start=False)
    heard = listen(client)
    await client.start(timeout_s=DEADLINE_S)
    await until(lambda: len(texts(heard)) > 1)
    assert texts(heard) == ["old", "new"]
    assert [(await anext(aiter(client))).seq for _ in range(2)] == [9, 1]


async def test_presence_tells_our_own_name(enter: Enter, raw: Raw, until: Until) -> None:
    """Renamed on another device, we learn it from presence; who is nameless keeps what was."""
    renamed = {"account": "u1", "name": "lovelace", "state": "online", "reason": "renamed"}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY]))
        writer.write(frame("presence", room="lobby", people=[renamed], online=1))
        writer.write(frame("presence", room="lobby", people=[{**renamed, "name": None}], online=1))
        await reader.read()

    client = await enter(await raw(talk))
    await until(lambda: client.name == "lovelace")


async def test_a_repeat_is_an_acknowledgement(enter: Enter, raw: Raw, until: Until) -> None:
    """`done` for a text tells it is on disk, at which seq, also where the stream begins later."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome())
        say = await read(reader, "say")
        writer.write(frame("done", re=say["id"], seq=7, time=8))
        await reader.read()

    client = await enter(await raw(talk))
    heard = listen(client)
    entry = client.post("lobby", "hi")
    await until(lambda: not client.outbox)
    (acknowledged,) = (notice for notice in heard if isinstance(notice, notices.Acknowledged))
    assert acknowledged.entry == entry
    assert (acknowledged.event.seq, acknowledged.event.time) == (7, 8)
    assert acknowledged.event.id == entry.id
    assert acknowledged.event.account == "u1"


async def test_a_ping_may_move_the_cursor(enter: Enter, raw: Raw) -> None:
    """Who is pinged with a cursor resumes from there; without one it stays where it was."""
    cursors: list[str | None] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cursors.append((await read(reader, "hello")).get("cursor"))
        writer.write(welcome(cursor="c0", resumed=len(cursors) > 1))
        if len(cursors) == 3:
            say = await read(reader, "say")
            writer.write(said(1, say["id"]))
            await reader.read()
        writer.write(frame("ping", id="p1", **({"cursor": "c5"} if len(cursors) == 1 else {})))
        await read(reader, "pong")

    client = await enter(await raw(talk))
    await client.send("lobby", "hi", timeout_s=DEADLINE_S)
    assert cursors == [None, "c5", "c5"]


async def test_a_refused_text_has_failed(serve: Serve, enter: Enter, until: Until) -> None:
    """An error to a text is final: it leaves the outbox and is told with the sentence."""
    client = await enter(await serve())
    heard = listen(client)
    entry = client.post("nowhere", "hi")
    await until(lambda: not client.outbox)
    (failed,) = (notice for notice in heard if isinstance(notice, notices.Failed))
    assert failed.entry == entry
    assert failed.error.code == "no_such_room"


@pytest.mark.parametrize(
    "answer",
    [
        lambda name: frame("page", re=name, room="lobby", events=[], later=[], more=False),
        lambda name: frame("people", re=name, people=[], more=False),
        lambda name: frame(
            "joined", seq=3, time=0, room="lobby", account="u1", sender="ada", id=name
        ),
    ],
    ids=["page", "people", "joined"],
)
async def test_an_answer_of_another_kind_ends_the_connection(
    enter: Enter, raw: Raw, answer: Any
) -> None:
    """A server that answers a text with something else is come back to; the text goes again."""
    count = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        writer.write(welcome(resumed=count > 1))
        say = await read(reader, "say")
        writer.write(answer(say["id"]) if count == 1 else said(9, say["id"]))
        await reader.read()

    client = await enter(await raw(talk))
    heard = listen(client)
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).seq == 9
    (waiting,) = (n for n in heard if isinstance(n, notices.Connection) and n.phase == "waiting")
    assert waiting.reason is not None
    assert waiting.reason.startswith("The server answered Say with")


async def test_an_error_about_no_request_is_logged(
    enter: Enter, raw: Raw, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """What the server complains of without a request is a warning in the log."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome() + frame("error", re=None, code="odd", text="A complaint."))
        await reader.read()

    await enter(await raw(talk))
    await until(lambda: "A complaint. (odd)" in caplog.text)


async def test_typing_is_told(serve: Serve, enter: Enter, until: Until) -> None:
    """The others of a room learn who is typing; without a connection nothing is kept of it."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben", start=False)
    ben.typing("lobby")
    await ben.start(timeout_s=DEADLINE_S)
    heard = listen(ada)
    assert ben.account is not None
    ben.typing("lobby")
    typing = notices.SomeoneIsTyping("lobby", ben.account, "ben")
    await until(lambda: typing in heard)


# Joins whose page never comes


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("done_first", [False, True])
async def test_a_join_that_was_left_again_ends(
    enter: Enter, raw: Raw, *, repeat: bool, done_first: bool
) -> None:
    """Where another device left the room meanwhile no page comes, and the join says so."""
    event = {"time": 0, "room": "dev", "account": "u1", "sender": "ada"}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome())
        join = await read(reader, "join")
        own = None if repeat else join["id"]
        done = frame("done", re=join["id"], seq=5, time=0) if repeat else b""
        writer.write(frame("joined", seq=5, id=own, **event))
        if done_first:
            writer.write(done)
        writer.write(frame("left", seq=6, id=None, **event))
        if not done_first:
            writer.write(done)
        await reader.read()

    client = await enter(await raw(talk))
    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(ChatError) as caught:
            await client.join("dev")
    assert caught.value.code == "not_a_member"


async def test_a_join_waits_for_its_page(enter: Enter, raw: Raw) -> None:
    """`done` before the stream has told of the room is no answer yet; the page is."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome())
        join = await read(reader, "join")
        writer.write(frame("done", re=join["id"]))
        writer.write(frame("page", re=join["id"], room="dev", events=[], later=[], more=False))
        await reader.read()

    client = await enter(await raw(talk))
    async with asyncio.timeout(DEADLINE_S):
        assert (await client.join("dev")).room == "dev"


def test_an_answer_is_of_the_kind_asked_for() -> None:
    """What is not is an error that says what came."""
    done = Done(re="a")
    assert expect(done, Done) is done
    with pytest.raises(ChatError, match="answered with Done"):
        expect(done, Page)
