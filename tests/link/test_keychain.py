"""Tokens in the system's keychain, here one in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from asynchat.errors import ChatError
from asynchat.link.client import connect
from asynchat.link.keychain import SERVICE, Keychain
from asynchat.link.wire import LinkSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Serve

QUICK = LinkSettings(first_retry_s=0.02, longest_retry_s=0.1, close_timeout_s=2)


class Chain(KeyringBackend):
    """A keychain in memory, which may be broken, or hang."""

    priority: ClassVar[float] = 0  # else it were chosen by itself

    def __init__(self) -> None:
        self.priority = 5  # type: ignore[misc]
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False
        self.open = threading.Event()
        self.open.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._wait()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._wait()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]

    def _wait(self) -> None:
        self.open.wait(10)
        if self.broken:
            raise RuntimeError("the bus is gone")


@pytest.fixture
def chain() -> Iterator[Chain]:
    """Give the keychain of whoever runs the test, and put the real one back."""
    before = keyring.get_keyring()
    chain = Chain()
    keyring.set_keyring(chain)
    yield chain
    keyring.set_keyring(before)


def kept_in(data: Path) -> bytes:
    """Return what a client has kept in files of who it is."""
    return b"".join(path.read_bytes() for path in (data / "identities").iterdir())


async def test_a_token_goes_into_the_keychain(
    chain: Chain, serve: Serve, tmp_path: Path, until: Until
) -> None:
    """It leaves its file, and the next start finds it; a new name changes nothing."""
    server = await serve()
    async with connect(server.address, name="ada", data=tmp_path, settings=QUICK) as ada:
        account = ada.account
        await until(lambda: b'"token":""' in kept_in(tmp_path))
        (token,) = chain.kept.values()
        assert token.encode() not in kept_in(tmp_path)
        await ada.set_profile(name="eve")
    for name in ("eve", "ada"):
        async with connect(server.address, name=name, data=tmp_path, settings=QUICK) as again:
            assert (again.account, again.name) == (account, "eve")
    assert [*chain.kept.values()] == [token]


async def test_who_was_signed_out_leaves_nothing_in_it(
    chain: Chain, serve: Serve, tmp_path: Path, until: Until
) -> None:
    """A token that is good for nothing is not kept."""
    server = await serve()
    ada = connect(server.address, name="ada", data=tmp_path, settings=QUICK)
    await ada.start()
    await until(lambda: b'"token":""' in kept_in(tmp_path))
    await ada.revoke((await ada.devices())[0].id)
    await until(lambda: ada.connection.phase == "closed")
    await ada.close()
    with pytest.raises(ChatError):
        await connect(server.address, name="ada", data=tmp_path, settings=QUICK).start()
    assert chain.kept == {}


async def test_without_its_keychain_nobody_becomes_another(
    chain: Chain, serve: Serve, tmp_path: Path, until: Until
) -> None:
    """Where it cannot be asked, or does not help, that is told, and no new account is made."""
    server = await serve()
    async with connect(server.address, name="ada", data=tmp_path, settings=QUICK):
        await until(lambda: b'"token":""' in kept_in(tmp_path))
    chain.broken = True
    with pytest.raises(ChatError, match="the bus is gone"):
        await connect(server.address, name="ada", data=tmp_path, settings=QUICK).start()
    chain.broken = False
    chain.priority = 0  # type: ignore[misc]
    with pytest.raises(ChatError, match="there is none at the moment"):
        await connect(server.address, name="ada", data=tmp_path, settings=QUICK).start()


async def test_what_the_keychain_does_not_take_stays_in_its_file(chain: Chain) -> None:
    """A broken one, one that hangs, and one that is none: each is as good as no keychain."""
    keychain = Keychain(timeout_s=0.05)
    chain.broken = True
    assert not await keychain.put("key", "secret")
    await keychain.forget("key")
    chain.broken = False
    chain.open.clear()
    assert not await keychain.put("key", "secret")
    with pytest.raises(ChatError, match="did not answer"):
        await keychain.get("key")
    chain.open.set()
    chain.priority = 0.5  # type: ignore[misc]
    assert not await Keychain().put("key", "secret")


async def test_a_keychain_gives_back_what_it_took(chain: Chain) -> None:
    """Under our name, and nothing where nothing is."""
    keychain = Keychain()
    assert await keychain.put("key", "secret")
    assert chain.kept == {(SERVICE, "key"): "secret"}
    assert await keychain.get("key") == "secret"
    await keychain.forget("key")
    assert await keychain.get("key") is None


async def test_where_keyring_is_not_installed_there_is_no_keychain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is an extra: without it tokens are in files."""
    monkeypatch.setattr("asynchat.link.keychain.find_spec", lambda _: None)
    assert not await Keychain().put("key", "secret")
