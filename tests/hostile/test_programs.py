"""What others say, and what a server says, in terminals, scripts and logs of real processes."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.hostile.conftest import say_all
from tests.hostile.liar import THE_END, Liar
from tests.hostile.texts import FORGED, HOSTILE, acting, acting_on_a_terminal

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from tests.e2e.conftest import OpenTerminal, Program, Start, Terminal
    from tests.link.conftest import Raw
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve, StartProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty"),
]

DEADLINE_S = 60
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: |  ")


def check(terminal: Terminal) -> None:
    """Fail where a terminal was sent what would act on it."""
    raw = terminal.raw.decode(errors="replace")
    assert not acting_on_a_terminal(raw)
    assert not [line for line in terminal.text.splitlines() if line.startswith(FORGED)]
    assert "Traceback" not in raw


def check_lines(text: str) -> list[str]:
    """Fail where a program printed more than clean lines; return them."""
    lines = text.split("\n")
    assert lines.pop() == ""
    for line in lines:
        # What is in JSON is as long as it is; there each mark is a character of a text.
        found = acting(line)
        assert not [each for each in found if len(each) == 1 or not line.startswith("{")], line
        assert not line.startswith(FORGED)
    assert "Traceback" not in text
    return lines


@pytest.mark.parametrize("colours", [True, False])
async def test_a_terminal_beside_a_hostile_peer(
    terminal: OpenTerminal, serve: Serve, join: Join, until: Until, colours: bool
) -> None:
    """Nothing that somebody says there, or is called, acts on it or begins a line of its own."""
    server = await serve()
    eve = await join(server, "eve")
    environment = {} if colours else {"NO_COLOR": "1"}
    ada = terminal(server.address, "--terminal", "--name", "ada", **environment)
    await until(lambda: "· connected" in ada.text, DEADLINE_S)
    await say_all(eve)
    await until(lambda: f"eve: {THE_END}" in ada.text, DEADLINE_S)
    for command, last in {
        "/who": "eve",
        "/whois eve": "(@eve) is",
        "/rooms": "room-9",
        "/pins": "pinned messages",
        "/search taken": "That is all.",
        "/history 500": "This is where #lobby begins.",
        "/topic [exec touch taken] $env(HOME)": "ada set the topic",
    }.items():
        before = ada.text.count(last)
        ada.type(f"{command}\r")
        await until(lambda: ada.text.count(last) > before, DEADLINE_S, what=command)  # noqa: B023
    ada.type("/join room-0\r")
    await until(lambda: "#room-0>" in ada.text, DEADLINE_S)
    check(ada)


async def test_a_terminal_on_a_hostile_server(
    terminal: OpenTerminal, raw: Raw, until: Until
) -> None:
    """Whatever a server sends, as names, rooms, refusals or goodbyes, is shown as harmless text."""
    liar = Liar()
    ada = terminal(await raw(liar.serve), "--terminal", "--name", "ada")
    await until(lambda: THE_END in ada.text, DEADLINE_S)
    for command, kind in {
        "/who": "who",
        "/rooms": "rooms",
        "/search hello": "search",
        "/history 100": "history",
        "/topic x": "topic",
        "/create attic": "create",
        "/invite eve": "invite",
        "hello": "say",
        "/retry": "say",
    }.items():
        before = liar.asked.count(kind)
        ada.type(f"{command}\r")

        def is_asked(kind: str = kind, before: int = before) -> bool:
            # What is not read off a terminal stops who writes to it.
            return bool(ada.raw) and liar.asked.count(kind) > before

        await until(is_asked, DEADLINE_S, what=command)
    ada.type("/join \t\t")
    await until(lambda: ada.text.count("/join") > 0)
    ada.type("\x03hello \t\t\x03/quit\r")
    await until(lambda: ada.raw and ada.process.poll() is not None, DEADLINE_S)
    check(ada)


async def test_a_taken_name_on_a_hostile_server(
    terminal: OpenTerminal, raw: Raw, until: Until
) -> None:
    """Its sentence and its suggestion come before there is any screen."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        sentence = THE_END + "".join(HOSTILE.values())[:2_000]
        error = {"type": "error", "re": None, "code": "name_taken", "text": f"no {sentence}"}
        writer.write(json.dumps({**error, "suggestion": "\x1b]0;taken\x07x"}).encode() + b"\n")
        await reader.read()

    ada = terminal(await raw(refuse), "--terminal")
    await until(lambda: "Your name" in ada.text, DEADLINE_S)
    ada.type("\r")
    await until(lambda: "Your name" in ada.text.partition(THE_END)[2], DEADLINE_S)
    check(ada)


@pytest.mark.parametrize("arguments", [["--follow"], ["--follow", "--json"], []])
async def test_scripts_beside_a_hostile_peer(
    start: Start, serve: Serve, join: Join, until: Until, arguments: list[str]
) -> None:
    """A line of a script's input is one message, or one event: nobody can forge another."""
    server = await serve()
    eve = await join(server, "eve")
    reads = "" if arguments else "hello\n"
    program = start(server.address, "--name", "ada", "--room", "lobby", *arguments, stdin=reads)
    if arguments:
        await eve.until(lambda frame: frame["type"] == "joined" and frame["sender"] == "ada")
        await say_all(eve)
        await until(lambda: THE_END in program.out, DEADLINE_S)
        lines = check_lines(program.out)
        assert all(line.startswith("{" if "--json" in arguments else "20") for line in lines)
        if "--json" in arguments:
            texts = [json.loads(line).get("text") for line in lines]
            assert [event["text"] for event in eve.events() if event["type"] == "said"] == [
                json.loads(line)["text"] for line in lines if json.loads(line)["type"] == "said"
            ]
            assert THE_END in texts
    else:
        assert await program.status() == 0
        check_lines(program.out)
    check_lines(program.err)


@pytest.mark.parametrize("arguments", [["--follow", "--json"], ["--follow"], ["--send", "x"]])
async def test_scripts_on_a_hostile_server(
    start: Start, raw: Raw, until: Until, arguments: list[str]
) -> None:
    """What a server says is lines on standard output, and lines of a log on standard error."""
    program: Program = start(
        await raw(Liar().serve), "--name", "ada", "--log-level", "debug", *arguments
    )
    if arguments[0] == "--follow":
        await until(lambda: THE_END in program.out, DEADLINE_S)
        program.process.terminate()
    assert await program.status() == (0 if arguments[0] == "--follow" else 1)
    check_lines(program.out)
    lines = check_lines(program.err)
    ours = re.compile(r"(DEBUG|INFO|WARNING|asynchat-client:|  )")
    assert all(ours.match(line) for line in lines), lines


@pytest.mark.parametrize("as_json", [False, True])
async def test_the_log_of_a_server_beside_a_hostile_peer(
    start_process: StartProcess, join: Join, as_json: bool
) -> None:
    """With everything logged, each line is a record of ours, whoever says what."""
    more = ["--log-json"] if as_json else []
    process = await start_process("--log-level", "debug", *more)
    address = await process.listening()
    eve = await join(address, "eve", client="".join(HOSTILE.values())[:2_000])
    await say_all(eve)
    for text in HOSTILE.values():
        asked: dict[str, dict[str, Any]] = {
            "join": {"room": text[:500]},
            "direct": {"names": [text[:500]]},
            "invite": {"room": "lobby", "name": text[:500]},
            "profile": {"name": text[:500], "zone": text[:500]},
            "search": {"text": text[:200]},
            text[:500]: {},
        }
        for kind, fields in asked.items():
            await eve.ask(kind, **fields)
    for text in HOSTILE.values():
        other = await eve_again(address, text)
        assert other == "error"
    eve.cut()
    assert await process.stop() == 0
    lines = check_lines(process.log())
    for line in lines:
        assert json.loads(line)["level"] if as_json else LOG_LINE.match(line), line


async def eve_again(address: str, name: str) -> str:
    """Say hello by a hostile name; return what came."""
    from tests.raw_client import Wire

    wire = await Wire.open(address)
    try:
        return str((await wire.hello(name, token="x" * 8 + "\x1b"))["type"])
    finally:
        wire.cut()


@pytest.mark.parametrize("form", ["txt", "jsonl", "html"])
async def test_commands_print_what_a_hostile_peer_said(
    start_process: StartProcess, start: Start, join: Join, tmp_path: Path, form: str
) -> None:
    """An export to the terminal, and what `check` says of a log, are clean lines."""
    process = await start_process()
    eve = await join(await process.listening(), "eve")
    await say_all(eve)
    data = str(tmp_path / "data")
    export = start("export", "--data", data, "--format", form, module="server")
    assert await export.status() == 0
    assert THE_END in export.out
    lines = check_lines(export.out) if form != "html" else export.out.split("\n")
    if form == "txt":
        assert all(re.match(r"\d{4}-\d\d-\d\d ", line) for line in lines)
    if form == "html":
        assert not acting(export.out, lines=True)
        assert "<script" not in export.out
        assert "<img" not in export.out
    checked = start("check", "--data", data, module="server")
    assert await checked.status() == 0
    check_lines(checked.out)
