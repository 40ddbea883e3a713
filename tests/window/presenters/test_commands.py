from __future__ import annotations

import pytest

from asynchat.messages import Room
from asynchat.window.presenters.commands import (
    BY_NAME,
    BY_SLASH,
    COMMANDS,
    GROUPS,
    key_text,
    menu,
    possible,
    sheet,
    shown_keys,
    slash_line,
)


def test_the_table_is_sound() -> None:
    """No name, slash command or key stands for two things."""
    assert len(BY_NAME) == len(COMMANDS)
    assert len(BY_SLASH) == len([command for command in COMMANDS if command.slash])
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert {command.group for command in COMMANDS} == set(GROUPS)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("Control-k", "Ctrl+K"),
        ("Alt-Shift-Up", "Alt+Shift+↑"),
        ("Control-plus", "Ctrl++"),
        ("Control-Key-0", "Ctrl+0"),
        ("Control-comma", "Ctrl+,"),
        ("Prior", "Page Up"),
        ("F1", "F1"),
    ],
)
def test_keys_are_written_as_people_write_them(keys: str, text: str) -> None:
    """Tk's names of keys are not what is shown."""
    assert key_text(keys) == text


def test_what_is_shown_of_a_command() -> None:
    """Several keys of one command are shown where each is of use."""
    assert shown_keys(BY_NAME["nth-room"]) == "Ctrl+1 … Ctrl+9"
    assert shown_keys(BY_NAME["menu"]) == "Menu key or Shift+F10"
    assert shown_keys(BY_NAME["larger"]) == "Ctrl++"
    assert shown_keys(BY_NAME["create"]) == ""
    assert slash_line(BY_SLASH["msg"]) == "/msg NAME TEXT"
    assert slash_line(BY_SLASH["leave"]) == "/leave"


def test_every_command_with_keys_is_on_the_sheet() -> None:
    """F1 shows each key and each slash command once."""
    lines = [line for _, found in sheet() for line in found]
    assert len(lines) == len([command for command in COMMANDS if command.keys or command.slash])
    assert ("Leave this room", "", "/leave") in lines


@pytest.mark.parametrize(
    ("name", "room", "can"),
    [
        ("leave", Room(name="zoo", topic="", members=1, head=1), True),
        ("leave", Room(name="lobby", topic="", members=1, head=1), False),
        ("invite", Room(name="d", topic="", members=2, head=1, direct=True), False),
        ("invite", None, False),
        ("settings", None, True),
    ],
)
def test_what_can_be_done_where(name: str, room: Room | None, can: bool) -> None:
    """The lobby is not left, and nobody is invited into a direct room."""
    assert possible(BY_NAME[name], room=room) == can


def test_nobody_writes_to_oneself() -> None:
    """A direct message goes to somebody else."""
    direct = BY_NAME["direct"]
    assert direct in menu("person")
    assert possible(direct, room=None, account="b", me="a")
    assert not possible(direct, room=None, account="a", me="a")


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("register", {"guest"}),
        ("password", {"member", "admin", "owner"}),
        ("invitation", {"admin", "owner"}),
        ("devices", {"guest", "member", "admin", "owner"}),
    ],
)
def test_what_is_offered_depends_on_what_one_is(name: str, roles: set[str]) -> None:
    """Guests register, who has an account changes its password, and admins invite."""
    all_roles = ("guest", "member", "admin", "owner")
    can = {role for role in all_roles if possible(BY_NAME[name], room=None, role=role)}
    assert can == roles
