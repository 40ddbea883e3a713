"""P9: anything at all on one connection, while others chat undisturbed.

Two fuzz targets, the frame decoder and a session, go on from a corpus of bytes that people and
earlier findings left; ``make faults ARGS="P9 --share 10"`` lets them run for longer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asynchat.config import Settings
from asynchat.errors import CODES, ENDING, ChatError
from asynchat.framing import FrameDecoder
from asynchat.messages import (
    MAX_REQUEST_BYTES,
    Bye,
    decode_event,
    decode_request,
    decode_server_frame,
    encode,
)
from asynchat.server import Server
from asynchat.store.memory import MemoryStore
from tests.faults.mutator import corpus, cut_up, mutated, told
from tests.raw_client import Wire, line
from tests.serving import FAST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.faults.conftest import Measured, Scale

KINDS = (
    "hello say join leave create invite direct topic rooms who history typing ping pong bye"
    " welcome said error nonsense"
).split()
FIELDS = (
    "id room text reply_to history topic private account name accounts names after before around"
    " limit cursor re version token password client"
).split()

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["lobby", "den", "ada", "~", "i1", "i2"]),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
frames = st.builds(
    lambda kind, fields: (json.dumps({"type": kind, **fields}) + "\n").encode(),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=6),
)
plausible = st.builds(
    lambda kind, sent, room, text: line(kind, id=sent, room=room, text=text, name="ada"),
    st.sampled_from(KINDS[1:13]),
    st.sampled_from(["i1", "i2", "i3"]),
    st.sampled_from(["lobby", "den", "nowhere"]),
    st.text(max_size=10),
)
pieces = st.lists(
    st.one_of(plausible, frames, st.binary(max_size=40), st.just(b"\n")), max_size=12
).map(b"".join)


DEEP = 200
"""How many brackets may be open: where a reader gives up is its own business."""


def split(data: bytes, limit: int) -> tuple[list[bytes], bool]:
    """Return the frames in bytes, and whether one too long ends them: the decoder's model."""
    *whole, rest = data.split(b"\n")
    frames: list[bytes] = []
    for frame in whole:
        if len(frame) > limit:
            return frames, True
        frames.append(frame)
    return frames, len(rest) > limit


def taken(chunks: Sequence[bytes], limit: int) -> tuple[list[bytes], bool]:
    """Return the same from the decoder, fed in chunks."""
    decoder, frames = FrameDecoder(limit), []
    for chunk in chunks:
        decoder.feed(chunk)
        try:
            for frame in decoder.frames():
                frames.append(frame)  # noqa: PERF402 # those before the error count
        except ChatError as error:
            return frames, error.code == "frame_too_long"
    return frames, False


def is_object(frame: bytes) -> bool:
    """Tell whether the standard library finds an object of JSON in a frame, all of it UTF-8."""
    top: list[tuple[str, object]] = []

    def pairs(found: list[tuple[str, object]]) -> list[tuple[str, object]]:
        top[:] = [("", found)]
        return found  # a key that is there twice is kept twice

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        found = json.loads(frame.decode(), parse_constant=refuse, object_pairs_hook=pairs)
        json.dumps(found, ensure_ascii=False).encode()  # no half a character anywhere
    except (ValueError, RecursionError):
        return False
    return bool(top) and top[0][1] is found


def wrong_with(frame: bytes) -> str | None:
    """Return what is wrong in how a frame is decoded, None where nothing is."""
    for decode in (decode_server_frame, decode_event):
        try:
            decode(frame)
        except ChatError as error:
            if error.code != "bad_frame":
                return f"{decode.__name__} says {error.code}"
    is_json = is_object(frame)
    try:
        request = decode_request(frame)
    except ChatError as error:
        if error.code not in {"bad_frame", "unknown_type", "bad_request"}:
            return f"a frame is called {error.code}"
        is_deep = frame.count(b"[") + frame.count(b"{") > DEEP
        if error.code == "bad_frame" and is_json and not is_deep:
            return "an object of JSON is called no frame"
        return None
    if not is_json:
        return "what is no object of JSON is taken for a request"
    try:
        again = encode(request)
    except ChatError as error:
        return None if error.code == "bad_request" else f"encoding says {error.code}"
    return None if decode_request(again[:-1]) == request else "it is another when it is sent on"


def test_frames_are_the_same_in_any_chunks(scale: Scale, measured: Measured) -> None:
    """Frames are cut out as a simple model does it, and decoded or refused by their codes."""
    rng = random.Random(scale.seed)
    seeds = list(corpus().values())
    count = scale(3_000, 200_000)

    def fails(data: bytes) -> str | None:
        chosen = random.Random(len(data))
        for limit in (60, 8 * 1024, MAX_REQUEST_BYTES):
            expected = split(data, limit)
            if taken(cut_up(chosen, data), limit) != expected or taken([data], limit) != expected:
                return "the frames depend on the chunks"
        try:
            return next(filter(None, map(wrong_with, split(data, MAX_REQUEST_BYTES)[0])), None)
        except Exception as error:  # noqa: BLE001 # any other than ours is a finding
            return f"decoding raises {error!r}"

    for number in range(len(seeds) + count):
        data = seeds[number] if number < len(seeds) else mutated(rng, seeds)
        if fails(data):
            raise AssertionError(told(data, fails))
    measured(corpus=len(seeds), inputs=len(seeds) + count)


class Arena:
    """A server in which two chat while a third sends whatever it likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.errors: list[str] = []
        self._handler = logging.Handler(logging.ERROR)
        self._handler.emit = lambda record: self.errors.append(record.getMessage())  # type: ignore[method-assign]

    async def start(self) -> None:
        """Serve, and let the two in."""
        logging.getLogger().addHandler(self._handler)
        chosen = Settings(**{**FAST, "data": self.folder, "stop_timeout_s": 1})
        self.server = Server(chosen, store=MemoryStore())
        await self.server.__aenter__()
        self.ada, self.ben = [await Wire.open(self.server.address) for _ in range(2)]
        for wire, name in ((self.ada, "ada"), (self.ben, "ben")):
            assert (await wire.hello(name))["type"] == "welcome"

    async def attack(
        self, pieces: Sequence[bytes], *, welcome: bool, cut: bool
    ) -> list[dict[str, Any]]:
        """Send bytes in pieces, and let the two say something; return what was answered.

        Raise `AssertionError` where that is no answer, or where anybody else is hurt.
        """
        self.count += 1
        wire = await Wire.open(self.server.address)
        frames: list[dict[str, Any]] = []
        try:
            if welcome:
                token = f"the-token-of-{self.count % 50}"
                answer = await wire.hello(f"w{self.count % 50}", token=token)
                assert answer["type"] == "welcome", answer
            for piece in pieces:
                wire.send_bytes(piece)
                await asyncio.sleep(0)
            if not cut:
                wire.writer.write_eof()
                frames = await wire.rest()
                check(frames)
        finally:
            wire.cut()
        said = await self.ada.ask("say", id=f"ok{self.count}", room="lobby", text="fine")
        assert said["type"] == "said", said
        assert await self.ben.expect("said", id=f"ok{self.count}") == said
        self.ada.seen.clear()
        self.ben.seen.clear()
        assert not self.errors, f"the server logs: {self.errors}"
        return frames

    async def stop(self) -> None:
        """End everything."""
        logging.getLogger().removeHandler(self._handler)
        for wire in (self.ada, self.ben):
            wire.cut()
        await self.server.__aexit__(None, None, None)


def check(frames: list[dict[str, Any]]) -> None:
    """Fail on what a client could not understand."""
    errors = [frame for frame in frames if frame["type"] == "error"]
    for error in errors:
        assert error["code"] in CODES, error
        assert error["text"], error
    assert all(error is frames[-1] for error in errors if error["code"] in ENDING), errors


def end_of(data: bytes) -> str | None:
    """Return what has to end a welcome connection: a code, a bye, or nothing but its own end."""
    frames, too_long = split(data, MAX_REQUEST_BYTES)
    for frame in frames:
        try:
            if isinstance(decode_request(frame), Bye):
                return "goodbye"
        except ChatError as error:
            if error.code in ENDING:
                return error.code
    return "frame_too_long" if too_long else None


def ended(frames: list[dict[str, Any]]) -> str | None:
    """Return what ended it."""
    last = frames[-1] if frames else {"type": None}
    if last["type"] == "goodbye":
        return "goodbye"
    return last["code"] if last["type"] == "error" and last["code"] in ENDING else None


@pytest.mark.parametrize("welcome", [False, True])
def test_whatever_one_sends_the_others_chat_on(
    tmp_path: Path, scale: Scale, measured: Measured, welcome: bool
) -> None:
    """Bytes nearly right get one coded error or the end, and hurt nobody else.

    What is answered as nothing before was is mutated further.
    """
    rng = random.Random(f"{scale.seed}/{welcome}")
    seeds = list(corpus().values())
    count = scale(150, 5_000)
    kinds: set[tuple[object, ...]] = set()

    with asyncio.Runner() as runner:
        arena = Arena(tmp_path)
        runner.run(arena.start())

        def attack(data: bytes, *, cut: bool) -> None:
            frames = runner.run(arena.attack(cut_up(rng, data), welcome=welcome, cut=cut))
            if cut:
                return
            if welcome:
                assert ended(frames) == end_of(data), f"it ends with {frames[-1:]}"
            kind = tuple(dict.fromkeys((frame["type"], frame.get("code")) for frame in frames))
            if kind not in kinds:
                kinds.add(kind)
                seeds.append(data)

        def fails(data: bytes) -> str | None:
            nonlocal arena
            runner.run(arena.stop())
            arena = Arena(tmp_path)
            runner.run(arena.start())
            try:
                attack(data, cut=False)
            except Exception as error:  # noqa: BLE001 # whatever it is, it is a finding
                return repr(error)
            return None

        given = list(seeds)
        try:
            for number in range(len(given) + count):
                data = given[number] if number < len(given) else mutated(rng, seeds)
                try:
                    attack(data, cut=number >= len(given) and rng.random() < 0.1)
                except Exception as error:
                    raise AssertionError(f"{error!r}\n{told(data, fails)}") from error
        finally:
            runner.run(arena.stop())
    measured(
        sent="after the welcome" if welcome else "before it",
        corpus=len(given),
        inputs=len(given) + count,
        kinds_of_answers=len(kinds),
    )


@pytest.mark.parametrize("welcome", [False, True])
def test_frames_of_any_fields_hurt_nobody(tmp_path: Path, welcome: bool) -> None:
    """The same for frames of every kind with any fields, and for what is between them."""
    with asyncio.Runner() as runner:
        arena = Arena(tmp_path)
        runner.run(arena.start())

        @settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
        @given(data=pieces, seed=st.integers(0, 2**16), cut=st.booleans())
        def attack(data: bytes, seed: int, cut: bool) -> None:
            chunks = cut_up(random.Random(seed), data)
            runner.run(arena.attack(chunks, welcome=welcome, cut=cut))

        try:
            attack()
        finally:
            runner.run(arena.stop())
