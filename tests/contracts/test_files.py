"""What every store knows of files: what takes room, what is said, and what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from asynchat.chat.drafts import Draft, FileDraft, Together
from asynchat.chat.files import Held
from asynchat.chat.state import Interval
from asynchat.messages import Said
from asynchat.store.interface import Conflict, Keep, Kept, Stored, Taken
from tests.contracts.drafts import TIME, account, redacted, said

if TYPE_CHECKING:
    from asynchat.store.interface import Store

HASH = "ab" * 32


def half(id: str = "f1", **fields: Any) -> Held:
    """Return a file on its way."""
    given: dict[str, Any] = {"account": "a1", "room": "lobby", "name": "a.png", "size": 10}
    return Held(**(given | {"id": id, "at_ms": TIME} | fields))


def whole(id: str = "f1", **fields: Any) -> Held:
    """Return a file that arrived."""
    found: dict[str, Any] = {
        "sha256": HASH, "type": "image/png", "width": 3, "height": 2, "preview": True,
        "warning": "This is a warning.",
    }  # fmt: skip
    return half(id, **(found | fields))


def offering(held: Held, text: str = "") -> Draft:
    """Return a draft of a message with a file."""
    draft = said(text)
    assert isinstance(draft.event, Said)
    return Draft(msgspec.structs.replace(draft.event, file=held.file))


async def kept(store: Store, *files: Held) -> None:
    """Store some files."""
    for held in files:
        drafts = [FileDraft(msgspec.structs.replace(held, sha256="")), FileDraft(held)]
        assert await store.append(drafts) == [Kept(), Kept()]


async def test_a_file_is_read_as_it_was_kept(store: Store) -> None:
    """Half and whole, with all that was found out of it; another id is no file."""
    await store.append([FileDraft(half())])
    assert await store.files.get("f1") == half()
    await store.append([FileDraft(whole())])
    assert await store.files.get("f1") == whole()
    assert await store.files.get("f2") is None


async def test_a_file_is_begun_once(store: Store) -> None:
    """An id that is there stays as it is."""
    await store.append([FileDraft(half()), FileDraft(half(name="b"))])
    assert await store.files.get("f1") == half()


async def test_what_was_given_up_does_not_come_back(store: Store) -> None:
    """A file that arrives after it was given up is not kept."""
    await store.append([FileDraft(half()), FileDraft(half(), gone=True), FileDraft(whole())])
    assert await store.files.get("f1") is None
    assert await store.append([FileDraft(half(), gone=True)]) == [Kept()]


async def test_a_message_offers_a_file_once(store: Store) -> None:
    """The file is that of one message; a second one conflicts, alone."""
    await kept(store, whole())
    first, second, other = await store.append([offering(whole()), offering(whole()), said()])
    assert isinstance(first, Stored)
    assert isinstance(first.event, Said)
    assert first.event.file == whole().file
    assert second == Conflict()
    assert isinstance(other, Stored)
    assert await store.files.get("f1") == whole(seq=first.event.seq)
    # What arrives once more does not take it out of its message.
    await store.append([FileDraft(whole(sha256="cd" * 32))])
    assert await store.files.get("f1") == whole(seq=first.event.seq)


@pytest.mark.parametrize("there", [None, half(), whole(sha256="cd" * 32)])
async def test_a_message_offers_only_what_is_whole_and_there(
    store: Store, there: Held | None
) -> None:
    """What is not, or is another, conflicts: it was judged by what was there before."""
    if there is not None:
        await kept(store, there)
    assert await store.append([offering(whole())]) == [Conflict()]


async def test_what_is_stored_together_is_not_half_said(store: Store) -> None:
    """A file stays unsaid where what goes with its message is refused."""
    await kept(store, whole())
    await store.append([account("a1", "ada")])
    refused = Together((account("a2", "ada"), offering(whole())))
    assert await store.append([refused]) == [Conflict()]
    assert await store.files.get("f1") == whole()


async def test_a_deleted_message_has_no_file(store: Store) -> None:
    """The file is forgotten with it, and the message tells nothing of it any more."""
    await kept(store, whole())
    (stored,) = await store.append([offering(whole(), "look")])
    assert isinstance(stored, Stored)
    await store.append([redacted(stored.event.seq)])
    assert await store.files.get("f1") is None
    part = await store.read([("lobby", Interval(0))], max_events=9, max_bytes=10**6)
    assert b"a.png" not in part.frames[0]
    assert HASH.encode() not in part.frames[0]


async def test_a_message_that_is_not_kept_takes_its_file_along(store: Store) -> None:
    """Retention forgets both."""
    await kept(store, whole())
    await store.append([offering(whole()), said("later")])
    await store.remove("lobby", Keep(size=0), now_ms=TIME, upto=store.head())
    assert await store.files.get("f1") is None


async def test_files_take_room(store: Store) -> None:
    """Half ones take all they will, and of all together the same content counts once."""
    assert await store.files.taken("a1") == Taken()
    await kept(store, whole("f1"), whole("f2"), whole("f3", account="a2"))
    await kept(store, half("f4", size=5), half("f5", size=5, account="a2"))
    await store.append([offering(whole("f1"))])
    assert await store.files.taken("a1") == Taken(25, 20, 2)
    assert await store.files.taken("a2") == Taken(15, 20, 2)


async def test_old_files_are_found_oldest_first(store: Store) -> None:
    """What was said has another age than what was not, or none at all."""
    await kept(store, *(whole(f"f{n}", at_ms=TIME + n) for n in range(4)))
    await store.append([offering(whole("f0")), offering(whole("f2"))])

    async def old(said_ms: int | None, unsaid_ms: int, limit: int = 9) -> list[str]:
        found = await store.files.old(said_ms=said_ms, unsaid_ms=unsaid_ms, limit=limit)
        return [one.id for one in found]

    assert await old(None, TIME + 2) == ["f1"]
    assert await old(TIME + 2, TIME + 1) == ["f0"]
    assert await old(TIME + 3, TIME + 4) == ["f0", "f1", "f2", "f3"]
    assert await old(TIME + 3, TIME + 4, limit=2) == ["f0", "f1"]


async def test_what_no_file_refers_to_is_told(store: Store) -> None:
    """Ids and hashes of files are known; others, and nothing, are not."""
    await kept(store, whole("f1"), half("f2"))
    assert await store.files.known([HASH, "f1", "f2", "f3", "cd" * 32, ""]) == {HASH, "f1", "f2"}
