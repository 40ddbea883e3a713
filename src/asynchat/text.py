"""Names and the hygiene of text, for both sides of the wire.

Pure functions over strings: what a name or a room's name must look like, when two names
are the same, and what is taken out of what people type before anyone else sees it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from precis_i18n import get_profile

from asynchat.errors import ChatError
from asynchat.lookalikes import skeleton
from asynchat.messages import (
    DIRECT_PREFIX,
    MAX_DISPLAY_CHARS,
    MAX_EMOJI_CHARS,
    MAX_TEXT_CHARS,
    MAX_TOPIC_CHARS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_NAME_CHARS: Final = 32
MAX_ROOM_CHARS: Final = 64
MAX_COMBINING: Final = 8
"""How many combining marks may follow one another; more would climb over the lines above."""

_PUNCTUATION: Final = frozenset("_-.")
_BEFORE_NO_CALL: Final = frozenset("@./:")
_NAME_CATEGORIES: Final = ("L", "M", "Nd")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BIDI_CONTROLS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ACTING: Final = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_ACTING_IN_JSON: Final = re.compile(f"[{_ACTING}]")
_ACTING_IN_LOGS: Final = re.compile(f"[\x00-\x1f{_ACTING}\ud800-\udfff]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""
_NEWLINE_SIGN: Final = "\u23ce"
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

_username = get_profile("UsernameCasePreserved")
_folded_username = get_profile("UsernameCaseMapped")


def check_name(name: str) -> str:
    """Return a person's name in its canonical form (RFC 8265, case preserved).

    Raise `ChatError` ``bad_name``.
    """
    if not 1 <= len(name) <= MAX_NAME_CHARS or not all(map(_may_be_in_name, name)):
        raise ChatError("bad_name")
    try:
        canonical = str(_username.enforce(name))
        _folded_username.enforce(name)  # Every name has to have its key.
    except UnicodeError:
        raise ChatError("bad_name") from None
    # PRECIS may change the length: NFC composes, and some characters decompose.
    if len(canonical) > MAX_NAME_CHARS or not _keeps_its_line(canonical):
        raise ChatError("bad_name")
    return canonical


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return what two names have in common when they are the same name (RFC 8265, case mapped).

    Raise `ChatError` ``bad_name``.
    """
    return str(_folded_username.enforce(check_name(name))).casefold()


@lru_cache(maxsize=4096)
def name_skeleton(name: str) -> str:
    """Return what names have in common that look alike: ``alice`` with a Cyrillic letter, too.

    Names with the same `name_key` have the same one.  Raise `ChatError` ``bad_name``.
    """
    return skeleton(name_key(name))


def room_skeleton(name: str) -> str:
    """Return what the names of rooms have in common that look alike."""
    return skeleton(name)


def check_room_name(name: str) -> str:
    """Return a room's name, which is already in its only form.  Raise `ChatError` ``bad_room``."""
    canonical = (
        1 <= len(name) <= MAX_ROOM_CHARS
        and name == unicodedata.normalize("NFC", name)
        and name == name.lower()
        and all(map(_may_be_in_name, name))
        and _keeps_its_line(name)
    )
    if not canonical:
        raise ChatError("bad_room")
    return name


def room_name(typed: str) -> str:
    """Return the room's name that a person meant: ``#General`` is ``general``.

    Raise `ChatError` ``bad_room``.
    """
    if typed.startswith(DIRECT_PREFIX):
        return typed
    return check_room_name(unicodedata.normalize("NFC", typed.strip().removeprefix("#").lower()))


def people_named(typed: str) -> tuple[str, ...]:
    """Return the names that a person meant: ``@ada,ben`` is ``ada`` and ``ben``."""
    names = (part.strip().removeprefix("@") for part in typed.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def is_direct(room: str) -> bool:
    """Tell whether this is the wire name of a direct room."""
    return room.startswith(DIRECT_PREFIX)


def free_variant(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return a proper ``name`` with the smallest number after it that is not taken.

    The name is cut where the number would make it too long, or no name.
    """
    # A name that has Arabic digits may not have ASCII ones (RFC 5893, rule 4).  The beginning
    # of a proper name is a proper name, and does not begin with a digit of the Arabic kind.
    stem = "".join(takewhile(lambda char: unicodedata.bidirectional(char) != "AN", name))
    number = 2
    while True:
        suffix = str(number)
        variant = stem[: MAX_NAME_CHARS - len(suffix)] + suffix
        if not is_taken(variant):
            return variant
        number += 1


def name_from(login: str) -> str:
    """Return a proper name made of what the system calls somebody, or ``guest``."""
    kept = "".join(filter(_may_be_in_name, unicodedata.normalize("NFC", login)))[:MAX_NAME_CHARS]
    try:
        return check_name(kept)
    except ChatError:
        return "guest"


def calls(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield where an ``@`` calls somebody, and the names that it may mean, the longest first.

    ``@ada.`` may end a sentence, while ``@ada.b`` means nobody called ada; an address calls nobody.
    """
    at = text.find("@")
    while at >= 0:
        before = text[at - 1] if at else " "
        end = at + 1
        while end < len(text) and _may_be_in_name(text[end]):
            end += 1
        word = text[at + 1 : end]
        if before == "-" or not (before in _BEFORE_NO_CALL or _may_be_in_name(before)):
            shortest = max(1, len(word.rstrip("_-.")))
            longest = min(len(word), MAX_NAME_CHARS)
            yield at, [word[:length] for length in range(longest, shortest - 1, -1)]
        at = text.find("@", end)


def clean_text(text: str) -> str:
    """Return a text as it is stored and shown.

    Line ends become ``\\n``; control characters other than ``\\n`` and tab go; unpaired
    surrogates go; of a run of combining marks the first `MAX_COMBINING` stay.
    """
    if text.isascii() and text.isprintable():
        return text  # most are, and this is told at a glance
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    return _cap_combining(_SURROGATES.sub("", text))


def check_text(text: str) -> str:
    """Return a message's text, cleaned.  Raise ``empty_text`` or ``text_too_long``."""
    # So many characters never take more than `MAX_TEXT_BYTES`: UTF-8 has at most 4 for each.
    if len(text) > MAX_TEXT_CHARS:
        raise ChatError("text_too_long")
    text = clean_text(text)
    if all(map(_shows_nothing, text)):
        raise ChatError("empty_text")
    return text


def check_topic(text: str) -> str:
    """Return a topic as one clean line.  Raise ``text_too_long``."""
    return check_line(text, MAX_TOPIC_CHARS, "A topic")


def check_line(text: str, max_chars: int, what: str) -> str:
    """Return a text as one clean line.  Raise ``text_too_long``, which says of what."""
    if len(text) > max_chars:
        raise ChatError("text_too_long", f"{what} has at most {max_chars} characters.")
    return " ".join(clean_text(text).split())


def check_display(text: str) -> str:
    """Return a name to be shown, empty where it shows nothing.

    Raise ``text_too_long``, or ``bad_profile`` for what would change what stands around it.
    """
    name = plain(check_line(text, MAX_DISPLAY_CHARS, "A display name"))
    if all(map(_shows_nothing, name)):
        return ""
    if not _keeps_its_line(name):
        raise ChatError("bad_profile", "A display name begins with no combining mark.")
    return name


def check_emoji(text: str) -> str:
    """Return what may stand under a message as a reaction.  Raise ``bad_emoji``."""
    proper = (
        1 <= len(text) <= MAX_EMOJI_CHARS
        and text == clean_text(text)
        and not any(map(str.isspace, text))
        and not all(map(_shows_nothing, text))
        and not _BIDI_CONTROLS.search(text)
        and _keeps_its_line(text)
    )
    if not proper:
        raise ChatError("bad_emoji")
    return text


def isolate(text: str) -> str:
    """Return a text that cannot turn its surroundings around (Unicode UAX #9, isolates)."""
    if text.isascii():
        return text
    return f"{_ISOLATE}{_BIDI_CONTROLS.sub('', text)}{_POP_ISOLATE}"


def plain(text: str) -> str:
    """Return a text without bidirectional controls, for a view that sets direction by itself."""
    return text if text.isascii() else _BIDI_CONTROLS.sub("", text)


def displayed(text: str) -> str:
    """Return a text, of one line or several, that a screen may show, whatever was in it."""
    return plain(clean_text(text))


def one_line(text: str) -> str:
    """Return a text that stays on one line of a screen, whatever was in it."""
    return displayed(text).replace("\n", f" {_NEWLINE_SIGN} ").replace("\t", " ")


def escaped(text: str) -> str:
    """Return a text as one line of a log: what would act on it is written out, ``\\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return _cap_combining(_ACTING_IN_LOGS.sub(_written_out, text))


def escaped_json(json: str) -> str:
    """Return the same JSON, which acts on no terminal that it is printed on.

    What is below U+0020 JSON escapes by itself; this sees to the rest, U+009B first of all.
    """
    return _ACTING_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _shows_nothing(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) == "Cf" or char in BLANKS


def _may_be_in_name(char: str) -> bool:
    return char in _PUNCTUATION or unicodedata.category(char).startswith(_NAME_CATEGORIES)


def _keeps_its_line(name: str) -> bool:
    """Tell whether a name changes nothing around it: not the character before, no line above."""
    return not unicodedata.category(name[0]).startswith("M") and name == _cap_combining(name)


def _cap_combining(text: str) -> str:
    kept: list[str] = []
    run = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            run += 1
            if run > MAX_COMBINING:
                continue
        elif category != "Cf":
            # An invisible character between two marks does not part them.
            run = 0
        kept.append(char)
    return "".join(kept)
