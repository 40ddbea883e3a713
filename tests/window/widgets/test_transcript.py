from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.annotations import Reaction
from asynchat.link.timeline import Quote
from asynchat.window.presenters.transcript import Block, BlockSplice

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.widgets.transcript import Transcript
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press
    from tests.window.widgets.conftest import Heard

pytestmark = pytest.mark.window


def many(block: Callable[..., Block], first: int, count: int) -> tuple[Block, ...]:
    return tuple(block(f"message {n}") for n in range(first, first + count))


def top_line(transcript: Transcript) -> tuple[str, int]:
    """Return what is on view at the top, and where exactly."""
    text = transcript.text
    line = text.dlineinfo("@0,40")
    assert line is not None
    return text.get("@0,40 linestart", "@0,40 lineend"), line[1]


async def test_the_newest_line_stays_on_view(
    transcript: Transcript, block: Callable[..., Block], until: Until, root: tk.Tk
) -> None:
    """Who is at the bottom stays there, when lines come and when the window is resized."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 100))])
    assert transcript.text.dlineinfo("end-1c") is not None
    transcript.splice([BlockSplice(100, 0, many(block, 100, 100))])
    assert transcript.text.dlineinfo("end-1c") is not None
    root.geometry("500x300")
    await until(lambda: transcript.text.winfo_height() < 320)
    await until(lambda: transcript.text.dlineinfo("end-1c") is not None)
    assert transcript.pinned


async def test_who_scrolls_up_while_lines_come_is_not_moved(
    transcript: Transcript, block: Callable[..., Block]
) -> None:
    """Lines that come before Tk has told of the scrolling do not undo it."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 200))])
    transcript.page(-3)
    before = top_line(transcript)
    transcript.splice([BlockSplice(200, 0, many(block, 200, 10))])
    assert top_line(transcript) == before
    assert not transcript.pinned


async def test_who_scrolled_up_is_not_moved(
    transcript: Transcript, block: Callable[..., Block], until: Until
) -> None:
    """Lines that come below, and pages above, leave what is on view where it is."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 200))])
    transcript.page(-3)
    await until(lambda: not transcript.pinned)
    before = top_line(transcript)
    transcript.splice([BlockSplice(200, 0, many(block, 200, 50))], news=50)
    assert top_line(transcript) == before
    transcript.splice([BlockSplice(0, 0, many(block, 1000, 100))])
    assert top_line(transcript) == before


async def test_a_page_above_the_very_top_keeps_the_view(
    transcript: Transcript, block: Callable[..., Block], until: Until, heard: Heard
) -> None:
    """At the top, older lines come in above, and what was read stays where it was."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 200))])
    await until(lambda: "bottom" not in heard.calls)
    transcript.text.yview_moveto(0)
    await until(lambda: "top" in heard.calls)
    before = top_line(transcript)
    # The first block is written anew, as when it loses its head.
    first = block("message 0", head=False)
    transcript.splice([BlockSplice(0, 1, (*many(block, 1000, 100), first))])
    after = top_line(transcript)
    assert after[0] == before[0]


async def test_there_is_a_way_down(
    transcript: Transcript, block: Callable[..., Block], until: Until, heard: Heard
) -> None:
    """Who scrolled up is told how much is new, and a press takes one down to it."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 200))])
    transcript.page(-3)
    button = transcript._down
    await until(button.winfo_ismapped)
    assert "Newest" in str(button.cget("text"))
    transcript.splice([BlockSplice(200, 0, many(block, 200, 2))], news=2)
    assert "2 new messages" in str(button.cget("text"))
    button.invoke()
    assert "newest" in heard.calls
    transcript.to_bottom()
    await until(lambda: not button.winfo_ismapped())
    assert transcript.pinned


async def test_a_link_is_opened_by_a_click(
    transcript: Transcript, block: Callable[..., Block], heard: Heard, click: Callable[..., None]
) -> None:
    """A click on a link asks for exactly that address; one beside it for nothing."""
    transcript.splice([BlockSplice(0, 0, (block("see 😀 https://example.org/a, please"),))])
    transcript.text.update_idletasks()
    box = transcript.text.bbox("link.first")
    assert box is not None
    click(transcript.text, box[0] + 2, box[1] + 2)
    click(transcript.text, box[0] - 15, box[1] + 2)
    assert [call for call in heard.calls if call.startswith("link")] == [
        "link https://example.org/a"
    ]


async def test_a_failed_line_can_be_retried_or_deleted(
    transcript: Transcript, block: Callable[..., Block], heard: Heard
) -> None:
    """A failed line says why, and offers both ways out."""
    failed = block("hi", status="failed", error="No such room.", id="x1")
    transcript.splice([BlockSplice(0, 0, (failed,))])
    assert "Not sent: No such room." in transcript.shown
    assert transcript.click("retry.first")
    assert transcript.click("delete.first")
    assert not transcript.click("1.0")
    assert heard.calls[-2:] == ["retry x1", "delete x1"]


async def test_the_pointer_tells_where_a_link_leads(
    transcript: Transcript, block: Callable[..., Block], until: Until
) -> None:
    """Over words the address is shown, over an address it need not be; both are underlined."""
    said = "[the notes](https://example.org/notes)\nhttps://example.org/"
    transcript.splice([BlockSplice(0, 0, (block(said, head=False),))])
    text = transcript.text
    text.update_idletasks()
    first, second = text.bbox("1.1"), text.bbox("2.1")
    assert first is not None
    assert second is not None
    text.event_generate("<Enter>", x=1, y=1)
    text.event_generate("<Motion>", x=first[0] + 2, y=first[1] + 2)
    await until(transcript._pointing.note.winfo_ismapped)
    assert transcript._pointing.note.cget("text") == "https://example.org/notes"
    assert text.tag_cget("l0", "underline") == "1"
    text.event_generate("<Motion>", x=second[0] + 2, y=second[1] + 2)
    await until(lambda: not transcript._pointing.note.winfo_ismapped())
    assert text.tag_cget("l0", "underline") == "0"
    assert text.tag_cget("l1", "underline") == "1"
    text.event_generate("<Motion>", x=text.winfo_width() - 5, y=first[1] + 2)
    assert text.tag_cget("l1", "underline") == "0"


async def test_keys_typed_here_go_to_the_composer(
    transcript: Transcript, heard: Heard, press: Press
) -> None:
    """A letter typed over the transcript is handed on, a shortcut is not."""
    await press(transcript.text, "a", "Control-c")
    assert [call for call in heard.calls if call.startswith("key")] == ["key a"]


async def test_clear_shows_nothing(transcript: Transcript, block: Callable[..., Block]) -> None:
    """A cleared transcript is empty, and takes lines as at first."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 100))])
    transcript.clear()
    assert transcript.shown == ""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 1))])
    assert transcript.shown == "ada  12:00\nmessage 0\n"


async def test_text_is_never_tcl(transcript: Transcript, block: Callable[..., Block]) -> None:
    """Brackets, braces, dollars and backslashes are shown as they stand."""
    text = r'[exit] {a} $b \n "c" ; ~'
    transcript.splice([BlockSplice(0, 0, (block(text),))])
    assert text in transcript.shown


async def test_a_menu_offers_what_can_be_done(
    transcript: Transcript,
    block: Callable[..., Block],
    until: Until,
    click: Callable[..., None],
    heard: Heard,
) -> None:
    """The right button offers what can be done to the message and the link under it."""
    transcript.splice([BlockSplice(0, 0, (block("see https://example.org", seq=7),))])
    transcript.text.update_idletasks()
    box = transcript.text.bbox("link.first")
    assert box is not None
    click(transcript.text, box[0] + 2, box[1] + 2, button=3)
    menu: Any = (
        await until(
            lambda: [one for one in transcript.winfo_children() if one.winfo_class() == "Menu"]
        )
    )[0]
    labels = [menu.entrycget(at, "label") for at in range(menu.index("end") + 1)]
    unread = "Mark unread from here"
    said = ["Reply", "React", "Pin", unread, "Copy", "Report …"]
    assert labels == [*said, "Open link", "Copy link"]
    menu.invoke(2)
    assert heard.calls[-1] == "act pin 7 "
    menu.invoke(7)
    assert transcript.clipboard_get() == "https://example.org"
    menu.unpost()
    await until(lambda: not menu.winfo_exists())


async def test_nothing_comes_after_its_end(
    transcript: Transcript, block: Callable[..., Block], root: tk.Tk
) -> None:
    """What was still to be done is forgotten with the widget: nothing fails later."""
    transcript.splice([BlockSplice(0, 0, (block("```\nx\n```\n> q"),))])
    transcript.click("copy.first")
    transcript.click("copy.first")
    transcript.splice([BlockSplice(1, 0, (block("more"),))])
    before = set(root.tk.splitlist(root.tk.call("after", "info")))
    transcript.destroy()
    assert len(set(root.tk.splitlist(root.tk.call("after", "info"))) & before) <= len(before) - 2


def said(block: Callable[..., Block], count: int) -> tuple[Block, ...]:
    return tuple(block(f"message {n}", seq=n) for n in range(count))


async def test_reactions_and_quotes_are_clicked(
    transcript: Transcript, block: Callable[..., Block], heard: Heard
) -> None:
    """A click on a reaction is one on its emoji, a click on a quote leads to what it quotes."""
    reply = block(
        "fine",
        seq=9,
        reply_to=3,
        quote=Quote(3, "ben", "how is it?"),
        reactions=(Reaction("🎉", 2), Reaction("👀", 1, mine=True)),
    )
    transcript.splice([BlockSplice(0, 0, (block("before", seq=8), reply))])
    first, second = (f"chip.first +{n} indices" for n in range(2))
    assert transcript.click(first)
    assert transcript.click(second)
    assert transcript.click("quoted.first")
    assert not transcript.click("1.0")
    assert heard.calls[-3:] == ["act react 9 🎉", "act react 9 👀", "jump 3"]


async def test_who_is_elsewhere_is_not_at_the_newest_line(
    transcript: Transcript, block: Callable[..., Block], until: Until, heard: Heard
) -> None:
    """With more below, the end of what is live is not the end: it is asked for more there."""
    transcript.splice([BlockSplice(0, 0, said(block, 200))])
    transcript.more_below = True
    transcript.reveal(50)
    await until(lambda: "message 50\n" in transcript.text.get("@0,0", "@900,600"))
    assert transcript.text.tag_ranges("flash")
    assert transcript._down.winfo_manager()
    heard.calls.clear()
    transcript.text.yview_moveto(1)
    await until(lambda: "bottom" in heard.calls)
    assert "top" not in heard.calls
    transcript.splice([], news=2)
    assert "2 new messages" in str(transcript._down.cget("text"))
    await until(lambda: not transcript.text.tag_ranges("flash"))
    transcript.to_bottom()
    assert not transcript.more_below


class Counting:
    """Tk, and how often it was called."""

    def __init__(self, tk: Any) -> None:
        self._tk = tk
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tk, name)

    def call(self, *words: Any) -> Any:
        flat = words[0] if len(words) == 1 and isinstance(words[0], tuple) else words
        self.calls.append(" ".join(map(str, flat[1:3])))
        return self._tk.call(*words)


async def test_plain_messages_that_go_on_are_one_insert(
    transcript: Transcript, block: Callable[..., Block], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody says on and on costs a few calls of Tk, however much it is."""
    transcript.splice([BlockSplice(0, 0, many(block, 0, 30))])
    transcript.text.update_idletasks()
    more = tuple(block(f"and {n}", head=False) for n in range(50))
    counting = Counting(transcript.text.tk)
    with monkeypatch.context() as patched:
        patched.setattr(transcript.text, "tk", counting)
        transcript.splice([BlockSplice(30, 0, more)])
    assert [call for call in counting.calls if call.startswith("insert")] == ["insert at"]
    assert len(counting.calls) < 20
    # A Text that is switched to be written in is laid out anew, all of it.
    assert not any("state" in call for call in counting.calls)
    assert "and 49" in transcript.shown
