"""Accounts for the tests of the rules."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from asynchat.chat.accounts import Account, Device, Directory
from asynchat.chat.asking import Known
from asynchat.chat.restraints import Restraints

if TYPE_CHECKING:
    from asynchat.chat.state import State

NOW_MS = 1_763_650_000_000


def token_hash(token: str) -> bytes:
    """Return what is stored of a token."""
    return sha256(token.encode()).digest()


def account(
    id: str, name: str | None = None, *, was: str | None = None, held: bool = True, **more: Any
) -> Account:
    """Return a guest whose token is its id."""
    return Account(
        id=id, name=name, created_ms=NOW_MS, devices=(device(id),), was=was, held=held, **more
    )


def device(token: str, *, id: str = "first") -> Device:
    """Return a device that has this token."""
    return Device(id, token_hash(token), "", NOW_MS)


def directory_of(*names: str) -> Directory:
    """Return the directory of people whose accounts are ``u-`` and their names."""
    return Directory(account(f"u-{name}", name) for name in names)


def everybody(_account: str) -> bool:
    """Tell that everyone keeps their name."""
    return True


def known(state: State, directory: Directory, restraints: Restraints | None = None) -> Known:
    """Return what requests are judged by, where everyone keeps their name."""
    return Known(
        state,
        directory,
        everybody,
        restraints=restraints or Restraints(),
        check_setting=any_setting,
    )


def any_setting(_name: str, _value: str | None) -> None:
    """Take every setting."""


def nobody(_account: str) -> bool:
    """Tell that no one keeps their name."""
    return False
