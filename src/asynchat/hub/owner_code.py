"""The code by which somebody becomes the owner of a server that has none yet.

It is an invitation that the server itself makes, good once.  It stands in a file of the data
directory for its owner only, and is told on the server's own terminal: who reads either is the
owner already.  It is never who comes first.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from asynchat.chat.drafts import InvitationDraft
from asynchat.chat.invitations import Invitation, code_hash
from asynchat.chat.roles import OWNER
from asynchat.config import OWNER_CODE_FILE, left_owner_code
from asynchat.files import placed
from asynchat.messages import MAX_INT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.hub.hub import Hub

_CODE_BYTES: Final = 16


class OwnerCode:
    """The code of one server, in its data directory; `code` is None once there is an owner."""

    def __init__(self, data: Path, hub: Hub, *, now_ms: Callable[[], int]) -> None:
        self.code: str | None = None
        self._data = data
        self._hub = hub
        self._now_ms = now_ms

    def prepare(self) -> None:
        """Make the code where there is no owner, or go on with the one there is.

        Raise `OSError` where it cannot be written.
        """
        self._hub.account_changes.on_owner = self._forget
        if self._hub.has_owner():
            self._forget()
            return
        ours = [one for one in self._hub.invitations() if one.role == OWNER and one.by is None]
        code = left_owner_code(self._data)
        if code is None or code_hash(code) not in {one.hash for one in ours}:
            code = self._made()
            made = Invitation(code_hash(code), OWNER, None, 1, MAX_INT, None, self._now_ms())
            self._hub.note(
                *(InvitationDraft(one, gone=True) for one in ours),
                InvitationDraft(made),
            )
        self.code = code

    def _made(self) -> str:
        code = secrets.token_urlsafe(_CODE_BYTES)
        self._data.mkdir(parents=True, exist_ok=True)
        with placed(self._data / OWNER_CODE_FILE, replace=True) as path:
            path.write_text(f"{code}\n", encoding="utf-8")
        return code

    def _forget(self) -> None:
        self.code = None
        (self._data / OWNER_CODE_FILE).unlink(missing_ok=True)
