from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.preferences import (
    Notifications,
    Place,
    PreferenceFile,
    Preferences,
    from_raw,
    is_quiet,
    parsed_time,
    sane,
)

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN = Preferences(
    theme="light",
    zoom=125,
    place=Place(10, -20, 900, 600, maximised=True),
    sidebar=300,
    highlights=("deploy", "on fire"),
    clock=12,
    notifications=Notifications(show="all", quiet_from="22:00", quiet_to="07:30"),
)


def test_what_was_chosen_is_there_the_next_time(tmp_path: Path) -> None:
    """Everything is kept, in a file that is written as a whole, and nothing else is left."""
    folder = tmp_path / "new"
    PreferenceFile(folder).save(CHOSEN)
    assert PreferenceFile(folder).load() == (CHOSEN, None)
    assert [path.name for path in folder.iterdir()] == ["window.json"]


def test_a_room_has_its_own_choice_until_it_is_taken_back(tmp_path: Path) -> None:
    """What was chosen for a room is kept by server and room, and goes without a trace."""
    here, there = "asynchat://here:1", "asynchat://there:1"
    told = Notifications().with_room(here, "zoo", "all").with_room(there, "zoo", "nothing")
    assert [told.of_room(server, "zoo") for server in (here, there)] == ["all", "nothing"]
    assert told.of_room(here, "yard") is None
    file = PreferenceFile(tmp_path)
    file.save(Preferences(notifications=told))
    assert PreferenceFile(tmp_path).load()[0].notifications == told
    told = told.with_room(here, "zoo", None).with_room(here, "yard", None)
    file.save(Preferences(notifications=told))
    assert PreferenceFile(tmp_path).load()[0].notifications.rooms == {there: {"zoo": "nothing"}}
    assert told.with_room(there, "zoo", None) == Notifications()


def test_nothing_chosen_is_no_mistake(tmp_path: Path) -> None:
    """Without a file everything is as it is for everybody."""
    assert PreferenceFile(tmp_path).load() == (Preferences(), None)


def test_keys_of_a_later_version_are_kept(tmp_path: Path) -> None:
    """What this version does not know, or not understand, is not lost when it writes."""
    path = tmp_path / "window.json"
    later = {"theme": 3, "zoom": 150, "hologram": True, "notifications": {"sound": False, "x": 1}}
    path.write_text(json.dumps(later))
    file = PreferenceFile(tmp_path)
    chosen, warning = file.load()
    assert chosen == Preferences(zoom=150, notifications=Notifications(sound=False))
    assert warning == "Not understood in window.json, and left as it is: theme."
    file.save(Preferences(zoom=90, notifications=Notifications(sound=False, preview=False)))
    kept = json.loads(path.read_text())
    assert kept["theme"] == 3
    assert kept["hologram"] is True
    assert kept["zoom"] == 90
    assert (
        kept["notifications"] | {"sound": False, "preview": False, "x": 1} == kept["notifications"]
    )
    file.save(Preferences(theme="dark"))
    kept = json.loads(path.read_text())
    assert kept["theme"] == "dark"
    assert "zoom" not in kept


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is kept beside, which is said, and the choices begin anew."""
    (tmp_path / "window.json").write_bytes(content)
    chosen, warning = PreferenceFile(tmp_path).load()
    assert chosen == Preferences()
    assert warning is not None
    assert warning.endswith("the old file is now window.json.damaged.")
    assert (tmp_path / "window.json.damaged").read_bytes() == content
    assert PreferenceFile(tmp_path).load() == (Preferences(), None)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    """Where the file cannot be read at all, the reason is said."""
    (tmp_path / "window.json").mkdir()
    chosen, warning = PreferenceFile(tmp_path).load()
    assert chosen == Preferences()
    assert warning == "Your settings cannot be read: Is a directory."


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,  # nothing that is chosen lies deeper
)


@given(st.dictionaries(st.sampled_from([*Preferences.__struct_fields__, "other"]), values))
def test_any_file_gives_preferences(found: dict[str, Any]) -> None:
    """Whatever stands in the file, the window can be shown by it."""
    chosen, odd = from_raw(found)
    assert set(odd) <= set(found)
    assert sane(chosen) == chosen


def test_words_are_tidied() -> None:
    """Highlighted words are neither empty nor twice there, and a sidebar leaves room."""
    odd = Preferences(
        highlights=(" deploy ", "", "deploy", "x"),
        emoji=("", *"🎉🚀" * 20, "x" * 99),
        sidebar=9_000,
        notifications=Notifications(quiet_from="22:00"),
    )
    tidy = sane(odd)
    assert tidy.highlights == ("deploy", "x")
    assert tidy.emoji[:2] == ("🎉", "🚀")
    assert len(tidy.emoji) == 18
    assert tidy.sidebar == 480
    assert tidy.notifications.quiet_from is None


@pytest.mark.parametrize(
    ("begin", "end", "minute", "quiet"),
    [
        ("22:00", "07:00", 23 * 60, True),
        ("22:00", "07:00", 6 * 60 + 59, True),
        ("22:00", "07:00", 7 * 60, False),
        ("12:00", "13:00", 12 * 60, True),
        ("12:00", "13:00", 13 * 60, False),
        ("12:00", "12:00", 12 * 60, False),
        (None, None, 12 * 60, False),
    ],
)
def test_quiet_hours(begin: str | None, end: str | None, minute: int, quiet: bool) -> None:
    """Quiet hours go from a time to a time, also over midnight."""
    assert is_quiet(Notifications(quiet_from=begin, quiet_to=end), minute) == quiet


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("7", "07:00"),
        ("7:30", "07:30"),
        (" 23:59 ", "23:59"),
        ("24", None),
        ("7:5", None),
        ("7:60", None),
        ("", None),
        ("half", None),
        ("٧", None),
    ],
)
def test_times_are_read(typed: str, time: str | None) -> None:
    """A time of day may be typed short."""
    assert parsed_time(typed) == time
