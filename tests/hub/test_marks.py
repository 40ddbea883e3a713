"""Marks, unread counts and mentions, as clients on the wire see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asynchat.store.sqlite import SqliteStore
from tests.failing_store import FailingStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.raw_client import Wire
    from tests.serving import Join, Serve


async def say(wire: Wire, text: str = "hello", room: str = "lobby") -> int:
    """Say something and return its seq."""
    said = await wire.ask("say", room=room, text=text)
    assert said["type"] == "said", said
    return int(said["seq"])


async def counts(wire: Wire, room: str = "lobby") -> tuple[int, int, int]:
    """Ask for one room: its mark, what is unread, and mentions in that."""
    answer = await wire.ask("unread", room=room)
    assert (answer["type"], answer["more"]) == ("unread", False), answer
    return numbers(answer["rooms"][0])


def numbers(frame: dict[str, Any]) -> tuple[int, int, int]:
    """Return the mark, what is unread and mentions, as a frame has them."""
    return frame["seq"], frame.get("unread", 0), frame.get("mentions", 0)


async def test_two_devices_agree(serve: Serve, join: Join) -> None:
    """A mark of one is told to both, with what is unread after it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    other = await join(server, "ada", token=ada.token)
    await other.settle()
    seqs = [await say(ben, text) for text in ("one", "@ADA", "@room", "four")]
    assert await counts(ada) == await counts(other)
    assert (await counts(ada))[1:] == (4, 2)
    done = await ada.ask("mark", room="lobby", seq=seqs[1])
    assert done == {"type": "done", "re": done["re"]}
    for device in (ada, other):
        marked = await device.expect("marked", room="lobby")
        assert numbers(marked) == (seqs[1], 2, 1)
        assert marked["counted"] == seqs[3]
    assert (await counts(ben))[1:] == (0, 0)
    assert not [frame for frame in await ben.settle() if frame["type"] == "marked"]
    await other.ask("mark", room="lobby", seq=seqs[0])
    assert numbers(await ada.expect("marked")) == (seqs[0], 3, 2)


async def test_what_was_said_while_away_is_unread(serve: Serve, join: Join, tmp_path: Path) -> None:
    """Also in direct messages, also after the server started anew."""
    server = await serve(store=SqliteStore(tmp_path / "log"))
    ada, ben = await join(server, "ada"), await join(server, "ben")
    opened = await ben.ask("direct", names=["ada"])
    room = opened["room"]
    await ada.expect("created", room=room)
    await ada.bye()
    for text in ("are you there?", "@ada"):
        await say(ben, text, room)
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "log"))
    again = await join(server, None, token=ada.token)
    answer = await again.ask("unread")
    assert {one["room"]: numbers(one)[1:] for one in answer["rooms"]} == {
        "lobby": (0, 0),
        room: (2, 1),
    }
    seq = (await counts(again, room))[0]
    await again.ask("mark", room=room, seq=10**9)
    assert numbers(await again.expect("marked")) == (answer["counted"], 0, 0)
    assert answer["counted"] > seq == opened["seq"]


async def test_the_first_mark_is_ones_own_joined(serve: Serve, join: Join) -> None:
    """What was said before one came is not unread, nor what was said between two stays."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await say(ada, room="den")
    joined = await ben.ask("join", room="den")
    assert await counts(ben, "den") == (joined["seq"], 0, 0)
    await say(ada, room="den")
    await ben.ask("mark", room="den", seq=1)
    assert numbers(await ben.expect("marked")) == (joined["seq"], 1, 0)
    await ben.ask("leave", room="den")
    await say(ada, room="den")
    joined = await ben.ask("join", room="den")
    assert await counts(ben, "den") == (joined["seq"], 0, 0)


async def test_what_is_deleted_is_not_unread(serve: Serve, join: Join) -> None:
    """Neither is it a mention any more; the blank message names nobody."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    seq = await say(ben, "@ada")
    assert (await ada.expect("said", seq=seq))["mentions"] == [ada.account]
    assert (await counts(ada))[1:] == (1, 1)
    await ben.ask("redact", room="lobby", about=seq)
    assert (await counts(ada))[1:] == (0, 0)
    page = await ada.ask("history", room="lobby", limit=1)
    assert "mentions" not in page["events"][0]


async def test_a_mention_is_told_with_the_message(serve: Serve, join: Join) -> None:
    """Accounts, not names; fields that say nothing are left out; an edit calls nobody."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    said = await ben.ask("say", room="lobby", text="@ada @room `@ben` @zoe")
    assert (said["mentions"], said["everyone"]) == ([ada.account], True)
    plain = await ben.ask("say", room="lobby", text="nobody")
    assert not {"mentions", "everyone"} & plain.keys()
    await ben.ask("edit", room="lobby", about=plain["seq"], text="@ada")
    assert (await counts(ada))[1:] == (2, 1)


async def test_only_members_mark_and_ask(serve: Serve, join: Join) -> None:
    """Another is refused as everywhere; a mark leaves no id behind."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    for kind, fields in (("mark", {"seq": 1}), ("unread", {})):
        for room, code in (("den", "not_a_member"), ("attic", "no_such_room")):
            assert (await ben.ask(kind, room=room, **fields))["code"] == code
    assert (await ada.ask("mark", id="m", room="den", seq=1))["type"] == "done"
    assert (await ada.ask("say", id="m", room="den", text="x"))["type"] == "said"
    assert (await ada.ask("mark", id="m", room="den", seq=1))["type"] == "done"


async def test_many_rooms_are_told_in_parts(serve: Serve, join: Join) -> None:
    """Fifty rooms an answer, in the order of their names, each once; of fifty there is no more."""
    ada = await join(await serve(), "ada")
    for n in range(60):
        if n == 49:
            assert not (await ada.ask("unread"))["more"]
        await ada.ask("create", room=f"r{n:02}")
    first = await ada.ask("unread")
    rest = await ada.ask("unread", after=first["rooms"][-1]["room"])
    assert (len(first["rooms"]), first["more"], rest["more"]) == (50, True, False)
    names = [one["room"] for one in first["rooms"] + rest["rooms"]]
    assert names == ["lobby", *(f"r{n:02}" for n in range(60))]


async def test_many_marks_are_told_as_one(serve: Serve, join: Join) -> None:
    """Whoever scrolls marks often; the last word of each room is told, in the end."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    other = await join(server, "ada", token=ada.token)
    await other.settle()
    seqs = [await say(ben) for _ in range(5)]
    asked = [ada.send("mark", room="lobby", seq=seq) for seq in seqs * 20]
    for one in asked:
        assert (await ada.answer(one))["type"] == "done"
    await other.expect("marked", seq=seqs[-1])
    assert (await counts(other))[:2] == (seqs[-1], 0)


async def test_marks_wait_for_their_own_budget(serve: Serve, join: Join) -> None:
    """Who marks too fast waits, and who marked can say as much as before."""
    server = await serve(message_burst=2, messages_per_s=50)
    ada = await join(server, "ada")
    asked = [ada.send("mark", room="lobby", seq=1) for _ in range(6)]
    assert [(await ada.answer(one))["type"] for one in asked] == ["done"] * 6
    server = await serve(message_burst=2, messages_per_s=0.001)
    ada = await join(server, "ada")
    for _ in range(2):
        assert (await ada.ask("mark", room="lobby", seq=1))["type"] == "done"
    for _ in range(2):
        await say(ada)


async def test_a_mark_that_cannot_be_counted_is_told_to_nobody(
    serve: Serve, join: Join, tmp_path: Path
) -> None:
    """Neither of a room that was left since, nor while the log cannot be read; the hub goes on."""
    store = FailingStore(tmp_path / "log")
    ada = await join(await serve(store=store), "ada")
    await ada.ask("create", room="den")
    ada.send("mark", room="den", seq=1)
    ada.send("leave", room="den")
    await ada.settle()
    store.unsearchable = True
    assert (await ada.ask("mark", room="lobby", seq=1))["type"] == "done"
    assert (await ada.ask("unread"))["code"] == "read_only"
    store.unsearchable = False
    assert (await ada.ask("mark", room="lobby", seq=1))["type"] == "done"
    await ada.expect("marked", room="lobby")
    assert sum(frame.get("room") == "lobby" for frame in ada.seen if frame["type"] == "marked") == 1


async def test_a_lagging_device_is_not_told(serve: Serve, join: Join, tmp_path: Path) -> None:
    """Who reads the log from its own position asks once it is live; nobody waits for it."""
    server = await serve(store=SqliteStore(tmp_path / "log"), slice_events=1)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.settle()
    cursor = ada.cursor
    seqs = [await say(ben) for _ in range(50)]
    other = await join(server, "ada", token=ada.token, cursor=cursor)
    await ada.ask("mark", room="lobby", seq=seqs[-1])
    assert numbers(await ada.expect("marked"))[1:] == (0, 0)
    await other.expect("upto", live=True)
    assert await counts(other) == (seqs[-1], 0, 0)
