"""The standard library's module of our name, which Python has until 3.11.

Its ``smtpd`` imports ``asynchat`` for ``async_chat`` and, with us installed, gets this package.
What lives here lends it those names, and nothing else of asynchat uses it.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

NAMES: Final = frozenset({"async_chat", "find_prefix_at_end", "simple_producer"})
"""What the standard library's module offers."""


def lend(name: str) -> object:
    """Return what the standard library's module has under one of `NAMES`.

    Raise `AttributeError` for any other name, and for all of them from Python 3.12 on.
    """
    if name not in NAMES or sys.version_info >= (3, 12):
        raise AttributeError(f"module 'asynchat' has no attribute {name!r}", name=name)
    return getattr(_module(), name)


@functools.cache
def _module() -> ModuleType:
    """Load that module without entering it among the imported: the name there is ours."""
    spec = importlib.machinery.PathFinder.find_spec("asynchat", [str(Path(os.__file__).parent)])
    if spec is None or spec.loader is None:
        raise AttributeError("this Python's standard library has no module 'asynchat'")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
