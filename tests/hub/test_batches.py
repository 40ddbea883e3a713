"""The queue before the store: what is stored together, refused, repeated, or judged again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.store.interface import Conflict
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.failing_store import FailingStore
from tests.raw_client import about, answers, fresh_token, line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from asynchat.chat.drafts import AnyDraft
    from asynchat.server import Server
    from asynchat.store.interface import Outcome
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve


@pytest.fixture
def failing(tmp_path: Path) -> FailingStore:
    """Return a store on disk that fails when told to."""
    return FailingStore(tmp_path / "data")


class GatedStore(MemoryStore):
    """A store whose commits wait while its gate is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[int] = []

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch once the gate is open."""
        self.batches.append(len(drafts))
        await self.gate.wait()
        return await super().append(drafts)


class GatedDisk(SqliteStore):
    """A store on disk whose commits wait while its gate is closed."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[int] = []

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch once the gate is open."""
        self.batches.append(len(drafts))
        await self.gate.wait()
        return await super().append(drafts)


def queued(server: Server) -> int:
    """Return how many requests wait for the store."""
    return len(server._hub._batches.queue)


# Batches


async def test_what_queued_while_the_last_commit_ran_is_one_batch(
    serve: Serve, join: Join, until: Until
) -> None:
    """One commit stores what all connections asked for meanwhile, in the order it came."""
    store = GatedStore()
    server = await serve(store=store)
    wires = [await join(server, f"w{n}") for n in range(5)]
    store.gate.clear()
    store.batches.clear()
    wires[0].send("say", id="first", room="lobby", text="first")
    await until(lambda: store.batches)
    for wire in wires:
        for n in range(3):
            wire.send("say", id=f"m{n}", room="lobby", text=str(n))
    await until(lambda: queued(server) == 15)
    store.gate.set()
    for wire in wires:
        await wire.settle()
        texts = [e["text"] for e in wire.events() if e.get("id") and e["account"] == wire.account]
        assert [text for text in texts if text != "first"] == ["0", "1", "2"]
    assert store.batches == [1, 15]


async def test_batches_that_follow_each_other_go_out_in_one_write(
    serve: Serve, join: Join, until: Until, tmp_path: Path
) -> None:
    """A short batch waits for the commit that follows at once: readers get both, then one upto."""
    store = GatedDisk(tmp_path / "data")
    server = await serve(store=store)
    ada = await join(server, "ada")
    await ada.settle()
    store.gate.clear()
    store.batches.clear()
    ada.send("say", id="first", room="lobby", text="first")
    await until(lambda: store.batches)
    ada.send("say", id="second", room="lobby", text="second")
    await until(lambda: queued(server) == 1)
    store.gate.set()
    kinds = [(await ada.frame())["type"] for _ in range(3)]
    assert kinds == ["said", "said", "upto"]
    assert store.batches == [1, 1]


async def test_a_batch_has_so_many_events_at_most(serve: Serve, join: Join, until: Until) -> None:
    """What does not fit into a batch is the next one."""
    store = GatedStore()
    server = await serve(store=store, batch_events=4)
    ada = await join(server, "ada")
    store.gate.clear()
    store.batches.clear()
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(10)]
    await until(lambda: queued(server) > 5)
    store.gate.set()
    await ada.settle()
    assert max(store.batches) <= 4
    assert [event["id"] for event in ada.events() if event["id"]] == ids


async def test_each_rule_sees_the_drafts_before_it(serve: Serve, join: Join, until: Until) -> None:
    """Two who create one room in the same batch: the first has it, the second is told so."""
    store = GatedStore()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    store.gate.clear()
    store.batches.clear()
    ada.send("say", room="lobby", text="x")
    await until(lambda: store.batches)
    ada.send("create", id="mine", room="den")
    await until(lambda: queued(server) == 1)
    ben.send("create", id="mine", room="den")
    ben.send("join", id="then", room="den")
    ben.send("say", id="hi", room="den", text="hi")
    await until(lambda: queued(server) == 4)
    store.gate.set()
    assert (await ada.answer("mine"))["type"] == "created"
    assert (await ben.answer("mine"))["code"] == "room_exists"
    assert (await ben.answer("then"))["type"] == "joined"
    await ben.expect("said", id="hi")
    assert store.batches == [1, 3]


async def test_a_repeat_in_the_batch_of_the_first_opens_nothing(
    serve: Serve, join: Join, until: Until
) -> None:
    """Joining, leaving, and the same join again at once: what is said then is refused."""
    store = GatedStore()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    store.gate.clear()
    store.batches.clear()
    ada.send("say", room="lobby", text="x")
    await until(lambda: store.batches)
    ben.send("join", id="in", room="den", history=0)
    ben.send("leave", id="out", room="den")
    ben.send("join", id="in", room="den", history=0)
    ben.send("say", id="late", room="den", text="x")
    await until(lambda: queued(server) == 4)
    store.gate.set()
    assert (await ben.answer("late"))["code"] == "not_a_member"
    got = [frame["type"] for frame in ben.seen if answers(frame, "in")]
    assert got == ["joined", "done"]


async def test_who_comes_while_its_bye_is_on_its_way_keeps_its_name(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """The bye of one connection frees no name that another connection is coming in with."""
    store = GatedStore()
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    store.gate.clear()
    store.batches.clear()
    ben.send("say", room="lobby", text="x")
    await until(lambda: store.batches)
    again = await connect(server)
    again.send_bytes(line("hello", version=1, name="ada", token=ada.token))
    await until(lambda: queued(server) == 1)
    await ada.bye()
    await until(lambda: queued(server) == 2)
    store.gate.set()
    assert (await again.frame())["you"]["name"] == "ada"
    await again.settle()
    await until(lambda: queued(server) == 0)
    other = await connect(server)
    assert (await other.hello("ada"))["code"] == "name_taken"


async def test_a_name_given_a_moment_ago_is_kept(
    serve: Serve, connect: Connect, until: Until
) -> None:
    """Of two who want one name at the same moment one gets it, before it is even connected."""
    server = await serve(lost_name_kept_s=0.2)
    registry = server._hub.registry
    await until(lambda: not registry.keeps_name("anybody"))
    wires = [await connect(server) for _ in range(2)]
    got = await asyncio.gather(*(wire.hello("ada") for wire in wires))
    assert sorted(frame.get("code", "welcome") for frame in got) == ["name_taken", "welcome"]


# Failing


async def test_a_full_disk_refuses_what_is_sent_and_nothing_else(
    serve: Serve, join: Join, failing: FailingStore
) -> None:
    """`read_only` says why; history and who go on; nothing refused is shown, later all is well."""
    server = await serve(store=failing)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("say", room="lobby", text="before")
    failing.full = True
    requests: dict[str, dict[str, object]] = {
        "say": {"room": "lobby", "text": "lost"},
        "create": {"room": "den"},
        "topic": {"room": "lobby", "text": "lost"},
        "direct": {"names": ["ben"]},
    }
    for kind, fields in requests.items():
        error = await ada.ask(kind, id=kind, **fields)
        assert (error["code"], error["text"]) == ("read_only", "The disk is full.")
    page = await ben.ask("history", room="lobby")
    assert [e["text"] for e in page["events"] if e["type"] == "said"] == ["before"]
    assert [room["name"] for room in (await ben.ask("rooms"))["rooms"]] == ["lobby"]
    assert len((await ben.ask("who", room="lobby"))["people"]) == 2
    failing.full = False
    said = await ada.ask("say", id="say", room="lobby", text="lost")
    assert said["type"] == "said"
    assert (await ada.ask("create", room="den"))["type"] == "created"
    await ben.expect("said", id="say")
    assert ben.texts() == ["before", "lost"]


async def test_who_is_known_gets_in_while_nothing_can_be_stored(
    serve: Serve, connect: Connect, join: Join, failing: FailingStore
) -> None:
    """A known account needs no writing; a new one, or a new name, is `read_only` and may retry."""
    server = await serve(store=failing)
    ada = await join(server, "ada")
    failing.full = True
    again = await join(server, None, token=ada.token)
    assert again.account == ada.account
    wire = await connect(server)
    assert (await wire.hello("ben", token="t"))["code"] == "read_only"
    assert (await wire.hello("eva", token=ada.token))["code"] == "read_only"
    failing.full = False
    assert (await wire.hello("ben", token="t"))["you"]["name"] == "ben"
    assert len((await ada.ask("who", room="lobby"))["people"]) == 2


async def test_a_repeat_is_done_while_nothing_can_be_stored(
    serve: Serve, join: Join, failing: FailingStore
) -> None:
    """What is on disk is acknowledged, also in the same batch as what is refused."""
    server = await serve(store=failing)
    ada = await join(server, "ada")
    await ada.ask("say", id="old", room="lobby", text="x")
    failing.full = True
    ada.send_bytes(
        line("say", id="new", room="lobby", text="y")
        + line("say", id="old", room="lobby", text="x")
    )
    assert (await ada.answer("new"))["code"] == "read_only"
    assert (await ada.answer("old"))["type"] == "done"


async def test_what_was_judged_by_a_batch_that_failed_is_judged_again(
    serve: Serve, join: Join, failing: FailingStore, until: Until
) -> None:
    """Nobody is told that a room exists, or that one is in it, which was never stored."""
    server = await serve(store=failing)
    ada = await join(server, "ada")
    also = await join(server, "ada", token=ada.token)
    failing.full = True
    ada.send_bytes(
        line("create", id="c1", room="den")
        + line("join", id="j", room="den")
        + line("create", id="c2", room="den")
        + line("join", id="in", room="lobby", history=0)
    )
    codes = [(await ada.answer(one)).get("code") for one in ("c1", "j", "c2", "in")]
    assert codes == ["read_only", "no_such_room", "read_only", None]
    await also.settle()
    assert also.events("den") == []


async def test_two_hellos_of_one_new_account_fail_and_come_in_together(
    serve: Serve, connect: Connect, failing: FailingStore
) -> None:
    """Neither is let in as somebody who is not stored."""
    server = await serve(store=failing)
    wires = [await connect(server) for _ in range(2)]
    failing.full = True
    hello = {"name": "ada", "token": fresh_token()}
    answers_ = await asyncio.gather(*(wire.hello(**hello) for wire in wires))
    assert [answer.get("code") for answer in answers_] == ["read_only"] * 2
    failing.full = False
    answers_ = await asyncio.gather(*(wire.hello(**hello) for wire in wires))
    assert len({answer["you"]["account"] for answer in answers_}) == 1


async def test_where_repeats_cannot_be_looked_up_it_is_said(
    serve: Serve, join: Join, failing: FailingStore
) -> None:
    """What made no event is `read_only` then; what makes one is stored as ever."""
    server = await serve(store=failing, message_burst=1, messages_per_s=100)
    ada = await join(server, "ada")
    failing.unsearchable = True
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    assert (await ada.ask("create", room="den"))["type"] == "created"
    assert (await ada.ask("say", room="nowhere", text="x"))["code"] == "read_only"
    failing.unsearchable = False
    assert (await ada.ask("say", room="nowhere", text="x"))["code"] == "no_such_room"


# Conflicts


class OtherServer(MemoryStore):
    """A store that another server writes to as well: some drafts are refused by an index."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse = 0

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Refuse the last draft of some batches, alone."""
        if not self.refuse:
            return await super().append(drafts)
        self.refuse -= 1
        return [*await super().append(drafts[:-1]), Conflict()]


async def test_a_conflict_is_judged_again(serve: Serve, connect: Connect, join: Join) -> None:
    """What an index refused is judged by the newest state, and done where that allows it."""
    store = OtherServer()
    server = await serve(store=store)
    ada = await join(server, "ada")
    store.refuse = 2
    assert (await ada.ask("create", room="den"))["type"] == "created"
    store.refuse = 1
    ben = await join(server, "ben")
    await ada.until(lambda frame: about(frame, ben.account))
    store.refuse = 1
    ada.send_bytes(line("say", id="a", room="den", text="1") + line("leave", id="b", room="den"))
    assert [(await ada.answer(one))["type"] for one in ("a", "b")] == ["said", "left"]
    assert store.refuse == 0
    await ada.settle()
    assert len([frame for frame in ada.seen if answers(frame, "a")]) == 1
