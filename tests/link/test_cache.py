from __future__ import annotations

from asynchat.link.cache import MAX_PAGES, MAX_ROOMS, About, Batch, Cache, Older
from asynchat.messages import AnyEvent, Created, Joined, Left, Limits, Said

ABOUT = About("ada", (), Limits())


def cache(max_events: int = 3) -> Cache:
    """Return an empty cache."""
    return Cache(max_events, lambda: ABOUT)


def said(seq: int, room: str = "lobby") -> Said:
    """Return something said."""
    return Said(
        seq=seq, time=0, room=room, account="b", sender="ben", id=None, text="hi", reply_to=None
    )


def joined(seq: int, account: str, room: str = "lobby") -> Joined:
    """Return that somebody became a member."""
    return Joined(seq=seq, time=0, room=room, account=account, sender="x", id=None)


def put(target: Cache, *events: AnyEvent) -> None:
    """Put events of the stream of the account ``a``."""
    for event in events:
        target.put(event, me="a")


def test_nothing_is_nothing_to_write() -> None:
    """Where nothing changed there is no batch, and a cursor told again is no change."""
    empty = cache()
    assert not empty
    assert empty.take() is None
    empty.mark("c1")
    assert empty.take() == Batch(cursor="c1")
    assert empty.take() is None


def test_a_batch_has_the_newest_of_each_room() -> None:
    """What would not stay is not written; the seq is the last of the stream all the same."""
    some = cache()
    put(some, said(1), said(2, "dev"), said(3), said(4), said(5))
    some.mark("c5")
    batch = some.take()
    assert batch is not None
    assert {event.seq for event in batch.events} == {2, 3, 4, 5}
    assert (batch.seq, batch.cursor, batch.restart, batch.about) == (5, "c5", False, None)


def test_a_stay_begins_anew() -> None:
    """What was said in a room before we left it, or came into it, joins on to nothing."""
    some = cache()
    older = Older("dev", None, (said(1, "dev"),))
    some.put_older(older)
    put(some, said(2, "dev"), joined(3, "b", "dev"))
    left = Left(seq=4, time=0, room="dev", account="a", sender="ada", id=None)
    put(some, left)
    batch = some.take()
    assert batch == Batch(begun=frozenset({"dev"}), seq=4)
    fields = {"time": 0, "account": "b", "sender": "ben", "id": None, "topic": "", "private": False}
    put(some, said(5, "dev"), joined(6, "a", "dev"), said(7, "dev"))
    put(some, Created(seq=8, room="new", **fields))  # type: ignore[arg-type]
    some.put_older(older)
    batch = some.take()
    assert batch is not None
    assert batch.begun == {"dev", "new"}
    assert [event.seq for event in batch.events] == [6, 7, 8]
    assert batch.older == (older,)


def test_a_restart_forgets_what_was_before() -> None:
    """After a restart the batch says so, and tells who we are."""
    some = cache()
    put(some, said(1))
    some.mark("c1")
    some.restart()
    put(some, said(2))
    assert some.take() == Batch(restart=True, events=(said(2),), seq=2, about=ABOUT)
    some.describe_again()
    assert some.take() == Batch(about=ABOUT)


def test_only_so_much_waits() -> None:
    """Where the disk takes nothing, what waits is bounded: pages are left out, and too many
    rooms begin anew.
    """
    some = cache()
    for seq in range(MAX_PAGES + 1):
        some.put_older(Older("lobby", seq, ()))
    batch = some.take()
    assert batch is not None
    assert len(batch.older) == MAX_PAGES
    put(some, *(said(seq, f"r{seq}") for seq in range(MAX_ROOMS + 2)))
    batch = some.take()
    assert batch is not None
    assert batch.restart
    assert [event.seq for event in batch.events] == [MAX_ROOMS + 1]
