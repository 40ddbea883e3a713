"""Ask for a person's attention by the window's entry in the taskbar, which Tk cannot do."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import tkinter as tk

logger = logging.getLogger(__name__)

_URGENT: Final = 1 << 8


class _Hints(ctypes.Structure):
    """Xlib's ``XWMHints``."""

    _fields_ = [  # type: ignore[mutable-override]  # as ctypes says it has to be
        ("flags", ctypes.c_long),
        ("input", ctypes.c_int),
        ("initial_state", ctypes.c_int),
        ("icon_pixmap", ctypes.c_ulong),
        ("icon_window", ctypes.c_ulong),
        ("icon_x", ctypes.c_int),
        ("icon_y", ctypes.c_int),
        ("icon_mask", ctypes.c_ulong),
        ("window_group", ctypes.c_ulong),
    ]


class Urgency:
    """Whether the window asks for attention; the window manager shows it as it likes."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._asking = False

    @property
    def asking(self) -> bool:
        """Whether it asks now."""
        return self._asking

    def ask(self, urgent: bool) -> None:  # noqa: FBT001 - what it is named for
        """Ask for attention, or no more."""
        if urgent == self._asking:
            return
        self._asking = urgent
        try:
            if sys.platform == "win32":
                if urgent:
                    ctypes.windll.user32.FlashWindow(int(self._root.wm_frame(), 16), True)
            elif self._root.tk.call("tk", "windowingsystem") == "x11":
                _hint(self._root, urgent=urgent)
        except (OSError, AttributeError) as error:  # no Xlib to be loaded
            logger.debug("the window cannot ask for attention: %s", error)


def _hint(root: tk.Tk, *, urgent: bool) -> None:
    xlib = _xlib()
    # A connection of its own: Tk's is not to be had.  The window cannot go meanwhile.
    display = xlib.XOpenDisplay(root.winfo_screen().encode())
    if not display:
        return
    try:
        window = _parent(xlib, display, root.winfo_id())
        pointer = xlib.XGetWMHints(display, window)
        if pointer:
            flags = pointer.contents.flags
            pointer.contents.flags = flags | _URGENT if urgent else flags & ~_URGENT
            xlib.XSetWMHints(display, window, pointer)
            xlib.XFree(pointer)
    finally:
        xlib.XCloseDisplay(display)


def _parent(xlib: Any, display: int, window: int) -> int:
    """Return the window around Tk's, which the window manager knows."""
    top, parent, children = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_void_p()
    count = ctypes.c_uint()
    asked = (top, parent, children, count)
    if not xlib.XQueryTree(display, window, *map(ctypes.byref, asked)):
        return window
    if children.value is not None:
        xlib.XFree(children)
    return parent.value


def _xlib() -> Any:
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    xlib.XOpenDisplay.argtypes = [ctypes.c_char_p]
    xlib.XCloseDisplay.argtypes = [ctypes.c_void_p]
    xlib.XGetWMHints.restype = ctypes.POINTER(_Hints)
    xlib.XGetWMHints.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    xlib.XSetWMHints.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(_Hints)]
    pointer = ctypes.c_void_p
    xlib.XQueryTree.argtypes = [pointer, ctypes.c_ulong, pointer, pointer, pointer, pointer]
    xlib.XFree.argtypes = [ctypes.c_void_p]
    return xlib
