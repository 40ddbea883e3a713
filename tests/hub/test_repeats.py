"""What makes two requests the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.hub.repeats import Repeats
from asynchat.messages import Join, Say
from asynchat.store.memory import MemoryStore
from tests.failing_store import FailingStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serving import Join as JoinServer
    from tests.serving import Serve


async def test_the_same_request_has_the_same_digest() -> None:
    """All of a request counts, but how many events a join asks for; another server has its own."""
    repeats = Repeats(MemoryStore())
    said = repeats.digest(Say(id="a", room="lobby", text="x"))
    assert repeats.digest(Say(id="a", room="lobby", text="x")) == said
    assert repeats.digest(Say(id="a", room="lobby", text="y")) != said
    assert repeats.digest(Say(id="a", room="den", text="x")) != said
    assert Repeats(MemoryStore()).digest(Say(id="a", room="lobby", text="x")) != said
    joined = repeats.digest(Join(id="a", room="den", history=5))
    assert repeats.digest(Join(id="a", room="den", history=50)) == joined


async def test_only_the_same_request_of_the_same_account_is_a_repeat(
    serve: Serve, join: JoinServer, tmp_path: Path
) -> None:
    """Neither another text under its id nor another's request is one, nor what nobody can tell."""
    store = FailingStore(tmp_path / "data")
    ada = await join(await serve(store=store), "ada")
    said = await ada.ask("say", room="lobby", text="x")
    repeats, again = Repeats(store), Say(id=said["id"], room="lobby", text="x")
    assert ada.account is not None
    assert await repeats.has(ada.account, again)
    assert not await repeats.has("somebody", again)
    assert not await repeats.has(ada.account, Say(id=said["id"], room="lobby", text="y"))
    store.unsearchable = True
    assert not await repeats.has(ada.account, again)
