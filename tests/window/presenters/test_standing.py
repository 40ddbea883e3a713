from __future__ import annotations

import pytest

from asynchat.chat import roles
from asynchat.chat.accounts import Account
from asynchat.messages import Presence, Room
from asynchat.window.presenters.standing import Standing, mark_of

ZOO = Room(name="zoo", topic="", members=3, head=1)


def test_the_window_offers_what_the_server_allows() -> None:
    """The window reads the same table as the server's rules."""
    for role in roles.SERVER_ROLES:
        account = Account("a", "ada", 0, role=role)
        for action in roles.LEAST:
            assert Standing("a", role).may(action) == roles.may(account, action)


def test_a_moderator_is_one_in_their_room() -> None:
    """The role in a room counts there where it is the higher one, and on the server never."""
    mine = Standing("a", "member", Room(name="z", topic="", members=1, head=1, moderator=True))
    assert mine.may(roles.KICK)
    assert not mine.may_everywhere(roles.KICK)
    assert not Standing("a", "member", ZOO).may(roles.KICK)
    assert not Standing("a", None, ZOO).may(roles.KICK)


@pytest.mark.parametrize(
    ("mine", "theirs", "above"),
    [
        ("member", "guest", True),
        ("member", "member", False),
        ("admin", "member", True),
        ("admin", "owner", False),
        ("owner", "owner", True),
        ("operator", "owner", True),
        ("guest", None, False),
        ("admin", None, True),
    ],
)
def test_who_acts_on_whom(mine: str, theirs: str | None, above: bool) -> None:
    """One acts on lower roles; an owner, and who has a shell there, on all."""
    other = Presence(account="b", name="ben", state="online", role=theirs)
    assert Standing("a", mine, ZOO).above(other) == above


def test_nobody_acts_on_oneself() -> None:
    """Not even an owner; somebody who is not known counts as the lowest."""
    me = Presence(account="a", name="ada", state="online", role="owner")
    assert not Standing("a", "owner", ZOO).above(me)
    assert Standing("a", "admin").above(None)


def test_a_moderator_of_the_room_is_no_lower_than_another() -> None:
    """What somebody is in the room counts, too."""
    ben = Presence(account="b", name="ben", state="online", role="guest", moderator=True)
    mine = Room(name="zoo", topic="", members=3, head=1, moderator=True)
    assert not Standing("a", "member", mine).above(ben)
    assert Standing("a", "member").above(ben)


@pytest.mark.parametrize(
    ("room", "role", "why"),
    [
        (None, "member", ""),
        (ZOO, "guest", ""),
        (Room(name="z", topic="", members=1, head=1, read_only=True), "member", "moderators"),
        (Room(name="z", topic="", members=1, head=1, read_only=True), "admin", ""),
        (Room(name="z", topic="", members=1, head=1, archived=True), "owner", "archived"),
    ],
)
def test_why_nothing_can_be_said(room: Room | None, role: str, why: str) -> None:
    """It is the sentence of the refusal that would come."""
    said = Standing("a", role, room).silence
    assert (why in said) if why else said == ""


@pytest.mark.parametrize(
    ("role", "moderator", "mark"),
    [
        ("owner", False, "owner"),
        ("admin", True, "admin"),
        ("member", True, "moderator"),
        ("bot", True, "moderator"),
        ("bot", False, "bot"),
        ("guest", False, ""),
        (None, False, ""),
    ],
)
def test_the_word_beside_somebody(role: str | None, moderator: bool, mark: str) -> None:
    """The highest role has the badge; most people have none."""
    person = Presence(account="b", name="b", state="online", role=role, moderator=moderator)
    assert mark_of(person) == mark
