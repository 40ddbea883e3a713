"""Which palette a person wants: by the environment, by what they chose, or the system's."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from asynchat.window.look.palettes import DARK, PALETTES, Palette
from asynchat.window.preferences import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLE: Final = "ASYNCHAT_THEME"
_ASK_TIMEOUT_S: Final = 0.25


async def palette_for(theme: str, folder: Path) -> tuple[Palette, str | None]:
    """Return the palette to show, and a sentence where it is not the one asked for.

    A person's own palettes are read from ``folder``, where one of them is meant.
    """
    wanted = os.environ.get(VARIABLE) or theme
    if wanted == SYSTEM:
        return await of_system(), None
    if wanted in PALETTES:
        return PALETTES[wanted], None
    from asynchat.window.look.own_palettes import load  # noqa: PLC0415 - few have their own

    own: Mapping[str, Palette] = (await asyncio.to_thread(load, folder)).found
    if wanted in own:
        return own[wanted], None
    return await of_system(), f"There is no palette called {wanted}; the system's is shown."


def follows_system(theme: str) -> bool:
    """Tell whether it is the system that decides."""
    return (os.environ.get(VARIABLE) or theme) == SYSTEM


async def of_system() -> Palette:
    """Return the palette of the desktop's preference; dark where it says nothing."""
    return PALETTES.get(await _word_of_system() or "", DARK)


async def _word_of_system() -> str | None:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has it

        path = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                return "light" if winreg.QueryValueEx(key, "AppsUseLightTheme")[0] else "dark"
        except OSError:
            return None
    if sys.platform == "darwin":
        said = await _output_of("defaults", "read", "-g", "AppleInterfaceStyle")
        return "dark" if said == "Dark" else "light"
    said = await _output_of("gsettings", "get", "org.gnome.desktop.interface", "color-scheme")
    return {"'prefer-dark'": "dark", "'prefer-light'": "light", "'default'": "light"}.get(said)


async def _output_of(program: str, *arguments: str) -> str:
    """Return what a program printed, or nothing: it may be missing, fail, or take too long."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        process = await asyncio.create_subprocess_exec(
            path,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ""
    try:
        async with asyncio.timeout(_ASK_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            process.kill()
        # A child of its own may hold the pipe for longer.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ASK_TIMEOUT_S):
                await process.wait()
        return ""
    return output.decode(errors="replace").strip()
