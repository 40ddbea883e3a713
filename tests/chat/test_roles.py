"""Who may do what: the table, as the rules keep it and as the handbook prints it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from asynchat.chat import roles
from asynchat.chat.accounts import OPERATOR_ACCOUNT, Directory
from asynchat.chat.asking import Asker, Target
from asynchat.chat.moderating import resolve
from asynchat.chat.roles import LEAST, RANKS, demand_above, may, role_in
from asynchat.chat.rules import judge
from asynchat.chat.state import State
from asynchat.errors import ChatError
from asynchat.messages import (
    Appointed,
    Ban,
    Block,
    ChangeRoom,
    Create,
    Created,
    Direct,
    Disconnect,
    Invite,
    Joined,
    Kick,
    MakeInvitation,
    Mute,
    Redact,
    Report,
    Reported,
    Resolve,
    Say,
    SetRole,
    SetSetting,
)
from tests.chat.people import NOW_MS, account, known

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Known
    from asynchat.messages import AnyEvent, Write

HANDBOOK: Final = Path(__file__).parents[2] / "docs" / "moderation.md"
COLUMNS: Final = ("guest", "bot", "member", "moderator", "admin", "owner")
ME, BEN, CYD = "u-me", "u-ben", "u-cyd"

REQUESTS: dict[str, list[Write]] = {
    roles.SPEAK: [Say(id="i", room="den", text="hi")],
    roles.MAKE_ROOM: [Create(id="i", room="new")],
    roles.WRITE_DIRECTLY: [Direct(id="i", names=("ben",))],
    roles.INVITE: [Invite(id="i", room="den", name="cyd")],
    roles.REPORT: [Report(id="i", room="den", about=9)],
    roles.BLOCK: [Block(id="i", name="ben")],
    roles.SPEAK_ALWAYS: [Say(id="i", room="news", text="hi"), Say(id="i", room="slow", text="hi")],
    roles.DELETE: [Redact(id="i", room="den", about=9)],
    roles.KICK: [Kick(id="i", room="den", name="ben")],
    roles.HOLD_HERE: [
        Mute(id="i", room="den", name="ben"),
        Ban(id="i", room="den", name="ben"),
    ],
    roles.SHAPE: [
        ChangeRoom(id="i", room="den", private=True),
        ChangeRoom(id="i", room="den", read_only=True),
        ChangeRoom(id="i", room="den", archived=True),
        ChangeRoom(id="i", room="den", slow_s=9),
    ],
    roles.APPOINT: [SetRole(id="i", room="den", name="ben", role="moderator")],
    roles.HOLD: [Mute(id="i", name="ben"), Ban(id="i", name="ben")],
    roles.BAN_ADDRESS: [Ban(id="i", address="192.0.2.0/24")],
    roles.DISCONNECT: [Disconnect(id="i", name="ben")],
    roles.INVITE_TO_SERVER: [MakeInvitation(id="i", code="c" * 22, role="bot")],
    roles.GIVE_ROLE: [SetRole(id="i", name="ben", role=role) for role in ("member", "bot")],
    roles.SET: [SetSetting(id="i", name="welcome_text", value="hi")],
    roles.PROMOTE: [SetRole(id="i", name="ben", role=role) for role in ("owner", "admin")],
}
"""What each thing in the table is, as requests; the others are queries, and `judge` has none."""


def of_role(role: str) -> tuple[Account, Known]:
    """Return somebody of a role, a member of three rooms, with what is known there.

    Ben, a guest, is in the den; cyd is not.  The news are read-only, another room is slow.
    """
    server_role = "guest" if role == "moderator" else role
    me = replace(account(ME, "me"), role=server_role)
    people = Directory([me, account(BEN, "ben"), account(CYD, "cyd")])
    state = State()
    events: list[AnyEvent] = []
    for room in ("den", "news", "slow"):
        maker = "u-maker"
        common = {"seq": 0, "time": NOW_MS, "room": room, "id": None, "sender": "x"}
        events += [
            Created(**common, account=maker, topic="", private=False),  # type: ignore[arg-type]
            Joined(**common, account=ME),  # type: ignore[arg-type]
            Joined(**common, account=BEN),  # type: ignore[arg-type]
        ]
        if role == "moderator":
            events.append(Appointed(**common, account=ME, role=role))  # type: ignore[arg-type]
    for event in events:
        state.apply(event)
    state.rooms["news"].read_only = True
    state.rooms["slow"].slow_s = 60
    state.rooms["slow"].spoke_ms[ME] = NOW_MS
    return me, known(state, people)


def is_allowed(role: str, request: Write) -> bool:
    """Tell whether somebody of a role may do something, by the rules themselves."""
    me, there = of_role(role)
    target = Target(seq=9, room="den", author=BEN, text="hello")
    try:
        judge(request, Asker(me, NOW_MS, b"", "fresh"), there, target)
    except ChatError as error:
        if error.code not in {"forbidden", "room_read_only", "too_fast"}:
            raise
        return False
    return True


@pytest.mark.parametrize("role", COLUMNS)
@pytest.mark.parametrize("action", REQUESTS)
def test_the_rules_keep_the_table(action: str, role: str) -> None:
    """Each role may do what the table says, and nothing else, for each request there is."""
    allowed = RANKS[role] >= RANKS[LEAST[action]]
    assert [is_allowed(role, request) for request in REQUESTS[action]] == (
        [allowed] * len(REQUESTS[action])
    )


@pytest.mark.parametrize("role", COLUMNS)
def test_reports_are_resolved_by_who_keeps_order(role: str) -> None:
    """A report is found by its number, by whom it concerns."""
    me, there = of_role(role)
    report = Reported(
        number=1,
        time=NOW_MS,
        room="den",
        about=9,
        account=CYD,
        name="cyd",
        author=BEN,
        author_name="ben",
    )
    asker = Asker(me, NOW_MS, b"", "fresh")
    if RANKS[role] >= RANKS[LEAST[roles.JUDGE]]:
        assert resolve(Resolve(id="i", report=1), asker, there, report).drafts
    else:
        with pytest.raises(ChatError) as caught:
            resolve(Resolve(id="i", report=1), asker, there, report)
        assert caught.value.code == "no_such_report"


def test_every_action_is_of_the_table() -> None:
    """Each thing that roles decide is asked for above, or is only read; see `hub/test_overview`."""
    assert set(REQUESTS) | {roles.JUDGE, roles.OVERSEE} == set(LEAST)


def test_the_handbook_prints_the_table() -> None:
    """Its rows are the actions in their order, its columns the roles."""
    lines = [line.strip("|").split("|") for line in HANDBOOK.read_text("utf-8").splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) == 7]
    head, _, *rows = cells
    assert head == ["may", *COLUMNS]
    assert rows == [
        [action, *("yes" if RANKS[role] >= RANKS[least] else "" for role in COLUMNS)]
        for action, least in LEAST.items()
    ]


def test_the_higher_role_counts_in_a_room() -> None:
    """A moderator that is a guest elsewhere is one there; an administrator is more everywhere."""
    me, there = of_role("moderator")
    den, lobby = there.state.rooms["den"], there.state.rooms["lobby"]
    assert (role_in(me, den), role_in(me, lobby), role_in(me, None)) == (
        "moderator",
        "guest",
        "guest",
    )
    assert role_in(replace(me, role="admin"), den) == "admin"
    assert may(me, roles.KICK, den)
    assert not may(me, roles.KICK, lobby)


@pytest.mark.parametrize("role", COLUMNS)
@pytest.mark.parametrize("other", COLUMNS)
def test_nobody_acts_on_an_equal(role: str, other: str) -> None:
    """Only on a lower role; an owner on everybody, and the server's own shell on owners too."""
    me, there = of_role(role)
    den = there.state.rooms["den"]
    them = replace(account(BEN, "ben"), role="guest" if other == "moderator" else other)
    if other == "moderator":
        den.moderators.add(BEN)
    if role == "owner" or RANKS[role] > RANKS[other]:
        demand_above(me, them, den)
    else:
        with pytest.raises(ChatError, match=f"You are an? {role} here"):
            demand_above(me, them, den)
    demand_above(OPERATOR_ACCOUNT, them, den)
    with pytest.raises(ChatError, match="themselves"):
        demand_above(me, me, den)
