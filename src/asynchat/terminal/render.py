"""What happened, as lines of text: for the pipe, for ``--follow`` and for the terminal.

Pure.  Whatever comes from the wire passes through here before it is printed, so that no
name, text or topic can move a cursor, turn its line around or pass for a line of its own.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias
from unicodedata import east_asian_width

from asynchat.chat.files import size_text
from asynchat.chat.sentences import DELETED, SOMEBODY, sentence
from asynchat.link.zones import local_time
from asynchat.markup.addresses import says_otherwise
from asynchat.markup.markdown import Code, parse
from asynchat.markup.mentions import NOBODY, mentions
from asynchat.messages import (
    MAX_COUNTED,
    Edited,
    Pinned,
    Presence,
    Reacted,
    Redacted,
    Room,
    Said,
)
from asynchat.text import displayed, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from asynchat.link.searching import Hit
    from asynchat.markup.markdown import Span
    from asynchat.markup.mentions import Highlights
    from asynchat.messages import AnyAbout, AnyEvent, File, Unread
    from asynchat.terminal.numbers import Numbered

Fragment: TypeAlias = tuple[str, str]
"""A style and a text, as prompt_toolkit takes them."""

Row: TypeAlias = tuple[Fragment, ...]
"""One thing to be printed: its fragments, without the line end; it may hold several lines."""

SENDER_STYLES: Final = 6
SNIPPET_CHARS: Final = 160
"""How much is shown of a text that a search found."""
QUOTE_COLUMNS: Final = 60
"""How much is shown of what a message replies to."""

EARLIER: Final = "an earlier message"
"""What a message is called that has no number."""

_TAB: Final = "    "
_STATES: Final = {"online": "", "away": " (away)", "busy": " (busy)", "offline": " (offline)"}


def pipe_line(said: Said) -> str:
    """Return what was said as the pipe prints it: ``ada: hello``."""
    text = f"({DELETED})" if said.redacted else one_line(said.text)
    note = "" if said.file is None else file_note(said.file)
    return f"{one_line(said.sender)}: {' '.join(filter(None, (text, note)))}"


def file_note(file: File, number: int | None = None) -> str:
    """Return what is told of a file, and by which number it is fetched."""
    get = "" if number is None else f", /get {number}"
    warning = f" {one_line(file.warning)}" if file.warning else ""
    return f"[{one_line(file.name)}, {size_text(file.size)}{get}]{warning}"


def follow_line(said: Said, label: str, zone: tzinfo | None = None) -> str:
    """Return what was said as ``--follow`` prints it: ``2026-11-20 14:03 #lobby ada: hello``."""
    return f"{_time(said.time, '%Y-%m-%d %H:%M', zone)} {label} {pipe_line(said)}"


def follow_about_line(event: AnyAbout, label: str, zone: tzinfo | None = None) -> str:
    """Return what became of a message as ``--follow`` prints it, after a ``*``.

    As in ``2026-11-20 14:03 #lobby * ada edited a message: hello``.
    """
    time = _time(event.time, "%Y-%m-%d %H:%M", zone)
    return f"{time} {label} * {one_line(sentence(event))}"


def room_label(name: str, room: Room | None, me: str | None) -> str:
    """Return how people call a room: ``#lobby``, or ``@ben,eve`` for a direct one.

    ``me`` is the account that looks at it.
    """
    if room is None or not room.direct:
        return f"#{one_line(name)}"
    others = [person for person in room.people if person.account != me] or list(room.people)
    return "@" + ",".join(one_line(person.name or person.was or "somebody") for person in others)


def event_row(
    event: AnyEvent,
    *,
    label: str | None = None,
    me: str | None = None,
    zone: tzinfo | None = None,
    styled: bool = False,
    highlighted: Highlights = NOBODY,
    numbered: Numbered | None = None,
    quote: str | None = None,
) -> Row:
    """Return an event as the terminal shows it; ``label`` names a room other than the open one.

    Lines of a text after the first are indented as far as the first one's text.  Markdown is
    read where it can be ``styled``; elsewhere it stands as typed, or its meaning would be lost.
    ``numbered`` is the message as it is now, and what it replies to is quoted above it.
    """
    time = _time(event.time, "%H:%M", zone)
    where = "" if label is None else f"{label} "
    if not isinstance(event, Said):
        return (
            ("class:time", f"{time} "),
            ("class:room", where),
            ("class:notice", f"* {one_line(sentence(event))}"),
        )
    sender = one_line(event.sender)
    indent = " " * (len(time) + 1)
    above = () if quote is None else (("class:notice", f"{indent}↪ {quote}\n"),)
    number = () if numbered is None else (("class:time", f"{numbered.number} "),)
    text = event.text if numbered is None else numbered.text
    if event.redacted or (numbered is not None and numbered.deleted):
        body: tuple[Fragment, ...] = (("class:notice", f"({DELETED})"),)
    else:
        text = displayed(text).replace("\t", _TAB)
        body = tuple(_styled(text, highlighted)) if styled else (("", text),)
    return (
        *above,
        ("class:time", f"{time} "),
        *number,
        ("class:room", where),
        (_sender_style(event.account, me), sender),
        ("", ": "),
        *((style, part.replace("\n", f"\n{indent}")) for style, part in body),
        *_file(event, numbered, after=bool(text)),
        *(() if numbered is None else _marks(numbered, indent)),
    )


def _file(event: Said, numbered: Numbered | None, *, after: bool) -> Row:
    """Return what stands behind a text where a file came with it."""
    if event.file is None or (numbered is not None and numbered.deleted):
        return ()
    note = file_note(event.file, None if numbered is None else numbered.number)
    return (("class:notice", f"{' ' if after else ''}{note}"),)


def about_row(
    event: AnyAbout,
    numbered: Numbered | None,
    *,
    label: str | None = None,
    zone: tzinfo | None = None,
) -> Row:
    """Return what became of a message, as one line; ``numbered`` is the message after it."""
    return (
        ("class:time", f"{_time(event.time, '%H:%M', zone)} "),
        ("class:room", "" if label is None else f"{label} "),
        ("class:notice", f"* {_about_sentence(event, numbered)}"),
    )


def _about_sentence(event: AnyAbout, numbered: Numbered | None) -> str:
    who = one_line(event.sender) or SOMEBODY
    what = EARLIER if numbered is None else str(numbered.number)
    match event:
        case Edited(text=text):
            return f"{who} edited {what}: {one_line(text)}"
        case Redacted():
            return f"{who} deleted {what}"
        case Pinned(on=on):
            return f"{who} {'pinned' if on else 'unpinned'} {what}"
        case Reacted(emoji=emoji, on=on):
            did = f"reacted {one_line(emoji)} to" if on else f"took back {one_line(emoji)} from"
            count = "" if numbered is None else f" ({numbered.count(emoji)})"
            return f"{who} {did} {what}{count}"


def quote_text(sender: str, text: str, *, number: int | None = None, deleted: bool = False) -> str:
    """Return what a message replies to, cut to `QUOTE_COLUMNS`: ``12 ada: first words …``."""
    which = "" if number is None else f"{number} "
    said = f"({DELETED})" if deleted else one_line(text)
    return _cut(f"{which}{one_line(sender) or SOMEBODY}: {said}", QUOTE_COLUMNS)


def _marks(numbered: Numbered, indent: str) -> Iterator[Fragment]:
    """Yield what became of a message, but for its text."""
    marks = {"edited": numbered.edited, "pinned": numbered.pinned}
    if told := ", ".join(name for name, holds in marks.items() if holds):
        yield "class:notice", f" ({told})"
    if numbered.reactions:
        told = ", ".join(f"{one_line(one.emoji)} {one.count}" for one in numbered.reactions)
        yield "class:notice", f"\n{indent}{told}"


def _cut(text: str, columns: int) -> str:
    widths = accumulate(2 if east_asian_width(char) in "WF" else 1 for char in text)
    fits = sum(width <= columns for width in widths)
    if fits == len(text):
        return text
    return f"{text[: fits - 1].rstrip()}…"


def _styled(text: str, highlighted: Highlights) -> Iterator[Fragment]:
    """Cut a text into fragments; the lines of quotes, lists and code have their marks."""
    for number, piece in enumerate(parse(text)):
        if number:
            yield "", "\n"
        yield "", "\n" * piece.above
        bars = "│ " * piece.quote
        if isinstance(piece, Code):
            if piece.language:
                yield "class:notice", f"{bars}{piece.language}\n"
            before = f"{bars}{'  ' * piece.depth}▏"
            yield "class:code", before + piece.text.replace("\n", f"\n{before}")
            continue
        inside = bars + "  " * piece.depth
        marker = f"{piece.marker} " if piece.marker else ""
        yield "class:quote", bars
        yield "", inside[len(bars) : len(inside) - len(marker)] + marker
        for span in piece.spans:
            for style, part in _span(span, highlighted):
                yield style, part.replace("\n", f"\n{inside}")


def _span(span: Span, highlighted: Highlights) -> Iterator[Fragment]:
    names = ("bold", "italic", "strike")
    style = " ".join(name for name in names if getattr(span, name))
    if span.code:
        yield f"{style} class:code".strip(), span.text
    elif span.url is not None:
        yield f"{style} underline".strip(), span.text
        # There is nothing to point at it with.
        if says_otherwise(span.text, span.url):
            yield "class:notice", f" ({one_line(span.url)})"
    else:
        at = 0
        for mention in mentions(span.text, highlighted):
            yield style, span.text[at : mention.start]
            name = "class:mention-me" if mention.me else "class:mention"
            yield f"{style} {name}".strip(), span.text[mention.start : mention.end]
            at = mention.end
        yield style, span.text[at:]


def hit_row(
    hit: Hit, label: str, me: str | None, zone: tzinfo | None = None, *, number: int | None = None
) -> Row:
    """Return what a search found, on one line: day and time, room, sender, and what is around it.

    What was searched for has a style of its own.
    """
    start, end = _around(hit)
    row = [
        ("class:time", f"{_time(hit.time, '%Y-%m-%d %H:%M', zone)} "),
        ("class:time", "" if number is None else f"{number} "),
        ("class:room", f"{label} "),
        (_sender_style(hit.account, me), one_line(hit.sender)),
        ("", ": …" if start else ": "),
    ]
    at = start
    for first, last in hit.marks:
        if at <= first and last <= end:
            row += [("", hit.text[at:first]), ("class:match", hit.text[first:last])]
            at = last
    row.append(("", hit.text[at:end] + ("…" if end < len(hit.text) else "")))
    return tuple((style, one_line(text)) for style, text in row if text)


def _around(hit: Hit) -> tuple[int, int]:
    """Return which part of a text is shown: the first mark, and what is before and after it."""
    first = hit.marks[0][0] if hit.marks else 0
    start = 0 if len(hit.text) <= SNIPPET_CHARS else max(0, first - SNIPPET_CHARS // 4)
    return start, min(len(hit.text), start + SNIPPET_CHARS)


def notice_row(text: str, style: str = "notice") -> Row:
    """Return a sentence of ours as the terminal shows it."""
    return ((f"class:{style}", f"* {one_line(text)}"),)


def presence_sentence(change: Presence) -> str | None:
    """Return who came, went or was renamed, or None where there is nothing to tell."""
    name = one_line(change.name or change.was or "somebody")
    if change.reason == "renamed" and change.was is not None and change.name is not None:
        return f"{one_line(change.was)} is now called {name}"
    if change.reason in {"renamed", "profile", "state"}:
        return None
    match change.state:
        case "online":
            return f"{name} is here"
        case "away":
            return f"{name} is away"
        case "offline" if change.reason == "lost":
            return f"{name} lost the connection"
        case "offline":
            return f"{name} has gone"
        case _:
            return None


def people_rows(people: Iterable[Presence], where: str) -> list[Row]:
    """Return who there is, those who are here first, in order of name."""
    order = {"online": 0, "busy": 1, "away": 2}
    people = sorted(people, key=lambda p: (order.get(p.state, 3), (p.name or p.was or "").lower()))
    here = sum(person.state in order for person in people)
    rows = [notice_row(f"{where}: {here} here, {len(people)} in all")]
    for person in people:
        name = one_line(person.name or person.was or "somebody")
        rows.append(
            (
                ("", "  "),
                (_sender_style(person.account, None), name),
                ("class:notice", _of_person(person)),
            )
        )
    return rows


def profile_rows(person: Presence, now: datetime, zone: tzinfo | None = None) -> list[Row]:
    """Return what somebody says of themselves, and how they are; ``now`` knows its zone."""
    name = one_line(person.name or person.was or "somebody")
    shown = f"{one_line(person.display)} (@{name})" if person.display else name
    lines = [f"{shown} is {person.state}"]
    if person.since is not None:
        word = "last seen" if person.state == "offline" else "here since"
        lines.append(f"  {word} {_time(person.since, '%Y-%m-%d %H:%M', zone)}")
    if person.status:
        lines.append(f"  status: {one_line(person.status)}")
    if person.zone:
        there = local_time(person.zone, now)
        time = "" if there is None else f", {there:%H:%M} there"
        lines.append(f"  time zone: {one_line(person.zone)}{time}")
    return [notice_row(line) for line in lines]


def rooms_rows(
    rooms: Sequence[Room], me: str | None, current: str, unread: Mapping[str, Unread]
) -> list[Row]:
    """Return the rooms there are: members, the topic, what is unread, whether one is in it."""
    rows = [notice_row("1 room" if len(rooms) == 1 else f"{len(rooms)} rooms")]
    for room in rooms:
        marks = "" if room.member else " (not joined)"
        if room.name == current:
            marks = " (on view)"
        counted = unread.get(room.name)
        if counted is not None and counted.unread and room.name != current:
            marks += f", {_count(counted)}"
        members = "1 member" if room.members == 1 else f"{room.members} members"
        topic = f": {one_line(room.topic)}" if room.topic else ""
        rows.append(
            (
                ("", "  "),
                ("class:room", room_label(room.name, room, me)),
                ("class:notice", f"{marks}, {members}{topic}"),
            )
        )
    return rows


def unread_row(unread: Unread, label: str) -> Row:
    """Return how much is unread in a room."""
    return (("", "  "), ("class:room", label), ("class:notice", f", {_count(unread)}"))


def _count(unread: Unread) -> str:
    many = f"{MAX_COUNTED - 1}+" if unread.unread >= MAX_COUNTED else str(unread.unread)
    mentions = f", {unread.mentions} for you" if unread.mentions else ""
    return f"{many} unread{mentions}"


def row_text(row: Row) -> str:
    """Return a row without its styles."""
    return "".join(text for _, text in row)


def _sender_style(account: str, me: str | None) -> str:
    if account == me:
        return "class:me"
    return f"class:sender-{zlib.crc32(account.encode(errors='replace')) % SENDER_STYLES}"


def _time(milliseconds: int, form: str, zone: tzinfo | None) -> str:
    """Return a time in ``zone``, or where this computer is; the wire may hold any integer."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, zone).strftime(form)
    except (OverflowError, OSError, ValueError):
        return datetime(1970, 1, 1).strftime(form)  # noqa: DTZ001 - stands for "no such time"


def _of_person(person: Presence) -> str:
    state = _STATES.get(person.state, " (offline)")
    return state + (f" \N{EM DASH} {one_line(person.status)}" if person.status else "")
