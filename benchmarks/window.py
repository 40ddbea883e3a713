"""Measure the window: ``python -m benchmarks.window``.

The real client under Xvfb and openbox, a server in a process of its own on a real database.  It
takes about three minutes and ends by itself; ``--short`` takes as few of everything as will do to
see that it works.  ``--write`` puts the table on ``docs/performance.md``, where each row is
described.
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import asynchat
from benchmarks import ground
from benchmarks.corpus import MIX, SEED, fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.ground import Inside

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN: Final = "<!-- written by python -m benchmarks.window -->"
_END: Final = "<!-- to here: python -m benchmarks.window -->"
_LETTERS: Final = "the quick brown fox jumps over the lazy dog "


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything: times in seconds, the others are counts."""

    starts: int = 9
    million: int = 1_000_000
    long: int = 10_000
    switches: int = 15
    opens: int = 7
    idle_windows: int = 6
    idle_s: float = 5.0
    keys: int = 200
    flood_rate: int = 1_000
    flood_s: float = 10.0


SHORT: Final = Size(
    starts=1,
    million=600,
    long=300,
    switches=1,
    opens=1,
    idle_windows=2,
    idle_s=0.1,
    keys=4,
    flood_rate=200,
    flood_s=0.5,
)


class Row(NamedTuple):
    """One line of the table."""

    what: str
    most: str
    measured: str
    more: str


class Stage:
    """Where it is measured: a display, a server, and what the clients keep."""

    def __init__(self, display: str, address: str, home: Path, size: Size) -> None:
        self.display = display
        self.address = address
        self.home = home
        self.size = size

    @contextmanager
    def client(self, name: str, room: str) -> Iterator[Inside]:
        """Run a client of this name, in a room."""
        where = (self.address, "--name", name, "--room", room, "--data", str(self.home / name))
        with ground.inside(self.display, self.home, "client", *where) as client:
            yield client
            client.tell("close")
            client.process.wait(20)


def _ms(seconds: Sequence[float]) -> str:
    """Return the median and the spread of times, in ms."""
    few = [second * 1000 for second in seconds]
    return f"**{statistics.median(few):.0f} ms** ({min(few):.0f}-{max(few):.0f})"


def start(stage: Stage) -> list[Row]:
    """Start the client over and over: as a newcomer, and with a last visit to show."""
    fresh: list[dict[str, float]] = []
    painted: list[dict[str, float]] = []
    chat: list[dict[str, float]] = []
    for number in range(stage.size.starts + 1):
        with stage.client(f"newcomer{number}", "long") as client:
            first = _since(client, client.do("painted"))
        with stage.client("ada-again", "long") as client:
            again = _since(client, client.do("painted"))
            then = _since(client, client.do("chat", "long"))
        if number:  # the first one warms the disk, and has no last visit
            fresh.append(first)
            painted.append(again)
            chat.append(then)
    return [
        Row(what, most, _ms([each["s"] for each in of]), f"CPU {_ms([e['cpu_s'] for e in of])}")
        for what, most, of in (
            ("start to a painted window, as a newcomer", "350 ms", fresh),
            ("start to a painted window, after a last visit", "350 ms", painted),
            ("start to the chat on screen, after a last visit", "", chat),
        )
    ]


def _since(client: Inside, told: dict[str, float]) -> dict[str, float]:
    """Return how long after its start it was, and how long it was on a processor until then."""
    return {"s": told["at"] - client.began, "cpu_s": told["cpu_s"]}


def memory(stage: Stage) -> list[Row]:
    """Scroll up through the long room."""
    with stage.client("reader", "long") as client:
        client.do("chat", "long")
        before = client.rss_mb()
        top = client.do("to-top", "4000")
        rss = client.rss_mb()
    return [
        Row(
            f"memory in a room of {stage.size.long:,} messages, scrolled up through all",
            "55 MB",
            f"**{rss:.0f} MB**",
            f"{top['live']} live at most; {before:.0f} MB when the chat was on screen",
        )
    ]


def rooms(stage: Stage) -> list[Row]:
    """Open the largest room for the first time, and go between rooms."""
    opened: list[float] = []
    small: list[float] = []
    shown: list[float] = []
    for number in range(stage.size.opens):
        with stage.client(f"guest{number}", "lobby") as client:
            client.do("painted")
            client.do("on", "lobby")
            opened.append(client.do("open", "million")["s"])
            small.append(client.do("open", "small")["s"])
            if not number:
                client.do("open", "long")
                names = ("million", "small", "long")
                shown = [
                    client.do("switch", names[turn % 3])["s"]
                    for turn in range(3 * stage.size.switches)
                ]
    return [
        Row(
            f"opening a room with {stage.size.million:,} messages for the first time",
            "150 ms",
            _ms(opened),
            f"a room with 100: {_ms(small)}",
        ),
        Row("switching to a room visited before", "30 ms", _ms(shown), "100 messages each"),
    ]


def idle(stage: Stage) -> list[Row]:
    """Let a connected client and a bare window be, side by side."""
    shares: dict[str, list[float]] = {"bare": [], "client": []}
    with (
        ground.inside(stage.display, stage.home, "bare") as bare,
        stage.client("reader", "long") as client,
    ):
        bare.do("painted")
        client.do("chat", "long")
        time.sleep(min(3.0, stage.size.idle_s * 10))  # until the last of the start is done
        for _ in range(stage.size.idle_windows):
            began = time.monotonic()
            used = [each.cpu_s() for each in (bare, client)]
            time.sleep(stage.size.idle_s)
            took = time.monotonic() - began
            for name, each, before in zip(shares, (bare, client), used, strict=True):
                shares[name].append((each.cpu_s() - before) / took * 100)
    more = [one - other for one, other in zip(shares["client"], shares["bare"], strict=True)]
    return [
        Row(
            "idle, connected, above the bare loop with an empty Text",
            "1 point",
            f"**{statistics.median(more):.2f} points** ({min(more):.2f}-{max(more):.2f})",
            f"{statistics.median(shares['client']):.2f} % against"
            f" {statistics.median(shares['bare']):.2f} %",
        )
    ]


def keys(stage: Stage) -> list[Row]:
    """Type, while 100 messages arrive each second."""
    count, draw = stage.size.keys, random.Random(SEED)  # noqa: S311 - nothing secret
    keyboard = ground.Keyboard(stage.display)
    seconds = count * 0.05 + 2
    with (
        stage.client("typist", "long") as client,
        ground.run(["benchmarks.crowd", stage.address, "long", "100", str(seconds)]) as crowd,
    ):
        client.do("chat", "long")
        crowd.readline()
        client.do("to-newest")
        time.sleep(min(0.5, seconds / 4))
        client.do("keys")
        pressed = []
        for number in range(count):
            pressed.append(keyboard.press(_LETTERS[number % len(_LETTERS)]))
            time.sleep(draw.uniform(0.03, 0.06))
        drawn = client.do("keys-drawn", str(count))["at"]
    took = sorted(after - before for before, after in zip(pressed, drawn, strict=True))
    p50, p95 = (took[int(len(took) * part)] * 1000 for part in (0.5, 0.95))
    return [
        Row(
            "key to the end of the redraw that holds the character, p95, at 100 messages/s",
            "10 ms",
            f"**{p95:.1f} ms**",
            f"p50 {p50:.1f} ms, longest {took[-1] * 1000:.1f} ms, {count} keys",
        )
    ]


def flood(stage: Stage) -> list[Row]:
    """Be in a room where very much is said."""
    rate, seconds = stage.size.flood_rate, stage.size.flood_s
    with (
        stage.client("bystander", "long") as client,
        ground.run(["benchmarks.crowd", stage.address, "long", str(rate), str(seconds)]) as crowd,
    ):
        client.do("chat", "long")
        crowd.readline()
        client.do("to-newest")
        client.do("stalls")
        began, used = time.monotonic(), client.cpu_s()
        said, took = crowd.readline().split()
        cpu = (client.cpu_s() - used) / (time.monotonic() - began) * 100
        stalls = client.do("stalls-seen")
    # Nothing was late where no timer came while it lasted.
    late, used_then = next(iter(stalls["longest"]), (0.0, 0.0))
    return [
        Row(
            f"{rate:,} messages/s for {seconds:g} s: CPU",
            "25 %",
            f"**{cpu:.0f} %**",
            f"{said} messages in {took} s",
        ),
        Row(
            "the same: longest stall of the loop",
            "30 ms",
            f"**{late * 1000:.0f} ms**",
            f"{used_then * 1000:.0f} ms of it on a processor; the most on a processor in any stall:"
            f" {stalls['used'] * 1000:.0f} ms",
        ),
    ]


PARTS: Final = (start, memory, rooms, idle, keys, flood)


def measure(size: Size, names: Sequence[str]) -> list[Row]:
    """Measure everything, or the parts of these names."""
    rows: list[Row] = []
    # Who has installed it has it compiled.
    compileall.compile_dir(Path(asynchat.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        # The largest takes a minute to make.
        largest = size.million if not names or "rooms" in names else 100
        sizes = {"million": largest, "small": 100, "long": size.long}
        asyncio.run(fill(home / "server", sizes))
        with ground.screen(home) as display, ground.server(home / "server") as address:
            stage = Stage(display, address, home, size)
            for part in PARTS:
                if names and part.__name__ not in names:
                    continue
                for row in part(stage):
                    rows.append(row)
                    sys.stdout.write(" | ".join(row) + "\n")
                    sys.stdout.flush()
    return rows


def table(rows: Sequence[Row]) -> str:
    """Return the rows, and on what they were measured, in Markdown."""
    load = os.getloadavg()
    lines = ["| what | at most | measured | more |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    mix = ", ".join(f"{share} % {kind}" for kind, share in MIX.items())
    return "\n".join(
        (
            *lines,
            "",
            f"Measured on {ground.machine()}",
            f"The load was {load[2]:.1f} over the last 15 minutes.",
            f"Messages: {mix}; seed {SEED}.",
        )
    )


def write(text: str) -> None:
    """Put the table on the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if asked to; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure the window.")
    parser.add_argument("--short", action="store_true", help="see only that it works")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=", ".join(part.__name__ for part in PARTS)
    )
    given = parser.parse_args(arguments)
    try:
        rows = measure(SHORT if given.short else Size(), given.parts)
    except ground.MissingError as error:
        sys.stderr.write(f"benchmarks.window: {error}\n")
        return 1
    if given.write:
        write(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
