"""What follows from keeping order, once it is stored: who is banned leaves, who blocks hears less.

`Order` knows what holds as of the last commit; the rules judge by what `Batches` knows.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from asynchat.chat.drafts import AuditDraft, BlockDraft, RestraintDraft
from asynchat.chat.restraints import BAN, SERVER, Restraints
from asynchat.errors import ChatError
from asynchat.messages import Blocked, encode
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.chat.accounts import Directory
    from asynchat.chat.asking import Ending
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.restraints import Restraint
    from asynchat.doors.session import Session
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.registry import Registry
    from asynchat.messages import Deed
    from asynchat.store.interface import Snapshot

logger = logging.getLogger(__name__)

DISCONNECTED = "disconnected"
"""The reason of the goodbye to whom an administrator disconnects."""

COME_BACK_AFTER_S = 30.0
"""When they may come again."""


class Order:
    """Mutes, bans and blocks of one hub, and what they do to connections."""

    def __init__(
        self,
        snapshot: Snapshot,
        registry: Registry,
        fanout: Fanout,
        directory: Directory,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        self.restraints = Restraints(snapshot.restraints, snapshot.blocks)
        self._registry = registry
        self._fanout = fanout
        self._directory = directory
        self._now_ms = now_ms

    def check_address(self, address: str) -> None:
        """Raise ``banned`` for an address from which nobody may come."""
        self.restraints.check_address(address, self._now_ms())

    def is_muted(self, account: str, room: str) -> bool:
        """Tell whether an account is to say nothing in a room."""
        try:
            self.restraints.check_muted(account, room, self._now_ms())
        except ChatError:
            return True
        return False

    def stored(self, draft: OneDraft) -> None:
        """Act on what was stored."""
        match draft:
            case RestraintDraft(restraint=restraint, on=on):
                self.restraints.take(restraint, on=on)
                if on and restraint.kind == BAN and restraint.room == SERVER:
                    self._end_banned(restraint)
            case BlockDraft(account=account, blocked=blocked, on=on):
                self.restraints.block(account, blocked, on=on)
                name = self._directory[blocked].name
                self._fanout.tell_account(
                    account, encode(Blocked(account=blocked, name=name, on=on))
                )
            case AuditDraft(deed=deed):
                logger.info("%s", _told(deed))
            case _:
                pass

    def end(self, ending: Ending) -> None:
        """End the connections that somebody was disconnected from."""
        for session in self._registry.sessions(ending.account):
            if ending.session in {None, session.number}:
                session.end(DISCONNECTED, retry_after=COME_BACK_AFTER_S)

    def _end_banned(self, restraint: Restraint) -> None:
        now_ms = self._now_ms()
        for session in list(self._sessions_of(restraint)):
            try:
                self.restraints.check_server(session.account, now_ms)
                self.restraints.check_address(session.wire.address, now_ms)
            except ChatError as error:
                session.sign_out(error)

    def _sessions_of(self, restraint: Restraint) -> Iterator[Session]:
        accounts = list(self._registry) if restraint.of_network else [restraint.subject]
        for account in accounts:
            yield from self._registry.sessions(account)


def _told(deed: Deed) -> str:
    """Return a deed as one line of the server's log, whatever people typed into it."""
    fields = {
        "account": deed.account,
        "name": deed.name,
        "address": deed.address,
        "room": deed.room,
        "text": deed.text,
    }
    told = ", ".join(f"{name} {one_line(value)!r}" for name, value in fields.items() if value)
    return f"audit: {one_line(deed.by_name)} ({deed.by}) {deed.action}: {told}"
