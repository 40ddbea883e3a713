"""How people write Markdown in chat, as rules for markdown-it.

It differs from CommonMark where that would surprise whoever types a message: a newline is a
newline, a quote ends with its line, a fence may have code beside it, ``2*3*4`` and
``C:\\*.txt`` are what they look like, and what is not understood stands there as typed.  No
HTML, headings, images, tables or references.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block
from markdown_it.rules_inline.state_inline import Delimiter

from asynchat.markup.addresses import ADDRESS, is_web

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

MAX_LEVEL: Final = 8
"""How deep quotes and lists go; a list is two levels.  What is deeper stands as typed."""

_MAX_INLINE: Final = 20
_FENCE: Final = re.compile(r"(`{3,}|~{3,})[ \t]*([^`]*)$")
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,32}\Z")
_RULER: Final = re.compile(r"(?:[-*+]\s*)+\Z")
_SCHEME: Final = re.compile(r"(?<![^\W_])https?\Z", re.IGNORECASE)
_ESCAPABLE: Final = frozenset("*_~`[]()<>#-+.!|")
_OPENING: Final = frozenset("([{\"'*_~\u201c\u2018«¿¡")
_CLOSING: Final = frozenset(")]}\"'*_~.,:;!?…\u201d\u2019»")


def grammar() -> MarkdownIt:
    """Return a parser with these rules."""
    md = MarkdownIt("zero", {"maxNesting": _MAX_INLINE})
    md.block.ruler.at("fence", _fence, {"alt": ["paragraph", "blockquote", "list"]})
    md.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    md.block.ruler.at("paragraph", _paragraph)
    md.inline.ruler.at("linkify", _address)
    md.inline.ruler.at("newline", _newline)
    md.inline.ruler.at("escape", _escape)
    md.inline.ruler.at("emphasis", _emphasis)
    md.enable(["fence", "blockquote", "list"])
    md.enable(["linkify", "newline", "escape", "backticks", "emphasis", "strikethrough", "link"])
    md.enable("autolink")
    md.validateLink = is_web  # type: ignore[assignment,method-assign]
    # As typed: decoded, an address could hold what texts lose (`%1B` is an escape).
    md.normalizeLinkText = str  # type: ignore[assignment,method-assign]
    return md


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001
    """Take lines up to an empty one, or to what another rule takes; keep their indents."""
    line, before = start + 1, state.parentType
    state.parentType = "paragraph"
    enders = state.md.block.ruler.getRules("paragraph")
    last = state.lineMax
    while line < last and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if any(rule(state, line, last, True) for rule in enders):
            break
        line += 1
    state.parentType = before
    state.line = line
    state.push("paragraph_open", "p", 1).map = [start, line]
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, line, state.blkIndent, False).rstrip()
    token.map = [start, line]
    token.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take code between fences; the first and the last line of it may stand beside them."""
    opening = _FENCE.match(_line(state, start))
    if opening is None:
        return False
    if silent:
        return True
    fence, beside = opening.groups()
    beside = beside.rstrip()
    language = beside if _LANGUAGE.match(beside) else ""
    line, closed, tail = start + 1, False, None
    while line < end:
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            break
        stripped = _line(state, line).rstrip()
        code = stripped.rstrip(fence[0])
        if len(stripped) - len(code) >= len(fence):
            closed = True
            tail = state.getLines(line, line + 1, state.sCount[start], False).rstrip()
            tail = tail[: len(tail) - (len(stripped) - len(code))]
            break
        line += 1
    content = state.getLines(start + 1, line, state.sCount[start], True)
    if beside and not language:
        content = f"{beside}\n{content}"
    if tail:
        content += tail
    state.line = line + 1 if closed else line
    token = state.push("fence", "code", 0)
    token.info = language
    token.content = content
    token.map = [start, state.line]
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take a quote: a mark and a space, so that ``>_<`` stays the face it is."""
    text = _line(state, start)
    rest = text.lstrip(">")
    if rest == text or not (not rest or rest[0].isspace()):
        return False
    return state.level < MAX_LEVEL and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take a list, but no line of nothing but its marks."""
    if state.level >= MAX_LEVEL or _RULER.match(_line(state, start)):
        return False
    return list_block(state, start, end, silent)


def _newline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("softbreak", "br", 0)
    state.pos += 1
    return True


def _escape(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Take the mark after a backslash as it stands, unless it looks like part of a path."""
    src, at = state.src, state.pos
    if src[at] != "\\" or at + 1 >= state.posMax or src[at + 1] not in _ESCAPABLE:
        return False
    if at and not (src[at - 1].isspace() or src[at - 1] in _OPENING):
        return False
    if not silent:
        state.append_pending(src[at + 1])
    state.pos += 2
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Mark where emphasis may begin and end; in the midst of a word it never does."""
    src, at = state.src, state.pos
    mark = src[at]
    if silent or mark not in "*_":
        return False
    end = at
    while end < state.posMax and src[end] == mark:
        end += 1
    before = src[at - 1] if at else " "
    rest = src[end : min(end + 2, state.posMax)].ljust(2)
    after, beyond = rest[0], rest[1]
    scanned = state.scanDelims(at, mark == "*")
    opens, closes = scanned.can_open, scanned.can_close
    if mark == "_":
        opens = opens and (before.isspace() or before in _OPENING)
        # `__init__.py` is a name, `__init__.` the end of a sentence.
        closes = closes and (after.isspace() or (after in _CLOSING and not beyond.isalnum()))
    elif _in_word(before) and _in_word(after):
        opens = closes = False
    for _ in range(end - at):
        token = state.push("text", "", 0)
        token.content = mark
        state.delimiters.append(
            Delimiter(
                marker=ord(mark),
                length=end - at,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos = end
    return True


def _in_word(char: str) -> bool:
    # Scripts that put no spaces between words have nothing but the marks to go by.
    return char.isascii() and char.isalnum()


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Take an address as it stands."""
    src, at = state.src, state.pos
    if src[at] != ":" or state.linkLevel > 0 or not src.startswith("://", at):
        return False
    scheme = _SCHEME.search(src, max(0, at - 6), at)
    if scheme is None or not state.pending.endswith(scheme.group()):
        return False
    found = ADDRESS.match(src, scheme.start(), state.posMax)
    if found is None or not is_web(found.group()):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme.group())]
        state.push("link_open", "a", 1).attrs = {"href": found.group()}
        state.push("text", "", 0).content = found.group()
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True
