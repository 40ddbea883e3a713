from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

import pytest

from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import Notifications, PreferenceFile, Preferences
from asynchat.window.widgets.settings_panel import SettingsPanel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

CHOSEN = Preferences(
    theme="dark",
    highlights=("deploy",),
    notifications=Notifications(quiet_from="22:00", quiet_to="07:00"),
)


@pytest.fixture
async def live(tmp_path: Path, tasks: Tasks) -> AsyncIterator[LivePreferences]:
    made = LivePreferences(PreferenceFile(tmp_path), CHOSEN, tasks, print)
    yield made
    await made.written()


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
async def panel(
    root: tk.Tk, look: Look, live: LivePreferences, done: list[str], until: Until
) -> AsyncIterator[SettingsPanel]:
    made = SettingsPanel(
        root,
        look,
        live,
        folder="~/palettes",
        do=done.append,
        on_read=lambda: done.append("read"),
    )
    made.offer({"dark": 1, "light": 1, "forest": 1}, ["forest is hard to read."])
    made.open(made.first)
    await until(lambda: made.winfo_viewable() and made.focus_get() is made.first)
    yield made
    if made.winfo_exists():
        made.close()


async def test_every_choice_applies_at_once_and_by_keyboard(
    panel: SettingsPanel, live: LivePreferences, press: Press, until: Until, done: list[str]
) -> None:
    """Tab reaches each control in turn, and space or Enter uses it."""
    reached: list[tk.Misc] = []
    widget: tk.Misc | None = panel.first
    while widget is not None and widget not in reached:
        reached.append(widget)
        widget = widget.tk_focusNext()
    wanted = [
        child
        for child in _inside(panel)
        if isinstance(child, ttk.Button | ttk.Entry | ttk.Checkbutton | ttk.Radiobutton)
    ]
    assert set(wanted) <= set(reached)
    texts = {str(one.cget("text")): one for one in reached if not isinstance(one, ttk.Entry)}
    await press(texts["Light"], "space")
    assert live.now.theme == "light"
    await press(texts["forest"], "Return")
    assert live.now.theme == "forest"
    await press(texts["2:05 PM"], "space")
    assert live.now.clock == 12
    await press(texts["Every message"], "space")
    await press(texts["Play a sound"], "space")
    await press(texts["Show what was said in them"], "Return")
    told = live.now.notifications
    assert (told.show, told.sound, told.preview) == ("all", False, False)
    for words in ("+", "\N{MINUS SIGN}", "Normal", "Show the log", "Keys and commands"):
        await press(texts[words], "space")
    await press(texts["Read them again"], "Return")
    done_now = list(done)
    assert done_now == ["larger", "smaller", "normal-size", "log", "help", "read"]
    await press(texts["Copy"], "space")
    assert panel.clipboard_get().startswith("asynchat ")


async def test_words_and_hours_are_taken_when_left(
    panel: SettingsPanel, live: LivePreferences, press: Press
) -> None:
    """Fields count when they are left or Enter is pressed; hours that are none are told."""
    assert panel.words.get() == "deploy"
    panel.words.insert("end", ", on fire")
    await press(panel.words, "Return")
    assert live.now.highlights == ("deploy", "on fire")
    panel.quiet_to.delete(0, "end")
    await press(panel.quiet_to, "Return")
    assert str(panel._quiet_problem.cget("text")).startswith("Quiet hours need two times")
    assert live.now.notifications.quiet_from == "22:00"
    panel.quiet_to.insert(0, "8")
    panel.words.insert("end", ", help")
    panel.close()
    assert live.now.notifications.quiet_to == "08:00"
    assert ", ".join(live.now.highlights) == "deploy, on fire, help"


async def test_what_is_changed_elsewhere_is_shown(
    panel: SettingsPanel, live: LivePreferences, look: Look, until: Until
) -> None:
    """A zoom by keys is shown here too, and the panel is painted in the new size and palette."""
    live.change(zoom=150, theme="light")
    assert str(panel._zoom.cget("text")) == "150 %"
    assert panel._theme.get() == "light"
    look.zoom(150)
    await until(lambda: panel.words.grid_info()["padx"] == look.px(20))
    assert "hard to read" in str(panel._warnings.cget("text"))


def _inside(widget: tk.Misc) -> list[tk.Misc]:
    found: list[tk.Misc] = []
    for child in widget.winfo_children():
        found += [child, *_inside(child)]
    return found
