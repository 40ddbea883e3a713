"""What a person is told of beside the window, and in what words.

Pure: `asynchat.window.notifying` brings what was said and the time, and shows what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.markup.mentions import EVERYBODY, highlights, mentions
from asynchat.text import displayed
from asynchat.window.preferences import is_quiet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.messages import Said
    from asynchat.window.preferences import Notifications, Sound

Attention: TypeAlias = Literal["nothing", "shown", "heard"]
"""``heard`` is shown, too."""

EVERY_S: Final = 5.0
"""How long a room is silent after a notification: what comes meanwhile is counted."""
AT_ONCE: Final = 3
"""How many notifications come within `EVERY_S`, of all rooms together."""
MAX_CHARS: Final = 200

_MOST_NAMED: Final = 4
_AT_ROOM: Final = f"@{EVERYBODY}"

_SHORT: Final[dict[Sound, str]] = {
    "all": "every message",
    "mentions": "mentions",
    "nothing": "nothing",
}


@dataclass(frozen=True, slots=True)
class News:
    """What was said, as far as it matters here: by oneself, to whom, with one's name in it."""

    own: bool = False
    direct: bool = False
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """How things are when it is said.

    ``minute`` is that of the day, ``watched`` whether the room is on view and the window in
    front, ``busy`` whether one does not want to be disturbed.
    """

    minute: int = 12 * 60
    watched: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """Something said that a person is told of; ``label`` is what its room is called."""

    room: str
    label: str
    sender: str
    text: str
    direct: bool = False
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Notification:
    """What is shown; a click on it leads to ``room``."""

    room: str
    title: str
    body: str
    heard: bool = False


def choices(usual: Sound) -> tuple[tuple[Sound | None, str], ...]:
    """Return what can be chosen for a room, where ``usual`` is chosen for all."""
    return (
        (None, f"As in the settings ({_SHORT[usual]})"),
        ("all", "Every message"),
        ("mentions", "Mentions and highlighted words"),
        ("nothing", "Nothing"),
    )


def attention(
    news: News, told: Notifications, moment: Moment, *, chosen: Sound | None = None
) -> Attention:
    """Return whether something said is shown, and heard; ``chosen`` is what is for its room."""
    if news.own or moment.watched or moment.busy or is_quiet(told, moment.minute):
        return "nothing"
    # In a room for which mentions were chosen, a direct one too, only those count.
    calls = news.calls or (news.direct and chosen is None)
    wanted = chosen or told.show
    if wanted == "nothing" or (wanted == "mentions" and not calls):
        return "nothing"
    return "heard" if told.sound else "shown"


def calls_me(event: Said, *, me: str, words: Iterable[str]) -> bool:
    """Tell whether a text mentions the reader or has a highlighted word in it."""
    if event.everyone or me in event.mentions:
        return True
    # What mentions people is the server's to say: "@room" in code is none.
    found = mentions(event.text, highlights(words=words))
    return any(event.text[one.start : one.end].casefold() != _AT_ROOM for one in found)


def one_notification(message: Message, *, preview: bool) -> Notification:
    """Return what tells of one message."""
    sender = shown(message.sender)
    # A direct room of two is called like the other one.
    alone = message.direct and message.label == message.sender
    title = sender if alone else f"{sender} in {shown(message.label)}"
    body = shown(message.text) if preview else "A new message"
    return Notification(message.room, title, body, message.heard)


def count_notification(newest: Message, count: int, *, preview: bool) -> Notification:
    """Return what tells of several messages in one room."""
    where = "from" if newest.direct else "in"
    title = f"{count} new messages {where} {shown(newest.label)}"
    body = f"{shown(newest.sender)}: {shown(newest.text)}" if preview else ""
    return Notification(newest.room, title, body, newest.heard)


def shown(text: str) -> str:
    """Return a text as one clean, short line, which turns nothing around it."""
    line = " ".join(displayed(text[: 4 * MAX_CHARS]).split())
    return line if len(line) <= MAX_CHARS else f"{line[: MAX_CHARS - 1].rstrip()}…"


@dataclass(slots=True)
class _Waiting:
    count: int
    newest: Message
    heard: bool


class Gathered:
    """What waits to be told: of each room at most one notification in `EVERY_S` seconds.

    What the stream brings while it catches up becomes one notification in all.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._times: dict[str, float] = {}
        self._missed = False

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, message: Message) -> None:
        """Let a message wait; `take` returns what is to be shown."""
        before = self._waiting.pop(message.room, None)
        count = 1 if before is None else before.count + 1
        heard = message.heard or (before is not None and before.heard)
        self._waiting[message.room] = _Waiting(count, message, heard)

    def forget(self, room: str) -> None:
        """Tell nothing of a room: what waits was seen."""
        self._waiting.pop(room, None)

    def take(
        self, now: float, *, preview: bool, catching_up: bool = False
    ) -> tuple[Notification, ...]:
        """Return what is to be shown at a time by any clock in seconds."""
        self._times = {room: at for room, at in self._times.items() if now - at < EVERY_S}
        if catching_up:
            self._missed = self._missed or bool(self._waiting)
            return ()
        due = list(self._waiting) if self._missed else self._due()
        together = self._missed or len(due) > AT_ONCE
        if not due or (not self._missed and len(self._times) + len(due) > AT_ONCE and self._times):
            return ()
        self._missed = False
        self._times |= dict.fromkeys(due, now)
        taken = [self._waiting.pop(room) for room in due]
        if together and len(taken) > 1:
            return (_summary(taken),)
        return tuple(_of_room(each, preview=preview) for each in taken)

    def wait_s(self, now: float) -> float | None:
        """Return how long to wait until `take` has something, None where nothing waits."""
        if not self._waiting:
            return None
        if self._missed or not self._times:
            return 0.0
        due = self._due()
        if due and len(self._times) + len(due) <= AT_ONCE:
            return 0.0
        return max(0.0, min(self._times.values()) + EVERY_S - now)

    def _due(self) -> list[str]:
        return [room for room in self._waiting if room not in self._times]


def _of_room(waiting: _Waiting, *, preview: bool) -> Notification:
    newest = waiting.newest
    if waiting.count == 1:
        return one_notification(newest, preview=preview)
    told = count_notification(newest, waiting.count, preview=preview)
    return Notification(told.room, told.title, told.body, waiting.heard)


def _summary(taken: list[_Waiting]) -> Notification:
    count = sum(each.count for each in taken)
    labels = [shown(each.newest.label) for each in taken]
    named = ", ".join(labels[:_MOST_NAMED])
    rest = len(labels) - _MOST_NAMED
    body = f"{named} and {rest} more" if rest > 0 else named
    heard = any(each.heard for each in taken)
    title = f"{count} new messages in {len(taken)} rooms"
    return Notification(taken[-1].newest.room, title, body, heard)
