"""What those who keep order are answered."""

from __future__ import annotations

from typing import get_args

from asynchat.words.overview import OverviewAnswer
from asynchat.words.replies import Answer


def test_every_answer_says_to_what() -> None:
    """Its ``re`` is the id of the query, and lists say whether there is more."""
    kinds = get_args(OverviewAnswer)
    assert set(kinds) < set(get_args(Answer))
    for kind in kinds:
        assert kind.__struct_fields__[0] == "re"
        assert "more" in kind.__struct_fields__ or kind.__struct_config__.tag in {
            "settings",
            "stats",
        }
