"""The rules of keeping order that the table of roles does not tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.accounts import OPERATOR_ACCOUNT, Directory
from asynchat.chat.asking import Asker, Ending, Target, Verdict
from asynchat.chat.drafts import (
    AccountDraft,
    AuditDraft,
    BlockDraft,
    Draft,
    ReportDraft,
    RequestDraft,
    RestraintDraft,
)
from asynchat.chat.moderating import resolve
from asynchat.chat.restraints import BAN, LATEST_MS, MUTE, Restraint, Restraints
from asynchat.chat.rules import judge
from asynchat.chat.state import State
from asynchat.errors import ChatError
from asynchat.messages import (
    MAX_BLOCKED,
    MAX_INT,
    MAX_REASON_CHARS,
    MAX_REPORT_CHARS,
    MAX_SLOW_S,
    Ban,
    Block,
    ChangeRoom,
    Created,
    Direct,
    Disconnect,
    Edit,
    Invite,
    Join,
    Joined,
    Kick,
    Left,
    Mute,
    Person,
    Redact,
    Report,
    Reported,
    Resolve,
    Say,
    SetProfile,
    SetRole,
)
from tests.chat.people import NOW_MS, account, known

if TYPE_CHECKING:
    from asynchat.messages import Write

ADA, BEN, CYD = "u-ada", "u-ben", "u-cyd"
ROLES = {
    "ada": "owner",
    "ben": "member",
    "cyd": "guest",
    "dan": "admin",
    "eve": "admin",
    "fay": "member",
}
HELLO = Target(seq=9, room="den", author=BEN, text="hello")


def people(**roles: str) -> Directory:
    """Return everybody, with these roles on the server."""
    return Directory(
        replace(account(f"u-{name}", name), role=role) for name, role in (ROLES | roles).items()
    )


def here() -> State:
    """Return ben's den with cyd in it, his private attic, and two direct rooms."""
    state = State()
    base = {"seq": 1, "time": NOW_MS, "sender": "ben", "id": None, "account": BEN}
    state.apply(Created(**base, room="den", topic="", private=False))  # type: ignore[arg-type]
    state.apply(Created(**base, room="attic", topic="", private=True))  # type: ignore[arg-type]
    state.apply(Joined(**{**base, "account": CYD}, room="den"))  # type: ignore[arg-type]
    for room, others in (("~2", (BEN, CYD)), ("~3", (ADA, BEN, CYD))):
        both = tuple(Person(account=one, name=None) for one in others)
        state.apply(
            Created(**base, room=room, topic="", private=True, direct=True, people=both)  # type: ignore[arg-type]
        )
    for one in (ADA, BEN, CYD):
        state.rooms["lobby"].open(one, 1)
    return state


def verdict(
    request: Write,
    by: str = ADA,
    *,
    restraints: Restraints | None = None,
    directory: Directory | None = None,
    target: Target | None = HELLO,
) -> Verdict:
    """Return what a request of somebody leads to."""
    directory = directory or people()
    asker = Asker(directory[by], NOW_MS, b"digest", "fresh")
    return judge(request, asker, known(here(), directory, restraints), target)


def code(request: Write, by: str = ADA, **more: object) -> str:
    """Return the code that a request is refused with."""
    with pytest.raises(ChatError) as caught:
        verdict(request, by, **more)  # type: ignore[arg-type]
    return caught.value.code


def test_a_deed_and_its_entry_are_stored_together() -> None:
    """The request, what it changes and what is told of it; an event comes last."""
    kinds = [type(one) for one in verdict(Mute(id="i", name="ben")).drafts]
    assert kinds == [RequestDraft, RestraintDraft, AuditDraft]
    kicked = verdict(Kick(id="i", room="den", name="cyd", reason=" too\nloud\x1b "))
    audit, event = kicked.drafts
    assert isinstance(audit, AuditDraft)
    assert isinstance(event, Draft)
    assert isinstance(event.event, Left)
    assert event.event.reason == audit.deed.text == "too loud"
    assert kicked.unseen
    assert not verdict(Kick(id="i", room="den", name="cyd"), BEN).unseen
    banned = verdict(Ban(id="i", room="den", name="cyd"), BEN)
    assert [type(one) for one in banned.drafts] == [RestraintDraft, AuditDraft, Draft]


@pytest.mark.parametrize(
    ("request_", "by", "why"),
    [
        (Kick(id="i", room="lobby", name="cyd"), ADA, "forbidden"),
        (Kick(id="i", room="~2", name="cyd"), BEN, "forbidden"),
        (Kick(id="i", room="attic", name="ben"), CYD, "no_such_room"),
        (Kick(id="i", room="den", name="ben"), CYD, "forbidden"),
        (Kick(id="i", room="den", name="dan"), BEN, "forbidden"),
        (Kick(id="i", room="den", name="cyd"), "u-fay", "not_a_member"),
        (Redact(id="i", room="den", about=9), "u-fay", "not_a_member"),
        (Kick(id="i", room="den"), ADA, "bad_request"),
        (Kick(id="i", room="den", name="nobody"), ADA, "no_such_person"),
        (Kick(id="i", room="den", account="operator"), ADA, "no_such_person"),
        (Kick(id="i", room="den", name="cyd", reason="x" * 251), ADA, "text_too_long"),
        (Ban(id="i", room="lobby", name="cyd"), ADA, "forbidden"),
        (Ban(id="i", address="192.0.2.1", name="cyd"), ADA, "bad_request"),
        (Ban(id="i", name="ada"), ADA, "forbidden"),
        (Mute(id="i", name="eve"), "u-dan", "forbidden"),
        (Disconnect(id="i", name="eve"), "u-dan", "forbidden"),
        (ChangeRoom(id="i", room="lobby", private=True), ADA, "forbidden"),
        (ChangeRoom(id="i", room="lobby", archived=True), ADA, "forbidden"),
        (ChangeRoom(id="i", room="den", slow_s=MAX_SLOW_S + 1), ADA, "bad_request"),
        (SetRole(id="i", name="cyd", role="king"), ADA, "bad_request"),
        (SetRole(id="i", name="cyd", role="moderator"), ADA, "bad_request"),
        (SetRole(id="i", name="cyd", role="admin", room="den"), ADA, "bad_request"),
        (SetRole(id="i", name="dan", role="moderator", room="den"), ADA, "no_such_person"),
        (SetRole(id="i", name="ada", role="guest"), ADA, "forbidden"),
        (SetRole(id="i", name="ada", role="guest"), "u-dan", "forbidden"),
        (SetRole(id="i", name="dan", role="owner"), "u-dan", "forbidden"),
        (Block(id="i", name="ada"), ADA, "forbidden"),
        (Report(id="i", room="attic", about=9), CYD, "no_such_room"),
    ],
)
def test_what_is_refused(request_: Write, by: str, why: str) -> None:
    """Whoever asks, some things are not done to some people in some places."""
    assert code(request_, by) == why


@pytest.mark.parametrize(
    "request_",
    [
        Kick(id="i", room="den", name="dan"),
        Mute(id="i", name="cyd", on=False),
        Ban(id="i", name="cyd", on=False),
        Ban(id="i", address="192.0.2.1", on=False),
        SetRole(id="i", name="cyd", role="guest"),
        SetRole(id="i", name="ben", role="moderator", room="den"),
        ChangeRoom(id="i", room="den"),
        ChangeRoom(id="i", room="den", private=False, slow_s=0),
        Block(id="i", name="cyd", on=False),
    ],
)
def test_what_is_so_already_changes_nothing(request_: Write) -> None:
    """Neither a row nor an entry comes of it."""
    assert verdict(request_) == Verdict()


def test_a_restraint_is_until_then() -> None:
    """From the moment it is judged; however long, never later than dates go."""
    _, held, audit = verdict(Ban(id="i", name="ben", seconds=60, reason="x")).drafts
    assert isinstance(held, RestraintDraft)
    assert isinstance(audit, AuditDraft)
    assert (held.restraint.until_ms, held.restraint.by_name) == (NOW_MS + 60_000, "ada")
    assert audit.deed.text == "for 60 s. x"
    _, held, _ = verdict(Ban(id="i", name="ben", seconds=MAX_INT)).drafts
    assert isinstance(held, RestraintDraft)
    assert held.restraint.until_ms == LATEST_MS
    lifted = Restraints([held.restraint])
    _, held, audit = verdict(Ban(id="i", name="ben", on=False), restraints=lifted).drafts
    assert isinstance(held, RestraintDraft)
    assert isinstance(audit, AuditDraft)
    assert (held.on, audit.deed.action) == (False, "unban")
    address = Restraint(BAN, "192.0.2.1/32", "", NOW_MS, ADA, "ada")
    request = Ban(id="i", address="192.0.2.1", on=False)
    assert len(verdict(request, restraints=Restraints([address])).drafts) == 3


def test_one_may_step_down() -> None:
    """A moderator, an administrator, and an owner where another one is."""
    assert verdict(SetRole(id="i", name="ben", role="member", room="den"), BEN).drafts
    _, changed, _ = verdict(SetRole(id="i", name="dan", role="member"), "u-dan").drafts
    assert isinstance(changed, AccountDraft)
    assert changed.account.role == "member"
    two = people(eve="owner")
    assert verdict(SetRole(id="i", name="ada", role="admin"), directory=two).drafts
    operator = OPERATOR_ACCOUNT.id
    assert verdict(SetRole(id="i", name="ada", role="guest"), operator).drafts


def test_connections_end_once_it_is_stored() -> None:
    """All of an account, one's own too, or the one that is named."""
    request = Disconnect(id="i", name="ben", session=7)
    assert verdict(request).ending == Ending(BEN, 7)
    assert verdict(Disconnect(id="i", name="ada")).ending == Ending(ADA, None)


def test_a_report_quotes_what_is_said_now() -> None:
    """Of what the reporter may read, and nothing that was deleted."""
    _, draft = verdict(Report(id="i", room="den", about=9, text="rude\n"), CYD).drafts
    assert isinstance(draft, ReportDraft)
    report = draft.report
    assert (report.said, report.text, report.author, report.author_name) == (
        "hello",
        "rude",
        BEN,
        "ben",
    )
    request = Report(id="i", room="den", about=9)
    for target in (
        None,
        replace(HELLO, redacted=True),
        replace(HELLO, room="attic"),
        replace(HELLO, author=None),
    ):
        assert code(request, CYD, target=target) == "no_such_message"
    assert code(Report(id="i", room="~2", about=9), CYD, target=HELLO) == "no_such_message"
    lost = replace(HELLO, author="u-gone")
    _, draft = verdict(request, CYD, target=lost).drafts
    assert isinstance(draft, ReportDraft)
    assert draft.report.author_name == ""


def test_a_report_is_closed_once() -> None:
    """What it quoted goes; closing it again changes nothing."""
    report = Reported(
        number=3,
        time=1,
        room="den",
        about=9,
        account=CYD,
        name="cyd",
        author=BEN,
        author_name="ben",
        said="hello",
        text="rude",
    )
    directory = people()
    asker = Asker(directory[ADA], NOW_MS, b"", "fresh")
    there = known(here(), directory)
    request = Resolve(id="i", report=3, text="talked")
    _, draft, audit = resolve(request, asker, there, report).drafts
    assert isinstance(draft, ReportDraft)
    assert isinstance(audit, AuditDraft)
    closed = draft.report
    assert (closed.number, closed.said, closed.text) == (3, "", "rude")
    assert (closed.resolved, closed.by_name, closed.answer) == (NOW_MS, "ada", "talked")
    assert audit.deed.text == "report 3. talked"
    assert resolve(request, asker, there, closed) == Verdict()
    with pytest.raises(ChatError, match="no report"):
        resolve(request, asker, there, None)


def test_a_reason_has_so_many_characters() -> None:
    """Just as many are taken, one more is `text_too_long`; a report may say more."""
    assert verdict(Mute(id="i", name="ben", reason="x" * MAX_REASON_CHARS)).drafts
    assert code(Mute(id="i", name="ben", reason="x" * (MAX_REASON_CHARS + 1))) == "text_too_long"
    for over, allowed in ((0, True), (1, False)):
        request = Report(id="i", room="den", about=9, text="x" * (MAX_REPORT_CHARS + over))
        if allowed:
            assert verdict(request, CYD).drafts
        else:
            assert code(request, CYD) == "text_too_long"


def test_slow_mode_goes_so_far() -> None:
    """A day between two messages is the most."""
    assert verdict(ChangeRoom(id="i", room="den", slow_s=MAX_SLOW_S)).drafts
    assert code(ChangeRoom(id="i", room="den", slow_s=MAX_SLOW_S + 1)) == "bad_request"


def test_one_blocks_so_many_people() -> None:
    """The next is `too_many`; taking one back is always possible."""
    full = Restraints(blocks=[(ADA, f"x{n}") for n in range(MAX_BLOCKED - 1)])
    (_, draft) = verdict(Block(id="i", name="ben"), restraints=full).drafts
    assert draft == BlockDraft(ADA, BEN)
    full.block(ADA, "x", on=True)
    assert code(Block(id="i", name="ben"), restraints=full) == "too_many"
    full.block(ADA, BEN, on=True)
    assert verdict(Block(id="i", name="ben", on=False), restraints=full).drafts


def test_who_is_blocked_is_heard_in_company() -> None:
    """Between two nothing is said, edited or begun; among three it is, and old pages stay."""
    blocked = Restraints(blocks=[(CYD, BEN)])
    assert code(Say(id="i", room="~2", text="x"), BEN, restraints=blocked) == "blocked"
    edit = Edit(id="i", room="~2", about=9, text="x")
    assert code(edit, BEN, restraints=blocked) == "blocked"
    assert verdict(Say(id="i", room="~3", text="x"), BEN, restraints=blocked).drafts
    assert verdict(Say(id="i", room="~2", text="x"), CYD, restraints=blocked).drafts
    assert verdict(Direct(id="i", names=("cyd",)), BEN, restraints=blocked).page_of == "~2"
    new = Direct(id="i", names=("cyd", "dan"))
    assert code(new, BEN, restraints=blocked) == "blocked"
    assert code(Invite(id="i", room="attic", name="cyd"), BEN, restraints=blocked) == "blocked"


def test_slow_mode_is_over_after_its_time() -> None:
    """To the millisecond; a clock that was set back makes nobody wait longer than the mode."""
    directory = people()
    state = here()
    den = state.rooms["den"]
    den.slow_s = 30

    def wait_s(spoke_ms: int) -> float | None:
        den.spoke_ms[CYD] = spoke_ms
        asker = Asker(directory[CYD], NOW_MS, b"", "fresh")
        try:
            judge(Say(id="i", room="den", text="x"), asker, known(state, directory))
        except ChatError as error:
            return error.retry_after
        return None

    assert wait_s(NOW_MS - 30_000) is None
    assert wait_s(NOW_MS - 29_999) == 0.1
    assert wait_s(NOW_MS - 10_000) == 20
    assert wait_s(NOW_MS + 10**9) == 30


def test_a_muted_profile_stays_as_it_is() -> None:
    """One that is not changes as ever."""
    request = SetProfile(id="i", status="hello")
    assert verdict(request, CYD).drafts
    held = Restraints([Restraint(MUTE, CYD, "", NOW_MS, ADA, "ada")])
    assert code(request, CYD, restraints=held) == "muted"


def test_who_is_held_in_a_room_is_held_there_alone() -> None:
    """A mute of the den lets one speak in the lobby; a ban from the attic lets nobody invite."""
    held = Restraints(
        [
            Restraint(MUTE, CYD, "den", NOW_MS, BEN, "ben"),
            Restraint(BAN, CYD, "attic", NOW_MS, BEN, "ben"),
        ]
    )
    assert code(Say(id="i", room="den", text="x"), CYD, restraints=held) == "muted"
    assert verdict(Say(id="i", room="lobby", text="x"), CYD, restraints=held).drafts
    assert code(Invite(id="i", room="attic", name="cyd"), BEN, restraints=held) == "forbidden"
    public = Restraints([Restraint(BAN, ADA, "den", NOW_MS, BEN, "ben")])
    assert code(Join(id="i", room="den"), restraints=public) == "room_banned"
