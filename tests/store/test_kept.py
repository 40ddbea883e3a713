"""What keeps order, in memory; that it is what the tables keep is seen in `contracts`."""

from __future__ import annotations

from asynchat.store.kept import KeptInMemory
from tests.contracts.drafts import TIME, deed, held, report


def test_it_keeps_what_holds() -> None:
    """A restraint that is over goes when the next one comes."""
    kept = KeptInMemory()
    kept.put(held("a1", until_ms=TIME + 1))
    kept.put(held("a2", since_ms=TIME + 1))
    assert [key[2] for key in kept.restraints] == ["a2"]


def test_numbers_are_given_in_order() -> None:
    """Of reports and deeds; a report with a number takes its own place."""
    kept = KeptInMemory()
    for draft in (report(), report(), deed(), deed(), report(1, resolved=TIME)):
        kept.put(draft)
    assert [(one.number, one.resolved) for one in kept.reports] == [(1, TIME), (2, None)]
    assert [one.number for one in kept.deeds] == [1, 2]
