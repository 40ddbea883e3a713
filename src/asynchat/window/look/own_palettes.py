"""Palettes of a person's own: TOML files in the ``palettes`` folder beside the preferences.

A file names a ``base`` and the colours that differ from it, or every colour::

    base = "dark"
    canvas = "#101418"
    accent = "#2f7d4f"
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asynchat.window.look.contrast import warning
from asynchat.window.look.palettes import PALETTES, Palette

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER: Final = "palettes"
MOST: Final = 50
"""How many files are read; a folder that holds more is not a folder of palettes."""

_MOST_BYTES: Final = 65_536
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_NAME: Final = re.compile(r"[\w .-]{1,40}")
_ROLES: Final = {
    field.name: getattr(PALETTES["dark"], field.name)
    for field in dataclasses.fields(Palette)
    if field.name != "name"
}


class WrongPaletteError(ValueError):
    """A palette cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class OwnPalettes:
    """The palettes found, by name, and a sentence about each file that something is wrong with."""

    found: Mapping[str, Palette]
    warnings: tuple[str, ...] = ()


def load(folder: Path) -> OwnPalettes:
    """Read the palettes of a folder, which need not be there.  It blocks."""
    found: dict[str, Palette] = {}
    warnings = []
    for path in sorted((folder / FOLDER).glob("*.toml"))[:MOST]:
        try:
            with path.open("rb") as file:
                text = file.read(_MOST_BYTES).decode()
            palette = palette_from(tomllib.loads(text), path.stem)
        except OSError as error:
            warnings.append(f"{path.name} cannot be read: {error.strerror or error}.")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            warnings.append(f"{path.name} is no TOML: {error}.")
        except WrongPaletteError as error:
            warnings.append(f"{path.name} is no palette: {error}")
        else:
            found[palette.name] = palette
            faint = warning(palette)
            if faint is not None:
                warnings.append(faint)
    return OwnPalettes(found, tuple(warnings))


def palette_from(table: Mapping[str, Any], name: str) -> Palette:
    """Return the palette that a table describes.  Raise `WrongPaletteError`."""
    chosen = dict(table)
    name = str(chosen.pop("name", name))
    if not _NAME.fullmatch(name) or name in {*PALETTES, "system"}:
        raise WrongPaletteError(f"it cannot be called {name!r}.")
    base = chosen.pop("base", None)
    colours: dict[str, Any] = {}
    if base is not None:
        if not isinstance(base, str) or base not in PALETTES:
            raise WrongPaletteError(f"its base is {' or '.join(PALETTES)}, not {base!r}.")
        colours = {role: getattr(PALETTES[base], role) for role in _ROLES}
    unknown = sorted(set(chosen) - set(_ROLES))
    if unknown:
        raise WrongPaletteError(f"there is no colour called {unknown[0]}.")
    for role, value in chosen.items():
        colours[role] = _colours(role, value)
    missing = [role for role in _ROLES if role not in colours]
    if missing:
        raise WrongPaletteError(f"it has no base, and no {missing[0]}.")
    return Palette(name=name, **colours)


def _colours(role: str, value: object) -> str | tuple[str, ...]:
    example = _ROLES[role]
    if isinstance(example, str):
        if isinstance(value, str) and _COLOUR.fullmatch(value):
            return value.lower()
        raise WrongPaletteError(f"{role} is no colour like #1e1f24.")
    if isinstance(value, list) and len(value) == len(example):
        found = [one.lower() for one in value if isinstance(one, str) and _COLOUR.fullmatch(one)]
        if len(found) == len(example):
            return tuple(found)
    raise WrongPaletteError(f"{role} is no list of {len(example)} colours like #1e1f24.")
