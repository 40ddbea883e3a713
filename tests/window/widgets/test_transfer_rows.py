from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.files import Progress
from asynchat.window.widgets.transfer_rows import TransferPanel, TransferRows

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

ONE = Progress("a", "up", "report.pdf", "50%", 0.5, ("pause", "cancel"))


async def test_what_moves_is_shown_with_its_buttons(root: tk.Tk, look: Look, until: Until) -> None:
    """The newest have a row, of the others it is told how many; what is over goes."""
    deeds: list[tuple[str, str]] = []
    more: list[bool] = []
    rows = TransferRows(root, look, most=2)
    rows.on_deed = lambda deed, key: deeds.append((deed, key))
    rows.on_more = lambda: more.append(True)
    rows.pack(fill="x")
    rows.show([replace(ONE, key=key) for key in "abc"])
    await until(rows.winfo_viewable)
    assert list(rows.rows) == ["b", "c"]
    assert str(rows.more.cget("text")) == "1 more"
    rows.more.invoke()
    assert more == [True]
    row = rows.rows["b"]
    row.buttons["pause"].invoke()
    row.buttons["pause"].focus_force()
    await until(lambda: row.focus_displayof() is row.buttons["pause"])
    rows.show([replace(ONE, key="b", deeds=("resume", "cancel"), words="paused", bad=True)])
    assert list(rows.rows) == ["b"]
    assert row.words == "report.pdf  paused"
    await until(lambda: row.focus_displayof() is row.buttons["resume"])
    row.buttons["resume"].invoke()
    assert deeds == [("pause", "b"), ("resume", "b")]
    assert not rows.more.winfo_manager()
    look.use(LIGHT)
    rows.show([])
    await until(lambda: rows.winfo_height() == 1)


async def test_the_panel_has_all(root: tk.Tk, look: Look, until: Until) -> None:
    """The newest first; while there is none it says so."""
    deeds: list[tuple[str, str]] = []
    panel = TransferPanel(root, look, lambda deed, key: deeds.append((deed, key)))
    panel.show([])
    panel.open()
    await until(panel.winfo_viewable)
    assert "No file" in panel.said
    panel.show([replace(ONE, key=key) for key in "abc"])
    assert list(panel.rows.rows) == ["c", "b", "a"]
    assert panel.said == ""
    panel.rows.rows["a"].buttons["cancel"].invoke()
    assert deeds == [("cancel", "a")]
    panel.close()
