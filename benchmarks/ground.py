"""The ground of the benchmarks: a screen with a window manager, a server, programs' figures."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import json
import os
import platform
import select
import shutil
import subprocess
import sys
import time
import tkinter as tk
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE: Final = Path(__file__).parent
_TIMEOUT_S: Final = 90.0
_STOP_TIMEOUT_S: Final = 15.0
_NO_BUDGET: Final = {
    "MESSAGE_BURST": "1000000",
    "MESSAGES_PER_S": "1000000",
    "ADDRESS_MESSAGE_BURST": "1000000",
    "ADDRESS_MESSAGES_PER_S": "1000000",
    "HELLO_BURST": "1000",
    "HELLOS_PER_S": "1000",
}


class MissingError(Exception):
    """Something that is needed is not installed; the text says what."""


@contextlib.contextmanager
def screen(home: Path) -> Iterator[str]:
    """Run Xvfb, at 96 dpi, and openbox; give the display's name.  Raise `MissingError`."""
    for program in ("Xvfb", "openbox", "xdotool"):
        if shutil.which(program) is None:
            raise MissingError(f"{program} is not installed: see tools/system-packages.sh")
    reader, writer = os.pipe()
    xvfb = [*("Xvfb", "-displayfd", str(writer)), *("-screen", "0", "1280x900x24")]
    with (
        os.fdopen(reader) as ready,
        _running(subprocess.Popen([*xvfb, "-dpi", "96", "-nolisten", "tcp"], pass_fds=[writer])),
    ):
        os.close(writer)
        display = f":{ready.readline().strip()}"
        env = {**os.environ, "DISPLAY": display, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        with _running(subprocess.Popen(["openbox", "--sm-disable"], env=env)):
            _until_managed(env)
            yield display


def _until_managed(env: dict[str, str]) -> None:
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    # Desktops are the window manager's invention: before it is there, there is none.
    asks = ["xdotool", "get_desktop"]
    while subprocess.run(asks, env=env, capture_output=True, check=False).returncode:
        if time.monotonic() > deadline:
            raise MissingError("openbox did not start")
        time.sleep(0.05)


@contextlib.contextmanager
def server(data: Path) -> Iterator[str]:
    """Run ``asynchat-server``, without rate limits, on a directory; give its address."""
    env = {**os.environ, **{f"ASYNCHAT_{name}": value for name, value in _NO_BUDGET.items()}}
    process = subprocess.Popen(
        [sys.executable, "-m", "asynchat.server", "--data", str(data), "--port", "0"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with _running(process), _line_of(process) as line:
        yield line.removeprefix("listening on ").strip()


class Inside:
    """A program of ``inside.py``: it is told what to do a line at a time, and answers in JSON."""

    def __init__(self, process: subprocess.Popen[str], began: float) -> None:
        self.process = process
        self.began = began

    def do(self, *words: str) -> dict[str, Any]:
        """Have something done and return what it answers.  Raise `RuntimeError`."""
        self.tell(*words)
        return self.answer()

    def tell(self, *words: str) -> None:
        """Have something done that `answer` tells of."""
        assert self.process.stdin is not None  # noqa: S101 - it is a pipe
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Return the next answer.  Raise `RuntimeError` where there is none in time."""
        stream = self.process.stdout
        assert stream is not None  # noqa: S101 - it is a pipe
        line = stream.readline() if select.select([stream], [], [], _TIMEOUT_S)[0] else ""
        if not line:
            raise RuntimeError(f"no answer from {self.process.args!r}")
        found: dict[str, Any] = json.loads(line)
        return found

    def cpu_s(self) -> float:
        """Return how many seconds all its threads were on a processor."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def rss_mb(self) -> float:
        """Return its resident memory, as the system counts it, in MB of 1,000,000 bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6


@contextlib.contextmanager
def inside(display: str, home: Path, *arguments: str) -> Iterator[Inside]:
    """Run ``inside.py``."""
    environment = {name: value for name, value in os.environ.items() if name != "XAUTHORITY"}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "inside.py"), *arguments],
        env={**environment, "DISPLAY": display, "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with _running(process):
        yield Inside(process, began)


class Keyboard:
    """Real keys, by the XTest extension, from a connection of its own."""

    def __init__(self, display: str) -> None:
        names = [ctypes.util.find_library(name) for name in ("X11", "Xtst")]
        if None in names:
            raise MissingError("libX11 and libXtst are needed; they come with xdotool")
        self._x, self._test = (ctypes.CDLL(name) for name in names)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]

    def press(self, letter: str) -> float:
        """Press and let go of a letter's key; return when, by the monotonic clock."""
        code = self._x.XKeysymToKeycode(self._display, ord(letter))
        at = time.monotonic()
        for down in (1, 0):
            self._test.XTestFakeKeyEvent(self._display, code, down, 0)
        self._x.XFlush(self._display)
        return at


def machine() -> str:
    """Return one sentence about what this was measured on."""
    names = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in names if "model name" in line), "unknown")
    today = datetime.now(tz=UTC).date()
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("async-tkinter-loop", "msgspec", "pillow")
    )
    patch = tk.Tcl().call("info", "patchlevel")
    return (
        f"{today}, {model}, {os.cpu_count()} processors, {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, Tcl/Tk {patch}, {packages}."
    )


def run(arguments: Sequence[str]) -> contextlib.AbstractContextManager[IO[str]]:
    """Run a module of benchmarks; give its standard output."""
    return _printing([sys.executable, "-m", *arguments])


@contextlib.contextmanager
def _printing(command: list[str]) -> Iterator[IO[str]]:
    process = subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
    with _running(process):
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield process.stdout


@contextlib.contextmanager
def _line_of(process: subprocess.Popen[str]) -> Iterator[str]:
    stream = process.stdout
    assert stream is not None  # noqa: S101 - it is a pipe
    if not select.select([stream], [], [], _TIMEOUT_S)[0]:
        raise RuntimeError(f"nothing from {process.args!r}")
    yield stream.readline()


@contextlib.contextmanager
def _running(process: subprocess.Popen[Any]) -> Iterator[None]:
    """End a process on the way out."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(BrokenPipeError):  # what it was told last
                stream.close()
