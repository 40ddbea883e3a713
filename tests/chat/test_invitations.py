"""Invitations: what a code is good for, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asynchat.chat.drafts import InvitationDraft
from asynchat.chat.invitations import Invitation, Invitations, check_code, code_hash
from asynchat.errors import ChatError

ONE = Invitation(code_hash("c" * 22), "member", None, 1, 1_000, "u1", 0)


def test_an_invitation_is_found_by_its_code_and_called_by_its_id() -> None:
    """The id tells nothing of the code."""
    invitations = Invitations([ONE])
    assert invitations.of("c" * 22) is ONE
    assert invitations.of("d" * 22) is None
    assert invitations.called(ONE.id) is ONE
    assert invitations.called("c" * 22) is None
    assert (len(invitations), list(invitations)) == (1, [ONE])


def test_an_invitation_is_changed_and_forgotten() -> None:
    """It is in the place of the one with its hash, until it is gone."""
    invitations = Invitations()
    used = replace(ONE, uses_left=0)
    for one in (ONE, used):
        invitations.put(InvitationDraft(one))
    assert list(invitations) == [used]
    for _ in range(2):
        invitations.put(InvitationDraft(used, gone=True))
        assert list(invitations) == []


@pytest.mark.parametrize(
    ("uses", "now_ms", "expected"), [(1, 999, True), (0, 0, False), (1, 1_000, False)]
)
def test_an_invitation_ends(uses: int, now_ms: int, expected: bool) -> None:
    """Once it was used as often as it may be, or its time has come."""
    assert replace(ONE, uses_left=uses).is_open(now_ms) is expected


@pytest.mark.parametrize(
    "code", ["", "c" * 21, "c" * 65, "ü" * 22, "c" * 22 + "\n", "c" * 21 + "="]
)
def test_a_short_code_is_none(code: str) -> None:
    """What could be guessed, or stands in no address, lets nobody in."""
    with pytest.raises(ChatError) as caught:
        check_code(code)
    assert caught.value.code == "bad_request"


def test_no_secret_is_in_what_is_logged() -> None:
    """How an invitation is shown to developers has no hash of its code."""
    assert "hash" not in repr(ONE)
    assert check_code("c" * 22) == "c" * 22
