"""The reference is right by itself; that `about` does the same is in ``tests/contracts``."""

from __future__ import annotations

from msgspec.structs import replace

from asynchat.chat.state import Interval
from asynchat.messages import encode
from asynchat.store.interface import Stored
from asynchat.store.looking import blanked, is_refused_by, later_in, pinned_in, target_in
from tests.contracts.drafts import edited, pinned, reacted, redacted, said


def log_of(*drafts: object) -> list[Stored]:
    """Return a log of these drafts."""
    log: list[Stored] = []
    for seq, draft in enumerate(drafts, 1):
        event = replace(draft.event, seq=seq)  # type: ignore[attr-defined]
        log.append(Stored(event, encode(event)))
    return log


def test_what_is_looked_up_is_what_the_log_says() -> None:
    """A target, what is shown with it and what is pinned follow from the events alone."""
    log = log_of(said("one"), edited(1, "two"), reacted(1), pinned(1))
    target = target_in(log, 1, "a1")
    assert target is not None
    assert (target.text, target.mine, target.pinned) == ("two", frozenset("👍"), True)
    assert [stored.event.seq for stored in later_in(log, 1, [Interval(0)], "a1").events] == [
        2,
        3,
        4,
    ]
    assert [stored.event.seq for stored in pinned_in(log, "lobby")] == [1]


def test_a_deletion_leaves_nothing_to_change() -> None:
    """Blanked is the message with its edits, and nothing else."""
    log = log_of(said("one"), edited(1, "two"), said("three"))
    gone = redacted(1).event
    assert not is_refused_by(log, gone)  # type: ignore[arg-type]
    log = blanked(log, gone)  # type: ignore[arg-type]
    assert [getattr(stored.event, "text", None) for stored in log] == ["", "", "three"]
    log.append(Stored(replace(gone, seq=4), b""))
    assert is_refused_by(log, gone)  # type: ignore[arg-type]
