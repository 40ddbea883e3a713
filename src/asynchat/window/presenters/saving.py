"""The name of a file that a conversation is saved to: proposed, changed and completed."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMS: Final = ((".txt", "Text"), (".html", "Web page"), (".jsonl", "JSON Lines"))
_UNFIT: Final = re.compile(r"[^\w.-]+")


def proposed(label: str) -> str:
    """Return a file's name for a room of that label, in one's home."""
    return f"~/{_UNFIT.sub('-', label).strip('-.') or 'conversation'}.txt"


def with_form(typed: str, suffix: str) -> str:
    """Return what is typed with another end, where it has one of ours, or none."""
    now = PurePath(typed).suffix.lower()
    known = now in {".htm", *(each for each, _ in FORMS)}
    return f"{typed[: len(typed) - len(now)] if known else typed}{suffix}"


def completed(typed: str, names: Iterable[str]) -> str:
    """Return what is typed with as much of the last part as ``names`` agree on.

    Those of folders end with a slash.
    """
    folder, slash, begun = typed.rpartition("/")
    fits = sorted(name for name in names if name.startswith(begun))
    if not fits:
        return typed
    first, last = fits[0], fits[-1]
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return f"{folder}{slash}{first[:same]}"
