"""Drafts and accounts for the stores' tests, with as little as each test has to say."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import (
    AccountDraft,
    AuditDraft,
    Draft,
    MarkDraft,
    ReportDraft,
    RequestDraft,
    RestraintDraft,
)
from asynchat.chat.profile import picture_hash
from asynchat.chat.restraints import Restraint
from asynchat.messages import (
    LOBBY,
    Appointed,
    Changed,
    Created,
    Deed,
    Edited,
    Joined,
    Left,
    Person,
    Pinned,
    Reacted,
    Redacted,
    Reported,
    Said,
    Topic,
)

TIME = 1_763_650_000_000


def said(
    text: str = "hello",
    *,
    room: str = LOBBY,
    account: str = "a1",
    id: str | None = None,
    digest: bytes = b"",
    time: int = TIME,
    mentions: tuple[str, ...] = (),
    everyone: bool = False,
) -> Draft:
    """Return a draft of a message; with an id its account is also who asked."""
    event = Said(
        seq=0,
        time=time,
        room=room,
        account=account,
        sender=account,
        id=id,
        text=text,
        reply_to=None,
        mentions=mentions,
        everyone=everyone,
    )
    return Draft(event, None if id is None else account, digest)


def joined(room: str = LOBBY, account: str = "a1", *, id: str | None = None) -> Draft:
    """Return a draft of somebody's coming."""
    event = Joined(seq=0, time=TIME, room=room, account=account, sender=account, id=id)
    return Draft(event, None if id is None else account)


def left(room: str = LOBBY, account: str = "a1", *, id: str | None = None) -> Draft:
    """Return a draft of somebody's going."""
    event = Left(seq=0, time=TIME, room=room, account=account, sender=account, id=id)
    return Draft(event, None if id is None else account)


def created(
    room: str = "den",
    account: str = "a1",
    *,
    id: str | None = None,
    private: bool = False,
    people: tuple[str, ...] = (),
) -> Draft:
    """Return a draft of a new room, a direct one if it is of some people."""
    event = Created(
        seq=0,
        time=TIME,
        room=room,
        account=account,
        sender=account,
        id=id,
        topic="",
        private=private,
        direct=bool(people),
        people=tuple(Person(account=one, name=one) for one in people),
    )
    return Draft(event, None if id is None else account)


def topic(room: str = LOBBY, text: str = "tea", account: str = "a1") -> Draft:
    """Return a draft of a topic."""
    return Draft(
        Topic(seq=0, time=TIME, room=room, account=account, sender=account, id=None, text=text)
    )


def edited(about: int, text: str = "anew", *, room: str = LOBBY, account: str = "a1") -> Draft:
    """Return a draft of an edit."""
    return Draft(
        Edited(
            seq=0,
            time=TIME,
            room=room,
            account=account,
            sender=account,
            id=None,
            about=about,
            text=text,
        )
    )


def redacted(about: int, *, room: str = LOBBY, account: str = "a1") -> Draft:
    """Return a draft of a deletion."""
    return Draft(
        Redacted(seq=0, time=TIME, room=room, account=account, sender=account, id=None, about=about)
    )


def reacted(
    about: int, emoji: str = "👍", *, on: bool = True, room: str = LOBBY, account: str = "a1"
) -> Draft:
    """Return a draft of a reaction."""
    return Draft(
        Reacted(
            seq=0,
            time=TIME,
            room=room,
            account=account,
            sender=account,
            id=None,
            about=about,
            emoji=emoji,
            on=on,
        )
    )


def pinned(about: int, *, on: bool = True, room: str = LOBBY, account: str = "a1") -> Draft:
    """Return a draft of a pin."""
    return Draft(
        Pinned(
            seq=0,
            time=TIME,
            room=room,
            account=account,
            sender=account,
            id=None,
            about=about,
            on=on,
        )
    )


def account(
    id: str,
    name: str | None = None,
    *,
    token: str | None = None,
    devices: tuple[Device, ...] | None = None,
    was: str | None = None,
    held: bool = True,
    picture: bytes | None = None,
    hash: str = "",
    **profile: Any,
) -> AccountDraft:
    """Return a draft of an account, its token the same as its id unless another is given."""
    token_hash = sha256((token or id).encode()).digest()
    return AccountDraft(
        Account(
            id=id,
            name=name,
            created_ms=TIME,
            devices=(Device("first", token_hash, "", TIME),) if devices is None else devices,
            was=was,
            held=held,
            picture=picture_hash(picture) if picture else hash,
            **profile,
        ),
        picture,
    )


def changed(
    room: str = "den",
    account: str = "a1",
    *,
    private: bool | None = None,
    read_only: bool | None = None,
    archived: bool | None = None,
    slow_s: int | None = None,
) -> Draft:
    """Return a draft of another use of a room."""
    return Draft(
        Changed(
            seq=0,
            time=TIME,
            room=room,
            account=account,
            sender=account,
            id=None,
            private=private,
            read_only=read_only,
            archived=archived,
            slow_s=slow_s,
        )
    )


def appointed(room: str = "den", account: str = "a1", role: str = "moderator") -> Draft:
    """Return a draft of a role in a room."""
    return Draft(
        Appointed(seq=0, time=TIME, room=room, account=account, sender=account, id=None, role=role)
    )


def request(id: str = "x", asker: str = "a1", *, digest: bytes = b"1") -> RequestDraft:
    """Return a draft of a request that makes no event."""
    return RequestDraft(asker, id, digest, TIME)


def held(
    subject: str = "a1",
    *,
    kind: str = "mute",
    room: str = "",
    on: bool = True,
    since_ms: int = TIME,
    until_ms: int | None = None,
) -> RestraintDraft:
    """Return a draft of a mute or a ban."""
    return RestraintDraft(
        Restraint(kind, subject, room, since_ms, "a9", "zoe", until_ms=until_ms, reason="loud"), on
    )


def report(number: int = 0, *, room: str = LOBBY, resolved: int | None = None) -> ReportDraft:
    """Return a draft of a report."""
    return ReportDraft(
        Reported(
            number=number,
            time=TIME,
            room=room,
            about=1,
            account="a1",
            name="ada",
            author="a2",
            author_name="ben",
            said="" if resolved else "rude",
            resolved=resolved,
        )
    )


def deed(action: str = "kick") -> AuditDraft:
    """Return a draft of an entry of the audit log."""
    return AuditDraft(Deed(number=0, time=TIME, by="a1", by_name="ada", action=action))


def mark(seq: int, *, room: str = LOBBY, account: str = "a1") -> MarkDraft:
    """Return a draft of how far somebody has read a room."""
    return MarkDraft(account, room, seq)
