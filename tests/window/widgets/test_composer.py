from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.markup.shortcodes import with_emoji
from asynchat.window.widgets import composer as composer_module
from asynchat.window.widgets.composer import MAX_LINES, Composer

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

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


async def offers(composer: Composer, until: Until) -> list[str]:
    """Return what the list offers, once it is there."""
    await until(composer._list.winfo_ismapped)
    return [choice.label for choice in composer._list.choices]


async def test_a_list_offers_emoji_while_one_types(
    composer: Composer, heard: Heard, press: Press, until: Until
) -> None:
    """A colon and a name's beginning bring up a list; arrows go through it, Return takes one."""
    await press(composer.text, "h", "i", "space", "colon", "h", "e", "a")
    labels = await offers(composer, until)
    assert labels[0].startswith(":hea")
    await press(composer.text, "Down", "Return")
    assert composer.typed == f"hi {with_emoji(labels[1])}"
    assert heard.sent == 0
    await until(lambda: not composer._list.winfo_ismapped())
    await press(composer.text, "Control-z")
    assert composer.typed.startswith("hi")


async def test_a_whole_name_is_an_emoji_at_once(
    composer: Composer, press: Press, until: Until
) -> None:
    """The second colon ends a name, and it becomes what it names."""
    await press(composer.text, "colon", *"tada", "colon")
    await until(lambda: composer.typed == "🎉")


async def test_what_is_sent_has_emoji_for_names(
    composer: Composer, press: Press, heard: Heard
) -> None:
    """Names that were pasted become emoji when the message is sent, but not in code."""
    composer.insert(":heart: `:heart:`")
    await press(composer.text, "Return")
    assert composer.typed == "❤️ `:heart:`"
    assert heard.sent == 1


async def test_tab_completes_people(composer: Composer, press: Press, until: Until) -> None:
    """Tab completes the one name there is, and else shows the list."""
    composer.names = lambda: ("Ada", "adam", "ben")
    await press(composer.text, "b", "e", "Tab")
    assert composer.typed == "ben: "
    await press(composer.text, "at", "b", "Tab")
    assert composer.typed == "ben: @ben "
    await press(composer.text, "a", "d", "Tab")
    assert await offers(composer, until) == ["Ada", "adam"]
    await press(composer.text, "Up", "Tab")
    assert composer.typed == "ben: @ben adam "


async def test_the_list_goes_away(
    composer: Composer, press: Press, until: Until, root: tk.Tk
) -> None:
    """Escape, another place of the cursor, another focus and another draft end it."""
    composer.names = lambda: ("Ada", "adam")
    for ended_by in ("Escape", "Left"):
        composer.show("", "")
        await press(composer.text, "at", "a")
        await offers(composer, until)
        await press(composer.text, ended_by)
        await until(lambda: not composer._list.winfo_ismapped())
    composer.show("", "")
    await press(composer.text, "at", "a")
    await offers(composer, until)
    composer._send.focus_set()
    await until(lambda: not composer._list.winfo_ismapped())
    await press(composer.text, "a")
    composer.names = lambda: ("aad",)
    await press(composer.text, "d")
    await offers(composer, until)
    composer.show("other", "")
    await until(lambda: not composer._list.winfo_ismapped())


async def test_a_click_takes_a_choice(
    composer: Composer, press: Press, until: Until, click: Callable[..., None]
) -> None:
    """The list can be clicked, and the keys stay where they were."""
    composer.names = lambda: ("Ada", "adam")
    await press(composer.text, "at")
    await offers(composer, until)
    click(composer._list._rows[1])
    assert composer.typed == "@adam "
    assert composer.focus_displayof() is composer.text


async def test_undo_goes_word_by_word_and_back(composer: Composer, press: Press) -> None:
    """Undo takes back a word, redo puts it in again."""
    await press(composer.text, *"one", "space", *"two")
    await press(composer.text, "Control-z")
    assert composer.typed.rstrip() == "one"
    await press(composer.text, "Control-y")
    assert composer.typed == "one two"


async def test_an_old_libxft_keeps_the_names(
    composer: Composer, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no emoji may be typed, their names stay and are completed."""
    monkeypatch.setattr(composer_module, "tk_draws_emoji", lambda: False)
    composer.insert(":heart:")
    await press(composer.text, "Return")
    assert composer.typed == ":heart:"
    composer.show("", "")
    await press(composer.text, "colon", *"tad", "Tab")
    assert composer.typed == ":tada:"


async def test_an_emoji_is_picked(composer: Composer, press: Press, until: Until) -> None:
    """Ctrl+. opens the picker, what is chosen goes where the cursor is, and is remembered."""
    told: list[tuple[str, ...]] = []
    composer.on_recent = told.append
    composer.insert("hi ")
    await press(composer.text, "Control-period")
    picker = composer._picker
    assert picker is not None
    await until(picker.winfo_ismapped)
    await press(picker.entry, *"tada", "Return")
    assert composer.typed == "hi 🎉"
    assert told == [("🎉",)]
    await until(lambda: not picker.winfo_ismapped())
    assert composer.focus_displayof() is composer.text


async def test_the_button_opens_the_picker_and_closes_it(
    composer: Composer, until: Until, press: Press
) -> None:
    """A second press, or Escape, takes the picker away."""
    composer._smile.invoke()
    picker = composer._picker
    assert picker is not None
    await until(picker.winfo_ismapped)
    composer._smile.invoke()
    await until(lambda: not picker.winfo_ismapped())
    composer._smile.invoke()
    await until(picker.winfo_ismapped)
    await press(picker.entry, "Escape")
    await until(lambda: not picker.winfo_ismapped())


async def test_nothing_is_offered_after_its_end(composer: Composer, root: tk.Tk) -> None:
    """A list that was still to come is forgotten with the composer."""
    composer.text.event_generate("<Key>", keysym="a")
    composer._suggesting = composer._suggesting or composer.after_idle(composer._suggest)
    timer = composer._suggesting
    composer.destroy()
    assert timer not in root.tk.splitlist(root.tk.call("after", "info"))


@pytest.mark.parametrize("key", ["Tab", "Return"])
async def test_keys_may_come_faster_than_the_list(
    composer: Composer, press: Press, key: str
) -> None:
    """What is taken is meant by all that was typed, not by what the list was shown for."""
    await press(composer.text, "colon", "t", "a")
    composer.text.event_generate("<d>")
    composer.text.event_generate(f"<{key}>")
    assert composer.typed == "🎉"


async def test_a_reason_stands_in_its_place_where_nothing_can_be_said(
    root: tk.Tk, composer: Composer, heard: Heard, press: Press, until: Until
) -> None:
    """What was written is kept, and nothing can be typed, pasted or sent until it is over."""
    again: list[bool] = []
    composer.on_again = lambda: again.append(True)
    await press(composer.text, *"ab")
    composer.silence_with("You are muted.", "Try again")
    composer.silence_with("You are muted.", "Try again")
    assert composer.silence == "You are muted."
    assert not composer.text.winfo_ismapped()
    composer.insert("c")
    composer.toggle_picker()
    assert composer._picker is None
    composer._paint()
    assert composer.typed == "ab"
    silence = composer._silence
    assert silence is not None
    await until(lambda: root.focus_get() is silence)
    assert silence.again is not None
    silence.again.invoke()
    assert again == [True]
    await until(composer.text.winfo_ismapped)
    assert (composer.silence, composer.typed) == ("", "ab")
    await until(lambda: root.focus_get() is composer.text)


async def test_the_first_keys_are_not_lost(root: tk.Tk, look: Look, heard: Heard) -> None:
    """A composer that was put into the window just now has the keys at once."""
    made = Composer(
        root,
        look,
        on_send=heard.send,
        on_change=heard.change,
        on_paste=heard.paste,
        on_page=heard.pages.append,
    )
    made.grid()
    made.focus()
    assert made.text.winfo_viewable()
    assert root.focus_lastfor() is made.text
