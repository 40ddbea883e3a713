"""Who comes in as whom: a hello, the accounts there are, and who keeps a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.access import (
    check_access,
    entered,
    opens_room,
    promoted,
    use_of,
    way_in,
)
from asynchat.chat.accounts import Account, Device
from asynchat.chat.asking import Asker, told
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.chat.roles import MEMBER
from asynchat.errors import ChatError
from asynchat.messages import LOBBY, MAX_DEVICE_CHARS, VERSIONS
from asynchat.text import check_line

if TYPE_CHECKING:
    from asynchat.chat.asking import Known, Proof
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.invitations import Invitation
    from asynchat.messages import Hello

MAX_TOKEN_CHARS: Final = 256
SIGNED_OUT: Final = "This device was signed out."
WRONG: Final = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Asked:
    """A hello, and what comes with it.

    ``token_hash`` is the SHA-256 of its token; ``fresh`` is an id that was never used.
    """

    hello: Hello
    token_hash: bytes
    proof: Proof
    fresh: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Who came in, on which device, and what has to be stored, together, before that is true.

    ``more`` is stored along with it, each on its own.
    """

    account: Account
    device: str
    drafts: tuple[OneDraft, ...]
    more: tuple[OneDraft, ...] = ()


def check_hello(hello: Hello) -> None:
    """Refuse what can be told from the hello alone.  Raise `ChatError`."""
    if hello.version not in VERSIONS:
        spoken = " and ".join(map(str, VERSIONS))
        raise ChatError(
            "bad_version",
            f"This server speaks version {spoken} of the protocol.",
            versions=VERSIONS,
        )
    if hello.token is not None and not 1 <= len(hello.token) <= MAX_TOKEN_CHARS:
        raise ChatError("bad_credentials", f"A token has 1 to {MAX_TOKEN_CHARS} characters.")
    if hello.register and hello.password is None:
        raise ChatError("bad_request", "Who registers needs a password.")
    check_line(hello.device, MAX_DEVICE_CHARS, "What a device is called")


def admit(asked: Asked, known: Known) -> Entry:
    """Find or make the account of a hello, and give it the name it asks for.

    A token never seen signs in where there is a password, else it makes an account.  Who asks
    for no name gets its own, or the one it had if that is free again.  Raise `ChatError`.
    """
    directory = known.directory
    if directory.is_revoked(asked.token_hash):
        raise ChatError("bad_credentials", SIGNED_OUT)
    before = directory.with_token(asked.token_hash)
    signs_in = asked.hello.password is not None and not asked.hello.register
    if before is not None:
        account = before
    elif signs_in:
        before = _signed_in(asked, known)
        account = before.with_device(_device(asked))
    else:
        account = Account(asked.fresh, None, asked.now_ms, (_device(asked),))
    invitation = _invitation_for(asked, known, account, is_new=before is None)
    account = _upgraded(account, invitation, asked, known)
    check_access(account, known.access, had_code=asked.hello.code is not None)
    # Who signs in says which account, and renames nobody.
    name = None if signs_in else asked.hello.name
    name = name or account.name or account.was or asked.hello.name
    if name is None:
        raise ChatError("bad_name", "Say which name you want.")
    drafts: list[OneDraft] = []
    if name != account.name or not account.held:
        *others, account = directory.claim(account, name, keeps_name=known.keeps_name)
        drafts += map(AccountDraft, others)
    if account != before:
        drafts.append(AccountDraft(account))
    more: tuple[OneDraft, ...] = ()
    if invitation is not None:
        drafts.append(use_of(invitation))
        comes = Asker(account, asked.now_ms, b"", asked.fresh)
        drafts.append(told(comes, "redeem", account, text=f"as {invitation.role}"))
        more = way_in(invitation, account, known, asked.now_ms)
    if account.id not in known.state.rooms[LOBBY].members:
        drafts.append(Draft(entered(account, LOBBY, known, asked.now_ms)))
        more = tuple(one for one in more if invitation is None or invitation.room != LOBBY)
    device = account.device_with(asked.token_hash)
    return Entry(account, "" if device is None else device.id, tuple(drafts), more)


def _signed_in(asked: Asked, known: Known) -> Account:
    """Return the account that the password of a hello is that of."""
    account = None if asked.proof.account is None else known.directory.get(asked.proof.account)
    if account is None or not asked.proof.is_of(account):
        raise ChatError("bad_credentials", WRONG)
    return account


def _device(asked: Asked) -> Device:
    label = check_line(asked.hello.device, MAX_DEVICE_CHARS, "What a device is called")
    return Device(asked.fresh, asked.token_hash, label, asked.now_ms)


def _invitation_for(
    asked: Asked, known: Known, account: Account, *, is_new: bool
) -> Invitation | None:
    """Return the invitation of a hello, if it makes more of somebody than it is."""
    code = asked.hello.code
    invitation = None if code is None else known.invitations.of(code)
    if invitation is None or not invitation.is_open(asked.now_ms):
        return None
    # A hello comes again and again: who has been let in does not use it up for another.
    makes_more = promoted(account, invitation.role) is not account
    return invitation if makes_more or (is_new and opens_room(invitation, account, known)) else None


def _upgraded(
    account: Account, invitation: Invitation | None, asked: Asked, known: Known
) -> Account:
    """Return an account as an invitation and its registering make it."""
    if invitation is not None:
        account = promoted(account, invitation.role)
    if not asked.hello.register or account.password is not None:
        return account
    if known.access != "invited":
        account = promoted(account, MEMBER)
    if asked.proof.made is None:
        # Between being looked at and being judged it lost its password: very soon it has one.
        raise ChatError("too_fast", retry_after=1)
    return replace(account, password=asked.proof.made)
