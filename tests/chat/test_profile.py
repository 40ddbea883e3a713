"""What an account may say of itself."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.drafts import AccountDraft
from asynchat.chat.profile import (
    change_profile,
    check_picture,
    check_state,
    picture_hash,
    state_among,
)
from asynchat.errors import ChatError
from asynchat.messages import MAX_PICTURE_BYTES, SetProfile
from tests.chat.people import account, directory_of, everybody, nobody

GIF = b"GIF89a" + b"x" * 20
PEOPLE = directory_of("ada", "ben")
ADA = PEOPLE["u-ada"]


def base64(data: bytes) -> str:
    """Return a picture as a request has it."""
    return b64encode(data).decode()


def changed(**fields: Any) -> tuple[AccountDraft, ...]:
    """Return what becomes of ada's request."""
    request = SetProfile(id="f1", **fields)
    return change_profile(request, ADA, PEOPLE, keeps_name=everybody)


def code_of(**fields: Any) -> str:
    """Return with which code ada's request is refused."""
    with pytest.raises(ChatError) as refused:
        changed(**fields)
    return refused.value.code


def test_what_is_given_is_changed_and_the_rest_stays() -> None:
    """None is as before, a text is taken as one clean line."""
    (draft,) = changed(status="  in the\n garden\x07 ")
    assert draft == AccountDraft(replace(ADA, status="in the garden"))
    (draft,) = changed(display="Ada \u202eL.", zone="Europe/London", picture=base64(GIF))
    assert draft.account == replace(
        ADA, display="Ada L.", zone="Europe/London", picture=picture_hash(GIF)
    )
    assert draft.picture == GIF


def test_an_empty_text_takes_it_away() -> None:
    """Display name, status, zone and picture may all go."""
    full = replace(ADA, display="A", status="b", zone="UTC", picture=picture_hash(GIF))
    request = SetProfile(id="f1", display="", status="", zone="", picture="")
    assert change_profile(request, full, PEOPLE, keeps_name=everybody) == (AccountDraft(ADA),)


def test_what_changes_nothing_stores_nothing() -> None:
    """A request that is as the account is makes no draft."""
    assert changed() == ()
    assert changed(name="ada", display="", status=" ", picture="") == ()


def test_renaming_goes_by_the_rules_of_hello() -> None:
    """A free name is taken, with the rest; one that nobody keeps goes over; a kept one does not."""
    (draft,) = changed(name="eve", status="new")
    assert draft.account == replace(ADA, name="eve", status="new")
    assert changed(name="ADA")[0].account.name == "ADA"
    assert code_of(name="a b") == "bad_name"
    assert code_of(name="") == "bad_name"
    with pytest.raises(ChatError) as refused:
        changed(name="Ben")
    assert (refused.value.code, refused.value.suggestion) == ("name_taken", "Ben2")
    request = SetProfile(id="f1", name="ben", status="new")
    ben, ada = change_profile(request, ADA, PEOPLE, keeps_name=nobody)
    assert ben.account == replace(PEOPLE["u-ben"], name=None, was="ben")
    assert ada.account == replace(ADA, name="ben", status="new")


def test_one_wrong_field_refuses_all() -> None:
    """Nothing is changed by halves: what is refused has no draft."""
    assert code_of(status="fine", zone="no zone") == "bad_profile"


@pytest.mark.parametrize(("field", "most"), [("display", 50), ("status", 100)])
def test_each_text_has_so_many_characters(field: str, most: int) -> None:
    """So many are taken as they are, one more is too long."""
    (draft,) = changed(**{field: "é" * most})
    assert getattr(draft.account, field) == "é" * most
    assert code_of(**{field: "é" * (most + 1)}) == "text_too_long"


def test_a_zone_has_so_many_characters() -> None:
    """64 of the characters that names of zones have; no other, and no more."""
    for zone in ("Europe/Berlin", "Etc/GMT+1", "America/Port-au-Prince", "x" * 64):
        assert changed(zone=zone)[0].account.zone == zone
    for zone in ("x" * 65, "Europe Berlin", "Europe/Zürich", "../etc", "UTC\n"):
        assert code_of(zone=zone) == "bad_profile"


@pytest.mark.parametrize("display", ["\u2800\u3164", "\u200b", "\u202e"])
def test_a_display_name_that_shows_nothing_is_none(display: str) -> None:
    """Nobody is shown as an empty place."""
    assert changed(display=display) == ()


def test_a_display_name_keeps_its_place() -> None:
    """It begins with no combining mark."""
    assert code_of(display="\u0301ada") == "bad_profile"


def test_a_picture_has_so_many_bytes() -> None:
    """24 KiB are taken, one byte more is not."""
    largest = GIF.ljust(MAX_PICTURE_BYTES, b"x")
    assert check_picture(base64(largest)) == largest
    assert code_of(picture=base64(largest + b"x")) == "bad_profile"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\nrest", b"\xff\xd8\xff\xe0", b"RIFF\n\0\0\nWEBPVP8 ", b"GIF87a", b"GIF89a"],
)
def test_a_picture_is_known_by_its_beginning(data: bytes) -> None:
    """PNG, JPEG, WebP and GIF are pictures."""
    assert check_picture(base64(data)) == data


@pytest.mark.parametrize(
    "picture",
    ["x", "!!!!", base64(GIF) + "\n", "é", base64(b"<svg>"), base64(b"BM6"), base64(b" GIF89a")],
)
def test_what_is_no_picture_is_refused(picture: str) -> None:
    """Other files are not, nor is what is no base64."""
    assert code_of(picture=picture) == "bad_profile"


@given(st.text() | st.binary().map(base64))
def test_any_picture_is_taken_or_refused(picture: str) -> None:
    """Whatever is sent becomes bytes that can be stored, or an error with its code."""
    refused = ""
    try:
        data = check_picture(picture)
    except ChatError as error:
        refused = error.code
    else:
        assert base64(data) == picture
        assert bool(data) == bool(picture_hash(data))
    assert refused in {"", "bad_profile"}


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("name", "display", "status", "zone", "picture"), st.text(max_size=120)
        ),
    )
)
def test_any_profile_is_taken_or_refused(fields: dict[str, str]) -> None:
    """What was taken is clean, and taking it again changes nothing."""
    drafts: tuple[AccountDraft, ...] = ()
    refused = ""
    try:
        drafts = changed(**fields)
    except ChatError as error:
        refused = error.code
    assert refused in {"", "bad_name", "name_taken", "bad_profile", "text_too_long"}
    for draft in drafts[-1:]:
        account = draft.account
        assert "\n" not in account.display + account.status
        again = SetProfile(
            id="f2", name=account.name, display=account.display, status=account.status
        )
        assert change_profile(again, account, PEOPLE, keeps_name=everybody) == ()


def test_how_one_is_is_one_of_three() -> None:
    """Offline is what one is not connected; any other word is none of ours."""
    assert [check_state(state) for state in ("online", "away", "busy")]
    for state in ("offline", "", "Busy"):
        with pytest.raises(ChatError):
            check_state(state)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"away", "online", "busy"}, "busy"),
        ({"away", "online"}, "online"),
        ({"away"}, "away"),
        (set(), "online"),
    ],
)
def test_of_several_connections_the_most_present_counts(states: set[str], expected: str) -> None:
    """Busy goes before online, online before away."""
    assert state_among(states) == expected


def test_an_account_says_nothing_of_itself_at_first() -> None:
    """A new account has no profile, and was never seen to go."""
    new = account("a1", "ada")
    assert (new.display, new.status, new.zone, new.picture, new.seen_ms) == ("", "", "", "", None)
