"""``--send-file`` and ``--fetch``."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.terminal import carry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.client import Client


class Screen(io.StringIO):
    """A terminal, or what is none."""

    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self._watched = watched

    def isatty(self) -> bool:
        """Tell whether somebody watches."""
        return self._watched


@pytest.mark.parametrize("watched", [False, True])
async def test_a_file_goes_over_and_comes_back(
    client: Callable[..., Client],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    watched: bool,
) -> None:
    """It is said once, and where somebody watches a bar is drawn."""
    screen = Screen(watched=watched)
    monkeypatch.setattr("sys.stderr", screen)
    source = tmp_path / "a.bin"
    source.write_bytes(bytes(300_000))
    file = await carry.send_file(client("ada"), source, room="lobby", caption="look", timeout_s=10)
    async with client("ben") as ben:
        page = await ben.history("lobby")
    assert "look" in [getattr(event, "text", None) for event in page.events]
    where = await carry.fetch(client("ada"), file.id, tmp_path / "b.bin", timeout_s=10)
    assert where == tmp_path / "b.bin"
    assert where.read_bytes() == source.read_bytes()
    assert ("a.bin  [####" in screen.getvalue()) is watched


async def test_what_is_refused_raises(client: Callable[..., Client], tmp_path: Path) -> None:
    """A file that is not there, here or on the server, and a room that is none."""
    given: dict[str, Any] = {"caption": "", "timeout_s": 10}
    with pytest.raises(ChatError, match="cannot be used"):
        await carry.send_file(client("ada"), tmp_path / "none", room="lobby", **given)
    with pytest.raises(ChatError, match="no room"):
        await carry.send_file(client("ada"), tmp_path, room="nowhere", **given)
    with pytest.raises(ChatError, match="no such file"):
        await carry.fetch(client("ada"), "nosuch", tmp_path, timeout_s=10)


async def test_what_does_not_move_is_given_up(
    client: Callable[..., Client], tmp_path: Path
) -> None:
    """A script does not wait for ever."""
    source = tmp_path / "a"
    source.write_bytes(b"x")
    ada = client("ada")

    async def never(*_: object) -> None:
        raise ConnectionRefusedError

    ada._transfers._means.dial = never  # type: ignore[assignment]
    with pytest.raises(ChatError) as caught:
        await carry.send_file(ada, source, room="lobby", caption="", timeout_s=0.5)
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize(
    ("transfer", "line"),
    [
        (
            {"done": 45_000, "size": 100_000, "rate": 2_000_000, "left_s": 75, "state": "moving"},
            "a  [##########..............]  45 kB of 100 kB  2 MB/s  1:15 left",
        ),
        (
            {"done": 0, "size": None, "rate": 0, "left_s": None, "state": "waiting"},
            "a  [........................]  0 bytes  waiting",
        ),
    ],
)
def test_a_line_tells_how_far_it_is(transfer: dict[str, Any], line: str) -> None:
    """How much, how fast, and for how long."""
    one: Any = SimpleNamespace(name="a", **transfer)
    assert carry.line_of(one) == line
