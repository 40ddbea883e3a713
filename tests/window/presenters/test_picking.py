from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.presenters.picking import (
    MAX_SHOWN,
    Entry,
    Listing,
    above,
    cells,
    joined,
    parted,
    shown,
    told,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HERE = Listing(
    "/home/ada",
    (
        Entry("report 10.pdf", size=10),
        Entry("Report 2.pdf", size=2),
        Entry(".secret", size=1),
        Entry("pictures", folder=True),
        Entry("Documents", folder=True),
    ),
)


def names(listing: Listing, mode: str = "files", words: str = "", **given: bool) -> list[str]:
    return [entry.name for entry in shown(listing, mode, words, **given).entries]  # type: ignore[arg-type]


def test_folders_come_first_and_numbers_count() -> None:
    """Each by name, whatever its case; 10 comes after 2."""
    assert names(HERE) == ["Documents", "pictures", "Report 2.pdf", "report 10.pdf"]
    assert names(HERE, "folder") == ["Documents", "pictures"]


def test_what_is_typed_narrows_the_list() -> None:
    """By any part of a name; what is hidden is there where it is asked for, or typed."""
    assert names(HERE, words="REP") == ["Report 2.pdf", "report 10.pdf"]
    assert names(HERE, words=".se") == [".secret"]
    assert ".secret" in names(HERE, hidden=True)
    assert shown(HERE, "files", "zebra").note == "Nothing here has that in its name."
    assert shown(Listing("/"), "files").note == "There is nothing here."


def test_what_is_too_much_is_told() -> None:
    """Of a large folder a part is listed, and it says so; one that cannot be read says why."""
    many = tuple(Entry(f"n{at}") for at in range(MAX_SHOWN + 1))
    found = shown(Listing("/", many), "files")
    assert len(found.entries) == MAX_SHOWN
    assert "1,000 of 1,001" in found.note
    assert "first 5" in shown(Listing("/", HERE.entries, more=True), "files").note
    assert shown(Listing("/", problem="No."), "files").note == "No."


def test_what_is_shown_of_a_file() -> None:
    """Its name on one line, its size, and when it was changed; what is odd shows less."""
    at = datetime(2026, 11, 30, 9, 5, tzinfo=UTC).timestamp()
    assert cells(Entry("a\nb", size=1_500_000, at_s=at), NOW, zone=UTC)[1:] == ("1.5 MB", "09:05")
    assert "\n" not in cells(Entry("a\nb"), NOW)[0]
    assert cells(Entry("sub", folder=True, size=4096), NOW) == ("sub/", "", "")
    assert cells(Entry("pipe", usable=False), NOW)[1] == ""
    assert cells(Entry("old", at_s=1e300), NOW, zone=UTC)[2] == "1 January 1970, 00:00"


def test_what_is_chosen_is_told() -> None:
    """How many, and how large all are."""
    assert told([]) == ""
    assert told([Entry("a", size=3)]) == "3 bytes"
    assert told([Entry("a", size=3_000), Entry("b", size=2_000)]) == "2 files, 5 kB"


@pytest.mark.parametrize(
    ("typed", "folder", "name"),
    [
        ("rep", "/home/ada", "rep"),
        ("/etc/ho", "/etc", "ho"),
        ("../ben/x", "/home/ben", "x"),
        ("sub/", "/home/ada/sub", ""),
        ("/", "/", ""),
        ("~", "/home/me", ""),
        ("~/x", "/home/me", "x"),
    ],
)
def test_what_a_typed_path_means(
    typed: str, folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path from here, from the top or from one's home."""
    monkeypatch.setenv("HOME", "/home/me")
    assert parted(typed, "/home/ada") == (folder, name)


@given(st.text())
def test_any_text_is_a_path(typed: str) -> None:
    """Whatever is typed means some folder, and never raises."""
    folder, name = parted(typed, "/home/ada")
    assert folder.startswith("/") or "~" in typed
    assert "/" not in name


def test_paths_are_put_together() -> None:
    """Also at the top."""
    assert joined("/", "a") == "/a"
    assert joined("/a", "b") == "/a/b"
    assert above("/a/b") == "/a"
    assert above("/a") == above("/") == "/"


@given(st.lists(st.text(st.characters(exclude_categories=[]))))
def test_any_names_can_be_ordered(found: list[str]) -> None:
    """Whatever the names of files are."""
    listing = Listing("/", tuple(Entry(name) for name in found))
    assert sorted(names(listing, hidden=True)) == sorted(found)
