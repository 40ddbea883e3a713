from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.completion import Choice, Completion
from asynchat.window.widgets.completed_field import CompletedField

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

WORDS = ("apple", "apricot", "banana")


def after_sign(before: str) -> Completion | None:
    """Offer words after a sign."""
    _, sign, word = before.rpartition("=")
    found = tuple(Choice(f"={one} ", one) for one in WORDS if one.startswith(word))
    return Completion(f"={word}", found) if sign and found and " " not in word else None


def by_tab(before: str) -> Completion | None:
    """Offer the sign, too."""
    return after_sign(before) or (Completion("", (Choice("=", "="),)) if before == "x" else None)


class Field:
    """An entry that is watched, and the keys that came through to it."""

    def __init__(self, root: tk.Tk, look: Look) -> None:
        self.keys: list[str] = []
        self.frame = ttk.Frame(root)
        self.entry = ttk.Entry(self.frame)
        self.entry.pack()
        for key in ("Return", "Down", "Escape", "Tab"):
            self.entry.bind(f"<{key}>", lambda _, key=key: self.keys.append(key))  # type: ignore[misc]
        self.made = CompletedField(self.frame, look, self.entry, offered=after_sign, by_tab=by_tab)

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.made.list.choices]


@pytest.fixture
async def field(root: tk.Tk, look: Look, fill: Any) -> Field:
    made = Field(root, look)
    await fill(made.frame)
    return made


async def test_keys_choose_from_the_list_and_take(field: Field, press: Press) -> None:
    """While it is there Down, Tab and Enter are its, afterwards the field's."""
    entry = field.entry
    await press(entry, "Down", "equal", "a")
    assert field.labels == ["apple", "apricot"]
    await press(entry, "Down", "Return")
    assert (entry.get(), field.labels) == ("=apricot ", [])
    await press(entry, "equal", "b", "Tab", "Return")
    assert entry.get() == "=apricot =banana "
    assert field.keys == ["Down", "Return"]


async def test_tab_asks_and_takes_the_only_one(field: Field, press: Press) -> None:
    """What is taken may lead on; where there is nothing to take, Tab goes on to the next field."""
    entry = field.entry
    await press(entry, "x", "Tab")
    assert (entry.get(), field.labels) == ("x=", list(WORDS))
    await press(entry, "Escape", "Escape")
    assert (field.labels, field.keys) == ([], ["Escape"])
    await press(entry, "Tab", "Up", "Tab", "Tab")
    assert entry.get() == "x=banana "
    assert field.keys == ["Escape", "Tab"]


async def test_what_is_typed_elsewhere_shows_nothing(field: Field, press: Press) -> None:
    """Characters that Tk counts as two are no obstacle; moving away closes the list."""
    entry = field.entry
    entry.insert(0, "🎉 ")
    await press(entry, "equal", "a", "p", "p")
    assert field.labels == ["apple"]
    await press(entry, "Left")
    assert field.labels == []
    await press(entry, "End", "BackSpace", "BackSpace")
    assert field.labels == ["apple", "apricot"]
    field.made.list._rows[0].event_generate("<Button-1>")
    assert entry.get() == "🎉 =apple "
    await press(entry, "equal")
    assert field.labels
    entry.event_generate("<FocusOut>")
    assert field.labels == []


@pytest.mark.parametrize("key", ["Tab", "Return"])
async def test_keys_may_come_faster_than_the_list(field: Field, press: Press, key: str) -> None:
    """What is taken is meant by all that was typed, not by what the list was shown for."""
    entry = field.entry
    await press(entry, "equal", "a", "p")
    entry.event_generate("<r>")
    entry.event_generate(f"<{key}>")
    assert entry.get() == "=apricot "
