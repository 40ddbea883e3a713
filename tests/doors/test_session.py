"""One connection's conversation: hello first, everything answered in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.store.memory import MemoryStore
from tests.raw_client import EVENTS, answers, fresh_id, fresh_token, line, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.store.interface import Outcome
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve


class GatedStore(MemoryStore):
    """A store whose commits wait while its gate is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.one_by_one = False
        self.batches: list[int] = []

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch once the gate is open."""
        self.batches.append(len(drafts))
        await self.gate.wait()
        if self.one_by_one:
            self.gate.clear()
        return await super().append(drafts)


# Hello


async def test_before_hello_nothing_else_is_done(serve: Serve, connect: Connect) -> None:
    """Each request before the welcome gets `not_welcome_yet`, and hello still works."""
    wire = await connect(await serve())
    for kind, fields in {
        "say": {"room": "lobby", "text": "x"},
        "join": {"room": "lobby"},
        "rooms": {},
        "who": {},
        "ping": {},
    }.items():
        sent = wire.send(kind, **fields)
        error = await wire.frame()
        assert (error["code"], error["re"]) == ("not_welcome_yet", sent)
    wire.send_bytes(line("typing", room="lobby"))
    assert (await wire.frame())["code"] == "not_welcome_yet"
    wire.send_bytes(line("pong", re="x"))
    assert (await wire.hello("ada"))["type"] == "welcome"


async def test_a_version_not_spoken_ends_the_connection(serve: Serve, connect: Connect) -> None:
    """`bad_version` says which versions are spoken, and the connection ends."""
    wire = await connect(await serve())
    error = await wire.hello("ada", version=2)
    assert (error["code"], error["versions"]) == ("bad_version", [1])
    assert await wire.rest() == []


@pytest.mark.parametrize("token", ["", "x" * 257])
async def test_a_token_that_cannot_be_one_ends_the_connection(
    serve: Serve, connect: Connect, token: str
) -> None:
    """A token has 1 to 256 characters; another is `bad_credentials`, which ends."""
    wire = await connect(await serve())
    assert (await wire.hello("ada", token=token))["code"] == "bad_credentials"
    assert await wire.rest() == []


async def test_a_password_is_refused(serve: Serve, connect: Connect) -> None:
    """This server has no passwords: one that is given is `bad_credentials`, which ends."""
    wire = await connect(await serve())
    assert (await wire.hello("ada", password="secret"))["code"] == "bad_credentials"
    assert await wire.rest() == []


async def test_a_second_hello_is_refused(serve: Serve, join: Join) -> None:
    """Who is welcome says hello once; again is `bad_request`, and the connection goes on."""
    ada = await join(await serve(), "ada")
    ada.send_bytes(line("hello", version=1, name="eve"))
    assert (await ada.expect("error"))["code"] == "bad_request"
    assert (await ada.ask("ping"))["type"] == "pong"


async def test_hello_after_hello_has_its_rate(serve: Serve, connect: Connect) -> None:
    """Trying one name after another is `too_fast` after a few; it says for how long."""
    wire = await connect(await serve(hello_burst=2, hellos_per_s=0.5))
    assert (await wire.hello("?"))["code"] == "bad_name"
    assert (await wire.hello("!"))["code"] == "bad_name"
    error = await wire.hello("ada")
    assert error["code"] == "too_fast"
    assert 0 < error["retry_after"] <= 2


async def test_a_cut_before_the_welcome_harms_nothing(
    serve: Serve, connect: Connect, join: Join, until: Until
) -> None:
    """Who was cut off with the hello on its way finds its account by the same token."""
    store = GatedStore()
    server = await serve(store=store)
    token = fresh_token()
    store.gate.clear()
    wire = await connect(server)
    wire.send_bytes(line("hello", version=1, name="ada", token=token))
    await until(lambda: store.batches)
    wire.cut()
    store.gate.set()
    ada = await join(server, "ada", token=token)
    assert ada.name == "ada"
    people = (await ada.ask("who", room="lobby"))["people"]
    assert [person["account"] for person in people] == [ada.account]


async def test_a_slow_store_is_no_silence(serve: Serve, connect: Connect, until: Until) -> None:
    """Who said hello in time is not sent away because the server takes its time."""
    store = GatedStore()
    server = await serve(store=store, hello_timeout_s=0.1)
    store.gate.clear()
    wire = await connect(server)
    wire.send_bytes(line("hello", version=1, name="ada"))
    await until(lambda: store.batches)
    loop = asyncio.get_running_loop()
    over = loop.time() + 0.3
    await until(lambda: loop.time() > over)
    store.gate.set()
    assert (await wire.frame())["type"] == "welcome"


# Order


async def test_pipelined_requests_are_answered_in_order(serve: Serve, join: Join) -> None:
    """Whatever the kinds of requests, refused ones and nonsense included, answers keep order."""
    ada = await join(await serve(), "ada")
    room, ids = "den", [fresh_id() for _ in range(16)]
    requests = [
        line("create", id=ids[0], room=room),
        line("say", id=ids[1], room=room, text="1"),
        line("say", id=ids[2], room="nowhere", text="2"),
        line("history", id=ids[3], room=room),
        line("dance", id=ids[4]),
        line("say", id=ids[5], room=room, text="5"),
        line("say", id=ids[6]),
        line("who", id=ids[7], room=room),
        line("topic", id=ids[8], room=room, text="t"),
        line("rooms", id=ids[9]),
        line("leave", id=ids[10], room=room),
        line("say", id=ids[11], room=room, text="no"),
        line("join", id=ids[12], room=room),
        line("say", id=ids[13], room=room, text="13"),
        line("join", id=ids[14], room=room),
        line("ping", id=ids[15]),
    ]
    ada.send_bytes(b"".join(requests))
    await ada.answer(ids[15])
    got = [
        (ids.index(next(one for one in ids if answers(frame, one))), frame["type"])
        for frame in ada.seen
        if any(answers(frame, one) for one in ids)
    ]
    kinds = "created said error page error said error people topic rooms left error".split()
    expected = [
        *enumerate(kinds),
        *((12, "joined"), (12, "page"), (13, "said"), (14, "done"), (14, "page"), (15, "pong")),
    ]
    assert sorted(got, key=lambda one: one[0]) == expected
    replies = [number for number, kind in got if kind not in EVENTS]
    events = [number for number, kind in got if kind in EVENTS]
    assert replies == sorted(replies)
    assert events == sorted(events)
    # An event may overtake the reply to an earlier request, never the other way round.
    for place, (number, kind) in enumerate(got):
        if kind not in EVENTS:
            assert all(later > number for later, other in got[place:] if other in EVENTS)


async def test_nonsense_waits_for_what_came_before(serve: Serve, join: Join, until: Until) -> None:
    """An error to a frame that is no request comes after the events of earlier requests."""
    store = GatedStore()
    ada = await join(await serve(store=store), "ada")
    store.gate.clear()
    store.batches.clear()
    said = ada.send("say", room="lobby", text="x")
    ada.send_bytes(b'{"type":"dance"}\n' + b"nonsense\n")
    await until(lambda: store.batches)
    store.gate.set()
    frames = [frame for frame in await ada.rest() if frame["type"] in {"said", "error"}]
    assert [frame.get("id") or frame["code"] for frame in frames] == [
        said,
        "unknown_type",
        "bad_frame",
    ]


async def test_the_pong_comes_after_everything(serve: Serve, join: Join) -> None:
    """When the pong comes, what was asked before is acted on, stored and sent."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(50)]
    before = await ada.settle()
    assert [frame["id"] for frame in before if frame["type"] == "said"] == ids
    page = await ben.ask("history", room="lobby", limit=50)
    assert [event["id"] for event in page["events"]] == ids


async def test_bye_waits_for_what_was_asked(serve: Serve, join: Join) -> None:
    """What was said before the bye is stored and shown before the goodbye."""
    ada = await join(await serve(), "ada")
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(20)]
    goodbye = await ada.bye()
    assert goodbye["reason"] == "bye"
    assert [event["id"] for event in ada.events("lobby") if event["type"] == "said"] == ids


async def test_nothing_is_read_after_bye(serve: Serve, join: Join) -> None:
    """A request behind the bye is not acted on."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ada.send_bytes(line("bye") + line("say", id="late", room="lobby", text="x"))
    await ada.rest()
    assert ada.texts() == []
    await ben.settle()
    assert ben.texts() == []


# Under way


async def test_so_many_requests_are_under_way_and_the_rest_waits(
    serve: Serve, join: Join, until: Until
) -> None:
    """Beyond the limit the server stops reading until there is room; nothing is refused."""
    store = GatedStore()
    ada = await join(await serve(store=store, under_way=4), "ada")
    assert ada.welcome["limits"]["under_way"] == 4
    store.gate.clear()
    store.batches.clear()
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(20)]
    ada.send("ping", id="end")
    await until(lambda: store.batches)
    store.gate.set()
    await ada.answer("end")
    assert max(store.batches) <= 4
    assert [event["id"] for event in ada.events("lobby") if event["type"] == "said"] == ids


async def test_so_many_bytes_are_under_way_and_the_rest_waits(serve: Serve, join: Join) -> None:
    """Requests are counted by bytes too, and one that is larger than the limit goes alone."""
    store = GatedStore()
    ada = await join(await serve(store=store, under_way_bytes=1024), "ada")
    store.batches.clear()
    ids = [fresh_id() for _ in range(6)]
    ada.send_bytes(b"".join(line_of(4000, "say", id=i, room="lobby", text="x") for i in ids))
    await ada.settle()
    assert store.batches == [1] * 6
    assert [event["id"] for event in ada.events("lobby") if event["type"] == "said"] == ids


async def test_the_queue_before_the_store_is_bounded(
    serve: Serve, join: Join, until: Until
) -> None:
    """With too much waiting for the store nobody is read until there is room; nothing is lost."""
    store = GatedStore()
    server = await serve(store=store, store_queue_bytes=4096)
    wires = [await join(server, f"w{n}") for n in range(6)]
    store.gate.clear()
    store.batches.clear()
    for wire in wires:
        for n in range(4):
            wire.send_bytes(line_of(1500, "say", id=f"i{n}", room="lobby", text=str(n)))
    await until(lambda: store.batches)
    await until(lambda: len(server._hub._batches.queue._has_room._waiters) >= 4)
    store.one_by_one = True
    store.gate.set()
    # All who waited are told that there is room, and only as many as fit may use it.
    await until(lambda: len(store.batches) == 2)
    await until(lambda: server._hub._batches.queue.bytes > 4096)
    assert server._hub._batches.queue.bytes <= 4096 + 1500
    store.one_by_one = False
    store.gate.set()
    for wire in wires:
        await wire.settle()
        own = [e["id"] for e in wire.events("lobby") if e["account"] == wire.account]
        assert own == [None, "i0", "i1", "i2", "i3"]


# Ids


async def test_a_repeat_is_done(serve: Serve, join: Join) -> None:
    """The same request again is `done` with the seq and time of the first, and said once."""
    server = await serve()
    ada = await join(server, "ada")
    said = await ada.ask("say", id="once", room="lobby", text="x")
    done = await ada.ask("say", id="once", room="lobby", text="x")
    assert done == {"type": "done", "re": "once", "seq": said["seq"], "time": said["time"]}
    await ada.settle()
    assert ada.texts() == ["x"]


async def test_a_repeat_while_the_first_is_under_way_waits_for_it(
    serve: Serve, join: Join, until: Until
) -> None:
    """From another connection of the account, a repeat is `done` once the first is on disk."""
    store = GatedStore()
    server = await serve(store=store)
    ada = await join(server, "ada")
    also = await join(server, "ada", token=ada.token)
    store.gate.clear()
    store.batches.clear()
    for wire in (ada, also):
        wire.send("say", id="once", room="lobby", text="x")
        wire.send("create", id="den", room="den")
        wire.send("join", id="in", room="den")
        wire.send("ping", id="end")
    await until(lambda: store.batches)
    store.gate.set()
    for wire in (ada, also):
        await wire.answer("end")
        assert wire.texts() == ["x"]
    dones = [f for wire in (ada, also) for f in wire.seen if f["type"] == "done" and "seq" in f]
    assert sorted(done["re"] for done in dones) == ["den", "once"]


async def test_an_id_belongs_to_its_request(serve: Serve, join: Join) -> None:
    """The same id with another request is `id_reused`; another account's ids are its own."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("say", id="mine", room="lobby", text="x")
    for kind, fields in {
        "say": {"room": "lobby", "text": "y"},
        "topic": {"room": "lobby", "text": "x"},
        "create": {"room": "den"},
    }.items():
        error = await ada.ask(kind, id="mine", **fields)
        assert (error["code"], error["re"]) == ("id_reused", "mine")
    ben.send("say", id="mine", room="lobby", text="z")
    await ben.expect("said", account=ben.account, id="mine")
    await ada.settle()
    assert ada.texts() == ["x", "z"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("say", {"room": "den", "text": "x"}),
        ("topic", {"room": "den", "text": "x"}),
        ("invite", {"room": "den", "name": "ben"}),
    ],
)
async def test_a_repeat_comes_before_any_rule(
    serve: Serve, join: Join, kind: str, fields: dict[str, object]
) -> None:
    """What was done before is `done` also to who may not do it any more."""
    server = await serve()
    ada = await join(server, "ada")
    await join(server, "ben")
    await ada.ask("create", room="den")
    first = await ada.ask(kind, id="once", **fields)
    await ada.ask("leave", room="den")
    done = await ada.ask(kind, id="once", **fields)
    assert (done["type"], done["seq"]) == ("done", first["seq"])
    fresh = await ada.ask(kind, **fields)
    assert fresh["code"] == "not_a_member"


async def test_a_create_and_a_leave_sent_again_are_done(serve: Serve, join: Join) -> None:
    """The room exists and was left: neither is an error for the same requests again."""
    ada = await join(await serve(), "ada")
    for kind, expected in (("create", "created"), ("leave", "left"), ("join", "joined")):
        first = await ada.ask(kind, id=kind, room="den")
        assert first["type"] == expected
    for kind in ("create", "leave", "join"):
        assert (await ada.ask(kind, id=kind, room="den"))["type"] == "done"


async def test_a_join_sent_again_brings_its_page_to_a_member_only(serve: Serve, join: Join) -> None:
    """A repeat of a join is `done`, then the page; who has left since gets `done` alone."""
    ada = await join(await serve(), "ada")
    await ada.ask("create", room="den")
    await ada.ask("leave", room="den")
    await ada.ask("join", id="in", room="den")
    await ada.answer("in")
    assert (await ada.ask("join", id="in", room="den", history=2))["type"] == "done"
    assert len((await ada.answer("in"))["events"]) == 2
    assert (await ada.ask("leave", room="den"))["type"] == "left"
    ada.send("join", id="in", room="den")
    frames = [frame for frame in await ada.settle() if answers(frame, "in")]
    assert [frame["type"] for frame in frames] == ["done"]


async def test_a_repeat_lets_nobody_in_for_what_follows(serve: Serve, join: Join) -> None:
    """A join sent again after leaving opens nothing: what follows is `not_a_member`."""
    ada = await join(await serve(), "ada")
    await ada.ask("create", room="den")
    await ada.ask("leave", room="den")
    await ada.ask("join", id="in", room="den")
    await ada.ask("leave", room="den")
    ada.send_bytes(line("join", id="in", room="den") + line("say", id="x", room="den", text="in?"))
    assert (await ada.answer("x"))["code"] == "not_a_member"


async def test_repeats_cost_no_budget(serve: Serve, join: Join) -> None:
    """Hundreds of repeats are answered at once where as many messages would take minutes."""
    ada = await join(await serve(message_burst=3, messages_per_s=0.01), "ada")
    await ada.ask("say", id="once", room="lobby", text="x")
    for _ in range(200):
        ada.send("say", id="once", room="lobby", text="x")
    done = [frame for frame in await ada.settle() if frame["type"] == "done"]
    assert len(done) == 200
    assert (await ada.ask("say", room="lobby", text="y"))["type"] == "said"


async def test_a_create_sent_again_comes_before_its_rate(serve: Serve, join: Join) -> None:
    """With its budget spent, a create is `too_fast`; one that was done is `done`."""
    ada = await join(await serve(create_burst=2, creates_per_s=0.01), "ada")
    await ada.ask("create", id="a", room="a")
    for _ in range(3):
        assert (await ada.ask("create", id="a", room="a"))["type"] == "done"
    await ada.ask("create", id="b", room="b")
    error = await ada.ask("create", id="c", room="c")
    assert (error["code"], error["retry_after"] > 10) == ("too_fast", True)
    assert (await ada.ask("create", id="b", room="b"))["type"] == "done"
    assert (await ada.ask("create", id="b", room="x"))["code"] == "id_reused"
