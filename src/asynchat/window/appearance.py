"""How the window looks and where it stands: preferences applied to it, live."""

from __future__ import annotations

import asyncio
import contextlib
import tkinter as tk
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asynchat.window.look import preference
from asynchat.window.look.palettes import PALETTES
from asynchat.window.look.scale import zoomed
from asynchat.window.preferences import SYSTEM, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asynchat.tasks import Tasks
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.palettes import Palette
    from asynchat.window.look.theme import Look
    from asynchat.window.preferences import Preferences

SIZE: Final = (1080, 700)
LEAST: Final = (420, 320)
_SETTLED_MS: Final = 400
_ASK_SYSTEM_EVERY_S: Final = 5.0
_SEEN_PX: Final = 80
"""How much of a window's title has to be on a screen, or it could not be moved."""


class Appearance:
    """Palette, zoom and place of one window.

    ``on_palette`` is called when another palette is shown, ``say`` with a sentence where one
    cannot be.
    """

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        live: LivePreferences,
        *,
        folder: Path,
        tasks: Tasks,
        say: Callable[[str], None],
        on_palette: Callable[[], None],
    ) -> None:
        self._root = root
        self._look = look
        self._live = live
        self._folder = folder
        self._tasks = tasks
        self._say = say
        self._on_palette = on_palette
        self._own: Mapping[str, Palette] = {}
        self._asked_at = float("-inf")
        self._timer: str | None = None
        self._closed = False
        self._unsubscribe = live.subscribe(self._changed)
        self._put()
        root.bind("<Configure>", self._moved, add=True)
        root.bind("<FocusIn>", self._focused, add=True)

    @property
    def palettes(self) -> Mapping[str, Palette]:
        """The palettes to choose from, by name; a person's own as far as they were read."""
        return PALETTES | dict(self._own)

    @property
    def palette_folder(self) -> str:
        """Where a person's own palettes are."""
        from asynchat.window.look.own_palettes import FOLDER  # noqa: PLC0415 - few have their own

        folder, home = self._folder / FOLDER, Path.home()
        if folder.is_relative_to(home):
            return str(Path("~") / folder.relative_to(home))
        return str(folder)

    def zoom(self, steps: int) -> None:
        """Make everything larger or smaller by so many steps; 0 goes back to normal."""
        self._live.change(zoom=zoomed(self._look.scale.percent, steps))

    def toggle(self) -> None:
        """Go from light to dark and back."""
        self._live.change(theme="light" if self._look.palette.is_dark else "dark")

    async def read_own(self) -> tuple[str, ...]:
        """Read a person's own palettes afresh; return what is wrong with them, in sentences."""
        from asynchat.window.look import own_palettes  # noqa: PLC0415 - few have their own

        read = await asyncio.to_thread(own_palettes.load, self._folder)
        self._own = read.found
        now = self._own.get(self._live.now.theme)
        if now is not None:
            self._use(now)
        return read.warnings

    def close(self) -> None:
        """Note where the window is, and follow nothing any more."""
        self._unsubscribe()
        self._closed = True
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._note_place()

    def _changed(self, before: Preferences, now: Preferences) -> None:
        if now.zoom != before.zoom:
            self._look.zoom(now.zoom)
            self._set_least()
        if now.theme != before.theme:
            if now.theme in self.palettes:
                self._use(self.palettes[now.theme])
            else:
                self._tasks.spawn(self._choose(now.theme), name="choose a palette")

    async def _choose(self, theme: str) -> None:
        palette, problem = await preference.palette_for(theme, self._folder)
        if theme == self._live.now.theme:
            self._use(palette)
        if problem is not None:
            self._say(problem)

    def _use(self, palette: Palette) -> None:
        # It may have been asked for, and the window have gone.
        if palette != self._look.palette and not self._closed:
            self._look.use(palette)
            self._on_palette()

    def _focused(self, event: tk.Event[tk.Misc]) -> None:
        # The desktop tells nobody of its theme, but who changed it comes back from elsewhere.
        now = asyncio.get_running_loop().time()
        if (
            event.widget is self._root
            and preference.follows_system(self._live.now.theme)
            and now - self._asked_at > _ASK_SYSTEM_EVERY_S
        ):
            self._asked_at = now
            self._tasks.spawn(self._choose(SYSTEM), name="ask for the system's theme")

    # Where it stands

    def _put(self) -> None:
        root, place = self._root, self._live.now.place
        self._set_least()
        if place is None:
            root.geometry("{}x{}".format(*self._fitting(*map(self._look.px, SIZE))))
            return
        width, height = self._fitting(place.width, place.height)
        left, top = root.winfo_vrootx(), root.winfo_vrooty()
        right, bottom = left + root.winfo_vrootwidth(), top + root.winfo_vrootheight()
        seen = self._look.px(_SEEN_PX)
        if left - width + seen <= place.x <= right - seen and top <= place.y <= bottom - seen:
            x = min(max(place.x, left), max(left, right - width))
            y = min(max(place.y, top), max(top, bottom - height))
            root.geometry(f"{width}x{height}+{x}+{y}")
        else:
            root.geometry(f"{width}x{height}")
        if place.maximised:
            self._maximise()

    def _set_least(self) -> None:
        self._root.minsize(*self._fitting(*map(self._look.px, LEAST)))

    def _fitting(self, width: int, height: int) -> tuple[int, int]:
        root = self._root
        wide, high = root.winfo_vrootwidth(), root.winfo_vrootheight() - self._look.px(60)
        return min(width, wide), min(height, high)

    def _maximise(self) -> None:
        with contextlib.suppress(tk.TclError):  # not every window manager knows of it
            if self._x11:
                self._root.attributes("-zoomed", True)
            else:
                self._root.state("zoomed")

    @property
    def _x11(self) -> bool:
        return str(self._root.tk.call("tk", "windowingsystem")) == "x11"

    @property
    def _maximised(self) -> bool:
        if self._x11:
            return bool(self._root.attributes("-zoomed"))
        return self._root.state() == "zoomed"

    def _moved(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._root and not self._closed:
            if self._timer is not None:
                self._root.after_cancel(self._timer)
            self._timer = self._root.after(_SETTLED_MS, self._note_place)

    def _note_place(self) -> None:
        self._timer = None
        root = self._root
        if root.state() not in {"normal", "zoomed"}:
            return
        before = self._live.now.place
        if self._maximised:
            # Where it was before stays: there it goes when it is made small again.
            if before is not None:
                self._live.change(
                    place=Place(before.x, before.y, before.width, before.height, True)
                )
            return
        size, x, y = _geometry(root.geometry())
        self._live.change(place=Place(x, y, *size))


def _geometry(told: str) -> tuple[tuple[int, int], int, int]:
    """Return what Tk means by ``900x600+20+-5``."""
    size, x, y = told.split("+", 2)
    width, height = size.split("x")
    return (int(width), int(height)), int(x), int(y)
