"""Files that are dragged onto the window, where tkinterdnd2 is installed and loads."""

from __future__ import annotations

import logging
import tkinter as tk
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)


def take_drops(widget: tk.Misc, on_drop: Callable[[Sequence[Path]], None]) -> bool:
    """Call ``on_drop`` with the files that are dropped on a widget; tell whether that works."""
    try:
        library: Any = import_module("tkinterdnd2")
        # The name of what loads Tk's extension changed between its releases.
        load = getattr(library.TkinterDnD, "require", None) or library.TkinterDnD._require  # noqa: SLF001
        load(widget.winfo_toplevel())
    except (ImportError, AttributeError, RuntimeError, tk.TclError) as error:
        logger.debug("no files can be dropped here: %s", error)
        return False

    def dropped(data: str) -> str:
        on_drop([Path(each) for each in widget.tk.splitlist(data)])
        return "copy"

    command = widget.register(dropped)
    widget.tk.call("tkdnd::drop_target", "register", str(widget), ("DND_Files",))
    widget.tk.call("bind", str(widget), "<<Drop:DND_Files>>", f"{command} %D")
    return True
