from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.timeline import Line, Splice
from asynchat.window.presenters.transcript import FIRST_SCREEN, MAX_LIVE
from asynchat.window.room_view import RoomView
from asynchat.window.widgets.transcript import Transcript

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import BlockSplice
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


def line(number: int) -> Line:
    return Line(
        key=f"seq-{number}",
        kind="said",
        account="u1",
        sender="ada",
        text=f"message {number}.",
        time=number * 60_000 * 10,
        seq=number,
    )


class Stage:
    """A room on view, and how often older lines were asked for."""

    def __init__(self, root: tk.Tk, look: Look) -> None:
        self.older = 0
        nothing: Any = lambda *_: None  # noqa: E731
        self.transcript = Transcript(
            root,
            look,
            on_top=self.reached_top,
            on_bottom=self.reached_bottom,
            on_newest=self.to_newest,
            on_link=nothing,
            on_retry=nothing,
            on_delete=nothing,
            on_key=nothing,
        )
        self.new_after: int | None = None
        self.view = RoomView(
            self.transcript,
            year=lambda: 1970,
            on_older=self.ask,
            new_after=lambda: self.new_after,
        )

    def reached_top(self) -> None:
        self.view.reached_top()

    def reached_bottom(self) -> None:
        self.view.reached_bottom()

    def to_newest(self) -> None:
        self.view.to_newest()

    def ask(self) -> None:
        self.older += 1


@pytest.fixture
async def stage(root: tk.Tk, look: Look, fill: Any) -> AsyncIterator[Stage]:
    stage = Stage(root, look)
    await fill(stage.transcript)
    yield stage
    stage.view.close()


async def test_a_burst_is_shown_with_one_tick(
    stage: Stage, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lines come within a tick, the widget is changed once."""
    stage.view.load([])
    changes: list[int] = []
    splice = stage.transcript.splice

    def count(splices: Sequence[BlockSplice], *, news: int = 0) -> None:
        changes.append(len(splices))
        splice(splices, news=news)

    monkeypatch.setattr(stage.transcript, "splice", count)
    for number in range(100):
        stage.view.feed([Splice(number, 0, (line(number),))])
    assert not changes
    await until(lambda: changes)
    assert changes == [1]
    assert "message 99." in stage.transcript.shown


async def test_what_one_does_oneself_is_shown_at_once(stage: Stage) -> None:
    """One's own line does not wait for the tick, nor do those before it."""
    stage.view.load([])
    stage.view.feed([Splice(0, 0, (line(0),))])
    stage.view.feed([Splice(1, 0, (line(1),))], at_once=True)
    assert "message 0." in stage.transcript.shown
    assert "message 1." in stage.transcript.shown


async def test_older_lines_come_in_when_one_scrolls_up(stage: Stage, until: Until) -> None:
    """At the top lines from memory come in; when there are no more, older ones are asked for."""
    stage.view.load([line(n) for n in range(FIRST_SCREEN + 150)])
    assert "message 0." not in stage.transcript.shown
    await until(lambda: len(stage.view.presenter.blocks) == FIRST_SCREEN)
    for _ in range(2):
        stage.transcript.text.yview_moveto(0)
        before = stage.view.presenter.hidden_above
        await until(lambda: stage.view.presenter.hidden_above < before)  # noqa: B023
    assert "message 0." in stage.transcript.shown
    stage.transcript.text.yview_moveto(0)
    await until(lambda: stage.older)


async def test_who_waits_at_the_top_is_shown_what_comes(stage: Stage, until: Until) -> None:
    """A page that arrives while the oldest line is on view comes into it; the reader stays."""
    stage.view.load([line(number) for number in range(1000, 1000 + FIRST_SCREEN)])
    await until(lambda: not stage.view.presenter.hidden_above)
    assert stage.transcript.pinned
    stage.transcript.text.yview_moveto(0)
    await until(lambda: stage.older > 0)
    assert stage.transcript.at_top
    page = Splice(0, 0, tuple(line(number) for number in range(900, 1000)))
    stage.view.feed([page], at_once=True)
    assert "message 999." in stage.transcript.text.get("1.0", "end")
    await until(lambda: not stage.transcript.at_top)


async def test_the_view_is_bounded(stage: Stage, until: Until) -> None:
    """Of ten thousand lines, no more are in the widget than may be."""
    stage.view.load([])
    for start in range(0, 10_000, 1000):
        batch = tuple(line(n) for n in range(start, start + 1000))
        stage.view.feed([Splice(start, 0, batch)], at_once=True)
        assert len(stage.view.presenter.blocks) <= MAX_LIVE
    assert "message 9999." in stage.transcript.shown


async def test_the_newest_is_one_press_away(stage: Stage, until: Until) -> None:
    """However far up one is, the newest lines are there at once."""
    stage.view.load([line(n) for n in range(5000)])
    for _ in range(30):
        stage.view.reached_top()
    stage.transcript.text.yview_moveto(0)
    await until(lambda: not stage.transcript.pinned)
    for _ in range(10):
        stage.view.reached_top()
    assert stage.view.presenter.hidden_below
    stage.transcript._down.invoke()
    assert "message 4999." in stage.transcript.shown
    assert stage.transcript.pinned


async def test_a_room_that_is_left_shows_nothing_more(stage: Stage, until: Until) -> None:
    """What was waiting for the tick of one room is not shown in the next."""
    stage.view.load([])
    stage.view.feed([Splice(0, 0, (line(0),))])
    stage.view.load([line(7)])
    stage.view.flush()
    assert "message 0." not in stage.transcript.shown
    stage.view.feed([Splice(1, 0, (line(8),))])
    stage.view.close()
    stage.view.flush()
    assert "message 8." not in stage.transcript.shown


async def test_what_is_above_a_short_room_is_shown(stage: Stage, until: Until) -> None:
    """Older lines that come while the view has room are shown, though nobody scrolls to them."""
    stage.view.load([line(1_000)])
    older = tuple(line(number) for number in range(1, FIRST_SCREEN + 50))
    stage.view.feed([Splice(0, 0, older)], at_once=True)
    assert len(stage.view.presenter.blocks) == stage.transcript.rows
    await until(lambda: len(stage.view.presenter.blocks) == FIRST_SCREEN)
    assert stage.view.presenter.hidden_above == 50
    await until(lambda: f"message {FIRST_SCREEN + 49}." in stage.transcript.shown)


async def test_a_place_is_shown_and_left(stage: Stage, until: Until) -> None:
    """A place has more below: reading on asks for that, and a press leads to the newest."""
    newer: list[int] = []
    stage.view._on_newer = lambda: newer.append(1)
    stage.view.load_place([line(n) for n in range(150)], 70)
    transcript = stage.transcript
    await until(lambda: "message 70." in transcript.text.get("@0,0", "@900,600"))
    assert transcript.more_below
    assert not transcript.pinned
    stage.view.feed([], news=1)
    await until(lambda: "1 new message" in str(transcript._down.cget("text")))
    transcript.text.yview_moveto(1)
    await until(lambda: newer)
    stage.view.extend(150, [line(n) for n in range(150, 400)])
    assert "message 249." in transcript.shown
    assert transcript.more_below
    assert not stage.view.show_line(9_999)
    assert stage.view.show_line(300)
    transcript._down.invoke()
    await until(lambda: transcript.pinned)
    assert "message 399." in transcript.shown
    assert not transcript.more_below


def on_view(stage: Stage, word: str) -> bool:
    """Tell whether a word stands on view."""
    text = stage.transcript.text
    return bool((at := text.search(word, "1.0", "end")) and text.dlineinfo(at))


async def test_what_is_new_is_on_view(stage: Stage, until: Until) -> None:
    """Where more is new than a screen holds, its beginning is on view, with a way down; where
    all of it fits, one is at the newest line.
    """
    stage.new_after = 40
    stage.view.load([line(number) for number in range(400)])
    await until(lambda: on_view(stage, "NEW"))
    assert on_view(stage, "message 41.")
    await until(lambda: not stage.transcript.pinned)
    stage.view.to_newest()
    await until(lambda: stage.transcript.pinned)
    stage.view.feed([Splice(400, 0, (line(400),))], at_once=True)
    await until(lambda: on_view(stage, "message 400."))
    stage.new_after = 397
    stage.view.load([line(number) for number in range(400)])
    await until(lambda: on_view(stage, "NEW"))
    assert stage.transcript.pinned
    assert "NEW" not in stage.transcript.shown


async def test_older_lines_are_asked_for_until_what_is_new_begins(
    stage: Stage, until: Until
) -> None:
    """A page at a time, as long as the reader has not gone elsewhere."""
    stage.new_after = 120
    stage.view.load([line(number) for number in range(300, 400)])
    assert stage.older == 1
    older = tuple(line(number) for number in range(200, 300))
    stage.view.feed([Splice(0, 0, older)], at_once=True)
    assert stage.older == 2
    older = tuple(line(number) for number in range(100, 200))
    stage.view.feed([Splice(0, 0, older)], at_once=True)
    await until(lambda: on_view(stage, "NEW"))
    assert on_view(stage, "message 121.")


async def test_the_separator_goes_when_all_is_read(stage: Stage, until: Until) -> None:
    """And its rule with it, which goes from the margin to the word."""
    stage.view.load([line(number) for number in range(5)])
    assert not on_view(stage, "NEW")
    stage.new_after = 2
    stage.view.part()
    await until(lambda: [strip for strip in stage.transcript.strips.shown if strip.height <= 2])
    (rule,) = stage.transcript.strips.shown
    text = stage.transcript.text
    word = text.bbox(text.search("NEW", "1.0"))
    assert word is not None
    assert rule.x < 40
    assert 0 < word[0] - (rule.x + rule.width) < 20
    stage.new_after = None
    stage.view.part()
    await until(lambda: not stage.transcript.strips.shown)
    assert not text.search("NEW", "1.0")


def feed(stage: Stage, first: int, count: int) -> None:
    """Have lines come after all others, and be shown."""
    stage.view.feed([Splice(n, 0, (line(n),)) for n in range(first, first + count)])
    stage.view.flush()


async def test_of_more_than_has_room_on_view_the_newest_is_written(
    stage: Stage, until: Until
) -> None:
    """A flood costs a screenful a tick; what was skipped is above, and comes in once it is calm."""
    stage.view.load([line(n) for n in range(FIRST_SCREEN)])
    await until(lambda: not stage.view.presenter.hidden_above)
    feed(stage, FIRST_SCREEN, 500)
    presenter, transcript = stage.view.presenter, stage.transcript
    assert len(presenter.blocks) == transcript.rows
    assert presenter.hidden_above == FIRST_SCREEN + 500 - transcript.rows
    assert transcript.text.dlineinfo("end-1c") is not None
    assert "message 699." in transcript.shown
    assert "message 500." not in transcript.shown
    await until(lambda: len(presenter.blocks) == FIRST_SCREEN)
    assert "message 500." in transcript.shown
    assert transcript.pinned
    transcript.text.yview_moveto(0)
    await until(lambda: "message 400." in transcript.shown)


async def test_what_is_held_on_to_is_not_skipped(stage: Stage) -> None:
    """A selection stays, and so does the message that was chosen, however much is said."""
    stage.view.load([line(n) for n in range(30)])
    stage.transcript.text.tag_add("sel", "1.0", "5.0")
    feed(stage, 30, 200)
    assert stage.transcript.text.tag_ranges("sel")
    stage.transcript.text.tag_remove("sel", "1.0", "end")
    stage.transcript.choose(-1)
    chosen = stage.transcript.chosen
    assert chosen is not None
    feed(stage, 230, 200)
    assert stage.transcript.chosen == chosen
    assert stage.view.presenter.hidden_above == 0


async def test_far_below_a_reader_nothing_is_written(stage: Stage, until: Until) -> None:
    """Who scrolled up costs nothing by what is said; it comes in when they scroll down again."""
    stage.view.load([line(n) for n in range(150)])
    await until(lambda: not stage.view.presenter.hidden_above)
    transcript, presenter = stage.transcript, stage.view.presenter
    transcript.text.yview_moveto(0.5)
    await until(lambda: not transcript.pinned)
    before = transcript.text.get("@0,0", "@0,300")
    for first in range(150, 650, 50):
        feed(stage, first, 50)
    assert len(presenter.blocks) <= 150 + 2 * 100
    assert presenter.hidden_below >= 300
    assert transcript.text.get("@0,0", "@0,300") == before

    def down() -> bool:
        transcript.text.yview_moveto(1)
        return transcript.pinned

    await until(down)
    assert presenter.hidden_below == 0
    assert "message 649." in transcript.shown


async def test_what_was_asked_for_in_a_place_is_shown(stage: Stage, until: Until) -> None:
    """Page after page of newer lines comes into the view: who reads on waits for it there."""
    stage.view.load_place([line(n) for n in range(150)], 70)
    await until(lambda: not stage.transcript.pinned)
    for first in range(150, 550, 100):
        page = tuple(line(n) for n in range(first, first + 100))
        stage.view.feed([Splice(first, 0, page)], at_once=True)
        assert stage.view.presenter.hidden_below == 0
        assert f"message {first + 99}." in stage.transcript.shown


async def test_after_a_long_tick_the_next_one_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """Writing takes a part of the time: who wrote for long rests for longer, within bounds."""
    waits: list[int] = []
    after = stage.transcript.after

    def note(wait_ms: Any, call: Any) -> str:
        if wait_ms == "idle":
            return after(wait_ms, call)
        waits.append(wait_ms)
        return after(0, call)

    times = iter((0.0, 10.0, 10.02, 10.02, 20.0, 25.0, 25.0, 30.0, 30.0, 30.0, 30.0, 30.0))
    monkeypatch.setattr(stage.view, "_clock", lambda: next(times))
    monkeypatch.setattr(stage.transcript, "after", note)
    stage.view.load([])
    for number in range(4):
        stage.view.feed([Splice(number, 0, (line(number),))])
        await until(lambda: f"message {number}." in stage.transcript.shown)  # noqa: B023
    assert waits == [33, 80, 200, 33]
