"""How devices and invitations are told: what is asked over sockets is in `test_gate`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asynchat.chat.accounts import Directory
from asynchat.chat.invitations import Invitation
from asynchat.errors import ChatError
from asynchat.hub.listing import open_invitations
from asynchat.messages import ListInvitations
from tests.chat.people import NOW_MS, account

ASKED = ListInvitations(id="q")
OPEN = Invitation(b"open", "member", "den", 2, NOW_MS + 1, "u1", NOW_MS - 1)


def test_only_what_is_open_is_told() -> None:
    """What was used up or is too old is not; who is deleted since has no name."""
    ada = account("u1", "ada", role="admin")
    known = [
        OPEN,
        replace(OPEN, hash=b"2", uses_left=0),
        replace(OPEN, hash=b"3", expires_ms=NOW_MS),
    ]
    known.append(replace(OPEN, hash=b"4", by="gone"))
    known.append(replace(OPEN, hash=b"5", by=None))
    told = open_invitations(ASKED, ada, known, Directory([ada]), NOW_MS).invitations
    assert [(one.by, one.by_name) for one in told] == [("u1", "ada"), ("gone", None), (None, None)]
    assert (told[0].id, told[0].uses, told[0].room) == (b"open".hex(), 2, "den")


def test_who_may_not_invite_does_not_see_them() -> None:
    """A member and a guest are refused."""
    for role in ("guest", "member", "bot"):
        one = account("u1", "ada", role=role)
        with pytest.raises(ChatError) as caught:
            open_invitations(ASKED, one, [OPEN], Directory([one]), NOW_MS)
        assert caught.value.code == "forbidden"
