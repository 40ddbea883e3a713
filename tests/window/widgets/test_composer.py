from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets import composer as composer_module
from asynchat.window.widgets.composer import MAX_LINES, Composer

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


class Heard:
    """What a composer called back."""

    def __init__(self) -> None:
        self.sent = 0
        self.changed = 0
        self.pasted = 0
        self.pages: list[int] = []

    def send(self) -> None:
        self.sent += 1

    def change(self) -> None:
        self.changed += 1

    def paste(self) -> None:
        self.pasted += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def composer(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> Composer:
    made = Composer(
        root,
        look,
        on_send=heard.send,
        on_change=heard.change,
        on_paste=heard.paste,
        on_page=heard.pages.append,
    )
    made.show("", "Message #lobby")
    await fill(made)
    return made


async def test_enter_sends_and_shift_enter_does_not(
    composer: Composer, heard: Heard, press: Press
) -> None:
    """Enter sends what stands there; Shift+Enter begins a line."""
    await press(composer.text, "a", "Shift-Return", "b")
    assert composer.typed == "a\nb"
    assert heard.sent == 0
    await press(composer.text, "Return", "KP_Enter")
    assert heard.sent == 2
    assert composer.typed == "a\nb"


async def test_the_placeholder_is_there_while_it_is_empty(
    composer: Composer, press: Press, until: Until
) -> None:
    """What belongs here is told until something is typed, and again when it is gone."""
    await until(composer._hint.winfo_ismapped)
    await press(composer.text, "a")
    await until(lambda: not composer._hint.winfo_ismapped())
    composer.clear()
    await until(composer._hint.winfo_ismapped)
    assert composer.placeholder == "Message #lobby"


async def test_it_grows_to_five_lines(composer: Composer, until: Until) -> None:
    """It is as high as its lines, up to five, and shrinks again."""
    assert int(composer.text.cget("height")) == 1
    composer.insert("a\nb\nc")
    assert int(composer.text.cget("height")) == 3
    composer.insert("\n" * 20)
    assert int(composer.text.cget("height")) == MAX_LINES
    composer.clear()
    assert int(composer.text.cget("height")) == 1


async def test_a_long_line_counts_as_it_wraps(composer: Composer) -> None:
    """A line too long for the width makes it higher, too."""
    composer.insert("word " * 60)
    assert int(composer.text.cget("height")) > 1


async def test_typing_can_be_undone_but_not_the_sending(composer: Composer, press: Press) -> None:
    """Undo takes back what was put in, never brings back what was sent."""
    composer.insert("one")
    composer.insert(" two")
    composer.text.edit_undo()
    assert composer.typed == "one"
    composer.clear()
    await press(composer.text, "Control-z")
    assert composer.typed == ""


async def test_other_keys_go_elsewhere(
    composer: Composer, heard: Heard, press: Press, root: tk.Tk, until: Until
) -> None:
    """Pages scroll the transcript, the clipboard is fetched, Tab leaves."""
    await press(composer.text, "Prior", "Next", "Control-v")
    assert heard.pages == [-1, 1]
    assert heard.pasted == 1
    await press(composer.text, "Tab")
    await until(lambda: root.focus_displayof() is composer._send)


async def test_what_is_put_in_replaces_the_selection(composer: Composer, press: Press) -> None:
    """A paste over a selection takes its place."""
    composer.insert("old")
    await press(composer.text, "Control-a")
    composer.insert("new")
    assert composer.typed == "new"


async def test_the_box_shows_focus_and_error(
    composer: Composer, press: Press, until: Until
) -> None:
    """The box is ringed while keys go there, and red while its text cannot be sent."""
    await press(composer.text, "a")
    await until(lambda: composer._box.instate(["focus", "!invalid"]))
    composer.mark_invalid(True)
    assert composer._box.instate(["invalid"])


async def test_every_change_is_told(
    composer: Composer, heard: Heard, press: Press, until: Until
) -> None:
    """Typing, however it is done, is told."""
    before = heard.changed
    await press(composer.text, "a")
    await until(lambda: heard.changed > before)


async def test_an_old_libxft_is_given_no_emoji(
    composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a colour glyph would abort the process, none gets in by a paste."""
    monkeypatch.setattr(composer_module, "tk_draws_emoji", lambda: False)
    composer.insert("a😀b")
    assert composer.typed == "a□b"
