from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from asynchat.link.client import Client
from asynchat.link.ids import new_id
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.notifications import Desktop
from asynchat.window.notifying import Notifying
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters import notifying as rules
from asynchat.window.presenters.commands import Given
from asynchat.window.session import Session
from tests.link.outboxes import NOWHERE
from tests.link.proxy import Proxy

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.desktop import Service
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving", "tests.desktop"]
pytestmark = [
    pytest.mark.window,
    # Of desktop-notifier, on Python 3.14.
    pytest.mark.filterwarnings("ignore:'asyncio.DefaultEventLoopPolicy':DeprecationWarning"),
]

NOON = 12 * 60


class Heard:
    """Counts how often the sound was asked for."""

    def __init__(self) -> None:
        self.times = 0

    async def play(self) -> None:
        """Count."""
        self.times += 1


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        await client.create("zoo")
        yield client


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Proxy]:
    """Return the way that ada takes to the server."""
    async with Proxy() as proxy:
        proxy.lead_to(server)
        yield proxy


@pytest.fixture
async def ada(proxy: Proxy, ben: Client, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(proxy.address, name="ada", data=tmp_path / "ada") as client:
        await client.join("zoo")
        yield client


@dataclass
class Scene:
    """A window with a person before it, on a desktop, and ben who says something."""

    root: tk.Tk
    chat: ChatWindow
    notifying: Notifying
    ada: Client
    ben: Client
    live: LivePreferences
    service: Service
    proxy: Proxy
    until: Until
    heard: Heard
    minute: int = NOON

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Titles and texts of all that was sent to the desktop."""
        return [(each["title"], each["body"]) for each in self.service.sent]

    def state(self) -> str | None:
        """Return how the others see ada."""
        people = self.ada.members("zoo")
        return next((one.state for one in people if one.account == self.ada.account), None)

    def prefer(self, **fields: Any) -> None:
        """Change what is chosen in the settings."""
        told = self.live.now.notifications
        self.live.change(notifications=replace(told, **fields))

    async def leave(self) -> None:
        """Take the window away from the front."""
        self.root.iconify()
        await self.until(lambda: self.root.focus_displayof() is None)

    async def arrived(self) -> None:
        """Wait until all that ben said is here: so is what he says now, which calls nobody."""
        text = f"by the way {new_id()}"
        await self.ben.send("lobby", text)
        await self.until(lambda: text in self.chat.screen.transcript.shown)


@pytest.fixture
async def scene(  # noqa: PLR0917 - fixtures
    look: Look,
    proxy: Proxy,
    ada: Client,
    ben: Client,
    tasks: Tasks,
    failures: Failures,
    fill: Any,
    tmp_path: Path,
    service: Service,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Scene]:
    # No test waits for seconds.
    monkeypatch.setattr(rules, "EVERY_S", 0.3)
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, lambda _: None)
    session = Session(ada, tasks=tasks, failures=failures)
    chat = ChatWindow(look.root, look.root, look, session, failures, preferences=live, program={})
    await fill(chat.screen)
    chat.open("lobby")
    desktop, heard = Desktop(tasks), Heard()
    notifying = Notifying(
        look.root,
        session,
        live,
        desktop=desktop,
        sound=heard,  # type: ignore[arg-type]
        tasks=tasks,
        failures=failures,
        open_room=chat.commands.show,
        shown=lambda: chat.shown,
        minute=lambda: made.minute,
    )
    made = Scene(
        look.root, chat, notifying, ada, ben, live, service, proxy, until=until, heard=heard
    )
    yield made
    notifying.close()
    chat.close()
    await desktop.close()
    await live.written()


async def test_a_mention_in_another_room_is_told_and_a_click_goes_there(scene: Scene) -> None:
    """What is said besides is not told; the click puts the room on view."""
    await scene.ben.send("zoo", "just talking")
    await scene.ben.send("zoo", "@ada <b>look</b>")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "@ada &lt;b&gt;look&lt;/b&gt;")]
    assert scene.heard.times == 1
    assert scene.chat.session.on_view == "lobby"
    await scene.service.click("ben in #zoo")
    await scene.until(lambda: scene.chat.session.on_view == "zoo")


async def test_a_file_is_told_by_its_name(scene: Scene, tmp_path: Path) -> None:
    """Where nothing was said with it."""
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    room = (await scene.ben.direct("ada")).room
    await scene.ben.send_file(tmp_path / "report.pdf", room=room).whole()
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben", "report.pdf")]


async def test_a_click_brings_the_window_to_the_front(scene: Scene) -> None:
    """The window asks for attention until it has it."""
    await scene.leave()
    await scene.ben.send("lobby", "@ada are you there?")
    await scene.until(lambda: scene.service.shown)
    assert scene.notifying.urgency.asking
    await scene.service.click("ben in #lobby")
    await scene.until(lambda: scene.root.focus_displayof() is not None)
    assert scene.root.state() == "normal"
    await scene.until(lambda: not scene.notifying.urgency.asking)


async def test_what_is_on_view_and_in_front_is_not_told(scene: Scene) -> None:
    """A person who looks at the room needs nothing; in another room it would be told."""
    await scene.ben.send("lobby", "@ada hello")
    await scene.arrived()
    await scene.ben.send("zoo", "@ada hello")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "@ada hello")]
    assert scene.heard.times == 1
    assert not scene.notifying.urgency.asking


async def test_a_server_that_is_not_shown_is_not_seen(scene: Scene) -> None:
    """Where the window shows another server, the room on view here is behind it."""
    scene.chat.hide()
    await scene.ben.send("lobby", "@ada hello")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #lobby", "@ada hello")]


async def test_coming_to_the_room_takes_its_notification_away(scene: Scene) -> None:
    """Whoever comes back to the window sees what is on view there."""
    await scene.leave()
    await scene.ben.send("lobby", "@ada hello")
    await scene.until(lambda: scene.service.shown)
    scene.root.deiconify()
    scene.root.focus_force()
    await scene.until(lambda: not scene.service.shown)


async def test_direct_messages_are_told_and_counted(scene: Scene) -> None:
    """The first at once, those within the next seconds by one notification in its place."""
    page = await scene.ben.direct("ada")
    await scene.ben.send(page.room, "psst 0")
    await scene.until(lambda: scene.shown)
    for number in range(1, 5):
        await scene.ben.send(page.room, f"psst {number}")
    await scene.until(lambda: scene.shown[-1][1] == "ben: psst 4")
    assert scene.shown[0] == ("ben", "psst 0")
    assert scene.shown[-1][0].endswith("new messages from ben")
    await scene.until(lambda: len(scene.service.shown) == 1)


async def test_nothing_is_told_in_quiet_hours(scene: Scene) -> None:
    """No notification and no sound; the next morning there are both."""
    scene.prefer(quiet_from="22:00", quiet_to="07:00")
    scene.minute = 23 * 60
    await scene.ben.send("zoo", "@ada at night")
    await scene.arrived()
    scene.minute = 7 * 60
    await scene.ben.send("zoo", "@ada in the morning")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "@ada in the morning")]
    assert scene.heard.times == 1


async def test_nothing_is_told_to_whoever_is_busy(scene: Scene) -> None:
    """Do not disturb: neither seen nor heard, until one is back."""
    scene.ada.set_state("busy")
    await scene.until(lambda: scene.state() == "busy")
    await scene.ben.send("zoo", "@ada not now")
    await scene.arrived()
    scene.ada.set_state("online")
    await scene.until(lambda: scene.state() == "online")
    await scene.ben.send("zoo", "@ada now")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "@ada now")]
    assert scene.heard.times == 1


async def test_what_was_chosen_for_a_room_holds_there(scene: Scene) -> None:
    """A muted room tells nothing, and one for which all was chosen tells all."""
    scene.prefer(sound=False)
    do = scene.chat.commands.do
    do("notify", Given(room="zoo", words="nothing"))
    await scene.ben.send("zoo", "@ada muted")
    await scene.arrived()
    do("notify", Given(room="zoo", words="all"))
    await scene.ben.send("zoo", "nothing much")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "nothing much")]
    assert not scene.heard.times


async def test_without_a_preview_the_text_stays_in_the_window(scene: Scene) -> None:
    """The desktop is told who said something where, and not what."""
    scene.prefer(preview=False)
    await scene.ben.send("zoo", "@ada a secret")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "A new message")]


async def test_what_was_seen_is_not_told_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came while one looked is none of what waits to be told when one has gone."""
    monkeypatch.setattr(rules, "EVERY_S", 3600)
    await scene.ben.send("zoo", "@ada one")
    await scene.ben.send("zoo", "@ada two")
    await scene.ben.send("lobby", "@ada here")
    await scene.arrived()
    await scene.leave()
    assert list(scene.notifying._gathered._waiting) == ["zoo"]


async def test_what_one_says_on_another_device_is_not_told(scene: Scene, tmp_path: Path) -> None:
    """Also where every message is told."""
    scene.prefer(show="all")
    data = tmp_path / "ada"
    async with Client(scene.proxy.address, name="ada", data=data) as telephone:
        assert telephone.account == scene.ada.account
        await telephone.send("zoo", "from my telephone, @room")
    await scene.arrived()
    await scene.ben.send("zoo", "yes?")
    await scene.until(lambda: scene.shown)
    assert scene.shown == [("ben in #zoo", "yes?")]


async def test_reading_it_on_another_device_takes_the_notification_away(
    scene: Scene, tmp_path: Path
) -> None:
    """What was read anywhere needs nobody's attention here."""
    async with Client(scene.proxy.address, name="ada", data=tmp_path / "ada") as telephone:
        event = await scene.ben.send("zoo", "@ada hello")
        await scene.until(lambda: scene.service.shown)
        await scene.until(lambda: telephone.unread["zoo"].unread)
        telephone.mark("zoo", event.seq)
        await scene.until(lambda: not scene.service.shown)


async def test_what_was_missed_is_one_notification(scene: Scene, server: Server) -> None:
    """After a cut the stream brings much at once, of which one summary tells."""
    scene.proxy.lead_to(NOWHERE)
    scene.proxy.cut()
    await scene.until(lambda: scene.ada.connection.phase == "waiting")
    page = await scene.ben.direct("ada")
    for number in range(20):
        await scene.ben.send("zoo", f"@ada {number}")
        await scene.ben.send(page.room, f"psst {number}")
    scene.proxy.lead_to(server)
    scene.ada.retry_now()
    await scene.until(lambda: scene.shown)
    await scene.arrived()
    assert scene.shown == [("40 new messages in 2 rooms", "#zoo, ben")]
    assert scene.heard.times == 1
