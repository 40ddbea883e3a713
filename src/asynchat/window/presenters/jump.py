"""What Ctrl+K offers, and in which order: rooms, people and commands by a fuzzy match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from asynchat.text import people_named
from asynchat.window.presenters.commands import COMMANDS, possible, shown_keys
from asynchat.window.presenters.sidebar import Row, badge, called, display_name, faced, room_label
from asynchat.window.presenters.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from asynchat.messages import Person, Presence, Room
    from asynchat.window.presenters.sidebar import Known, RowKind

MOST: Final = 50
_LEAST_SCORE: Final = 70.0
_MATCHED: Final = 300
_TWO: Final = 2
_BEGINS: Final = 1
_ONLY: Final[dict[str, tuple[RowKind, ...]]] = {
    "#": ("room",),
    "@": ("person", "direct"),
    ">": ("command",),
    "/": ("command",),
}
_ORDER: Final[dict[str, int]] = {"room": 0, "direct": 1, "person": 2, "command": 3}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to jump to: its row, and what is matched with what is typed.

    ``person`` is the account of whom it leads to, if that is one, and ``name`` theirs.
    """

    row: Row
    words: str
    unread: int = 0
    visited: int = 0
    person: str = ""
    name: str = ""


def offers(
    rooms: Mapping[str, Room],
    people: Iterable[Presence],
    *,
    me: str,
    on_view: str | None,
    unread: Mapping[str, int],
    visited: Sequence[str] = (),
    others: Iterable[Room] = (),
    known: Known = lambda _: None,
    role: str | None = None,
) -> tuple[Offer, ...]:
    """Return all there is to jump to.

    ``visited`` are rooms, the latest last; ``others`` rooms one is not a member of.  People are
    called as they chose where ``known`` tells, and found by their names as well.  ``role`` is one's
    own.
    """
    found: list[Offer] = []
    written_to = {
        person.account
        for room in rooms.values()
        if room.direct and len(room.people) <= _TWO
        for person in room.people
    }
    when = {name: place + 1 for place, name in enumerate(visited)}
    for room in rooms.values():
        count = unread.get(room.name, 0)
        label = room_label(room, me, known)
        row = Row(
            "direct" if room.direct else "room",
            room.name,
            label,
            badge=badge(count),
            bold=count > 0,
            private=room.private and not room.direct,
            note="here" if room.name == on_view else "",
        )
        if room.direct:
            row = replace(row, **faced(room, me))
            told = known(row.face)
            row = row if told is None else replace(row, state=told.state)
        offer = Offer(row, label.removeprefix("# ").casefold(), count, when.get(room.name, 0))
        if room.direct:
            offer = _led_to(offer, [one for one in room.people if one.account != me])
        found.append(offer)
    for room in others:
        if room.name not in rooms and not room.direct:
            row = Row("room", room.name, f"# {room.name}", dim=True, note="join")
            found.append(Offer(row, room.name))
    for person in people:
        if person.account != me and person.account not in written_to:
            row = Row(
                "person",
                person.account,
                called(person),
                state=person.state,
                dim=person.state == "offline",
                note="message",
                face=person.account,
                name=display_name(person),
            )
            found.append(_led_to(Offer(row, row.text.casefold()), [person]))
    standing = Standing(me, role, rooms.get(on_view or ""))
    found += [
        Offer(
            Row("command", command.name, command.title, note=shown_keys(command)),
            f"{command.title} {command.slash}".casefold(),
        )
        for command in COMMANDS
        if command.jump and possible(command, standing)
    ]
    return tuple(found)


def ranked(offered: Sequence[Offer], typed: str) -> tuple[Row, ...]:
    """Return the rows to show, the best first and selected.

    With nothing typed: what is unread, then rooms as they were visited, then the rest.  A first
    ``#``, ``@`` or ``>`` leaves only rooms, people or commands.  ``ada,ben`` are offered as one,
    with a key of their accounts.
    """
    wanted = typed.strip().casefold()
    only = _ONLY.get(wanted[:1])
    if only is not None:
        wanted = wanted[1:].strip()
        offered = [offer for offer in offered if offer.row.kind in only]
    found = _matching(offered, wanted) if wanted else sorted(offered, key=_by_unread)
    rows = [offer.row for offer in found[:MOST]]
    several = _several(offered, wanted)
    if several is not None and all(row.text != several.text for row in rows[:1]):
        rows = [several, *rows[: MOST - 1]]
    if not rows:
        return (Row("hint", "", "Nothing is called that", dim=True),)
    return (replace(rows[0], selected=True), *rows[1:])


def _several(offered: Sequence[Offer], wanted: str) -> Row | None:
    """Return the row that leads to a room of several people, where several are typed."""
    meant: dict[str, str] = {}
    for typed in people_named(wanted):
        alike = [
            (len(words), words, offer.person, offer.row.text)
            for offer in offered
            if offer.person and not offer.row.server
            for words in (offer.words, offer.name)
            if words.startswith(typed)
        ]
        if not alike:
            return None
        # The shortest of those that begin so is the one that is typed in full, if any is.
        _, _, account, text = min(alike)
        meant[account] = text
    if len(meant) < _TWO:
        return None
    accounts = sorted(meant, key=lambda account: meant[account].casefold())
    text = ", ".join(meant[account] for account in accounts)
    return Row("person", ",".join(accounts), text, note="message", others=len(accounts))


def _led_to(offer: Offer, people: Sequence[Person | Presence]) -> Offer:
    """Return an offer that is found by the names of the people it leads to as well."""
    names = [display_name(person).casefold() for person in people]
    further = [name for name in names if name not in offer.words]
    offer = replace(offer, words=" ".join([offer.words, *further]))
    if len(people) == 1:
        offer = replace(offer, person=people[0].account, name=names[0])
    return offer


def _matching(offered: Sequence[Offer], wanted: str) -> list[Offer]:
    # It takes a few ms to load, and few windows need it before they are on the screen.
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    words = [offer.words for offer in offered]
    matched = process.extract(
        wanted, words, scorer=fuzz.WRatio, limit=_MATCHED, score_cutoff=_LEAST_SCORE
    )
    score = {at: ratio for _, ratio, at in matched}
    # A part of a name is meant more often than one that is alike; WRatio may rank it below.
    for at, text in enumerate(words):
        if wanted in text:
            score.setdefault(at, _LEAST_SCORE)

    def order(at: int) -> tuple[int, int, int, float, int, str]:
        text, offer = words[at], offered[at]
        if text == wanted:
            near = 0
        elif text.startswith(wanted):
            near = _BEGINS
        elif f" {wanted}" in text or f"-{wanted}" in text:
            near = 2
        else:
            near = 3 if wanted in text else 4
        away = 1 if offer.row.dim else 0
        # Of those that begin so, the shortest is the nearest.
        longer = len(text) if near == _BEGINS else 0
        return near, away, longer, -score[at], _ORDER[offer.row.kind], text

    return [offered[at] for at in sorted(score, key=order)]


def _by_unread(offer: Offer) -> tuple[int, int, int, bool, str]:
    kind = _ORDER[offer.row.kind]
    # A room on view is the last that one wants to jump to.
    here = offer.row.note == "here"
    return (0 if offer.unread else 1, 1 if here else 0, kind, offer.row.dim, _visit(offer))


def _visit(offer: Offer) -> str:
    return f"{1_000_000 - offer.visited:07} {offer.words}"
