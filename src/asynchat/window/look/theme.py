"""The ttk theme: hand-styled clam, its fields and buttons nine-slices drawn for the palette.

A theme is made once for each palette and scale; switching sends ``<<ThemeChanged>>`` to
every widget, and those that paint themselves bind it to paint anew.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from asynchat.window.look.fonts import Fonts
from asynchat.window.look.images import Images, photo
from asynchat.window.look.roomy_menu import RoomyMenu
from asynchat.window.look.scale import Scale
from asynchat.window.look.shapes import dot, icon, ringed, rounded, widened

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.palettes import Palette

RADIUS: Final = 7
_SIDE: Final = 24
"""As small as a box may get."""

_WIDE: Final = (160, 64)
"""How large it is drawn, and then tiled: see `widened`."""


class Look:
    """What widgets ask for colours, sizes, fonts and pictures; it also changes them, live."""

    def __init__(self, root: tk.Tk, palette: Palette, *, zoom: int = 100) -> None:
        self.root = root
        self.palette = palette
        self.scale = Scale(root)
        self.scale.use(zoom)
        self.fonts = Fonts(root, self.px)
        self.images = Images(root)
        self.style = ttk.Style(root)
        self._themes: dict[tuple[Palette, int], str] = {}
        self._parts: dict[str, list[tk.PhotoImage]] = {}
        self._use()

    def px(self, n: float) -> int:
        """Return how many pixels of this screen, at this zoom, ``n`` pixels at 96 dpi are."""
        return self.scale.px(n)

    def use(self, palette: Palette) -> None:
        """Change the palette."""
        self.palette = palette
        self._use()

    def zoom(self, percent: int) -> None:
        """Make everything larger or smaller."""
        if percent != self.scale.percent:
            self.scale.use(percent)
            self.fonts.resize(self.px)
            self._use()

    def paints(self, widget: tk.Misc, paint: Callable[[], None]) -> None:
        """Call ``paint`` now and whenever palette or scale change."""
        widget.bind("<<ThemeChanged>>", lambda _: paint(), add=True)
        paint()

    def text_colours(self, background: str) -> dict[str, str]:
        """Return the colour options that a plain Tk Text or Entry needs."""
        palette = self.palette
        return {
            "background": background,
            "foreground": palette.text,
            "insertbackground": palette.text,
            "selectbackground": palette.selection,
            "selectforeground": palette.text,
            "inactiveselectbackground": palette.selection,
        }

    def menu(self, parent: tk.Misc) -> tk.Menu:
        """Return an empty menu in the palette's colours."""
        p, wide, high = self.palette, self.px(6), self.fonts.line_height() + self.px(9)
        spacer = self.images.get(
            ("spacer", wide, high), lambda: Image.new("RGBA", (wide, high), (0, 0, 0, 0))
        )
        return RoomyMenu(
            parent,
            spacer,
            font=self.fonts["body"],
            background=p.field,
            foreground=p.text,
            activebackground=p.accent,
            activeforeground=p.on_accent,
            disabledforeground=p.dim,
            borderwidth=1,
            activeborderwidth=0,
            relief="raised",
        )

    def pop_up(self, menu: tk.Menu, x: int, y: int) -> None:
        """Show a menu at a place on the screen; it goes when it is closed."""
        # After its command, which Tk calls when it has taken the menu away.
        menu.bind("<Unmap>", lambda _: menu.after_idle(menu.destroy))
        menu.tk_popup(x, y)

    def _use(self) -> None:
        key = self.palette, self.scale.percent
        name = self._themes.get(key)
        if name is None:
            # By number: a person's own palette changes under its name.
            name = self._themes[key] = f"asynchat-{len(self._themes)}"
            self.style.theme_create(name, parent="clam")
            self._parts[name] = []
            self.style.theme_use(name)
            self._elements(self._parts[name])
            self._styles()
        else:
            self.style.theme_use(name)
        self.root.configure(background=self.palette.canvas)

    def _elements(self, parts: list[tk.PhotoImage]) -> None:
        p = self.palette
        side, radius, line = self.px(_SIDE), self.px(RADIUS), max(1, self.px(1))

        def box(fill: str | None, outline: str | None = None, width: int = line) -> tk.PhotoImage:
            image = rounded(side, side, radius, fill=fill, outline=outline, line=width)
            return self._slices(parts, image)

        def ring(fill: str, gap: str) -> tk.PhotoImage:
            thick = max(1, self.px(1.6))
            image = ringed(side, radius, fill=fill, ring=p.focus, gap=gap, line=thick)
            return self._slices(parts, image)

        self._element(
            "Field.box",
            box(p.field, p.outline),
            ("disabled", box(p.canvas, p.rule)),
            ("invalid", "focus", box(p.field, p.bad, max(1, self.px(1.6)))),
            ("invalid", box(p.field, p.bad)),
            ("focus", box(p.field, p.focus, max(1, self.px(1.6)))),
        )
        self._element(
            "Accent.box",
            box(p.accent),
            ("disabled", box(p.selected)),
            ("pressed", box(p.accent_pressed)),
            ("focus", ring(p.accent, p.canvas)),
            ("active", box(p.accent_hover)),
        )
        self._element(
            "Quiet.box",
            box(p.field, p.outline),
            ("disabled", box(p.canvas, p.rule)),
            ("pressed", box(p.selected, p.outline)),
            ("focus", box(p.field, p.focus, max(1, self.px(1.6)))),
            ("active", box(p.hover, p.outline)),
        )
        for kind, behind in (("Icon", p.canvas), ("Side", p.sidebar)):
            self._element(
                f"{kind}.box",
                box(behind),
                ("pressed", box(p.selected)),
                ("focus", box(p.hover, p.focus, max(1, self.px(1.6)))),
                ("active", box(p.hover)),
            )
        self._element(
            "Banner.box",
            box(p.banner, p.on_banner),
            ("focus", box(p.banner, p.on_banner, max(1, self.px(2)))),
            ("active", box(p.canvas, p.on_banner)),
        )
        self._element("Card.box", box(p.sidebar, p.rule))
        self._element("Popup.box", box(p.field, p.outline))
        self._element(
            "Tab.box",
            box(p.canvas),
            ("selected", "focus", box(p.selected, p.focus, max(1, self.px(1.6)))),
            ("selected", box(p.selected)),
            ("focus", box(p.hover, p.focus, max(1, self.px(1.6)))),
            ("active", box(p.hover)),
        )
        self._check(parts)
        self._bar(parts)

    def _check(self, parts: list[tk.PhotoImage]) -> None:
        p, size, gap = self.palette, self.px(18), self.px(8)

        def mark(
            fill: str, outline: str, radius: int, sign: Image.Image | None = None
        ) -> tk.PhotoImage:
            whole = Image.new("RGBA", (size + gap, size), (0, 0, 0, 0))
            line = max(1, self.px(1.4))
            whole.paste(rounded(size, size, radius, fill=fill, outline=outline, line=line), (0, 0))
            if sign is not None:
                place = (size - sign.width) // 2
                whole.alpha_composite(sign, (place, place))
            return self._part(parts, whole)

        tick = icon("tick", size, p.on_accent)
        inner = dot(max(4, self.px(8)), p.on_accent)
        for name, kind, radius, sign in (
            ("Check", "Checkbutton", self.px(5), tick),
            ("Radio", "Radiobutton", size // 2, inner),
        ):
            self.style.element_create(
                f"{name}.mark",
                "image",
                # In the colour of words: an outline alone is too faint for what tells something.
                mark(p.field, p.dim, radius),
                ("selected", "focus", mark(p.accent, p.text, radius, sign)),
                ("selected", mark(p.accent, p.accent, radius, sign)),
                ("focus", mark(p.field, p.focus, radius)),
                ("active", mark(p.hover, p.dim, radius)),
                sticky="w",
            )
            inside: Any = [
                (f"{name}.mark", {"side": "left", "sticky": ""}),
                (f"{kind}.label", {"side": "left", "sticky": "nswe"}),
            ]
            layout: Any = [(f"{kind}.padding", {"sticky": "nswe", "children": inside})]
            for style, behind in ((f"Field.T{kind}", p.canvas), (f"Field.Card.T{kind}", p.sidebar)):
                self.style.layout(style, layout)
                self.style.configure(style, background=behind, foreground=p.text)

    def _bar(self, parts: list[tk.PhotoImage]) -> None:
        p = self.palette
        width, gap = self.px(10), self.px(2)
        for kind, behind in (("Thin", p.canvas), ("Side", p.sidebar)):
            trough = rounded(width, width, 0, fill=behind)

            def thumb(colour: str, trough: Image.Image = trough) -> tk.PhotoImage:
                image = trough.copy().resize((width, width * 2))
                inner = width - 2 * gap
                pill = rounded(inner, width * 2 - 2 * gap, inner // 2, fill=colour)
                image.alpha_composite(pill, (gap, gap))
                return self._part(parts, image)

            self.style.element_create(
                f"{kind}.trough", "image", self._part(parts, trough), sticky="nswe"
            )
            self.style.element_create(
                f"{kind}.thumb",
                "image",
                thumb(p.thumb),
                ("disabled", self._part(parts, trough.copy().resize((width, width * 2)))),
                ("pressed", thumb(p.thumb_hover)),
                ("active", thumb(p.thumb_hover)),
                border=(gap, width - gap),
                sticky="nswe",
            )
            inside: Any = [(f"{kind}.thumb", {"expand": True})]
            layout: Any = [(f"{kind}.trough", {"sticky": "ns", "children": inside})]
            self.style.layout(f"{kind}.Vertical.TScrollbar", layout)

    def _element(
        self, name: str, image: tk.PhotoImage, *states: tuple[*tuple[str, ...], tk.PhotoImage]
    ) -> None:
        side = self.px(_SIDE)
        self.style.element_create(
            name,
            "image",
            image,
            *states,
            border=self._edge,
            padding=0,
            sticky="nswe",
            width=side,
            height=side,
        )

    @property
    def _edge(self) -> int:
        return self.px(RADIUS) + 1

    def _slices(self, parts: list[tk.PhotoImage], image: Image.Image) -> tk.PhotoImage:
        width, height = self.px(_WIDE[0]), self.px(_WIDE[1])
        return self._part(parts, widened(image, self._edge, width, height))

    def _part(self, parts: list[tk.PhotoImage], image: Image.Image) -> tk.PhotoImage:
        made = photo(self.root, image)
        parts.append(made)
        return made

    def _styles(self) -> None:
        p, px, style = self.palette, self.px, self.style
        style.configure(
            ".",
            background=p.canvas,
            foreground=p.text,
            font=self.fonts["body"],
            borderwidth=0,
            focuscolor=p.focus,
            selectbackground=p.selection,
            selectforeground=p.text,
            insertcolor=p.text,
        )
        style.map(".", foreground=[("disabled", p.dim)])
        for name, background in (("Main", p.canvas), ("Side", p.sidebar), ("Rule", p.rule)):
            style.configure(f"{name}.TFrame", background=background)
        style.configure("Banner.TFrame", background=p.banner)

        style.layout("Field.TFrame", [("Field.box", {"sticky": "nswe"})])
        style.configure("Field.TFrame", background=p.canvas)
        style.layout("SideField.TFrame", [("Field.box", {"sticky": "nswe"})])
        style.configure("SideField.TFrame", background=p.sidebar)
        style.layout("Card.TFrame", [("Card.box", {"sticky": "nswe"})])
        style.configure("Card.TFrame", background=p.canvas)
        style.layout("Popup.TFrame", [("Popup.box", {"sticky": "nswe"})])
        style.configure("Popup.TFrame", background=p.canvas)

        style.layout(
            "Field.TEntry",
            [
                (
                    "Field.box",
                    {
                        "sticky": "nswe",
                        "children": [
                            (
                                "Entry.padding",
                                {"sticky": "nswe", "children": [("Entry.textarea", {})]},
                            )
                        ],
                    },
                )
            ],
        )
        style.configure(
            "Field.TEntry",
            background=p.sidebar,
            padding=(px(10), px(9)),
            insertwidth=max(1, px(1.4)),
            foreground=p.text,
        )
        self._buttons()
        self._labels()
        self._tables()

    def _tables(self) -> None:
        p, px, style = self.palette, self.px, self.style
        # Treeview's own styles ignore the palette.
        style.configure(
            "Table.Treeview",
            background=p.sidebar,
            fieldbackground=p.sidebar,
            foreground=p.text,
            rowheight=max(px(28), self.fonts.line_height() + px(8)),
            borderwidth=0,
            indent=0,
        )
        style.layout("Table.Treeview", [("Treeview.treearea", {"sticky": "nswe"})])
        style.map(
            "Table.Treeview",
            background=[("selected", "focus", p.accent), ("selected", p.selected)],
            foreground=[("selected", "focus", p.on_accent), ("selected", p.text)],
        )
        style.configure(
            "Table.Treeview.Heading",
            background=p.sidebar,
            foreground=p.dim,
            font=self.fonts["small_bold"],
            padding=(px(6), px(5)),
            relief="flat",
            borderwidth=0,
        )
        style.map(
            "Table.Treeview.Heading",
            background=[("pressed", p.selected), ("active", p.hover)],
            foreground=[("active", p.text)],
        )
        inside: Any = [
            (
                "Radiobutton.padding",
                {"sticky": "nswe", "children": [("Radiobutton.label", {"sticky": "nswe"})]},
            )
        ]
        layout: Any = [("Tab.box", {"sticky": "nswe", "children": inside})]
        style.layout("Tab.TRadiobutton", layout)
        style.configure(
            "Tab.TRadiobutton", background=p.canvas, foreground=p.dim, padding=(px(10), px(5))
        )
        style.map("Tab.TRadiobutton", foreground=[("selected", p.text), ("active", p.text)])

    def _buttons(self) -> None:
        p, px, style = self.palette, self.px, self.style
        for name in ("Accent", "Quiet", "Icon", "Side", "Banner"):
            inside: Any = ("Button.padding", {"sticky": "nswe", "children": [("Button.label", {})]})
            layout: Any = [(f"{name}.box", {"sticky": "nswe", "children": [inside]})]
            style.layout(f"{name}.TButton", layout)
            style.configure(f"{name}.TButton", anchor="center", foreground=p.text)
        style.configure(
            "Accent.TButton",
            background=p.canvas,
            foreground=p.on_accent,
            padding=(px(18), px(8)),
        )
        style.map("Accent.TButton", foreground=[("disabled", p.dim)])
        style.configure("Quiet.TButton", background=p.canvas, padding=(px(14), px(8)))
        style.configure(
            "Banner.TButton",
            background=p.banner,
            foreground=p.on_banner,
            padding=(px(12), px(5)),
        )
        style.map("Banner.TButton", foreground=[("active", p.text)])
        style.configure("Icon.TButton", background=p.canvas, padding=px(5))
        style.configure("Side.TButton", background=p.sidebar, padding=px(5))

    def _labels(self) -> None:
        p, fonts, style = self.palette, self.fonts, self.style
        for name, background in (
            ("", p.canvas),
            ("Side.", p.sidebar),
            ("Card.", p.sidebar),
            ("Field.", p.field),
            ("Banner.", p.banner),
        ):
            style.configure(f"{name}TLabel", background=background, foreground=p.text)
            style.configure(
                f"Dim.{name}TLabel", background=background, foreground=p.dim, font=fonts["small"]
            )
            style.configure(
                f"Bad.{name}TLabel", background=background, foreground=p.bad, font=fonts["small"]
            )
            style.configure(f"Bold.{name}TLabel", background=background, font=fonts["bold"])
            style.configure(f"Title.{name}TLabel", background=background, font=fonts["title"])
            style.configure(f"Hero.{name}TLabel", background=background, font=fonts["hero"])
        style.configure("Banner.TLabel", foreground=p.on_banner)
        style.configure("Link.TLabel", foreground=p.link, font=fonts["small"])
        style.configure("Heading.TLabel", foreground=p.dim, font=fonts["small_bold"])
        style.configure(
            "Key.TLabel", background=p.canvas, foreground=p.text, font=fonts["small_bold"]
        )
        style.configure("Placeholder.TLabel", background=p.field, foreground=p.dim)
        for tone in ("good", "busy", "bad"):
            colour = getattr(p, tone)
            style.configure(f"{tone}.Status.TLabel", foreground=colour, font=fonts["small"])
