"""Messages in a row are stored as one after the other would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from asynchat.messages import File
from asynchat.store.interface import Conflict, Repeat, Stored, StoreError
from asynchat.store.opening import open_database
from asynchat.store.runs import is_plain
from asynchat.store.writer import Writer
from tests.contracts.drafts import account, created, joined, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.chat.drafts import AnyDraft, Draft


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writing half of an empty database."""
    writer = Writer(open_database(tmp_path))
    yield writer
    writer.close()


OFFERED = File(id="f", name="a.txt", size=1, type="text/plain", sha256="0" * 64)


def rows(writer: Writer) -> list[tuple[object, ...]]:
    """Return what is stored of messages, their ids and whom they mention."""
    found: list[tuple[object, ...]] = []
    for table in ("events", "requests", "mentions"):
        found += writer._db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours
    return found


def seqs(outcomes: list[object]) -> list[int | type]:
    """Return the seqs of what was stored, and the kind of anything else."""
    return [one.event.seq if isinstance(one, Stored) else type(one) for one in outcomes]


@pytest.mark.parametrize(
    "draft",
    [
        joined(id="x"),
        said(),
        said(id="x", mentions=("a2",)),
        said(id="x", everyone=True),
        changed(said(id="x"), event=changed(said(id="x").event, file=OFFERED)),
        account("a2"),
    ],
)
def test_what_does_more_is_looked_at_alone(draft: AnyDraft) -> None:
    """Only what somebody said, under an id, and that calls nobody, is plain."""
    assert is_plain(said(id="x"))
    assert not is_plain(draft)


def test_a_message_of_nobody_has_no_id(writer: Writer) -> None:
    """An event that has an asker and no id of a request is stored without one."""
    said_by = said(id="x")
    event = said(account="a1").event
    odd: Draft = changed(said_by, event=event)
    assert not is_plain(odd)
    assert seqs(list(writer.append([odd]).outcomes)) == [1]


def test_a_repeat_among_them_is_told_alone(writer: Writer) -> None:
    """One that was stored before, or stands there twice, is a repeat, and the others are stored."""
    writer.append([said("before", id="x")])
    batch = [said("1", id="y"), said("before", id="x"), said("2", id="z"), said("1", id="y")]
    assert seqs(list(writer.append(batch).outcomes)) == [2, Repeat, 3, Repeat]
    assert seqs(list(writer.append([said("3", id="w")]).outcomes)) == [4]


def test_one_without_a_room_is_refused_alone(writer: Writer) -> None:
    """A message to a room that is not there conflicts, and those around it are stored."""
    batch = [said("1", id="x"), said("2", room="den", id="y"), said("3", id="z")]
    assert seqs(list(writer.append(batch).outcomes)) == [1, Conflict, 2]


def test_a_room_that_was_undone_is_not_remembered(writer: Writer) -> None:
    """Where the batch that made a room failed, nothing is said in it, also not in the next one."""
    (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
    writer._db.execute(f"PRAGMA max_page_count = {pages}")
    many = [said("x" * 4000, room="den", id=f"i{number}") for number in range(20)]
    with pytest.raises(StoreError, match="disk is full"):
        writer.append([created("den", id="den"), said("first", room="den", id="f"), *many])
    writer._db.execute("PRAGMA max_page_count = 1000000")
    writer.append([created("nook", id="nook")])
    assert seqs(list(writer.append([said("x", room="den", id="y")]).outcomes)) == [Conflict]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["lobby", "den", "nowhere"]), st.booleans()),
        max_size=12,
    )
)
def test_in_a_row_or_one_by_one_it_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, str, bool]]
) -> None:
    """The same drafts in one batch and in one for each leave the same rows and outcomes."""
    batch = [
        said(f"{number} {room}", room=room, id=f"i{number}", everyone=everyone)
        for number, room, everyone in asked
    ]
    both: list[Writer] = []
    outcomes: list[list[object]] = []
    for batches in ([batch], [[draft] for draft in batch]):
        writer = Writer(open_database(tmp_path_factory.mktemp("log")))
        writer.append([created("den", id="den")])
        outcomes.append([one for part in batches for one in writer.append(part).outcomes])
        both.append(writer)
    assert outcomes[0] == outcomes[1]
    assert rows(both[0]) == rows(both[1])
    for writer in both:
        writer.close()
