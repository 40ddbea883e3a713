"""The windows beside the main one that belong to the program: settings, keys, log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.tasks import Tasks
    from asynchat.window.appearance import Appearance
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.recent_log import RecentLog
    from asynchat.window.widgets.log_panel import LogPanel
    from asynchat.window.widgets.settings_panel import SettingsPanel
    from asynchat.window.widgets.shortcut_sheet import ShortcutSheet

# Each is imported when it is opened: the first paint does not wait for it.


class Panels:
    """Opens each once, and shows it again where it is open; ``do`` does a command by name."""

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        live: LivePreferences,
        appearance: Appearance,
        log: RecentLog,
        *,
        tasks: Tasks,
        do: Callable[[str], None],
    ) -> None:
        self._root = root
        self._look = look
        self._live = live
        self._appearance = appearance
        self._recent = log
        self._tasks = tasks
        self._do = do
        self._settings: SettingsPanel | None = None
        self._shortcuts: ShortcutSheet | None = None
        self._log: LogPanel | None = None

    def settings(self) -> None:
        """Open the settings."""
        from asynchat.window.widgets.settings_panel import SettingsPanel  # noqa: PLC0415 - see above

        panel = self._settings
        if panel is None or not panel.winfo_exists():
            panel = self._settings = SettingsPanel(
                self._root,
                self._look,
                self._live,
                folder=self._appearance.palette_folder,
                do=self._do,
                on_read=self._read_palettes,
            )
            panel.offer(self._appearance.palettes, ())
            self._read_palettes()
        panel.open(panel.first)

    def shortcuts(self) -> None:
        """Open the sheet of keys and commands."""
        from asynchat.window.widgets.shortcut_sheet import ShortcutSheet  # noqa: PLC0415 - see above

        if self._shortcuts is None or not self._shortcuts.winfo_exists():
            self._shortcuts = ShortcutSheet(self._root, self._look)
        self._shortcuts.open()

    def log(self) -> None:
        """Open the log."""
        from asynchat.window.widgets.log_panel import LogPanel  # noqa: PLC0415 - see above

        if self._log is None or not self._log.winfo_exists():
            recent = self._recent
            self._log = LogPanel(
                self._root, self._look, read=lambda: recent.text, count=lambda: recent.count
            )
        self._log.open(self._log.copy_button)

    def _read_palettes(self) -> None:
        self._tasks.spawn(self._offer_palettes(), name="read the palettes")

    async def _offer_palettes(self) -> None:
        warnings = await self._appearance.read_own()
        if self._settings is not None and self._settings.winfo_exists():
            self._settings.offer(self._appearance.palettes, warnings)
