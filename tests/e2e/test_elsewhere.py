"""The same programs on a system that has nothing that only Unix has."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

import pytest

PROGRAM = Path(__file__).with_name("elsewhere.py")
TIMEOUT_S = 30


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a server there."""
    with subprocess.Popen(
        [sys.executable, PROGRAM, "server", "--port", "0", "--data", tmp_path / "server"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        yield process
        process.kill()


def client(*arguments: object, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a client there."""
    return subprocess.run(
        [sys.executable, PROGRAM, "client", *map(str, arguments)],
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=TIMEOUT_S,
    )


def test_people_chat_where_there_is_no_unix(server: subprocess.Popen[str], tmp_path: Path) -> None:
    """A server serves, says are stored, a second server is refused, and Ctrl+C ends it cleanly."""
    assert server.stdout is not None
    assert server.stderr is not None
    address = server.stdout.readline().removeprefix("listening on ").strip()
    said = client(address, "--name", "ada", "--data", tmp_path / "ada", "--send", "hi")
    assert (said.returncode, said.stderr) == (0, "")
    second = subprocess.run(
        [sys.executable, PROGRAM, "server", "--port", "0", "--data", tmp_path / "server"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=TIMEOUT_S,
    )
    assert second.returncode == 1
    assert address in second.stderr
    server.send_signal(signal.SIGINT)
    assert server.wait(TIMEOUT_S) == 0
    assert "Traceback" not in server.stderr.read()


def test_a_hosting_pipe_works_where_there_is_no_unix(tmp_path: Path) -> None:
    """A line goes in, and comes back from the server."""
    piped = client("--host", "--name", "ada", "--data", tmp_path, text="hello\n")
    assert (piped.returncode, piped.stdout) == (0, "ada: hello\n")
