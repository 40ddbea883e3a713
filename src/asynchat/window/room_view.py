"""The room on view: splices of lines come in, and once a tick the transcript follows."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from asynchat.window.presenters.transcript import FIRST_SCREEN, TranscriptPresenter, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from asynchat.link.timeline import Line, Splice
    from asynchat.window.presenters.transcript import BlockSplice
    from asynchat.window.widgets.transcript import Transcript

TICK_MS: Final = 33
_LONGEST_TICK_MS: Final = 200
_REST: Final = 4
"""How many times as long as it wrote it rests, so that most of the time is for others."""

_FILL_BY: Final = 20
_CALM_MS: Final = 300
"""How long nothing was skipped before what is above the newest lines is taken in again."""

_GROW_BY: Final = 100
_SEEK_PAGES: Final = 12
"""How many pages are asked for to reach what is new; counts of the unread go to 1,000."""


class RoomView:
    """Keeps at most so many blocks live and takes others in when the reader comes near.

    Where more is said in a tick than has room on view, a reader at the bottom is shown the
    newest of it; the rest comes into the view from above as all that is older does.

    ``on_older`` is called when the reader is at the top of everything that is here, ``on_newer``
    at the bottom of a place that is not the newest; ``year`` and
    ``twelve`` are asked when a room is shown: see `TranscriptPresenter`.  ``new_after`` is the
    seq after which all was new in it, None for nothing, but for what the account ``me`` said;
    what accounts that are ``blocked`` said is hidden.
    """

    def __init__(
        self,
        transcript: Transcript,
        *,
        year: Callable[[], int],
        on_older: Callable[[], None],
        twelve: Callable[[], bool] = lambda: False,
        on_newer: Callable[[], None] = lambda: None,
        new_after: Callable[[], int | None] = lambda: None,
        me: Callable[[], str] = lambda: "",
        blocked: Callable[[], Collection[str]] = tuple,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._transcript = transcript
        self._year = year
        self._twelve = twelve
        self._on_older = on_older
        self._on_newer = on_newer
        self._new_after = new_after
        self._me = me
        self._blocked = blocked
        self._to_new = 0
        self._elsewhere = False
        self._presenter = TranscriptPresenter(year=year())
        self._waiting: list[Splice] = []
        self._news = 0
        self._timer: str | None = None
        self._filling: str | None = None
        self._clock = clock
        self._due = 0.0
        self._below = 0

    @property
    def presenter(self) -> TranscriptPresenter:
        """What is live and what is not."""
        return self._presenter

    def load(self, lines: Iterable[Line]) -> None:
        """Show another room, at its newest line."""
        self._forget()
        self._elsewhere = False
        self._below = 0
        self._transcript.clear()
        self._presenter = TranscriptPresenter(
            year=self._year(), twelve=self._twelve(), me=self._me(), blocked=self._blocked()
        )
        first = self._presenter.load(lines, self._new_after(), rows=self._transcript.rows)
        self._transcript.splice([first])
        self._to_new = _SEEK_PAGES
        self._seek_new()
        self._fill_later()

    def uncover(self, key: str) -> None:
        """Show what a message says that is hidden."""
        self.flush()
        self._show(self._presenter.uncover(key))

    def part(self, *, known: bool = False) -> None:
        """Have the separator where what is new begins, as it is ``known`` now."""
        after = self._new_after()
        if after != self._presenter.new_after:
            self.flush()
            self._show(self._presenter.part_at(after))
        self._seek_new()
        if known and after is None:
            # What is new later is not sought: the reader would be moved.
            self._to_new = 0

    def go_to_new(self) -> None:
        """Have the beginning of what is new on view, if the reader is at the newest line."""
        self._to_new = _SEEK_PAGES
        self.part()

    def _seek_new(self) -> None:
        """Once after a room was opened, have the beginning of what is new on view."""
        transcript, presenter = self._transcript, self._presenter
        at = presenter.new_at
        if not self._to_new or self._elsewhere or not transcript.pinned:
            return
        if at is not None and transcript.text.winfo_height() > 1:
            self._to_new = 0
            shown = at - presenter.hidden_above
            if shown < 0:
                self._show(presenter.grow_up(_GROW_BY - shown))
                shown = at - presenter.hidden_above
            transcript.show_new(shown)
        elif presenter.misses_new:
            self._to_new -= 1
            self._on_older()

    def load_place(self, lines: Iterable[Line], seq: int) -> None:
        """Show another part of the room, at a line; below it there is more, that is not here."""
        self.load(lines)
        self._elsewhere = True
        self._transcript.more_below = True
        self.show_line(seq)

    def show_line(self, seq: int) -> bool:
        """Go to a line, and mark it for a moment; tell whether it is here."""
        self.flush()
        found = self._presenter.reveal(seq)
        if found is None:
            return False
        at, splice = found
        if splice is not None:
            self._transcript.splice([splice])
        self._tell_more()
        self._transcript.reveal(at)
        return True

    def extend(self, at: int, lines: Iterable[Line]) -> None:
        """Go on with other lines from ``at``, up to the newest; the reader is not moved."""
        self.flush()
        splices = self._presenter.extend(at, lines)
        self._elsewhere = False
        self._tell_more()
        self._show(splices)
        self._show(self._presenter.grow_down(_GROW_BY))

    def feed(self, splices: Iterable[Splice], *, news: int = 0, at_once: bool = False) -> None:
        """Take changes of the lines; ``news`` of the added ones were said just now by others.

        What a person has just done is shown ``at_once``, all else with the next tick.
        """
        self._waiting += splices
        self._news += news
        if at_once:
            self.flush()
        elif (self._waiting or self._news) and self._timer is None:
            rest_ms = round((self._due - self._clock()) * 1000)
            self._timer = self._transcript.after(max(TICK_MS, rest_ms), self._ticked)

    def flush(self) -> None:
        """Show everything now."""
        presenter, transcript = self._presenter, self._transcript
        splices, news, rows = merge(self._waiting), self._news, transcript.rows
        self._forget_waiting()
        appended = presenter.appended(splices)
        if transcript.free and appended > rows:
            self._show(presenter.skip(splices, rows), news)
            self._fill_later(_CALM_MS)
            return
        # What would be far below a reader who scrolled up waits outside the view; in a place
        # it is what the reader asked for.
        self._below = 0 if transcript.pinned or self._elsewhere else self._below
        follow = self._below < _GROW_BY
        self._below += appended
        changes = [presenter.apply(splice, follow=follow) for splice in splices]
        self._show([part for parts in changes for part in parts], news)
        missing = rows - len(presenter.blocks)
        if missing > 0 and presenter.hidden_above:
            # Where there is nothing to scroll, nobody comes near the top.
            self._show(presenter.grow_up(missing))
        elif presenter.hidden_above and transcript.at_top:
            # What the reader at the top was waiting for.
            self._show(presenter.grow_up(_GROW_BY))
        self._seek_new()
        self._fill_later()

    def _fill_later(self, wait_ms: int | None = None) -> None:
        """Have a screenful above the one on view, a part at a time; from now on, where told."""
        if self._filling is not None and wait_ms is not None:
            self._transcript.after_cancel(self._filling)
            self._filling = None
        lacks = self._presenter.hidden_above and len(self._presenter.blocks) < FIRST_SCREEN
        if self._filling is None and lacks:
            self._filling = self._transcript.after(wait_ms or TICK_MS, self._fill)

    def _fill(self) -> None:
        self._filling = None
        missing = FIRST_SCREEN - len(self._presenter.blocks)
        if missing > 0:
            self._show(self._presenter.grow_up(min(missing, _FILL_BY)))
        self._fill_later()

    def reached_top(self) -> None:
        """Take older lines into the view, or ask for some."""
        if self._presenter.hidden_above:
            self._show(self._presenter.grow_up(_GROW_BY))
            self._show(self._presenter.trim_bottom())
        else:
            self._on_older()

    def reached_bottom(self) -> None:
        """Take newer lines into the view, where there are any."""
        if self._presenter.hidden_below:
            self._show(self._presenter.grow_down(_GROW_BY))
            self._show(self._presenter.trim_top())
        elif self._elsewhere:
            self._on_newer()

    def to_newest(self) -> None:
        """Go to the newest line, wherever the reader is."""
        if self._presenter.hidden_below:
            self._transcript.splice([self._presenter.reload()])
        self._tell_more()
        self._to_new = 0
        self._transcript.to_bottom()

    def close(self) -> None:
        """Cancel what was to be shown."""
        self._forget()

    def _ticked(self) -> None:
        self._timer = None
        began = self._clock()
        self.flush()
        now = self._clock()
        self._due = now + min(_REST * (now - began), _LONGEST_TICK_MS / 1000)

    def _show(self, splices: list[BlockSplice], news: int = 0) -> None:
        self._tell_more()
        if splices or news:
            self._transcript.splice(splices, news=news)
        if self._transcript.pinned:
            trimmed = self._presenter.trim_top()
            if trimmed:
                self._transcript.splice(trimmed)

    def _tell_more(self) -> None:
        self._transcript.more_below = self._elsewhere or self._presenter.hidden_below > 0

    def _forget(self) -> None:
        self._forget_waiting()
        if self._filling is not None:
            self._transcript.after_cancel(self._filling)
            self._filling = None

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._news = 0
        if self._timer is not None:
            self._transcript.after_cancel(self._timer)
            self._timer = None
