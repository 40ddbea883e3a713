"""What looks the same has the same skeleton."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.lookalikes import skeleton

ALIKE = [
    ("alice", "Alice"),
    ("alice", "ALICE"),
    ("alice", "аlice"),
    ("alice", "αlice"),
    ("alice", "aIice"),
    ("alice", "AIice"),
    ("alice", "a1ice"),
    ("alice", "ａｌｉｃｅ"),
    ("bob", "b0b"),
    ("bob", "bоb"),
    ("modern", "rnodern"),
    ("scope", "ѕсоре"),
    ("é", "e\u0301"),
    ("straße", "strasse"),
    ("room-1", "room-l"),
]
APART = [("alice", "alicia"), ("ada", "ade"), ("é", "e"), ("a-b", "a_b"), ("дом", "том"), ("a", "")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    """Letters of other scripts, digits and a capital I are what they are taken for."""
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_looks_otherwise_is_something_else(one: str, other: str) -> None:
    """Marks, other letters and other signs tell names apart."""
    assert skeleton(one) != skeleton(other)


@given(st.text())
def test_a_skeleton_has_itself_as_its_skeleton(text: str) -> None:
    """Once is enough: what was compared may be compared again."""
    once = skeleton(text)
    assert skeleton(once) == once


@given(st.text())
def test_case_and_form_do_not_count(text: str) -> None:
    """However a text is composed, and in whatever case, it looks like itself."""
    assert skeleton(text) == skeleton(unicodedata.normalize("NFD", text))
    assert skeleton(text) == skeleton(text.casefold())
