"""Passwords, devices, invitations and the end of an account, by the rules alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import NO_PROOF, Asker, Known, Proof, Verdict
from asynchat.chat.drafts import (
    AccountDraft,
    AuditDraft,
    Draft,
    ForgetDraft,
    InvitationDraft,
)
from asynchat.chat.invitations import Invitation, Invitations, code_hash
from asynchat.chat.rules import judge
from asynchat.chat.state import State
from asynchat.errors import ChatError
from asynchat.messages import (
    MAX_INVITATION_S,
    MAX_INVITATIONS,
    Created,
    Joined,
    Left,
    MakeInvitation,
    Person,
    Redeem,
    Revoke,
    SetPassword,
    Uninvite,
    Unregister,
)
from tests.chat.people import NOW_MS, account, device, everybody

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.chat.accounts import Account
    from asynchat.messages import Write

CODE = "c" * 22
DAY_MS = 24 * 3_600_000
ADA = account("u1", "ada", role="member", password="stored")
GUEST = account("u1", "ada")


def state() -> State:
    """Return rooms of ada's and ben's: a private den, and a direct one."""
    made = State()
    event: dict[str, Any] = {"time": NOW_MS, "account": "u1", "sender": "ada", "id": None}
    made.apply(Joined(seq=1, room="lobby", **event))
    made.apply(Created(seq=2, room="den", topic="", private=True, **event))
    two = (Person(account="u1", name="ada"), Person(account="u2", name="ben"))
    made.apply(
        Created(seq=3, room="~two", topic="", private=True, direct=True, people=two, **event)
    )
    made.apply(Created(seq=4, room="attic", topic="", private=False, **(event | {"account": "u2"})))
    return made


def judged(
    request: Write,
    asker: Account,
    *invitations: Invitation,
    proof: Proof = NO_PROOF,
    others: Iterable[Account] = (),
    device: str = "",
) -> Verdict:
    """Return the verdict on a request."""
    known = Known(state(), Directory([asker, *others]), everybody, Invitations(invitations))
    return judge(request, Asker(asker, NOW_MS, b"", "fresh", proof, device=device), known)


def refused(request: Write, asker: Account, *invitations: Invitation, **given: Any) -> str:
    """Return the code of the error of a request."""
    with pytest.raises(ChatError) as caught:
        judged(request, asker, *invitations, **given)
    return caught.value.code


def invitation(**fields: Any) -> Invitation:
    """Return an open invitation for the code of these tests."""
    return replace(
        Invitation(code_hash(CODE), "member", None, 1, NOW_MS + 1, "u1", NOW_MS), **fields
    )


def test_a_password_registers_a_guest() -> None:
    """It is a member then, and holds its name for ever."""
    request = SetPassword(id="w", new="...")
    (draft,) = judged(request, replace(GUEST, held=False), proof=Proof(made="made")).drafts
    assert draft == AccountDraft(replace(GUEST, role="member", password="made"))
    nameless = account("u1", was="ada")
    assert refused(request, nameless, proof=Proof(made="made")) == "bad_name"


def test_a_password_is_changed_by_who_had_it() -> None:
    """One that was changed meanwhile is not; one that is the same already is done."""
    request = SetPassword(id="w", new="...", old="...")
    (draft,) = judged(request, ADA, proof=Proof("u1", "stored", "made")).drafts
    assert draft == AccountDraft(replace(ADA, password="made"))
    assert judged(request, ADA, proof=Proof("u1", "stored")) == Verdict()
    for proof in (NO_PROOF, Proof(made="made"), Proof("u1", "older", "made")):
        assert refused(request, ADA, proof=proof) == "wrong_password"


def test_another_password_signs_other_devices_out() -> None:
    """Where that is asked for, all but the one it is asked from; asked again there are none."""
    two = replace(ADA, devices=(device("u1"), device("new", id="other")))
    request = SetPassword(id="w", new="...", old="...", sign_out=True)
    (draft,) = judged(request, two, proof=Proof("u1", "stored", "made"), device="first").drafts
    assert draft == AccountDraft(replace(ADA, password="made"))
    (draft,) = judged(request, two, proof=Proof("u1", "stored"), device="first").drafts
    assert draft == AccountDraft(ADA)
    assert judged(request, ADA, proof=Proof("u1", "stored"), device="first") == Verdict()


def test_a_device_is_taken_from_its_account() -> None:
    """Only the one that was named goes."""
    two = replace(ADA, devices=(device("u1"), device("new", id="other")))
    assert judged(Revoke(id="r", device="other"), two).drafts == (AccountDraft(ADA),)
    assert refused(Revoke(id="r", device="third"), two) == "no_such_device"


def test_a_deleted_account_has_nothing_left() -> None:
    """No name, no token, no profile; it leaves every room but those that are of its people."""
    known = replace(ADA, display="A", status="s", zone="Europe/Rome", picture="hash", seen_ms=1)
    verdict = judged(Unregister(id="d"), known, proof=Proof("u1", "stored"))
    draft, forgotten = verdict.drafts
    assert isinstance(draft, AccountDraft)
    assert forgotten == ForgetDraft("u1", blank=False)
    gone = draft.account
    assert (gone.id, gone.deleted, gone.held, gone.devices) == ("u1", True, False, ())
    said = (gone.name, gone.was, gone.password, gone.display, gone.status, gone.zone, gone.picture)
    assert not any(said)
    events = [one.event for one in verdict.more if isinstance(one, Draft)]
    assert [(type(one), one.room, one.sender) for one in events] == [
        (Left, "lobby", ""),
        (Left, "den", ""),
    ]
    assert refused(Unregister(id="d"), ADA) == "wrong_password"
    assert judged(Unregister(id="d"), GUEST).drafts


@pytest.mark.parametrize(
    ("role", "invited_as", "code"),
    [
        ("guest", "member", "forbidden"),
        ("bot", "member", "forbidden"),
        ("member", "member", "forbidden"),
        ("admin", "member", None),
        ("admin", "bot", None),
        ("admin", "admin", "forbidden"),
        ("owner", "admin", None),
        ("owner", "owner", "bad_request"),
        ("owner", "guest", "bad_request"),
        ("owner", "king", "bad_request"),
    ],
)
def test_who_may_invite_as_what(role: str, invited_as: str, code: str | None) -> None:
    """Nobody makes another what he is himself, but the owner; no invitation makes an owner."""
    request = MakeInvitation(id="i", code=CODE, role=invited_as)
    asker = replace(ADA, role=role)
    if code is not None:
        assert refused(request, asker) == code
        return
    draft, audit = judged(request, asker).drafts
    assert isinstance(audit, AuditDraft)
    assert (audit.deed.action, audit.deed.text) == ("invite", f"as {request.role}")
    assert isinstance(draft, InvitationDraft)
    made = Invitation(code_hash(CODE), invited_as, None, 1, NOW_MS + 7 * DAY_MS, "u1", NOW_MS)
    assert draft.invitation == made


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"room": "den"}, None),
        ({"room": "attic"}, "not_a_member"),
        ({"room": "nowhere"}, "no_such_room"),
        ({"room": "~two"}, "forbidden"),
        ({"uses": 10_000}, None),
        ({"uses": 10_001}, "bad_request"),
        ({"code": "c" * 21}, "bad_request"),
        ({"seconds": 1}, None),
        ({"seconds": 2**53 - 1}, None),
    ],
)
def test_what_an_invitation_may_be(fields: dict[str, Any], code: str | None) -> None:
    """Into a room that one is in, for so many people, and for a year at most."""
    request = MakeInvitation(id="i", **({"code": CODE} | fields))
    admin = replace(ADA, role="admin")
    if code is not None:
        assert refused(request, admin) == code
        return
    draft, _ = judged(request, admin).drafts
    assert isinstance(draft, InvitationDraft)
    assert draft.invitation.expires_ms <= NOW_MS + 1_000 * MAX_INVITATION_S
    assert draft.invitation.uses_left == fields.get("uses", 1)


def test_the_same_invitation_again_is_the_one_there_is() -> None:
    """It is made once; another's code is nobody else's."""
    request = MakeInvitation(id="i", code=CODE)
    admin = replace(ADA, role="admin")
    assert judged(request, admin, invitation()) == Verdict()
    assert refused(request, admin, invitation(by="u2")) == "bad_request"


def test_only_so_many_invitations_are_open() -> None:
    """Those that ended make room, and are forgotten, but for some that were used up."""
    admin = replace(ADA, role="admin")
    request = MakeInvitation(id="i", code=CODE)
    many = [invitation(hash=bytes([1, n])) for n in range(MAX_INVITATIONS)]
    assert refused(request, admin, *many) == "too_many"
    old = invitation(hash=b"old", expires_ms=NOW_MS)
    used = [invitation(hash=bytes([2, n]), uses_left=0) for n in range(MAX_INVITATIONS + 1)]
    *gone, made, _ = judged(request, admin, *many[1:], old, *used).drafts
    assert gone == [InvitationDraft(one, gone=True) for one in (old, used[0])]
    assert isinstance(made, InvitationDraft)


def test_who_may_take_an_invitation_back() -> None:
    """Who made it, and who may invite; the owner's only the owner."""
    theirs = invitation(by="u2")
    request = Uninvite(id="u", invitation=theirs.id)
    gone, audit = judged(request, replace(ADA, role="admin"), theirs).drafts
    assert gone == InvitationDraft(theirs, gone=True)
    assert isinstance(audit, AuditDraft)
    assert audit.deed.action == "uninvite"
    assert refused(request, ADA, theirs) == "forbidden"
    assert judged(request, ADA, invitation()).drafts
    assert refused(request, ADA) == "no_such_invitation"
    owners = invitation(by=None, role="owner")
    assert refused(request, replace(ADA, role="admin"), owners) == "forbidden"
    assert judged(request, replace(ADA, role="owner"), owners).drafts


def test_an_invitation_is_redeemed() -> None:
    """One has its role and is in its room, and one use less is left."""
    one = invitation(role="admin", room="attic", by="u2")
    verdict = judged(Redeem(id="r", code=CODE), GUEST, one, others=[account("u2", "ben")])
    *drafts, audit = verdict.drafts
    assert drafts == [
        AccountDraft(replace(GUEST, role="admin")),
        InvitationDraft(replace(one, uses_left=0)),
    ]
    assert isinstance(audit, AuditDraft)
    assert (audit.deed.action, audit.deed.text) == ("redeem", "as admin")
    (came,) = verdict.more
    assert isinstance(came, Draft)
    assert (came.event.room, came.event.id) == ("attic", None)


def test_redeeming_what_makes_no_more_of_one_is_done() -> None:
    """Also with one that is used up, as after a cut; for anybody else that is none."""
    request = Redeem(id="r", code=CODE)
    for one in (invitation(uses_left=0), invitation(room="den"), invitation(room="nowhere")):
        assert judged(request, ADA, one) == Verdict()
    for ended in (invitation(uses_left=0), invitation(expires_ms=NOW_MS)):
        assert refused(request, GUEST, ended) == "bad_code"
    assert refused(request, GUEST) == "bad_code"
    assert refused(request, account("u1", was="ada"), invitation()) == "bad_name"
