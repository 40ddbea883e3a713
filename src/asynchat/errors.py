"""Every refusal has a stable code and one sentence for people.

The codes are part of the wire and are documented in ``docs/protocol.md``.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "bad_frame": "This is not a line of JSON with one object in it.",
    "frame_too_long": "This line is longer than a frame may be.",
    "unknown_type": "The server does not know this type of request.",
    "bad_request": "A field of this request is missing or of the wrong kind.",
    "not_welcome_yet": "Say hello first.",
    "hello_timeout": "No hello came in time.",
    "tls_required": "This server speaks TLS only: connect to its address without tls=no.",
    "bad_version": "This server does not speak that version of the protocol.",
    "name_taken": "Somebody else has this name.",
    "bad_name": "A name has 1 to 32 letters, digits, '_', '-' or '.', and no spaces.",
    "bad_profile": "This is no time zone, picture or display name.",
    "no_such_room": "There is no room of that name.",
    "room_exists": "There is a room of that name already.",
    "bad_room": "A room's name has 1 to 64 lower-case letters, digits, '_', '-' or '.'.",
    "not_a_member": "You are not a member of this room.",
    "no_such_message": "There is no such message in this room, or it was deleted.",
    "no_such_person": "There is nobody of that name.",
    "empty_text": "There is no text in this message.",
    "text_too_long": "A message has at most 4,000 characters.",
    "bad_emoji": "A reaction is one emoji, or a few characters without spaces.",
    "too_many": "There are as many of these as there may be.",
    "id_reused": "This id belongs to another request of yours; use a new one.",
    "too_fast": "Too many requests of this kind; wait a moment.",
    "read_only": "The server cannot store anything at the moment; history stays readable.",
    "damaged": "Part of the history is damaged on the server's disk and is not shown.",
    "forbidden": "You may not do this here.",
    "banned": "You are banned from this server.",
    "room_banned": "You are banned from this room.",
    "muted": "You are muted: others do not hear you for now.",
    "room_read_only": "Only the moderators of this room speak here.",
    "archived": "This room is archived: it can be read, and nothing is added to it.",
    "blocked": "This person does not want to hear from you.",
    "no_such_report": "There is no report of this number.",
    "bad_setting": "There is no such setting that may change while the server runs.",
    "bad_credentials": "The server does not accept this token or password.",
    "not_registered": "This server is for people with an account: sign in, or register.",
    "not_invited": "This server is for people whom somebody invited.",
    "bad_password": "A password has 8 to 256 characters.",  # nosec B105
    "wrong_password": "That is not your password.",  # nosec B105
    "bad_code": "There is no such invitation: it was used up or taken back, or is too old.",
    "no_such_device": "You are not signed in on such a device.",
    "no_such_invitation": "There is no such invitation.",
    "server_full": "The server has no room for another connection.",
    "no_such_file": "There is no such file, or it is not kept any more.",
    "file_too_big": "This file is bigger than files may be here.",
    "quota_used": "Your files take all the room you have here: delete some of your messages.",
    "storage_full": "The server has no room for more files: ask who runs it.",
    "not_whole": "What arrived is not what was sent: send the file again.",
    "bad_ticket": "This ticket is not good, or not any more: ask for another one.",
}
"""Every stable error code, with the sentence that goes with it unless a better one is at hand."""

ENDING: Final = frozenset(
    {
        "bad_frame",
        "frame_too_long",
        "hello_timeout",
        "tls_required",
        "bad_version",
        "banned",
        "bad_credentials",
        "not_registered",
        "not_invited",
        "server_full",
    }
)
"""The codes after which the server closes the connection."""

FINAL: Final = frozenset(
    {
        "banned",
        "bad_version",
        "bad_credentials",
        "not_registered",
        "not_invited",
        "tls_required",
    }
)
"""The codes after which a client does not come again by itself."""


class ChatError(Exception):
    """A refusal with a stable ``code`` and one sentence for people; the root of our errors."""

    def __init__(
        self,
        code: str,
        text: str | None = None,
        *,
        re: str | None = None,
        retry_after: float | None = None,
        suggestion: str | None = None,
        versions: tuple[int, ...] | None = None,
        until: int | None = None,
    ) -> None:
        super().__init__(CODES.get(code, code) if text is None else text)
        self.code = code
        self.re = re
        self.retry_after = retry_after
        self.suggestion = suggestion
        self.versions = versions
        self.until = until
        self.room: str | None = None
        self.seqs: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The sentence for people."""
        return str(self.args[0])
