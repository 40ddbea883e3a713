"""The one place where everything that fails is shown and logged, and what was done is told.

Tk's callbacks, the event loop, subscribers and tasks all end here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ParamSpec

from asynchat.errors import ChatError

if TYPE_CHECKING:
    import asyncio
    import tkinter as tk
    from collections.abc import Callable
    from types import TracebackType

logger = logging.getLogger(__name__)

P = ParamSpec("P")


class Failures:
    """Tells failures to the log, and in a sentence to whoever shows them."""

    def __init__(self) -> None:
        self._show: Callable[..., None] | None = None
        self._showing = False

    def shown_by(self, show: Callable[..., None] | None) -> None:
        """Say what shows the sentences from now on: it takes one, and what `say` has besides.

        What `tell` has to say it is given with ``quiet``.
        """
        self._show = show

    def report(self, error: BaseException) -> None:
        """Log what failed and show it.  A refusal is nobody's mistake: its sentence is enough."""
        if isinstance(error, ChatError):
            logger.info("refused: %s (%s)", error.text, error.code)
            self.say(error.text)
        else:
            logger.error("the window failed at something", exc_info=error)
            self.say(f"Something went wrong ({type(error).__name__}); the log says more.")

    def say(self, sentence: str, *leads_on: tuple[str, Callable[[], object]]) -> None:
        """Show a sentence, and at most one button: its words, and what it does."""
        self._say(sentence, *leads_on)

    def tell(self, sentence: str) -> None:
        """Show a sentence about what was done, where nothing went wrong."""
        self._say(sentence, quiet=True)

    def _say(self, sentence: str, *leads_on: tuple[str, Callable[[], object]], **how: bool) -> None:
        # Showing may itself fail, and that must not be shown again.
        if self._show is None or self._showing:
            return
        self._showing = True
        try:
            self._show(sentence, *leads_on, **how)
        except Exception:
            logger.exception("could not show: %s", sentence)
        finally:
            self._showing = False

    def guarded(self, handler: Callable[P, object]) -> Callable[P, None]:
        """Return a handler whose failure is reported and goes no further."""

        def call(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                handler(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - an outer edge: it is reported
                self.report(error)

        return call

    def watch(self, root: tk.Tk, loop: asyncio.AbstractEventLoop) -> None:
        """Take what Tk and the event loop would otherwise print."""

        def from_tk(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
            self.report(error)

        def from_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, Exception):
                self.report(error)
            else:
                logger.error("%s: %r", context.get("message"), context)

        root.report_callback_exception = from_tk
        loop.set_exception_handler(from_loop)
