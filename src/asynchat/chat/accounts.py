"""Accounts and their names: who there is, who holds which name, and who may take it.

An account is a random short string and is never reused.  Its name may go to another: the
account is then shown without one, with ``was``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.messages import Person
from asynchat.text import check_name, free_variant, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Account:
    """A durable identity.

    ``held`` is False once the last connection of a guest said ``bye``: then its name is
    anybody's.  ``token_hash`` is the SHA-256 of its token.  ``created_ms`` is when it first
    came, in ms since the epoch, ``seen_ms`` when its last connection went.  ``picture`` is the
    hash of its picture.  What it does not say of itself is empty.
    """

    id: str
    name: str | None
    token_hash: bytes
    created_ms: int
    was: str | None = None
    role: str = "guest"
    held: bool = True
    display: str = ""
    status: str = ""
    zone: str = ""
    picture: str = ""
    seen_ms: int | None = None

    @property
    def person(self) -> Person:
        """The account as events and pages name it."""
        return Person(account=self.id, name=self.name, was=None if self.name else self.was)


class Directory:
    """Every account, by id, by token and by name."""

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._by_id: dict[str, Account] = {}
        self._by_token: dict[bytes, str] = {}
        self._by_name: dict[str, str] = {}
        for account in accounts:
            self.put(account)

    def __getitem__(self, account_id: str) -> Account:
        return self._by_id[account_id]

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, account: Account) -> None:
        """Add an account, or put it in the place of the one with its id."""
        before = self._by_id.get(account.id)
        if before is not None:
            self._by_token.pop(before.token_hash, None)
        if before is not None and before.name is not None:
            key = name_key(before.name)
            if self._by_name.get(key) == account.id:
                del self._by_name[key]
        self._by_id[account.id] = account
        self._by_token[account.token_hash] = account.id
        if account.name is not None:
            self._by_name[name_key(account.name)] = account.id

    def get(self, account_id: str) -> Account | None:
        """Return the account with this id."""
        return self._by_id.get(account_id)

    def with_token(self, token_hash: bytes) -> Account | None:
        """Return the account that this token belongs to."""
        owner = self._by_token.get(token_hash)
        return None if owner is None else self._by_id[owner]

    def named(self, name: str) -> Account | None:
        """Return the account of this name, compared without case.  Raise ``bad_name``."""
        owner = self._by_name.get(name_key(name))
        return None if owner is None else self._by_id[owner]

    def claim(
        self, account: Account, name: str, *, keeps_name: Callable[[str], bool]
    ) -> list[Account]:
        """Return the accounts that change so that ``account`` has ``name``, in order.

        ``keeps_name`` tells of an account whether nobody may take its name: it is connected,
        or was lost a short time ago.  Raise ``bad_name``, or ``name_taken`` with a suggestion.
        """
        name = check_name(name)
        holder = self.named(name)
        if holder is None or holder.id == account.id:
            return [replace(account, name=name, was=None, held=True)]
        if self._is_taken(name_key(name), account, keeps_name):
            raise ChatError(
                "name_taken",
                f"Somebody else is called {name}.",
                suggestion=free_variant(name, lambda key: self._is_taken(key, account, keeps_name)),
            )
        return [
            replace(holder, name=None, was=holder.name),
            replace(account, name=name, was=None, held=True),
        ]

    def _is_taken(self, key: str, account: Account, keeps_name: Callable[[str], bool]) -> bool:
        """Tell whether the name with this key belongs to somebody else who keeps it."""
        owner = self._by_name.get(key)
        if owner is None or owner == account.id:
            return False
        return self._by_id[owner].held and keeps_name(owner)
