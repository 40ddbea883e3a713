"""Reactions as pictures: an emoji and how many put it there, in a rounded box.

Messages that have the same one share its picture, which is drawn anew where the palette
changes and goes with the last message that shows it.
"""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from PIL import Image, ImageDraw

from asynchat.window.look.avatars import bold_font
from asynchat.window.look.emoji import picture
from asynchat.window.look.palettes import rgb
from asynchat.window.look.shapes import png, rounded

if TYPE_CHECKING:
    from asynchat.link.annotations import Reaction
    from asynchat.window.look.theme import Look

MOST: Final = 999
_HEIGHT: Final = 24
_EMOJI: Final = 15
_PAD: Final = 7
_FINER: Final = 2
_NAMES: Final = 8

_Key = tuple[str, int, bool]


class Chips:
    """One's own reactions stand out, by ground and edge."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._images: WeakValueDictionary[_Key, tk.PhotoImage] = WeakValueDictionary()
        self._emoji: dict[str, str] = {}

    def get(self, reaction: Reaction) -> tk.PhotoImage:
        """Return the picture of a reaction; hold it for as long as it is shown."""
        key = (reaction.emoji, min(reaction.count, MOST + 1), reaction.mine)
        image = self._images.get(key)
        if image is None:
            image = tk.PhotoImage(master=self._look.root, data=png(self._drawn(key)), format="png")
            self._images[key] = image
            self._emoji = {str(one): found[0] for found, one in self._images.items()}
        return image

    def emoji(self, name: str) -> str | None:
        """Return which emoji a picture is of, by Tk's name for it."""
        return self._emoji.get(name)

    def paint(self) -> None:
        """Draw those that are shown for the palette and scale of now."""
        for key, image in list(self._images.items()):
            image.configure(data=png(self._drawn(key)))

    def _drawn(self, key: _Key) -> Image.Image:
        emoji, count, mine = key
        px, palette = self._look.px, self._look.palette
        height, size, pad, gap = px(_HEIGHT), px(_EMOJI), px(_PAD), px(5)
        text = str(count) if count <= MOST else f"{MOST}+"
        font = bold_font(px(12) * _FINER)
        # Where no font has it, its count stands alone, and the pointer finds its name.
        face = picture(emoji, size)
        left, _, right, _ = font.getbbox(text) if font is not None else (0, 0, 0, 0)
        wide = 0 if face is None else face.width + gap
        words = round((right - left) / _FINER)
        whole = Image.new("RGBA", (2 * pad + wide + words + px(5), height), (0, 0, 0, 0))
        box = rounded(
            2 * pad + wide + words,
            height,
            height // 2,
            fill=palette.selected if mine else palette.panel,
            outline=palette.focus if mine else palette.outline,
            line=max(1, px(1)),
        )
        whole.paste(box, (0, 0))
        if face is not None:
            whole.alpha_composite(face, (pad, (height - size) // 2))
        if font is not None:
            large = Image.new("RGBA", (whole.width * _FINER, height * _FINER), (0, 0, 0, 0))
            top, bottom = font.getbbox("0")[1], font.getbbox("0")[3]
            at = ((pad + wide) * _FINER - left, height * _FINER / 2 - (top + bottom) / 2)
            ImageDraw.Draw(large).text(at, text, font=font, fill=(*rgb(palette.text), 255))
            whole.alpha_composite(large.resize(whole.size, Image.Resampling.BOX))
        return whole


def who(reaction: Reaction, name: str) -> str:
    """Return who put an emoji of a name there, as far as one knows of them."""
    names = list(reaction.names[:_NAMES])
    unknown = reaction.count - len(names)
    if unknown > 0:
        people = "person" if unknown == 1 else "people"
        more = "other" if unknown == 1 else "others"
        names.append(f"{unknown} {more if names else people}")
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    return f"{listed} reacted with {name}"
