"""How much of a list goes into one frame."""

from __future__ import annotations

from asynchat.hub.fitting import MAX_LIST_BYTES, fitting
from asynchat.messages import MAX_SERVER_FRAME_BYTES, Person, encode


def test_as_many_as_fit_are_taken() -> None:
    """The list stops before the frame would be too long, and says that there is more."""
    people = [Person(account=f"a{n}", name="x" * 1000) for n in range(200)]
    taken, more = fitting(people)
    assert more
    assert list(taken) == people[: len(taken)]
    size = sum(len(encode(one)) for one in taken)
    assert MAX_LIST_BYTES - 1100 < size <= MAX_LIST_BYTES < MAX_SERVER_FRAME_BYTES
    assert fitting(people[:3]) == (tuple(people[:3]), False)
    assert fitting([]) == ((), False)


def test_the_first_is_always_taken() -> None:
    """Else who asks for more would never get any."""
    large = Person(account="a", name="x" * MAX_LIST_BYTES)
    assert fitting([large, large]) == ((large,), True)
