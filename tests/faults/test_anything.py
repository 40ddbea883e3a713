"""P1 to P5, P7 and P8 together: anything may happen at any time, in an order nobody thought of.

A Hypothesis state machine drives clients, the ways between, a server's process, its disk and its
clock; at each checkpoint everything is put right and the offline checker looks at all of it.
What the machine does is the same for the same seed; when the server does its part of it is not.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from asynchat.store.opening import DATABASE_FILE
from asynchat.upkeep.backup import backup
from asynchat.upkeep.restore import restore
from tests.faults.checker import demand, read_log
from tests.faults.members import Member
from tests.faults.proxy import Fault, Proxy
from tests.faults.talkers import DEN, MANGLED, Place
from tests.raw_client import Wire
from tests.serving import Process

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from tests.faults.checker import Log
    from tests.faults.conftest import Measured, Scale

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler on Linux"
)

LIBRARY = Path(__file__).with_name("clock_jumps.c")
CHOSEN: dict[str, Any] = {
    "come_back_after_s": 0.05,
    "slice_events": 20,
    "slice_bytes": 16 * 1024,
    "lagging_bytes": 32 * 1024,
}
PEOPLE = ("ada", "ben", "cyd")
EVERYBODY = (*PEOPLE, "ada-again", "slow")
REFUSALS = MANGLED | {"read_only", "not_a_member", "no_such_room", "no_such_person"}
"""What may be answered: on a full disk, or where a room went with what a copy had not."""
FLOOD = 120
BIG_TEXT = "\N{SNOWMAN WITHOUT SNOW}" * 4_000
ANSWERED_WITHIN_S = 20.0
TURN_S = 0.01

speakers = st.sampled_from(PEOPLE)
places = st.sampled_from(["lobby", DEN, "a direct"])
bytes_passed = st.sampled_from([0, 1, 100, 300, 700, 2_000, 10_000])


class Anything(RuleBasedStateMachine):
    """A server, a proxy before it, and five clients; each rule is one thing that may happen."""

    ends_at: ClassVar[float] = 0
    clock: ClassVar[Path]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.is_over = time.monotonic() > self.ends_at
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="asynchat-anything-"))
        self.data = self.folder / "log"
        self.copy = self.folder / "copy.db"
        self.began = time.time()
        self.clocks = [0]
        self.clock.write_bytes(struct.pack("q", 0))
        self.process: Process | None = None
        self.members: dict[str, Member] = {}
        self.direct, self.through = Place(), Place()
        # Where it leads is known once the server listens; that it is plain is known before.
        self.proxy = Proxy("?tls=no")

    # What everything else stands on

    def run(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do something while everybody says something, and give them all a short turn."""

        async def in_turn() -> None:
            for name in PEOPLE if self.members else ():
                for room in ("lobby", DEN, "lobby"):
                    self.members[name].ask("say", room, "in passing")
            await doing
            await asyncio.sleep(TURN_S)
            for member in self.members.values():
                member.check()

        self.runner.run(in_turn())

    async def start(self) -> None:
        """Start the server, to whom the proxy leads from then on."""
        self.process = await Process.start(self.data, into=(), **CHOSEN)
        self.direct.address = self.proxy.target = await self.process.listening()
        self.through.address = self.proxy.address

    async def stop(self, number: signal.Signals, status: int) -> None:
        """End the server."""
        assert self.process is not None
        assert await self.process.stop(number) == status

    @initialize()
    def begin(self) -> None:
        """Let everybody in."""
        if self.is_over:
            return

        async def begin() -> None:
            await self.proxy.__aenter__()
            await self.start()
            founder = await Wire.open(self.direct.address)
            await founder.hello("founder")
            await founder.ask("create", room=DEN)
            await founder.bye()
            for name in PEOPLE:
                self.members[name] = Member(self.through, name)
            ada = self.members["ada"]
            self.members["ada-again"] = Member(
                self.through, "ada-again", token=ada.token, called="ada"
            )
            self.members["slow"] = Member(self.direct, "slow", small=True)
            for member in self.members.values():
                member.begin()

        self.run(begin())
        type(self).done["histories"] += 1

    def does(self, what: str) -> bool:
        """Note that a rule comes; tell whether there is time for it."""
        self.is_over = self.is_over or time.monotonic() > self.ends_at
        if not self.is_over:
            type(self).done[what] += 1
            type(self).done["steps"] += 1
        return not self.is_over and bool(self.members)

    # What people do

    @rule(who=speakers, where=places, count=st.integers(1, 40), size=st.sampled_from([0, 80, 2000]))
    def say(self, who: str, where: str, count: int, size: int) -> None:
        """Say things, one behind the other without waiting."""
        if not self.does("says"):
            return
        member = self.members[who]
        room = where if where != "a direct" else next(iter(member.directs), "lobby")

        async def say() -> None:
            for number in range(count):
                member.ask("say", room, f"{number} " + "x" * size)

        self.run(say())

    @rule(who=speakers, kind=st.sampled_from(["join", "leave"]))
    def move(self, who: str, kind: str) -> None:
        """Join or leave the den, whether or not one is there."""
        if self.does("moves"):
            self.run(self._ask(who, kind, DEN))

    @rule(who=speakers, whom=speakers)
    def talk_alone(self, who: str, whom: str) -> None:
        """Open a direct room, or find it."""
        if who != whom and self.does("directs"):
            self.run(self._ask(who, "direct", "", whom))

    async def _ask(self, who: str, kind: str, room: str, text: str = "") -> None:
        self.members[who].ask(kind, room, text)

    @rule(nothing=st.booleans())
    def hear(self, nothing: bool) -> None:
        """Somebody reads nothing any more, or goes on."""
        if not self.does("deaf"):
            return

        async def hear() -> None:
            self.members["slow"].hear(nothing=nothing)

        self.run(hear())

    @rule(who=speakers)
    def flood(self, who: str) -> None:
        """Say so much that a slow reader lags."""
        if not self.does("floods"):
            return

        async def flood() -> None:
            for _ in range(FLOOD):
                self.members[who].ask("say", "lobby", BIG_TEXT)
            await asyncio.sleep(20 * TURN_S)

        self.run(flood())

    @rule(turns=st.integers(1, 30))
    def wait(self, turns: int) -> None:
        """Let things take their way for a moment."""
        if self.does("waits"):
            self.run(asyncio.sleep(turns * TURN_S))

    # What happens on the way

    @rule()
    def cut(self) -> None:
        """Cut everybody's connection."""
        if not self.does("cuts"):
            return

        async def cut() -> None:
            self.proxy.cut()

        self.run(cut())

    @rule(way=st.sampled_from(["up", "down"]), passed=bytes_passed)
    def stall(self, way: str, passed: int) -> None:
        """Let a way pass so much more of each connection, and then nothing."""
        if self.does("stalls"):
            getattr(self.proxy, way).stall_after = passed

    @rule(passed=bytes_passed)
    def drop_answers(self, passed: int) -> None:
        """Lose every answer and event behind so many bytes, and let nobody notice."""
        # A way that has lost some passes nothing any more: what came later would be nonsense.
        if self.does("answers lost") and self.proxy.down.drop_after is None:
            self.proxy.down.drop_after = passed

    @rule(
        way=st.sampled_from(["up", "down"]),
        fault=st.sampled_from(["cut_after", "corrupt_at", "dribble"]),
        at=bytes_passed,
    )
    def spoil(self, way: str, fault: str, at: int) -> None:
        """Cut or damage connections at a place, or let few bytes through at a time."""
        if self.does("spoilt ways"):
            setattr(self.proxy, way, Fault(**{fault: max(1, at)}))

    @rule()
    def heal(self) -> None:
        """Let the way be good again, for who connects anew."""
        if not self.does("heals"):
            return

        async def heal() -> None:
            self._heal()

        self.run(heal())

    def _heal(self) -> None:
        self.proxy.up, self.proxy.down = Fault(), Fault()
        self.proxy.cut()

    # What happens to the server

    @rule()
    def kill(self) -> None:
        """Kill the server, and start it again."""
        if not self.does("kills"):
            return

        async def kill() -> None:
            await self.stop(signal.SIGKILL, -signal.SIGKILL)
            await self.start()

        self.run(kill())

    @rule()
    def restart(self) -> None:
        """Stop the server as one does, and start it again."""
        if not self.does("restarts"):
            return

        async def restart() -> None:
            self._allow(resource.RLIM_INFINITY)
            await self.stop(signal.SIGTERM, 0)
            await self.start()

        self.run(restart())

    @rule(full=st.booleans(), cut=st.booleans())
    def disk(self, full: bool, cut: bool) -> None:
        """Let the disk be full, or have room again; who was cut off comes back to that."""
        if not self.does("full disks"):
            return
        for member in self.members.values():
            member.may_be_refused = True
        sizes = [path.stat().st_size for path in self.data.glob(f"{DATABASE_FILE}*")]
        self._allow(max(sizes) + 20_000 if full else resource.RLIM_INFINITY)

        async def come_back() -> None:
            if cut:
                self._heal()
                await asyncio.sleep(5 * TURN_S)

        self.run(come_back())

    def _allow(self, size: int) -> None:
        assert self.process is not None
        hard = resource.prlimit(self.process._process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.process._process.pid, resource.RLIMIT_FSIZE, (size, hard))

    @rule(seconds=st.sampled_from([-86_400, -3_600, -1, 1, 3_600, 86_400]))
    def jump(self, seconds: int) -> None:
        """Let the server's clock jump."""
        if self.does("clock jumps"):
            self.clocks.append(self.clocks[-1] + seconds)
            with self.clock.open("r+b") as file:
                file.write(struct.pack("q", self.clocks[-1]))
            self.run(asyncio.sleep(0))

    @rule()
    def back_up(self) -> None:
        """Make a backup, while all goes on."""
        if self.does("backups"):
            self.run(self._back_up())

    async def _back_up(self) -> None:
        await asyncio.to_thread(backup, self.data, self.copy, force=True)

    @precondition(lambda self: self.copy.exists())
    @rule(restoring=st.booleans())
    def copy_back(self, restoring: bool) -> None:
        """Put the backup in the log's place, by hand or as one should."""
        if not self.does("resets"):
            return
        self.run(self._check(back=True, restoring=restoring))

    # What has to hold

    @rule()
    def checkpoint(self) -> None:
        """Put everything right, and compare what everybody knows with the log."""
        if self.does("checkpoints"):
            self.run(self._check())

    async def _check(self, *, back: bool = False, restoring: bool = False) -> None:
        self._allow(resource.RLIM_INFINITY)
        self._heal()
        self.members["slow"].hear(nothing=False)
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                while any(member.outbox for member in self.members.values()):
                    for member in self.members.values():
                        member.check()
                    await asyncio.sleep(TURN_S)
        except TimeoutError:
            waiting = {name: len(member.outbox) for name, member in self.members.items()}
            raise AssertionError(f"P3 is broken: these were never answered: {waiting}") from None
        for member in self.members.values():
            await member.end()
            member.may_be_refused = False
        for member in self.members.values():
            await member.settle(repeats=2)
        await self.stop(signal.SIGTERM, 0)
        log = read_log(self.data / DATABASE_FILE)
        demand(log, [member.history for member in self.members.values()])
        self._check_times(log)
        assert self.process is not None
        assert "Traceback" not in self.process.log(), self.process.log()[-3000:]
        if back:
            self._put_back(restoring=restoring)
        await self.start()
        for member in self.members.values():
            member.begin()

    def _check_times(self, log: Log) -> None:
        """See that each time is what the clock may have said: it is not put right behind it."""
        latest = time.time() + 1
        for event in log.events:
            assert any(
                self.began - 1 <= event["time"] / 1000 - clock <= latest for clock in self.clocks
            ), f"P8 is broken: {event['seq']} has a time that no clock showed"

    def _put_back(self, *, restoring: bool) -> None:
        database = self.data / DATABASE_FILE
        if restoring:
            restore(self.data, self.copy, force=True, now=datetime.now(UTC))
        else:
            for end in ("-wal", "-shm"):
                database.with_name(database.name + end).unlink(missing_ok=True)
            shutil.copy(self.copy, database)
        log = read_log(database)
        for member in self.members.values():
            member.forget_what_is_lost(log)

    @invariant()
    def the_server_lives(self) -> None:
        """It ends only where it is told to, and refuses only what it has to."""
        if self.process is not None:
            assert self.process._process.returncode is None, self.process.log()[-3000:]
        for member in self.members.values():
            # Who comes while it stops is told goodbye.
            told = [frame for frame in member.server_errors if frame["type"] != "goodbye"]
            codes = {frame["code"] for frame in told}
            assert codes <= REFUSALS, member.server_errors

    def teardown(self) -> None:
        """Check once more, unless it is broken already, and end everything."""
        try:
            if self.members and sys.exc_info()[0] is None:
                self.run(self._check())
                type(self).done["acknowledged"] += sum(
                    len(member.history.acknowledged) for member in self.members.values()
                )
        finally:
            self.runner.run(self._end())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _end(self) -> None:
        for member in self.members.values():
            await member.end()
        if self.process is not None:
            lags = self.process.log().count("lags and goes on from the log")
            type(self).done["lags"] += lags
            await self.proxy.__aexit__(None, None, None)
            await self.process.put_down()


def test_whatever_happens_no_promise_is_broken(
    tmp_path: Path, scale: Scale, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Says, moves, cuts, stalls, damage, kills, full disks, resets, clocks: the checker is content.

    With FAULTS_SHRINK in the environment a failure is made as small as it goes, in its own time.
    """
    library = tmp_path / "clock_jumps.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, LIBRARY], check=True)
    Anything.done = Counter()
    Anything.clock = tmp_path / "clock"
    preload = " ".join([str(library), os.environ.get("LD_PRELOAD", "")]).strip()
    monkeypatch.setenv("LD_PRELOAD", preload)
    monkeypatch.setenv("CLOCK_JUMPS", str(Anything.clock))
    shrinks = "FAULTS_SHRINK" in os.environ
    Anything.ends_at = time.monotonic() + (3_600 if shrinks else scale(30, 100))
    run_state_machine_as_test(
        hypothesis.seed(scale.seed)(Anything),
        settings=settings(
            max_examples=scale(4, 60),
            stateful_step_count=scale(40, 50),
            derandomize=False,
            database=None,
            deadline=None,
            print_blob=False,
            phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )
    done = dict(sorted(Anything.done.items()))
    assert done["histories"] > 1
    measured(**{name.replace(" ", "_"): count for name, count in done.items()}, violations=0)
