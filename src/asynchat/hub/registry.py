"""Who is connected: username → the StreamWriters of its connections.

A name is in the registry while at least one connection of its account is.  The registry
also remembers whom it lost, for as long as their names are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamWriter
    from collections.abc import Callable, Iterator

    from asynchat.config import Settings
    from asynchat.doors.session import Session


class Registry:
    """The sessions of every connected account, under its username.

    ``now`` gives seconds of a clock that only goes forward.
    """

    def __init__(self, *, lost_name_kept_s: float, now: Callable[[], float]) -> None:
        self._lost_name_kept_s = lost_name_kept_s
        self._now = now
        self._sessions: dict[str, dict[Session, None]] = {}
        self._names: dict[str, str] = {}
        self._lost: dict[str, float] = {}
        self._started = now()
        self._newest = 0

    def change(self, settings: Settings) -> None:
        """Keep names for another time from now on."""
        self._lost_name_kept_s = settings.lost_name_kept_s

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, account: str) -> bool:
        return account in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def add(self, session: Session) -> bool:
        """Add a session under its name and the next number; tell whether its account was away."""
        first = session.account not in self._names
        self._newest += 1
        session.number = self._newest
        self._names[session.account] = session.name
        self._sessions.setdefault(session.name, {})[session] = None
        self._lost.pop(session.account, None)
        return first

    def remove(self, session: Session, *, lost: bool) -> bool:
        """Remove a session; tell whether it was the last of its account."""
        name = self._names[session.account]
        sessions = self._sessions[name]
        del sessions[session]
        if sessions:
            return False
        del self._sessions[name]
        del self._names[session.account]
        if lost:
            self._lost[session.account] = self._now()
        return True

    def expect(self, account: str) -> None:
        """Keep the name of an account that was let in and is not here yet."""
        if account not in self._names:
            self._lost[account] = self._now()

    def rename(self, account: str, name: str) -> None:
        """Move the sessions of an account to its new name."""
        before = self._names[account]
        if before == name:
            return
        sessions = self._sessions.pop(before)
        for session in sessions:
            session.name = name
        self._sessions[name] = sessions
        self._names[account] = name

    def all_sessions(self) -> Iterator[Session]:
        """Yield every session, those of one name together."""
        for sessions in self._sessions.values():
            yield from sessions

    def sessions(self, account: str) -> tuple[Session, ...]:
        """Return the sessions of an account."""
        name = self._names.get(account)
        return () if name is None else tuple(self._sessions[name])

    def writers(self, name: str) -> tuple[StreamWriter, ...]:
        """Return the StreamWriters of a username."""
        return tuple(session.wire.writer for session in self._sessions.get(name, ()))

    def keeps_name(self, account: str) -> bool:
        """Tell whether nobody may take this account's name: it is here, or was lost lately.

        A restart counts as having lost everybody at its start.
        """
        if account in self._names:
            return True
        lost = self._lost.get(account, self._started)
        return self._now() - lost < self._lost_name_kept_s

    def forget_long_lost(self) -> None:
        """Drop what is remembered of names that are not kept any more."""
        horizon = self._now() - self._lost_name_kept_s
        self._lost = {account: at for account, at in self._lost.items() if at > horizon}
