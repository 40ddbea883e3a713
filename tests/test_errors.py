"""Every refusal has a code that stays, and a sentence."""

from __future__ import annotations

from asynchat.errors import CODES, ENDING, FINAL, ChatError


def test_the_error_codes_are_those_of_the_protocol() -> None:
    """No code of version 1 goes, and those that end things are among them."""
    version_1 = (
        "bad_frame frame_too_long unknown_type bad_request not_welcome_yet hello_timeout"
        " bad_version name_taken bad_name no_such_room room_exists bad_room not_a_member"
        " no_such_person empty_text text_too_long id_reused too_fast read_only forbidden banned"
        " bad_credentials server_full"
    )
    assert set(CODES) >= set(version_1.split())
    assert set(
        "bad_frame frame_too_long hello_timeout tls_required bad_version banned bad_credentials"
        " not_registered not_invited server_full".split()
    ) == set(ENDING)
    assert set(FINAL) == set(
        "banned bad_version bad_credentials not_registered not_invited tls_required".split()
    )
    assert all(text.endswith(".") for text in CODES.values())


def test_an_error_has_its_codes_sentence_unless_a_better_is_given() -> None:
    """`ChatError` speaks for people; a code without a sentence speaks for itself."""
    assert ChatError("no_such_room").text == "There is no room of that name."
    assert ChatError("no_such_room", "No den here.").text == "No den here."
    assert str(ChatError("of_our_own")) == "of_our_own"
