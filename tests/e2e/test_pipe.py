"""The client without a screen, as people use it from a shell."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.config import ADDRESS_FILE, default_data, left_address
from asynchat.text import name_from

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Server, Start
    from tests.plugins.waiting import Until

ME = name_from(getpass.getuser())


async def test_hello_is_hosted_said_and_printed(start: Start) -> None:
    """``echo hello | asynchat-client --host`` prints the message as it came back, and ends."""
    client = start("--host", stdin="hello\n")
    assert await client.status() == 0
    assert (client.out, client.err) == (f"{ME}: hello\n", "")
    # The next one finds what was said, and is the same person.
    again = start("--host", stdin="again\n")
    assert await again.status() == 0
    assert (again.out, again.err) == (f"{ME}: again\n", "")
    assert not (default_data() / ADDRESS_FILE).exists()


async def test_no_input_ends_at_once(start: Start) -> None:
    """With the null device as its input and no display it says and prints nothing."""
    client = start("--host")
    assert await client.status() == 0
    assert (client.out, client.err) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close it")
async def test_a_closed_input_ends_at_once(start: Start) -> None:
    """Without any standard input at all it is as if that were empty."""
    command = [sys.executable, "-m", "asynchat.client", "--host"]
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *command], capture_output=True, check=False, timeout=15
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


async def test_two_pipes_at_once_meet(start: Start, until: Until) -> None:
    """Of two that start at once one hosts; when it leaves, the other goes on by itself."""
    both = [start("--host", stdin=subprocess.PIPE) for _ in range(2)]
    for number, client in enumerate(both):
        client.write(f"hello {number}\n")
    await until(lambda: "hello 0\n" in both[0].out and "hello 1\n" in both[1].out)
    # Now both are there, and each prints what the other says.
    for number, client in enumerate(both):
        client.write(f"again {number}\n")
    expected = [f"{ME}: again 0", f"{ME}: again 1"]
    await until(lambda: all(sorted(one.out.splitlines()[-2:]) == expected for one in both))
    # Whichever it is that hosts: the other loses nothing.
    both[0].end_input()
    assert await both[0].status() == 0
    both[1].write("still here\n")
    await until(lambda: both[1].out.endswith(f"{ME}: still here\n"))
    both[1].end_input()
    assert await both[1].status() == 0
    assert both[1].out.count("still here") == 1


async def test_a_pipe_joins_the_server_that_runs(
    start: Start, server: Server, tmp_path: Path, until: Until
) -> None:
    """A pipe on a data directory that is served joins; who follows that server sees it."""
    follow = start(server.address, "--follow", "--name", "eve")
    as_json = start(server.address, "--follow", "--json", "--name", "jo", "--room", "lobby")
    await until(lambda: "jo came" in server.program.err and "eve came" in server.program.err)
    pipe = start("--host", "--data", str(tmp_path / "server"), "--name", "ada", stdin="hello\n")
    assert await pipe.status() == 0
    assert (pipe.out, pipe.err) == ("ada: hello\n", "")
    await until(lambda: "hello" in follow.out and "hello" in as_json.out)
    assert follow.out.endswith(" #lobby ada: hello\n")
    assert len(follow.out.splitlines()) == 1
    event = json.loads(as_json.out.splitlines()[-1])
    assert (event["type"], event["sender"], event["text"]) == ("said", "ada", "hello")
    for program in (follow, as_json):
        program.process.send_signal(signal.SIGINT)
        assert await program.status() == 0
        assert program.err == ""


async def test_follow_survives_a_killed_server(start: Start, server: Server, until: Until) -> None:
    """After ``kill -9`` and a new start of the server it goes on, and ends well on SIGTERM."""
    follow = start(server.address, "--follow", "--name", "eve")
    await until(lambda: "eve came" in server.program.err)
    assert await start(server.address, "--send", "one", "--name", "ada").status() == 0
    await until(lambda: "ada: one" in follow.out)
    server.program.process.kill()
    await server.program.status()
    await until(lambda: "The connection is lost" in follow.err)
    await server.start()
    assert await start(server.address, "--send", "two", "--name", "ada").status() == 0
    await until(lambda: "ada: two" in follow.out)
    assert [line.split(" ", 2)[2] for line in follow.out.splitlines()] == [
        "#lobby ada: one",
        "#lobby ada: two",
    ]
    assert "Connected again" in follow.err
    follow.process.terminate()
    assert await follow.status() == (0 if sys.platform != "win32" else 1)


async def test_send_says_what_is_amiss(start: Start, server: Server) -> None:
    """``--send`` fails with status 1 and one line: no server, a bad address, a room or name."""
    for arguments, sentence in [
        (("asynchat://127.0.0.1:1?tls=no", "--timeout", "0.2"), "asynchat://127.0.0.1:1?tls=no"),
        (("nowhere at all",), "is no address"),
        ((server.address, "--room", "nowhere"), "There is no room of that name."),
        ((server.address, "--name", "two words"), "A name has"),
        (
            (
                server.address,
                "--send=",
            ),
            "There is no text",
        ),
    ]:
        client = start("--send=x", *arguments)
        assert await client.status() == 1
        assert client.out == ""
        assert sentence in client.err
        assert len(client.err.splitlines()) == 1


async def test_send_takes_its_text_from_a_pipe(start: Start, server: Server, until: Until) -> None:
    """``--send -`` says what is piped in as one message, of several lines too."""
    follow = start(server.address, "--follow", "--name", "eve")
    await until(lambda: "eve came" in server.program.err)
    send = start(server.address, "--send", "-", "--name", "ada", stdin="one\ntwo\n")
    assert await send.status() == 0
    await until(lambda: follow.out.endswith("ada: one ⏎ two\n"))
    too_long = start(server.address, "--send", "-", "--name", "ada", stdin="x" * 100_000)
    assert await too_long.status() == 1
    assert "at most 4,000" in too_long.err


def test_what_is_no_utf_8_is_not_sent(tmp_path: Path) -> None:
    """It would be said with other characters than were meant."""
    sent = subprocess.run(
        [sys.executable, "-m", "asynchat.client", "127.0.0.1:1", "--send", "-", "--name", "ada"],
        input=b"caf\xe9",
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert sent.returncode == 1
    assert sent.stderr == b"asynchat-client: What is piped in is not in UTF-8.\n"


async def test_a_free_variant_of_the_login_name_is_taken(
    start: Start, server: Server, tmp_path: Path, until: Until
) -> None:
    """Where somebody else has the login name a pipe takes another; a name asked for is final."""
    start(server.address, "--follow", "--data", str(tmp_path / "a"), "--name", ME)
    await until(lambda: f"{ME} came" in server.program.err)
    pipe = start(server.address, "--terminal", "--data", str(tmp_path / "b"), stdin="hello\n")
    assert await pipe.status() == 0
    assert (pipe.out, pipe.err) == (f"{ME}2: hello\n", "")
    named = start(server.address, "--send=x", "--data", str(tmp_path / "c"), "--name", ME)
    assert await named.status() == 1
    assert named.err.startswith("asynchat-client: Somebody else ")


async def test_a_reader_who_has_seen_enough_ends_it_quietly(server: Server) -> None:
    """As with ``| head -1``: the pipe ends without a word though its input goes on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "asynchat.client", server.address, "--terminal"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdin, process.stderr:
        with process.stdout:
            process.stdin.write(b"one\n")
            process.stdin.flush()
            assert await asyncio.to_thread(process.stdout.readline) == f"{ME}: one\n".encode()
        process.stdin.write(b"two\n")
        process.stdin.flush()
        assert await asyncio.to_thread(process.wait, 15) == 0
        assert process.stderr.read() == b""


async def test_a_directory_that_cannot_be_used_is_told(start: Start, tmp_path: Path) -> None:
    """Hosting where one cannot is one line and status 1."""
    (tmp_path / "file").touch()
    client = start("--host", "--data", str(tmp_path / "file"), stdin="hello\n")
    assert await client.status() == 1
    assert client.out == ""
    assert "is a file" in client.err
    assert len(client.err.splitlines()) == 1


def test_sending_loads_neither_window_nor_server_nor_screen() -> None:
    """What ``--send`` needs is loaded, and no more."""
    code = (
        "import sys, asynchat.client; print(*sorted(m for m in sys.modules"
        " if m.split('.')[0] in {'tkinter', 'prompt_toolkit', 'PIL', 'uvloop'}"
        " or m in {'asynchat.server', 'asynchat.store', 'asynchat.hosting', 'asynchat.window'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert loaded.stdout.strip() == b""


async def test_a_display_that_is_not_there_is_told(
    start: Start, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the window cannot open after all it says so and goes on without one."""
    monkeypatch.setenv("DISPLAY", "127.0.0.1:99.0")
    client = start(server.address, "--name", "ada", stdin="hello\n")
    assert await client.status() == 0
    assert client.out == "ada: hello\n"
    assert "there is no display" in client.err
    assert len(client.err.splitlines()) == 1


@pytest.mark.window
async def test_with_a_display_hosting_opens_the_window(
    display: str, start: Start, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """``--host`` on a display opens the window, which hosts; who joined it goes on without it."""
    if display:
        monkeypatch.setenv("DISPLAY", display)
    window = start("--host", "--name", "ada")
    await until(lambda: left_address(default_data()), timeout_s=20)
    pipe = start("--host", "--name", "ben", stdin=subprocess.PIPE)
    pipe.write("hello\n")
    await until(lambda: pipe.out == "ben: hello\n")
    assert window.process.poll() is None
    window.process.terminate()
    assert await window.status() in {0, 143}
    assert window.err == ""
    pipe.write("still here\n")
    await until(lambda: pipe.out == "ben: hello\nben: still here\n")
    pipe.end_input()
    assert await pipe.status() == 0
