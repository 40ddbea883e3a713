"""What messages are made of: their common base, the types of fields, and the limits."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

VERSION: Final = 1
VERSIONS: Final = (VERSION,)

MAX_HELLO_BYTES: Final = 8 * 1024
MAX_REQUEST_BYTES: Final = 64 * 1024
MAX_SERVER_FRAME_BYTES: Final = 128 * 1024
MAX_TEXT_CHARS: Final = 4_000
MAX_TEXT_BYTES: Final = 16 * 1024
MAX_TOPIC_CHARS: Final = 250
MAX_DIRECT_PEOPLE: Final = 8
MAX_EMOJI_CHARS: Final = 32
MAX_REACTIONS: Final = 20
"""How many different emoji may stand under one message."""
MAX_PINNED: Final = 50
MAX_DISPLAY_CHARS: Final = 50
MAX_STATUS_CHARS: Final = 100
MAX_ZONE_CHARS: Final = 64
MAX_PICTURE_BYTES: Final = 24 * 1024
"""Of somebody's picture, before base64 makes it a third longer."""
MAX_FILE_BYTES: Final = 100_000_000
"""Of a file, unless the server's settings say otherwise."""
MAX_FILE_NAME_BYTES: Final = 255
"""What the name of a file may take on most disks."""
MAX_MENTIONS: Final = 20
"""How many people one message may mention."""
MAX_COUNTED: Final = 100
"""Up to how many unread messages of a room are counted."""
MAX_UNREAD_ROOMS: Final = 50
MAX_PAGE_EVENTS: Final = 500
MAX_SEARCH_CHARS: Final = 250
MAX_FOUND: Final = 100
MAX_BLOCKED: Final = 500
MAX_REASON_CHARS: Final = 250
MAX_REPORT_CHARS: Final = 1_000
MAX_SLOW_S: Final = 24 * 3600
MAX_AUDIT_ENTRIES: Final = 200
AUDIT_ENTRIES: Final = 50
FOUND: Final = 20
PAGE_EVENTS: Final = 50
MAX_DEVICE_CHARS: Final = 64
MAX_USES: Final = 10_000
"""How many one invitation may let in."""
MAX_INVITATIONS: Final = 200
"""How many may be open on one server."""
MAX_INVITATION_S: Final = 365 * 24 * 3600
MAX_INT: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259, section 6)."""

LOBBY: Final = "lobby"
DIRECT_PREFIX: Final = "~"

Fingerprint: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{52}\Z")]
Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
Natural: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_INT)]
Positive: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=MAX_INT)]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every message has in common: frozen, by keyword, with its ``type`` written first.

    A field without a default is always written; one with a default is left out when it
    holds it.  Unknown fields are ignored.
    """
