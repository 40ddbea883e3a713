from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from asynchat.errors import ChatError
from asynchat.link.entrance import Entrance, OtherAccountError, error_of
from asynchat.link.identities import Identities, Identity
from asynchat.messages import (
    Hello,
    Limits,
    Refused,
    ServerFrame,
    Upto,
    Welcome,
    You,
)
from asynchat.store.sqlite import SqliteStore
from tests.link.proxy import Trip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.link.wire import Wire
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Serve

ADDRESS = "asynchat://127.0.0.1:27742?tls=no"


class Script:
    """A stream of what a server says, and the hellos it was told."""

    def __init__(self, *frames: ServerFrame) -> None:
        self.sent: list[Hello] = []
        self._frames = frames

    def send(self, message: Hello) -> None:
        self.sent.append(message)

    async def frames(self) -> AsyncIterator[ServerFrame]:
        for frame in self._frames:
            yield frame


def welcome(**fields: Any) -> Welcome:
    """Return a welcome of server S for the account u1, with other fields as given."""
    return Welcome(
        **{
            "version": 1,
            "server": "S",
            "you": You(account="u1", name="ada", role="guest"),
            "token": "T",
            "cursor": "c",
            "resumed": False,
            "rooms": (),
            "more": False,
            "limits": Limits(),
            "features": (),
            **fields,
        }
    )


def refused(code: str, **fields: Any) -> Refused:
    """Return a refusal of a hello."""
    return Refused(**{"re": None, "code": code, "text": "no", **fields})


def entrance(data: Path, **fields: Any) -> Entrance:
    """Return ada before the door."""
    return Entrance(
        **{
            "address": ADDRESS,
            "name": "ada",
            "identities": Identities(data),
            "take_suggestion": False,
            "client": "test",
            **fields,
        }
    )


async def enter(one: Entrance, *frames: ServerFrame) -> tuple[Welcome, list[Hello]]:
    """Come in by a script; return the welcome and the hellos that were said."""
    script = Script(*frames)
    got = await one.enter(cast("Wire", script), script.frames())
    return got, script.sent


def keep(data: Path, **fields: Any) -> Identity:
    """Keep ada's identity on S; return it."""
    identity = Identity(**{"server": "S", "name": "ada", "account": "u1", "token": "K", **fields})
    Identities(data).remember(ADDRESS, identity)
    return identity


async def test_a_new_guest_brings_its_own_token(tmp_path: Path) -> None:
    """The first hello carries a token made here, and other frames before the welcome do no harm."""
    one = entrance(tmp_path)
    got, sent = await enter(one, Upto(cursor="x"), welcome())
    assert got == welcome()
    assert len(sent) == 1
    assert sent[0].name == "ada"
    assert sent[0].token is not None
    assert len(sent[0].token) == 43
    one.remember(got)
    assert Identities(tmp_path).at(ADDRESS, "ada") == Identity(
        server="S", name="ada", account="u1", token="T"
    )


async def test_the_same_token_goes_again_until_welcome(tmp_path: Path) -> None:
    """A cut before the welcome makes no second guest: the next hello has the same token."""
    one = entrance(tmp_path)
    script = Script()
    with pytest.raises(ConnectionError):
        await one.enter(cast("Wire", script), script.frames())
    _, sent = await enter(one, welcome())
    assert sent[0].token == script.sent[0].token


async def test_a_known_guest_brings_the_token_it_has(tmp_path: Path) -> None:
    """Who was here before under this address and name comes with the token kept."""
    keep(tmp_path)
    _, sent = await enter(entrance(tmp_path), welcome(token="K"))
    assert [hello.token for hello in sent] == ["K"]


async def test_after_the_first_welcome_the_server_says_the_name(tmp_path: Path) -> None:
    """A reconnect asks for no name, and tells how far it has read."""
    one = entrance(tmp_path)
    got, _ = await enter(one, welcome())
    one.remember(got)
    one.cursor = "c9"
    _, sent = await enter(one, welcome())
    assert [(hello.name, hello.token, hello.cursor) for hello in sent] == [(None, "T", "c9")]


async def test_a_name_that_is_taken_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    """A new guest learns which name is free, and decides."""
    with pytest.raises(ChatError) as caught:
        await enter(entrance(tmp_path), refused("name_taken", suggestion="ada2", server="S"))
    assert caught.value.code == "name_taken"
    assert caught.value.suggestion == "ada2"


@pytest.mark.parametrize("known", [False, True])
async def test_a_suggestion_is_taken(tmp_path: Path, *, known: bool) -> None:
    """Who wants it so, or is known here, comes in under the free name, and is kept as asked."""
    if known:
        keep(tmp_path)
    one = entrance(tmp_path, take_suggestion=not known)
    you = You(account="u1", name="ada3", role="guest")
    got, sent = await enter(
        one,
        refused("name_taken", suggestion="ada2", server="S"),
        refused("name_taken", suggestion="ada3", server="S"),
        welcome(you=you),
    )
    assert [hello.name for hello in sent] == ["ada", "ada2", "ada3"]
    assert len({hello.token for hello in sent}) == 1
    one.remember(got)
    assert Identities(tmp_path).on("S", "ada") is not None


async def test_a_server_that_has_moved_is_known_by_its_id(tmp_path: Path) -> None:
    """At a new address the refusal tells which server it is, and we take our token there."""
    keep(tmp_path)
    one = entrance(tmp_path, address="asynchat://127.0.0.1:1?tls=no")
    _, sent = await enter(
        one, refused("name_taken", suggestion="ada2", server="S"), welcome(token="K")
    )
    assert sent[0].token != "K"
    assert [hello.name for hello in sent] == ["ada", "ada"]
    assert sent[1].token == "K"


async def test_a_server_that_has_moved_and_let_the_name_go(tmp_path: Path) -> None:
    """Welcome as a new guest where we were known: come again as who we are, once."""
    keep(tmp_path)
    one = entrance(tmp_path, address="asynchat://127.0.0.1:1?tls=no")
    with pytest.raises(OtherAccountError):
        await enter(one, welcome(token="new"))
    _, sent = await enter(one, welcome(token="K"))
    assert sent[0].token == "K"


async def test_a_server_that_names_another_token_each_time_is_no_endless_loop(
    tmp_path: Path,
) -> None:
    """Once we came with the token we have, whatever token a welcome names will do."""
    keep(tmp_path)
    got, _ = await enter(entrance(tmp_path), welcome(token="yet another"))
    assert got.token == "yet another"


async def test_who_is_not_known_any_more_says_its_name(tmp_path: Path) -> None:
    """A server that lost us, or another in its place, takes us as the guest we asked to be."""
    one = entrance(tmp_path)
    got, first = await enter(one, welcome(token="T"))
    one.remember(got)
    _, sent = await enter(one, refused("bad_name"), welcome(server="S2"))
    assert first[0].name == "ada"
    assert [hello.name for hello in sent] == [None, "ada"]


async def test_another_server_that_knows_us_gets_its_own_token(tmp_path: Path) -> None:
    """Where a server known by another token answers, we come again as who we are there."""
    keep(tmp_path, server="S2", token="K2")
    one = entrance(tmp_path, address="asynchat://127.0.0.1:1?tls=no")
    got, _ = await enter(one, welcome(token="T"))
    one.remember(got)
    with pytest.raises(OtherAccountError):
        await enter(one, refused("bad_name"), welcome(server="S2", token="T"))
    got, sent = await enter(one, welcome(server="S2", token="K2"))
    assert [(hello.name, hello.token) for hello in sent] == [(None, "K2")]


@pytest.mark.parametrize("name", [None, "ada"])
async def test_a_refused_name_is_an_error(tmp_path: Path, name: str | None) -> None:
    """A name that is none, or none at all, is refused once and for all."""
    with pytest.raises(ChatError) as caught:
        await enter(entrance(tmp_path, name=name), refused("bad_name"))
    assert caught.value.code == "bad_name"


async def test_a_token_alone_is_enough(tmp_path: Path) -> None:
    """Who has a token and no name comes in under the name it has, and is kept under that."""
    one = entrance(tmp_path, name=None, token="T")
    got, sent = await enter(one, welcome())
    assert (sent[0].name, sent[0].token) == (None, "T")
    one.remember(got)
    assert Identities(tmp_path).on("S", "ada") is not None


async def test_a_nameless_welcome_keeps_nothing(tmp_path: Path) -> None:
    """Without a name there is nothing to keep a token under."""
    one = entrance(tmp_path, name=None, token="T")
    nameless = welcome(you=You(account="u1", name=None, role="guest"))
    got, _ = await enter(one, nameless)
    one.remember(got)
    assert not (tmp_path / "identities").exists()


async def test_a_taken_name_without_a_name_of_ours(tmp_path: Path) -> None:
    """A token's own name that is taken, with no suggestion, is an error."""
    one = entrance(tmp_path, name=None, token="T")
    with pytest.raises(ChatError) as caught:
        await enter(one, refused("name_taken", server="S"))
    assert caught.value.code == "name_taken"


async def test_too_fast_waits_and_says_hello_again(tmp_path: Path) -> None:
    """A hello that came too soon is said again after the time the server asks for."""
    _, sent = await enter(entrance(tmp_path), refused("too_fast", retry_after=0.001), welcome())
    assert sent[0] == sent[1]


async def test_a_server_that_never_has_enough(tmp_path: Path) -> None:
    """After some tries under one name after the other it is an error."""
    taken = [refused("name_taken", suggestion=f"ada{n}", server="S") for n in range(20)]
    one = entrance(tmp_path, take_suggestion=True)
    script = Script(*taken)
    with pytest.raises(ChatError) as caught:
        await one.enter(cast("Wire", script), script.frames())
    assert caught.value.code == "name_taken"
    assert len(script.sent) == 5


def test_a_refusal_keeps_all_it_tells() -> None:
    """What a server says of a refusal is what the error says."""
    error = error_of(
        Refused(re="a", code="too_fast", text="t", retry_after=2.0, suggestion="b", versions=(1,))
    )
    told = (error.code, error.text, error.re, error.retry_after, error.suggestion, error.versions)
    assert told == ("too_fast", "t", "a", 2.0, "b", (1,))


# With real servers


async def test_a_guest_is_who_it_was(serve: Serve, enter: Enter, tmp_path: Path) -> None:
    """A program that starts again, with the same data, has the same account and name."""
    server = await serve()
    first = await enter(server, data=tmp_path / "me")
    account = first.account
    await first.close()
    again = await enter(server, data=tmp_path / "me")
    assert (again.account, again.name) == (account, "ada")
    other = await enter(server, "ada", data=tmp_path / "other", take_suggestion=True)
    assert other.account != account
    assert other.name == "ada2"


async def test_a_guest_is_known_where_the_server_moved_to(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """After the server changed its port the same guest is welcome, also where its name was kept."""
    store = tmp_path / "server"
    accounts = set()
    addresses = set()
    for kept_s in (300.0, 300.0, 1e-9):
        server = await serve(store=SqliteStore(store), data=store, lost_name_kept_s=kept_s)
        client = await enter(server, data=tmp_path / "me")
        assert client.name == "ada"
        accounts.add(client.account)
        addresses.add(client.address)
        await client.close()
        await serve.stop(server)
    assert len(accounts) == 1
    assert len(addresses) > 1


async def test_two_programs_of_one_guest_are_one_account(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """Two programs with the same data and name are the same person, twice here."""
    server = await serve()
    one = await enter(server, data=tmp_path / "me")
    two = await enter(server, data=tmp_path / "me")
    assert one.account == two.account
    assert server.others_connected(one.account) == 0


async def test_a_cut_before_the_welcome_makes_no_second_guest(
    serve: Serve, enter: Enter, proxy: Proxy
) -> None:
    """A guest whose first welcome was lost is found again by the token it made."""
    proxy.lead_to(await serve())
    proxy.trips.extend([Trip(down=0), Trip(down=1), Trip(down=60)])
    client = await enter(proxy)
    assert client.name == "ada"
    assert [person.name for person in await client.who("lobby")] == ["ada"]


async def test_an_identity_that_is_corrupt_makes_a_new_guest(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """A token file that cannot be read costs the account, and nothing else."""
    server = await serve()
    first = await enter(server, data=tmp_path / "me")
    await first.close()
    for path in (tmp_path / "me").rglob("*.json"):
        path.write_bytes(b"\x00 not JSON")
    again = await enter(server, data=tmp_path / "me")
    assert again.name == "ada"
    assert again.account != first.account


async def test_a_data_directory_that_cannot_be_written_is_a_warning(
    serve: Serve, enter: Enter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the token cannot be kept the chat goes on, and the log says so."""
    (tmp_path / "file").write_bytes(b"")
    client = await enter(await serve(), data=tmp_path / "file")
    assert (await client.send("lobby", "hi")).text == "hi"
    assert "cannot be kept" in caplog.text


async def test_another_device_may_rename_us(  # noqa: PLR0917 - fixtures
    serve: Serve, enter: Enter, proxy: Proxy, connect: Connect, tmp_path: Path, until: Until
) -> None:
    """A name given on another device is ours at once, and stays after a reconnect."""
    server = await serve()
    proxy.lead_to(server)
    client = await enter(proxy, data=tmp_path / "me")
    ben = await enter(server, "ben")
    await ben.direct("ada")
    await until(lambda: len(ben.rooms) == 2)
    (identity,) = (tmp_path / "me" / "identities").iterdir()
    token = msgspec.json.decode(identity.read_bytes())["token"]
    device = await connect(server)
    assert (await device.hello("lovelace", token=token))["type"] == "welcome"
    await until(lambda: client.name == "lovelace")
    (direct,) = (room for room in ben.rooms if room.startswith("~"))
    await until(lambda: "lovelace" in {person.name for person in ben.rooms[direct].people})
    assert {person.name for person in ben.members(direct)} == {"lovelace", "ben"}
    proxy.cut()
    await until(lambda: proxy.connections == 2 and client.connection.phase == "online")
    assert client.name == "lovelace"
    assert (await client.send("lobby", "hi")).sender == "lovelace"
    await asyncio.gather(client.close(), ben.close())
