from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.dialog import Question
from asynchat.window.widgets.server_dialog import ServerDialog
from tests.window.test_servers import add, addresses, ben, both, dialogs, one, ready, start, two

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ben", "one", "start", "two"]


async def test_a_server_is_removed(
    *, start: Any, until: Until, serve: Serve, one: Server, two: Server, ben: Client
) -> None:
    """It is asked before, with texts not sent; after the last comes the first screen."""
    app = await both(start, until, one, two)
    await serve.stop(two)
    await until(lambda: app.servers.column.tiles[1].trouble == "busy")
    app.chat.session.post("never sent")

    async def remove(answer: str) -> None:
        app.chat.commands.do("remove-server")
        question = (await until(lambda: dialogs(app, Question)))[0]
        await until(lambda: question.grab_status() == "local")
        asked.append(str(question._text.cget("text")))
        question.resolve(answer)
        await until(lambda: not question.winfo_exists())

    asked: list[str] = []
    await remove("keep")
    assert len(app.servers.all) == 2
    assert "1 message is not sent yet: “never sent”" in asked[0]
    await remove("remove")
    await until(lambda: addresses(app) == [one.address] and ready(app))
    await until(lambda: not app.servers.column.winfo_manager())
    await remove("remove")
    await until(lambda: app.connect_screen is not None and app.preferences.now.servers == ())
    app.connect_screen.address.delete(0, "end")
    app.connect_screen.address.insert(0, one.address)
    app.connect_screen.ask()
    await until(lambda: ready(app))


async def test_a_server_is_not_added_twice(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """Asking for one that is there puts it on view; what is no address is told in the dialog."""
    app = await both(start, until, one, two)
    await add(app, until, one.address)
    assert addresses(app) == [one.address, two.address]
    app.chat.commands.do("add-server")
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    dialog.form.address.insert(0, "http://example.org")
    dialog.form.ask()
    await until(lambda: "is no address" in dialog.form.texts[0])
    dialog.resolve(None)
    await until(lambda: not dialog.winfo_exists())
