from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.fingerprint import of_key
from asynchat.window.presenters.trusting import Details
from asynchat.window.widgets.details_panel import DetailsPanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ONE = of_key(b"1")


async def test_the_fingerprint_is_copied_by_a_key(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """As it is pasted into an address."""
    panel = DetailsPanel(root, look, Details("asynchat://a:1", ("Encrypted.",), ONE))
    panel.open(panel.first)
    await until(lambda: panel.focus_displayof() is panel.copy_button)
    await press(panel.copy_button, "Return")
    assert root.clipboard_get() == ONE
    assert str(panel.copy_button.cget("text")) == "Copied"
    await until(panel.close_button.winfo_viewable)
    bottom = panel.close_button.winfo_rooty() + panel.close_button.winfo_height()
    assert bottom <= panel.winfo_rooty() + panel.winfo_height()
    panel.close()


async def test_a_plain_server_has_nothing_to_copy(root: tk.Tk, look: Look) -> None:
    """Only Close is there."""
    panel = DetailsPanel(root, look, Details("asynchat://a:1?tls=no", ("Not encrypted.",)))
    assert panel.first is panel.close_button
    assert not panel.copy_button.winfo_manager()
    panel.close()
