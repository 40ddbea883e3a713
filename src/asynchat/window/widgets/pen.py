"""Writes into a Text widget at a mark: text in as few inserts as can be, pictures between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.images import Images

_AT: Final = "at"


class Pen:
    """The first tag of all that is written is the one it is forgotten by."""

    def __init__(self, text: tk.Text, images: Images) -> None:
        self._text = text
        self._images = images
        self._pictures: dict[str, list[tk.PhotoImage]] = {}
        self._meaning: dict[str, str] = {}
        self._pending: list[str | tuple[str, ...]] = []
        text.mark_set(_AT, "end-1c")

    @property
    def images(self) -> Images:
        """Where pictures are kept."""
        return self._images

    def go(self, index: str) -> None:
        """Write there from now on."""
        self.flush()
        self._text.mark_set(_AT, index)

    def put(self, text: str, *tags: str) -> None:
        """Write a text."""
        if text:
            self._pending += (text, tags)

    def picture(self, image: tk.PhotoImage, align: str, *tags: str, meaning: str = "") -> None:
        """Write a picture; ``meaning`` is what it is in a copy of the text."""
        self.flush()
        self._text.image_create(_AT, image=image, align=align)  # type: ignore[arg-type]
        here = f"{_AT} -1 indices"
        # Between two stretches under one tag, it would be under that tag, too.
        for tag in self._text.tag_names(here):
            if tag not in tags:
                self._text.tag_remove(tag, here)
        for tag in tags:
            self._text.tag_add(tag, here)
        if meaning:
            self._meaning[str(image)] = meaning
        # Tk forgets a picture that nobody holds.
        self._pictures.setdefault(tags[0], []).append(image)

    def replace(self, index: str, image: tk.PhotoImage) -> bool:
        """Show another picture in the place of one; tell whether one is there."""
        tags = [tag for tag in self._text.tag_names(index) if tag in self._pictures]
        if not tags or not self._text.dump(index, image=True):
            return False
        self._text.image_configure(index, image=image)
        self._pictures[tags[0]].append(image)
        return True

    def flush(self) -> None:
        """Have everything written."""
        if self._pending:
            self._text.insert(_AT, *self._pending)  # type: ignore[arg-type]
            self._pending.clear()

    def forget(self, tag: str) -> None:
        """Let the pictures under a tag go: they are shown no more."""
        self._pictures.pop(tag, None)

    def meaning(self, name: str) -> str:
        """Return what a picture is in a copy, by Tk's name for it."""
        # A picture shown twice is named "pyimage3#1" the second time.
        return self._meaning.get(name.partition("#")[0], "")
