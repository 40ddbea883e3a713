"""The cards of files in a transcript: a picture if there is one, name and size, a warning.

Pictures are images and no widgets.  Only so many are live: one that is far from what is on view
goes back to the blank it had before it was here, which is as large, so that nothing moves.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from asynchat.window.look.images import photo
from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon, rounded
from asynchat.window.presenters.files import card

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from PIL import Image

    from asynchat.messages import File
    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.block_tags import BlockTags
    from asynchat.window.widgets.pen import Pen
    from asynchat.window.widgets.signs import Signs

FILE: Final = "file"
"""The tag of what saves a file when it is clicked on."""

THUMB: Final = "thumb"
"""The tag of the picture of a file, or of its blank."""

MAX_LIVE: Final = 24
"""How many pictures are live; at twice the normal size one takes 0.8 MB at most."""


class FileCards:
    """Writes cards; call `look` with the blocks that are on view.

    ``told`` returns the picture of a file in a size, None as long as it is not here: then it is
    asked for, and `show` is to be called when it came.
    """

    def __init__(self, text: tk.Text, pen: Pen, tags: BlockTags, signs: Signs, look: Look) -> None:
        self._text = text
        self._pen = pen
        self._tags = tags
        self._signs = signs
        self._look = look
        self._files: dict[str, File] = {}
        self._blanks: dict[str, tk.PhotoImage] = {}
        self._live: OrderedDict[str, tk.PhotoImage] = OrderedDict()
        self.told: Callable[[File, tuple[int, int]], Image.Image | None] = lambda *_: None

    @property
    def any(self) -> bool:
        """Whether any block has a picture."""
        return bool(self._files)

    @property
    def live(self) -> frozenset[str]:
        """The blocks whose picture is shown."""
        return frozenset(self._live)

    def write(self, file: File, tag: str, lower: tk.PhotoImage | None, line: str) -> str:
        """Write the card of a block, but for the end of its last line: return that line's tag."""
        self._tags.enrich()
        put, told = self._pen.put, card(file)
        if lower is not None:
            line = "first"
            self._pen.picture(lower, "top", tag, line)
        if told.thumb is not None:
            self._files[tag] = file
            self._pen.picture(self._hold(tag, told.thumb), "top", tag, line, THUMB, FILE)
            put("\n", tag, line)
            line = "more"
        self._pen.picture(self._signs.get(told.sign), "center", tag, line)
        put(" ", tag, line)
        put(drawable(told.name), tag, line, "link", FILE)
        put(f"  {told.size}   ", tag, line, "aside")
        put("Save", tag, line, "action", FILE)
        put("  ", tag, line, "aside")
        if told.warning:
            put("\n", tag, line)
            line = "more"
            self._pen.picture(self._signs.get("warning"), "center", tag, line)
            put(f" {drawable(told.warning)}  ", tag, line, "why")
        return line

    def look(self, on_view: Sequence[str]) -> None:
        """Have the pictures of the blocks on view, and let those go that are too many."""
        for tag in on_view:
            file = self._files.get(tag)
            if file is None:
                continue
            if tag in self._live:
                self._live.move_to_end(tag)
            else:
                self._load(tag, file)
        for tag in list(self._live)[: max(0, len(self._live) - MAX_LIVE)]:
            if tag not in on_view:
                self._put_away(tag)

    def show(self, file_id: str, on_view: Sequence[str]) -> None:
        """Show a picture that came, where it is on view."""
        self.look([tag for tag in on_view if tag in self._files and self._files[tag].id == file_id])

    def paint(self) -> None:
        """Draw what is blank yet for the palette of now."""
        for tag, file in self._files.items():
            thumb, place = card(file).thumb, self._place(tag)
            if tag not in self._live and thumb is not None and place is not None:
                self._text.image_configure(place, image=self._hold(tag, thumb))

    def _hold(self, tag: str, thumb: tuple[int, int]) -> tk.PhotoImage:
        """Return a blank that is held for as long as it may be shown."""
        blank = self._blanks[tag] = self._blank(thumb)
        return blank

    def forget(self, tag: str) -> None:
        """Let go of what a block had."""
        self._files.pop(tag, None)
        self._blanks.pop(tag, None)
        self._live.pop(tag, None)

    def _load(self, tag: str, file: File) -> None:
        thumb = card(file).thumb
        place = self._place(tag)
        if thumb is None or place is None:
            return
        size = self._size(thumb)
        image = self.told(file, size)
        if image is not None:
            self._live[tag] = shown = photo(self._look.root, image)
            self._text.image_configure(place, image=shown)

    def _put_away(self, tag: str) -> None:
        thumb, place = card(self._files[tag]).thumb, self._place(tag)
        if thumb is not None and place is not None:
            self._text.image_configure(place, image=self._hold(tag, thumb))
        del self._live[tag]

    def _place(self, tag: str) -> str | None:
        found = self._text.tag_nextrange(THUMB, f"{tag}.first", f"{tag}.last")
        return found[0] if found else None

    def _size(self, thumb: tuple[int, int]) -> tuple[int, int]:
        px = self._look.px
        return px(thumb[0]), px(thumb[1])

    def _blank(self, thumb: tuple[int, int]) -> tk.PhotoImage:
        """Return what stands in the place of a picture: a box with the sign of one."""
        look = self._look
        size, fill, colour = self._size(thumb), look.palette.hover, look.palette.dim

        def draw() -> Image.Image:
            box = rounded(*size, look.px(8), fill=fill)
            sign = icon("picture", look.px(28), colour)
            box.alpha_composite(sign, ((size[0] - sign.width) // 2, (size[1] - sign.height) // 2))
            return box

        return look.images.get(("thumb", size, fill, colour), draw)
