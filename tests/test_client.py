"""The command; ``tests/e2e`` runs it as people do."""

from __future__ import annotations

import asyncio
import errno
import getpass
import io
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import pytest

from asynchat import client
from asynchat.client import INTERRUPTED, TERMINATED, main
from asynchat.errors import ChatError
from asynchat.options import parse_options

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.hosting import Hosting
    from asynchat.options import Options


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    async def run(options: Options) -> NoReturn:
        raise error

    monkeypatch.setattr(client, "_run", run)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ChatError("name_taken", "Somebody else is called ada."), "Somebody else is called ada."),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError(errno.EACCES, "Permission denied", "a/b"), "a/b: Permission denied"),
        (OSError("something else"), "something else"),
        (
            ZeroDivisionError("division"),
            "This should not happen: ZeroDivisionError('division'); --log-level debug tells more",
        ),
    ],
)
def test_what_is_amiss_is_one_line(
    error: Exception,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever fails, people get one sentence on standard error and status 1, no traceback."""
    failing(monkeypatch, error)
    assert main(["--terminal"]) == 1
    assert capsys.readouterr() == ("", f"asynchat-client: {sentence}\n")


@pytest.mark.parametrize(
    ("arguments", "error", "status"),
    [
        (["--terminal"], KeyboardInterrupt(), INTERRUPTED),
        (["--follow"], KeyboardInterrupt(), 0),
        (["--terminal"], asyncio.CancelledError(), TERMINATED),
        (["--follow"], asyncio.CancelledError(), 0),
    ],
)
def test_being_stopped_is_no_failure(
    arguments: list[str],
    error: BaseException,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Stopped it says nothing; ``--follow``, which only ends so, has then done its work."""
    failing(monkeypatch, error)
    assert main(arguments) == status
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("error", [KeyError("uid"), OSError("no such user"), ImportError("pwd")])
def test_a_user_without_a_name_is_a_guest(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system knows no login name there is one all the same."""

    def getuser() -> NoReturn:
        raise error

    monkeypatch.setattr(getpass, "getuser", getuser)
    assert client._login() == "guest"
    monkeypatch.setattr(getpass, "getuser", lambda: "ada lovelace")
    assert client._login() == "adalovelace"


@pytest.mark.parametrize("error", [NotImplementedError(), AttributeError("SIGHUP")])
async def test_signals_are_not_needed(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the loop takes no signal handlers, as on Windows, the client runs without."""

    def add_signal_handler(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", add_signal_handler)

    async def work() -> int:
        return 7

    assert await client._until_terminated(work()) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="its loops take no handlers")
def test_sigterm_lets_it_leave_politely() -> None:
    """What runs is cancelled, so that it can say goodbye."""
    said: list[str] = []

    async def work() -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            said.append("goodbye")
        return 0

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(client._until_terminated(work()))
    assert said == ["goodbye"]


async def test_a_host_that_fails_ends_what_stands_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the server inside cannot go on, the client ends with its sentence."""
    monkeypatch.setenv("ASYNCHAT_PORT", "0")
    options = parse_options(["--host", "--data", str(tmp_path)], {})
    hosts: list[Hosting] = []

    async def work(host: Hosting) -> int:
        hosts.append(host)
        await host.start()
        assert host._server is not None
        host._server._failure = OSError("the disk is gone")
        host._server._failed.set()
        await asyncio.Event().wait()
        return 0

    with pytest.raises(ChatError, match="the disk is gone"):
        await client._beside_host(options, work)
    assert hosts[0]._server is None


async def test_what_stands_on_a_host_takes_it_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the work is done, or fails, the server inside stops."""
    monkeypatch.setenv("ASYNCHAT_PORT", "0")
    options = parse_options(["--host", "--data", str(tmp_path)], {})
    hosts: list[Hosting] = []

    async def work(host: Hosting) -> int:
        hosts.append(host)
        await host.start()
        return 3

    async def fail(host: Hosting) -> int:
        await work(host)
        raise ChatError("bad_name")

    assert await client._beside_host(options, work) == 3
    with pytest.raises(ChatError, match="A name has"):
        await client._beside_host(options, fail)
    assert [host._server for host in hosts] == [None, None]


def test_logs_go_where_standard_error_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal client replaces standard error while it draws; logs follow."""
    handler = client._StderrHandler()
    now = io.StringIO()
    monkeypatch.setattr(sys, "stderr", now)
    handler.handle(logging.LogRecord("x", logging.INFO, "x", 1, "hello", None, None))
    assert now.getvalue() == "hello\n"


def test_without_standard_error_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is amiss never ends up among what is said."""
    failing(monkeypatch, ChatError("bad_name"))
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["--follow"]) == 1
    assert capsys.readouterr().out == ""


def test_without_standard_output_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--follow`` with standard output closed has nobody to tell."""
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["--follow"]) == 1
    assert capsys.readouterr().err == "asynchat-client: Standard output is closed\n"


def test_in_the_window_an_accepted_key_is_that_of_an_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of several servers nobody could tell which one is meant."""
    monkeypatch.setattr(client, "why_no_window", lambda *_: None)
    monkeypatch.delenv("ASYNCHAT_ADDRESS", raising=False)
    assert main(["--accept-key", "a" * 52]) == 1
    assert "goes with the address of the server" in capsys.readouterr().err
