"""The keys of the commands, bound to a window, whatever in it has the focus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.window.presenters.commands import COMMANDS, NUMBERED, Given
from asynchat.window.widgets.read_only import READ_ONLY

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

_OF_TK: Final = ("Text", READ_ONLY, "TEntry", "Entry")


class Keys:
    """Calls ``do`` with the name of the command of a key, until `close`.

    Only those of ``names`` are bound: a first screen has others than a chat.  A dialog's or a
    panel's keys are its own, because Tk asks only the window that a widget is in.
    """

    def __init__(
        self, root: tk.Tk, names: frozenset[str], do: Callable[[str, Given], None]
    ) -> None:
        self._root = root
        self._bound: list[tuple[str, str]] = []
        for command in COMMANDS:
            if command.native or command.name not in names:
                continue
            for keys in command.keys:
                sequence = f"<{keys}>"
                # On X11 Tk's fields have Emacs's keys: Ctrl+K would cut the line, too.  Without
                # any binding they would take the character, as Escape's.
                for kind in _OF_TK:
                    root.tk.call("bind", kind, sequence, "# nothing")
                words = keys[-1] if command.name in NUMBERED else ""
                call = partial(_pressed, do, command.name, Given(words=words))
                self._bound.append((sequence, root.bind(sequence, call, add=True)))

    def close(self) -> None:
        """Take the keys away."""
        for sequence, binding in self._bound:
            unbind(self._root, sequence, binding)
        self._bound = []


def unbind(widget: tk.Misc, sequence: str, binding: str) -> None:
    """Take one binding of an event away.

    Before Python 3.13 tkinter's own `unbind` takes all others with it.
    """
    script = str(widget.tk.call("bind", str(widget), sequence))
    kept = [line for line in script.split("\n") if binding not in line]
    widget.tk.call("bind", str(widget), sequence, "\n".join(kept))
    widget.deletecommand(binding)


def _pressed(
    do: Callable[[str, Given], None], name: str, given: Given, _: tk.Event[tk.Misc]
) -> None:
    do(name, given)
