"""Whom a text mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.accounts import Account, Directory
from asynchat.chat.mentions import Mentioned, mentioned
from asynchat.chat.state import Room
from asynchat.messages import MAX_MENTIONS

NAMES = ("ada", "Ben", "j.r.", "Großmann", "\u0928\u093f\u0932", "x_y", "zoe", "room")
PEOPLE = Directory(Account(id=f"u-{name.lower()}", name=name, created_ms=0) for name in NAMES)


def den(*besides: str) -> Room:
    """Return a room of all of them but zoe, and of others."""
    room = Room("den")
    for name in (*NAMES, *besides):
        if name != "zoe":
            room.open(f"u-{name.lower()}", 1)
    return room


DEN = den()


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("@ada, look", ["u-ada"]),
        ("hi @BEN! and @ada.", ["u-ben", "u-ada"]),
        ("@ada @ada @Ada", ["u-ada"]),
        ("@j.r. and @j.r.x", ["u-j.r."]),
        ("(@x_y) @x_y_ @x_y-z", ["u-x_y"]),
        ("@gro\u00dfmann", ["u-gro\u00dfmann"]),
        ("@\u0928\u093f\u0932 @\u0928", ["u-\u0928\u093f\u0932"]),
        ("@adam @xada ada@ben.example @@ada https://x/@ada", []),
        ("@zoe is no member, @nobody is nobody", []),
        ("no at all", []),
        ("@\u0301ada is no name", []),
        ("@ @. @- \u00e9@ada", []),
        ("`@ada` ``a ` @ada`` @ben", ["u-ben"]),
        ("a ` @ada and `` @ben", ["u-ada", "u-ben"]),
        ("`@ada @ben`` ` @ben", ["u-ben"]),
        ("```\n@ada\n```\n@ben", ["u-ben"]),
        ("```py\n@ada\n``\n~~~\n@ben", []),
        ("~~~\n@ada\n~~~~  \n@ben", ["u-ben"]),
        ("x\n``` `@ada`\n@ben", ["u-ben"]),
        ("    ```\n@ada", ["u-ada"]),
    ],
)
def test_members_are_found_by_name(text: str, accounts: list[str]) -> None:
    """In any case, the longest name that is a whole word, and nobody within code."""
    assert mentioned(text, DEN, PEOPLE) == Mentioned(tuple(accounts))


@pytest.mark.parametrize(
    ("text", "everyone"),
    [("@room: lunch", True), ("@ROOM", True), ("@rooms", False), ("`@room`", False)],
)
def test_everybody_is_found(text: str, everyone: bool) -> None:
    """`@room` means all, also where somebody is called so."""
    assert mentioned(text, DEN, PEOPLE) == Mentioned(everyone=everyone)


def test_only_so_many_are_mentioned() -> None:
    """The first twenty people; and of a text of many calls only the first hundred count."""
    crowd = [f"p{n}" for n in range(MAX_MENTIONS + 1)]
    people = Directory(Account(id=f"u-{name}", name=name, created_ms=0) for name in crowd)
    text = " ".join(f"@{name}" for name in crowd)
    found = mentioned(text, den(*crowd), people)
    assert found.accounts == tuple(f"u-{name}" for name in crowd[:MAX_MENTIONS])
    assert mentioned("@nobody " * 99 + "@room", DEN, PEOPLE).everyone
    assert not mentioned("@nobody " * 100 + "@room", DEN, PEOPLE).everyone


@given(st.text(alphabet="@`~ ada.-_ben\nroom"))
def test_any_text_has_its_mentions(text: str) -> None:
    """Whatever is typed, who is found is a member and stands in the text."""
    found = mentioned(text, DEN, PEOPLE)
    for account in found.accounts:
        assert f"@{account.removeprefix('u-')}" in text.lower()
    assert not found.everyone or "@room" in text
