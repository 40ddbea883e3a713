"""Who may come in, and what an invitation makes of somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.access import (
    check_access,
    entered,
    opens_room,
    promoted,
    use_of,
    way_in,
)
from asynchat.chat.accounts import Directory
from asynchat.chat.asking import Known
from asynchat.chat.invitations import Invitation
from asynchat.chat.roles import RANKS
from asynchat.chat.state import State
from asynchat.errors import ChatError
from tests.chat.people import NOW_MS, account, everybody

if TYPE_CHECKING:
    from asynchat.chat.asking import Access

INVITED = Invitation(b"", "member", "lobby", 3, NOW_MS + 1, "u2", NOW_MS)


def known() -> Known:
    """Return what is known where ben is and nobody is in the lobby."""
    return Known(State(), Directory([account("u2", "ben")]), everybody)


def test_nobody_becomes_less_by_an_invitation() -> None:
    """The role that is worth more stays."""
    for one in RANKS:
        for other in RANKS:
            after = promoted(account("u1", "ada", role=one), other).role
            assert RANKS[after] == max(RANKS[one], RANKS[other])


@pytest.mark.parametrize("access", ["open", "registered", "invited"])
@pytest.mark.parametrize("had_code", [False, True])
def test_who_is_more_than_a_guest_may_come_anywhere(access: Access, had_code: bool) -> None:
    """A guest may where the door is open, and is told what to do elsewhere."""
    check_access(account("u1", role="member"), access, had_code=had_code)
    if access == "open":
        check_access(account("u1"), access, had_code=had_code)
        return
    with pytest.raises(ChatError) as caught:
        check_access(account("u1"), access, had_code=had_code)
    assert caught.value.code == f"not_{access}"


def test_an_invitation_opens_its_room_to_who_is_not_in_it() -> None:
    """By its inviter; there is no way into a room that there is not."""
    ada = account("u1", "ada")
    (draft,) = way_in(INVITED, ada, known(), NOW_MS)
    assert draft.event == entered(ada, "lobby", known(), NOW_MS, by="u2")  # type: ignore[union-attr]
    inside = known()
    inside.state.apply(entered(ada, "lobby", inside, NOW_MS))
    assert not opens_room(INVITED, ada, inside)
    for room in (None, "nowhere"):
        other = Invitation(b"", "member", room, 3, NOW_MS + 1, None, NOW_MS)
        assert way_in(other, ada, known(), NOW_MS) == ()
    assert use_of(INVITED).invitation.uses_left == 2


def test_the_server_invites_without_a_name() -> None:
    """Who was invited by nobody, or by who is not there any more, joined without another."""
    for by in (None, "u9"):
        joined = entered(account("u1"), "lobby", known(), NOW_MS, by=by)
        assert (joined.sender, joined.by, joined.by_name) == ("", None, None)
