"""What is typed after ``/mute``, ``/ban`` and ``/kick``: whom, how long, and why."""

from __future__ import annotations

from dataclasses import dataclass

from asynchat.chat.order_words import length_and_reason
from asynchat.errors import ChatError


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done to somebody: for so many ``seconds``, or for good; and why.

    ``everywhere`` is on the whole server instead of in a room.
    """

    seconds: int | None = None
    reason: str = ""
    everywhere: bool = False


def typed_deed(words: str, *, timed: bool) -> tuple[str, Deed]:
    """Take ``NAME 10m why`` apart; without a time it is for good.  Raise `ChatError`."""
    name, _, rest = words.strip().partition(" ")
    name = name.removeprefix("@")
    if not name:
        raise ChatError("no_such_person", "Whom? The name comes first.")
    seconds, reason = length_and_reason(rest.strip()) if timed else (None, rest.strip())
    return name, Deed(seconds, reason)
