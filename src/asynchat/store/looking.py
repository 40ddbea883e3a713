"""What became of things said, found by looking through a whole log: the reference for `about`.

Where `about` keeps tables, this reads the events themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.asking import Target
from asynchat.messages import (
    MAX_COUNTED,
    AboutEvent,
    Edited,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Tally,
    Unread,
    encode,
)
from asynchat.store.about import REACTIONS_NAMED, Later, blank_of
from asynchat.store.interface import Stored
from asynchat.store.unread import EVERYONE, LOOKED_AT, named_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from asynchat.chat.searching import Criteria
    from asynchat.chat.state import Interval
    from asynchat.messages import AnyEvent


def target_in(log: Sequence[Stored], seq: int, account: str) -> Target | None:
    """Return what a request about an event is judged by; None where there is no such event."""
    event = _plain(log, seq)
    if event is None:
        return None
    if not isinstance(event, Said):
        return Target(seq, event.room, None)
    edits = [one.text for one in _about(log, seq) if isinstance(one, Edited)]
    reactions = _reactions(log, seq)
    pinned = _pins(log, event.room)
    return Target(
        seq,
        event.room,
        event.account,
        text=edits[-1] if edits else event.text,
        redacted=_is_redacted(log, seq),
        pinned=seq in pinned,
        mine=frozenset(one.emoji for one in reactions if one.account == account),
        emoji=frozenset(one.emoji for one in reactions),
        pinned_in_room=len(pinned),
    )


def is_refused_by(log: Sequence[Stored], event: AboutEvent) -> bool:
    """Tell whether an event cannot be, because another came first."""
    target = _plain(log, event.about)
    if target is None or target.room != event.room:
        return True
    redacted = _is_redacted(log, event.about)
    match event:
        case Reacted():
            standing = _reactions(log, event.about)
            mine = {one.emoji for one in standing if one.account == event.account}
            return (redacted and event.on) or event.on == (event.emoji in mine)
        case Pinned():
            return (redacted and event.on) or event.on == (event.about in _pins(log, event.room))
        case _:
            return redacted


def blanked(log: Sequence[Stored], redacted: Redacted) -> list[Stored]:
    """Return the log with a message and its edits blank."""
    return [
        _blank(stored.event)
        if isinstance(stored.event, Said | Edited)
        and redacted.about in {stored.event.seq, getattr(stored.event, "about", None)}
        else stored
        for stored in log
    ]


def later_in(log: Sequence[Stored], seq: int, within: Sequence[Interval], reader: str) -> Later:
    """Return what is shown with an event, to a reader who may see these stretches of the log."""
    reactions = _reactions(log, seq)
    seen = [one for one in _about(log, seq) if any(one.seq in interval for interval in within)]
    edits = [one.seq for one in seen if isinstance(one, Edited)]
    wanted = {one.seq for one in seen if isinstance(one, Redacted)}
    wanted |= set(edits[-1:])
    wanted |= {one.seq for one in sorted(reactions, key=_seq)[-REACTIONS_NAMED:]}
    wanted |= {_pins(log, event.room).get(seq, 0) for event in [_plain(log, seq)] if event}
    emoji = dict.fromkeys(one.emoji for one in sorted(reactions, key=_seq))
    tallies = tuple(
        Tally(
            about=seq,
            emoji=one,
            count=sum(reacted.emoji == one for reacted in reactions),
            mine=any(r.emoji == one and r.account == reader for r in reactions),
        )
        for one in emoji
    )
    shown = wanted & {one.seq for one in seen}
    return Later(tuple(stored for stored in log if stored.event.seq in shown), tallies)


def pinned_in(log: Sequence[Stored], room: str) -> list[Stored]:
    """Return what is pinned to a room, oldest first."""
    pins = _pins(log, room)
    return [stored for stored in log if stored.event.seq in pins]


def unread_in(log: Sequence[Stored], account: str, room: str, seq: int, upto: int) -> Unread:
    """Return what an account has not read of a room after a seq."""
    newest_first = [
        stored.event
        for stored in reversed(log)
        if stored.event.room == room
        and not isinstance(stored.event, AboutEvent)
        and seq < stored.event.seq <= upto
    ]
    unread = [
        event
        for event in newest_first[:LOOKED_AT]
        if isinstance(event, Said) and event.account != account and not event.redacted
    ]
    said = [event for event in newest_first if isinstance(event, Said)]
    mentions = {
        event.seq
        for named in (account, EVERYONE)
        for event in [one for one in said if named in named_by(one)][:MAX_COUNTED]
        if event.account != account
    }
    count = min(MAX_COUNTED, len(mentions))
    return Unread(
        room=room, seq=seq, unread=max(count, min(MAX_COUNTED, len(unread))), mentions=count
    )


def found_in(
    log: Sequence[Stored], criteria: Criteria, within: Mapping[str, Sequence[Interval]]
) -> Iterator[list[Stored]]:
    """Yield what fits, newest first: each message, and its newest edit if it has one."""
    for stored in reversed(log):
        said = stored.event
        if not isinstance(said, Said) or said.redacted:
            continue
        edits = [
            one for one in log if isinstance(one.event, Edited) and one.event.about == said.seq
        ]
        found = [stored, *edits[-1:]]
        newest = found[-1].event
        if (
            all(
                any(one.event.seq in interval for interval in within.get(said.room, ()))
                for one in found
            )
            and isinstance(newest, Said | Edited)
            and criteria.fits(said, newest.text)
        ):
            yield found


def _plain(log: Sequence[Stored], seq: int) -> AnyEvent | None:
    for stored in log:
        if stored.event.seq == seq and not isinstance(stored.event, AboutEvent):
            return stored.event
    return None


def _about(log: Sequence[Stored], seq: int) -> list[AboutEvent]:
    return [
        stored.event
        for stored in log
        if isinstance(stored.event, AboutEvent) and stored.event.about == seq
    ]


def _is_redacted(log: Sequence[Stored], seq: int) -> bool:
    return any(isinstance(one, Redacted) for one in _about(log, seq))


def _reactions(log: Sequence[Stored], seq: int) -> list[Reacted]:
    """Return the reactions that still stand."""
    standing: dict[tuple[str, str], Reacted] = {}
    for one in _about(log, seq):
        if isinstance(one, Reacted):
            if one.on:
                standing[one.emoji, one.account] = one
            else:
                del standing[one.emoji, one.account]
    return [] if _is_redacted(log, seq) else list(standing.values())


def _pins(log: Sequence[Stored], room: str) -> dict[int, int]:
    """Return the seqs of what is pinned to a room, each with that of its pin."""
    pins: dict[int, int] = {}
    for stored in log:
        event = stored.event
        if isinstance(event, Pinned) and event.room == room:
            if event.on:
                pins[event.about] = event.seq
            else:
                pins.pop(event.about, None)
    return {seq: pin for seq, pin in pins.items() if not _is_redacted(log, seq)}


def _blank(event: Said | Edited) -> Stored:
    blank = blank_of(event)
    return Stored(blank, encode(blank))


def _seq(event: Reacted) -> int:
    return event.seq
