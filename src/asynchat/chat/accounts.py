"""Accounts and their names: who there is, who holds which name, and who may take it.

An account is a random short string and is never reused.  Its name may go to another: the
account is then shown without one, with ``was``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import GUEST, OPERATOR
from asynchat.errors import ChatError
from asynchat.messages import Person
from asynchat.text import check_name, free_variant, name_key, name_skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


MAX_DEVICES: Final = 20
"""On how many devices one account may be signed in."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where an account is signed in: who has the token comes in as the account.

    ``token_hash`` is the SHA-256 of the token, ``created_ms`` when it first came in, and
    ``seen_ms`` when its last connection went, both in ms since the epoch.
    """

    id: str
    token_hash: bytes = field(repr=False)
    label: str
    created_ms: int
    seen_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A durable identity.

    ``held`` is False once the last connection of a guest said ``bye``: then its name is
    anybody's.  ``created_ms`` is when it first came, in ms since the epoch, ``seen_ms`` when its
    last connection went.  ``picture`` is the hash of its picture.  What it does not say of
    itself is empty.  ``password`` is what argon2id made of it.  A ``deleted`` one has nothing but
    its id, and nobody is it any more.
    """

    id: str
    name: str | None
    created_ms: int
    devices: tuple[Device, ...] = ()
    was: str | None = None
    role: str = GUEST
    held: bool = True
    display: str = ""
    status: str = ""
    zone: str = ""
    picture: str = ""
    seen_ms: int | None = None
    password: str | None = field(default=None, repr=False)
    deleted: bool = False

    @property
    def lasting(self) -> bool:
        """Whether it was registered or invited: its name is its own for ever."""
        return self.role != GUEST

    def device(self, device_id: str) -> Device | None:
        """Return one of its devices."""
        return next((one for one in self.devices if one.id == device_id), None)

    def device_with(self, token_hash: bytes) -> Device | None:
        """Return the device that has this token."""
        return next((one for one in self.devices if one.token_hash == token_hash), None)

    def with_device(self, device: Device) -> Account:
        """Return the account with a device in the place of the one with its id, or as a new one.

        Of too many, the one goes that was not seen for the longest time.
        """
        others = [one for one in self.devices if one.id != device.id]
        if len(others) >= MAX_DEVICES:
            others.remove(min(others, key=lambda one: max(one.created_ms, one.seen_ms or 0)))
        devices = sorted((*others, device), key=lambda one: (one.created_ms, one.id))
        return replace(self, devices=tuple(devices))

    @property
    def called(self) -> str:
        """The name it has, or had, for events and logs."""
        return self.name or self.was or ""

    @property
    def person(self) -> Person:
        """The account as events and pages name it."""
        return Person(account=self.id, name=self.name, was=None if self.name else self.was)


OPERATOR_ACCOUNT: Final = Account("operator", None, 0, was="the server", role=OPERATOR)
"""Who has a shell on the server's computer: no member of anything, and never among the people.

No name has a space in it, so nobody can be called like it; accounts have longer ids.
"""


class Directory:
    """Every account, by id, by token and by name, and the tokens that are good for nothing.

    `OPERATOR_ACCOUNT` is there by its id alone.
    """

    def __init__(self, accounts: Iterable[Account] = (), revoked: Iterable[bytes] = ()) -> None:
        self._by_id = {OPERATOR_ACCOUNT.id: OPERATOR_ACCOUNT}
        self._by_token: dict[bytes, str] = {}
        self._by_name: dict[str, str] = {}
        self._by_skeleton: dict[str, str] = {}
        self._revoked = set(revoked)
        for account in accounts:
            self.put(account)

    def __getitem__(self, account_id: str) -> Account:
        return self._by_id[account_id]

    def __len__(self) -> int:
        return len(self._by_id) - 1

    def __iter__(self) -> Iterator[Account]:
        return (one for one in self._by_id.values() if one is not OPERATOR_ACCOUNT)

    def put(self, account: Account) -> None:
        """Add an account, or put it in the place of the one with its id.

        A token that it had and has no more is revoked.
        """
        before = self._by_id.get(account.id)
        if before is not None and before.devices is not account.devices:
            for token_hash in without(before, account):
                self._revoked.add(token_hash)
                del self._by_token[token_hash]
        self._by_id[account.id] = account
        for device in account.devices:
            self._by_token[device.token_hash] = account.id
        # Keys take long to find, and who comes and goes keeps his name.
        if before is not None and before.name == account.name:
            return
        if before is not None and before.name is not None:
            _forget(self._by_name, name_key(before.name), account.id)
            _forget(self._by_skeleton, name_skeleton(before.name), account.id)
        if account.name is not None:
            self._by_name[name_key(account.name)] = account.id
            self._by_skeleton[name_skeleton(account.name)] = account.id

    def is_revoked(self, token_hash: bytes) -> bool:
        """Tell whether a token was revoked."""
        return token_hash in self._revoked

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
        holder = self._like(name)
        if holder is None or holder.id == account.id:
            return [replace(account, name=name, was=None, held=True)]
        if self._is_taken(name, account, keeps_name):
            same = holder.name is not None and name_key(holder.name) == name_key(name)
            raise ChatError(
                "name_taken",
                f"Somebody else is called {name}."
                if same
                else f"{name} looks like {holder.name}, and that is somebody else.",
                suggestion=free_variant(name, lambda one: self._is_taken(one, account, keeps_name)),
            )
        return [
            replace(holder, name=None, was=holder.name),
            replace(account, name=name, was=None, held=True),
        ]

    def _like(self, name: str) -> Account | None:
        """Return the account whose name looks like this one."""
        owner = self._by_skeleton.get(name_skeleton(name))
        return None if owner is None else self._by_id[owner]

    def _is_taken(self, name: str, account: Account, keeps_name: Callable[[str], bool]) -> bool:
        """Tell whether a name belongs, or looks like one that does, to somebody who keeps it."""
        owner = self._like(name)
        if owner is None or owner.id == account.id:
            return False
        return owner.lasting or (owner.held and keeps_name(owner.id))


def without(before: Account, after: Account) -> set[bytes]:
    """Return the hashes of the tokens that an account had before and has no more."""
    kept = {device.token_hash for device in after.devices}
    return {device.token_hash for device in before.devices} - kept


def _forget(index: dict[str, str], key: str, account: str) -> None:
    if index.get(key) == account:
        del index[key]
