"""What stands in the sidebar: rooms, direct rooms and people, as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypedDict

from asynchat.messages import LOBBY
from asynchat.text import plain
from asynchat.window.presenters.standing import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from asynchat.messages import Person, Presence, Room, Unread

Known: TypeAlias = "Callable[[str], Presence | None]"
"""What tells an account's presence, where it is known."""

RowKind: TypeAlias = Literal["heading", "room", "direct", "person", "hint", "command"]

_STATES: Final = {"online": 0, "busy": 1, "away": 2}
_MAX_BADGE: Final = 99


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    ``key`` is a room's wire name, an account or a command; ``state`` draws a presence dot, and
    ``note`` a few words at the right; ``server`` is which of the window's servers it is of,
    where it is not the one on view.  ``badge`` counts what is unread, ``called`` those of them
    that are for oneself.  ``face`` is the account whose face stands before it, ``name`` that one's
    name, which gives initials and colour; before a room of several stands how many ``others``
    there are.  ``picked`` tells whether a row is one of several that are chosen at once, None where
    it cannot be.  ``mark`` is a word on a badge beside the text: somebody's role.
    """

    kind: RowKind
    key: str
    text: str
    badge: str = ""
    called: str = ""
    state: str | None = None
    bold: bool = False
    dim: bool = False
    private: bool = False
    selected: bool = False
    note: str = ""
    server: str = ""
    face: str = ""
    name: str = ""
    others: int = 0
    picked: bool | None = None
    mark: str = ""

    @property
    def active(self) -> bool:
        """Whether the row can be chosen."""
        return self.kind in {"room", "direct", "person", "command"}


class _Faced(TypedDict, total=False):
    face: str
    name: str
    others: int


def display_name(person: Person | Presence) -> str:
    """Return what to call somebody, also when the name went to another."""
    return person.name or person.was or "someone"


def called(person: Presence) -> str:
    """Return how somebody is shown: as chosen, or else by name."""
    return plain(person.display) or display_name(person)


def room_label(room: Room, me: str, known: Known = lambda _: None) -> str:
    """Return what a room is called: ``# lobby``, or the other people of a direct room.

    Those are called as they chose where ``known`` tells.
    """
    if not room.direct:
        return f"# {room.name}"
    others = []
    for person in room.people:
        if person.account != me:
            told = known(person.account)
            others.append(display_name(person) if told is None else _called(person, told))
    return ", ".join(sorted(others, key=str.casefold)) or "just you"


def window_title(label: str, unread: int) -> str:
    """Return the window's title: ``(3) asynchat — #room``."""
    room = label.replace("# ", "#", 1) if label.startswith("# ") else label
    count = f"({unread}) " if unread else ""
    return f"{count}asynchat — {room}" if room else f"{count}asynchat"


def rows(
    rooms: Mapping[str, Room],
    *,
    me: str,
    on_view: str | None,
    unread: Mapping[str, Unread],
    people: Sequence[Presence],
    known: Known,
) -> tuple[Row, ...]:
    """Return the sidebar's rows; ``known`` tells an account's presence where it is known."""
    public = sorted((room for room in rooms.values() if not room.direct), key=_room_order)
    direct = sorted(
        (room for room in rooms.values() if room.direct),
        key=lambda room: room_label(room, me, known).casefold(),
    )
    found = [Row("heading", "rooms", "ROOMS")]
    found += [_room_row(room, me, on_view, unread) for room in public]
    if direct:
        found.append(Row("heading", "direct", "DIRECT"))
        for room in direct:
            others = [person for person in room.people if person.account != me]
            how = [known(person.account) for person in others]
            state = None
            if len(others) == 1:
                state = "offline" if how[0] is None else how[0].state
            row = _room_row(room, me, on_view, unread, state=state)
            found.append(replace(row, text=room_label(room, me, known), **faced(room, me)))
    found.append(Row("heading", "people", people_heading(people)))
    found += [person_row(person, me) for person in sorted(people, key=_person_order)]
    return tuple(found)


def people_heading(people: Iterable[Presence]) -> str:
    """Return the heading with the count: of members, and how many are here if not all are."""
    states = [person.state for person in people]
    here = sum(state != "offline" for state in states)
    count = str(here) if here == len(states) else f"{here} of {len(states)}"
    return f"PEOPLE — {count}"


def neighbour(shown: Sequence[Row], on_view: str | None, step: int) -> str | None:
    """Return the room that is ``step`` rooms below (or above) the one on view, going round."""
    names = [row.key for row in shown if row.kind in {"room", "direct"}]
    if not names:
        return None
    if on_view not in names:
        return names[0]
    return names[(names.index(on_view) + step) % len(names)]


def next_unread(shown: Sequence[Row], on_view: str | None, step: int) -> str | None:
    """Return the next room below (or above) the one on view with something unread in it."""
    rooms = [row for row in shown if row.kind in {"room", "direct"}]
    names = [row.key for row in rooms]
    start = names.index(on_view) if on_view in names else (-1 if step > 0 else 0)
    for far in range(1, len(rooms) + 1):
        row = rooms[(start + far * step) % len(rooms)]
        if row.badge and row.key != on_view:
            return row.key
    return None


def unread_counts(shown: Sequence[Row]) -> dict[str, int]:
    """Return how much is unread in each room that has something, as far as badges count."""
    return {row.key: int(row.badge.rstrip("+")) for row in shown if row.badge}


def nth_room(shown: Sequence[Row], number: int) -> str | None:
    """Return the room at a place in the sidebar, the first at 1."""
    names = [row.key for row in shown if row.kind in {"room", "direct"}]
    return names[number - 1] if 1 <= number <= len(names) else None


def badge(unread: int) -> str:
    """Return an unread count as a short text."""
    if not unread:
        return ""
    return str(unread) if unread <= _MAX_BADGE else f"{_MAX_BADGE}+"


def person_row(person: Presence, me: str, *, note: str = "") -> Row:
    """Return the row of a person."""
    name = called(person)
    return Row(
        "person",
        person.account,
        f"{name} (you)" if person.account == me else name,
        state=person.state,
        dim=person.state == "offline",
        note=note,
        face=person.account,
        name=display_name(person),
        mark=mark_of(person),
    )


def faced(room: Room, me: str) -> _Faced:
    """Return what stands before a direct room: a face, or how many others there are."""
    others = [person for person in room.people if person.account != me]
    if len(others) == 1:
        return {"face": others[0].account, "name": display_name(others[0])}
    return {"others": len(others)}


def _room_row(
    room: Room,
    me: str,
    on_view: str | None,
    unread: Mapping[str, Unread],
    *,
    state: str | None = None,
) -> Row:
    known = unread.get(room.name)
    count = 0 if known is None else known.unread
    called = 0 if known is None else count if room.direct else known.mentions
    return Row(
        "direct" if room.direct else "room",
        room.name,
        room_label(room, me),
        badge=badge(count),
        called=badge(called),
        state=state,
        bold=count > 0,
        dim=room.archived,
        private=room.private and not room.direct,
        selected=room.name == on_view,
    )


def _called(person: Person, told: Presence) -> str:
    # The room knows the newest name, whoever was asked last.
    return plain(told.display) or display_name(person)


def _room_order(room: Room) -> tuple[bool, str]:
    return room.name != LOBBY, room.name


def _person_order(person: Presence) -> tuple[int, str, str]:
    return _STATES.get(person.state, 3), called(person).casefold(), person.account
