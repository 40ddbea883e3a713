"""Passwords, hashed off the loop, two at a time."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher, extract_parameters

from asynchat.errors import ChatError
from asynchat.hub import passwords
from asynchat.hub.passwords import AT_ONCE, WAITING, Passwords, check_password

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hashing() -> Iterator[Passwords]:
    """Give what hashes, and end its threads after the test."""
    made = Passwords()
    yield made
    made.close()


async def test_a_password_fits_itself_and_nothing_else(hashing: Passwords) -> None:
    """What is stored has its own salt, and fits however the password was composed."""
    stored = await hashing.made("caf\u00e9 noir")
    assert stored != await hashing.made("caf\u00e9 noir")
    assert await hashing.fits(stored, "cafe\u0301 noir")
    for other in ("cafe noir", "Caf\u00e9 noir", "", "x" * 1_000, "short"):
        assert not await hashing.fits(stored, other)
    assert not await hashing.fits("no hash at all", "caf\u00e9 noir")


async def test_where_there_is_no_password_one_is_compared_all_the_same(
    hashing: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same work is done, with the same parameters: nobody hears from the time who is there."""
    compared: list[str] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:
        compared.append(str(hash))
        return bool(verify(self, hash, password))

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    stored = await hashing.made("correct horse")
    assert not await hashing.fits(None, "correct horse")
    assert not await hashing.fits(None, "")
    assert not await hashing.fits(stored, "battery staple")
    assert len(compared) == 3
    assert len({str(extract_parameters(one)) for one in compared}) == 1
    parameters = extract_parameters(stored)
    assert (parameters.memory_cost, parameters.time_cost) == (19 * 1024, 2)


async def test_so_many_wait_and_no_more(
    hashing: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are hashed at once; beyond those that wait one is told to come again."""
    go_on = threading.Event()
    running = threading.Semaphore(0)
    most = [0]
    now = [0]
    lock = threading.Lock()

    def slow(*_: object) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        running.release()
        go_on.wait(10)
        with lock:
            now[0] -= 1
        return True

    monkeypatch.setattr(hashing, "_compare", slow)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(hashing.fits("x", "correct horse")) for _ in range(WAITING)]
        for _ in range(AT_ONCE):
            await asyncio.to_thread(running.acquire)
        with pytest.raises(ChatError) as caught:
            await hashing.fits("x", "correct horse")
        assert (caught.value.code, caught.value.retry_after) == ("too_fast", 2)
        # Who leaves does not make room before the work is done.
        tasks[0].cancel()
        await asyncio.sleep(0)
        with pytest.raises(ChatError):
            await hashing.fits("x", "correct horse")
        go_on.set()
    assert most == [AT_ONCE]
    assert await hashing.fits("x", "correct horse")


@pytest.mark.parametrize(
    "password", ["", "1234567", "x" * 257, "\x00" * 8, "tab\tbed in", "\ud800" * 8]
)
def test_what_is_no_password(password: str) -> None:
    """Too short, too long, with control characters or half ones."""
    with pytest.raises(ChatError) as caught:
        check_password(password)
    assert caught.value.code == "bad_password"


@pytest.mark.parametrize(
    "password", ["12345678", "x" * 256, "päßwörter", "six words of my own", "パスワードです！"]
)
def test_what_is_a_password(password: str) -> None:
    """Eight characters or more, of whatever script, with spaces."""
    assert check_password(password)
    assert passwords.MIN_CHARS == 8
