"""P7: a disk without room refuses what is sent, shows what there is, and takes more once it can."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE
from tests.faults.checker import demand, read_log
from tests.faults.talkers import Place, Talker
from tests.raw_client import DEADLINE_S, Wire
from tests.serving import Process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.faults.conftest import Measured, Scale
    from tests.serving import StartProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sets limits, mounts")

MIB = 1024 * 1024
FREED_BYTES = 3 * MIB
MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"'
"""For a shell in a mount namespace of its own: a tmpfs of a size on a directory, then a program."""


class Load:
    """Eight who talk at full rate."""

    def __init__(self, address: str, seed: int) -> None:
        self.place = Place(address)
        self.talkers = [Talker(self.place, f"c{n}", seed, window=8) for n in range(8)]
        self.done = asyncio.Event()
        self.missed: list[str] = []

    def refused(self) -> int:
        """Return how many requests were refused."""
        return sum(len(talker.history.refused) for talker in self.talkers)

    def acknowledged(self) -> int:
        """Return how many requests were acknowledged."""
        return sum(len(talker.history.acknowledged) for talker in self.talkers)

    async def more(self, counted: Callable[[], int], process: Process, what: str) -> None:
        """Wait for some more of them; note what did not come."""
        enough = counted() + (300 if counted == self.acknowledged else 100)
        try:
            async with asyncio.timeout(DEADLINE_S):
                while counted() < enough:
                    assert process._process.returncode is None, "the server ended"
                    await asyncio.sleep(0.005)
        except TimeoutError:
            self.missed.append(what)

    async def read_history(self) -> None:
        """See that somebody who comes now reads what was said."""
        reader = await Wire.open(self.place.address)
        async with asyncio.timeout(10):
            answer = await reader.hello(None, token=self.talkers[0].token)
        assert answer["type"] == "welcome"
        page = await reader.ask("history", room="lobby", limit=5)
        assert len(page["events"]) == 5
        reader.cut()

    async def rounds(
        self, count: int, process: Process, fill: Callable[[], None], free: Callable[[], None]
    ) -> None:
        """Let the disk be full, and have room again, so many times in the middle of it all."""
        async with asyncio.timeout(60 + 10 * count), asyncio.TaskGroup() as group:
            for talker in self.talkers:
                group.create_task(talker.talk(self.done))
            for _ in range(count):
                await self.more(self.acknowledged, process, "nothing was acknowledged")
                fill()
                await self.more(self.refused, process, "nothing was refused")
                await self.read_history()
                free()
            await self.more(self.acknowledged, process, "nothing was acknowledged")
            self.done.set()
        for talker in self.talkers:
            assert {frame["code"] for frame in talker.server_errors} <= {"read_only"}
            await talker.settle()

    def demand_all_as_promised(self, data: Path) -> None:
        """Compare what everyone knows with the log, which no server has open any more."""
        demand(read_log(data / DATABASE_FILE), [talker.history for talker in self.talkers])
        assert not self.missed


def allow(process: Process, size: int) -> None:
    """Let a process write files of at most so many bytes."""
    hard = resource.prlimit(process._process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process._process.pid, resource.RLIMIT_FSIZE, (size, hard))


async def test_a_full_disk_refuses_and_recovers(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Without room sends are refused, history is read, and with room again all goes on."""
    count = scale(2, 20)
    data = tmp_path / "log"
    process = await start_process(data=data)
    load = Load(await process.listening(), scale.seed)

    def fill() -> None:
        files = [path.stat().st_size for path in data.glob(f"{DATABASE_FILE}*")]
        allow(process, max(files) + 100_000)

    await load.rounds(count, process, fill, lambda: allow(process, resource.RLIM_INFINITY))
    assert await process.stop() == 0
    load.demand_all_as_promised(data)
    measured(rounds=count, refused=load.refused(), acknowledged=load.acknowledged(), violations=0)


def namespace() -> list[str]:
    """Return what runs a program where it may mount, nothing where that is not allowed."""
    if shutil.which("unshare") is None:
        return []
    command = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    mount = [*command, "sh", "-c", MOUNT, "sh", "1m", "/mnt", "true"]
    result = subprocess.run(mount, capture_output=True, timeout=10, check=False)
    return command if result.returncode == 0 else []


class Tmpfs:
    """A file system of a few MiB that one server has for its data, and nobody else sees.

    ``seen`` is where this process finds it, also after the server has ended.
    """

    def __init__(self, into: list[str], data: Path, size: int) -> None:
        data.mkdir()
        self._data = data
        self._command = [*into, "sh", "-c", MOUNT, "sh", str(size), str(data)]
        self._directory = -1

    @property
    def seen(self) -> Path:
        """The directory."""
        return Path(f"/proc/self/fd/{self._directory}")

    async def serve(self) -> Process:
        """Start the server on it; its address is known when this returns."""
        process = await Process.start(self._data, into=self._command)
        await process.listening()
        # What is open stays there when the server, and with it the mount, is gone.
        self._directory = os.open(f"/proc/{process._process.pid}/root{self._data}", os.O_RDONLY)
        return process

    def weigh_down(self, size: int) -> None:
        """Let another file take so many bytes of it."""
        (self.seen / "ballast").write_bytes(bytes(size))

    def free(self, size: int) -> None:
        """Take so many bytes from that file."""
        ballast = self.seen / "ballast"
        os.truncate(ballast, max(0, ballast.stat().st_size - size))

    def close(self) -> None:
        """Let go of it."""
        if self._directory >= 0:
            os.close(self._directory)


@pytest.fixture
async def closing_later() -> AsyncIterator[Callable[[Tmpfs, Process | None], None]]:
    """Put down servers and let go of their disks after the test."""
    used: list[tuple[Tmpfs, Process | None]] = []
    yield lambda disk, process: used.append((disk, process))
    for disk, process in used:
        if process is not None:
            await process.put_down()
        disk.close()


async def test_a_real_disk_of_a_few_mib_fills_up_in_mid_load_and_is_freed(
    tmp_path: Path,
    scale: Scale,
    measured: Measured,
    closing_later: Callable[[Tmpfs, Process | None], None],
) -> None:
    """The load itself fills a tmpfs again and again: the same holds as with a limit."""
    into = namespace()
    if not into:
        pytest.skip("nothing may be mounted here: only the form with RLIMIT_FSIZE was run")
    count = scale(2, 8)
    ballast = (count + 1) * FREED_BYTES
    disk = Tmpfs(into, tmp_path / "log", ballast + 3 * MIB)
    process = await disk.serve()
    closing_later(disk, process)
    disk.weigh_down(ballast)
    load = Load(process.address, scale.seed)
    await load.rounds(count, process, lambda: None, lambda: disk.free(FREED_BYTES))
    disk.free(ballast)
    assert await process.stop() == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(disk.seen / DATABASE_FILE, copy)
    load.demand_all_as_promised(copy)
    measured(
        disk="tmpfs",
        mib=(ballast + 3 * MIB) // MIB,
        times_full=count,
        refused=load.refused(),
        acknowledged=load.acknowledged(),
        violations=0,
    )
