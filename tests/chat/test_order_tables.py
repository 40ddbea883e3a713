"""What those who keep order read, as text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat import order_tables
from asynchat.messages import Connected, Deed, Held, Listed, Reported, Room, Setting


def at(time_ms: int | None) -> str:
    """Write a time."""
    return "" if time_ms is None else f"t{time_ms}"


def test_columns_stand_side_by_side() -> None:
    """Each is as wide as it needs, and no line ends in spaces."""
    assert list(order_tables.lines([("A", "B"), ("long", ""), ("x", "y")])) == [
        "A     B",
        "long",
        "x     y",
    ]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_whatever_is_in_a_row_stays_on_its_line(rows: list[tuple[str, str]]) -> None:
    """No control character, no line end and no override of direction gets through."""
    lines = list(order_tables.lines(rows))
    assert len(lines) == len(rows)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", "".join(lines))


def test_each_thing_is_a_row() -> None:
    """What is not there is empty, and what goes on says so."""
    client = Connected(
        session=7, account="a1", name=None, address="::1", client="x", since=1, lagging=True
    )
    assert list(order_tables.connections([client], at))[1] == (
        ("7", "", "a1", "::1", "t1", "x", "0", "0 (lags)", "0")
    )
    gone = Listed(account="a1", name=None, was="ada", role="guest", created=1, seen=2)
    here = Listed(account="a2", name="ben", role="guest", created=1, online=True)
    assert [row[0::4] for row in order_tables.accounts([gone, here], at)][1:] == [
        ("(was ada)", "t2"),
        ("ben", "now"),
    ]
    room = Room(name="den", topic="tea", members=2, head=1, private=True, slow_s=9)
    assert list(order_tables.rooms([room]))[1] == ("den", "2", "private slow=9", "tea")
    held = {"key": "k", "kind": "ban", "since": 1, "by": "a9", "by_name": "zoe"}
    found = [
        Held(**held, account="a1", until=5, room="den"),  # type: ignore[arg-type]
        Held(**held, address="192.0.2.0/24", reason="x"),  # type: ignore[arg-type]
    ]
    assert list(order_tables.bans(found, at))[1:] == [
        ("ban", "id:a1", "den", "t5", "zoe", ""),
        ("ban", "192.0.2.0/24", "", "for good", "zoe", "x"),
    ]
    deed = Deed(number=3, time=1, by="a9", by_name="zoe", action="kick", account="a1")
    assert list(order_tables.deeds([deed], at))[1] == ("3", "t1", "zoe", "kick", "a1", "", "")
    report = Reported(
        number=1,
        time=1,
        room="den",
        about=2,
        account="a1",
        name="ada",
        author="a2",
        author_name="ben",
        resolved=9,
        by_name="zoe",
        answer="done",
    )
    assert list(order_tables.reports([report], at))[1][-1] == "zoe: done"
    setting = Setting(name="x", value="1", started_with="2", live=True)
    assert list(order_tables.settings([setting]))[1] == ("x", "1", "2", "may be set")
