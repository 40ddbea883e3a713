"""Order is kept from the window: a real server, a window of ada's, and ben beside her."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.presenters.commands import BY_NAME, Given
from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.deed_dialog import DeedDialog
from asynchat.window.widgets.dialog import Question
from asynchat.window.widgets.items_panel import ItemsPanel
from asynchat.window.widgets.people_panel import PeoplePanel
from asynchat.window.widgets.room_settings_dialog import RoomSettingsDialog
from asynchat.window.widgets.server_panel import ServerPanel
from tests.window.test_chat_window import ada, chat, live, server, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.window.chat_window import ChatWindow
    from asynchat.window.failures import Failures
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ada", "chat", "live", "server", "session"]

T = TypeVar("T")


@pytest.fixture
def told(failures: Failures) -> list[str]:
    """Return what the window says in its banner."""
    found: list[str] = []
    failures.shown_by(lambda sentence, **_: found.append(sentence))
    return found


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
async def boss(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    """Return the owner of the server."""
    assert server.owner_invitation is not None
    async with Client(server.owner_invitation, name="boss", data=tmp_path / "boss") as client:
        yield client


@pytest.fixture
async def zoo(chat: ChatWindow, ben: Client, until: Until) -> str:
    """Have a room of ada's with ben in it on view."""
    await chat.session.create("zoo")
    await ben.join("zoo")
    await until(lambda: person(chat, ben) is not None)
    return "zoo"


def person(chat: ChatWindow, who: Client) -> Any:
    """Return how somebody is in the room on view."""
    return next((one for one in chat.session.people() if one.account == who.account), None)


async def opened(chat: ChatWindow, until: Until, kind: type[T]) -> T:
    root = chat.screen.winfo_toplevel()
    found = await until(
        lambda: [
            child
            for child in root.winfo_children()
            if isinstance(child, kind) and child.winfo_viewable()
        ]
    )
    return found[0]


def labels(menu: tk.Menu) -> list[str]:
    """Return what can be chosen in a menu."""
    last = menu.index("end")
    return [] if last is None else [menu.entrycget(at, "label") for at in range(last + 1)]


def menu_of_person(chat: ChatWindow, who: Client) -> list[str]:
    """Open the menu of somebody, and return what is in it."""
    root = chat.screen.winfo_toplevel()
    before = set(root.winfo_children())
    chat.commands.row_menu(Row("person", who.account or "", who.name or ""), 0, 0)
    (menu,) = set(root.winfo_children()) - before
    assert isinstance(menu, tk.Menu)
    found = labels(menu)
    menu.unpost()
    return found


async def refusal(who: Client, room: str, text: str) -> ChatError:
    with pytest.raises(ChatError) as caught:
        await who.send(room, text, timeout_s=10)
    return caught.value


async def test_what_one_may_not_do_is_not_offered(
    chat: ChatWindow, ben: Client, until: Until
) -> None:
    """In the lobby ada keeps no order; in a room of her own she does."""
    await until(lambda: person(chat, ben) is not None)
    assert menu_of_person(chat, ben) == [
        "Write a direct message",
        "Show the profile",
        "Block: hide what they say",
    ]
    with pytest.raises(ChatError):
        chat.commands.do("mute", Given(account=ben.account or ""))
    assert not any(offer.row.key == "room-settings" for offer in chat.commands.offers())
    await chat.session.create("zoo")
    await ben.join("zoo")
    await until(lambda: person(chat, ben) is not None)
    found = menu_of_person(chat, ben)
    assert found[3:] == [
        "Remove from the room …",
        "Mute …",
        "Ban …",
        "Make a moderator of the room",
    ]
    assert any(offer.row.key == "room-settings" for offer in chat.commands.offers())


async def test_somebody_is_muted_and_may_speak_again(
    chat: ChatWindow, zoo: str, ben: Client, until: Until, told: list[str]
) -> None:
    """The dialog asks how long and why; the muted one is refused with both."""
    chat.commands.do("mute", Given(account=ben.account or ""))
    dialog = await opened(chat, until, DeedDialog)
    dialog.reason.insert(0, "spam")
    dialog.done.invoke()
    await until(lambda: told)
    assert told == ["ben is muted here for 1 hour."]
    error = await refusal(ben, zoo, "hello")
    assert error.code == "muted"
    assert error.text.endswith("UTC: spam")
    chat.commands.do("unmute", Given(words="@ben"))
    await until(lambda: len(told) == 2)
    assert told[1] == "ben may speak again."
    await ben.send(zoo, "thanks", timeout_s=10)


async def test_slash_commands_mute_kick_and_ban(
    chat: ChatWindow, zoo: str, ben: Client, until: Until, told: list[str]
) -> None:
    """Name, time and reason are typed after them; each says what the server says to a mistake."""
    do = chat.commands.do
    with pytest.raises(ChatError, match="written like 30s"):
        do("mute", Given(words="ben 10x too loud"))
    do("mute", Given(words="ben 10m too loud"))
    await until(lambda: told)
    assert told == ["ben is muted here for 10 minutes."]
    assert "too loud" in (await refusal(ben, zoo, "hello")).text
    do("kick", Given(words="ben see the rules"))
    await until(lambda: person(chat, ben) is None)
    await until(lambda: "ada removed ben: see the rules" in chat.screen.transcript.shown)
    await ben.join(zoo)
    do("ban", Given(words="ben 1d enough"))
    await until(lambda: zoo not in ben.rooms)
    with pytest.raises(ChatError) as caught:
        await ben.join(zoo)
    assert caught.value.code == "room_banned"
    do("unban", Given(words="ben"))
    await until(lambda: "ben may come again." in told)
    await ben.join(zoo)
    do("kick", Given(words="nobody"))
    await until(lambda: "There is nobody of that name." in told)
    with pytest.raises(ChatError):
        do("unmute", Given())


async def test_a_moderator_is_made_and_dismissed(
    chat: ChatWindow, zoo: str, ben: Client, until: Until
) -> None:
    """Ben has a badge then, and is no lower any more."""
    chat.commands.do("appoint", Given(account=ben.account or ""))
    await until(lambda: person(chat, ben).moderator)
    rows = {row.key: row for row in chat.session.rows()}
    assert rows[ben.account or ""].mark == "moderator"
    assert "Mute …" not in menu_of_person(chat, ben)
    me = Given(account=chat.session.me)
    chat.commands.do("dismiss", me)
    await until(lambda: not chat.session.client.rooms[zoo].moderator)
    with pytest.raises(ChatError):
        chat.commands.do("room-settings")


async def test_the_settings_of_a_room(
    chat: ChatWindow, zoo: str, ben: Client, until: Until
) -> None:
    """They are changed in one dialog; header and composer show them, to each what is for them."""
    chat.commands.do("room-settings")
    dialog = await opened(chat, until, RoomSettingsDialog)
    assert dialog.topic is not None
    dialog.topic.insert(0, "Animals")
    dialog.flags["private"].set(True)
    dialog.slow.insert(0, "30s")
    dialog.save()
    await until(lambda: chat.screen.header.signs == ("private", "slow · 30 seconds"))
    await until(lambda: chat.screen.header.texts[1].startswith("Animals"))
    assert "every" not in chat.screen.composer.placeholder
    await ben.send(zoo, "one", timeout_s=10)
    assert (await refusal(ben, zoo, "two")).code == "too_fast"
    await chat.session.client.change_room(zoo, read_only=True)
    await until(lambda: "read-only" in chat.screen.header.signs)
    assert chat.screen.composer.silence == ""
    await chat.session.client.change_room(zoo, archived=True)
    await until(lambda: chat.screen.composer.silence.startswith("This room is archived"))
    await chat.session.client.change_room(zoo, archived=False, read_only=False)
    await until(lambda: chat.screen.composer.silence == "")


async def test_where_one_may_not_speak_the_reason_stands_in_the_composer(
    chat: ChatWindow, ben: Client, until: Until
) -> None:
    """In a room that others made read-only, and with a hint where it is slow."""
    await ben.create("den")
    await ben.change_room("den", slow_s=60)
    await chat.session.join("den")
    await until(lambda: "one message every 1 minute" in chat.screen.composer.placeholder)
    await ben.change_room("den", read_only=True)
    await until(lambda: chat.screen.composer.silence.startswith("Only the moderators"))
    chat.session.show("lobby")
    await until(lambda: chat.screen.composer.silence == "")


async def test_who_is_muted_reads_why_and_may_try_again(
    chat: ChatWindow, ben: Client, until: Until, press: Press
) -> None:
    """Nobody tells when a mute is lifted; so one can try."""
    await ben.create("den")
    await chat.session.join("den")
    await ben.mute("ada", room="den", seconds=600, reason="too loud")
    await press(chat.screen.composer.text, *"hi", "Return")
    await until(lambda: "too loud" in chat.screen.composer.silence)
    await ben.unmute("ada", room="den")
    silence = chat.screen.composer._silence
    assert silence is not None
    assert silence.again is not None
    silence.again.invoke()
    await until(lambda: chat.screen.composer.silence == "")
    await press(chat.screen.composer.text, *"ho", "Return")
    await until(lambda: (own := chat.session.newest_own()) and own.text == "ho")


async def test_who_is_sent_out_reads_by_whom_and_why(
    chat: ChatWindow, ben: Client, until: Until, told: list[str]
) -> None:
    """The room is gone, so it is said above the others."""
    await ben.create("den")
    await chat.session.join("den")
    await ben.kick("den", "ada", reason="see the rules")
    await until(lambda: told)
    assert told == ["#den: ben removed ada: see the rules."]
    assert chat.session.on_view == "lobby"


async def test_who_is_banned_from_the_server_reads_until_when(
    chat: ChatWindow, boss: Client, until: Until
) -> None:
    """It is what the state of the connection says from then on."""
    await boss.ban("ada", seconds=3600, reason="enough")
    await until(lambda: chat.session.client.connection.phase == "closed")
    await until(lambda: "banned" in chat.session.status().text)
    assert "UTC: enough" in chat.session.status().text


async def test_others_messages_are_deleted_by_who_may(
    chat: ChatWindow, zoo: str, ben: Client, until: Until
) -> None:
    """The one that is chosen goes; without one it is never another's."""
    event = await ben.send(zoo, "nonsense", timeout_s=10)
    await until(lambda: chat.session.line(event.seq) is not None)
    with pytest.raises(ChatError):
        chat.commands.do("delete")
    chat.commands.do("delete", Given(seq=event.seq))
    question = await opened(chat, until, Question)
    question._buttons[0].invoke()
    await until(lambda: (line := chat.session.line(event.seq)) and line.deleted)


async def test_a_message_is_reported(
    chat: ChatWindow, boss: Client, ben: Client, until: Until, told: list[str]
) -> None:
    """Who keeps order sees what it said, who reported it and why."""
    event = await ben.send("lobby", "nonsense", timeout_s=10)
    await until(lambda: chat.session.line(event.seq) is not None)
    chat.commands.do("report", Given(seq=event.seq))
    dialog = await opened(chat, until, DeedDialog)
    dialog.reason.insert(0, "an insult")
    dialog.done.invoke()
    await until(lambda: told)
    chat.commands.do("report", Given(seq=event.seq, words="still one"))
    await until(lambda: len(told) == 2)
    reports, _ = await boss.reports()
    assert {(one.name, one.said, one.text) for one in reports} == {
        ("ada", "nonsense", "an insult"),
        ("ada", "nonsense", "still one"),
    }
    own = await chat.session.client.send("lobby", "mine", timeout_s=10)
    await until(lambda: chat.session.line(own.seq) is not None)
    with pytest.raises(ChatError):
        chat.commands.do("report", Given(seq=own.seq))


async def test_who_is_blocked_is_hidden_and_can_be_heard_again(
    chat: ChatWindow, ben: Client, until: Until, told: list[str]
) -> None:
    """What they say is a line that shows it on a click; the list of them lets them be heard."""
    await ben.send("lobby", "psst", timeout_s=10)
    text = chat.screen.transcript.text
    await until(lambda: "psst" in text.get("1.0", "end"))
    chat.commands.do("block", Given(account=ben.account or ""))
    await until(lambda: "psst" not in text.get("1.0", "end"))
    assert "A message of ben, whom you have blocked." in text.get("1.0", "end")
    assert "psst" not in chat.screen.transcript.shown
    assert "Show again what they say" in menu_of_person(chat, ben)
    chat.screen.transcript.click("uncover.first")
    assert "psst" in text.get("1.0", "end")
    chat.commands.do("blocked")
    panel = await opened(chat, until, PeoplePanel)
    (row,) = panel.list.rows
    panel.list.invoke(row)
    await until(lambda: "What ben says is shown again." in told)
    await until(lambda: [row.text for row in panel.list.rows] == ["You have blocked nobody."])
    chat.commands.close()
    assert not panel.winfo_exists()
    await ben.send("lobby", "here again", timeout_s=10)
    await until(lambda: "here again" in text.get("1.0", "end"))


async def test_the_menu_of_a_message_leads_to_who_said_it(
    chat: ChatWindow, zoo: str, ben: Client, until: Until
) -> None:
    """What can be done to them is a menu beside; of oneself there is none."""
    menu = chat.commands._look.menu(chat.screen)
    chat.commands.moderating.add_author(menu, ben.account or "", "ben")
    assert labels(menu) == ["ben"]
    inner = menu.nametowidget(menu.entrycget(0, "menu"))
    wanted = ["block", "kick", "mute", "ban"]
    assert labels(inner) == [BY_NAME[name].title for name in wanted]
    menu.delete(0, "end")
    chat.commands.moderating.add_author(menu, chat.session.me, "ada")
    assert menu.index("end") is None
    menu.destroy()


async def test_an_owner_acts_on_the_whole_server(
    chat: ChatWindow, boss: Client, ben: Client, until: Until, told: list[str]
) -> None:
    """Whoever may, mutes and bans everywhere where there is no room for it."""
    await until(lambda: person(chat, ben) is not None)
    await boss.set_role("admin", "ada")
    await until(lambda: chat.session.client.role == "admin")
    chat.commands.do("ban", Given(words="ben 1h enough"))
    await until(lambda: ben.connection.phase == "closed")
    await until(lambda: "ben is banned from the server for 1 hour." in told)
    chat.commands.do("unban", Given(words="ben"))
    await until(lambda: "ben may come again." in told)
    assert await boss.bans() == ()


async def test_who_is_muted_or_banned_in_a_room_is_listed(
    chat: ChatWindow, zoo: str, ben: Client, until: Until
) -> None:
    """Each with until when and why, and a button that lifts it."""
    await chat.session.client.mute("ben", room=zoo, seconds=600, reason="spam")
    chat.commands.do("held")
    panel = await opened(chat, until, ItemsPanel)
    ((title, detail),) = panel.texts
    assert title == "ben"
    assert detail.endswith(": spam")
    panel.first.invoke()
    await until(lambda: panel.texts == ())
    await ben.send(zoo, "thanks", timeout_s=10)


async def test_the_server_s_window_opens_once_for_who_may(
    chat: ChatWindow, boss: Client, until: Until
) -> None:
    """It is offered to administrators alone, and goes with the chat."""
    with pytest.raises(ChatError):
        chat.commands.do("oversee")
    await boss.set_role("admin", "ada")
    await until(lambda: chat.session.client.role == "admin")
    chat.commands.do("oversee")
    panel = await opened(chat, until, ServerPanel)
    overseeing = chat.commands.moderating.overseeing
    assert overseeing is not None
    await until(lambda: len(overseeing.view.table.rows) == 2)
    chat.commands.do("oversee")
    assert chat.commands.moderating.overseeing is overseeing
    chat.commands.close()
    assert not panel.winfo_exists()
    assert overseeing._closed
