from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.room_signs import Sign
from asynchat.window.widgets.header import Header

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


def header_of(root: tk.Tk, look: Look, **calls: Any) -> Header:
    """Return a header whose buttons do what is given, or nothing."""
    names = ("on_menu", "on_people", "on_invite", "on_topic")
    return Header(root, look, **{name: calls.get(name, lambda *_: None) for name in names})


@pytest.mark.parametrize(
    ("topic", "members", "about"),
    [
        ("Everything", 5, "Everything · 5 members"),
        ("", 1, "1 member"),
        ("two\nlines", 2, "two ⏎ lines · 2 members"),
        ("", None, ""),
    ],
)
async def test_the_header_tells_the_room(
    root: tk.Tk, look: Look, topic: str, members: int | None, about: str
) -> None:
    """Name, topic and count stand side by side, each only where there is one."""
    header = header_of(root, look)
    header.pack(fill="x")
    root.update_idletasks()
    header.show("# lobby", topic, members)
    assert header.texts == ("# lobby", about)


async def test_a_long_name_leaves_room(root: tk.Tk, look: Look, until: Until) -> None:
    """A name of any length takes at most half of the header."""
    header = header_of(root, look)
    header.pack(fill="x")
    await until(lambda: header.winfo_width() > 100)
    header.show("# " + "m" * 64, "topic", 2)
    assert header.texts[0].endswith("…")


async def test_the_menu_is_offered_where_needed(root: tk.Tk, look: Look, until: Until) -> None:
    """The button for the sidebar is there only while the sidebar has no room."""
    pressed: list[int] = []
    header = header_of(root, look, on_menu=lambda: pressed.append(1))
    header.pack(fill="x")
    header.show_menu_button(True)
    await until(header._menu.winfo_ismapped)
    header._menu.invoke()
    assert pressed
    header.show_menu_button(False)
    await until(lambda: not header._menu.winfo_ismapped())


async def test_people_and_invite_have_their_buttons(root: tk.Tk, look: Look, until: Until) -> None:
    """The count leads to the people, a button invites; a direct room has neither."""
    called: list[str] = []
    header = header_of(
        root,
        look,
        on_people=lambda: called.append("people"),
        on_invite=lambda: called.append("invite"),
    )
    header.pack(fill="x")
    header.show("# lobby", "", 5)
    await until(header._invite.winfo_ismapped)
    assert str(header._count.cget("text")) == "5 members"
    assert header._about.full == "Add a topic"
    header._count.invoke()
    header._invite.invoke()
    assert called == ["people", "invite"]
    header.show("ben", "", None)
    await until(lambda: not header._invite.winfo_ismapped())
    header.edit_topic()
    assert not header.topic.winfo_manager()


async def test_the_topic_is_edited_where_it_stands(
    root: tk.Tk, look: Look, fill: Any, press: Press, until: Until
) -> None:
    """A click lets the topic be typed, Enter sets it, and Escape leaves it as it was."""
    typed: list[str] = []
    header = header_of(root, look, on_topic=typed.append)
    await fill(header)
    header.show("# zoo", "Animals", 2)
    await until(header._about.winfo_ismapped)
    header._about.event_generate("<Button-1>")
    await until(header.topic.winfo_ismapped)
    assert header.topic.get() == "Animals"
    header.topic.insert("end", "!")
    await press(header.topic, "Return")
    assert typed == ["Animals!"]
    assert not header.topic.winfo_manager()
    await until(lambda: header.focus_get() is header._count)
    root.update()
    header.edit_topic()
    await until(header.topic.winfo_ismapped)
    header.topic.insert("end", "?")
    await press(header.topic, "Escape")
    assert typed == ["Animals!"]
    assert header._about.winfo_manager()
    await until(lambda: header.focus_get() is header._count)
    root.update()
    header.edit_topic()
    header.show("# cats", "", 1)
    assert not header.topic.winfo_manager()


async def test_the_header_tells_how_the_room_is_used(root: tk.Tk, look: Look) -> None:
    """Its signs stand beside the name."""
    header = header_of(root, look)
    header.show_signs([Sign("lock", "private", "Only who is invited")])
    assert header.signs == ("private",)
