"""Who is here: told to the rooms at most once a second each, and never in the log.

A change is told at once where a room was quiet, and gathered with others where it was not.
Who was lost is shown as offline only after a while: most come back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from asynchat.chat.profile import OFFLINE, ONLINE, state_among
from asynchat.messages import MAX_SERVER_FRAME_BYTES, Presence, PresenceChanged, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Directory
    from asynchat.config import Settings
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.registry import Registry

RENAMED: Final = "renamed"
PROFILE: Final = "profile"
STATE: Final = "state"
ROLE: Final = "role"


class PresenceBoard:
    """Presence of every account, and what the rooms have not been told of it yet."""

    def __init__(
        self,
        registry: Registry,
        fanout: Fanout,
        directory: Directory,
        *,
        interval_s: float,
        lost_shown_after_s: float,
        named_up_to: int,
        now_ms: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._fanout = fanout
        self._directory = directory
        self._interval_s = interval_s
        self._lost_shown_after_s = lost_shown_after_s
        self._named_up_to = named_up_to
        self._now_ms = now_ms
        self._since: dict[str, int] = {}
        self._states: dict[str, str] = {}
        self._back: set[str] = set()
        """Who was here before, so that no `joined` told that they came."""
        self._lost: dict[str, asyncio.TimerHandle] = {}
        self._untold: dict[str, dict[str, Presence]] = {}
        self._told_at: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._closed = False

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on."""
        self._interval_s = settings.presence_interval_s
        self._lost_shown_after_s = settings.lost_shown_after_s
        self._named_up_to = settings.presence_people

    def state_of(self, account: str) -> str:
        """Return how an account is; who was lost a moment ago still counts as it was."""
        return self._states.get(account, OFFLINE)

    def online(self) -> list[str]:
        """Return every account that is online."""
        return list(self._since)

    def came(self, account: str) -> None:
        """Tell an account's rooms that its first connection is here."""
        timer = self._lost.pop(account, None)
        if timer is not None:
            timer.cancel()
        if account not in self._since:
            self._since[account] = self._now_ms()
            self._states[account] = ONLINE
            if self._directory[account].seen_ms is not None:
                self._back.add(account)
            self._tell_rooms(account, None)
        self.changed(account)

    def changed(self, account: str) -> None:
        """Tell an account's rooms how it is, if what it says on its connections is another now."""
        state = state_among({session.state for session in self._registry.sessions(account)})
        if account in self._since and state != self._states[account]:
            self._states[account] = state
            self._tell_rooms(account, STATE)

    def went(self, account: str, reason: str) -> None:
        """Tell an account's rooms that its last connection ended, some time after it was lost."""
        if self._closed:
            return
        if reason == "bye":
            self._gone(account, reason)
            return
        loop = asyncio.get_running_loop()
        self._lost[account] = loop.call_later(self._lost_shown_after_s, self._gone, account, reason)

    def told_anew(self, account: str, reason: str) -> None:
        """Tell an account's rooms what it says of itself now: `RENAMED` or `PROFILE`."""
        self._tell_rooms(account, reason)

    def moved(self, account: str, room: str) -> None:
        """Tell a room how a new member is, and how many of it are online now."""
        self._tell(room, account, None)

    def close(self) -> None:
        """Forget every timer; whoever goes from now on, nobody is told."""
        self._closed = True
        for timer in (*self._lost.values(), *self._timers.values()):
            timer.cancel()
        self._lost.clear()
        self._timers.clear()

    def presence(self, account: str, reason: str | None = None) -> Presence:
        """Return how an account is."""
        known = self._directory[account]
        return Presence(
            account=account,
            name=known.name,
            was=None if known.name else known.was,
            state=self.state_of(account),
            since=self._since.get(account, known.seen_ms),
            role=known.role if reason == ROLE else None,
            reason=reason,
            display=known.display,
            status=known.status,
            zone=known.zone,
            picture=known.picture,
        )

    def _gone(self, account: str, reason: str) -> None:
        self._lost.pop(account, None)
        self._states.pop(account, None)
        if self._since.pop(account, None) is not None:
            self._tell_rooms(account, reason)
        self._back.discard(account)

    def _tell_rooms(self, account: str, reason: str | None) -> None:
        for room in self._fanout.state.rooms_of(account):
            self._tell(room.name, account, reason)

    def _tell(self, room: str, account: str, reason: str | None) -> None:
        untold = self._untold.setdefault(room, {})
        before = untold.get(account)
        if before is not None and reason in {PROFILE, STATE, ROLE}:
            # That somebody came, or is called otherwise, says more.
            reason = before.reason
        now = self.presence(account, reason)
        unseen = before is not None and before.reason is None and before.state != OFFLINE
        if unseen and now.state == OFFLINE and account in self._back:
            # Nobody was told that it came: it has not gone for them either.
            now = self.presence(account, STATE)
        untold[account] = now
        if room in self._timers:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._told_at.get(room, float("-inf")) + self._interval_s - loop.time()
        self._timers[room] = loop.call_later(max(0.0, wait_s), self._flush, room)

    def _flush(self, room: str) -> None:
        del self._timers[room]
        untold = self._untold.pop(room)
        self._told_at[room] = asyncio.get_running_loop().time()
        members = self._fanout.state.rooms[room].members
        online = sum(map(members.__contains__, self._since))
        # Also when many have gone at once, a frame names no more than it may.
        named = max(online, len(untold)) <= self._named_up_to
        people = tuple(untold.values()) if named else ()
        data = encode(PresenceChanged(room=room, people=people, online=online))
        if len(data) > MAX_SERVER_FRAME_BYTES:
            data = encode(PresenceChanged(room=room, people=(), online=online))
        self._fanout.tell(room, data)
