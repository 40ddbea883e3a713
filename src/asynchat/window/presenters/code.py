"""Code cut into what is coloured differently, by Pygments.

Only the fence's word says what language it is, and only some languages are known: nothing
is guessed, and what strangers send does not choose among hundreds of lexers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CodeKind: TypeAlias = Literal["", "keyword", "string", "number", "comment", "name"]

MAX_CHARS: Final = 4_000
"""What is longer is shown in one colour."""

MAX_PARTS: Final = 100
"""How many parts a line may have; what one more costs a Text widget grows with each."""

LANGUAGES: Final = frozenset(
    "bash c c++ console cpp cs csharp css diff docker dockerfile go haskell html ini java"
    " javascript js json jsx kotlin lua make makefile markdown md nginx perl php"
    " powershell ps1 py pycon python python3 r rb rs ruby rust scala sh shell sql swift tex toml"
    " ts tsx typescript xml yaml yml zsh".split()
)

_KINDS: Final[dict[str, CodeKind]] = {
    "Comment": "comment",
    "Comment.Preproc": "keyword",
    "Comment.PreprocFile": "string",
    "Generic.Deleted": "number",
    "Generic.Heading": "name",
    "Generic.Inserted": "string",
    "Generic.Output": "comment",
    "Generic.Prompt": "comment",
    "Generic.Subheading": "name",
    "Keyword": "keyword",
    "Keyword.Constant": "number",
    "Literal.Number": "number",
    "Literal.String": "string",
    "Name.Attribute": "number",
    "Name.Builtin": "name",
    "Name.Class": "name",
    "Name.Decorator": "name",
    "Name.Function": "name",
    "Name.Tag": "name",
    "Operator.Word": "keyword",
}


class Lexer(Protocol):
    """What we use of Pygments' lexers."""

    def get_tokens(self, text: str) -> Iterable[tuple[tuple[str, ...], str]]:
        """Cut a text."""


@lru_cache(maxsize=256)
def coloured(code: str, language: str) -> tuple[tuple[CodeKind, str], ...]:
    """Cut code; the parts' texts joined are the code."""
    language = language.lower()
    if language not in LANGUAGES or len(code) > MAX_CHARS or not code:
        return (("", code),)
    parts: list[tuple[CodeKind, str]] = []
    in_line = 0
    for kind, text in _cut(code, language):
        in_line = 0 if "\n" in text else in_line + 1
        if in_line > MAX_PARTS:
            return (("", code),)
        if parts and parts[-1][0] == kind:
            parts[-1] = (kind, parts[-1][1] + text)
        elif text:
            parts.append((kind, text))
    # Pygments takes some characters away, as a byte order mark.
    if "".join(text for _, text in parts) != code:
        return (("", code),)
    return tuple(parts)


def _cut(code: str, language: str) -> Iterator[tuple[CodeKind, str]]:
    # A lexer ends the last line, too.
    left = len(code)
    for token, text in _lexer(language).get_tokens(code):
        yield _kind(".".join(token)), text[:left]
        left = max(0, left - len(text))


@lru_cache(maxsize=len(LANGUAGES))
def _lexer(language: str) -> Lexer:
    # Off the first paint.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped] # noqa: PLC0415

    lexer: Lexer = get_lexer_by_name(language, stripnl=False)
    return lexer


@lru_cache(maxsize=256)
def _kind(token: str) -> CodeKind:
    """Return the kind of a token: that of the longest name which it begins with."""
    while token and token not in _KINDS:
        token = token.rpartition(".")[0]
    return _KINDS.get(token, "")
