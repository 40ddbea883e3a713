"""What the rules decide, before it is on disk."""

from __future__ import annotations

from typing import get_args

import pytest

from asynchat.chat.drafts import AccountDraft, AnyDraft, Draft, Together, parts
from asynchat.messages import Left
from tests.chat.people import account


def test_a_draft_that_nobody_asked_for_is_under_no_id() -> None:
    """Without an asker a draft has no part in the uniqueness of ids."""
    draft = Draft(Left(seq=0, time=1, room="den", account="u1", sender="ada", id=None))
    assert (draft.asker, draft.digest) == (None, b"")


def test_what_is_stored_together_has_its_parts() -> None:
    """Whoever looks for drafts of a kind finds them alone, and among others."""
    one, other = AccountDraft(account("u1")), AccountDraft(account("u2"))
    assert parts(one) == (one,)
    assert parts(Together((one, other))) == (one, other)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(Left(seq=0, time=1, room="den", account="u1", sender="ada", id=None)), "event"),
        (AccountDraft(account("u1")), "account"),
        (Together((AccountDraft(account("u1")),)), "drafts"),
    ],
)
def test_a_decision_is_not_changed_afterwards(draft: AnyDraft, field: str) -> None:
    """Drafts are frozen, and equal where they say the same."""
    assert type(draft) in get_args(AnyDraft)
    with pytest.raises(AttributeError):  # of both kinds of frozen things
        setattr(draft, field, None)
