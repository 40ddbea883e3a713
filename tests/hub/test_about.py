"""Edits, deletions, reactions, pins and replies, as clients on the wire see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.raw_client import Wire
    from tests.serving import Join, Serve


async def refused(wire: Wire, kind: str, **fields: object) -> str:
    """Ask for something and return the code it is refused with."""
    answer = await wire.ask(kind, **fields)
    assert answer["type"] == "error", answer
    assert answer["text"]
    return str(answer["code"])


async def say(wire: Wire, text: str = "hello", room: str = "lobby", **fields: object) -> int:
    """Say something and return its seq."""
    said = await wire.ask("say", room=room, text=text, **fields)
    assert said["type"] == "said", said
    return int(said["seq"])


async def newest(wire: Wire, room: str = "lobby", **fields: object) -> dict[str, Any]:
    """Return the newest page of a room."""
    return await wire.ask("history", room=room, **fields)


async def test_an_edit_reaches_all_members(serve: Serve, join: Join) -> None:
    """`edited` carries about and text; a page says it with the message."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    seq = await say(ada)
    edited = await ada.ask("edit", room="lobby", about=seq, text="hello, all")
    assert {**edited, "seq": 0, "time": 0} == {
        "type": "edited",
        "seq": 0,
        "time": 0,
        "room": "lobby",
        "account": ada.account,
        "sender": "ada",
        "id": edited["id"],
        "about": seq,
        "text": "hello, all",
    }
    assert await ben.expect("edited") == edited
    page = await newest(ben, limit=1)
    assert [event["seq"] for event in page["events"]] == [seq]
    assert page["later"] == [edited]


async def test_an_edit_that_changes_nothing_is_done(serve: Serve, join: Join) -> None:
    """The same text needs no event, also after an edit."""
    ada = await join(await serve(), "ada")
    seq = await say(ada, "one")
    assert (await ada.ask("edit", room="lobby", about=seq, text="one"))["type"] == "done"
    await ada.ask("edit", room="lobby", about=seq, text="two")
    assert (await ada.ask("edit", room="lobby", about=seq, text="two"))["type"] == "done"
    assert (await ada.ask("edit", room="lobby", about=seq, text="one"))["type"] == "edited"


async def test_only_the_author_edits_and_deletes(serve: Serve, join: Join) -> None:
    """Another member is refused, who is no member too, and what is not there cannot be changed."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    seq = await say(ada)
    assert await refused(ben, "edit", room="lobby", about=seq, text="x") == "forbidden"
    assert await refused(ben, "redact", room="lobby", about=seq) == "forbidden"
    await ada.ask("create", room="den", private=True)
    secret = await say(ada, room="den")
    for kind, fields in (
        ("edit", {"text": "x"}),
        ("redact", {}),
        ("react", {"emoji": "👍"}),
        ("pin", {}),
    ):
        assert await refused(ben, kind, room="den", about=secret, **fields) == "no_such_room"
        for about in (secret, 1, 10**9):
            assert (
                await refused(ben, kind, room="lobby", about=about, **fields) == "no_such_message"
            )


async def test_a_deleted_text_is_nowhere(serve: Serve, join: Join, tmp_path: Path) -> None:
    """Who resumes, who pages and who looks at the database finds it blank."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ben.settle()
    cursor = ben.cursor
    secret = "sesame open thyself"
    seq = await say(ada, secret)
    await ada.ask("edit", room="lobby", about=seq, text=f"{secret}!")
    redacted = await ada.ask("redact", room="lobby", about=seq)
    assert (redacted["type"], redacted["about"]) == ("redacted", seq)
    page = await newest(ben, limit=1)
    assert page["events"][0]["text"] == ""
    assert page["events"][0]["redacted"] is True
    assert secret not in str(page)
    again = await join(server, "ben", token=ben.token, cursor=cursor)
    await again.settle()
    assert secret not in str(again.events("lobby"))
    assert [event["type"] for event in again.events("lobby")] == ["said", "edited", "redacted"]
    assert (await ada.ask("redact", room="lobby", about=seq))["type"] == "done"
    assert await refused(ada, "edit", room="lobby", about=seq, text="x") == "no_such_message"


async def test_a_repeat_of_what_was_deleted_stays_blank(serve: Serve, join: Join) -> None:
    """The id of a deleted message is used for ever; saying it again brings nothing back."""
    ada = await join(await serve(), "ada")
    said = await ada.ask("say", room="lobby", text="hello", id="one")
    await ada.ask("redact", room="lobby", about=said["seq"])
    done = await ada.ask("say", room="lobby", text="hello", id="one")
    assert (done["type"], done["seq"]) == ("done", said["seq"])
    assert await refused(ada, "say", room="lobby", text="else", id="one") == "id_reused"


async def test_reactions_are_counted(serve: Serve, join: Join) -> None:
    """A page says how many put which emoji, whether oneself did, and who did last."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    seq = await say(ada)
    first = await ada.ask("react", room="lobby", about=seq, emoji="👍")
    assert (first["type"], first["emoji"], first["on"]) == ("reacted", "👍", True)
    await ben.ask("react", room="lobby", about=seq, emoji="👍")
    assert (await ben.ask("react", room="lobby", about=seq, emoji="👍"))["type"] == "done"
    page = await newest(ben, limit=1)
    assert page["reactions"] == [{"about": seq, "emoji": "👍", "count": 2, "mine": True}]
    assert [event["sender"] for event in page["later"]] == ["ada", "ben"]
    off = await ben.ask("react", room="lobby", about=seq, emoji="👍", on=False)
    assert off["on"] is False
    page = await newest(ben, limit=1)
    assert page["reactions"] == [{"about": seq, "emoji": "👍", "count": 1}]
    assert page["counted"] >= off["seq"]
    assert await refused(ada, "react", room="lobby", about=seq, emoji="a b") == "bad_emoji"


async def test_pipelined_reactions_are_each_judged_by_what_came_before(
    serve: Serve, join: Join
) -> None:
    """On, off and on again in one write are three events."""
    ada = await join(await serve(), "ada")
    seq = await say(ada)
    ids = [
        ada.send("react", id=f"r{n}", room="lobby", about=seq, emoji="👍", on=on)
        for n, on in enumerate((True, False, True, True))
    ]
    kinds = [(await ada.answer(one))["type"] for one in ids]
    assert kinds == ["reacted", "reacted", "reacted", "done"]


async def test_many_at_once_do_not_step_on_one_another(serve: Serve, join: Join) -> None:
    """An author who deletes while others react: each is answered, and the end is one state."""
    server = await serve(messages_per_s=1e6)
    people = [await join(server, f"p{n}") for n in range(8)]
    seq = await say(people[0])
    asked = [(one, one.send("react", room="lobby", about=seq, emoji="🎉")) for one in people]
    asked.append((people[0], people[0].send("redact", room="lobby", about=seq)))
    asked += [(one, one.send("pin", room="lobby", about=seq)) for one in people]
    answers = [await one.answer(asked_as) for one, asked_as in asked]
    kinds = {answer["type"] for answer in answers}
    assert kinds <= {"reacted", "redacted", "pinned", "done", "error"}
    assert all(a["code"] == "no_such_message" for a in answers if a["type"] == "error")
    assert sum(answer["type"] == "redacted" for answer in answers) == 1
    page = await newest(people[1], limit=1)
    assert page["events"][0]["redacted"]
    assert page.get("reactions", []) == []


async def test_pins_are_read_at_once(serve: Serve, join: Join) -> None:
    """`history` with `pinned` answers a page of the pinned messages, oldest first."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    one, two = await say(ada, "one"), await say(ada, "two")
    await ben.ask("pin", room="lobby", about=two)
    await ada.ask("pin", room="lobby", about=one)
    page = await newest(ben, pinned=True)
    assert [event["text"] for event in page["events"]] == ["one", "two"]
    await ben.ask("pin", room="lobby", about=one, on=False)
    page = await newest(ben, pinned=True)
    assert [event["text"] for event in page["events"]] == ["two"]
    assert await refused(ben, "history", room="lobby", pinned=True, before=5) == "bad_request"


async def test_a_reply_is_to_something_one_may_read(serve: Serve, join: Join) -> None:
    """`reply_to` names a message of the same room; anything else is refused."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    seq = await say(ada)
    secret = await say(ada, room="den")
    assert await say(ben, "yes", reply_to=seq) > seq
    for wrong in (secret, 10**9, 1):
        assert await refused(ben, "say", room="lobby", text="x", reply_to=wrong) == (
            "no_such_message"
        )


@pytest.mark.parametrize("around", ["before", "after"])
async def test_pages_count_messages_only(serve: Serve, join: Join, around: str) -> None:
    """A message with a hundred events about it is one of a page."""
    ada = await join(await serve(messages_per_s=1e6, message_burst=10_000), "ada")
    first = await say(ada, "first")
    for n in range(60):
        await ada.ask("edit", room="lobby", about=first, text=f"first {n}")
    second = await say(ada, "second")
    where = {"before": second + 1} if around == "before" else {"after": first - 1}
    page = await ada.ask("history", room="lobby", limit=2, **where)
    assert [event["seq"] for event in page["events"]] == [first, second]
    assert [event["text"] for event in page["later"]] == ["first 59"]


async def test_only_so_many_emoji_go_under_a_message(serve: Serve, join: Join) -> None:
    """Twenty different ones stand there, the next is refused, and one may still join in."""
    server = await serve(messages_per_s=1e6, message_burst=10_000)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    seq = await say(ada)
    for n in range(20):
        assert (await ada.ask("react", room="lobby", about=seq, emoji=f"e{n}"))["type"] == "reacted"
    assert await refused(ada, "react", room="lobby", about=seq, emoji="e20") == "too_many"
    assert (await ben.ask("react", room="lobby", about=seq, emoji="e0"))["type"] == "reacted"
    page = await newest(ada, limit=1)
    assert len(page["reactions"]) == 20


async def test_only_so_many_messages_are_pinned(serve: Serve, join: Join) -> None:
    """Fifty are pinned, the next is refused until one is not pinned any more."""
    ada = await join(await serve(messages_per_s=1e6, message_burst=10_000), "ada")
    seqs = [await say(ada, f"{n}") for n in range(51)]
    for seq in seqs[:50]:
        assert (await ada.ask("pin", room="lobby", about=seq))["type"] == "pinned"
    assert await refused(ada, "pin", room="lobby", about=seqs[50]) == "too_many"
    await ada.ask("pin", room="lobby", about=seqs[0], on=False)
    assert (await ada.ask("pin", room="lobby", about=seqs[50]))["type"] == "pinned"
