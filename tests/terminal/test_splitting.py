"""Bytes into lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynchat.terminal.splitting import TOO_LONG, LineSplitter


def _split(data: bytes, sizes: list[int], max_bytes: int) -> list[str | None]:
    splitter = LineSplitter(max_bytes)
    lines: list[str | None] = []
    for size in sizes:
        lines += splitter.feed(data[:size])
        data = data[size:]
    return lines + splitter.feed(data) + splitter.end()


@given(
    st.lists(st.binary(max_size=12).map(lambda line: line.translate(None, b"\r\n"))),
    st.lists(st.integers(0, 9)),
)
def test_any_chunking_gives_the_same_lines(lines: list[bytes], sizes: list[int]) -> None:
    """However the bytes are cut, each line comes once, in order, and the long ones are named."""
    expected = [TOO_LONG if len(line) > 8 else line.decode(errors="replace") for line in lines]
    assert _split(b"".join(line + b"\n" for line in lines), sizes, 8) == expected


def test_the_last_line_needs_no_end() -> None:
    """Input that stops in mid-line still gives that line; an end adds no empty one."""
    assert _split(b"one\ntwo", [], 8) == ["one", "two"]
    assert _split(b"one\n", [], 8) == ["one"]
    assert _split(b"", [], 8) == []
    assert _split(b"one\n0123456789", [4, 5], 8) == ["one", TOO_LONG]


def test_the_ends_of_windows_and_bytes_that_are_no_text_do_no_harm() -> None:
    """A carriage return before the end goes, and what is not UTF-8 becomes U+FFFD."""
    assert _split(b"one\r\n\xfftwo\r\n", [], 8) == ["one", "\N{REPLACEMENT CHARACTER}two"]


def test_an_endless_line_is_not_kept() -> None:
    """A line that never ends costs no more memory than one that may be."""
    splitter = LineSplitter(8)
    for _ in range(1000):
        assert splitter.feed(b"0123456789") == []
        assert len(splitter._kept) <= 8
    assert splitter.feed(b"\nnext\n") == [TOO_LONG, "next"]
