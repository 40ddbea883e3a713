"""What a person does about a message, and what everybody is shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.link.notices import Arrived
from asynchat.messages import Edited, Said
from asynchat.terminal.about import emoji_of
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Relay, Stage


async def test_a_reply_quotes_what_it_is_to(client: Callable[..., Client], until: Until) -> None:
    """A reply is shown under the first words of what it is to, with its number."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("shall we meet at noon?")
        await until(lambda: "ada: shall we meet at noon?" in ben.shown)
        number = ben.number("shall we meet at noon?")
        assert await ben.type(f"/reply {number} yes :+1:") == []
        quoted = f"      ↪ {number} ada: shall we meet at noon?\n"
        await until(lambda: ben.shown[-1].startswith(quoted))
        assert ben.shown[-1].endswith(" ben: yes 👍")
        await until(lambda: ada.shown[-1].endswith(" ben: yes 👍"))
        page = await ada.client.history("lobby")
        first, reply = (event for event in page.events if isinstance(event, Said))
        assert reply.reply_to == first.seq


async def test_the_last_own_message_is_edited(client: Callable[..., Client], until: Until) -> None:
    """``/edit`` says anew what one said last, even if it is still on its way; others are told."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("first")
        await ben.say("between")
        await until(lambda: "ben: between" in ada.shown and "ada: first" in ben.shown)
        await ada.say("helo")
        await ada.type("/edit hello :tada:")
        number = ben.number
        await until(lambda: ben.shown[-1] == f"* ada edited {number('hello 🎉')}: hello 🎉")
        assert "ada: helo" in ben.shown
        opened = await ben.call("join", "lobby")
        assert opened[-1] == "ada: hello 🎉 (edited)"
        assert "ada: first" in opened


async def test_a_message_is_edited_by_its_number(
    client: Callable[..., Client], until: Until
) -> None:
    """``/edit NUMBER`` says that one anew; another's the server refuses."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("one")
        await ada.say("two")
        await until(lambda: "ada: two" in ada.shown and "ada: two" in ben.shown)
        number = ada.number("one")
        await ada.type(f"/edit {number} 1 is\none")
        await until(lambda: ada.shown[-1] == f"* ada edited {number}: 1 is ⏎ one")
        refused = await ben.type(f"/edit {ben.number('two')} mine")
        assert "* Only who said this may edit it." in refused
        assert await ben.type("/edit x") == ["* Nothing that you said here is shown."]
        unknown = "* No message here has the number 99; it stands between its time and its name."
        assert await ben.type("/edit 99 x") == [unknown]


async def test_a_deleted_text_is_not_shown_again(
    client: Callable[..., Client], until: Until
) -> None:
    """A deletion is told; whoever opens the room then, or sees a reply, does not get the text."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("a secret")
        await until(lambda: "ada: a secret" in ben.shown and "ada: a secret" in ada.shown)
        number = ben.number("a secret")
        await ben.type(f"/reply {number} oh")
        await until(lambda: ada.shown[-1].endswith("ben: oh"))
        await ada.type(f"/delete {ada.number('a secret')}")
        await until(lambda: ben.shown[-1] == f"* ada deleted {number}")
        before = len(ben.rows)
        await ben.call("join", "lobby")
        async with talking(client("eve")) as eve:
            shown = ben.shown[before:] + eve.shown
        assert not [line for line in shown if "secret" in line]
        assert shown.count("ada: (deleted)") == 2
        assert f"      ↪ {number} ada: (deleted)\n" in "\n".join(shown)
        refused = "* There is no such message in this room, or it was deleted."
        assert refused in await ben.type(f"/react {number} x")


async def test_reactions_are_counted(client: Callable[..., Client], until: Until) -> None:
    """Each reaction is told with how many there are now, and history has them all."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("party?")
        await until(lambda: "ada: party?" in ben.shown and "ada: party?" in ada.shown)
        number = ada.number("party?")
        await ben.type(f"/react {ben.number('party?')} :+1:")
        await until(lambda: ada.shown[-1] == f"* ben reacted 👍 to {number} (1)")
        await ada.type(f"/react {number} 👍")
        await until(lambda: ada.shown[-1] == f"* ada reacted 👍 to {number} (2)")
        await ada.type(f"/react {number} tada")
        await until(lambda: ada.shown[-1] == f"* ada reacted 🎉 to {number} (1)")
        assert (await ada.call("join", "lobby"))[-1] == "ada: party?\n      👍 2, 🎉 1"
        await ben.type(f"/unreact {ben.number('party?')} 👍")
        await until(lambda: ada.shown[-1] == f"* ben took back 👍 from {number} (1)")
        unknown = "* There is no emoji called :nothing_like_it:"
        assert await ada.type(f"/react {number} :nothing_like_it:") == [unknown]


async def test_messages_are_pinned(client: Callable[..., Client], until: Until) -> None:
    """A pin is told, ``/pins`` shows what is pinned, also what was said far up."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        assert "* #lobby: nothing is pinned" in await ada.type("/pins")
        await ada.say("the plan")
        await until(lambda: "ada: the plan" in ben.shown)
        number = ben.number("the plan")
        await ben.type(f"/pin {number}")
        await until(lambda: ben.shown[-1] == f"* ben pinned {number}")
        for count in range(25):
            await ada.client.send("lobby", f"{count}")
        async with talking(client("eve")) as eve:
            assert await eve.type("/pins") == [
                "* #lobby: 1 pinned message",
                "ada: the plan (pinned)",
            ]
            await eve.type(f"/unpin {eve.number('the plan')}")
            await until(lambda: f"* eve unpinned {number}" in ben.shown)


async def test_elsewhere_only_what_concerns_one_is_told(
    client: Callable[..., Client], until: Until
) -> None:
    """Of another room one is told edits and deletions of what was shown, and reactions to one's
    own; a reply by its number goes there.
    """
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await ada.say("mine")
        await ben.say("his")
        await until(lambda: "ben: his" in ada.shown and "ben: his" in ben.shown)
        mine, his = ada.number("mine"), ada.number("his")
        await ada.call("create", "dev", None)
        await ben.type(f"/react {ben.number('his')} 🎉")
        await ben.type(f"/pin {ben.number('his')}")
        await ben.type(f"/react {ben.number('mine')} 👍")
        await ben.type("/edit hers")
        await until(lambda: ada.shown[-1] == f"#lobby * ben edited {his}: hers")
        assert [line for line in ada.shown if line.startswith("#lobby")] == [
            f"#lobby * ben reacted 👍 to {mine} (1)",
            f"#lobby * ben edited {his}: hers",
        ]
        await ada.type(f"/reply {his} I see")
        await until(lambda: ada.shown[-1].endswith("#lobby ada: I see"))
        assert ada.conversation.room == "dev"


async def test_what_was_missed_is_told_by_its_number(
    client: Callable[..., Client], stage: Stage, until: Until
) -> None:
    """Over a restart each thing is told once, for the line that was shown before it."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        said = await ben.send("lobby", "helo")
        await until(lambda: "ben: helo" in ada.shown)
        number = ada.number("helo")
        await ben.react("lobby", said.seq, "👍")
        await stage.stop()
        await stage.start()
        await ben.react("lobby", said.seq, "🎉")
        await ben.edit("lobby", said.seq, "hello")
        await until(lambda: f"* ben edited {number}: hello" in ada.shown)
        assert [line for line in ada.shown if "reacted" in line] == [
            f"* ben reacted 👍 to {number} (1)",
            f"* ben reacted 🎉 to {number} (1)",
        ]


async def test_what_becomes_of_a_message_further_up_is_told(
    client: Callable[..., Client], until: Until
) -> None:
    """What was not shown has no number; what becomes of it is told all the same."""
    async with client("ben") as ben:
        said = await ben.send("lobby", "far up")
        for number in range(20):
            await ben.send("lobby", f"{number}")
        async with talking(client("ada")) as ada:
            await ben.react("lobby", said.seq, "👍")
            await ben.edit("lobby", said.seq, "higher")
            await ben.redact("lobby", said.seq)
            await until(lambda: ada.shown[-1] == "* ben deleted an earlier message")
            assert ada.shown[-3:-1] == [
                "* ben reacted 👍 to an earlier message",
                "* ben edited an earlier message: higher",
            ]
            shown = await ada.call("history", None)
            assert "ben: (deleted)" in shown


async def test_what_was_known_when_the_room_was_opened_is_not_told(
    client: Callable[..., Client],
) -> None:
    """What the stream brings late of something far up, or blank, is no news."""
    async with talking(client("ada")) as ada:
        await ada.client.send("lobby", "hello")
        await ada.call("join", "lobby")
        late = Edited(
            seq=1, time=1, room="lobby", account="x", sender="eve", id=None, about=1, text="old"
        )
        before = list(ada.shown)
        ada.conversation.notice(Arrived(late))
        ada.conversation.notice(Arrived(replace(late, seq=9, text="", redacted=True)))
        assert ada.shown == before
        ada.conversation.notice(Arrived(replace(late, seq=9)))
        assert ada.shown[-1] == "* eve edited an earlier message: old"


async def test_what_does_not_get_through_is_not_edited_instead(
    client: Callable[..., Client],
    relay: Relay,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the last message is on its way ``/edit`` waits, and edits none before it."""
    monkeypatch.setattr("asynchat.terminal.conversation._ANSWER_TIMEOUT_S", 0.2)
    async with talking(client("ada", address=relay.address)) as ada:
        await ada.say("before")
        await until(lambda: "ada: before" in ada.shown)
        relay.silent = True
        await ada.say("on its way")
        assert await ada.type("/edit new") == ["* No answer within 0.2 s; try it again."]


@pytest.mark.parametrize("typed", ["👍", ":+1:", "+1", ":thumbsup:", "thumbsup"])
def test_an_emoji_may_be_named(typed: str) -> None:
    """An emoji may be typed, or named with or without colons."""
    assert emoji_of(typed) == "👍"


def test_what_is_no_name_of_an_emoji() -> None:
    """A few characters may be a reaction; a name between colons has to be one."""
    assert emoji_of("xyz,") == "xyz,"
    assert emoji_of(":") == ":"
    with pytest.raises(ChatError, match="no emoji called :xyzzy:"):
        emoji_of(":xyzzy:")
