"""What waits for the store: which of it lets others go before."""

from __future__ import annotations

import pytest

from asynchat.hub.submissions import Holding, Noting, Submission
from asynchat.messages import Join, Leave, Mark, Say, Write


@pytest.mark.parametrize(
    ("request_", "may_wait"),
    [
        (Say(id="x", room="lobby", text="x"), False),
        (Leave(id="x", room="lobby"), False),
        (Join(id="x", room="lobby"), True),
        (Mark(id="x", room="lobby", seq=1), True),
    ],
)
def test_what_many_do_at_once_lets_others_go_before(request_: Write, *, may_wait: bool) -> None:
    """Joining and reading can wait for what is said, and for whoever leaves."""
    submission = Submission(request_, "a1", b"digest", 9, lambda _: None)
    assert submission.may_wait is may_wait
    assert submission.key == ("a1", "x", b"digest")


def test_comings_and_goings_let_others_go_before() -> None:
    """Who goes, and what the server notes by itself, keeps nobody waiting."""
    assert Holding("a1").may_wait
    assert Noting(()).may_wait
