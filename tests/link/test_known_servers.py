"""The file of known servers: whole or not at all, for its owner, and never half believed."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.fingerprint import of_key
from asynchat.link import known_servers
from asynchat.link.known_servers import KnownServers, Pin
from asynchat.lock import DirectoryLock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ONE, TWO, THREE = (of_key(name) for name in (b"1", b"2", b"3"))
PLACE = "asynchat://chat.example.org:27742"
OTHER = "asynchat://chat.example.org:1"


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    """Each place has its pin; a new one takes the place of the one before."""
    known = KnownServers(tmp_path / "client")
    assert known.at(PLACE) is None
    known.keep(Pin(place=PLACE, fp=ONE))
    known.keep(Pin(place=OTHER, fp=TWO, ca=True))
    known.keep(Pin(place=PLACE, fp=ONE, next=THREE, former=(TWO,)))
    assert KnownServers(tmp_path / "client").at(PLACE) == Pin(
        place=PLACE, fp=ONE, next=THREE, former=(TWO,)
    )
    assert known.at(OTHER) == Pin(place=OTHER, fp=TWO, ca=True)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are another thing there")
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Which servers somebody visits is nobody else's business, and nobody else may change it."""
    known = KnownServers(tmp_path)
    known.keep(Pin(place=PLACE, fp=ONE))
    assert stat.S_IMODE(known.path.stat().st_mode) == 0o600


def test_a_line_can_be_taken_away_by_hand(tmp_path: Path) -> None:
    """It is text, a line for each server, with a word on what it is."""
    known = KnownServers(tmp_path)
    known.keep(Pin(place=PLACE, fp=ONE))
    known.keep(Pin(place=OTHER, fp=TWO))
    text = known.path.read_text("utf-8")
    assert text.startswith("# The keys of the servers")
    lines = [line for line in text.splitlines() if PLACE + '"' not in line]
    known.path.write_text("\n".join([*lines, ""]), "utf-8")
    assert known.at(PLACE) is None
    assert known.at(OTHER) is not None


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff",
        b'{"place":"a"}',
        b'{"place":"a","fp":"short"}',
        f'{{"place":1,"fp":"{ONE}"}}'.encode(),
    ],
)
def test_a_damaged_line_stops_everything(tmp_path: Path, line: bytes) -> None:
    """No server may pass for unknown because its line cannot be read; nothing is lost by it."""
    known = KnownServers(tmp_path)
    known.keep(Pin(place=PLACE, fp=ONE))
    damaged = known.path.read_bytes() + line + b"\n"
    known.path.write_bytes(damaged)
    asks: list[Callable[[], object]] = [
        lambda: known.at(OTHER),
        lambda: known.keep(Pin(place=OTHER, fp=TWO)),
    ]
    for ask in asks:
        with pytest.raises(ChatError) as caught:
            ask()
        assert caught.value.code == "keys_unreadable"
        assert "line 4 is damaged" in caught.value.text
        assert str(known.path) in caught.value.text
    assert known.path.read_bytes() == damaged


def test_a_file_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    """It is not taken for empty."""
    (tmp_path / "known_servers").mkdir()
    with pytest.raises(ChatError, match="Is a directory") as caught:
        KnownServers(tmp_path).at(PLACE)
    assert caught.value.code == "keys_unreadable"


def test_those_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Window and script may visit two servers at the same moment."""
    known = KnownServers(tmp_path)

    def keep(number: int) -> None:
        known.keep(Pin(place=f"asynchat://host:{number}", fp=ONE))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(keep, range(40)))
    assert all(known.at(f"asynchat://host:{number}") for number in range(40))


def test_who_never_lets_go_holds_nobody_up_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it cannot be written, which is told."""
    monkeypatch.setattr(known_servers, "_TRIES", 3)
    held = DirectoryLock(tmp_path, "known_servers.lock")
    held.acquire()
    with pytest.raises(OSError, match="another program holds it"):
        KnownServers(tmp_path).keep(Pin(place=PLACE, fp=ONE))
    held.release()
    KnownServers(tmp_path).keep(Pin(place=PLACE, fp=ONE))


def test_a_server_that_came_over(tmp_path: Path) -> None:
    """The announced key is its key now, and the one before is remembered, with a few others."""
    pin = Pin(place=PLACE, fp=ONE, next=TWO).came_over()
    assert pin == Pin(place=PLACE, fp=TWO, former=(ONE,))
    for number in range(20):
        pin = Pin(place=PLACE, fp=pin.fp, next=of_key(bytes([number])), former=pin.former)
        pin = pin.came_over()
    assert len(pin.former) == 8


def test_a_process_that_was_killed_leaves_the_file_whole(tmp_path: Path) -> None:
    """It is written beside, brought to disk, and only then gets its name."""
    known = KnownServers(tmp_path)
    known.keep(Pin(place=PLACE, fp=ONE))
    program = f"""
import os
from pathlib import Path
from asynchat.link.known_servers import KnownServers, Pin
Path.replace = lambda *_: os._exit(9)
KnownServers(Path({str(tmp_path)!r})).keep(Pin(place={OTHER!r}, fp={TWO!r}))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert known.at(PLACE) == Pin(place=PLACE, fp=ONE)
    known.keep(Pin(place=OTHER, fp=TWO))
