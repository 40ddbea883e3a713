"""Addresses in a text: http and https, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARS: Final = 2_000

# It ends before what usually belongs to the sentence around it, but for a bracket that the
# address itself opened.
ADDRESS: Final = re.compile(
    r"https?://(?:[^\s<>\"'`()\u2068\u2069]|\([^\s<>\"'`()\u2068\u2069]*\)){0,1900}"
    r"(?:[^\s<>\"'`()\u2068\u2069.,;:!?\]}…*_~]|\([^\s<>\"'`()\u2068\u2069]*\))/?",
    re.IGNORECASE,
)
_WEB: Final = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)


def is_web(address: str) -> bool:
    """Tell whether an address is one of http or https, with a host, and not endless."""
    return len(address) <= MAX_CHARS and _WEB.match(address) is not None


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Find where addresses stand in a text."""
    if "://" in text:
        for match in ADDRESS.finditer(text):
            yield match.span()


def host(address: str) -> str:
    """Return the host of an address, or of what looks like one without a scheme; else nothing."""
    address = address.strip()
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def says_otherwise(shown: str, address: str) -> bool:
    """Tell whether a link's words hide where it leads."""
    return _bare(shown) != _bare(address)


def _bare(address: str) -> str:
    return address.strip().casefold().removesuffix("/")
