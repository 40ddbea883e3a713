from __future__ import annotations

import pytest
from msgspec.structs import replace

from asynchat.messages import Presence, Room
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
from asynchat.window.presenters.standing import Standing


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
    assert possible(BY_NAME[name], Standing("a", "member", room)) == can


def test_nobody_writes_to_oneself() -> None:
    """A direct message goes to somebody else."""
    direct = BY_NAME["direct"]
    assert direct in menu("person")
    assert possible(direct, Standing("a"), account="b")
    assert not possible(direct, Standing("a"), account="a")


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
    can = {role for role in all_roles if possible(BY_NAME[name], Standing("a", role))}
    assert can == roles


ZOO = Room(name="zoo", topic="", members=3, head=1)
BEN = Presence(account="b", name="ben", state="online", role="member")


@pytest.mark.parametrize(
    ("name", "standing", "can"),
    [
        ("kick", Standing("a", "member", ZOO), False),
        ("kick", Standing("a", "member", replace(ZOO, moderator=True)), True),
        ("kick", Standing("a", "admin", ZOO), True),
        ("kick", Standing("a", "admin", replace(ZOO, name="lobby")), False),
        ("kick", Standing("a", "admin", None), False),
        ("mute", Standing("a", "admin", replace(ZOO, direct=True)), True),
        ("ban", Standing("a", "guest", ZOO), False),
        ("appoint", Standing("a", "admin", ZOO), True),
        ("dismiss", Standing("a", "admin", ZOO), False),
        ("room-settings", Standing("a", "guest", ZOO), False),
        ("block", Standing("a", "guest", ZOO), True),
        ("unblock", Standing("a", "guest", ZOO), False),
    ],
)
def test_what_a_role_does_not_allow_is_not_offered(
    name: str, standing: Standing, can: bool
) -> None:
    """Order is kept by who may, on those who are lower, and where it can be."""
    assert possible(BY_NAME[name], standing, BEN, account="b") == can


def test_nobody_is_offered_to_act_on_who_is_not_lower() -> None:
    """An equal is left alone, and so is oneself; a moderator may step down."""
    mine = Standing("a", "member", replace(ZOO, moderator=True))
    other = replace(BEN, moderator=True)
    assert not possible(BY_NAME["kick"], mine, other, account="b")
    assert not possible(BY_NAME["dismiss"], mine, other, account="b")
    assert not possible(BY_NAME["appoint"], mine, other, account="b")
    me = replace(BEN, account="a", moderator=True)
    assert not possible(BY_NAME["mute"], mine, me, account="a")
    assert possible(BY_NAME["dismiss"], mine, me, account="a")
    assert possible(BY_NAME["unblock"], mine, BEN, account="b", blocked=True)
    assert not possible(BY_NAME["block"], mine, BEN, account="b", blocked=True)
