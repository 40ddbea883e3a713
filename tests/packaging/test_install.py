"""An installed asynchat, on every Python of this machine that we support."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.packaging.conftest import ROOT, Environment, unsteered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

# A server's start or stop, a client's whole life.
_STEP_TIMEOUT_S = 30


@pytest.mark.parametrize("isolated", [(), ("-I",), ("-P",)])
def test_our_package_wins(installed: Environment, isolated: tuple[str, ...]) -> None:
    """`import asynchat` is ours on every Python, isolated or not, without a warning."""
    done = installed.run(
        "python", *isolated, "-W", "error", "-c", "import asynchat; print(asynchat.__file__)"
    )
    assert done.stdout.startswith(str(installed.home))
    assert done.stderr == ""


def test_import_loads_neither_tk_nor_a_database(installed: Environment) -> None:
    """`import asynchat` stays light: a bot on a server needs no Tk, a client no database."""
    heavy = "{'tkinter', '_tkinter', 'sqlite3', '_sqlite3', 'PIL', 'prompt_toolkit', 'uvloop'}"
    done = installed.run("python", "-c", f"import asynchat, sys; print({heavy} & {{*sys.modules}})")
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_standard_library_keeps_its_own_asynchat(installed: Environment) -> None:
    """Python 3.11's smtpd gets the class it is made of; later Pythons have no such names."""
    if installed.version == "3.11":
        code = "import asynchat, smtpd; print(*(c.__name__ for c in smtpd.SMTPChannel.__mro__))"
        said = "SMTPChannel async_chat dispatcher object\n"
    else:
        code = "import asynchat; print(hasattr(asynchat, 'async_chat'))"
        said = "False\n"
    done = installed.run("python", "-W", "ignore::DeprecationWarning", "-c", code)
    assert (done.stdout, done.stderr) == (said, "")


@pytest.mark.parametrize(
    "command",
    [
        ("asynchat-server", "--help"),
        ("asynchat-client", "--help"),
        ("python", "-m", "asynchat.server", "--help"),
        ("python", "-I", "-m", "asynchat.client", "--help"),
    ],
    ids=" ".join,
)
def test_programs_explain_themselves(installed: Environment, command: tuple[str, ...]) -> None:
    """Each program starts, by its script and by its module, and says how it is used."""
    done = installed.run(*command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


def test_editable_install_wins_too(editable: Environment) -> None:
    """An editable install comes before the standard library as well, also for its scripts."""
    done = editable.run("python", "-I", "-c", "import asynchat; print(asynchat.__file__)")
    assert done.stdout.strip() == str(ROOT / "src" / "asynchat" / "__init__.py")
    assert editable.run("asynchat-server", "--help").stdout.startswith("usage: ")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to end a server by")
async def test_server_and_clients_talk(installed: Environment, tmp_path: Path) -> None:
    """Installed programs serve, send, follow and stop: the README's promise on each Python."""
    with (tmp_path / "log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            installed.program("asynchat-server"),
            *("--port", "0", "--data", str(tmp_path / "data"), "--no-tls"),
            env=unsteered(),
            stderr=log,
            stdout=asyncio.subprocess.PIPE,
        )
    try:
        line = await _line(server)
        assert re.fullmatch(r"listening on asynchat://127\.0\.0\.1:\d+\?tls=no\n", line)
        address = line.removeprefix("listening on ").strip()
        await asyncio.to_thread(_send, installed, address, "hello")
        heard = await _follow(installed, address)
        assert "ada" in heard
        assert "are you there" in heard
        server.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_STEP_TIMEOUT_S):
            assert await server.wait() == 0
    finally:
        await _end(server)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def _send(installed: Environment, address: str, text: str) -> None:
    done = installed.run("asynchat-client", address, "--name", "ada", "--send", text)
    assert (done.returncode, done.stderr) == (0, "")


async def _follow(installed: Environment, address: str) -> str:
    """Return the first line that a follower prints, of what is said again until it does."""
    follower = await asyncio.create_subprocess_exec(
        installed.program("asynchat-client"),
        *(address, "--name", "grace", "--follow"),
        env=unsteered(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.TaskGroup() as group:
            heard = group.create_task(_line(follower))
            while not heard.done():
                await asyncio.to_thread(_send, installed, address, "are you there?")
        follower.send_signal(signal.SIGINT)
        async with asyncio.timeout(_STEP_TIMEOUT_S):
            await follower.wait()
        return heard.result()
    finally:
        await _end(follower)


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(_STEP_TIMEOUT_S):
        return (await process.stdout.readline()).decode()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.communicate()
