"""What a person chose for the window, in one file that is also theirs to edit.

A key this version does not know is kept as it is, a value that makes no sense counts as not
chosen, and a file that is no JSON is put aside, which is said in a sentence.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from asynchat.address import parse_address
from asynchat.errors import ChatError
from asynchat.text import check_name

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "window.json"
SYSTEM: Final = "system"
"""The theme that is the desktop's."""

MOST_HIGHLIGHTS: Final = 100
LEAST_SIDEBAR: Final = 160
MOST_SIDEBAR: Final = 480
MOST_RECENT: Final = 18
MOST_SERVERS: Final = 20
_MOST_EMOJI: Final = 16
_MOST_WORD: Final = 64
_MOST_NAME: Final = 64
_MOST_AWAY: Final = 24 * 60

Sound: TypeAlias = Literal["mentions", "all", "nothing"]


class Place(msgspec.Struct, frozen=True):
    """Where a window was, in pixels of its screen."""

    x: int
    y: int
    width: int
    height: int
    maximised: bool = False


class Notifications(msgspec.Struct, frozen=True):
    """What to be told of.  ``quiet_from`` and ``quiet_to`` are times of day, ``22:00``.

    ``rooms`` has by the address of a server what was chosen for a room of it.
    """

    show: Sound = "mentions"
    sound: bool = True
    preview: bool = True
    quiet_from: str | None = None
    quiet_to: str | None = None
    rooms: Mapping[str, Mapping[str, Sound]] = {}

    def of_room(self, address: str, room: str) -> Sound | None:
        """Return what was chosen for a room, None where what is chosen for all holds."""
        return self.rooms.get(address, {}).get(room)

    def with_room(self, address: str, room: str, chosen: Sound | None) -> Notifications:
        """Return the same with something else chosen for a room."""
        of_server = {**self.rooms.get(address, {})}
        of_server.pop(room, None)
        if chosen is not None:
            of_server[room] = chosen
        rooms = {**self.rooms, address: of_server}
        kept = {each: choices for each, choices in rooms.items() if choices}
        return msgspec.structs.replace(self, rooms=kept)


class Known(msgspec.Struct, frozen=True):
    """A server to come back to: its address, and the name that was asked for there.

    One that is ``hosted`` is served by this program: it is hosted again before.
    """

    address: str
    name: str
    hosted: bool = False

    def is_at(self, other: Known) -> bool:
        """Tell whether both are one account on one server, whoever serves it."""
        return (self.address, self.name) == (other.address, other.name)


class Preferences(msgspec.Struct, frozen=True):
    """Everything chosen.  ``zoom`` is in percent, ``sidebar`` in pixels at 96 dpi and 100 %.

    ``emoji`` are those picked of late, the latest first; of ``servers`` the one at ``server`` was
    on view, the first at 0.

    ``away_minutes`` is how long nothing is done before one is shown as away; 0 is never.
    ``clock`` is None where the times of day follow the person's locale, else 12 or 24.
    """

    theme: str = SYSTEM
    zoom: int = 100
    place: Place | None = None
    sidebar: int = 226
    highlights: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    clock: Literal[12, 24] | None = None
    notifications: Notifications = Notifications()
    away_minutes: int = 5
    servers: tuple[Known, ...] = ()
    server: int = 0


class PreferenceFile:
    """The file of a folder.  It is read and written off the loop, by one at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._rest: dict[str, Any] = {}

    def load(self) -> tuple[Preferences, str | None]:
        """Return what was chosen, and a sentence where something is wrong with the file."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return Preferences(), None
        except OSError as error:
            return Preferences(), f"Your settings cannot be read: {error.strerror or error}."
        try:
            found = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Preferences(), self._put_aside()
        chosen, odd = from_raw(found)
        self._rest = found
        if not odd:
            return chosen, None
        names = ", ".join(odd)
        return chosen, f"Not understood in {self.path.name}, and left as it is: {names}."

    def save(self, chosen: Preferences) -> None:
        """Keep what is chosen, whole or not at all.  Raise `OSError`."""
        told = msgspec.to_builtins(chosen)
        plain = msgspec.to_builtins(Preferences())
        kept = dict(self._rest)
        read, _ = from_raw(kept)
        before = msgspec.to_builtins(read)
        for key, value in told.items():
            if key in kept and value == before[key]:
                continue  # also one that was not understood: it may be of a later version
            if value == plain[key]:
                kept.pop(key, None)
            elif isinstance(value, dict):
                there = kept.get(key)
                kept[key] = (there if isinstance(there, dict) else {}) | value
            else:
                kept[key] = value
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = folder / f"{FILE}.{os.getpid()}"
        try:
            new.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
            new.replace(self.path)
        finally:
            new.unlink(missing_ok=True)
        self._rest = kept

    def _put_aside(self) -> str:
        aside = self.path.with_name(f"{self.path.name}.damaged")
        with contextlib.suppress(OSError):  # then it is written over: there is nothing in it
            self.path.replace(aside)
        return f"Your settings were damaged and begin anew; the old file is now {aside.name}."


def from_raw(found: dict[str, Any]) -> tuple[Preferences, tuple[str, ...]]:
    """Return what a file's keys choose, and the names of those that make no sense."""
    good: dict[str, Any] = {}
    odd = []
    for field in msgspec.structs.fields(Preferences):
        if field.name not in found:
            continue
        try:
            value = msgspec.convert(found[field.name], field.type)
        except msgspec.ValidationError:
            odd.append(field.name)
            continue
        good[field.name] = value
    return sane(Preferences(**good)), tuple(odd)


def sane(chosen: Preferences) -> Preferences:
    """Return what was chosen, within what can be shown."""
    told = chosen.notifications
    if (told.quiet_from is None) != (told.quiet_to is None) or not all(
        map(_is_time, (told.quiet_from or "00:00", told.quiet_to or "00:00"))
    ):
        told = msgspec.structs.replace(told, quiet_from=None, quiet_to=None)
    words = dict.fromkeys(word.strip()[:_MOST_WORD] for word in chosen.highlights)
    return msgspec.structs.replace(
        chosen,
        theme=chosen.theme[:_MOST_NAME] or SYSTEM,
        sidebar=min(max(chosen.sidebar, LEAST_SIDEBAR), MOST_SIDEBAR),
        highlights=tuple(word for word in words if word)[:MOST_HIGHLIGHTS],
        emoji=tuple(one for one in chosen.emoji if 0 < len(one) <= _MOST_EMOJI)[:MOST_RECENT],
        notifications=told,
        away_minutes=min(max(chosen.away_minutes, 0), _MOST_AWAY),
        servers=tuple(dict.fromkeys(filter(_leads_somewhere, chosen.servers)))[:MOST_SERVERS],
        server=max(0, chosen.server),
    )


def is_quiet(told: Notifications, minute: int) -> bool:
    """Tell whether a minute of the day lies in the quiet hours, which may go over midnight."""
    if told.quiet_from is None or told.quiet_to is None:
        return False
    begin, end = _minutes(told.quiet_from), _minutes(told.quiet_to)
    if begin <= end:
        return begin <= minute < end
    return minute >= begin or minute < end


def parsed_time(typed: str) -> str | None:
    """Return a time of day as it is kept, ``07:30`` for ``7:30`` or ``7``; None for no time."""
    hours, _, minutes = typed.strip().partition(":")
    minutes = minutes or "00"
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:  # noqa: PLR2004 - of a clock
        return None
    return f"{int(hours):02}:{minutes}"


def _leads_somewhere(known: Known) -> bool:
    try:
        parse_address(known.address)
        check_name(known.name)
    except ChatError:
        return False
    return True


def _is_time(text: str) -> bool:
    return parsed_time(text) == text


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
