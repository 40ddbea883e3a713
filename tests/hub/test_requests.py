"""Each request of the table that may make an event: what it leads to, for whom, and when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.messages import MAX_TOPIC_CHARS

if TYPE_CHECKING:
    from tests.raw_client import Wire
    from tests.serving import Join, Serve


async def refused(wire: Wire, kind: str, **fields: object) -> str:
    """Ask for something and return the code it is refused with."""
    answer = await wire.ask(kind, **fields)
    assert answer["type"] == "error", answer
    assert answer["text"]
    return str(answer["code"])


# say


async def test_what_is_said_reaches_all_members_and_its_sender(serve: Serve, join: Join) -> None:
    """`said` carries seq, time, room, account, sender, id, text, reply_to; all get the same."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    first = await ada.ask("say", room="lobby", text="hi")
    assert {**first, "seq": 0, "time": 0} == {
        "type": "said",
        "seq": 0,
        "time": 0,
        "room": "lobby",
        "account": ada.account,
        "sender": "ada",
        "id": first["id"],
        "text": "hi",
        "reply_to": None,
    }
    assert await ben.expect("said") == first
    answer = await ben.ask("say", room="lobby", text="hello", reply_to=first["seq"])
    assert answer["reply_to"] == first["seq"]
    assert answer["seq"] > first["seq"]


async def test_who_is_no_member_neither_says_nor_hears(serve: Serve, join: Join) -> None:
    """Only members speak in a room and get what is said there."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    assert await refused(ben, "say", room="den", text="x") == "not_a_member"
    assert await refused(ben, "say", room="nowhere", text="x") == "no_such_room"
    await ada.ask("say", room="den", text="x")
    await ben.settle()
    assert ben.events("den") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \n\t", "empty_text"),
        ("\x00\x07", "empty_text"),
        ("x" * 4001, "text_too_long"),
        ("🙂" * 4001, "text_too_long"),
    ],
)
async def test_a_text_that_may_not_be_said(serve: Serve, join: Join, text: str, code: str) -> None:
    """Nothing but blanks is `empty_text`; over 4,000 characters or 16 KiB is `text_too_long`."""
    ada = await join(await serve(), "ada")
    assert await refused(ada, "say", room="lobby", text=text) == code


@pytest.mark.parametrize("text", ["x" * 4000, "🙂" * 4000, '"\\\n' * 1333, "a\nb\tc"])
async def test_a_text_that_may_be_said_arrives_as_it_is(
    serve: Serve, join: Join, text: str
) -> None:
    """A text up to the limit comes back the same."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("say", room="lobby", text=text))["text"] == text


# join and leave


async def test_join_is_the_event_then_the_page_before_it(serve: Serve, join: Join) -> None:
    """The page holds only events before that `joined`, 50 of them; later ones come live."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    texts = [str(n) for n in range(60)]
    for text in texts:
        ada.send("say", room="den", text=text)
    await ada.settle()
    sent = ben.send("join", room="den")
    joined = await ben.answer(sent)
    assert (joined["type"], joined["id"], joined["account"]) == ("joined", sent, ben.account)
    page = await ben.answer(sent)
    assert (page["type"], page["re"], page["room"], page["more"]) == ("page", sent, "den", True)
    assert [event["text"] for event in page["events"]] == texts[-50:]
    assert page["later"] == []
    assert (await ada.expect("joined", room="den"))["account"] == ben.account
    await ada.ask("say", room="den", text="live")
    assert (await ben.expect("said", room="den"))["text"] == "live"


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (3, 3), (501, 11), (10**6, 11)])
async def test_join_brings_as_much_history_as_asked(
    serve: Serve, join: Join, asked: int, given: int
) -> None:
    """``history`` says how many events the page has, none included; there are at most 500."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    for n in range(10):
        ada.send("say", room="den", text=str(n))
    await ada.settle()
    sent = ben.send("join", room="den", history=asked)
    await ben.answer(sent)
    page = await ben.answer(sent)
    assert len(page["events"]) == given
    assert page["more"] is (given < 11)


async def test_join_where_one_is_already_is_done_then_the_page(serve: Serve, join: Join) -> None:
    """Without an event there is `done` without seq, then the newest page."""
    ada = await join(await serve(), "ada")
    said = await ada.ask("say", room="lobby", text="x")
    sent = ada.send("join", room="lobby", history=1)
    assert await ada.answer(sent) == {"type": "done", "re": sent}
    page = await ada.answer(sent)
    assert page["events"] == [said]


async def test_join_is_refused(serve: Serve, join: Join) -> None:
    """Into rooms that are not, private ones, and direct ones there is no joining."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    direct = await ada.ask("direct", names=["ada"])
    assert await refused(ben, "join", room="nowhere") == "no_such_room"
    assert await refused(ben, "join", room="Not A Name") == "no_such_room"
    assert await refused(ben, "join", room="den") == "no_such_room"
    assert await refused(ben, "join", room=direct["room"]) == "forbidden"


async def test_who_leaves_sees_its_own_left_and_nothing_after(serve: Serve, join: Join) -> None:
    """`left` reaches the members and who left; what follows only the members."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    left = await ben.ask("leave", room="den")
    assert (left["type"], left["account"], left.get("by")) == ("left", ben.account, None)
    assert await ada.expect("left") == left
    await ada.ask("say", room="den", text="secret")
    await ben.settle()
    assert ben.events("den")[-1] == left
    assert await refused(ben, "leave", room="den") == "not_a_member"


async def test_leave_is_refused(serve: Serve, join: Join) -> None:
    """The lobby and direct rooms cannot be left, nor what is not there."""
    ada = await join(await serve(), "ada")
    direct = await ada.ask("direct", names=["ada"])
    assert await refused(ada, "leave", room="lobby") == "forbidden"
    assert await refused(ada, "leave", room=direct["room"]) == "forbidden"
    assert await refused(ada, "leave", room="nowhere") == "no_such_room"


# create and topic


async def test_create_makes_its_asker_the_first_member(serve: Serve, join: Join) -> None:
    """`created` with this id carries the topic; it opens the creator's membership."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    created = await ada.ask("create", room="den", topic="  what\nwe do ")
    assert (created["type"], created["room"], created["topic"]) == ("created", "den", "what we do")
    assert created["private"] is False
    assert (await ada.ask("say", room="den", text="x"))["type"] == "said"
    await ben.settle()
    assert ben.events("den") == []
    assert await refused(ben, "create", room="den") == "room_exists"
    assert await refused(ben, "create", room="lobby") == "room_exists"


@pytest.mark.parametrize("room", ["", "Den", "a b", "x" * 65, "~x", "a/b", "a\n"])
async def test_a_rooms_name_has_rules(serve: Serve, join: Join, room: str) -> None:
    """A room has 1 to 64 lower-case letters, digits, ``_ - .``; another is `bad_room`."""
    ada = await join(await serve(), "ada")
    assert await refused(ada, "create", room=room) == "bad_room"


async def test_a_topic_is_set_by_a_member(serve: Serve, join: Join) -> None:
    """The `topic` event with this id reaches all members; `rooms` shows it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="x" * 64)
    await ben.ask("join", room="x" * 64)
    topic = await ada.ask("topic", room="x" * 64, text="new")
    assert (topic["type"], topic["text"]) == ("topic", "new")
    assert await ben.expect("topic") == topic
    rooms = (await ben.ask("rooms"))["rooms"]
    assert rooms[1]["topic"] == "new"
    long = "x" * (MAX_TOPIC_CHARS + 1)
    assert await refused(ada, "topic", room="lobby", text=long) == "text_too_long"
    assert await refused(ada, "create", room="y", topic=long) == "text_too_long"
    assert (await ada.ask("topic", room="lobby", text=""))["text"] == ""


async def test_a_topic_is_refused_to_others(serve: Serve, join: Join) -> None:
    """Only a member sets a room's topic."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    assert await refused(ben, "topic", room="den", text="x") == "not_a_member"
    assert await refused(ben, "topic", room="nowhere", text="x") == "no_such_room"


# invite, and private rooms


@pytest.mark.parametrize("by_name", [False, True])
async def test_an_invitation_opens_a_membership(serve: Serve, join: Join, by_name: bool) -> None:
    """`joined` of the invited carries ``by`` and this id; the invited sees it, then the rest."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    await ada.ask("say", room="den", text="before")
    whom = {"name": "BEN"} if by_name else {"account": ben.account}
    sent = ada.send("invite", room="den", **whom)
    joined = await ada.expect("joined", id=sent)
    assert (joined["account"], joined["sender"]) == (ben.account, "ben")
    assert (joined["by"], joined["by_name"]) == (ada.account, "ada")
    assert await ben.expect("joined", room="den") == joined
    await ada.ask("say", room="den", text="after")
    await ben.expect("said", room="den")
    assert ben.texts("den") == ["after"]
    page = await ben.ask("history", room="den")
    assert [event["seq"] for event in page["events"]] == [
        event["seq"] for event in ben.events("den")
    ]
    again = ada.send("invite", room="den", name="ben")
    assert await ada.answer(again) == {"type": "done", "re": again}


async def test_an_invitation_is_refused(serve: Serve, join: Join) -> None:
    """Only members invite, only people there are, and nobody into a direct room."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    direct = await ada.ask("direct", names=["ada"])
    assert await refused(ben, "invite", room="den", name="ben") == "no_such_room"
    assert await refused(ada, "invite", room="den", name="eve") == "no_such_person"
    assert await refused(ada, "invite", room="den", name="a b") == "no_such_person"
    assert await refused(ada, "invite", room="den", account="x") == "no_such_person"
    assert await refused(ada, "invite", room="den") == "bad_request"
    assert await refused(ada, "invite", room=direct["room"], name="ben") == "forbidden"


async def test_a_private_room_shows_a_member_its_own_stays(serve: Serve, join: Join) -> None:
    """What was said in between is neither streamed nor readable after coming back."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    for text in ("1", "2", "3"):
        if text == "2":
            await ben.ask("leave", room="den")
        else:
            await ada.ask("invite", room="den", name="ben")
        await ada.ask("say", room="den", text=text)
    await ben.settle()
    assert ben.texts("den") == ["1", "3"]
    page = await ben.ask("history", room="den", limit=500)
    assert page["events"] == ben.events("den")
    whole = await ada.ask("history", room="den", limit=500)
    assert [e["text"] for e in whole["events"] if e["type"] == "said"] == ["1", "2", "3"]


# direct


async def test_a_direct_room_is_created_once_for_each_set_of_people(
    serve: Serve, join: Join
) -> None:
    """The first time `created` reaches each of them; then the page of it alone is the answer."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    eve = await join(server, "eve")
    also = await join(server, "ada", token=ada.token)
    sent = ada.send("direct", names=["Ben"])
    created = await ada.answer(sent)
    assert (created["type"], created["id"], created["direct"]) == ("created", sent, True)
    assert created["room"].startswith("~")
    people = [{"account": wire.account, "name": wire.name} for wire in (ada, ben)]
    people.sort(key=lambda person: person["account"])
    assert created["people"] == people
    page = await ada.answer(sent)
    assert (page["type"], page["room"], page["people"]) == ("page", created["room"], people)
    assert page["events"] == []
    for wire in (ben, also):
        assert await wire.expect("created") == created
    await eve.settle()
    assert eve.events(created["room"]) == []
    for wire, fields in (
        (ben, {"names": ["ada"]}),
        (ben, {"accounts": [ada.account]}),
        (ben, {"accounts": [ada.account, ben.account], "names": ["ada", "ben"]}),
    ):
        page = await wire.ask("direct", **fields)
        assert (page["type"], page["room"]) == ("page", created["room"])
        assert page["events"] == [created]


async def test_what_is_said_directly_is_for_these_people(serve: Serve, join: Join) -> None:
    """A direct room is said in, read and listed like another, by its people only."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    eve = await join(server, "eve")
    room = (await ada.ask("direct", accounts=[ben.account]))["room"]
    await ada.ask("say", room=room, text="psst")
    assert (await ben.expect("said"))["text"] == "psst"
    for kind, fields in {"say": {"text": "x"}, "history": {}, "who": {}}.items():
        assert await refused(eve, kind, room=room, **fields) == "no_such_room"
    rooms = (await ben.ask("rooms"))["rooms"]
    (found,) = [one for one in rooms if one["name"] == room]
    assert (found["direct"], found["private"], found["members"]) == (True, True, 2)
    assert len(found["people"]) == 2
    assert [one["name"] for one in (await eve.ask("rooms"))["rooms"]] == ["lobby"]
    await eve.settle()
    assert eve.texts() == []


async def test_a_direct_room_is_of_at_most_eight(serve: Serve, join: Join) -> None:
    """Eight people have one, oneself included; nine do not; and nobody has none."""
    server = await serve()
    wires = [await join(server, f"w{n}") for n in range(9)]
    ada, *others = wires
    names = [wire.name for wire in others]
    assert len((await ada.ask("direct", names=names[:7]))["people"]) == 8
    assert await refused(ada, "direct", names=names) == "bad_request"
    assert await refused(ada, "direct", names=["x"] * 17) == "bad_request"
    assert await refused(ada, "direct") == "bad_request"
    assert await refused(ada, "direct", names=["nobody"]) == "no_such_person"
    assert await refused(ada, "direct", accounts=["nobody"]) == "no_such_person"
