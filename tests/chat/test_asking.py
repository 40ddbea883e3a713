"""What all rules have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import Asker, Known, draft_of, own_room, room_of
from asynchat.chat.state import Room, State
from asynchat.errors import ChatError
from asynchat.messages import Joined, Said
from tests.chat.people import NOW_MS, account, directory_of, known

ADA = Asker(account("u-ada", "ada"), NOW_MS, b"digest", "fresh")


def test_a_draft_is_its_askers() -> None:
    """A draft says who, when and where, and carries what a repeat is told by."""
    draft = draft_of(ADA, Said, "i", "lobby", text="hello", reply_to=None)
    assert draft.event == Said(
        seq=0,
        time=NOW_MS,
        room="lobby",
        account="u-ada",
        sender="ada",
        id="i",
        text="hello",
        reply_to=None,
    )
    assert (draft.asker, draft.digest) == ("u-ada", b"digest")


def test_without_settings_none_is_set() -> None:
    """Where nobody says which may change, none does."""
    with pytest.raises(ChatError) as caught:
        Known(State(), Directory(), keeps_name=bool).check_setting("welcome_text", "x")
    assert caught.value.code == "bad_setting"


def test_a_room_is_found_by_its_members_only() -> None:
    """Who is no member is told so; a room that is not there is not found by anybody."""
    state = State()
    assert room_of("lobby", ADA.account, state).name == "lobby"
    with pytest.raises(ChatError, match="not a member"):
        own_room("lobby", ADA.account, state)
    joined = Joined(seq=1, time=NOW_MS, room="lobby", account="u-ada", sender="ada", id=None)
    state.apply(joined)
    assert own_room("lobby", ADA.account, state).name == "lobby"
    with pytest.raises(ChatError) as caught:
        own_room("attic", ADA.account, state)
    assert caught.value.code == "no_such_room"


def test_what_may_be_read_is_told_by_what_is_shown() -> None:
    """The drafts before a request have no seq: by them a newcomer could have been there always."""
    shown, drafted = State(), State()
    for state, seq in ((shown, 5), (drafted, 0)):
        den = Room("den", private=True)
        den.open("u-ada", seq)
        state.add(den)
    judged = known(drafted, directory_of("ada"))
    assert judged.may_read(4, "den", "u-ada")
    told = replace(judged, shown=shown)
    assert [told.may_read(seq, "den", "u-ada") for seq in (4, 5, 6)] == [False, True, True]
    assert not told.may_read(5, "attic", "u-ada")
    assert not told.may_read(5, "den", "u-ben")
    assert told.may_read(1, "lobby", "u-ben")
