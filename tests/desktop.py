"""A desktop for tests: a bus of its own, and a service on it that is sent notifications."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
DEADLINE_S = 20

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """A ``dbus-daemon`` that is this test's alone."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address

    @classmethod
    async def start(cls, folder: Path) -> Bus:
        """Start it and wait until it listens."""
        config = folder / "bus.conf"
        config.write_text(_CONFIG.format(folder=folder))
        process = await asyncio.create_subprocess_exec(
            *("dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            address = (await process.stdout.readline()).decode().strip()
        assert address
        return cls(process, address)

    async def end(self) -> None:
        """End it, if it still runs."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        async with asyncio.timeout(DEADLINE_S):
            await self._process.wait()
        # It is the transport's own turn to close the pipe.
        await asyncio.sleep(0)


class Service:
    """What a desktop has to show notifications; it shows none, but keeps what it is sent.

    ``shown`` are those that are on the screen: number, title and body.
    """

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.shown: dict[int, tuple[str, str]] = {}
        self._bus: Any = None
        self._senders: dict[int, str] = {}

    async def start(self, address: str) -> None:
        """Be there on a bus."""
        from dbus_fast import Message, MessageType
        from dbus_fast.aio import MessageBus

        self._bus = await MessageBus(bus_address=address).connect()

        def called(message: Message) -> Any:
            if message.message_type is not MessageType.METHOD_CALL or message.path != PATH:
                return None
            return self._answer(message)

        self._bus.add_message_handler(called)
        await self._bus.request_name(NAME)

    async def end(self) -> None:
        """Leave the bus."""
        if self._bus is not None:
            self._bus.disconnect()
            with contextlib.suppress(Exception):  # the bus may have gone before
                await self._bus.wait_for_disconnect()

    @property
    def titles(self) -> list[str]:
        """The titles of all that was sent."""
        return [each["title"] for each in self.sent]

    async def click(self, title: str) -> None:
        """Click on what has this title, which takes it away."""
        from dbus_fast import Message

        number = next(number for number, shown in self.shown.items() if shown[0] == title)
        # Nobody clicks before the program knows the number; this comes back after that.
        ping = Message(
            destination=self._senders[number],
            path="/",
            interface="org.freedesktop.DBus.Peer",
            member="Ping",
        )
        async with asyncio.timeout(DEADLINE_S):
            await self._bus.call(ping)
        self._signal("ActionInvoked", "us", [number, "default"])
        self._close(number, 2)

    def _answer(self, message: Any) -> Any:
        from dbus_fast import Message

        match message.member:
            case "Introspect":
                return Message.new_method_return(message, "s", [_INTERFACE])
            case "GetCapabilities":
                kinds = ["actions", "body", "body-markup", "icon-static"]
                return Message.new_method_return(message, "as", [kinds])
            case "GetServerInformation":
                about = ["asynchat's tests", "asynchat", "1", "1.2"]
                return Message.new_method_return(message, "ssss", about)
            case "Notify":
                app, _, icon, title, body, actions, hints, timeout = message.body
                self.sent.append(
                    {
                        "app": app,
                        "icon": icon,
                        "title": title,
                        "body": body,
                        "actions": actions,
                        "hints": hints,
                        "timeout": timeout,
                    }
                )
                number = len(self.sent)
                self.shown[number] = title, body
                self._senders[number] = message.sender
                return Message.new_method_return(message, "u", [number])
            case "CloseNotification":
                asyncio.get_running_loop().call_soon(self._close, message.body[0], 3)
                return Message.new_method_return(message, "", [])
            case _:
                return None

    def _close(self, number: int, reason: int) -> None:
        if self.shown.pop(number, None) is not None:
            self._signal("NotificationClosed", "uu", [number, reason])

    def _signal(self, name: str, signature: str, body: list[Any]) -> None:
        from dbus_fast import Message

        self._bus.send(Message.new_signal(PATH, NAME, name, signature, body))


_INTERFACE = f"""<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node name="{PATH}">
  <interface name="{NAME}">
    <method name="Notify">
      <arg type="s" direction="in"/><arg type="u" direction="in"/>
      <arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="s" direction="in"/><arg type="as" direction="in"/>
      <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/>
      <arg type="u" direction="out"/>
    </method>
    <method name="CloseNotification"><arg type="u" direction="in"/></method>
    <method name="GetCapabilities"><arg type="as" direction="out"/></method>
    <method name="GetServerInformation">
      <arg type="s" direction="out"/><arg type="s" direction="out"/>
      <arg type="s" direction="out"/><arg type="s" direction="out"/>
    </method>
    <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
    <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  </interface>
</node>
"""


@pytest.fixture
async def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bus]:
    """Start a bus that programs of this test find; nothing is on it."""
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("desktops without D-Bus")
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon; on Debian, install dbus-daemon")
    folder = tmp_path / "bus"
    folder.mkdir()
    bus = await Bus.start(folder)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    yield bus
    await bus.end()


@pytest.fixture
async def service(bus: Bus) -> AsyncIterator[Service]:
    """Put what shows notifications on the bus."""
    service = Service()
    await service.start(bus.address)
    yield service
    await service.end()
