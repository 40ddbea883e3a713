from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import pytest

from asynchat.window.appearance import Appearance
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.look.theme import Look
from asynchat.window.preferences import Place, PreferenceFile, Preferences

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


class Show(Protocol):
    """The type of the fixture `show`."""

    def __call__(self, chosen: Preferences) -> Appearance: ...


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def shown() -> list[str]:
    """Return the names of the palettes as they are switched."""
    return []


@pytest.fixture
async def show(
    root: tk.Tk, tasks: Tasks, tmp_path: Path, said: list[str], shown: list[str]
) -> AsyncIterator[Show]:
    """Return what applies preferences to the window."""
    made: list[Appearance] = []
    look = Look(root, DARK)

    def show(chosen: Preferences) -> Appearance:
        look.zoom(chosen.zoom)
        live = LivePreferences(PreferenceFile(tmp_path), chosen, tasks, said.append)
        appearance = Appearance(
            root,
            look,
            live,
            folder=tmp_path,
            tasks=tasks,
            say=said.append,
            on_palette=lambda: shown.append(look.palette.name),
        )
        made.append(appearance)
        return appearance

    yield show
    for appearance in made:
        appearance.close()
        await appearance._live.written()


def own_palette(folder: Path, name: str, text: str) -> None:
    """Write a palette of one's own."""
    (folder / "palettes").mkdir(exist_ok=True)
    (folder / "palettes" / f"{name}.toml").write_text(text)


async def test_light_and_dark(show: Show, shown: list[str]) -> None:
    """Toggling goes from one to the other at once."""
    made = show(Preferences(theme="dark"))
    made.toggle()
    made.toggle()
    assert shown == ["light", "dark"]


async def test_the_zoom_is_kept_and_begun_with(show: Show) -> None:
    """Zoom goes by steps, is part of the preferences, and a window begins with it."""
    made = show(Preferences(theme="dark", zoom=125))
    assert made._look.px(100) == 125
    made.zoom(1)
    assert (made._live.now.zoom, made._look.px(100)) == (150, 150)
    made.zoom(0)
    assert made._look.px(100) == 100


async def test_ones_own_palettes_are_switched_live(
    show: Show, shown: list[str], said: list[str], tmp_path: Path, until: Until
) -> None:
    """A palette of one's own is chosen by its name, and read again where it was changed."""
    own_palette(tmp_path, "forest", 'base = "dark"\ncanvas = "#101a12"\n')
    made = show(Preferences(theme="dark"))
    made._live.change(theme="forest")
    await until(lambda: shown == ["forest"])
    own_palette(tmp_path, "forest", 'base = "dark"\ncanvas = "#0a120c"\n')
    own_palette(tmp_path, "bad", 'base = "plaid"\n')
    assert await made.read_own() == (
        "bad.toml is no palette: its base is dark or light, not 'plaid'.",
    )
    assert made._look.palette.canvas == "#0a120c"
    assert sorted(made.palettes) == ["dark", "forest", "light"]
    assert not said


async def test_a_palette_that_is_gone_is_told(
    show: Show, said: list[str], tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the chosen palette is not there, the system's is shown and a sentence says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    made = show(Preferences(theme="light"))
    made._live.change(theme="forest")
    await until(lambda: said)
    assert said == ["There is no palette called forest; the system's is shown."]


async def test_the_system_is_followed(
    show: Show, shown: list[str], tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the window is come back to, it has the theme that the desktop has by then."""
    program = tmp_path / "gsettings"
    program.write_text("#!/bin/sh\necho \"'prefer-light'\"\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    made = show(Preferences())
    made._root.event_generate("<FocusIn>")
    await until(lambda: shown == ["light"])
    assert made._look.palette is LIGHT


async def test_size_and_place_are_noted_and_put_back(show: Show, root: tk.Tk, until: Until) -> None:
    """A window that was moved begins there the next time."""
    made = show(Preferences(theme="dark"))
    await until(root.winfo_viewable)
    root.geometry("700x500+120+90")
    place = Place(120, 90, 700, 500)
    await until(lambda: made._live.now.place == place)
    root.geometry("900x600+0+0")
    show(Preferences(theme="dark", place=place))
    await until(lambda: root.geometry() == "700x500+120+90")


@pytest.mark.parametrize(
    ("place", "begins"),
    [
        (Place(5_000, 90, 700, 500), "700x500"),
        (Place(90, -900, 700, 500), "700x500"),
        (Place(900, 600, 700, 500), "700x500+{x}+{y}"),
        (Place(-300, 90, 700, 500), "700x500+0+90"),
    ],
)
async def test_a_window_is_put_on_a_screen_that_is_there(
    show: Show, root: tk.Tk, until: Until, place: Place, begins: str
) -> None:
    """Where its screen is gone the window comes where the system puts it, and else wholly on."""
    show(Preferences(theme="dark", place=place))
    x, y = root.winfo_vrootwidth() - 700, root.winfo_vrootheight() - 500
    await until(lambda: root.geometry().startswith(begins.format(x=x, y=y)))
    assert root.winfo_x() < root.winfo_vrootwidth()


async def test_a_maximised_window_is_so_again(show: Show, root: tk.Tk, until: Until) -> None:
    """Who left the window maximised finds it so, and made small it has its place of before."""
    made = show(Preferences(theme="dark", place=Place(120, 90, 700, 500, maximised=True)))
    if not made._x11 or not os.environ.get("DISPLAY"):
        pytest.skip("only X11 is asked so")
    await until(lambda: root.winfo_width() > 1_000 or not root.attributes("-zoomed"))
    if root.attributes("-zoomed"):
        root.attributes("-zoomed", False)
        await until(lambda: root.geometry() == "700x500+120+90")


async def test_the_folder_of_palettes_is_told_as_people_write_it(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies at home begins with a tilde, and all else is told in full."""
    made = show(Preferences(theme="dark"))
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.setenv("USERPROFILE", str(tmp_path.parent))
    assert made.palette_folder == os.path.join("~", tmp_path.name, "palettes")  # noqa: PTH118
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "elsewhere"))
    assert made.palette_folder == str(tmp_path / "palettes")
