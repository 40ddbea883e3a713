from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.copy_dialog import CopyDialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_return_copies_and_return_again_closes(
    root: tk.Tk, look: Look, tasks: Tasks, until: Until, press: Press
) -> None:
    """It cannot be changed, only copied, from the button or from the field."""
    root.update()
    dialog = CopyDialog(root, look, "An invitation", text="Keep it.", value="asynchat://a?code=b")
    tasks.spawn(dialog.ask(), name="ask")
    await until(lambda: dialog.focus_displayof() is dialog.copy_button)
    await press(dialog.entry, "x")
    assert dialog.entry.get() == "asynchat://a?code=b"
    await press(dialog.copy_button, "Return")
    assert root.clipboard_get() == "asynchat://a?code=b"
    assert str(dialog.copy_button.cget("text")) == "Copied"
    root.clipboard_clear()
    await press(dialog.entry, "Return")
    assert root.clipboard_get() == "asynchat://a?code=b"
    await press(dialog.close, "Return")
    await until(lambda: not dialog.winfo_exists())
