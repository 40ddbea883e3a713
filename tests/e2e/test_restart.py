"""The server killed and started again under clients that are in the middle of it."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from tests.raw_client import DEADLINE_S, Ended, Wire, fresh_token, host_and_port, line

if TYPE_CHECKING:
    from tests.raw_client import Frame
    from tests.serving import Join, Process, StartProcess

KILLS = 4


class Talker:
    """Says one thing after the other, whatever happens to the server, until it is told to stop."""

    def __init__(self, address: str, name: str) -> None:
        self.address = address
        self.name = name
        self.token = fresh_token()
        self.cursor: str | None = None
        self.outbox: dict[str, bytes] = {}
        self.acknowledged: dict[str, int] = {}
        self.stream: list[Frame] = []
        self.resets = 0
        self.stopping = False
        self._numbers = itertools.count()

    async def run(self) -> None:
        """Talk until told to stop and everything is acknowledged."""
        while not (self.stopping and not self.outbox):
            try:
                wire = await Wire.open(self.address)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            try:
                await self._talk(wire)
            except Ended:
                pass
            finally:
                wire.cut()

    async def _talk(self, wire: Wire) -> None:
        welcome = await wire.hello(self.name, token=self.token, cursor=self.cursor)
        if welcome["type"] != "welcome":
            raise Ended
        self.resets += self.cursor is not None and not welcome["resumed"]
        wire.send_bytes(b"".join(self.outbox.values()))
        while not (self.stopping and not self.outbox):
            if len(self.outbox) < 3 and not self.stopping:
                sent = f"m{next(self._numbers)}"
                self.outbox[sent] = line("say", id=sent, room="lobby", text=f"{self.name}/{sent}")
                wire.send_bytes(self.outbox[sent])
            self._take(await wire.frame())

    def _take(self, frame: Frame) -> None:
        if "cursor" in frame:
            self.cursor = frame["cursor"]
        if frame["type"] == "done":
            self._acknowledge(frame["re"], frame["seq"])
        if frame["type"] == "said":
            if not self.stream or frame["seq"] > self.stream[-1]["seq"]:
                self.stream.append(frame)
            if frame["sender"] == self.name:
                self._acknowledge(frame["id"], frame["seq"])

    def _acknowledge(self, sent: str, seq: int) -> None:
        self.outbox.pop(sent, None)
        assert self.acknowledged.setdefault(sent, seq) == seq


async def whole_log(join: Join, address: str) -> list[Frame]:
    """Return all that was said, as the newest member reads it."""
    reader = await join(address, "reader")
    events: list[Frame] = []
    page: Frame = {"more": True}
    while page["more"]:
        after = events[-1]["seq"] if events else 0
        page = await reader.ask("history", room="lobby", after=after, limit=500)
        events += page["events"]
    return [event for event in events if event["type"] == "said"]


@pytest.mark.parametrize("kill", [True, False], ids=["kill -9", "SIGTERM"])
async def test_a_restart_loses_nothing_and_doubles_nothing(
    start_process: StartProcess, join: Join, kill: bool
) -> None:
    """What was acknowledged is there once at its seq, what was shown is there, and all go on."""
    process: Process = await start_process(come_back_after_s=0.01)
    address = await process.listening()
    _, port = host_and_port(address)
    talkers = [Talker(address, f"t{n}") for n in range(8)]
    async with asyncio.timeout(6 * DEADLINE_S), asyncio.TaskGroup() as group:
        for talker in talkers:
            group.create_task(talker.run())
        for _ in range(KILLS):
            enough = {talker: len(talker.acknowledged) + 20 for talker in talkers}
            while any(len(one.acknowledged) < least for one, least in enough.items()):
                await asyncio.sleep(0.005)
            if kill:
                await process.put_down()
            else:
                assert await process.stop() == 0
            process = await start_process(port=port, come_back_after_s=0.01)
            assert await process.listening() == address
        for talker in talkers:
            talker.stopping = True
    log = await whole_log(join, address)
    at = {(event["sender"], event["id"]): event["seq"] for event in log}
    assert len(at) == len(log)
    known = {event["seq"]: event for event in log}
    for talker in talkers:
        assert talker.resets == 0
        assert len(talker.acknowledged) > 20 * KILLS
        for sent, seq in talker.acknowledged.items():
            assert at[talker.name, sent] == seq
        own = [event["id"] for event in log if event["sender"] == talker.name]
        assert own == [f"m{n}" for n in range(len(own))]
        assert all(known[event["seq"]] == event for event in talker.stream)
        seqs = [event["seq"] for event in talker.stream]
        first, last = seqs[0], seqs[-1]
        assert seqs == [event["seq"] for event in log if first <= event["seq"] <= last]
