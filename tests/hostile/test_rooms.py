"""Rooms that are not one's own: nothing to be learnt of them, nothing to be done in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from asynchat.store.sqlite import SqliteStore
from tests.raw_client import fresh_id, line
from tests.wire import REQUESTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.raw_client import Wire
    from tests.serving import Connect, Join, Serve

SECRET = "the-secret-text"
TOPIC = "the-secret-topic"

# What a request needs besides its room, to be one that could be fulfilled; ``about`` is the seq of
# a message there, ``account`` is of somebody who is in it.
NEEDED: dict[str, tuple[str, ...]] = {
    "say": ("text",),
    "topic": ("text",),
    "edit": ("about", "text"),
    "redact": ("about",),
    "react": ("about", "emoji"),
    "pin": ("about",),
    "mark": ("seq",),
    "invite": ("account",),
    "search": ("words",),
    "invitation": ("code",),
    "report": ("about",),
    "role": ("role", "account"),
    "kick": ("account",),
    "mute": ("account",),
    "ban": ("account",),
    "upload": ("name", "size"),
}
FREE = frozenset({"create", "join", "leave"})
"""What one may ask of a room that one is not in; each has its own test below."""

ASKED = sorted(
    str(kind.__struct_config__.tag)
    for kind in REQUESTS
    if "room" in kind.__struct_fields__ and "id" in kind.__struct_fields__
)


class Rooms:
    """Ada is in every room, ben in none of them any more; all have a message of hers."""

    def __init__(self, ada: Wire, ben: Wire, eve: Wire) -> None:
        self.ada, self.ben, self.eve = ada, ben, eve
        self.names: dict[str, str] = {}
        self.seqs: dict[str, int] = {}

    async def make(self) -> None:
        """Make the rooms."""
        ada, ben = self.ada, self.ben
        await ada.ask("create", room="open", topic=TOPIC)
        await ada.ask("create", room="hidden", topic=TOPIC, private=True)
        await ada.ask("create", room="left", topic=TOPIC, private=True)
        await ada.ask("invite", room="left", name="ben")
        await ben.ask("leave", room="left")
        direct = await ada.ask("direct", names=["eve"])
        self.names = {"open": "open", "hidden": "hidden", "left": "left", "direct": direct["room"]}
        for kind, room in self.names.items():
            said = await ada.ask("say", room=room, text=f"{SECRET} http://example.org")
            self.seqs[kind] = said["seq"]
        await ben.settle()

    def fields(self, request: str, kind: str) -> dict[str, Any]:
        """Return what a request needs besides its room."""
        values = {
            "text": "x",
            "about": self.seqs[kind],
            "emoji": "x",
            "seq": self.seqs[kind],
            "account": self.eve.account,
            "words": SECRET,
            "role": "moderator",
            "code": "a-code-of-twenty-two--",
            "name": "x.txt",
            "size": 1,
        }
        names = {"words": "text"}
        return {names.get(one, one): values[one] for one in NEEDED.get(request, ())}


@pytest.fixture
async def rooms(serve: Serve, join: Join, tmp_path: Path) -> Rooms:
    server = await serve(store=SqliteStore(tmp_path / "data"))
    rooms = Rooms(await join(server, "ada"), await join(server, "ben"), await join(server, "eve"))
    await rooms.make()
    return rooms


def told(wire: Wire, since: int = 0) -> str:
    """Return everything that a connection was sent, as text."""
    return json.dumps(wire.seen[since:])


@pytest.mark.parametrize("kind", ["open", "hidden", "left", "direct"])
@pytest.mark.parametrize("request_", [one for one in ASKED if one not in FREE])
async def test_nothing_is_done_in_a_room_that_is_not_ones_own(
    rooms: Rooms, request_: str, kind: str
) -> None:
    """Whatever one asks of it by its name is refused, tells nothing of it, and leaves nothing."""
    ben, before = rooms.ben, len(rooms.ben.seen)
    room = rooms.names[kind]
    answer = await ben.ask(request_, room=room, **rooms.fields(request_, kind))
    if request_ == "rooms":
        found = [one["name"] for one in answer["rooms"]]
        assert found == (["open"] if kind == "open" else [])
    else:
        assert answer["type"] == "error", answer
        assert answer["code"] in {"not_a_member", "no_such_room", "forbidden"}, answer
    shown = told(ben, before)
    assert SECRET not in shown
    assert kind == "open" or TOPIC not in shown
    await rooms.ada.settle()
    assert rooms.ada.events(room)[-1]["seq"] == rooms.seqs[kind]
    members = (await rooms.ada.ask("who", room=room))["people"]
    assert ben.account not in {one["account"] for one in members}


def test_no_request_about_a_room_is_forgotten() -> None:
    """Each request that names a room is tried, or has a reason why it is free."""
    assert set(ASKED) >= FREE | set(NEEDED)
    required = {
        str(kind.__struct_config__.tag): {
            field.name
            for field in msgspec.structs.fields(kind)
            if field.required and field.name not in {"id", "room"}
        }
        for kind in REQUESTS
    }
    for request in set(ASKED) - FREE:
        assert required[request] <= {
            "text" if one == "words" else one for one in NEEDED.get(request, ())
        }


@pytest.mark.parametrize("kind", ["hidden", "left", "direct"])
async def test_a_room_for_others_is_not_joined(rooms: Rooms, kind: str) -> None:
    """Only an invitation leads into a private room, and nothing into a conversation of others."""
    ben = rooms.ben
    assert (await ben.ask("join", room=rooms.names[kind]))["type"] == "error"
    assert (await ben.ask("leave", room=rooms.names[kind]))["type"] == "error"
    assert SECRET not in told(ben)


async def test_names_of_conversations_cannot_be_guessed(rooms: Rooms) -> None:
    """They are long and random, and one that is not there answers like one of others."""
    name = rooms.names["direct"]
    assert len(name) >= 1 + 8
    ben = rooms.ben
    for guess in ("~", "~1", name[:-1], name + "x", name.upper(), f"~{rooms.ada.account}"):
        answer = await ben.ask("history", room=guess)
        assert (answer["type"], SECRET in told(ben)) == ("error", False)


async def test_lists_and_searches_know_nothing_of_them(rooms: Rooms) -> None:
    """Neither the list of rooms nor what is unread, nor a search without a room, shows more."""
    ben = rooms.ben
    assert {one["name"] for one in (await ben.ask("rooms"))["rooms"]} == {"lobby", "open"}
    assert {one["room"] for one in (await ben.ask("unread"))["rooms"]} == {"lobby"}
    for fields in (
        {"text": SECRET},
        {"account": rooms.ada.account},
        {"link": True},
        {"name": "eve"},
    ):
        found = await ben.ask("search", **fields)
        assert found["events"] == []
    before = len(ben.seen)
    ben.send_bytes(b"".join(line("typing", room=room) for room in rooms.names.values()))
    await ben.settle()
    await rooms.ada.settle()
    assert not [one for one in rooms.ada.seen if one["type"] == "typing"]
    assert SECRET not in told(ben, before)


@pytest.mark.parametrize("kind", ["open", "hidden", "left", "direct"])
async def test_seqs_of_another_room_lead_nowhere(rooms: Rooms, kind: str) -> None:
    """A forged ``reply_to``, ``about`` or ``around`` finds no message of another room."""
    ben, seq = rooms.ben, rooms.seqs[kind]
    before = len(ben.seen)
    forged: dict[str, dict[str, Any]] = {
        "say": {"text": "x", "reply_to": seq},
        "edit": {"about": seq, "text": "taken over"},
        "redact": {"about": seq},
        "react": {"about": seq, "emoji": "x"},
        "pin": {"about": seq},
    }
    for request, fields in forged.items():
        answer = await ben.ask(request, room="lobby", **fields)
        assert (answer["type"], answer["code"]) == ("error", "no_such_message"), (request, answer)
    page = await ben.ask("history", room="lobby", around=seq)
    assert {event["room"] for event in page["events"]} == {"lobby"}
    await ben.ask("mark", room="lobby", seq=seq)
    assert SECRET not in told(ben, before)
    page = await rooms.ada.ask("history", room=rooms.names[kind], limit=1)
    assert SECRET in page["events"][0]["text"]
    assert page["later"] == []


async def test_what_was_said_before_and_after_ones_time_is_not_readable(rooms: Rooms) -> None:
    """Who comes back into a private room reads its own stays, and cannot answer to the rest."""
    ada, ben = rooms.ada, rooms.ben
    await ada.ask("invite", room="left", name="ben")
    answer = await ben.ask("say", room="left", text="x", reply_to=rooms.seqs["left"])
    assert (answer["type"], answer.get("code")) == ("error", "no_such_message"), answer
    places: list[dict[str, int]] = [{}, {"before": 2**50}, {"after": 0}]
    for fields in (*places, {"around": rooms.seqs["left"]}):
        page = await ben.ask("history", room="left", limit=500, **fields)
        assert SECRET not in json.dumps(page)
    assert (await ben.ask("search", text=SECRET))["events"] == []


async def test_the_id_of_another_is_nothing_to_replay(rooms: Rooms) -> None:
    """Ids belong to who asked: the same request under the same id is one's own, or refused."""
    ada, ben = rooms.ada, rooms.ben
    sent = fresh_id()
    hers = await ada.ask("say", id=sent, room="lobby", text="mine")
    his = await ben.ask("say", id=sent, room="lobby", text="mine")
    while his["account"] != ben.account:
        his = await ben.answer(sent)
    assert his["seq"] > hers["seq"]
    again = await ben.ask("say", id=sent, room="lobby", text="mine")
    assert (again["type"], again["seq"]) == ("done", his["seq"])
    secret = fresh_id()
    await ada.ask("say", id=secret, room="hidden", text=SECRET)
    answer = await ben.ask("say", id=secret, room="hidden", text=SECRET)
    assert (answer["type"], answer["code"]) == ("error", "no_such_room")


async def test_a_cursor_of_another_shows_no_more(
    rooms: Rooms, connect: Connect, serve: Serve
) -> None:
    """Cursors tell a place in the one log: from any of them one is sent what is for oneself."""
    server = serve._running[0]
    wire = await connect(server)
    await wire.hello(None, token=rooms.ben.token, cursor=rooms.ada.cursor)
    await wire.settle()
    epoch = rooms.ada.cursor.partition(":")[0] if ":" in rooms.ada.cursor else ""
    other = await connect(server)
    await other.hello(None, token=rooms.ben.token, cursor=f"{epoch}:0")
    await other.settle()
    assert SECRET not in told(wire) + told(other)


async def test_json_tricks_are_read_one_way(rooms: Rooms) -> None:
    """Of a key given twice the last counts, for the rules as for the log; no number is odd."""
    ben = rooms.ben
    twice = b'"room":"hidden","room":"lobby","text":"a","text":"b"'
    ben.send_bytes(b'{"type":"say","id":"twice",' + twice + b"}\n")
    event = await ben.answer("twice")
    assert (event["type"], event["room"], event["text"]) == ("said", "lobby", "b")
    for value in ("-1", "-0.5", "1.0", "1e400", "1" * 500, "true", '"1"', "9007199254740992"):
        sent = fresh_id()
        ben.send_bytes(f'{{"type":"mark","id":"{sent}","room":"lobby","seq":{value}}}\n'.encode())
        answer = await ben.answer(sent)
        assert (answer["type"], answer["code"]) == ("error", "bad_request"), value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "[" * 30_000, "0x10", "'x'", '"\\ud800"'])
async def test_what_is_no_json_ends_the_connection(rooms: Rooms, value: str) -> None:
    """Also where only some readers take it for JSON; nobody else is hurt."""
    ben = rooms.ben
    ben.send_bytes(f'{{"type":"mark","id":"x","room":"lobby","seq":{value}}}\n'.encode())
    assert (await ben.rest())[-1]["code"] == "bad_frame"
    assert (await rooms.ada.ask("say", room="lobby", text="still here"))["type"] == "said"
