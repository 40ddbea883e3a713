"""Whom a client trusts: its key is compared first, and an impostor is told nothing."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from asynchat.address import Address, parse_address
from asynchat.doors import certificate
from asynchat.errors import ChatError
from asynchat.fingerprint import CONFIRMED_CHARS, grouped, of_key
from asynchat.link import notices, trust
from asynchat.link.client import Client
from asynchat.link.known_servers import KnownServers, Pin
from asynchat.link.trust import judge
from tests.link.authority import NAME, Authority, authority, named

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.link.notices import Notice
    from asynchat.server import Server
    from tests.link.conftest import Enter, Raw
    from tests.plugins.waiting import Until
    from tests.serving import Serve

__all__ = ["authority", "named"]

ONE, TWO, THREE, FOUR = (of_key(name) for name in (b"1", b"2", b"3", b"4"))


@pytest.fixture
def tls() -> bool:
    """Speak TLS here."""
    return True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the directory of the one client of a test."""
    return tmp_path / "client"


def pinned(data: Path, place: str) -> Pin | None:
    """Return what is kept of a place, but for when that began."""
    pin = KnownServers(data).at(place)
    assert pin is None or pin.since is not None
    return None if pin is None else msgspec.structs.replace(pin, since=None)


class Impostor:
    """A server with a key of its own that notes every byte it is sent."""

    def __init__(self, key: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key)
        self._context = context
        self.fingerprint = certificate.fingerprint_in(key)
        self.heard = b""
        self.connections = 0

    async def listen(self, port: int = 0) -> None:
        """Listen, maybe in the place of a server that is down."""
        self._listener = await asyncio.start_server(
            self._serve, "127.0.0.1", port, ssl=self._context
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while data := await reader.read(65536):
                self.heard += data
        except OSError:
            pass
        finally:
            writer.transport.abort()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()


@pytest.fixture
async def impostor(tmp_path: Path) -> AsyncIterator[Impostor]:
    """Return an impostor that listens nowhere yet."""
    certificate.make(tmp_path / "impostor.pem")
    impostor = Impostor(tmp_path / "impostor.pem")
    yield impostor
    if hasattr(impostor, "_listener"):
        impostor.close()


def without(address: str) -> str:
    """Return an address without its fingerprint, as somebody might type it."""
    return str(parse_address(address).place)


def by_name(server: Server, **parts: str | None) -> str:
    """Return the address of a server by a name that is not this computer's, for all one knows."""
    where = parse_address(server.address).place
    return str(replace(where, host=NAME, **parts))  # type: ignore[arg-type]


def told(client: Client) -> list[Notice]:
    """Return a list that what the client tells of trust will be in."""
    heard: list[Notice] = []
    client.subscribe(heard.append)
    return heard


def of_kind(heard: list[Notice], *kinds: type) -> list[Notice]:
    """Return those of a kind."""
    return [one for one in heard if isinstance(one, kinds)]


# The rule


@pytest.mark.parametrize(
    ("pin", "shown", "named", "verdict"),
    [
        (None, ONE, None, "first"),
        (None, ONE, ONE, "invited"),
        (None, ONE, TWO, "wrong"),
        (Pin(place="", fp=ONE), ONE, None, "known"),
        (Pin(place="", fp=ONE), ONE, ONE, "known"),
        (Pin(place="", fp=ONE), TWO, None, "changed"),
        (Pin(place="", fp=ONE), TWO, TWO, "changed"),
        (Pin(place="", fp=ONE), TWO, ONE, "wrong"),
        (Pin(place="", fp=ONE), ONE, TWO, "wrong"),
        (Pin(place="", fp=ONE, next=TWO), ONE, None, "known"),
        (Pin(place="", fp=ONE, next=TWO), TWO, None, "came over"),
        (Pin(place="", fp=ONE, next=TWO), TWO, ONE, "came over"),
        (Pin(place="", fp=ONE, next=TWO), THREE, None, "changed"),
        (Pin(place="", fp=ONE, next=TWO), ONE, TWO, "wrong"),
        (Pin(place="", fp=THREE, former=(ONE, TWO)), THREE, ONE, "known"),
        (Pin(place="", fp=THREE, former=(ONE, TWO)), ONE, ONE, "changed"),
        (Pin(place="", fp=THREE, former=(ONE, TWO)), FOUR, ONE, "wrong"),
        (Pin(place="", fp=THREE, next=FOUR, former=(ONE, TWO)), FOUR, ONE, "came over"),
    ],
)
def test_what_is_made_of_a_key(
    pin: Pin | None, shown: str, named: str | None, verdict: str
) -> None:
    """A named key must be shown, or one that followed it; a pin must match; no other passes."""
    assert judge(pin, shown, named, at_its_word=False) == verdict
    at_its_word = judge(pin, shown, named, at_its_word=True)
    assert at_its_word == ("invited" if verdict == "changed" and shown == named else verdict)


# First use


async def test_the_first_visit_is_told_with_the_fingerprint(
    serve: Serve, enter: Enter, data: Path
) -> None:
    """The key is remembered, and the second visit tells nothing."""
    server = await serve()
    client = await enter(without(server.address), data=data, start=False)
    heard = told(client)
    await client.start(timeout_s=10)
    place = without(server.address)
    (notice,) = of_kind(heard, notices.FirstUse)
    assert notice == notices.FirstUse(place, server.fingerprint or "")
    assert grouped(server.fingerprint or "") in notice.text
    assert pinned(data, place) == Pin(place=place, fp=server.fingerprint or "")
    assert client.fingerprint == server.fingerprint
    assert client.address == place
    assert client.address_for_others == server.address
    again = await enter(without(server.address), data=data, start=False)
    heard = told(again)
    await again.start(timeout_s=10)
    assert not of_kind(heard, notices.FirstUse, notices.KeyChanged)


async def test_with_the_fingerprint_nothing_is_blind(
    serve: Serve, enter: Enter, data: Path
) -> None:
    """An invitation says whom to expect; it is remembered, and later the address will do."""
    server = await serve()
    client = await enter(f"{server.address}&code=abc", data=data, start=False)
    assert client.address_for_others == server.address
    heard = told(client)
    await client.start(timeout_s=10)
    await (await enter(without(server.address), data=data)).send("lobby", "hello")
    assert not of_kind(heard, notices.FirstUse, notices.KeyChanged)


async def test_who_we_are_is_kept_whichever_way_we_came(
    serve: Serve, enter: Enter, data: Path
) -> None:
    """The address with an invitation leads to the same account as the bare one."""
    server = await serve()
    first = await enter(f"{server.address}&code=abc", data=data)
    assert first.address == without(server.address)
    account = first.account
    await first.close()
    assert (await enter(without(server.address), data=data)).account == account


# Impostors


async def stopped(client: Client) -> ChatError:
    """Start a client that does not come in; return why."""
    with pytest.raises(ChatError) as caught:
        await client.start(timeout_s=10)
    assert client.connection.phase == "closed"
    assert "\n" not in caught.value.text
    return caught.value


async def test_an_impostor_is_told_not_one_byte(
    serve: Serve, enter: Enter, data: Path, impostor: Impostor, until: Until
) -> None:
    """Where the key is another one the client stops, names both, and does not come again."""
    server = await serve()
    address = without(server.address)
    await (await enter(address, data=data)).close()
    port = parse_address(address).port
    await serve.stop(server)
    await impostor.listen(port)
    client = await enter(address, data=data, start=False)
    heard = told(client)
    error = await stopped(client)
    assert error.code == "key_changed"
    assert grouped(server.fingerprint or "") in error.text
    assert grouped(impostor.fingerprint) in error.text
    changed = notices.KeyChanged(address, server.fingerprint or "", impostor.fingerprint)
    assert of_kind(heard, notices.KeyChanged) == [changed]
    assert client.key_changed == changed
    await until(lambda: impostor.connections == 1)
    assert impostor.heard == b""


async def test_an_impostor_in_the_midst_of_a_conversation(
    serve: Serve, enter: Enter, data: Path, impostor: Impostor, until: Until
) -> None:
    """Who comes back and meets another key stops, with what is unsent kept to itself."""
    server = await serve()
    client = await enter(without(server.address), data=data)
    port = parse_address(server.address).port
    await serve.stop(server)
    client.post("lobby", "a secret")
    await impostor.listen(port)
    client.retry_now()
    await until(lambda: client.connection.phase == "closed")
    assert "is not the one it had" in (client.connection.reason or "")
    assert impostor.heard == b""
    assert [failed.entry.text for failed in client.failed] == ["a secret"]


async def test_an_invitation_to_another_server(
    enter: Enter, data: Path, impostor: Impostor
) -> None:
    """Who does not have the key that the address names is told nothing, and never remembered."""
    await impostor.listen()
    address = str(Address("127.0.0.1", impostor.port, fp=ONE))
    client = await enter(address, data=data, start=False)
    error = await stopped(client)
    assert error.code == "wrong_key"
    assert grouped(ONE) in error.text
    assert grouped(impostor.fingerprint) in error.text
    assert impostor.heard == b""
    assert KnownServers(data).at(client.address) is None
    with pytest.raises(ChatError) as caught:
        await client.trust_anew(impostor.fingerprint)
    assert caught.value.code == "not_confirmed"


async def test_an_invitation_takes_no_pins_place(
    serve: Serve, enter: Enter, data: Path, impostor: Impostor, named: None
) -> None:
    """Whoever sends one with a key of his own does not get between those who know each other."""
    server = await serve()
    await (await enter(by_name(server), data=data)).close()
    await serve.stop(server)
    await impostor.listen(parse_address(server.address).port)
    client = await enter(by_name(server, fp=impostor.fingerprint), data=data, start=False)
    assert (await stopped(client)).code == "key_changed"
    assert impostor.heard == b""


async def test_on_this_computer_an_address_is_taken_at_its_word(
    serve: Serve, enter: Enter, data: Path, tmp_path: Path
) -> None:
    """There it comes from the server's own directory: another one may be at the same port."""
    one = await serve()
    await (await enter(one.address, data=data)).close()
    port = parse_address(one.address).port
    await serve.stop(one)
    two = await serve(data=tmp_path / "other", port=port)
    assert two.fingerprint != one.fingerprint
    assert (await enter(two.address, data=data)).fingerprint == two.fingerprint
    assert (await stopped(await enter(one.address, data=data, start=False))).code == "wrong_key"


# Confirming


async def test_a_changed_key_is_confirmed_by_typing(
    serve: Serve, enter: Enter, data: Path, tmp_path: Path
) -> None:
    """Nothing but the beginning of the new fingerprint will do; then one is let in again."""
    one = await serve()
    address = without(one.address)
    await (await enter(address, data=data)).close()
    await serve.stop(one)
    two = await serve(data=tmp_path / "other", port=parse_address(address).port)
    client = await enter(address, data=data, start=False)
    assert (await stopped(client)).code == "key_changed"
    shown = two.fingerprint or ""
    for typed in ("", "yes", shown[: CONFIRMED_CHARS - 1], grouped(one.fingerprint or "")):
        with pytest.raises(ChatError) as caught:
            await client.trust_anew(typed)
        assert caught.value.code == "not_confirmed"
    assert (await stopped(await enter(address, data=data, start=False))).code == "key_changed"
    await client.trust_anew(grouped(shown)[:14].upper())
    again = await enter(address, data=data)
    assert again.fingerprint == shown
    assert again.key_changed is None


async def test_a_script_says_which_key_to_accept(
    serve: Serve, data: Path, enter: Enter, tmp_path: Path, named: None
) -> None:
    """`accept_key` takes the place of a pin, for that key and no other."""
    one = await serve()
    await (await enter(by_name(one), data=data)).close()
    await serve.stop(one)
    two = await serve(data=tmp_path / "other", port=parse_address(one.address).port)
    wrong = Client(by_name(two), name="ada", data=data, accept_key=one.fingerprint)
    assert (await stopped(wrong)).code == "wrong_key"
    assert (await stopped(Client(by_name(two), name="ada", data=data))).code == "key_changed"
    right = Client(by_name(two), name="ada", data=data, accept_key=grouped(two.fingerprint or ""))
    await right.start(timeout_s=10)
    await right.close()
    assert (await enter(by_name(two), data=data)).fingerprint == two.fingerprint
    with pytest.raises(ChatError) as caught:
        Client(by_name(two), accept_key="half of one")
    assert caught.value.code == "bad_address"


# A public CA


async def test_what_a_ca_vouches_for_is_accepted_as_in_a_browser(
    serve: Serve, enter: Enter, data: Path, authority: Authority, named: None
) -> None:
    """Nothing is blind about it; it is noted, and a renewed key passes, with a word."""
    server = await serve(tls_cert=authority.certificate())
    place = by_name(server)
    client = await enter(place, data=data, start=False)
    heard = told(client)
    await client.start(timeout_s=10)
    assert not of_kind(heard, notices.FirstUse)
    assert pinned(data, place) == Pin(place=place, fp=server.fingerprint or "", ca=True)
    await client.close()
    await serve.stop(server)
    port = parse_address(place).port
    renewed = await serve(tls_cert=authority.certificate(), port=port)
    client = await enter(place, data=data, start=False)
    heard = told(client)
    await client.start(timeout_s=10)
    texts = [one.text for one in of_kind(heard, notices.Told)]  # type: ignore[union-attr]
    assert f"{NAME} has a new key, for which a public CA vouches." in texts
    pin = pinned(data, place)
    assert pin == Pin(place=place, fp=renewed.fingerprint or "", ca=True)


async def test_a_pin_gives_way_to_a_ca(
    serve: Serve, enter: Enter, data: Path, authority: Authority, named: None
) -> None:
    """A server that got a certificate for its name is accepted; one for another name is not."""
    server = await serve()
    place = by_name(server)
    await (await enter(place, data=data)).close()
    await serve.stop(server)
    port = parse_address(place).port
    other = await serve(tls_cert=authority.certificate("other.example.org"), port=port)
    assert (await stopped(await enter(place, data=data, start=False))).code == "key_changed"
    await serve.stop(other)
    right = await serve(tls_cert=authority.certificate(), port=port)
    assert (await enter(place, data=data)).fingerprint == right.fingerprint


async def test_a_ca_does_not_outweigh_an_invitation(
    serve: Serve, enter: Enter, data: Path, authority: Authority, named: None
) -> None:
    """Who names a key gets that one or none."""
    server = await serve(tls_cert=authority.certificate())
    client = await enter(by_name(server, fp=ONE), data=data, start=False)
    assert (await stopped(client)).code == "wrong_key"
    invited = await enter(by_name(server, fp=server.fingerprint), data=data)
    assert invited.fingerprint == server.fingerprint


async def test_without_the_ca_there_it_is_a_first_visit(
    serve: Serve, enter: Enter, data: Path, tmp_path: Path, named: None
) -> None:
    """A certificate of an authority that nobody believes is as good as none."""
    server = await serve(tls_cert=Authority(tmp_path).certificate())
    client = await enter(by_name(server), data=data, start=False)
    heard = told(client)
    await client.start(timeout_s=10)
    assert len(of_kind(heard, notices.FirstUse)) == 1


# What announces


async def test_a_server_comes_over_to_the_key_it_announced(
    serve: Serve, enter: Enter, data: Path, tmp_path: Path, until: Until
) -> None:
    """Who was told beforehand follows without a question, also by an old invitation."""
    old = await serve()
    client = await enter(old.address, data=data)
    place, folder = without(old.address), tmp_path / "data" / "tls"
    certificate.make(folder / certificate.NEXT_FILE)
    following = certificate.fingerprint_in(folder / certificate.NEXT_FILE)
    old.reload()
    known = Pin(place=place, fp=old.fingerprint or "", next=following)
    await until(lambda: pinned(data, place) == known)
    await client.close()
    certificate.use_next(folder)
    await serve.stop(old)
    port = parse_address(old.address).port
    await serve(port=port)
    for address in (without(old.address), old.address):
        again = await enter(address, data=data, start=False)
        heard = told(again)
        await again.start(timeout_s=10)
        assert again.fingerprint == following
        assert not of_kind(heard, notices.KeyChanged, notices.FirstUse)
    pin = KnownServers(data).at(without(old.address))
    assert pin is not None
    assert (pin.fp, pin.next, pin.former) == (following, None, (old.fingerprint,))


async def test_who_comes_later_is_told_of_the_next_key(
    serve: Serve, enter: Enter, data: Path, tmp_path: Path, until: Until
) -> None:
    """The welcome says it, and says as well where that is off."""
    certificate.make(tmp_path / "data" / "tls" / certificate.NEXT_FILE)
    following = certificate.fingerprint_in(tmp_path / "data" / "tls" / certificate.NEXT_FILE)
    server = await serve()
    place = without(server.address)
    client = await enter(server.address, data=data)
    assert pinned(data, place) == Pin(place=place, fp=server.fingerprint or "", next=following)
    (tmp_path / "data" / "tls" / certificate.NEXT_FILE).unlink()
    server.reload()
    await until(lambda: pinned(data, place) == Pin(place=place, fp=server.fingerprint or ""))
    await client.close()


async def test_what_is_said_in_plain_pins_nothing(serve: Serve, enter: Enter, data: Path) -> None:
    """Only a server that was recognised can say which key will follow."""
    server = await serve(tls=False)
    server._hub.visits.next_key = ONE
    await enter(server, data=data)
    assert not (data / "known_servers").exists()


# What is amiss


async def test_what_speaks_no_tls(raw: Raw, data: Path, enter: Enter) -> None:
    """It is said so in a sentence."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"SSH-2.0-OpenSSH_9\r\n")
        await writer.drain()

    error = await stopped(await enter(without_tls_no(await raw(plain)), data=data, start=False))
    assert error.code == "no_tls"
    assert "does not speak TLS 1.3" in error.text


def without_tls_no(address: str) -> str:
    """Return a plain address as an encrypted one."""
    return address.removesuffix("?tls=no")


async def test_a_plain_client_of_a_server_with_tls(serve: Serve, data: Path, enter: Enter) -> None:
    """It is told, in plain, and does not come again."""
    server = await serve()
    client = await enter(f"{without(server.address)}?tls=no", data=data, start=False)
    assert (await stopped(client)).code == "tls_required"


async def test_a_certificate_that_cannot_be_read(
    serve: Serve, data: Path, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What two readers might read in two ways is not trusted."""

    def unclear(_: bytes) -> str:
        raise ValueError("a length that is not said the shortest way")

    server = await serve()
    monkeypatch.setattr(trust, "of_certificate", unclear)
    error = await stopped(await enter(without(server.address), data=data, start=False))
    assert (error.code, "cannot be read" in error.text) == ("no_tls", True)


async def test_damaged_pins_stop_everything(serve: Serve, data: Path, enter: Enter) -> None:
    """Where it cannot be told who is known, nobody is connected to."""
    server = await serve()
    data.mkdir()
    (data / "known_servers").write_text("{\n")
    error = await stopped(await enter(server.address, data=data, start=False))
    assert error.code == "keys_unreadable"


async def test_a_key_that_cannot_be_remembered_is_told(
    serve: Serve, data: Path, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is let in all the same: the next visit will be a first one again."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(KnownServers, "keep", full)
    server = await serve()
    client = await enter(server.address, data=data, start=False)
    heard = told(client)
    await client.start(timeout_s=10)
    texts = [one.text for one in of_kind(heard, notices.Told)]  # type: ignore[union-attr]
    assert any("No space left on device" in text for text in texts)
