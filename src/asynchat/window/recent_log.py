"""The last records of the log, in memory, for support.  Tokens and codes never stand in them."""

from __future__ import annotations

import logging
import re
from collections import deque
from typing import TYPE_CHECKING, Final

from asynchat.logs import LineFormatter

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 1_000
_LONGEST: Final = 4_000
_SECRET: Final = re.compile(
    r"""(?xi)
    (?P<named> \b (?: token | code | password | secret ) \b ["']? \s* [=:] \s* ["']? )
    (?P<value> [^\s"'&,;)}]+ )
    | (?<![\w-]) [A-Za-z0-9_-]{40,} (?![\w-])
    """
)


class RecentLog(logging.Handler):
    """Keeps what is logged at INFO and above, the last 1,000 records of it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(
            LineFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        )
        self._lines: deque[str] = deque(maxlen=MOST)
        self._quietened: list[tuple[logging.Handler, int]] = []
        self._level = logging.NOTSET
        self.count = 0

    @property
    def text(self) -> str:
        """All that is kept, a record on each line."""
        return "\n".join(self._lines)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as the standard library's handlers do
            self.handleError(record)
            return
        self._lines.append(without_secrets(line)[:_LONGEST])
        self.count += 1

    def install(self) -> Callable[[], None]:
        """Listen to all that asynchat logs, and print no more of it than before.

        Return what ends that.
        """
        root, ours = logging.getLogger(), logging.getLogger("asynchat")
        before = ours.level
        for handler in root.handlers:
            # What the root's level held back comes to its handlers now.
            if handler.level < root.level:
                self._quietened.append((handler, handler.level))
                handler.setLevel(root.level)
        if ours.getEffectiveLevel() > logging.INFO:
            ours.setLevel(logging.INFO)
        root.addHandler(self)

        def remove() -> None:
            root.removeHandler(self)
            ours.setLevel(before)
            for handler, level in self._quietened:
                handler.setLevel(level)
            self._quietened.clear()

        return remove


def without_secrets(line: str) -> str:
    """Return a line with whatever could let somebody in left out."""
    return _SECRET.sub(lambda match: f"{match['named'] or ''}…", line)
