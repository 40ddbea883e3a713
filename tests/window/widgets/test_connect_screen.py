from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.connecting import Problem, Wish
from asynchat.window.widgets.connect_screen import ConnectScreen

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


class Heard:
    """What the screen called back."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def make(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> Callable[..., Any]:
    async def make(**options: Any) -> ConnectScreen:
        screen = ConnectScreen(
            root,
            look,
            **{
                "address": "asynchat://127.0.0.1:1?tls=no",
                "name": "",
                "can_host": False,
                "hosting": False,
                **options,
            },
            on_wish=heard.wishes.append,
            on_cancel=heard.cancel,
            on_theme=lambda: None,
        )
        await fill(screen)
        screen.focus_first()
        return screen

    return make


async def test_a_name_and_return_are_enough(
    make: Any, heard: Heard, press: Press, root: tk.Tk, until: Until
) -> None:
    """With the address there, the name has the focus; Return connects."""
    screen = await make()
    await until(lambda: root.focus_displayof() is screen.name)
    await press(screen.name, "a", "d", "a", "Return")
    assert heard.wishes == [Wish("ada", "asynchat://127.0.0.1:1?tls=no")]


async def test_what_is_missing_is_said(make: Any, heard: Heard, root: tk.Tk, until: Until) -> None:
    """A sentence says what is missing, at its field, and goes with the next key."""
    screen = await make(address="")
    await until(lambda: root.focus_displayof() is screen.address)
    screen.ask()
    assert "address" in screen.texts[0].lower()
    assert screen.address.instate(["invalid"])
    assert not heard.wishes
    screen.address.event_generate("<x>")
    assert screen.texts[0] == ""
    assert not screen.address.instate(["invalid"])


async def test_a_taken_name_offers_another(make: Any, heard: Heard, until: Until) -> None:
    """The suggestion is one press away, and asks at once."""
    screen = await make(name="ada")
    screen.say(Problem("Somebody else has this name.", "name", "ada2"))
    await until(screen._suggest.winfo_ismapped)
    assert str(screen._suggest.cget("text")) == "Use ada2"
    screen._suggest.invoke()
    assert [wish.name for wish in heard.wishes] == ["ada2"]


async def test_connecting_can_be_cancelled(
    make: Any, heard: Heard, until: Until, press: Press
) -> None:
    """While it connects nothing but Cancel can be pressed; Escape is the same."""
    screen = await make(name="ada")
    screen.busy("Connecting …")
    screen.ask()
    assert not heard.wishes
    assert screen.texts == ("", "Connecting …")
    screen._cancel.invoke()
    assert heard.cancelled == 1
    screen.ask()
    assert len(heard.wishes) == 1
    screen.busy("Connecting …")
    await until(screen._cancel.winfo_ismapped)
    screen.winfo_toplevel().event_generate("<Escape>")
    assert heard.cancelled == 2


async def test_hosting_is_offered_where_it_can_be(make: Any, heard: Heard) -> None:
    """Host here asks for the name alone."""
    screen = await make(can_host=True, name="ada", address="")
    screen._host.invoke()
    assert heard.wishes == [Wish("ada", None)]


async def test_who_hosts_is_asked_for_the_name_only(make: Any, heard: Heard) -> None:
    """With --host there is no field for an address."""
    screen = await make(hosting=True, can_host=True, name="ada", address="")
    assert not screen.address.winfo_manager()
    assert not screen._host.winfo_manager()
    screen.ask()
    assert heard.wishes == [Wish("ada", None)]


async def test_a_password_is_asked_for_where_it_is_wanted(
    make: Any, heard: Heard, press: Press, root: tk.Tk, until: Until
) -> None:
    """By a button, and then once to sign in and twice to register; it is not shown."""
    screen = await make(name="ada")
    assert not screen.password.winfo_ismapped()
    await press(screen._account, "Return")
    await until(lambda: root.focus_displayof() is screen.password)
    assert screen.way == "sign-in"
    assert not screen.again.winfo_ismapped()
    assert {str(entry.cget("show")) for entry in (screen.password, screen.again)} == {"•"}
    await press(screen.password, "x", "y", "Return")
    assert heard.wishes == [Wish("ada", "asynchat://127.0.0.1:1?tls=no", "xy")]
    await press(screen.ways["register"], "Return")
    await until(screen.again.winfo_ismapped)
    await press(screen.password, "Return")
    assert screen.again.instate(["invalid"])
    await press(screen.again, "x", "y", "Return")
    assert heard.wishes[1].register
    await press(screen.ways["guest"], " ")
    assert (screen.password.get(), screen.again.get()) == ("", "")
    assert str(screen._connect.cget("text")) == "Connect"


async def test_a_refusal_opens_the_field_that_mends_it(
    make: Any, root: tk.Tk, until: Until
) -> None:
    """Where the server wants a password, it is asked for at once."""
    screen = await make(name="ada")
    screen.say(Problem("Register.", "password", way="register"))
    await until(lambda: root.focus_displayof() is screen.password)
    assert screen.again.winfo_ismapped()
    assert screen.password.instate(["invalid"])
    screen.say(Problem("", "password", way="sign-in"))
    assert not screen.password.instate(["invalid"])


async def test_who_hosts_is_asked_for_no_password(make: Any) -> None:
    """The server is one's own."""
    screen = await make(hosting=True)
    assert not screen._account.winfo_manager()
    assert not screen._ways.winfo_manager()
