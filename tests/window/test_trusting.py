"""Keys of servers in the whole window: told at first, and confirmed by typing where they change."""

from __future__ import annotations

import shutil
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.address import parse_address
from asynchat.fingerprint import grouped
from asynchat.window.trusting import confirmed
from asynchat.window.widgets.details_panel import DetailsPanel
from asynchat.window.widgets.form import Form
from asynchat.window.widgets.server_dialog import ServerDialog
from tests.window.test_entering import first_screen, put
from tests.window.test_profiles import opened
from tests.window.test_servers import dialogs, ready, start

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["start"]


@pytest.fixture
def tls() -> bool:
    """Speak TLS here."""
    return True


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


def place(server: Server) -> str:
    """Return a server's address, as somebody says it who knows nothing of its key."""
    return str(parse_address(server.address).place)


@pytest.fixture
def renew(serve: Serve, tmp_path: Path) -> Callable[[Server], Awaitable[Server]]:
    """Return what sets a server up anew, where it was, with another key."""

    async def renew(server: Server) -> Server:
        port = parse_address(server.address).port
        await serve.stop(server)
        shutil.rmtree(tmp_path / "data" / "tls")
        return await serve(port=port)

    return renew


async def enter(start: Any, until: Until, press: Press, address: str) -> Any:
    app = await first_screen(start, until, address)
    await press(app.connect_screen.name, "Return")
    await until(lambda: ready(app) and app.chat.session.online)
    return app


async def test_a_first_visit_tells_the_fingerprint(
    *, start: Any, until: Until, press: Press, server: Server
) -> None:
    """Once, with a button that copies it; an address that has it needs no notice."""
    app = await enter(start, until, press, place(server))
    notice = app.servers.on_view.notice
    await until(lambda: grouped(server.fingerprint or "") in notice.text)
    assert app.banner.text == ""
    notice.lead.invoke()
    assert app.root.clipboard_get() == grouped(server.fingerprint or "")
    assert notice.text == ""
    app = await start(None, None)
    await until(lambda: ready(app) and app.chat.session.online)
    assert app.servers.on_view.notice.text == ""


async def test_how_a_server_is_known_is_to_be_seen(
    *, start: Any, until: Until, press: Press, server: Server
) -> None:
    """By a click on the state below, a slash command or the menu; the pointer there tells more."""
    app = await enter(start, until, press, server.address)
    assert app.servers.on_view.notice.text == ""
    status = app.chat.screen.status
    await until(lambda: (server.fingerprint or "?")[:4] in status.tip.text)
    status._state.event_generate("<Button-1>")
    panel = await opened(app.root, until, DetailsPanel)
    assert panel.shown.fingerprint == server.fingerprint
    assert "Known by its key since" in panel.shown.lines[1]
    panel.close()


async def test_a_changed_key_of_a_server_on_view_is_confirmed_by_typing(
    *, start: Any, until: Until, press: Press, server: Server, renew: Any
) -> None:
    """No button says yes: what was typed has to be how the new fingerprint begins."""
    app = await enter(start, until, press, place(server))
    known = server.fingerprint or ""
    new = await renew(server)
    shown = new.fingerprint or ""
    app.chat.session.client.retry_now()
    await until(lambda: "key has changed" in app.banner.text)
    assert app.servers.on_view.notice.text == ""
    app.banner.lead.invoke()
    form = await opened(app.root, until, Form)
    labels = [
        str(one.cget("text")) for one in form.body.winfo_children() if isinstance(one, ttk.Label)
    ]
    told = " ".join(" ".join(labels).split())
    assert grouped(known) in told
    assert grouped(shown) in told
    await until(lambda: form.grab_status() == "local")
    await press(form.entries["typed"], "Return")
    await until(lambda: "Type how" in form.problem)
    for wrong in ("yes", shown[:11], known):
        put(form.entries["typed"], wrong)
        await press(form.entries["typed"], "Return")
        await until(lambda: "not how the fingerprint" in form.problem)
        assert form.entries["typed"].instate(["invalid"])
        form.entries["typed"].event_generate("<space>")
    await press(form.entries["typed"], "Escape")
    await until(lambda: not form.winfo_exists())
    assert app.chat.session.client.connection.phase == "closed"
    await press(app.chat.screen.composer.text, "F5")
    form = await opened(app.root, until, Form)
    app.servers.on_view.look_at_key()
    assert len(dialogs(app, Form)) == 1
    put(form.entries["typed"], f" {shown[:4].upper()}-{shown[4:8]} {shown[8:12]}")
    await press(form.entries["typed"], "Return")
    await until(lambda: not form.winfo_exists())
    await until(lambda: ready(app) and app.chat.session.online)
    assert app.chat.session.client.fingerprint == shown


async def test_a_changed_key_is_confirmed_before_one_comes_in(
    *, start: Any, until: Until, press: Press, server: Server, renew: Any, serve: Serve
) -> None:
    """The form says that nothing was sent; what was typed there goes on by itself."""
    app = await enter(start, until, press, place(server))
    await app.servers.drop(app.servers.on_view)
    app._removed()
    new = await renew(server)
    await until(lambda: app.connect_screen is not None)
    screen = app.connect_screen
    put(screen.address, place(new))
    # Nothing is kept of a last visit under this name, which would be shown instead.
    put(screen.name, "eve")
    await press(screen.name, "Return")
    form = await opened(app.root, until, Form)
    assert "nothing was sent" in screen.texts[0]
    await until(lambda: form.grab_status() == "local")
    await press(form.entries["typed"], "Escape")
    await until(lambda: not form.winfo_exists() and not app.entering.busy)
    await press(screen.name, "Return")
    form = await opened(app.root, until, Form)
    put(form.entries["typed"], (new.fingerprint or "")[:12])
    await press(form.entries["typed"], "Return")
    await until(lambda: ready(app) and app.chat.session.online)


async def test_another_server_than_the_invitation_names_is_refused(
    *, start: Any, until: Until, press: Press, server: Server, renew: Any
) -> None:
    """There is nothing to confirm: the address has to be another."""
    old = server.address
    await renew(server)
    app = await first_screen(start, until, old)
    await press(app.connect_screen.name, "Return")
    await until(lambda: "not the server that its address names" in app.connect_screen.texts[0])
    assert app.connect_screen.address.instate(["invalid"])
    assert not dialogs(app, Form)


async def test_the_form_beside_the_chat_keeps_the_keys_after_it(
    *, start: Any, until: Until, press: Press, server: Server, renew: Any, serve: Serve
) -> None:
    """Where a key is refused in the dialog for a further server, that dialog goes on."""
    app = await enter(start, until, press, place(server))
    await renew(server)
    await until(lambda: "key has changed" in app.banner.text)
    app.chat.commands.do("add-server")
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    await until(lambda: dialog.grab_status() == "local")
    put(dialog.form.address, place(server))
    put(dialog.form.name, "eve")
    await press(dialog.form.name, "Return")
    form = await until(lambda: [one for one in dialog.winfo_children() if isinstance(one, Form)])
    await until(lambda: form[0].grab_status() == "local")
    form[0].resolve(None)
    await until(lambda: dialog.grab_status() == "local")
    dialog.resolve(None)
    await until(lambda: not dialog.winfo_exists())


async def test_a_key_that_cannot_be_kept_is_told(
    *,
    start: Any,
    until: Until,
    press: Press,
    server: Server,
    renew: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The form stays; without a changed key there is nothing to confirm."""
    app = await enter(start, until, press, place(server))
    client = app.chat.session.client
    assert not await confirmed(app.root, app.look, client, spawn=lambda *_: None)
    new = await renew(server)
    client.retry_now()
    await until(lambda: "key has changed" in app.banner.text)

    async def full(typed: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(client, "trust_anew", full)
    app.banner.lead.invoke()
    form = await opened(app.root, until, Form)
    put(form.entries["typed"], (new.fingerprint or "")[:12])
    await press(form.entries["typed"], "Return")
    await until(lambda: form.problem == "It cannot be kept: No space left on device.")
    form.resolve(None)
    await until(lambda: not form.winfo_exists())


async def test_a_key_that_was_accepted_beforehand_is_not_asked_for(
    *, start: Any, until: Until, press: Press, server: Server, renew: Any
) -> None:
    """For the server of that address alone, also where it had another key."""
    await enter(start, until, press, place(server))
    new = await renew(server)
    app = await start(place(new), "ada", accept_key=new.fingerprint)
    await until(lambda: ready(app) and app.chat.session.online)
    assert app.chat.session.client.fingerprint == new.fingerprint
    newest = await renew(new)
    app = await start("127.0.0.1:1", "ada", accept_key=newest.fingerprint)
    await until(lambda: app.servers.all)
    changed = app.servers.all[0]
    await until(lambda: changed.client.connection.code == "key_changed")
