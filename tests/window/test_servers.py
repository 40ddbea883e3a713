from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import Known, PreferenceFile
from asynchat.window.presenters.commands import menu, possible
from asynchat.window.presenters.standing import Standing
from asynchat.window.widgets.server_dialog import ServerDialog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def one(serve: Serve, tmp_path: Path) -> Server:
    return await serve(data=tmp_path / "one")


@pytest.fixture
async def two(serve: Serve, tmp_path: Path) -> Server:
    return await serve(data=tmp_path / "two")


@pytest.fixture
async def ben(two: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(two.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
async def start(
    display: str, tmp_path: Path, tasks: Tasks
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Return what starts the window of one person, after the one before was closed."""
    apps: list[App] = []

    async def close() -> None:
        for app in apps:
            app.ask_to_close()
            await app.end()
        apps.clear()

    async def start(
        address: str | None = None, name: str | None = None, accept_key: str | None = None
    ) -> Any:
        await close()
        file = PreferenceFile(tmp_path / "window")
        app = App(
            tk.Tk(), DARK, host=None, data=tmp_path / "window", file=file, chosen=file.load()[0]
        )
        apps.append(app)
        shown = app.run(address=address, name=name, room=None, hosting=False, accept_key=accept_key)
        tasks.spawn(shown, name="window")
        return app

    yield start
    await close()


def dialogs(app: Any, kind: type[Any]) -> list[Any]:
    return [child for child in app.root.winfo_children() if isinstance(child, kind)]


def ready(app: Any) -> bool:
    """Tell whether a room is on view."""
    return app.chat is not None and app.chat.screen.header.texts[0] != ""


def addresses(app: Any) -> list[str]:
    return [server.client.address for server in app.servers.all]


async def add(app: Any, until: Until, address: str, name: str = "ada") -> None:
    """Add a server as a person does."""
    app.chat.commands.do("add-server")
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    await until(lambda: dialog.grab_status() == "local")
    dialog.form.address.insert(0, address)
    dialog.form.name.delete(0, "end")
    dialog.form.name.insert(0, name)
    dialog.form.ask()
    await until(lambda: not dialog.winfo_exists())
    await until(lambda: app.servers.on_view.client.address == address and ready(app))


async def both(start: Any, until: Until, one: Server, two: Server) -> Any:
    """Return a window with two servers, the second on view."""
    app = await start(one.address, "ada")
    await until(lambda: ready(app))
    await add(app, until, two.address)
    return app


async def test_a_second_server_comes_into_the_window(
    *, start: Any, until: Until, press: Press, one: Server, two: Server, ben: Client
) -> None:
    """It is added beside the first; keys and a click go from one to the other and back."""
    app = await both(start, until, one, two)
    await until(lambda: [tile.selected for tile in app.servers.column.tiles] == [False, True])
    first, second = app.servers.all
    await press(second.chat.screen.composer.text, "h", "Alt-Key-1")
    assert app.servers.on_view is first
    assert not second.frame.winfo_ismapped()
    await press(first.chat.screen.composer.text, "x", "Alt-Right")
    assert app.servers.on_view is second
    await press(second.chat.screen.composer.text, "Alt-Left")
    assert app.servers.on_view is first
    assert (first.chat.screen.composer.typed, second.chat.screen.composer.typed) == ("x", "h")
    picture = app.servers.column.button("1")
    picture.event_generate("<Enter>")
    picture.event_generate("<Button-1>", x=9, y=9)
    picture.event_generate("<ButtonRelease-1>", x=9, y=9)
    await until(lambda: app.servers.on_view is second)
    await press(second.chat.screen.composer.text, "i", "Return")
    await until(lambda: "hi" in second.chat.screen.transcript.shown)
    assert "hi" not in first.chat.screen.transcript.shown


async def test_what_is_unread_elsewhere_is_seen(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """A message on the other server is a dot there and counts in the title, until it is read."""
    app = await both(start, until, one, two)
    app.servers.nth(1)
    await until(lambda: app.root.title() == "asynchat — #lobby")
    await ben.send("lobby", "hello @ada")
    await until(lambda: app.servers.column.tiles[1].unread)
    await until(lambda: app.root.title() == "(1) asynchat — #lobby")
    assert app.servers.column.tiles[1].badge == "1"
    app.root.focus_force()
    app.servers.nth(2)
    await until(lambda: not app.servers.column.tiles[1].unread)
    await until(lambda: app.root.title() == "asynchat — #lobby")
    assert app.chat.session.reading.new_after is not None


async def test_a_server_that_goes_leaves_the_other_alone(
    *, start: Any, until: Until, serve: Serve, one: Server, two: Server, ben: Client
) -> None:
    """While one is away the other goes on; the one away is told of in its own place."""
    app = await both(start, until, one, two)
    await serve.stop(one)
    await until(lambda: app.servers.column.tiles[0].trouble == "busy")
    app.chat.session.post("still here")
    await until(lambda: not app.chat.session.client.outbox)
    assert app.banner.text == ""


async def test_ctrl_k_finds_what_is_on_the_other_server(
    *, start: Any, until: Until, press: Press, one: Server, two: Server, ben: Client
) -> None:
    """Its rooms and people are offered with its name, and lead there."""
    await ben.create("zoo")
    app = await both(start, until, one, two)
    app.servers.nth(1)
    await press(app.chat.screen.composer.text, "Control-k")
    # The keys are those of the server on view alone.
    assert app.servers.all[1].chat.commands.box is None
    box = app.chat.commands.box
    await press(box.entry, *"ben")
    row = box.rows[0]
    assert (row.text, row.note) == ("ben", two.address[11:].removesuffix("?tls=no"))
    await press(box.entry, "Return")
    await until(lambda: app.servers.on_view is app.servers.all[1])
    await until(lambda: app.chat.screen.header.texts[0] == "ben")


async def test_a_refusal_of_one_server_stays_in_its_place(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """What one server refuses is told there, and not while the other is on view."""
    app = await both(start, until, one, two)
    session = app.servers.all[0].chat.session
    session.spawn(session.join("no-such-room"), "join")
    await until(lambda: app.servers.all[0].banner.text == "There is no room of that name.")
    assert app.banner.text == ""


async def test_the_server_s_menu_opens_by_mouse(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """The sidebar's title and each picture have it; of several the title says which it is."""
    app = await both(start, until, one, two)
    title = app.chat.screen.sidebar.title
    await until(lambda: title.full == app.servers.label(app.servers.on_view))

    async def entries(widget: tk.Misc) -> list[str]:
        widget.event_generate("<Button-3>", x=4, y=4)
        menus = await until(lambda: dialogs(app, tk.Menu))
        found = [menus[0].entrycget(at, "label") for at in range(menus[0].index("end") + 1)]
        menus[0].destroy()
        return found

    # What a guest may do.
    wanted = [one.title for one in menu("server") if possible(one, Standing())]
    assert "Add a server" in wanted
    assert await entries(title) == wanted
    assert await entries(app.servers.column.button("0")) == wanted


async def test_the_last_server_s_name_goes_with_the_others(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """Alone, a server's sidebar has the program's name again."""
    app = await both(start, until, one, two)
    await app.servers.drop(app.servers.all[1])
    await until(lambda: app.chat.screen.sidebar.title.full == "asynchat")


async def test_a_server_behind_another_reads_nothing(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """What was said there while one was away is still unread when it comes back unseen."""
    app = await both(start, until, one, two)
    await app.end()
    await ben.send("lobby", "while you were away")
    app = await start(one.address)
    await until(lambda: app.servers.column is not None and app.servers.column.tiles[1].unread)
    await ben.send("lobby", "and again")
    await until(lambda: app.servers.all[1].chat.session.unread() == 2)


async def test_a_window_closed_at_once_comes_back(
    start: Any, until: Until, tmp_path: Path, one: Server
) -> None:
    """A server that has just come is kept, however soon the window is closed."""
    app = await start(one.address, "ada")
    await until(lambda: app.servers.all)
    await app.end()
    kept = PreferenceFile(tmp_path / "window").load()[0].servers
    assert kept == (Known(one.address, "ada"),)
