"""Who holds which name, and who may take it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.accounts import MAX_DEVICES, Directory
from asynchat.errors import ChatError
from asynchat.messages import Person
from asynchat.text import name_key
from tests.chat.people import account, device, directory_of, everybody, nobody, token_hash

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account


def test_an_account_is_found_by_id_token_and_name() -> None:
    """A directory knows each of its accounts three ways, the name in any case."""
    ada = account("u1", "Ada")
    directory = Directory([ada, account("u2")])
    assert len(directory) == 2
    assert directory["u1"] is directory.get("u1") is ada
    assert directory.with_token(token_hash("u1")) is ada
    assert directory.named("aDA") is ada


def test_who_is_not_there_is_not_found() -> None:
    """An unknown id, token or name gives None; what is no name at all is an error."""
    directory = directory_of("ada")
    assert directory.get("u2") is None
    assert directory.with_token(b"") is None
    assert directory.named("ben") is None
    with pytest.raises(ChatError) as caught:
        directory.named("b b")
    assert caught.value.code == "bad_name"


def test_a_person_without_a_name_is_told_by_the_one_it_had() -> None:
    """``was`` is told only of an account whose name went to another."""
    assert account("u1", "ada", was="eve").person == Person(account="u1", name="ada")
    assert account("u1", was="ada").person == Person(account="u1", name=None, was="ada")


def test_an_old_name_and_an_old_token_find_nobody() -> None:
    """An account that is put in the place of itself leaves nothing of the old one behind."""
    directory = Directory([account("u1", "ada")])
    directory.put(replace(account("u1", "eve"), devices=(device("new"),)))
    assert len(directory) == 1
    assert directory.named("ada") is None
    assert directory.with_token(token_hash("u1")) is None
    assert directory.is_revoked(token_hash("u1"))
    assert directory.with_token(token_hash("new")) is directory.named("eve") is directory["u1"]


def test_a_name_that_another_took_is_not_lost_by_its_old_holder() -> None:
    """Whoever lost a name does not take it away from the new holder when it is stored."""
    directory = Directory([account("u1", "ada"), account("u2", "ada")])
    directory.put(account("u1", was="ada"))
    assert directory.named("ada") is directory["u2"]


def test_a_free_name_is_had_for_the_asking() -> None:
    """Who claims a name nobody has gets it in its canonical form, and holds it."""
    asker = account("u1", was="eve", held=False)
    assert Directory([asker]).claim(asker, "ａｄａ", keeps_name=everybody) == [account("u1", "ada")]


def test_one_may_write_ones_own_name_anew() -> None:
    """An account is never refused because of itself."""
    ada = account("u1", "ada")
    assert Directory([ada]).claim(ada, "ADA", keeps_name=everybody) == [account("u1", "ADA")]


def test_a_kept_name_is_refused_with_one_that_is_free() -> None:
    """``name_taken`` comes with the first variant nobody else has."""
    directory = directory_of("ada", "ada2", "ADA3")
    with pytest.raises(ChatError) as caught:
        directory.claim(account("u9"), "Ada", keeps_name=everybody)
    assert (caught.value.code, caught.value.suggestion) == ("name_taken", "Ada4")
    assert caught.value.text == "Somebody else is called Ada."


def test_the_variant_that_one_has_is_suggested_again() -> None:
    """Who is called ada2 because ada is taken stays ada2 when it asks for ada again."""
    directory = directory_of("ada", "ada2")
    with pytest.raises(ChatError) as caught:
        directory.claim(directory["u-ada2"], "ada", keeps_name=everybody)
    assert caught.value.suggestion == "ada2"


@pytest.mark.parametrize("held", [False, True])
def test_a_name_that_nobody_keeps_goes_to_who_asks(held: bool) -> None:
    """Whoever said bye, or was lost long ago, loses its name first, and is told by it."""
    ben = account("u2", "ben", held=held)
    directory = Directory([ben])
    keeps_name = nobody if held else everybody
    assert directory.claim(account("u1"), "Ben", keeps_name=keeps_name) == [
        account("u2", was="ben", held=held),
        account("u1", "Ben"),
    ]


def test_what_is_no_name_is_not_claimed() -> None:
    """A name that is none is refused before anybody's is looked at."""
    with pytest.raises(ChatError) as caught:
        Directory().claim(account("u1"), "a a", keeps_name=everybody)
    assert caught.value.code == "bad_name"


IDS = st.sampled_from(["u1", "u2", "u3"])
CLAIMS = st.tuples(
    IDS,
    st.sampled_from(["ada", "Ada", "ada2", "ben", "דוד", "b b"]),
    st.frozensets(IDS),
    st.booleans(),
)


@given(st.lists(CLAIMS, max_size=20))
def test_no_two_accounts_ever_have_the_same_name(
    claims: list[tuple[str, str, frozenset[str], bool]],
) -> None:
    """Whoever claims what, names stay unique, and a kept name stays where it is."""
    directory = Directory(map(account, ["u1", "u2", "u3"]))
    for asker, name, keeping, leaves in claims:
        kept = {one.id: one.name for one in accounts(directory) if one.id in keeping and one.held}
        try:
            for changed in directory.claim(directory[asker], name, keeps_name=keeping.__contains__):
                directory.put(changed)
        except ChatError as error:
            suggestion = error.suggestion
        else:
            suggestion = name
            assert directory[asker].held
        for other, had in kept.items():
            assert other == asker or directory[other].name == had
        keys = [name_key(one.name) for one in accounts(directory) if one.name]
        assert len(keys) == len(set(keys))
        assert all(directory.named(one.name) is one for one in accounts(directory) if one.name)
        if suggestion is not None:
            # What is suggested is granted, where nothing happens in between.
            assert directory.claim(directory[asker], suggestion, keeps_name=keeping.__contains__)
        if leaves:
            directory.put(replace(directory[asker], held=False))


def accounts(directory: Directory) -> list[Account]:
    """Return everyone in the directory."""
    return [directory[one] for one in ("u1", "u2", "u3")]


def test_of_too_many_devices_the_one_goes_that_was_not_seen_for_longest() -> None:
    """It is signed out by that; one that came just now counts as seen."""
    ada = account("u1", "ada")
    for number in range(1, MAX_DEVICES):
        ada = ada.with_device(replace(device(f"t{number}", id=f"d{number}"), seen_ms=number))
    full = replace(ada, devices=tuple(replace(one, created_ms=0) for one in ada.devices))
    assert len(full.devices) == MAX_DEVICES
    after = full.with_device(replace(device("new", id="new"), created_ms=9))
    gone = {one.id for one in full.devices} - {one.id for one in after.devices}
    assert (gone, len(after.devices)) == ({"first"}, MAX_DEVICES)
    directory = Directory([full])
    directory.put(after)
    assert directory.is_revoked(token_hash("u1"))
