"""Keeping order from the shell: a real server, steered by real commands."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.address import parse_address
from asynchat.server import _parser
from asynchat.upkeep.opening import UpkeepError
from asynchat.upkeep.order_commands import ORDER_COMMANDS, run_order_command
from tests.upkeep.logs import command

if TYPE_CHECKING:
    from asynchat.server import Server
    from tests.serving import Connect, Join, Serve, StartProcess

pytest_plugins = ["tests.serving"]


async def run(server: Server, *typed: str) -> list[str]:
    """Run a command on a server; return the lines that it prints."""
    data = server._settings.data
    arguments: dict[str, Any] = vars(_parser().parse_args(typed))
    return await asyncio.to_thread(lambda: list(run_order_command(data, arguments)))


async def test_everything_is_shown(serve: Serve, join: Join) -> None:
    """Connections, accounts, rooms, settings and how it is doing, as tables."""
    server = await serve()
    ada = await join(server, "ada")
    await ada.ask("create", room="den", private=True, topic="tea")
    head, one = await run(server, "who")
    assert head.split()[:4] == ["SESSION", "NAME", "ACCOUNT", "ADDRESS"]
    assert one.split()[1:4] == ["ada", ada.account, "127.0.0.1"]
    assert (await run(server, "accounts", "AD"))[1].split()[:3] == ["ada", ada.account, "guest"]
    assert len(await run(server, "accounts", "nobody")) == 1
    assert [re.split(r"\s{2,}", line) for line in (await run(server, "rooms"))[1:]] == [
        ["den", "1", "private", "tea"],
        ["lobby", "1"],
    ]
    settings = await run(server, "settings")
    assert any(re.match(r"welcome_text +\"\" +\"\" +may be set", line) for line in settings)
    assert any(re.match(r"online +1$", line) for line in await run(server, "stats"))


async def test_order_is_kept(serve: Serve, join: Join, connect: Connect) -> None:
    """What each command says is what happened, and the audit log has it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    assert await run(server, "kick", "@ben", "#den", "--reason", "loud") == ["@ben is out of den."]
    assert (await ben.expect("left"))["by_name"] == "the server"
    assert await run(server, "kick", "ben", "den") == ["ben is not in den."]
    assert await run(server, "mute", "ben", "--for", "10m") == ["ben is muted for 10 minutes."]
    assert (await ben.ask("say", room="lobby", text="x"))["code"] == "muted"
    (_, held) = await run(server, "bans")
    assert held.startswith("mute  ben")
    assert await run(server, "unmute", "ben") == ["ben is not muted."]
    assert await run(server, "role", "ada", "admin") == ["ada is admin."]
    assert (await ada.expect("role"))["role"] == "admin"
    assert await run(server, "room", "den", "private", "slow=5") == ["den is private, slow=5."]
    assert (await ada.expect("changed"))["slow_s"] == 5
    seq = (await ada.ask("say", room="lobby", text="\x1b[2J rude"))["seq"]
    await ben.ask("report", room="lobby", about=seq, text="look")
    (_, report) = await run(server, "reports")
    assert re.search(r"ben +lobby +ada +.*rude +look$", report)
    assert "\x1b" not in report
    assert await run(server, "resolve", "1", "talked", "to", "her") == ["Report 1 is resolved."]
    assert len(await run(server, "reports")) == 1
    assert "the server: talked to her" in (await run(server, "reports", "--all"))[1]
    assert await run(server, "set", "welcome_text", "be kind") == ['welcome_text is "be kind".']
    assert await run(server, "set", "welcome_text") == [
        "welcome_text is as the server was started."
    ]
    assert await run(server, "disconnect", "ben") == ["ben is disconnected."]
    assert (await ben.rest())[-1]["reason"] == "disconnected"
    account = f"id:{ben.account}"
    assert await run(server, "ban", account, "--room", "den") == [
        f"{account} is banned in den for good."
    ]
    assert await run(server, "unban", account, "--room", "den") == [
        f"{account} is not banned in den."
    ]
    assert await run(server, "ban", "192.0.2.7") == ["192.0.2.7 is banned for good."]
    assert "192.0.2.7/32" in (await run(server, "bans"))[1]
    assert await run(server, "unban", "192.0.2.7") == ["192.0.2.7 is not banned."]
    did = [re.split(r"\s{2,}", line)[3] for line in (await run(server, "audit"))[1:]]
    assert did == (
        "unban ban unban ban disconnect set set resolve room role unmute mute kick".split()
    )
    assert len(await run(server, "audit", "--limit", "3")) == 4


@pytest.mark.parametrize("tls", [True])
async def test_an_invitation_is_to_where_others_find_the_server(serve: Serve) -> None:
    """By the name that they know it by, with the fingerprint of its key."""
    server = await serve(public_host="chat.example.org")
    (told,) = await run(server, "invite")
    address, here = parse_address(told), parse_address(server.address)
    assert (address.host, address.port) == ("chat.example.org", here.port)
    assert address.fp == server.fingerprint


async def test_an_invitation_to_this_computer_alone_says_so(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address is printed all the same, and beside it that nobody else reaches it."""
    server = await serve()
    (told,) = await run(server, "invite")
    assert parse_address(told).host == "127.0.0.1"
    assert capsys.readouterr().err == (
        "asynchat-server: It leads to a server on this computer, which nobody reaches from another"
        " one.\n"
    )


async def test_somebody_is_invited(serve: Serve, join: Join, connect: Connect) -> None:
    """The address that is printed lets one in, as what was said, and once."""
    server = await serve(access="invited")
    (address,) = await run(server, "invite", "--role", "admin", "--for", "1h")
    code = re.search(r"code=([\w-]+)", address)
    assert code is not None
    ada = await join(server, "ada", code=code[1])
    assert ada.welcome["you"]["role"] == "admin"
    assert (await (await connect(server)).hello("ben", code=code[1]))["code"] == "not_invited"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("kick", "nobody", "lobby"), "nobody of that name"),
        (("kick", "ada", "no room"), "A room's name"),
        (("mute", "ada", "--for", "soon"), "A time is written like"),
        (("room", "lobby", "secret"), "A room is made"),
        (("resolve", "0"), "numbered from 1"),
        (("resolve", "9"), "no report of this number"),
        (("set", "port", "1"), "does not change while the server runs"),
        (("set", "foo", "3"), "There is no setting foo"),
        (
            ("set", "access", "foo"),
            "Setting access not understood: it is open, registered or invited.",
        ),
        (("set", "ping_after_s", "abc"), "Setting ping_after_s not understood: it is a number."),
        (("audit", "--limit", "0"), "one entry or more"),
        (("role", "ada", "king"), "A role is one of"),
        (("invite", "--uses", "0"), "for one person or more"),
    ],
)
async def test_what_is_wrong_is_one_sentence(
    serve: Serve, join: Join, typed: tuple[str, ...], sentence: str
) -> None:
    """Whether it was typed wrong or is refused."""
    server = await serve()
    await join(server, "ada")
    with pytest.raises(UpkeepError, match=sentence):
        await run(server, *typed)


HOSTILE = "\x1b]0;owned\x07\u202eevil\n2026-11-30 forged"


async def test_nothing_that_was_typed_acts_on_the_terminal(
    serve: Serve, join: Join, tmp_path: Path
) -> None:
    """Reasons, reports and client names stay on their line, without control characters."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben", client=HOSTILE)
    await ada.ask("create", room="den", topic=HOSTILE)
    await ben.ask("join", room="den")
    seq = (await ben.ask("say", room="den", text=HOSTILE))["seq"]
    await ada.ask("report", room="den", about=seq, text=HOSTILE)
    await ada.ask("mute", room="den", name="ben", reason=HOSTILE)
    for kind, rows in (("who", 3), ("rooms", 3), ("bans", 2), ("audit", 2), ("reports", 2)):
        lines = await run(server, kind)
        assert len(lines) == rows
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", "".join(lines))


async def test_it_is_all_there_after_a_restart(
    start_process: StartProcess, join: Join, connect: Connect, tmp_path: Path
) -> None:
    """By processes of their own: who is banned stays out, the log tells of it, check agrees."""
    data = tmp_path / "served"
    process = await start_process(data=data)
    ben = await join(await process.listening(), "ben")

    async def shell(*typed: str) -> tuple[int, str, str]:
        result = await asyncio.to_thread(command, *typed, "--data", data)
        return result.returncode, result.stdout, result.stderr

    status, out, err = await shell("ban", "ben", "--reason", "see the rules")
    assert (status, out, err) == (0, "ben is banned for good.\n", "")
    assert (await ben.rest())[-1]["code"] == "banned"
    assert re.search(r"audit: the server \(operator\) ban: account", process.log())
    await process.stop()
    status, out, err = await shell("who")
    assert (status, out) == (1, "")
    assert re.fullmatch(r"asynchat-server: No server that you may steer runs in .*\n", err)
    process = await start_process(data=data)
    again = await connect(await process.listening())
    assert (await again.hello(None, token=ben.token))["text"] == (
        "You are banned from this server: see the rules"
    )
    status, out, _ = await shell("audit")
    assert (status, len(out.splitlines())) == (0, 2)
    assert re.search(r"the server +ban +ben +see the rules", out)
    status, out, _ = await shell("check")
    assert (status, "is as it was written" in out) == (0, True)


def test_every_command_is_in_the_handbook() -> None:
    """Each is in the table of the page for operators."""
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    _, _, section = page.partition("\n## Keeping order\n")
    named = re.findall(r"^\| `asynchat-server (\w+)", section, re.MULTILINE)
    assert named == list(ORDER_COMMANDS)
