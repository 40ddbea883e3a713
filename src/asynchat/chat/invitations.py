"""Invitations: who has the code comes in, as what it says, into the room it says.

A code is 128 random bits that the client makes, so that asking for the same invitation again
is harmless; here there is only its hash.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asynchat.chat.drafts import InvitationDraft

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{22,64}\Z")
_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code is good for, until ``expires_ms``, in ms since the epoch.

    ``hash`` is the SHA-256 of the code, ``by`` the account that made it, None for the server.
    """

    hash: bytes = field(repr=False)
    role: str
    room: str | None
    uses_left: int
    expires_ms: int
    by: str | None
    created_ms: int

    @property
    def id(self) -> str:
        """How it is called where its code is not known."""
        return self.hash[:_ID_BYTES].hex()

    def is_open(self, now_ms: int) -> bool:
        """Tell whether it still lets somebody in."""
        return self.uses_left > 0 and now_ms < self.expires_ms


class Invitations:
    """Every invitation, by its hash, in the order in which they were made."""

    def __init__(self, invitations: Iterable[Invitation] = ()) -> None:
        self._by_hash = {one.hash: one for one in invitations}

    def __iter__(self) -> Iterator[Invitation]:
        return iter(self._by_hash.values())

    def __len__(self) -> int:
        return len(self._by_hash)

    def put(self, draft: InvitationDraft) -> None:
        """Add an invitation, or put it in the place of the one with its hash, or forget it."""
        if draft.gone:
            self._by_hash.pop(draft.invitation.hash, None)
        else:
            self._by_hash[draft.invitation.hash] = draft.invitation

    def of(self, code: str) -> Invitation | None:
        """Return the invitation of a code, open or not."""
        return self._by_hash.get(code_hash(code))

    def called(self, invitation_id: str) -> Invitation | None:
        """Return the invitation of this id."""
        return next((one for one in self if one.id == invitation_id), None)


def code_hash(code: str) -> bytes:
    """Return what is kept of a code: it is too long to be guessed, so that is safe."""
    return hashlib.sha256(code.encode(errors="surrogatepass")).digest()


def check_code(code: str) -> str:
    """Return what may be a code of at least 128 bits.  Raise ``bad_request``."""
    if not _CODE.match(code):
        raise ChatError("bad_request", "A code has 22 to 64 letters, digits, '-' or '_'.")
    return code
