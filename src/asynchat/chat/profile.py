"""What an account says of itself: its name, how it is shown, and how it is on its connections."""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.drafts import AccountDraft
from asynchat.errors import ChatError
from asynchat.messages import MAX_PICTURE_BYTES, MAX_STATUS_CHARS, MAX_ZONE_CHARS
from asynchat.text import check_display, check_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from asynchat.chat.accounts import Account, Directory
    from asynchat.messages import SetProfile

ONLINE: Final = "online"
AWAY: Final = "away"
BUSY: Final = "busy"
OFFLINE: Final = "offline"

_STATES: Final = frozenset({ONLINE, AWAY, BUSY})
_ZONE: Final = re.compile(rf"[A-Za-z0-9_+/-]{{1,{MAX_ZONE_CHARS}}}\Z")
_HASH_CHARS: Final = 16
_BEGINNINGS: Final = (
    re.compile(rb"\x89PNG\r\n\x1a\n"),
    re.compile(rb"\xff\xd8\xff"),
    re.compile(rb"RIFF....WEBP", re.DOTALL),
    re.compile(rb"GIF8[79]a"),
)
"""How the files begin that a picture may be: PNG, JPEG, WebP, GIF."""


def change_profile(
    request: SetProfile,
    account: Account,
    directory: Directory,
    *,
    keeps_name: Callable[[str], bool],
) -> tuple[AccountDraft, ...]:
    """Return what is to be stored, nothing where all is so already.

    ``keeps_name`` is as for `Directory.claim`.  Raise `ChatError` ``bad_name``, ``name_taken``,
    ``bad_profile`` or ``text_too_long``.
    """
    picture = None if request.picture is None else check_picture(request.picture)
    changed = replace(
        account,
        display=account.display if request.display is None else check_display(request.display),
        status=account.status if request.status is None else _status(request.status),
        zone=account.zone if request.zone is None else _zone(request.zone),
        picture=account.picture if picture is None else picture_hash(picture),
    )
    others: list[Account] = []
    if request.name is not None and request.name != account.name:
        *others, changed = directory.claim(changed, request.name, keeps_name=keeps_name)
    if changed == account:
        return ()
    return (*map(AccountDraft, others), AccountDraft(changed, picture or None))


def check_picture(base64: str) -> bytes:
    """Return the bytes of a picture, none where it is taken away.  Raise ``bad_profile``."""
    try:
        data = b64decode(base64, validate=True)
    except (binascii.Error, ValueError):
        raise ChatError("bad_profile", "This picture is no base64.") from None
    if len(data) > MAX_PICTURE_BYTES:
        kib = MAX_PICTURE_BYTES // 1024
        raise ChatError("bad_profile", f"A picture has at most {kib} KiB.")
    if data and not any(beginning.match(data) for beginning in _BEGINNINGS):
        raise ChatError("bad_profile", "A picture is a PNG, JPEG, WebP or GIF file.")
    return data


def picture_hash(data: bytes) -> str:
    """Return what a picture is told from others by; nothing for none."""
    return hashlib.sha256(data).hexdigest()[:_HASH_CHARS] if data else ""


def check_state(state: str) -> str:
    """Return how somebody may be.  Raise ``bad_request``."""
    if state not in _STATES:
        raise ChatError("bad_request", f"One is {ONLINE}, {AWAY} or {BUSY}.")
    return state


def state_among(states: Collection[str]) -> str:
    """Return how an account is that is so on its connections: busy goes before online."""
    return next((state for state in (BUSY, ONLINE, AWAY) if state in states), ONLINE)


def _status(text: str) -> str:
    return check_line(text, MAX_STATUS_CHARS, "A status")


def _zone(zone: str) -> str:
    if zone and not _ZONE.match(zone):
        raise ChatError("bad_profile", "A time zone is named like Europe/Berlin.")
    return zone
