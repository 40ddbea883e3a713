"""Settings at both ends of what they may be: a server serves with all of them at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import inspect

from asynchat.config import ConfigError, Settings, load
from tests.limits.test_table import SETTINGS

if TYPE_CHECKING:
    from tests.serving import Join, Serve, StartProcess


def limits(*kinds: type[inspect.IntType | inspect.FloatType]) -> list[inspect.Field]:
    """Return the settings that are limits and numbers, but for what is kept."""
    info = inspect.type_info(Settings)
    assert isinstance(info, inspect.StructType)
    return [
        field
        for field in info.fields
        if field.name in SETTINGS
        and isinstance(field.type, kinds)
        and not field.name.startswith("retention")
    ]


def most(field: inspect.Field) -> int | float:
    """Return the largest value that a setting may have."""
    assert isinstance(field.type, inspect.IntType | inspect.FloatType)
    assert field.type.le is not None, field.name
    return field.type.le


def least(field: inspect.Field) -> int | float:
    """Return the smallest value that a setting may have."""
    if isinstance(field.type, inspect.IntType):
        assert field.type.ge is not None, field.name
        return field.type.ge
    return sys.float_info.min


def takes_zero(field: inspect.Field) -> bool:
    """Tell whether a setting may be 0, which then means that there is no limit."""
    assert isinstance(field.type, inspect.IntType | inspect.FloatType)
    return field.type.ge == 0


@pytest.mark.parametrize("field", limits(inspect.IntType, inspect.FloatType), ids=lambda f: f.name)
def test_each_has_its_ends(field: inspect.Field) -> None:
    """Both ends are taken; what is outside them is one sentence that names the setting."""
    inside = (least(field), most(field))
    outside = [inside[0] - 1, inside[1] * 1.001 if inside[1] >= 1e9 else inside[1] + 1]
    if not takes_zero(field):
        outside.append(0)
    for value in inside:
        assert getattr(load(flags={field.name: value}), field.name) == value
    for value in outside:
        with pytest.raises(ConfigError, match=field.name):
            load(flags={field.name: int(value)} if value > 1 else {field.name: value})


TEXTS = ["\N{SNOWMAN}" * length for length in (1, 4000, 250, 3000, 1, 1, 4000)]


async def test_with_the_smallest_counts_and_sizes_all_goes_slowly_and_nothing_is_lost(
    serve: Serve, join: Join
) -> None:
    """One request, one event, 1 KiB at a time: what is said arrives, live, later, in pages."""
    smallest: dict[str, Any] = {field.name: least(field) for field in limits(inspect.IntType)}
    quick = {name: 1e6 for name in SETTINGS if name.endswith("s_per_s")}
    server = await serve(**{**smallest, **quick, "max_connections": 3})
    ada, ben = await join(server, "ada"), await join(server, "ben")
    sent = [ada.send("say", room="lobby", text=text) for text in TEXTS]
    await ada.settle()
    await ben.expect("said", id=sent[-1])
    again = await join(server, None, token=ben.token, cursor=ada.welcome["cursor"])
    await again.expect("said", id=sent[-1])
    assert ada.texts() == ben.texts() == again.texts() == TEXTS
    page = await again.ask("history", room="lobby", limit=500)
    assert [event["text"] for event in page["events"] if event["type"] == "said"] == TEXTS


async def test_with_the_largest_values_it_serves(start_process: StartProcess, join: Join) -> None:
    """No number that is let through is too large for what it is used for."""
    largest: dict[str, Any] = {f.name: most(f) for f in limits(inspect.IntType, inspect.FloatType)}
    process = await start_process(**largest)
    ada = await join(await process.listening(), "ada")
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    again = await join(process.address, None, token=ada.token, cursor=ada.welcome["cursor"])
    await again.expect("said", text="x")
    assert await process.stop() == 0
    assert "Traceback" not in process.log()


async def test_with_the_smallest_rates_a_burst_is_served(
    start_process: StartProcess, join: Join
) -> None:
    """However long what is over it has to wait, that is no error either."""
    slow: dict[str, Any] = {
        name: sys.float_info.min for name in SETTINGS if name.endswith("s_per_s")
    }
    process = await start_process(**slow, message_burst=1)
    ada = await join(await process.listening(), "ada")
    assert (await ada.ask("say", room="lobby", text="x"))["type"] == "said"
    ada.send("say", room="lobby", text="waits for ever")
    ben = await join(process.address, "ben")
    assert (await ben.ask("say", room="lobby", text="y"))["type"] == "said"
    assert await process.stop() == 0
    assert "Traceback" not in process.log()
