"""Settings that change while the server runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.drafts import AuditDraft, SettingDraft
from asynchat.config import Settings
from asynchat.errors import ChatError
from asynchat.hub.live import LiveSettings
from asynchat.messages import Deed
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Operate, Serve


def code(live: LiveSettings, name: str, value: str | None) -> str | None:
    """Return the code that a change is refused with."""
    try:
        live.check(name, value)
    except ChatError as error:
        return error.code
    return None


def test_some_may_change_and_keep_to_their_kind() -> None:
    """Others may not, and what is no value is refused with a sentence."""
    live = LiveSettings(Settings(), {})
    assert code(live, "message_burst", "7") is None
    assert code(live, "message_burst", None) is None
    for name, value in (
        ("message_burst", "0"),
        ("message_burst", "many"),
        ("welcome_text", "x" * 2001),
        ("port", "1"),
        ("port", None),
        ("nothing", "1"),
        ("", None),
    ):
        assert code(live, name, value) == "bad_setting"
    with pytest.raises(ChatError, match="Setting message_burst not understood: it is a number"):
        live.check("message_burst", "x")


def test_what_was_kept_holds_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """It goes before what the server was started with; what a later release drops is logged."""
    caplog.set_level(logging.INFO)
    kept = {"message_burst": "7", "gone": "1", "welcome_text": "\x1bhi "}
    live = LiveSettings(Settings(message_burst=5), kept)
    assert (live.now.message_burst, live.now.welcome_text) == (7, "hi")
    told = {one.name: one for one in live.told()}
    assert list(told) == list(Settings.__struct_fields__)
    assert (told["message_burst"].value, told["message_burst"].started_with) == ("7", "5")
    assert (told["message_burst"].live, told["port"].live) == (True, False)
    assert told["welcome_text"].value == '"hi"'
    assert [record.levelname for record in caplog.records].count("WARNING") == 1


def test_whoever_listens_hears_of_it() -> None:
    """Each change is told with all settings; other drafts are none of its business."""
    live = LiveSettings(Settings(message_burst=5), {})
    heard: list[int] = []
    live.tell(lambda settings: heard.append(settings.message_burst))
    live.stored(SettingDraft("message_burst", "9"))
    live.stored(AuditDraft(Deed(number=0, time=0, by="a", by_name="ada", action="set")))
    live.stored(SettingDraft("message_burst", None))
    assert heard == [9, 5]


async def test_a_setting_is_changed_at_once_and_for_ever(
    serve: Serve, join: Join, operate: Operate, tmp_path: Path
) -> None:
    """The next welcome and the next message go by it, also after a restart."""
    log = tmp_path / "log"
    server = await serve(store=SqliteStore(log))
    ada = await join(server, "ada")
    operator = await operate(server)
    for name, value in (("welcome_text", "be kind"), ("create_burst", "1")):
        assert (await operator.ask("set", name=name, value=value))["type"] == "done"
    await operator.ask("set", name="creates_per_s", value="0.001")
    assert (await operator.ask("set", name="port", value="1"))["code"] == "bad_setting"
    assert (await ada.ask("create", room="one"))["type"] == "created"
    assert (await ada.ask("create", room="two"))["code"] == "too_fast"
    assert (await join(server, "ben")).welcome["notice"] == "be kind"
    await serve.stop(server)
    server = await serve(store=SqliteStore(log))
    assert (await join(server, "cyd")).welcome["notice"] == "be kind"
    operator = await operate(server)
    await operator.ask("set", name="welcome_text")
    assert "notice" not in (await join(server, "dan")).welcome
    deeds = (await operator.ask("audit"))["deeds"]
    assert [one["text"] for one in deeds] == [
        "welcome_text as started",
        "creates_per_s = 0.001",
        "create_burst = 1",
        "welcome_text = be kind",
    ]


async def test_who_may_come_changes_at_once(
    serve: Serve, join: Join, connect: Connect, operate: Operate
) -> None:
    """Who is in stays in; whoever comes next is asked for more."""
    server = await serve()
    ada = await join(server, "ada")
    operator = await operate(server)
    assert (await operator.ask("set", name="access", value="nobody"))["code"] == "bad_setting"
    assert (await operator.ask("set", name="access", value="invited"))["type"] == "done"
    wire = await connect(server)
    assert (await wire.hello("ben"))["code"] == "not_invited"
    assert (await ada.ask("say", room="lobby", text="still here"))["type"] == "said"
    again = await connect(server)
    assert (await again.hello(None, token=ada.token))["code"] == "not_invited"  # a guest as well
    assert (await operator.ask("set", name="access"))["type"] == "done"
    assert (await (await connect(server)).hello("ben"))["type"] == "welcome"


async def test_deadlines_change_for_those_who_wait(
    serve: Serve, connect: Connect, operate: Operate
) -> None:
    """A connection that has not said hello goes by the deadline of now."""
    server = await serve(hello_timeout_s=0.4)
    operator = await operate(server)
    assert (await operator.ask("set", name="hello_timeout_s", value="600"))["type"] == "done"
    patient = await connect(server)
    await operator.ask("set", name="hello_timeout_s", value="0.05")
    assert (await patient.expect("error"))["code"] == "hello_timeout"


async def test_what_is_kept_changes_at_once(
    serve: Serve, join: Join, operate: Operate, until: Until
) -> None:
    """What is not to be kept any more goes, without a restart."""
    server = await serve()
    ada = await join(server, "ada")
    for number in range(10):
        await ada.ask("say", room="lobby", text=str(number))
    operator = await operate(server)
    await operator.ask("set", name="retention_bytes", value="300")
    async with asyncio.timeout(10):
        while len((await ada.ask("history", room="lobby"))["events"]) > 5:
            await asyncio.sleep(0.01)


async def test_every_part_goes_by_what_was_set(serve: Serve, operate: Operate) -> None:
    """Limits and times of each, for who comes next and for what happens next."""
    server = await serve()
    hub, operator = server._hub, await operate(server)
    wanted: dict[str, Callable[[], float]] = {
        "lost_name_kept_s": lambda: hub.registry._lost_name_kept_s,
        "lost_shown_after_s": lambda: hub._presence._lost_shown_after_s,
        "presence_interval_s": lambda: hub._presence._interval_s,
        "presence_people": lambda: hub._presence._named_up_to,
        "lagging_bytes": lambda: hub._fanout._lagging_bytes,
        "slice_bytes": lambda: hub._fanout._slice_bytes,
        "slice_events": lambda: hub._fanout._slice_events,
        "under_way": lambda: server._door._limits.requests,
        "under_way_bytes": lambda: server._door._limits.bytes,
        "file_bytes": lambda: hub._transfers._settings.file_bytes,
        "file_days": lambda: hub.storage._settings.file_days,
        "registration_burst": lambda: hub._gate._settings.registration_burst,
        "failed_logins_per_address": lambda: hub._gate._book._free,
        "retention_interval_s": lambda: hub.retention._settings.retention_interval_s,
        "tls_handshake_timeout_s": lambda: server._door._settings.tls_handshake_timeout_s,
        "invitation_days": lambda: hub._batches._invitation_s // 86_400,
        "stop_timeout_s": lambda: hub.settings.now.stop_timeout_s,
    }
    for number, (name, now) in enumerate(wanted.items()):
        value = 2_000 + number if name.endswith("bytes") else 200 + number
        assert (await operator.ask("set", name=name, value=str(value)))["type"] == "done"
        assert now() == value, name
