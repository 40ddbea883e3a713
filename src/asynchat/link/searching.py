"""What a person types to search, and what is shown of what was found.

``from:ada in:den before:2026-11-20 after:2026-11-01 has:link`` narrow it down, everything else is
words; see ``search`` in ``docs/protocol.md`` for what those find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from asynchat.chat.searching import Phrase, marks, phrases_of
from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.messages import Edited, Found, Said, Search
from asynchat.text import room_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import tzinfo


ME: Final = "me"
"""``from:me`` is whoever asks, whatever he is called."""

_TRIES: Final = 20
"""How often a search goes on by itself while nothing was found; each takes a bounded time."""

_PIECE: Final = re.compile(r'"[^"]*"?|[^\s"]+')
_OPERATOR: Final = re.compile(r"(from|in|before|after|has):(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody typed: words, and what narrows them down; times in ms since the epoch."""

    text: str = ""
    room: str | None = None
    name: str | None = None
    since: int | None = None
    until: int | None = None
    link: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, with the text it has now.

    ``marks`` are where the words are in it, each from one index to another.
    """

    room: str
    seq: int
    time: int
    account: str
    sender: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, newest first; ``next`` is ``before`` for what is older, if there is."""

    hits: tuple[Hit, ...]
    next: int | None


async def search(
    ask: Callable[[Search], Awaitable[object]],
    typed: str,
    *,
    account: str | None,
    room: str | None,
    before: int | None,
    limit: int,
) -> Hits:
    """Ask for what a person typed, until something is found or there is nothing more.

    ``account`` is our own, ``room`` the one to search unless another was typed.  Raise `ChatError`.
    """
    sought = parse_search(typed)
    mine = sought.name == ME
    for _ in range(_TRIES):
        query = Search(
            id=new_id(),
            text=sought.text,
            room=sought.room or room,
            account=account if mine else None,
            name=None if mine else sought.name,
            since=sought.since,
            until=sought.until,
            link=sought.link,
            before=before,
            limit=limit,
        )
        answer = await ask(query)
        if not isinstance(answer, Found):
            raise ChatError("bad_frame", f"The server answered with {type(answer).__name__}.")
        before = answer.next
        hits = hits_of(answer, sought.text)
        if hits or before is None:
            return Hits(hits, before)
    return Hits((), before)


def parse_search(typed: str, zone: tzinfo | None = None) -> Sought:
    """Return what somebody means; days are those of ``zone``, by default this computer's.

    An operator that is not known is a word.  Raise `ChatError` ``bad_request`` for what is no
    day, and ``bad_room``.
    """
    words: list[str] = []
    sought = Sought()
    for piece in _PIECE.findall(typed):
        operator = _OPERATOR.fullmatch(piece)
        kind, value = (operator[1].lower(), operator[2]) if operator else ("", piece)
        match kind:
            case "from":
                sought = replace(sought, name=value.removeprefix("@"))
            case "in":
                sought = replace(sought, room=room_name(value))
            case "before":
                sought = replace(sought, until=_day_ms(value, zone))
            case "after":
                sought = replace(sought, since=_day_ms(value, zone))
            case "has" if value.lower() in {"link", "links"}:
                sought = replace(sought, link=True)
            case _:
                words.append(piece)
    return replace(sought, text=" ".join(words))


def hits_of(found: Found, text: str) -> tuple[Hit, ...]:
    """Return what was found as it is now, with the words of ``text`` marked."""
    phrases = phrases_of(text)
    edits = {event.about: event.text for event in found.later if isinstance(event, Edited)}
    return tuple(
        _hit(event, edits.get(event.seq, event.text), phrases)
        for event in found.events
        if isinstance(event, Said)
    )


def _hit(said: Said, text: str, phrases: Sequence[Phrase]) -> Hit:
    return Hit(
        said.room,
        said.seq,
        said.time,
        said.account,
        said.sender,
        text,
        tuple(marks(text, phrases)),
    )


def _day_ms(typed: str, zone: tzinfo | None) -> int:
    """Return when a day begins."""
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=zone)
        return max(0, round(day.timestamp() * 1000))
    except (ValueError, OverflowError, OSError):
        raise ChatError("bad_request", f"{typed} is no day; one is written 2026-11-20.") from None
