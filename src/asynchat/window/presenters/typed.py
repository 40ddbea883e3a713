"""What a person meant with what stands in the composer: a message, a command, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from asynchat.errors import ChatError
from asynchat.markup.parts import MOST_PARTS, parts
from asynchat.messages import MAX_TEXT_CHARS
from asynchat.text import check_text
from asynchat.window.presenters.commands import BY_SLASH


@dataclass(frozen=True, slots=True)
class Message:
    """A text to be said."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command; ``rest`` is what follows its name."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing can be done with it; the sentence says why."""

    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A text too long for one message, cut into several."""

    texts: tuple[str, ...]


Meaning: TypeAlias = Message | Command | Parts | Refusal | None


def meaning(typed: str, *, commands: bool = True) -> Meaning:
    """Return what is meant; None where there is nothing but space.

    Without ``commands`` it is a message, whatever it begins with.
    """
    if not typed.strip():
        return None
    if not commands:
        return _message(typed, whole=True)
    if typed.startswith("//"):
        return _message(typed[1:])
    if typed.startswith("/") and "\n" not in typed:
        name, _, rest = typed[1:].partition(" ")
        if name.lower() in BY_SLASH:
            return Command(name.lower(), rest.strip())
        return Refusal(f"There is no command /{name}; begin with // to say it as it stands.")
    return _message(typed)


def overlong(typed: str) -> str | None:
    """Return a sentence where a text is too long to be sent, before it is."""
    # That many characters are never more bytes than the wire allows.
    excess = len(typed) - MAX_TEXT_CHARS
    return f"{excess:,} character{'' if excess == 1 else 's'} too many" if excess > 0 else None


def _message(typed: str, *, whole: bool = False) -> Message | Parts | Refusal:
    too_much = overlong(typed.strip("\n"))
    if too_much is not None:
        texts = () if whole else parts(typed)
        if 1 < len(texts) <= MOST_PARTS:
            return Parts(texts)
        return Refusal(f"This message has {too_much}; a message has at most {MAX_TEXT_CHARS:,}.")
    try:
        return Message(check_text(typed.strip("\n")))
    except ChatError as error:
        return Refusal(error.text)
