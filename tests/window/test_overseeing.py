"""The server's window in an owner's client: a real server, and people who come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.store.sqlite import SqliteStore
from asynchat.window.overseeing import Overseeing
from asynchat.window.widgets.copy_dialog import CopyDialog
from asynchat.window.widgets.deed_dialog import DeedDialog
from asynchat.window.widgets.form import Form
from asynchat.window.widgets.room_settings_dialog import RoomSettingsDialog
from asynchat.window.widgets.server_panel import ServerPanel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.tables import TableRow
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

T = TypeVar("T")


@pytest.fixture
async def server(serve: Serve, tmp_path: Path) -> Server:
    return await serve(store=SqliteStore(tmp_path / "kept"))


@pytest.fixture
async def boss(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    assert server.owner_invitation is not None
    async with Client(server.owner_invitation, name="boss", data=tmp_path / "boss") as client:
        yield client


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
async def overseeing(  # noqa: PLR0917 - as below
    root: tk.Tk, look: Look, boss: Client, tasks: Tasks, failures: Failures, until: Until
) -> AsyncIterator[Overseeing]:
    made = await opened_panel(root, look, boss, tasks, failures, until)
    yield made
    made.close()


async def opened_panel(  # noqa: PLR0917 - what a panel is made of
    root: tk.Tk, look: Look, boss: Client, tasks: Tasks, failures: Failures, until: Until
) -> Overseeing:
    panel = ServerPanel(root, look, "Server")
    made = Overseeing(panel.body, look, boss, tasks=tasks, failures=failures)
    panel.put(made.view)
    panel.open()
    made.view.focus_table()
    await until(lambda: made.view.table.rows)
    return made


async def dialog_of(overseeing: Overseeing, until: Until, kind: type[T]) -> T:
    body = overseeing.view.master

    def there() -> list[T]:
        return [one for one in body.winfo_children() if isinstance(one, kind)]

    await until(lambda: any(one.winfo_viewable() for one in there()))  # type: ignore[attr-defined]
    return there()[-1]


def row_of(overseeing: Overseeing, text: str) -> TableRow | None:
    """Return the row that has a text in its detail."""
    return next((row for row in overseeing.view.table.rows if text in row.detail), None)


async def choose(overseeing: Overseeing, until: Until, tab: str, text: str) -> None:
    """Have a tab on view, and a row of it chosen."""
    if overseeing.view.tab.name != tab:
        overseeing.view.open(tab)
    await until(lambda: row_of(overseeing, text))
    row = row_of(overseeing, text)
    assert row is not None
    overseeing.view.table.choose(row.key)
    wanted = {act.name for act in overseeing.view.tab.acts if act.chosen}
    await until(lambda: wanted <= set(overseeing.view.acts))


async def test_an_owner_sees_one_disconnects_bans_and_finds_it_after_a_restart(  # noqa: PLR0917
    root: tk.Tk,
    look: Look,
    serve: Serve,
    server: Server,
    boss: Client,
    ben: Client,
    overseeing: Overseeing,
    tasks: Tasks,
    failures: Failures,
    until: Until,
    press: Press,
    tmp_path: Path,
) -> None:  # fmt: skip
    """All of it by keyboard; the audit log has it, and so it has when the server came back."""
    await choose(overseeing, until, "connections", "ben from 127.0.0.1")
    await press(overseeing.view.table.tree, "Delete")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    await press(dialog.reason, *"tea", "Return")
    await until(lambda: not row_of(overseeing, "ben from"))
    await until(lambda: "keeps order" in str(ben.connection.reason))
    ben.retry_now()
    await choose(overseeing, until, "connections", "ben from 127.0.0.1")
    overseeing.view.act("ban")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    dialog.reason.insert(0, "enough")
    dialog.done.invoke()
    await until(lambda: ben.connection.phase == "closed")
    assert "enough" in str(ben.connection.reason)
    await choose(overseeing, until, "bans", "ben, banned from the server")
    await choose(overseeing, until, "audit", "boss — ban ben")
    assert row_of(overseeing, "boss — disconnect ben") is not None
    # Once more, with the server gone and back.
    port = server._settings.port or int(server.address.rpartition(":")[2].partition("?")[0])
    await server.__aexit__(None, None, None)
    serve._running.remove(server)
    await serve(store=SqliteStore(tmp_path / "kept"), port=port)
    boss.retry_now()
    await until(lambda: boss.connection.phase == "online")
    again = await opened_panel(root, look, boss, tasks, failures, until)
    await choose(again, until, "audit", "boss — ban ben")
    await choose(again, until, "bans", "enough")
    await press(again.view.table.tree, "Delete")
    await until(lambda: not again.view.table.rows)
    again.close()


async def test_it_asks_only_while_it_is_seen(
    overseeing: Overseeing, boss: Client, until: Until
) -> None:
    """Hidden, it asks nothing; shown again, it goes on; closed, nothing is left to come."""
    await until(lambda: overseeing._timer is not None)
    top = overseeing.view.winfo_toplevel()
    top.withdraw()
    await until(lambda: not overseeing.asking)
    # Whatever else becomes of a hidden window, it asks nothing.
    overseeing._seen()
    assert not overseeing.asking
    top.deiconify()
    await until(lambda: overseeing.asking)
    overseeing.view.open("settings")
    await until(lambda: overseeing.view.table.rows and not overseeing.asking)
    top.destroy()
    assert overseeing._closed
    assert not overseeing.asking


async def test_who_comes_and_goes_is_seen_by_itself(
    server: Server, overseeing: Overseeing, until: Until, tmp_path: Path
) -> None:
    """The table follows, and says how the server is."""
    async with Client(server.address, name="cleo", data=tmp_path / "cleo"):
        await until(lambda: row_of(overseeing, "cleo from"))
    await until(lambda: not row_of(overseeing, "cleo from"))
    assert "1 connection · " in overseeing.view.status


async def test_accounts_are_found_and_given_roles(
    overseeing: Overseeing, ben: Client, until: Until
) -> None:
    """What is typed narrows the list down; a role is chosen in a form."""
    overseeing.view.open("accounts")
    await until(lambda: row_of(overseeing, "boss"))
    overseeing.view.search.insert(0, "be")
    await until(lambda: not row_of(overseeing, "boss") and row_of(overseeing, "ben"))
    await choose(overseeing, until, "accounts", "ben")
    overseeing.view.act("role")
    form = await dialog_of(overseeing, until, Form)
    form._given["role"] = lambda: "admin"
    form.submit.invoke()
    await until(lambda: ben.role == "admin")
    await until(lambda: row_of(overseeing, "ben, admin"))
    await choose(overseeing, until, "accounts", "ben")
    overseeing.view.act("mute")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    dialog.done.invoke()
    await choose(overseeing, until, "bans", "ben, muted in the server")


async def test_addresses_are_banned(overseeing: Overseeing, ben: Client, until: Until) -> None:
    """One's own is refused with a sentence in the form; another is listed, and lifted by a key."""
    overseeing.view.open("bans")
    await until(lambda: "ban-new-address" in overseeing.view.acts)
    overseeing.view.act("ban-new-address")
    form = await dialog_of(overseeing, until, Form)
    form.submit.invoke()
    await until(lambda: form.problem == "Which address?")
    form.entries["address"].insert(0, "nonsense")
    form.submit.invoke()
    await until(lambda: form.problem.startswith("An address is written like"))
    form.entries["address"].delete(0, "end")
    form.entries["address"].insert(0, "192.0.2.0/24")
    form.submit.invoke()
    await choose(overseeing, until, "bans", "192.0.2.0/24")
    overseeing.view.act("lift")
    await until(lambda: not overseeing.view.table.rows)
    await choose(overseeing, until, "connections", "ben from")
    overseeing.view.act("ban-address")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    dialog.resolve(None)
    await until(lambda: not dialog.winfo_exists())


async def test_invitations_are_made_and_taken_back(overseeing: Overseeing, until: Until) -> None:
    """The address is shown once; a key takes the invitation back."""
    overseeing.view.open("invitations")
    await until(lambda: overseeing.view.acts == ("invite",))
    overseeing.view.act("invite")
    form = await dialog_of(overseeing, until, Form)
    form.submit.invoke()
    shown = await dialog_of(overseeing, until, CopyDialog)
    assert "code=" in shown.entry.get()
    shown.close.invoke()
    await choose(overseeing, until, "invitations", "For 1 person, as member")
    overseeing.view.act("withdraw")
    await until(lambda: not overseeing.view.table.rows)


async def test_reports_are_resolved(
    overseeing: Overseeing, boss: Client, ben: Client, until: Until
) -> None:
    """What it said is read, and what was done is written."""
    event = await boss.send("lobby", "nonsense", timeout_s=10)
    await ben.report("lobby", event.seq, "rude")
    await choose(overseeing, until, "reports", "“nonsense” — ben says: rude")
    overseeing.view.act("resolve")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    dialog.reason.insert(0, "said sorry")
    dialog.done.invoke()
    await until(lambda: not overseeing.view.table.rows)
    (one,), _ = await boss.reports(resolved=True)
    assert one.answer == "said sorry"


async def test_rooms_are_set_also_those_that_are_hidden(
    overseeing: Overseeing, boss: Client, ben: Client, until: Until
) -> None:
    """An administrator acts in a private room, without being in it; a conversation is no room."""
    direct = await boss.direct("ben")
    await ben.create("den", private=True)
    await choose(overseeing, until, "rooms", "#den")
    overseeing.view.act("room-settings")
    dialog = await dialog_of(overseeing, until, RoomSettingsDialog)
    dialog.flags["archived"].set(True)
    dialog.save()
    await until(lambda: ben.rooms["den"].archived)
    assert not row_of(overseeing, direct.room)


async def test_settings_change_while_the_server_runs(
    overseeing: Overseeing, boss: Client, until: Until
) -> None:
    """One that may changes and goes back; one that may not says so, and a bad value, too."""
    await choose(overseeing, until, "settings", "welcome_text =")
    overseeing.view.act("set")
    form = await dialog_of(overseeing, until, Form)
    form.entries["value"].insert(0, "Be kind.")
    form.submit.invoke()
    await until(lambda: row_of(overseeing, "welcome_text = Be kind."))
    overseeing.view.act("reset")
    await until(lambda: not row_of(overseeing, "Be kind."))
    await choose(overseeing, until, "settings", "max_connections =")
    overseeing.view.act("set")
    form = await dialog_of(overseeing, until, Form)
    form.entries["value"].delete(0, "end")
    form.entries["value"].insert(0, "many")
    form.submit.invoke()
    await until(lambda: form.problem)
    form.resolve(None)
    await choose(overseeing, until, "settings", "port =")
    overseeing.view.act("set")
    await until(lambda: "restart only" in overseeing.view.status)


async def test_older_entries_of_the_audit_log_are_paged_in(
    overseeing: Overseeing, boss: Client, until: Until
) -> None:
    """A hundred at first, and a hundred more with each press, as long as there are any."""
    for number in range(120):
        await boss.set_setting("welcome_text", str(number))
    overseeing.view.open("audit")
    await until(lambda: len(overseeing.view.table.rows) == 100)
    assert "The first 100 are shown" in overseeing.view.status
    overseeing.view.act("older")
    await until(lambda: len(overseeing.view.table.rows) > 120)
    await until(lambda: "older" not in overseeing.view.acts)


async def test_what_the_server_refuses_is_told_in_the_window(
    overseeing: Overseeing, boss: Client, until: Until
) -> None:
    """Nobody bans themselves: the last line says so; what cannot be done at all does nothing."""
    await choose(overseeing, until, "connections", "boss from")
    overseeing.view.act("nonsense")
    overseeing.view.act("ban")
    dialog = await dialog_of(overseeing, until, DeedDialog)
    dialog.done.invoke()
    await until(lambda: "Nobody does this to themselves." in overseeing.view.status)


async def test_who_is_no_administrator_sees_nothing(
    look: Look, ben: Client, tasks: Tasks, failures: Failures, until: Until
) -> None:
    """The server refuses, whatever a window offers."""
    panel = ServerPanel(look.root, look, "Server")
    made = Overseeing(panel.body, look, ben, tasks=tasks, failures=failures)
    panel.put(made.view)
    panel.open()
    await until(lambda: "Only the administrators" in made.view.status)
    assert not made.view.table.rows
    with pytest.raises(ChatError):
        await ben.clients()
    made.close()


async def test_how_the_server_is_goes_by_as_lines_and_figures(
    overseeing: Overseeing, until: Until
) -> None:
    """Connections, messages, the time to answer and memory, asked again and again."""
    view = overseeing.view
    view.open("health")
    await until(lambda: len(view.table.rows) == 4)
    assert view.plots.winfo_viewable()
    await until(lambda: len(overseeing._samples) >= 3)
    (connections,) = [row for row in view.table.rows if row.key == "Connections"]
    assert connections.cells[1] == "1"
    drawn: Any = view.plots.canvases[0]
    written = [item for item in drawn.find_all() if drawn.type(item) == "text"]
    texts = [drawn.itemcget(item, "text") for item in written]
    assert texts[:2] == ["Connections", "1"]
    view.open("settings")
    assert not view.plots.winfo_viewable()
