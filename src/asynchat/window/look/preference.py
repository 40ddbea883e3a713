"""Which palette a person wants: by the environment, by a choice made before, or the system's."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.window.look.palettes import DARK, PALETTES, Palette

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE: Final = "ASYNCHAT_THEME"
_FILE: Final = "window.json"
_ASK_TIMEOUT_S: Final = 0.25


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of the window's look.  ``theme`` None follows the system."""

    theme: str | None = None


def load(folder: Path) -> Choice:
    """Return the choice kept in a folder; one that cannot be read is as good as none."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Choice)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Choice()


def save(folder: Path, choice: Choice) -> None:
    """Keep a choice, whole or not at all.  Raise `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{_FILE}.{os.getpid()}"
    try:
        new.write_bytes(msgspec.json.encode(choice))
        new.replace(folder / _FILE)
    finally:
        new.unlink(missing_ok=True)


async def palette_for(choice: Choice) -> Palette:
    """Return the palette to begin with."""
    wanted = os.environ.get(VARIABLE) or choice.theme or await _of_system()
    return PALETTES.get(wanted or "", DARK)


async def _of_system() -> str | None:
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
