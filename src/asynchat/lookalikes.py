"""What characters look like, so that no two names look the same (Unicode UTS #39, section 4).

The table is Unicode's, without what no name may have; ``tools/lookalikes.py`` makes it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final

_TABLE_FILE: Final = "lookalikes.txt"


def skeleton(text: str) -> str:
    """Return what a text has in common with every other that looks like it, in any case.

    It is for comparing only, and stored: another table needs a migration.
    """
    return _decomposed(_decomposed(text).translate(_table()))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    text = (files("asynchat") / _TABLE_FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {
        int(source, 16): "".join(chr(int(code, 16)) for code in target.split("+"))
        for target, sources in rows
        for source in sources.split(" ")
    }
