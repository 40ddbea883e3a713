"""Fingerprints of servers' keys: what is pinned, printed, pasted, compared and typed.

A fingerprint is the SHA-256 of a certificate's public key (its SubjectPublicKeyInfo, RFC 5280),
in base32: 52 lower-case letters and digits.  It outlives a renewed certificate of the same key.
Pure functions over bytes and strings.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

CHARS: Final = 52
CONFIRMED_CHARS: Final = 12
"""How much of a new key's fingerprint a person types: 60 bits are too many to search for."""

_GROUP_CHARS: Final = 4

# The tags of DER that stand in a certificate before its key.
_INTEGER: Final = b"\x02"
_SEQUENCE: Final = b"\x30"
_VERSION: Final = b"\xa0"
_BEFORE_KEY: Final = {
    "serial number": _INTEGER,
    "signature algorithm": _SEQUENCE,
    "issuer": _SEQUENCE,
    "validity": _SEQUENCE,
    "subject": _SEQUENCE,
}

_LONG: Final = 0x80
_MOST_LENGTH_BYTES: Final = 3


def of_certificate(der: bytes) -> str:
    """Return the fingerprint of the key in a certificate.  Raise `ValueError` for what is none."""
    return of_key(key_info(der))


def of_key(info: bytes) -> str:
    """Return the fingerprint of a SubjectPublicKeyInfo."""
    digest = hashlib.sha256(info).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def key_info(der: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate, as it stands there.

    Raise `ValueError` for anything but strict DER: what could be read in two ways would let a
    certificate show one key here and use another.  (`cryptography` reads it too, and takes
    longer to load than the window has until it is painted.)
    """
    start, end = _part(der, 0, len(der), _SEQUENCE)
    if end != len(der):
        raise ValueError("something follows the certificate")
    at, limit = _part(der, start, end, _SEQUENCE)
    if der[at : at + 1] == _VERSION:
        _, at = _part(der, at, limit, _VERSION)
    for tag in _BEFORE_KEY.values():
        _, at = _part(der, at, limit, tag)
    _, end = _part(der, at, limit, _SEQUENCE)
    return der[at:end]


def _part(der: bytes, at: int, limit: int, tag: bytes) -> tuple[int, int]:
    """Return where the content of the part that begins there begins and ends."""
    start = at + 2
    if start > limit or der[at : at + 1] != tag:
        raise ValueError(f"no part of kind {tag.hex()} at {at}")
    length = der[at + 1]
    if length & _LONG:
        count = length & ~_LONG
        start += count
        length = int.from_bytes(der[at + 2 : start])
        shortest = _LONG if count == 1 else 1 << 8 * (count - 1)
        if not 1 <= count <= _MOST_LENGTH_BYTES or length < shortest:
            raise ValueError("a length that is not said the shortest way")
    if start + length > limit:
        raise ValueError("a part leaves the one that it is in")
    return start, start + length


def parse_fingerprint(typed: str) -> str:
    """Return a fingerprint as it is kept; capitals and what parts its groups do not matter.

    Raise `ValueError`.
    """
    text = _plain(typed)
    try:
        digest = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        digest = b""
    # The last letter has bits to spare: only one way of writing them is right.
    if len(text) != CHARS or base64.b32encode(digest).decode().rstrip("=").lower() != text:
        raise ValueError(f"a fingerprint has {CHARS} letters a to z and digits 2 to 7")
    return text


def grouped(fingerprint: str) -> str:
    """Return a fingerprint as people read it, in groups of four."""
    starts = range(0, len(fingerprint), _GROUP_CHARS)
    return " ".join(fingerprint[at : at + _GROUP_CHARS] for at in starts)


def confirms(typed: str, fingerprint: str) -> bool:
    """Tell whether a person typed the beginning of a fingerprint, `CONFIRMED_CHARS` at least."""
    text = _plain(typed)
    return len(text) >= CONFIRMED_CHARS and fingerprint.startswith(text)


def _plain(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").replace(":", "").lower()
