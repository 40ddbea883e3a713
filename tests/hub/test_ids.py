"""What a hub makes up."""

from __future__ import annotations

import time

from asynchat.hub.ids import fresh_id, now_ms


def test_ids_are_fresh() -> None:
    """Ids are short, of letters and digits without look-alikes, and never come twice."""
    ids = {fresh_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 10 and one.isalnum() and not set("0O1lI") & set(one) for one in ids)


def test_now_is_what_the_clock_says() -> None:
    """Milliseconds since the Unix epoch."""
    before = time.time()
    assert before * 1000 - 1 <= now_ms() <= time.time() * 1000 + 1
