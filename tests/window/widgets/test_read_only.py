from __future__ import annotations

import re
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.read_only import READ_ONLY, read_only

if TYPE_CHECKING:
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

SAID = "one line\nanother line\n"


@pytest.fixture
async def text(root: tk.Tk, fill: Any) -> tk.Text:
    text = tk.Text(root)
    read_only(text)
    text.insert("1.0", SAID)
    await fill(text)
    return text


async def test_nothing_that_tk_binds_changes_the_text(text: tk.Text, root: tk.Tk) -> None:
    """Of all that Tk's fields answer to, with a selection or without, nothing changes it."""
    root.clipboard_append("from the clipboard")
    other = tk.Text(root)
    for sequence in [*text.bind_class("Text"), "<a>", "<Control-h>", "<Shift-Insert>"]:
        for selection in (False, True):
            text.focus_force()
            text.mark_set("insert", "1.4")
            text.tag_remove("sel", "1.0", "end")
            if selection:
                text.tag_add("sel", "1.2", "2.3")
            # Any key of a kind, and a press for two or three.
            event = re.sub("Double-|Triple-", "", re.sub(r"\bKey>", "x>", sequence))
            text.event_generate(event, x=10, y=10)
            assert text.get("1.0", "end-1c") == SAID, sequence
    other.destroy()


async def test_it_can_be_read_by_keys_and_copied(text: tk.Text, press: Press) -> None:
    """What selects, copies and scrolls does so as in any Text."""
    text.tag_remove("sel", "1.0", "end")
    text.mark_set("insert", "1.0")
    await press(text, "Shift-End")
    assert text.get("sel.first", "sel.last") == "one line"
    text.event_generate("<<Copy>>")
    assert text.clipboard_get() == "one line"
    text.event_generate("<<SelectAll>>")
    assert text.get("sel.first", "sel.last") == SAID + "\n"


async def test_fields_keep_their_keys(text: tk.Text, root: tk.Tk, press: Press) -> None:
    """Another Text can be written in, as before."""
    field = tk.Text(root, height=2)
    field.pack()
    await press(field, "a")
    assert field.get("1.0", "end-1c") == "a"
    assert READ_ONLY in text.bindtags()
    assert READ_ONLY not in field.bindtags()


async def test_the_menu_of_fields_is_not_its_own(text: tk.Text, root: tk.Tk) -> None:
    """What was bound to all fields before is not taken over where it is no key of Tk's."""
    assert "<Button-3>" not in text.bind_class(READ_ONLY)
