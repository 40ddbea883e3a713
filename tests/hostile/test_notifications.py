"""What others say, in notifications: by a real bus, to a service that reads markup."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest

from asynchat.window.notifications import Desktop
from asynchat.window.presenters.notifying import Message, one_notification
from tests.hostile.texts import HOSTILE, acting
from tests.window.conftest import failures, tasks

if TYPE_CHECKING:
    from asynchat.tasks import Tasks
    from tests.desktop import Service
    from tests.plugins.waiting import Until

__all__ = ["failures", "tasks"]

pytest_plugins = ["tests.desktop"]
# Of desktop-notifier, on Python 3.14.
pytestmark = pytest.mark.filterwarnings(
    "ignore:'asyncio.DefaultEventLoopPolicy':DeprecationWarning"
)


async def test_notifications_show_hostile_texts_as_they_are(
    service: Service, tasks: Tasks, until: Until
) -> None:
    """A desktop is sent one line without markup of theirs, whatever somebody is called."""
    desktop = Desktop(tasks)
    try:
        for number, text in enumerate(HOSTILE.values(), 1):
            told = one_notification(
                Message(room="zoo", label=text, sender=text, text=text), preview=True
            )
            desktop.show(told, lambda: None)
            await until(lambda number=number: len(service.sent) == number)  # type: ignore[misc]
            sent = service.sent[-1]
            assert not acting(sent["title"])
            assert not acting(sent["body"])
            assert not {"<", ">"} & set(sent["body"])
            assert html.unescape(sent["body"]) == told.body
            assert sent["title"] == told.title
            assert len(told.body) <= 200
    finally:
        await desktop.close()
