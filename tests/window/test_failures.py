from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.window.failures import Failures

if TYPE_CHECKING:
    import tkinter as tk

    from tests.plugins.waiting import Until


def test_a_refusal_is_shown_as_its_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """What the server refuses is shown in its words, and is no error of ours."""
    caplog.set_level(logging.INFO)
    shown: list[str] = []
    failures = Failures()
    failures.shown_by(lambda sentence, **_: shown.append(sentence))
    failures.report(ChatError("no_such_room"))
    assert shown == ["There is no room of that name."]
    assert caplog.records[-1].levelno == logging.INFO


def test_what_was_done_is_told_quietly() -> None:
    """Whoever shows it is given what says that nothing went wrong."""
    shown: list[tuple[str, bool]] = []

    def show(sentence: str, *, quiet: bool = False) -> None:
        shown.append((sentence, quiet))

    failures = Failures()
    failures.shown_by(show)
    failures.tell("Saved.")
    failures.say("Not saved.")
    assert shown == [("Saved.", True), ("Not saved.", False)]


@pytest.mark.allow_log_errors
def test_a_handler_that_fails_is_shown_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A failed handler goes no further; a sentence is shown and the log has the traceback."""
    shown: list[str] = []
    failures = Failures()
    failures.shown_by(lambda sentence, **_: shown.append(sentence))
    failures.guarded(lambda: int("x"))()
    assert shown == ["Something went wrong (ValueError); the log says more."]
    assert caplog.records[-1].exc_info


@pytest.mark.allow_log_errors
def test_failing_to_show_ends_there(caplog: pytest.LogCaptureFixture) -> None:
    """What shows may fail, too; that is logged and not shown again."""
    failures = Failures()
    calls: list[str] = []

    def show(sentence: str) -> None:
        calls.append(sentence)
        failures.say("again")
        raise RuntimeError

    failures.shown_by(show)
    failures.say("once")
    assert calls == ["once"]
    assert "could not show: once" in caplog.text


def test_without_a_screen_nothing_is_shown() -> None:
    """Before the window is there, and after it, sentences go nowhere."""
    Failures().say("nobody hears it")


@pytest.mark.window
@pytest.mark.allow_log_errors
async def test_tk_and_the_loop_end_here_too(root: tk.Tk, until: Until) -> None:
    """An exception in a Tk callback and one in the event loop are shown alike."""
    shown: list[str] = []
    failures = Failures()
    failures.shown_by(lambda sentence, **_: shown.append(sentence))
    loop = asyncio.get_running_loop()
    before = root.report_callback_exception
    failures.watch(root, loop)
    try:
        root.after(0, int, "tk")
        loop.call_soon(int, "loop")
        await until(lambda: len(shown) == 2)
        loop.call_exception_handler({"message": "only words"})
        assert len(shown) == 2
    finally:
        root.report_callback_exception = before
        loop.set_exception_handler(None)
