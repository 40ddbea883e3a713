"""What follows once an account is stored otherwise than it was: who is told, who is signed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.entry import SIGNED_OUT
from asynchat.chat.roles import OWNER
from asynchat.errors import ChatError
from asynchat.hub.presence import PROFILE, RENAMED, ROLE
from asynchat.messages import NewRole, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Account, Directory
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.presence import PresenceBoard
    from asynchat.hub.registry import Registry


class AccountChanges:
    """Keeps a hub's directory as the store is, and does what a change asks for.

    ``hold`` is called with an account whose name is to be kept because it is here,
    ``on_deleted`` once an account was deleted.
    """

    def __init__(
        self,
        directory: Directory,
        registry: Registry,
        fanout: Fanout,
        presence: PresenceBoard,
        *,
        hold: Callable[[str], None],
        on_deleted: Callable[[], None],
    ) -> None:
        self._directory = directory
        self._registry = registry
        self._fanout = fanout
        self._presence = presence
        self._hold = hold
        self._on_deleted = on_deleted
        self.on_owner: Callable[[], None] = lambda: None
        """Called once somebody has become an owner."""

    def stored(self, accounts: list[Account]) -> None:
        """Act on accounts as they are stored now."""
        for account in accounts:
            before = self._directory.get(account.id)
            self._directory.put(account)
            if account.role == OWNER:
                self.on_owner()
            if account.deleted:
                self._on_deleted()
            if not account.held and account.id in self._registry:
                # It came while the bye of its other connection was being stored.
                self._hold(account.id)
            if before is not None:
                self._changed(before, account)

    def _changed(self, before: Account, account: Account) -> None:
        """Tell of an account that is not as it was."""
        if before.devices != account.devices:
            self._sign_out(account)
        if before.role != account.role:
            self._fanout.tell_account(account.id, encode(NewRole(role=account.role)))
            self._presence.told_anew(account.id, ROLE)
        if before.name != account.name:
            if account.id in self._registry and account.name is not None:
                self._registry.rename(account.id, account.name)
            self._presence.told_anew(account.id, RENAMED)
        elif _shown_of(before) != _shown_of(account):
            self._presence.told_anew(account.id, PROFILE)

    def _sign_out(self, account: Account) -> None:
        """End the connections of the devices that an account has no more."""
        for session in self._registry.sessions(account.id):
            if account.device(session.device) is None:
                why = "This account was deleted." if account.deleted else SIGNED_OUT
                session.sign_out(ChatError("bad_credentials", why))


def _shown_of(account: Account) -> tuple[str, ...]:
    """Return what an account says of itself besides its name."""
    return account.display, account.status, account.zone, account.picture
