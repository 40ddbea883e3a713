"""`docs/window.md` says what the window does, and nothing is missing in it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Final

import msgspec

from asynchat.window.look.own_palettes import palette_from
from asynchat.window.look.palettes import Palette
from asynchat.window.preferences import Notifications, Place, Preferences
from asynchat.window.presenters.commands import BY_SLASH, COMMANDS, key_text

PAGE: Final = (Path(__file__).parents[2] / "docs" / "window.md").read_text(encoding="utf-8")


def test_every_key_is_there() -> None:
    """The page has the keys of each command that is not a field's own."""
    keys = {
        key_text(command.keys[0]) for command in COMMANDS if command.keys and not command.native
    }
    assert not {key for key in keys if key not in PAGE}


def test_every_slash_command_is_there() -> None:
    """The page has each slash command, but for those that are known to everyone."""
    known = {"help", "quit", "settings"}
    assert not {name for name in set(BY_SLASH) - known if f"`/{name}" not in PAGE}


def test_every_preference_is_there() -> None:
    """The page has each key of the file."""
    structs = (Preferences, Notifications, Place)
    names = {field.name for struct in structs for field in msgspec.structs.fields(struct)}
    assert not {name for name in names if f"`{name}`" not in PAGE}


def test_every_colour_is_there_and_the_example_is_a_palette() -> None:
    """The page has each colour of a palette, and its example can be used."""
    names = {field.name for field in fields(Palette)} - {"name"}
    assert not {name for name in names if f"`{name}`" not in PAGE}
    import tomllib

    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    assert palette_from(tomllib.loads(example), "forest").is_dark
