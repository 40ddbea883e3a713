from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from asynchat.window.notifications import ICON, MAX_QUEUED, Desktop
from asynchat.window.presenters.notifying import Notification

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from tests.desktop import Bus, Service
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.desktop"]
# Of desktop-notifier, on Python 3.14.
pytestmark = pytest.mark.filterwarnings(
    "ignore:'asyncio.DefaultEventLoopPolicy':DeprecationWarning"
)


def nothing() -> None:
    """Do nothing on a click."""


@pytest.fixture
async def desktop(tasks: Tasks) -> AsyncIterator[Desktop]:
    desktop = Desktop(tasks)
    yield desktop
    await desktop.close()


async def test_a_notification_has_title_text_and_icon(
    desktop: Desktop, service: Service, until: Until
) -> None:
    """The text is shown as it was written: what looks like markup is none."""
    desktop.show(Notification("zoo", "ben in #zoo", '<b>1 < 2</b> & "more" ñ 🎉'), nothing)
    (sent,) = await until(lambda: service.sent)
    assert sent["app"] == "asynchat"
    assert sent["title"] == "ben in #zoo"
    assert sent["body"] == '&lt;b&gt;1 &lt; 2&lt;/b&gt; &amp; "more" ñ 🎉'
    assert sent["icon"] == ICON.as_uri()
    assert ICON.read_bytes().startswith(b"\x89PNG")
    assert sent["actions"] == ["default", ""]


async def test_a_click_is_told(desktop: Desktop, service: Service, until: Until) -> None:
    """Once for each notification, and of no other."""
    clicked: list[str] = []
    desktop.show(Notification("zoo", "one", ""), lambda: clicked.append("one"))
    desktop.show(Notification("yard", "two", ""), lambda: clicked.append("two"))
    await until(lambda: len(service.shown) == 2)
    await service.click("two")
    await until(lambda: clicked)
    assert clicked == ["two"]


async def test_a_room_has_one_notification_on_the_screen(
    desktop: Desktop, service: Service, until: Until
) -> None:
    """A newer one comes in the place of the older, and one can be taken away."""
    for title in ("one", "two", "three"):
        desktop.show(Notification("zoo", title, ""), nothing)
    desktop.show(Notification("yard", "other", ""), nothing)
    await until(lambda: len(service.sent) == 4)
    await until(lambda: [title for title, _ in service.shown.values()] == ["three", "other"])
    desktop.withdraw("zoo")
    desktop.withdraw("garden")
    await until(lambda: [title for title, _ in service.shown.values()] == ["other"])
    await service.click("other")
    desktop.show(Notification("yard", "again", ""), nothing)
    await until(lambda: service.titles[-1] == "again")


async def test_what_is_just_being_shown_can_be_taken_away(
    desktop: Desktop, service: Service, tasks: Tasks, until: Until
) -> None:
    """However soon the room is read, its notification does not stay."""
    desktop.show(Notification("zoo", "one", ""), nothing)
    await asyncio.sleep(0)
    assert desktop._under_way == "zoo"
    desktop.withdraw("zoo")
    await until(lambda: not len(tasks))
    assert service.titles == ["one"]
    await until(lambda: not service.shown)


async def test_a_flood_does_not_fill_memory(
    desktop: Desktop, service: Service, until: Until
) -> None:
    """Of what cannot be shown in time, the oldest is left out."""
    for number in range(MAX_QUEUED * 3):
        desktop.show(Notification(f"room{number}", str(number), ""), nothing)
    await until(lambda: service.titles[-1:] == [str(MAX_QUEUED * 3 - 1)])
    assert len(service.sent) == MAX_QUEUED


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/at/all", "nonsense"])
async def test_without_a_bus_it_is_logged_once(  # noqa: PLR0917 - fixtures
    desktop: Desktop,
    tasks: Tasks,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    address: str,
    tmp_path: Path,
) -> None:
    """Nobody is bothered with a desktop that has none: one sentence, at the level of info."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    caplog.set_level(logging.INFO)
    for _ in range(2):
        for _ in range(3):
            desktop.show(Notification("zoo", "one", ""), nothing)
        await until(lambda: not len(tasks))
        desktop._again_at = 0.0
    (record,) = [each for each in caplog.records if each.name != "asyncio"]
    assert record.levelno == logging.INFO
    assert record.getMessage().startswith("the desktop shows no notifications: ")


async def test_a_bus_without_a_desktop_is_no_failure(
    desktop: Desktop, bus: Bus, tasks: Tasks, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing on the bus shows notifications, that is logged once, too."""
    caplog.set_level(logging.INFO)
    desktop.show(Notification("zoo", "one", ""), nothing)
    await until(lambda: not len(tasks))
    assert [record.levelno for record in caplog.records if record.name != "asyncio"] == [20]


async def test_a_desktop_that_comes_later_is_found(
    desktop: Desktop, bus: Bus, tasks: Tasks, until: Until
) -> None:
    """After a while it is tried again."""
    from tests.desktop import Service

    desktop.show(Notification("zoo", "one", ""), nothing)
    await until(lambda: not len(tasks))
    service = Service()
    await service.start(bus.address)
    desktop.show(Notification("zoo", "too early", ""), nothing)
    await until(lambda: not len(tasks))
    desktop._again_at = 0.0
    desktop.show(Notification("zoo", "two", ""), nothing)
    await until(lambda: service.titles == ["two"])
    await service.end()


async def test_a_window_that_closes_leaves_the_bus(
    desktop: Desktop, service: Service, tasks: Tasks, until: Until
) -> None:
    """Also where it was just being connected: then nothing is shown."""
    desktop.show(Notification("zoo", "one", ""), nothing)
    await desktop.close()
    await until(lambda: not len(tasks))
    assert desktop._notifier is None
    desktop.show(Notification("zoo", "two", ""), nothing)
    await until(lambda: not len(tasks))
    assert not service.sent


async def test_a_bus_that_goes_away_is_survived(  # noqa: PLR0917 - fixtures
    desktop: Desktop,
    bus: Bus,
    service: Service,
    tasks: Tasks,
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The next notification is lost, without a word above info."""
    desktop.show(Notification("zoo", "one", ""), nothing)
    await until(lambda: service.titles == ["one"])
    notifier = desktop._notifier
    assert notifier is not None
    await bus.end()
    await until(lambda: not notifier._backend.bus.connected)  # type: ignore[attr-defined]
    desktop.show(Notification("yard", "two", ""), nothing)
    await until(lambda: not len(tasks))
    assert desktop._notifier is None
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
