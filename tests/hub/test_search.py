"""Search, as clients on the wire see it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.index import INDEXED_AT_ONCE
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.store.interface import Store
    from tests.plugins.waiting import Until
    from tests.raw_client import Wire
    from tests.serving import Join, Serve


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return a store that the server is to have."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "log")


async def say(wire: Wire, text: str, room: str = "lobby") -> int:
    """Say something and return its seq."""
    said = await wire.ask("say", room=room, text=text)
    assert said["type"] == "said", said
    return int(said["seq"])


async def search(wire: Wire, text: str = "", **fields: object) -> list[int]:
    """Return the seqs of all that a search finds."""
    found: list[int] = []
    while True:
        answer = await wire.ask("search", text=text, **fields)
        assert answer["type"] == "found", answer
        found += [event["seq"] for event in answer["events"]]
        if answer.get("next") is None:
            return found
        fields["before"] = answer["next"]


async def test_words_are_found_newest_first(serve: Serve, join: Join, store: Store) -> None:
    """All words have to be there, in any order; the last may be only begun; case is ignored."""
    ada = await join(await serve(store=store), "ada")
    first = await say(ada, "Der Kuchen ist im Café")
    second = await say(ada, "kuchen, cafe! asyncio?")
    await say(ada, "something else")
    answer = await ada.ask("search", text="CAFE kuchen")
    assert [event["text"] for event in answer["events"]] == [
        "kuchen, cafe! asyncio?",
        "Der Kuchen ist im Café",
    ]
    assert "later" not in answer
    assert "next" not in answer
    assert await search(ada, "asyn") == [second]
    assert await search(ada, "asyn kuchen") == []
    assert await search(ada, '"der kuchen"') == [first]
    assert await search(ada, '"kuch"') == []


async def test_who_where_and_when_narrow_it_down(serve: Serve, join: Join, store: Store) -> None:
    """Room, account or name, time and links, alone or with words."""
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    lobby = await say(ada, "tea")
    den = await say(ada, "tea", "den")
    other = await say(ben, "tea: https://tea.example/pot")
    assert await search(ada, "tea") == [other, den, lobby]
    assert await search(ben, "tea") == [other, lobby]
    assert await search(ada, "tea", room="den") == [den]
    assert await search(ada, name="BEN") == [other]
    assert await search(ada, account=ada.account) == [den, lobby]
    assert await search(ada, "tea", link=True) == [other]
    assert await search(ada) == [other, den, lobby]
    time = (await ada.ask("history", room="den", limit=1))["events"][0]["time"]
    assert await search(ada, room="den", since=time) == [den]
    assert await search(ada, room="den", until=time) == []


async def test_what_one_may_not_read_is_never_found(serve: Serve, join: Join, store: Store) -> None:
    """Not in rooms one is not in, of private rooms only one's own stays, nor by anyone's name."""
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="hidden", private=True)
    await ada.ask("create", room="open")
    await say(ada, "secret one", "hidden")
    public = await say(ada, "secret public", "open")
    assert await search(ben, "secret") == []
    assert await search(ben, name="ada") == []
    assert (await ben.ask("search", text="secret", room="hidden"))["code"] == "no_such_room"
    assert (await ben.ask("search", text="secret", room="open"))["code"] == "not_a_member"
    assert (await ben.ask("search", text="secret", room="nowhere"))["code"] == "no_such_room"
    await ben.ask("join", room="open")
    assert await search(ben, "secret") == [public]
    await ada.ask("invite", room="hidden", name="ben")
    during = await say(ada, "secret two", "hidden")
    assert await search(ben, "secret") == [during, public]
    await ben.ask("leave", room="hidden")
    await say(ada, "secret three", "hidden")
    assert await search(ben, "secret") == [public]
    await ada.ask("invite", room="hidden", name="ben")
    assert await search(ben, "secret", room="hidden") == [during]


async def test_the_newest_text_counts(serve: Serve, join: Join, store: Store) -> None:
    """An edit is found by its words and no more by those before; a deletion by none."""
    ada = await join(await serve(store=store), "ada")
    seq = await say(ada, "before it")
    edit = await ada.ask("edit", room="lobby", about=seq, text="after it")
    assert await search(ada, "before") == []
    answer = await ada.ask("search", text="after")
    assert [event["seq"] for event in answer["events"]] == [seq]
    assert answer["later"] == [edit]
    await ada.ask("redact", room="lobby", about=seq)
    assert await search(ada, "after") == await search(ada, "it") == await search(ada) == []


async def test_a_search_that_cannot_be_is_refused(serve: Serve, join: Join) -> None:
    """Nobody of that name, both an account and a name."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("search", name="nobody"))["code"] == "no_such_person"
    assert (await ada.ask("search", name="no body"))["code"] == "no_such_person"
    assert (await ada.ask("search", name="ada", account="x"))["code"] == "bad_request"
    assert await search(ada, account="nobody") == []


async def test_a_search_has_so_many_characters(serve: Serve, join: Join) -> None:
    """250 are searched for, 251 are too many."""
    ada = await join(await serve(), "ada")
    assert await search(ada, "a" * 250) == []
    assert (await ada.ask("search", text="a" * 251))["code"] == "text_too_long"


async def test_so_much_is_found_at_once(serve: Serve, join: Join, store: Store) -> None:
    """At most 100 messages come in one answer, 20 if nothing is said; ``next`` has the rest."""
    ada = await join(await serve(store=store), "ada")
    for _ in range(130):
        ada.send("say", room="lobby", text="tea")
    await ada.settle()
    assert len((await ada.ask("search", text="tea"))["events"]) == 20
    answer = await ada.ask("search", text="tea", limit=10**6)
    assert len(answer["events"]) == 100
    assert answer["next"] == answer["events"][-1]["seq"]
    everything = await search(ada, "tea", limit=100)
    assert len(everything) == 130
    assert everything == sorted(set(everything), reverse=True)


@pytest.mark.allow_log_errors
async def test_what_is_damaged_is_told(serve: Serve, join: Join, tmp_path: Path) -> None:
    """The rest is found, and an error says which message is not as it was written."""
    ada = await join(await serve(store=SqliteStore(tmp_path / "log")), "ada")
    seqs = [await say(ada, "tea") for _ in range(3)]
    with closing(sqlite3.connect(tmp_path / "log" / "asynchat.db")) as db, db:
        db.execute("UPDATE events SET crc = 0 WHERE seq = ?", (seqs[1],))
    assert await search(ada, "tea") == [seqs[2], seqs[0]]
    (error,) = [frame for frame in ada.seen if frame["type"] == "error"]
    assert error["code"] == "damaged"
    assert f"Event {seqs[1]} " in error["text"]


async def test_the_index_follows_the_log(
    serve: Serve, join: Join, tmp_path: Path, until: Until
) -> None:
    """What is said is indexed soon, by a server and by the next one; all is found meanwhile."""
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data))
    ada = await join(server, "ada")
    seqs = [await say(ada, f"tea {n}") for n in range(INDEXED_AT_ONCE // 25)]
    assert await search(ada, "tea") == seqs[::-1]
    indexed = _indexed_of(data)
    await until(lambda: indexed() >= seqs[-1])
    assert await search(ada, "tea") == seqs[::-1]
    await serve.stop(server)
    server = await serve(store=SqliteStore(data))
    ben = await join(server, "ben")
    more = await say(ben, "tea again")
    assert await search(ben, "tea") == [more, *seqs[::-1]]


def _indexed_of(data: Path) -> Callable[[], int]:
    def indexed() -> int:
        with closing(sqlite3.connect(data / "asynchat.db")) as db:
            (seq,) = db.execute("SELECT value FROM meta WHERE key = 'indexed'").fetchone()
        return int(seq)

    return indexed
