from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.appearance import Appearance
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.panels import Panels
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.recent_log import RecentLog
from asynchat.window.widgets.log_panel import LogPanel
from asynchat.window.widgets.settings_panel import SettingsPanel
from asynchat.window.widgets.shortcut_sheet import ShortcutSheet

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


@pytest.fixture
async def panels(root: tk.Tk, look: Look, tasks: Tasks, tmp_path: Path) -> AsyncIterator[Panels]:
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(theme="dark"), tasks, print)
    appearance = Appearance(
        root, look, live, folder=tmp_path, tasks=tasks, say=print, on_palette=lambda: None
    )
    yield Panels(root, look, live, appearance, RecentLog(), tasks=tasks, do=lambda _: None)
    appearance.close()
    await live.written()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("settings", SettingsPanel), ("shortcuts", ShortcutSheet), ("log", LogPanel)],
)
async def test_each_is_there_once(
    panels: Panels, until: Until, press: Press, name: str, kind: type[tk.Toplevel]
) -> None:
    """Asked for again, an open one comes to the front; a closed one is opened anew."""
    root = panels._root

    def there() -> list[tk.Misc]:
        return [child for child in root.winfo_children() if isinstance(child, kind)]

    getattr(panels, name)()
    getattr(panels, name)()
    (panel,) = there()
    await until(panel.winfo_viewable)
    await press(panel, "Escape")
    await until(lambda: not there())
    getattr(panels, name)()
    (panel,) = there()
    await until(panel.winfo_viewable)
    panel.destroy()


async def test_ones_own_palettes_are_offered(
    root: tk.Tk, panels: Panels, tmp_path: Path, until: Until
) -> None:
    """What is in the folder is offered when the settings open, with what is wrong there."""
    (tmp_path / "palettes").mkdir()
    (tmp_path / "palettes" / "forest.toml").write_text('base = "dark"\n')
    (tmp_path / "palettes" / "bad.toml").write_text("base\n")
    panels.settings()
    (panel,) = [child for child in root.winfo_children() if isinstance(child, SettingsPanel)]
    await until(lambda: "bad.toml is no TOML" in str(panel._warnings.cget("text")))
    offered = [str(child.cget("text")) for child in panel._themes.winfo_children()]
    assert offered == ["As the system", "Dark", "Light", "forest"]
    panel.close()
