"""Let an installed ``asynchat`` win over the standard library's on Python 3.11.

Until 3.11 the standard library has a module of this name (deprecated by PEP 594,
removed in 3.12), and its directory comes first on ``sys.path``.  The one line in
``asynchat-precedence.pth`` calls `install` when the interpreter starts, below 3.12
only.  What lives here is that finder and nothing else: it is imported by every
Python of the environment, so it stays small and imports next to nothing (half a
millisecond in all).
"""

import importlib.machinery
import os
import sys

_STDLIB = os.path.dirname(os.__file__)


class _SkipStandardLibrary:
    """Find the one name ``asynchat`` anywhere but in the standard library."""

    @staticmethod
    def find_spec(
        fullname: str, path: object = None, _target: object = None
    ) -> "importlib.machinery.ModuleSpec | None":
        """Return the spec of an installed ``asynchat``, else None, as PEP 451 says."""
        if fullname != "asynchat" or path is not None:
            return None
        elsewhere = [entry for entry in sys.path if entry != _STDLIB]
        return importlib.machinery.PathFinder.find_spec(fullname, elsewhere)


def install() -> None:
    """Put the finder before the others, once."""
    if _SkipStandardLibrary not in sys.meta_path:
        sys.meta_path.insert(0, _SkipStandardLibrary)
