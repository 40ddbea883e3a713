from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.messages import File
from asynchat.window.look.shapes import ICONS as DRAWN
from asynchat.window.presenters.files import (
    ICONS,
    LEAST_WIDTH,
    MOST_WIDTH,
    THUMB_HEIGHT,
    TITLES,
    card,
    progress,
    sign_of,
    thumb_of,
)


def file(**given: Any) -> File:
    """Return a file of a message."""
    told: dict[str, Any] = {
        "id": "f1",
        "name": "a.png",
        "size": 1_500_000,
        "type": "image/png",
        "sha256": "0",
    }
    return File(**(told | given))


@dataclass
class Moving:
    """As much of a transfer as is shown."""

    state: str = "moving"
    direction: str = "up"
    id: str = "t1"
    name: str = "report.pdf"
    path: Path = Path("/home/ada/report.pdf")
    done: int = 500_000
    size: int | None = 1_000_000
    rate: float = 100_000.0
    left_s: float | None = 5.0
    error: ChatError | None = None


def words(**given: Any) -> str:
    """Return what is said of a transfer."""
    return progress(cast("Any", Moving(**given))).words


def test_a_card_tells_a_file() -> None:
    """Name, size and sign; a picture has room from the start, and a warning is a sentence."""
    shown = card(file(preview=True, width=1600, height=800, warning="No."))
    assert (shown.sign, shown.name, shown.size, shown.warning) == (
        *("picture", "a.png", "1.5 MB", "No."),
    )
    assert shown.thumb == (320, THUMB_HEIGHT)
    assert card(file(preview=False, width=9, height=9)).thumb is None


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        ("image/webp", "picture"),
        ("audio/ogg", "sound"),
        ("video/mp4", "film"),
        ("application/zip", "package"),
        ("application/pdf", "file"),
        ("", "file"),
    ],
)
def test_each_type_has_a_sign(kind: str, sign: str) -> None:
    """One that is drawn."""
    assert sign_of(kind) == sign
    assert sign in DRAWN


@given(st.none() | st.integers(-5, 2**53), st.none() | st.integers(-5, 2**53))
def test_any_picture_has_a_place(width: int | None, height: int | None) -> None:
    """Whatever a server says of its size, and there are few different ones."""
    wide, high = thumb_of(width, height)
    assert high == THUMB_HEIGHT
    assert LEAST_WIDTH <= wide <= MOST_WIDTH
    assert wide % 20 == 0


def test_how_far_one_is() -> None:
    """In percent, bytes, rate and time, as much of it as is known."""
    assert words() == "50%, 500 kB of 1 MB, 100 kB/s, 5 s left"
    assert words(size=None, rate=0.0, left_s=None) == ""
    assert words(state="waiting", done=0) == "waiting"
    assert words(state="waiting") == "waiting, 500 kB of 1 MB"
    assert words(state="paused", done=0) == "paused"
    assert words(state="paused") == "paused, 500 kB of 1 MB"
    assert words(state="saying") == "posting the message"
    assert words(state="done") == "sent"
    assert words(state="done", direction="down") == "saved in /home/ada"
    assert words(state="cancelled") == "given up"
    assert words(state="failed") == "failed"
    assert words(state="failed", error=ChatError("cut", "It\nbroke.")).endswith("broke.")


def test_what_can_be_done_with_one() -> None:
    """Each has words and a drawing; a saved one leads to its folder."""
    for state in ("waiting", "moving", "saying", "paused", "failed", "done", "cancelled"):
        shown = progress(cast("Any", Moving(state=state)))
        assert all(deed in TITLES and ICONS[deed] in DRAWN for deed in shown.deeds)
        assert shown.bad is (state == "failed")
        assert shown.sign in DRAWN
    assert progress(cast("Any", Moving(state="done", direction="down"))).deeds[0] == "folder"


def test_a_share_is_a_share() -> None:
    """Nothing without a size, and never more than all."""
    assert progress(cast("Any", Moving(size=None))).share == 0.0
    assert progress(cast("Any", Moving(done=9_000_000))).share == 1.0
    assert progress(cast("Any", Moving(state="saying", done=0))).share == 1.0
