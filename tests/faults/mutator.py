"""Bytes that are nearly right: the corpus, and mutations of what is in it.

``corpus`` has one connection's bytes in each file.  Whatever a fuzzer finds is made small and
becomes another file there, so that it is tried again on every run.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

CORPUS = Path(__file__).with_name("corpus")
TRIALS = 200

TOKENS = (
    rb'\u0000 \ud800 \udc00 \" \\ \x { } [ ] : , " null true NaN Infinity 1e999 -1 0 -0 1.0'
    rb' 9223372036854775807 18446744073709551616 "type" "id" "say" "hello" "bye" "room" "lobby"'
    rb' "text" "limit" "around" "~" {"type":"bye"} {"type":"ping","id":"p"}'
).split(b" ")
BYTES = (b"\n", b"\r\n", b"\0", b" ", b"\t", b"\x7f", b"\x80", b"\xc3", b"\xff", b"\xef\xbb\xbf")


def corpus() -> dict[str, bytes]:
    """Return every file of the corpus, by its name."""
    return {path.stem: path.read_bytes() for path in sorted(CORPUS.glob("*.bin"))}


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return one of some bytes with a few things done to it."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        _mutate(rng, data, seeds)
    return bytes(data[: 200 * 1024])


def _mutate(rng: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice([1, 2, 8, 64, 1_000]))
    match rng.randrange(9):
        case 0 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 1:
            data[at:at] = rng.choice(TOKENS)
        case 2:
            data[at:at] = rng.choice(BYTES)
        case 3:
            del data[at:end]
        case 4:
            data[at:at] = data[at:end] * rng.choice([1, 2, 50])
        case 5:
            other = rng.choice(seeds)
            data[at:] = other[rng.randrange(len(other) + 1) :]
        case 6:
            data[at:end] = rng.randbytes(end - at)
        case 7:
            del data[at:]
        case _:
            data[at:at] = rng.choice([b"x", b"[", b" ", b'{"a":']) * rng.choice([9, 999, 70_000])


def cut_up(rng: random.Random, data: bytes) -> list[bytes]:
    """Return the same bytes in pieces."""
    if rng.random() < 0.1 and len(data) < 2_000:
        return [data[at : at + 1] for at in range(len(data))]
    places = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(5)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def told(data: bytes, fails: Callable[[bytes], str | None]) -> str:
    """Make bytes that fail small, and keep them in FAULTS_FOUND; return what to say of them."""
    why, size = fails(data) or "it failed once, and not again", len(data) // 2
    trials = 0
    while size and trials < TRIALS:
        for at in range(0, len(data), size):
            fewer = data[:at] + data[at + size :]
            trials += 1
            if (found := fails(fewer)) is not None:
                data, why = fewer, found
                break
        else:
            size //= 2
    name = f"found-{hashlib.sha256(data).hexdigest()[:8]}.bin"
    if "FAULTS_FOUND" in os.environ:
        (Path(os.environ["FAULTS_FOUND"]) / name).write_bytes(data)
    return f"{why}\nThe bytes, for tests/faults/corpus/{name}: {data!r}"
