"""The terminal client in a real terminal."""

from __future__ import annotations

import asyncio
import getpass
import json
import re
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.text import name_from
from tests.link.outboxes import file_of, remembered_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import OpenTerminal, Server, Start, Terminal
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")

ME = name_from(getpass.getuser())
CTRL_C, CTRL_D = "\x03", "\x04"


async def ended(terminal: Terminal) -> int:
    """Return the exit status, reading what is written until then."""
    async with asyncio.timeout(15):
        while terminal.process.poll() is None:
            assert terminal.raw is not None
            await asyncio.sleep(0.01)
    return terminal.process.returncode


async def ready(terminal: Terminal, until: Until) -> None:
    """Wait until it has drawn its prompt and its status line."""
    await until(lambda: "· connected" in terminal.text)


async def test_a_talk_in_two_terminals(
    terminal: OpenTerminal, server: Server, until: Until
) -> None:
    """What one types the other sees; both leave politely, by /quit and by Ctrl+D."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    ben = terminal(server.address, "--terminal", "--name", "ben")
    await ready(ada, until)
    await ready(ben, until)
    ada.type("hello ben\r")
    await until(lambda: " ada: hello ben\n" in ada.text and " ada: hello ben\n" in ben.text)
    ben.type("/msg ada psst\r")
    await until(lambda: "@ben ben: psst\n" in ada.text)
    ben.type("/jion dev\r")
    await until(lambda: "There is no command /jion; did you mean /join?" in ben.text)
    ben.type("/quit\r")
    assert await ended(ben) == 0
    await until(lambda: "* ben has gone" in ada.text)
    ada.type(CTRL_D)
    assert await ended(ada) == 0
    assert "Traceback" not in ada.text + ben.text


async def test_what_becomes_of_messages_in_two_terminals(
    terminal: OpenTerminal, server: Server, until: Until
) -> None:
    """One replies, reacts, edits, pins and deletes by numbers; the other is told each in a line,
    and finds the room as it is then.
    """
    ada = terminal(server.address, "--terminal", "--name", "ada", NO_COLOR="1")
    await ready(ada, until)
    ada.type("shall we?\r")
    await until(lambda: " 1 ada: shall we?\n" in ada.text)
    ben = terminal(server.address, "--terminal", "--name", "ben", NO_COLOR="1")
    await ready(ben, until)
    await until(lambda: " 1 ada: shall we?\n" in ben.text)
    ben.type("/reply 1 yse\r/edit yes :+1:\r")
    quoted = r"      ↪ 1 ada: shall we\?\n\d\d:\d\d 2 ben: yse\n"
    await until(lambda: re.search(quoted, ada.text) and "* ben edited 2: yes 👍\n" in ada.text)
    ada.type("/react \t2 :tad\t\r")
    await until(lambda: "* ada reacted 🎉 to 2 (1)\n" in ben.text)
    ada.type("/pin 1\r")
    await until(lambda: "* ada pinned 1\n" in ben.text)
    ben.type("not for you\r")
    await until(lambda: " 3 ben: not for you\n" in ada.text)
    ben.type("/delete 3\r")
    await until(lambda: "* ben deleted 3\n" in ada.text)
    ada.type("/join lobby\r/pins\r")
    await until(lambda: "* #lobby: 1 pinned message\n" in ada.text)
    now = ada.text.rpartition("* #lobby\n")[2]
    assert " 1 ada: shall we? (pinned)\n" in now
    assert re.search(r" 2 ben: yes 👍 \(edited\)\n +🎉 1\n", now)
    assert " 3 ben: (deleted)\n" in now
    assert "not for you" not in now
    for each in (ada, ben):
        each.type("/quit\r")
        assert await ended(each) == 0
        assert "Traceback" not in each.text


async def test_a_conversation_is_saved(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """By one command, as a page for a browser, while one goes on talking."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.type("keep <this>\r")
    await until(lambda: " ada: keep <this>\n" in ada.text)
    target = tmp_path / "talk.html"
    ada.type(f"/save {target}\r")
    await until(lambda: "* Saved #lobby, " in ada.text)
    assert "keep &lt;this&gt;" in target.read_text()
    ada.type(CTRL_D)
    assert await ended(ada) == 0


async def test_a_script_replies(server: Server, start: Start, tmp_path: Path, until: Until) -> None:
    """What ``--follow --json`` names by its seq, ``--send --reply-to`` replies to."""
    data = str(tmp_path / "data")
    given = (server.address, "--name", "ada", "--data", data)
    follow = start(*given, "--follow", "--json")
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await until(lambda: any(person.name == "ada" for person in ben.members("lobby")))
        await ben.send("lobby", "shall we?")
        await until(lambda: "shall we?" in follow.out)
        seq = json.loads(follow.out.splitlines()[-1])["seq"]
        sent = start(server.address, "--name", "eve", "--send", "yes", "--reply-to", str(seq))
        assert await sent.status() == 0, sent.err
        await until(lambda: '"yes"' in follow.out)
    assert json.loads(follow.out.splitlines()[-1])["reply_to"] == seq


async def test_what_arrives_does_not_tear_what_is_typed(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """While a line is being typed others talk above it, and it stands whole below."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.type("I am still ty")
    await until(lambda: ada.text.endswith("ty"))
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        for number in range(30):
            await ben.send("lobby", f"line {number}")
        await until(lambda: "ben: line 29\n" in ada.text)
        await until(lambda: "> I am still ty" in ada.text.split("ben: line 29\n")[-1])
        ada.type("ping\r")
        await until(lambda: " ada: I am still typing\n" in ada.text)
    said = re.findall(r"\d\d:\d\d \d+ ben: line (\d+)\n", ada.text)
    assert said == [str(number) for number in range(30)]


async def test_ctrl_c_clears_the_line(terminal: OpenTerminal, server: Server, until: Until) -> None:
    """Ctrl+C takes back what is typed and ends nothing."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.type("this is never said" + CTRL_C + "but this is\r")
    await until(lambda: " ada: but this is\n" in ada.text)
    assert "ada: this is never said" not in ada.text
    ada.type("/quit\r")
    assert await ended(ada) == 0


async def test_tab_completes(terminal: OpenTerminal, server: Server, until: Until) -> None:
    """Tab completes a command and the room after it."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.type("/crea\tdev\r")
    await until(lambda: "#dev>" in ada.text)
    ada.type("/jo\tlo\t\r")
    await until(lambda: "#lobby>" in ada.text.rpartition("#dev>")[2])
    ada.type("/quit\r")
    assert await ended(ada) == 0


async def test_nothing_said_reaches_the_terminal_as_a_command(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """Escape sequences, bells and bidirectional controls of others are not written out."""
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await ben.create("dev", topic="\x1b]0;owned\x07 \u202etopic")
        await ben.send("dev", "\x1b[2J\x1b[1;1Howned \u202ereversed\u2066 \x9b31m\x07\x08 end")
        ada = terminal(server.address, "--terminal", "--name", "ada", "--room", "dev")
        await until(lambda: "ben: [2J[1;1Howned reversed 31m end\n" in ada.text)
        await ben.send("dev", "live\x1b[2J \u202eend")
        await until(lambda: "ben: live[2J end\n" in ada.text)
    for hostile in ("\x1b[2J", "\x1b[1;1H", "\x1b]0;owned", "\u202e", "\u2066", "\x9b", "\x07"):
        assert hostile.encode() not in ada.raw


async def test_a_killed_server_is_told_and_nothing_is_lost(
    terminal: OpenTerminal, server: Server, until: Until
) -> None:
    """While the server is away that is told; what was typed meanwhile is said when it is back."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.type("before\r")
    await until(lambda: " ada: before\n" in ada.text)
    server.program.process.kill()
    await server.program.status()
    await until(lambda: "* The connection is lost: " in ada.text)
    ada.type("meanwhile\r")
    await until(lambda: "1 sending" in ada.text)
    await server.start()
    await until(lambda: " ada: meanwhile\n" in ada.text)
    assert "* Connected again." in ada.text
    assert ada.text.count(" ada: before\n") == 1


async def test_address_and_name_are_asked_for(
    terminal: OpenTerminal, server: Server, until: Until
) -> None:
    """Without address and name both are asked for; a wrong answer is told and asked again."""
    ada = terminal("--terminal")
    await until(lambda: "Address: asynchat://127.0.0.1:27742" in ada.text)
    ada.type("\x15nowhere at all\r")
    await until(lambda: "Address: " in ada.text.rpartition("is no address")[2])
    ada.type(f"\x15{server.address}\r")
    await until(lambda: f"Your name: {ME}" in ada.text)
    ada.type("\x15two words\r")
    await until(lambda: "Your name: " in ada.text.rpartition("A name has 1 to 32")[2])
    ada.type("\x15ada\r")
    await ready(ada, until)
    assert "you are ada" in ada.text
    ada.type("/quit\r")
    assert await ended(ada) == 0


async def test_without_a_display_the_terminal_hosts(terminal: OpenTerminal, until: Until) -> None:
    """``--host`` with no display says so, asks for the name only, and serves."""
    ada = terminal("--host")
    await until(lambda: f"Your name: {ME}" in ada.text)
    assert "there is no display to open the window on: this is the terminal client" in ada.text
    assert "Address" not in ada.text
    ada.type("\r")
    await ready(ada, until)
    ada.type("hello\r")
    await until(lambda: f" {ME}: hello\n" in ada.text)
    ada.type(CTRL_D)
    assert await ended(ada) == 0


async def test_a_taken_name_is_asked_for_again(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """Where somebody has the name, a free one is suggested; one given as an option is final."""
    async with Client(server.address, name=ME, data=tmp_path / "other"):
        ada = terminal(server.address, "--terminal", "--data", str(tmp_path / "ada"))
        await until(lambda: f"Your name: {ME}" in ada.text)
        ada.type("\r")
        await until(lambda: f"Your name: {ME}2" in ada.text)
        ada.type("\r")
        await until(lambda: f"you are {ME}2" in ada.text)
        ada.type(CTRL_D)
        assert await ended(ada) == 0
        fixed = terminal(
            server.address, "--terminal", "--data", str(tmp_path / "fixed"), "--name", ME
        )
        assert await ended(fixed) == 1
        assert "asynchat-client: Somebody else" in fixed.text


async def test_colours_can_be_declined(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """With NO_COLOR nothing is coloured; without it people are told apart by colour."""
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await ben.send("lobby", "hello")
        plain = terminal(server.address, "--terminal", "--name", "ada", NO_COLOR="1")
        colourful = terminal(server.address, "--terminal", "--name", "eve")
        for screen in (plain, colourful):
            await ready(screen, until)
            await until(lambda screen=screen: "ben: hello" in screen.text)  # type: ignore[misc]
    colour = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m")
    assert colour.search(colourful.raw)
    assert not colour.search(plain.raw)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 143)])
async def test_a_signal_makes_it_leave_politely(
    terminal: OpenTerminal,
    server: Server,
    until: Until,
    number: signal.Signals,
    status: int,
) -> None:
    """Terminated, or with its terminal closed, it still says goodbye."""
    ada = terminal(server.address, "--terminal", "--name", "ada")
    await ready(ada, until)
    ada.process.send_signal(number)
    assert await ended(ada) == status
    await until(lambda: re.search(r"ada \(.*\) left", server.program.err))
    assert "Traceback" not in ada.text


async def test_waiting_for_a_server_can_be_given_up(terminal: OpenTerminal, until: Until) -> None:
    """While the server is not there Ctrl+C ends, with status 130 and no traceback."""
    ada = terminal("asynchat://127.0.0.1:1?tls=no", "--terminal", "--name", "ada")
    await until(lambda: "Not connected yet: " in ada.text)
    ada.process.send_signal(signal.SIGINT)
    assert await ended(ada) == 130
    assert "Traceback" not in ada.text


async def test_without_a_server_yesterday_is_there(
    server: Server, terminal: OpenTerminal, tmp_path: Path, until: Until
) -> None:
    """Started offline after a kill, the client shows the room's last lines and takes what is
    typed; when the server is back it goes, and no line is there twice.
    """
    given = (server.address, "--name", "ada", "--data", str(tmp_path / "me"), "--terminal")
    first = terminal(*given)
    await until(lambda: "#lobby>" in first.text)
    first.type("one\r")
    await until(lambda: "ada: one" in first.text)
    first.type("two\r")
    await until(lambda: "ada: two" in first.text)
    # A kill may take what was shown within the last tenth of a second.
    await until(lambda: "two" in remembered_in(file_of(tmp_path / "me")))
    first.process.kill()
    server.program.process.terminate()
    assert await server.program.status() == 0
    again = terminal(*given)
    await until(lambda: "ada: two" in again.text)
    await until(lambda: "Not connected yet" in again.text)
    again.type("three\r")
    await until(lambda: "1 sending" in again.text)
    await server.start()
    await until(lambda: "ada: three" in again.text)
    assert [again.text.count(f"ada: {text}") for text in ("one", "two", "three")] == [1, 1, 1]
    again.type("/quit\r")
    await until(lambda: again.process.poll() == 0)


async def test_a_changed_key_is_asked_about(
    terminal: OpenTerminal, server: Server, tmp_path: Path, until: Until
) -> None:
    """The key is told at first; with another one nothing goes on until that is typed."""
    address = server.address.partition("?")[0]
    arguments = (address, "--terminal", "--name", "ada", "--data", str(tmp_path / "ada"))
    ada = terminal(*arguments)
    await ready(ada, until)
    groups = server.program.out.splitlines()[1].removeprefix("fingerprint ").split()
    assert "never visited from here" in ada.text
    assert groups[0] in ada.text
    (tmp_path / "server" / "tls" / "server.pem").unlink()
    server.program.process.kill()
    await server.program.status()
    await server.start()
    # The one who is there is asked, and so is who comes.
    new = server.program.out.splitlines()[1].removeprefix("fingerprint ").split()
    assert new != groups
    other = terminal(*arguments)
    asked = "first three groups of the new fingerprint"
    await until(lambda: asked in ada.text and asked in other.text)
    assert "is not the one it had" in " ".join(ada.text.split())
    assert "is not the one it had" in " ".join(other.text.split())
    ada.type("yes\r")
    await until(lambda: "This is not how the fingerprint" in ada.text)
    shown = ada.text.count("· connected")
    ada.type(" ".join(new[:3]) + "\r")
    await until(lambda: ada.text.count("· connected") > shown)
    ada.type("hello\r")
    await until(lambda: " ada: hello\n" in ada.text)
    ada.type("/quit\r")
    assert await ended(ada) == 0
    other.type(CTRL_C)
    assert await ended(other) == 0


async def test_scripts_say_which_key_to_accept(
    start: Start, server: Server, tmp_path: Path
) -> None:
    """They are told of a first visit, stop where the key changed, and go on with the new one."""
    address = server.address.partition("?")[0]
    say = (address, "--send", "hello", "--name", "ada", "--data", str(tmp_path / "ada"))
    first = start(*say)
    assert await first.status() == 0
    assert "never visited from here" in first.err
    (tmp_path / "server" / "tls" / "server.pem").unlink()
    server.program.process.kill()
    await server.program.status()
    await server.start()
    stopped = start(*say)
    assert await stopped.status() == 1
    assert "is not the one it had" in stopped.err
    assert "--accept-key" in stopped.err
    assert stopped.err.count("\n") == 1
    fingerprint = server.program.out.splitlines()[1].removeprefix("fingerprint ")
    accepted = start(*say, "--accept-key", fingerprint)
    assert await accepted.status() == 0
    assert await start(*say).status() == 0
    wrong = start(*say, "--accept-key", "half of one")
    assert await wrong.status() == 2
    assert "52 letters" in wrong.err
