"""Where a client stands: who and where it is, and what it knows without asking."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from asynchat.address import is_loopback, parse_address
from asynchat.errors import ChatError
from asynchat.link import notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asynchat.address import Address
    from asynchat.link.conversation import Conversation
    from asynchat.link.entrance import Entrance
    from asynchat.link.known_servers import Pin
    from asynchat.link.notices import Entry, Failed
    from asynchat.link.outbox import Outbox
    from asynchat.link.reconnect import Reconnect
    from asynchat.link.trust import Trust
    from asynchat.messages import Presence, Room, Unread

logger = logging.getLogger(__name__)


class Standing:
    """Tells what is known now; whoever has this fills what it reads from."""

    _where: Address
    _address: str
    _trust: Trust
    _outbox: Outbox
    _conversation: Conversation
    _entrance: Entrance
    _link: Reconnect | None

    @property
    def address(self) -> str:
        """The address of the server, without what an invitation said besides."""
        return self._address

    @property
    def address_for_others(self) -> str:
        """The address with the fingerprint of the server's key, as far as that is known.

        Where ours leads to this computer, it is the one that the server says others reach it by.
        """
        return str(self._for_others())

    def _for_others(self) -> Address:
        fp = self._trust.fingerprint or self._where.fp
        where = self._where
        if is_loopback(where.host) and self._conversation.public_address:
            try:
                where = parse_address(self._conversation.public_address).place
            except ChatError as error:
                logger.warning("the server says a wrong address of itself: %s", error)
        return replace(where, fp=fp if where.tls else None)

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the server's key, once there was a connection; None where plain."""
        return self._trust.fingerprint

    async def known_key(self) -> Pin | None:
        """Return what this computer knows of the server's key.

        Raise `ChatError` ``keys_unreadable``.
        """
        return await self._trust.pinned()

    @property
    def key_changed(self) -> notices.KeyChanged | None:
        """Both fingerprints, where it ended with ``key_changed``."""
        return self._trust.changed

    @property
    def name(self) -> str | None:
        """Our name now; before the first welcome, the one that was asked for."""
        return self._conversation.name or self._entrance.name

    @property
    def greeting(self) -> str:
        """What the server says to all who come; empty before the welcome, or where it is silent."""
        return self._conversation.greeting or ""

    @property
    def known_as(self) -> str | None:
        """The name under which this computer keeps who we are there: what to ask for next time."""
        return self._entrance.name

    @property
    def state(self) -> str:
        """How we are by the last `set_state`: ``online`` at first."""
        return self._conversation.state

    @property
    def role(self) -> str | None:
        """Our role on the server, once we are welcome; in a room, see `Room.moderator`."""
        return self._conversation.role

    @property
    def blocked(self) -> frozenset[str]:
        """The accounts that we have blocked, on any device; hide what they say."""
        return self._conversation.blocked

    @property
    def account(self) -> str | None:
        """Our account, once we are welcome."""
        return self._conversation.account

    @property
    def connection(self) -> notices.Connection:
        """The phase of the connection now."""
        return notices.Connection("connecting") if self._link is None else self._link.phase

    @property
    def caught_up(self) -> bool:
        """Whether the stream has brought what was missed since the last connection."""
        return self._conversation.caught_up

    @property
    def latency_ms(self) -> float | None:
        """How long the server took to answer the last ping."""
        return None if self._link is None else self._link.latency_ms

    @property
    def rooms(self) -> Mapping[str, Room]:
        """The rooms we are a member of, by name, kept up to date."""
        return self._conversation.roster.rooms

    @property
    def unread(self) -> Mapping[str, Unread]:
        """How far we have read each room, on any device, and what others said after that.

        At most `MAX_COUNTED` are counted, which stands for more; see `notices.UnreadChanged`.
        """
        return self._conversation.marks.counts

    @property
    def outbox(self) -> tuple[Entry, ...]:
        """The texts that are still on their way, in order."""
        return self._conversation.requests.entries()

    @property
    def failed(self) -> tuple[Failed, ...]:
        """The texts that were posted and failed, and why, until `retry` or `discard`."""
        return tuple(self._outbox.failed.values())

    @property
    def keeps_outbox(self) -> bool:
        """Whether what is posted is kept on disk, as far as the disk takes it."""
        return self._outbox.keeps

    @property
    def warning(self) -> str | None:
        """The sentence of the newest `notices.Warned`, while it holds."""
        return self._outbox.warning

    def members(self, room: str) -> tuple[Presence, ...]:
        """Return the people of one of our rooms, and how they are."""
        return self._conversation.roster.members(room)

    def person(self, account: str) -> Presence | None:
        """Return somebody of any of our rooms, as far as they are known."""
        return self._conversation.roster.person(account)

    def online(self, room: str) -> int:
        """Return how many people of one of our rooms are connected."""
        return self._conversation.roster.online(room)
