from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asynchat.errors import ChatError
from asynchat.messages import Device, Invitation
from asynchat.window.presenters import accounts
from asynchat.window.presenters.accounts import Item, NewInvitation, Refusal

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR_MS = 3_600_000


def shown(*those: Device) -> tuple[Item, ...]:
    return accounts.devices(those, now=NOW, twelve=False, zone=UTC)


def test_where_one_is_signed_in_is_told_with_this_device_first() -> None:
    """Each other device can be signed out; a label is one line, whatever is in it."""
    old = Device(id="a", label="lap\ntop", created=NOW_MS - 30 * HOUR_MS, seen=NOW_MS - HOUR_MS)
    here = Device(id="b", label="desk", created=NOW_MS - HOUR_MS, online=True, mine=True)
    phone = Device(id="c", label="", created=NOW_MS, online=True)
    never = Device(id="d", label="pad", created=NOW_MS - 2 * HOUR_MS)
    assert shown(old, here, phone, never) == (
        Item("b", "desk", "this one · signed in since 11:00"),
        Item("c", "A device without a name", "connected now · signed in since 12:00", "Sign out"),
        Item("d", "pad", "not seen again · signed in since 10:00", "Sign out"),
        Item("a", "lap ⏎ top", "last here 11:00 · signed in since yesterday, 06:00", "Sign out"),
    )


def test_a_time_that_is_none_is_no_failure() -> None:
    """A server may say anything."""
    assert "some day" in shown(Device(id="a", label="x", created=10**18))[0].detail


def test_open_invitations_are_told_with_the_newest_first() -> None:
    """What each is good for, until when, and who made it."""
    one = Invitation(id="1", role="member", uses=1, expires=NOW_MS + HOUR_MS, created=NOW_MS)
    many = Invitation(
        id="2",
        role="bot",
        uses=1000,
        expires=NOW_MS + HOUR_MS,
        created=NOW_MS - HOUR_MS,
        room="garden",
        by_name="ada",
    )
    assert accounts.invitations([many, one], now=NOW, twelve=False, zone=UTC) == (
        Item("1", "For 1 person, as member", "open until 13:00 · made 12:00", "Take back"),
        Item(
            "2",
            "For 1,000 people, as bot, into #garden",
            "open until 13:00 · made 11:00 · by ada",
            "Take back",
        ),
    )


def test_nobody_invites_to_more_than_may_be() -> None:
    """The owner makes admins, an admin does not, and nobody else invites."""
    assert [role for role, _ in accounts.invited_as("owner")] == ["member", "admin", "bot"]
    assert [role for role, _ in accounts.invited_as("admin")] == ["member", "bot"]
    assert accounts.invited_as("member") == ()


def test_an_invitation_is_read_from_what_was_chosen() -> None:
    """Nothing for the number is one person; a room may be written as people write it."""
    assert accounts.new_invitation("", "60", "", "member") == NewInvitation(1, 60, None, "member")
    assert accounts.new_invitation(" 5 ", "60", "#Garden", "bot") == NewInvitation(
        5, 60, "garden", "bot"
    )


@pytest.mark.parametrize("uses", ["0", "-1", "many", "10001", "٣", "9" * 5000])
def test_a_number_of_people_that_is_none_is_refused(uses: str) -> None:
    """One sentence says which numbers there are."""
    with pytest.raises(ChatError, match="from 1 to 10,000"):
        accounts.new_invitation(uses, "60", "", "member")


def test_a_new_password_is_typed_twice() -> None:
    """What differs is said at the field where it was typed again."""
    assert accounts.check_new("", "") == Refusal("A new password is needed.", "new")
    amiss = accounts.check_new("six words of my own", "six words")
    assert amiss is not None
    assert amiss.field == "again"
    assert accounts.check_new("six words of my own", "six words of my own") is None


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("wrong_password", "old"),
        ("bad_password", "new"),
        ("bad_code", "code"),
        ("not_confirmed", "typed"),
        ("no_such_room", "room"),
        ("bad_room", "room"),
        ("forbidden", ""),
    ],
)
def test_a_refusal_leads_to_its_field(code: str, field: str) -> None:
    """The sentence is about what stands there."""
    assert accounts.refusal(ChatError(code)).field == field


def test_who_was_too_fast_is_told_for_how_long() -> None:
    """The server says it; where it does not, a second will do."""
    assert accounts.refusal(ChatError("too_fast", retry_after=4.5)).wait_s == 4.5
    assert accounts.refusal(ChatError("too_fast")).wait_s == 1.0


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (4.2, "Wait. Again in 5 s."),
        (119, "Wait. Again in 119 s."),
        (150, "Wait. Again in 2 min 30 s."),
        (0, "Wait. It can be tried again now."),
        (-3, "Wait. It can be tried again now."),
    ],
)
def test_the_time_to_wait_is_counted_down(left_s: float, text: str) -> None:
    """In seconds, or minutes where there are many."""
    assert accounts.waiting("Wait.", left_s) == text
