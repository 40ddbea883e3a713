"""Who comes in as whom: a hello, the accounts there are, and who keeps a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.chat.accounts import Account
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.errors import ChatError
from asynchat.messages import LOBBY, VERSIONS, Joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.chat.accounts import Directory
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.state import State
    from asynchat.messages import Hello

MAX_TOKEN_CHARS: Final = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """Who came in, and what has to be stored before that is true."""

    account: Account
    drafts: tuple[OneDraft, ...]


def check_hello(hello: Hello) -> None:
    """Refuse what can be told from the hello alone.  Raise `ChatError`."""
    if hello.version not in VERSIONS:
        spoken = " and ".join(map(str, VERSIONS))
        raise ChatError(
            "bad_version",
            f"This server speaks version {spoken} of the protocol.",
            versions=VERSIONS,
        )
    if hello.password is not None:
        raise ChatError("bad_credentials", "This server has no accounts with passwords.")
    if hello.token is not None and not 1 <= len(hello.token) <= MAX_TOKEN_CHARS:
        raise ChatError("bad_credentials", f"A token has 1 to {MAX_TOKEN_CHARS} characters.")


def admit(
    hello: Hello,
    token_hash: bytes,
    state: State,
    directory: Directory,
    *,
    keeps_name: Callable[[str], bool],
    now_ms: int,
    fresh: str,
) -> Entry:
    """Find or make the account of a hello, and give it the name it asks for.

    A token never seen makes the account with it, under the id ``fresh``.  Who asks for no name
    gets its own, or the one it had if that is free again.  Raise `ChatError` ``bad_name`` or
    ``name_taken``.
    """
    known = directory.with_token(token_hash)
    account = known or Account(fresh, None, token_hash, now_ms)
    name = hello.name
    if name is None:
        name = account.name or account.was
    if name is None:
        raise ChatError("bad_name", "Say which name you want.")
    drafts: list[OneDraft] = []
    if known is None or name != account.name or not account.held:
        changed = directory.claim(account, name, keeps_name=keeps_name)
        drafts += map(AccountDraft, changed)
        account = changed[-1]
    if account.id not in state.rooms[LOBBY].members:
        joined = Joined(
            seq=0,
            time=now_ms,
            room=LOBBY,
            account=account.id,
            sender=account.name or "",
            id=None,
        )
        drafts.append(Draft(joined))
    return Entry(account, tuple(drafts))
