"""People as rows and profiles: who is in a room, who could be invited, how one is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from asynchat.link.zones import local_time, time_of
from asynchat.window.presenters.clock import moment
from asynchat.window.presenters.sidebar import Row, called, display_name, person_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from asynchat.messages import Person, Presence


@dataclass(frozen=True, slots=True)
class Profile:
    """What the card of a person says; ``presence`` draws its dot, ``picture`` is a hash."""

    account: str
    name: str
    presence: str
    state: str
    lines: tuple[str, ...]
    is_me: bool
    picture: str = ""


def profile(
    person: Presence, *, me: str, now: datetime, twelve: bool, zone: tzinfo | None = None
) -> Profile:
    """Return somebody's card; ``now`` is the time, ``twelve`` of which clock."""
    name = display_name(person)
    lines = [f"@{name}"] if person.display else []
    if person.status:
        lines.append(person.status)
    there = local_time(person.zone, now) if person.zone else None
    if there is not None:
        shown = moment(there, now=there, twelve=twelve)
        lines.append(f"{shown} there ({person.zone})")
    if person.since is not None:
        at = time_of(person.since, zone)
        verb = "since" if person.state != "offline" else "last seen"
        lines.append(f"{verb} {moment(at, now=now, twelve=twelve)}")
    if person.moderator:
        lines.append("moderator of this room")
    if person.role not in {None, "member", "guest"}:
        lines.append(f"{person.role} of this server" if person.role != "bot" else "bot")
    if person.name is None and person.was is not None:
        lines.append("the name is somebody else's now, or nobody's")
    return Profile(
        account=person.account,
        name=called(person),
        presence=person.state,
        state=f"{person.state} (you)" if person.account == me else person.state,
        lines=tuple(lines),
        is_me=person.account == me,
        picture=person.picture,
    )


def listed(people: Iterable[Presence], me: str) -> tuple[Row, ...]:
    """Return a room's people as rows, with their status: who is here first, by name."""
    order = {"online": 0, "busy": 1, "away": 2}
    found = sorted(
        people,
        key=lambda person: (order.get(person.state, 3), called(person).casefold()),
    )
    return tuple(person_row(person, me, note=person.status) for person in found)


def blocked(found: Iterable[Person]) -> tuple[Row, ...]:
    """Return whom one has blocked, as rows that a click lets be heard again."""
    shown = sorted(found, key=lambda person: display_name(person).casefold())
    return tuple(
        Row(
            "person",
            person.account,
            display_name(person),
            note="unblock",
            face=person.account,
            name=display_name(person),
        )
        for person in shown
    )


def invitable(known: Iterable[Presence], inside: Iterable[Presence], me: str) -> tuple[Row, ...]:
    """Return people who are known and not in a room, as rows."""
    within = {person.account for person in inside}
    others = [
        person
        for person in known
        if person.account not in within and person.account != me and person.name is not None
    ]
    # The row is typed into the field: it has the name by which one is invited.
    return listed([replace(person, display="") for person in others], me)
