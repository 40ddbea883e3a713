"""The terminal client without its terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link.notices import Greeted
from asynchat.messages import Done, Refused, Reset, Said
from asynchat.terminal.commands import COMMANDS
from asynchat.terminal.conversation import Conversation
from tests.terminal.talking import Talk, talking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Relay, Stage


async def test_a_room_opens_with_its_last_lines(client: Callable[..., Client]) -> None:
    """Opening shows the topic and the last 20 lines, then what is said from now on, once each."""
    async with client("ben") as ben:
        await ben.set_topic("lobby", "All \x1b[1mwelcome")
        for number in range(25):
            await ben.send("lobby", f"{number}")
        ada = client("ada")
        async with ada:
            pass
        async with talking(ada) as talk:
            # The join of her first visit is one of the 20.
            assert talk.shown[:2] == ["* #lobby: All [1mwelcome", "ben: 6"]
            assert talk.shown[20:] == ["* ada joined"]


async def test_a_first_visit_shows_each_line_once(client: Callable[..., Client]) -> None:
    """What the stream brings before the room is open is on its page, and not above it."""
    async with talking(client("ada")) as talk:
        assert talk.shown == ["* #lobby", "* ada joined"]


async def test_what_is_said_is_shown_once_by_everyone(
    client: Callable[..., Client], until: Until
) -> None:
    """One's own message is shown when it is stored, in the same order as others see it."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("hello")
        await ben.say("two\nlines")
        last = "ben: two\n      lines"
        await until(lambda: last in ada.shown and last in ben.shown)
        for talk in (ada, ben):
            said = [line for line in talk.shown if not line.startswith("*")]
            assert said == ["ada: hello", "ben: two\n      lines"]


async def test_names_of_emoji_are_sent_as_emoji(
    client: Callable[..., Client], until: Until
) -> None:
    """What one names between colons is said as the emoji, but not in code."""
    async with talking(client("ada")) as ada:
        await ada.say("yes :tada: `:tada:`")
        await until(lambda: "ada: yes 🎉 `:tada:`" in ada.shown)


async def test_opening_a_room_in_mid_talk_shows_each_line_once(
    client: Callable[..., Client], until: Until
) -> None:
    """What is said while a room opens is shown once, after its last lines, with no gap."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        for number in range(300):
            ben.post("lobby", f"{number}")
        while "ben: 299" not in ada.shown:
            await ada.call("join", "lobby")
    opened: list[list[int]] = [[]]
    for line in ada.shown:
        if line == "* #lobby":
            opened.append([])
        elif line.startswith("ben: "):
            opened[-1].append(int(line.removeprefix("ben: ")))
    assert len(opened) > 3
    for numbers in opened:
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


async def test_coming_and_going_is_shown(client: Callable[..., Client], until: Until) -> None:
    """Who joins is shown once, who comes back and goes is shown by presence."""
    async with talking(client("ada")) as ada:
        ben = client("ben")
        async with ben:
            await until(lambda: "* ben joined" in ada.shown)
        await until(lambda: "* ben has gone" in ada.shown)
        async with client("cyd"):
            await until(lambda: "* cyd joined" in ada.shown)
        await until(lambda: "* cyd has gone" in ada.shown)
    assert not [line for line in ada.shown if line.endswith("is here")]


async def test_another_room_is_shown_with_its_label(
    client: Callable[..., Client], until: Until
) -> None:
    """What is said where one is a member but not looking carries the room; the rest is left out."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        await ada.call("create", "dev", "all about code")
        assert ada.conversation.room == "dev"
        assert "* #dev: all about code" in ada.shown
        await ben.set_topic("lobby", "new")
        await ben.send("lobby", "over there")
        await until(lambda: ada.shown[-1] == "#lobby ben: over there")
        assert not [line for line in ada.shown if "set the topic" in line]


async def test_rooms_are_joined_and_left(client: Callable[..., Client], until: Until) -> None:
    """``/join`` opens a room, ``/leave`` goes back to the lobby; another can be left from afar."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        await ben.create("dev")
        await ben.send("dev", "first")
        assert "ben: first" in await ada.call("join", "#Dev")
        assert ada.conversation.room == "dev"
        assert "dev" in ada.client.rooms
        await ada.call("join", "lobby")
        await ada.call("leave", "dev")
        assert ada.conversation.room == "lobby"
        await until(lambda: "dev" not in ada.client.rooms)
        await ada.call("join", "dev")
        await ada.call("leave", None)
        assert ada.conversation.room == "lobby"
        assert await ada.call("leave", None) == ["* The lobby cannot be left."]


async def test_one_writes_to_one_person(client: Callable[..., Client], until: Until) -> None:
    """``/msg`` with a text writes and stays; without one it opens the conversation."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.call("msg", "ben", "psst")
        assert ada.conversation.room == "lobby"
        await until(lambda: "@ada ada: psst" in ben.shown)
        await until(lambda: "@ben ada: psst" in ada.shown)
        await ben.call("msg", "@ada", None)
        assert ben.conversation.label() == "@ada"
        assert "ada: psst" in ben.shown
        await ben.say("yes?")
        await until(lambda: ben.shown[-1] == "ben: yes?")
        await ben.call("leave", None)
        assert ben.conversation.room == "lobby"
        await ben.call("join", "@ADA")
        assert ben.conversation.label() == "@ada"
        assert (await ben.call("join", "@eve"))[-1].startswith("* There is no conversation @eve")
        async with talking(client("carol")) as carol:
            await carol.call("msg", "@ada,ben", "both of you")
            await until(lambda: any("carol: both of you" in line for line in ada.shown))
            await until(lambda: any("carol: both of you" in line for line in ben.shown))
        assert await ben.call("msg", "eve", "x") == ["* There is nobody of that name."]


async def test_what_the_server_says_to_all_is_shown(client: Callable[..., Client]) -> None:
    """Each of its lines is one, whatever is in it."""
    async with client("ben") as ben:
        talk = Talk(ben)
        talk.conversation.notice(Greeted("Be kind.\n\x1b[1mNo dogs."))
        assert talk.shown == ["* Be kind.", "* [1mNo dogs."]


async def test_what_is_unread_elsewhere_is_told(
    client: Callable[..., Client], until: Until
) -> None:
    """Of other rooms, until they are opened: there a line says what is new, and then it is read."""
    async with client("ben") as ben:
        await ben.create("dev", topic="code")
        async with talking(client("ada"), "dev") as ada:
            await ben.send("dev", "old")
            await ada.call("join", "lobby")
            assert await ada.call("unread") == ["* Nothing is unread in other rooms."]
            await ben.send("dev", "one")
            last = await ben.send("dev", "@ada two")
            await ben.send("lobby", "here")
            await until(lambda: "2 unread" in ada.conversation.status())
            assert await ada.call("unread") == ["  #dev, 2 unread, 1 for you"]
            assert "  #dev, 2 unread, 1 for you, 2 members: code" in await ada.call("rooms")
            shown = await ada.call("join", "dev")
            assert shown[-4:] == ["ben: old", "* New:", "ben: one", "ben: @ada two"]
            assert ada.client.unread["dev"].seq == last.seq
            assert "unread" not in ada.conversation.status()
            live = await ben.send("dev", "three")
            await until(lambda: ada.client.unread["dev"].seq == live.seq)


async def test_a_room_is_read_once_it_is_known_how_far_one_was(
    client: Callable[..., Client], until: Until
) -> None:
    """Opened before the server has told what is unread, it is marked when it does."""
    async with client("ben") as ben:
        await ben.create("dev")
        async with talking(client("ada"), "dev") as ada:
            await ada.call("join", "lobby")
            said = await ben.send("dev", "one")
            await until(lambda: "1 unread" in ada.conversation.status())
            marks = ada.client._conversation.marks
            await marks.read()  # so that no answer is on its way
            marks.restart()
            await ada.call("join", "dev")
            assert "dev" not in ada.client.unread
            await marks.read()
            await until(lambda: ada.client.unread["dev"].seq == said.seq)


async def test_what_was_said_while_away_is_read_once_it_is_shown(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """How far one had read is told after the welcome; the open room is read then."""
    async with client("ben") as ben:
        ada = client("ada", data=tmp_path / "ada")
        async with ada:
            await until(lambda: "lobby" in ada.unread and ada.unread["lobby"].seq > 0)
        said = await ben.send("lobby", "while away")
        async with talking(client("ada", data=tmp_path / "ada")) as again:
            await until(lambda: again.client.unread["lobby"].seq == said.seq)
            assert again.client.unread["lobby"].unread == 0


async def test_history_goes_back_from_what_is_shown(
    client: Callable[..., Client], until: Until
) -> None:
    """Each ``/history`` shows what lies before the last one, down to where the room begins."""
    async with client("ben") as ben:
        await ben.create("dev")
        for number in range(30):
            await ben.send("dev", f"{number}")
        async with talking(client("ada"), "dev") as ada:
            await ben.send("dev", "live")
            await until(lambda: ada.shown[-1] == "ben: live")
            assert await ada.call("history", "2") == ["ben: 8", "ben: 9"]
            assert (await ada.call("history", "3"))[0] == "ben: 5"
            assert await ada.call("history", None) == [
                "* This is where #dev begins.",
                "* ben created this room",
                *(f"ben: {number}" for number in range(5)),
            ]
            assert await ada.call("history", "0") == ["* This is where #dev begins."]


async def test_topics_and_invitations(client: Callable[..., Client], until: Until) -> None:
    """``/topic`` and ``/invite`` do what they say, and everyone sees it."""
    async with talking(client("ben")) as ben, talking(client("ada")) as ada:
        await ada.call("create", "dev", None)
        await ada.call("topic", "code")
        await ada.call("invite", "@ben")
        await until(lambda: "dev" in ben.client.rooms)
        await until(lambda: ada.shown[-2:] == ["* ada set the topic: code", "* ada added ben"])


async def test_what_cannot_be_said_is_shown(client: Callable[..., Client], until: Until) -> None:
    """A refused message, by us or by the server, is told with its text."""
    async with talking(client("ada")) as ada:
        await ada.say("x" * 4001)
        assert ada.shown[-1] == "* A message has at most 4,000 characters."
        ada.client.post("nowhere", "anyone?")
        await until(lambda: ada.shown[-1].startswith("* Not sent: "))
        assert ada.shown[-1].endswith('It was: "anyone?"')


async def test_a_lost_connection_is_told_and_nothing_is_lost(
    client: Callable[..., Client], stage: Stage, until: Until
) -> None:
    """While the server is away it says so; what is typed meanwhile is said when it is back."""
    async with talking(client("ada")) as ada:
        await stage.stop()
        await until(lambda: ada.client.connection.phase == "waiting")
        await ada.say("meanwhile")
        assert "1 sending" in ada.conversation.status()
        assert "connected" in ada.conversation.status()
        await stage.start()
        await until(lambda: "ada: meanwhile" in ada.shown)
        lost = [line for line in ada.shown if line.startswith("* The connection is lost: ")]
        assert len(lost) == 1
        assert "* Connected again." in ada.shown
        assert not ada.conversation.ended
        assert "you are ada" in ada.conversation.status()


async def test_no_answer_is_told(
    client: Callable[..., Client], relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that is not answered in time says so, and one can go on."""
    monkeypatch.setattr("asynchat.terminal.conversation._ANSWER_TIMEOUT_S", 0.05)
    async with talking(client("ada", address=relay.address)) as ada:
        relay.silent = True
        assert await ada.call("rooms") == ["* No answer within 0.05 s; try it again."]
        assert await ada.call("join", "dev") == ["* No answer within 0.05 s; try it again."]
        assert ada.conversation.room == "lobby"


async def test_another_history_is_told(
    client: Callable[..., Client], relay: Relay, until: Until
) -> None:
    """After a reset it says why, and a line stored before the new stream is shown all the same;
    the numbers of before mean nothing any more.
    """
    async with talking(client("ada", address=relay.address)) as ada:
        await ada.say("before")
        await until(lambda: "ada: before" in ada.shown)
        number = ada.number("before")
        relay.silent = True
        await ada.say("hello")
        entry = (await until(lambda: ada.client.outbox))[0]
        relay.tell(Reset(cursor="another", reason="This is another history."))
        relay.tell(Done(re=entry.id, seq=1, time=1))
        await until(lambda: ada.shown[-1] == "ada: hello")
        assert "* This is another history." in ada.shown
        unknown = f"* No message here has the number {number}; "
        assert (await ada.type(f"/pin {number}"))[-1].startswith(unknown)


async def test_an_end_for_good_is_told(
    client: Callable[..., Client], relay: Relay, until: Until
) -> None:
    """When the server sends one away for good it says why, and the conversation has ended."""
    async with talking(client("ada", address=relay.address)) as ada:
        relay.tell(Refused(re=None, code="banned", text="You are banned."))
        await until(lambda: ada.conversation.ended)
        assert ada.shown[-1] == "* You are banned."


async def test_what_failed_is_told_and_said_again(
    client: Callable[..., Client], tmp_path: Path, until: Until
) -> None:
    """What was refused is told, also by the next program; then it is said again, or forgotten."""
    async with talking(client("ada", data=tmp_path / "me")) as talk:
        for text in ("one", "two"):
            talk.client.post("dev", text)
        await until(lambda: len(talk.client.failed) == 2)
    async with talking(client("ada", data=tmp_path / "me")) as talk:
        assert talk.shown[:2] == [
            '* Not sent: There is no room of that name. It was: "one"',
            '* Not sent: There is no room of that name. It was: "two"',
        ]
        await talk.client.create("dev")
        await talk.call("retry")
        await until(lambda: not talk.client.outbox)
        page = await talk.client.history("dev")
        assert [event.text for event in page.events if isinstance(event, Said)] == ["one", "two"]
        talk.client.post("nowhere", "three")
        await until(lambda: talk.client.failed)
        await talk.call("discard")
        assert talk.client.failed == ()


async def test_a_second_terminal_says_what_it_lacks(
    client: Callable[..., Client], tmp_path: Path
) -> None:
    """A second program of one profile says that it keeps nothing on this computer."""
    first, second = (client("ada", data=tmp_path / "me") for _ in range(2))
    async with first, talking(second) as talk:
        assert talk.shown[0].startswith("* Another window or program of yours is here")


async def test_every_command_of_the_table_does_something(client: Callable[..., Client]) -> None:
    """What the table promises is there; only ``/quit`` is the screen's own."""
    conversation = Conversation(client("ada"), print)
    assert set(conversation.commands) | {"quit"} == {command.name for command in COMMANDS}
