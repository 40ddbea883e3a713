"""Joining what is committed in a row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynchat.hub.coalescing import ENOUGH_EVENTS, Coalescing
from asynchat.messages import Said
from asynchat.store.interface import Stored


class Scene:
    """A coalescing between batches made here and what was delivered."""

    def __init__(self) -> None:
        self.more = False
        self.delivered: list[list[int]] = []
        self.head = 0
        self.coalescing = Coalescing(self._deliver, more=lambda: self.more)

    def take(self, events: int) -> None:
        seqs = range(self.head + 1, self.head + events + 1)
        self.head += events
        self.coalescing.take([_stored(seq) for seq in seqs])

    def _deliver(self, batch: list[Stored]) -> None:
        self.delivered.append([stored.event.seq for stored in batch])


def test_what_comes_alone_is_delivered_at_once() -> None:
    """Where nothing more is being stored, a batch waits for nothing."""
    scene = Scene()
    scene.take(1)
    scene.take(2)
    assert scene.delivered == [[1], [2, 3]]


def test_two_in_a_row_are_one_delivery() -> None:
    """A batch waits for the one that is being stored, and both go out together."""
    scene = Scene()
    scene.more = True
    scene.take(4)
    assert scene.delivered == []
    scene.take(60)
    assert scene.delivered == [list(range(1, 65))]


def test_at_most_one_batch_is_held() -> None:
    """What was joined goes out, also where more and more is stored."""
    scene = Scene()
    scene.more = True
    for _ in range(4):
        scene.take(1)
    assert scene.delivered == [[1, 2], [3, 4]]


def test_a_long_batch_goes_out_by_itself() -> None:
    """So many events are worth a write, and wait for no other."""
    scene = Scene()
    scene.more = True
    scene.take(ENOUGH_EVENTS)
    assert len(scene.delivered) == 1


def test_nothing_is_held_once_storing_ended() -> None:
    """What waited for a commit that came to nothing is delivered when that is known, once."""
    scene = Scene()
    scene.more = True
    scene.take(1)
    scene.coalescing.flush()
    scene.coalescing.flush()
    assert scene.delivered == [[1]]


@given(st.lists(st.tuples(st.integers(1, 70), st.booleans(), st.booleans())))
def test_everything_is_delivered_once_and_in_order(
    steps: list[tuple[int, bool, bool]],
) -> None:
    """However batches, pauses and ends come, no event is lost, doubled or overtaken."""
    scene = Scene()
    for events, more, ends in steps:
        scene.more = more
        scene.take(events)
        if ends:
            scene.coalescing.flush()
    scene.coalescing.flush()
    assert [seq for batch in scene.delivered for seq in batch] == list(range(1, scene.head + 1))


def _stored(seq: int) -> Stored:
    said = Said(
        seq=seq, time=0, room="lobby", account="a", sender="a", id=None, text="x", reply_to=None
    )
    return Stored(said, b"")
