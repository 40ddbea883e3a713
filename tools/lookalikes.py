"""Write src/asynchat/lookalikes.txt from Unicode's confusables.txt (UTS #39), given as a file.

Run it with the file of a newer Unicode from https://www.unicode.org/Public/security/ and, because
the skeletons of names are stored, add a migration that makes those anew.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "asynchat" / "lookalikes.txt"
IN_NAMES = ("L", "M", "Nd")
PUNCTUATION = frozenset("_-.")
# A capital I is drawn as a small l: as names are compared without case, so is a small i.
OURS = {"i": "l"}


def main() -> None:
    """Write the table: on each line what is looked like, a tab, and what looks like it."""
    text = Path(sys.argv[1]).read_text("utf-8-sig")
    version = re.search(r"^# Version: (\S+)", text, re.MULTILINE)
    found = re.search(r"^# (©.*)$", text, re.MULTILINE)
    if version is None or found is None:
        raise SystemExit("this is no confusables.txt")
    table = dict(OURS)
    for line in text.splitlines():
        parts = line.partition("#")[0].split(";")
        if len(parts) == len(("source", "target", "class")):
            source, target = (
                "".join(chr(int(code, 16)) for code in part.split()) for part in parts[:2]
            )
            if is_compared(source):
                table[source] = decomposed(target)
    table = {source: settled(target, table) for source, target in table.items()}
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in table.items():
        if source != target:
            lines[target].append(source)
    head = f"# Unicode {version[1]}, UTS #39, {found[1]}; what cannot be in a name is left out."
    body = (f"{codes(target)}\t{' '.join(map(codes, sorted(lines[target])))}" for target in lines)
    TARGET.write_text("\n".join([head, *sorted(body)]) + "\n", "utf-8")


def decomposed(text: str) -> str:
    """Return a text as names are compared: without case, marks apart."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())


def is_compared(char: str) -> bool:
    """Tell whether a character can be in a name once that is decomposed."""
    allowed = char in PUNCTUATION or unicodedata.category(char).startswith(IN_NAMES)
    return allowed and char == decomposed(char)


def settled(text: str, table: dict[str, str]) -> str:
    """Return what a text looks like when nothing in it looks like something else any more."""
    for _ in range(10):
        after = decomposed("".join(table.get(char, char) for char in text))
        if after == text:
            return text
        text = after
    raise SystemExit(f"{text!r} looks like something else for ever")


def codes(text: str) -> str:
    """Return the characters of a text as numbers."""
    return "+".join(f"{ord(char):04x}" for char in text)


if __name__ == "__main__":
    main()
