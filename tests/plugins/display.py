"""A screen for the tests marked ``window``: the one there is, or an Xvfb of the suite's own.

Where tests run in several processes each has an Xvfb: on one screen they would take the keys
from each other.  With none to be had these tests skip and say why; under
``ASYNCHAT_REQUIRE_DISPLAY=1`` they fail.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_TIMEOUT_S = 20
_STOP_TIMEOUT_S = 5


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests marked ``window`` the display, before their other fixtures."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("window"):
            item.fixturenames.insert(0, "display")


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a display that windows can be opened on, for ``$DISPLAY``.

    It is empty where the system has windows without X.
    """
    if importlib.util.find_spec("_tkinter") is None:
        _go_without("this Python has no tkinter; on Debian, install python3-tk")
    if sys.platform in {"win32", "darwin"}:
        yield ""
    elif os.environ.get("DISPLAY") and "PYTEST_XDIST_WORKER" not in os.environ:
        yield os.environ["DISPLAY"]
    elif shutil.which("Xvfb") is None:
        _go_without("$DISPLAY is not set and there is no Xvfb; on Debian, install xvfb")
    else:
        with (
            pytest.MonkeyPatch.context() as patch,
            _xvfb() as name,
        ):
            patch.setenv("DISPLAY", name)
            with _window_manager(tmp_path_factory.mktemp("openbox")):
                yield name


def _go_without(why: str) -> NoReturn:
    if os.environ.get("ASYNCHAT_REQUIRE_DISPLAY") == "1":
        pytest.fail(f"a display is required: {why}", pytrace=False)
    pytest.skip(why)


@contextlib.contextmanager
def _xvfb() -> Iterator[str]:
    """Run an X server on a free display and give its name once it takes connections."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as ready:
        try:
            server = subprocess.Popen(
                [
                    *("Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x900x24"),
                    # A key that is pressed on a busy machine is no key that is held down.
                    *("-dpi", "96", "-nolisten", "tcp", "-r"),
                ],
                pass_fds=[writer],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(writer)
        with _ended(server):
            number = b""
            while not number.endswith(b"\n"):
                more = select.select([ready], [], [], _START_TIMEOUT_S)[0] and ready.read(64)
                if not more:
                    _go_without("Xvfb did not start")
                number += more
            yield f":{int(number)}"


@contextlib.contextmanager
def _window_manager(home: Path) -> Iterator[None]:
    """Run openbox where it is installed: without one, focus and stacking are not as in life."""
    if shutil.which("openbox") is None:
        yield
        return
    openbox = subprocess.Popen(
        ["openbox", "--sm-disable"],
        env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _ended(openbox):
        if shutil.which("xdotool") is not None:
            _wait_for_window_manager()
        yield


def _wait_for_window_manager() -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    # Desktops are the window manager's invention: before it is there, there is none.
    while subprocess.run(["xdotool", "get_desktop"], capture_output=True, check=False).returncode:
        if time.monotonic() > deadline:
            _go_without("openbox did not start")
        time.sleep(0.02)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the process on the way out."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
