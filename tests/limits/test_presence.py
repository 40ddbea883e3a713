"""How long a name is kept, when people are shown as gone, and how often a room is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.limits.conftest import JUST_OVER_S, JUST_UNDER_S, PATIENT
from tests.raw_client import about

if TYPE_CHECKING:
    from tests.limits.conftest import Clock
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve


def told(wire: Wire) -> list[Frame]:
    """Return the presence that a client was sent."""
    return [frame for frame in wire.seen if frame["type"] == "presence"]


async def test_a_lost_name_is_kept_for_so_long(
    serve: Serve, clock: Clock, join: Join, connect: Connect, until: Until
) -> None:
    """Just before the end of it nobody else gets it; just after, whoever asks."""
    server = await serve(**PATIENT, lost_name_kept_s=1000)
    ada = await join(server, "ada")
    ada.cut()
    await until(lambda: server.others_connected(None) == 0)
    other = await connect(server)
    await clock.forward(JUST_UNDER_S)
    assert (await other.hello("ada"))["code"] == "name_taken"
    await clock.forward(JUST_OVER_S)
    assert (await other.hello("ada"))["type"] == "welcome"
    assert other.account != ada.account


async def test_who_was_lost_counts_as_here_for_so_long(
    serve: Serve, clock: Clock, join: Join, until: Until
) -> None:
    """Just before the end of it nobody was told anything; just after, everybody."""
    server = await serve(**{**PATIENT, "lost_shown_after_s": 1000})
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ben.cut()
    await until(lambda: server.others_connected(ada.account) == 0)
    await clock.forward(JUST_UNDER_S)
    here = {person["account"] for person in (await ada.ask("who"))["people"]}
    assert here == {ada.account, ben.account}
    assert not [frame for frame in told(ada) if about(frame, ben.account, state="offline")]
    await clock.forward(JUST_OVER_S)
    await ada.until(lambda frame: about(frame, ben.account, state="offline", reason="lost"))


async def test_a_room_is_told_once_in_so_long(serve: Serve, clock: Clock, join: Join) -> None:
    """Who comes within the interval is told at its end, and not before."""
    server = await serve(**{**PATIENT, "presence_interval_s": 1000})
    ada = await join(server, "ada")
    await ada.expect("presence")
    ben = await join(server, "ben")
    await clock.forward(JUST_UNDER_S)
    await ada.settle()
    assert len(told(ada)) == 1
    await clock.forward(JUST_OVER_S)
    await ada.until(lambda frame: about(frame, ben.account, state="online"))
    assert len(told(ada)) == 2


@pytest.mark.parametrize(("count", "named"), [(3, True), (4, False)])
async def test_so_many_people_are_named(serve: Serve, join: Join, count: int, named: bool) -> None:
    """With so many connected each is named; with one more only their number is told."""
    server = await serve(presence_people=3)
    ada, *_, last = [await join(server, f"guest{n}") for n in range(count)]
    frame = await ada.until(lambda one: one["type"] == "presence" and one["online"] == count)
    assert about(frame, last.account) is named


@pytest.mark.parametrize(("count", "named"), [(150, 150), (180, 0)])
async def test_however_many_may_be_named_the_frame_fits(
    serve: Serve, clock: Clock, connect: Connect, join: Join, *, count: int, named: int
) -> None:
    """Where what all who came are called would not fit into 128 KiB, only their number is told."""
    server = await serve(
        **{**PATIENT, "presence_interval_s": 1000},
        presence_people=10_000,
        unauthenticated_per_address=10_000,
    )
    ada = await join(server, "ada")
    await ada.expect("presence")
    for number in range(count):
        wire = await connect(server)
        assert (await wire.hello(f"{number:𠀀>32}"))["type"] == "welcome"
        # So long that few are enough.
        told = await wire.ask("profile", display="𠀀" * 50, status="𠀀" * 100)
        assert told["type"] == "done", told
        wire.cut()
    await clock.forward(1000 + JUST_OVER_S)
    frame = await ada.expect("presence")
    assert (frame["online"], len(frame["people"])) == (count + 1, named)
