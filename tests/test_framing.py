"""Bytes become frames, whatever the chunks they come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder


def cut(data: bytes, max_frame_bytes: int) -> tuple[list[bytes], bool]:
    """Return the frames in data, and whether one too long follows them: the plain way."""
    *lines, rest = data.split(b"\n")
    frames: list[bytes] = []
    for line in lines:
        if len(line) > max_frame_bytes:
            return frames, True
        frames.append(line)
    return frames, len(rest) > max_frame_bytes


CHUNKS = st.lists(st.lists(st.sampled_from([b"a", b"b", b"\n"]), max_size=12).map(b"".join))


@given(CHUNKS, st.integers(0, 8))
def test_frames_are_the_same_in_any_chunking(chunks: list[bytes], max_frame_bytes: int) -> None:
    """However the bytes come, they are cut at each line end, until a frame is too long."""
    decoder = FrameDecoder(max_frame_bytes)
    frames: list[bytes] = []
    too_long = False
    for chunk in chunks:
        decoder.feed(chunk)
        try:
            frames.extend(decoder.frames())
        except ChatError:
            too_long = True
            break
    assert (frames, too_long) == cut(b"".join(chunks), max_frame_bytes)


@given(CHUNKS, st.integers(0, 8), st.integers(1, 3))
def test_frames_may_be_left_for_later(
    chunks: list[bytes], max_frame_bytes: int, at_once: int
) -> None:
    """Who takes a few frames and feeds before taking the others loses none."""
    decoder = FrameDecoder(max_frame_bytes)
    frames: list[bytes] = []

    def take() -> bool:
        try:
            for _, frame in zip(range(at_once), decoder.frames(), strict=False):
                frames.append(frame)
        except ChatError:
            return True
        return False

    too_long = False
    for chunk in chunks:
        decoder.feed(chunk)
        too_long = too_long or take()
    before = -1
    while not too_long and before < len(frames):
        before = len(frames)
        too_long = take()
    assert (frames, too_long) == cut(b"".join(chunks), max_frame_bytes)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\nmore"])
def test_a_frame_may_be_as_long_as_the_limit_and_no_longer(ending: bytes) -> None:
    """The limit counts the frame without its line end, whether or not that has come."""
    decoder = FrameDecoder(8)
    decoder.feed(b"12345678" + ending)
    assert list(decoder.frames()) == ([b"12345678"] if ending else [])
    decoder = FrameDecoder(8)
    decoder.feed(b"123456789" + ending)
    for _ in range(2):
        with pytest.raises(ChatError) as caught:
            list(decoder.frames())
        assert caught.value.code == "frame_too_long"


def test_a_frame_that_is_too_long_in_pieces_is_refused_before_it_ends() -> None:
    """No more than the limit and one chunk is ever held of a line that never ends."""
    decoder = FrameDecoder(8)
    decoder.feed(b"12345")
    assert list(decoder.frames()) == []
    decoder.feed(b"6789")
    with pytest.raises(ChatError):
        list(decoder.frames())


@given(st.lists(st.integers(0, 6), max_size=8), st.integers(1, 40))
def test_the_limit_may_change_between_two_frames(sizes: list[int], chunk_bytes: int) -> None:
    """The next frame goes by the limit as it is when it is taken, in the same chunk too."""
    decoder = FrameDecoder(0)
    data = b"".join(b"x" * size + b"\n" for size in [0, *sizes])
    lengths: list[int] = []
    wanted = iter([*sizes, 0])
    for start in range(0, len(data), chunk_bytes):
        decoder.feed(data[start : start + chunk_bytes])
        for frame in decoder.frames():
            lengths.append(len(frame))
            # Exactly as much as the next frame needs.
            decoder.max_frame_bytes = next(wanted)
    assert lengths == [0, *sizes]


def test_a_limit_that_shrinks_counts_for_the_next_frame() -> None:
    """A frame taken before does not save the one after it."""
    decoder = FrameDecoder(8)
    decoder.feed(b"12345\n12345\n")
    frames = decoder.frames()
    assert next(frames) == b"12345"
    decoder.max_frame_bytes = 4
    with pytest.raises(ChatError):
        next(frames)


def test_what_is_behind_a_frame_can_be_taken_as_it_is() -> None:
    """Bytes that are no frames follow one, and the next feed begins anew."""
    decoder = FrameDecoder(100)
    decoder.feed(b"one\nraw\x00by")
    assert next(decoder.frames()) == b"one"
    assert decoder.rest() == b"raw\x00by"
    assert decoder.rest() == b""
    decoder.feed(b"two\n")
    assert list(decoder.frames()) == [b"two"]
