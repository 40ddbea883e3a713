"""The server as a whole: starting, stopping, what it says where it cannot serve."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Self

import pytest

from asynchat import server as server_module
from asynchat.address import parse_address
from asynchat.config import Settings
from asynchat.doors.certificate import fingerprint_in, make
from asynchat.server import CannotServeError, Server, main, raise_file_limit
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.failing_store import FailingStore
from tests.raw_client import Wire, host_and_port, line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.raw_client import Frame
    from tests.serving import Connect, Join, Serve, StartProcess

TRACEBACK = "Traceback"
EVERYWHERE = "0.0.0.0"  # noqa: S104 # it is refused


async def cannot_serve(settings: Settings) -> str:
    """Start a server that cannot; return the line that says why."""
    with pytest.raises(CannotServeError) as caught:
        async with Server(settings):
            pass
    text = str(caught.value)
    assert "\n" not in text
    return text


# In this process


async def test_its_address_is_where_it_listens(serve: Serve, tmp_path: Path) -> None:
    """Port 0 picks a free one; the address says it is plain, and lies in the data directory."""
    server = await serve()
    host, port = host_and_port(server.address)
    assert server.address == f"asynchat://127.0.0.1:{port}?tls=no"
    assert host == "127.0.0.1"
    left = tmp_path / "data" / "address"
    assert left.read_text("utf-8") == f"{server.address}\n"
    await serve.stop(server)
    assert not left.exists()


@pytest.mark.parametrize("host", ["::1", "localhost", "127.0.0.2"])
async def test_it_listens_on_loopback_of_any_kind(serve: Serve, join: Join, host: str) -> None:
    """Every address that only this computer reaches will do."""
    if host == "::1" and not _has_ipv6():
        pytest.skip("no IPv6 here")
    server = await serve(host=host)
    assert (await join(server, "ada")).name == "ada"


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "example.org"])
async def test_anything_but_loopback_is_refused(tmp_path: Path, host: str) -> None:
    """Without TLS the server stays on this computer, and says why."""
    text = await cannot_serve(Settings(host=host, port=0, data=tmp_path, tls=False))
    assert host in text
    assert "TLS" in text


async def test_over_tls_its_address_has_the_fingerprint(
    serve: Serve, join: Join, tmp_path: Path
) -> None:
    """Also the one left in the data directory; after a restart it is the same key."""
    server = await serve(tls=True)
    where = parse_address(server.address)
    assert (where.tls, where.fp) == (True, server.fingerprint)
    assert (tmp_path / "data" / "address").read_text("utf-8") == f"{server.address}\n"
    assert (await join(server, "ada")).name == "ada"
    again = await serve(tls=True)
    assert again.fingerprint == server.fingerprint
    assert server.public_address == server.address


async def test_a_certificate_of_ones_own(serve: Serve, join: Join, tmp_path: Path) -> None:
    """It is served as it is, and the server makes none."""
    make(tmp_path / "mine.pem")
    server = await serve(tls=True, tls_cert=tmp_path / "mine.pem")
    assert server.fingerprint == fingerprint_in(tmp_path / "mine.pem")
    assert (await join(server, "ada")).name == "ada"
    assert not (tmp_path / "data" / "tls").exists()


async def test_a_key_is_read_again(
    serve: Serve, join: Join, tmp_path: Path, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Who comes from then on gets the new one; who is there stays, and the address follows."""
    mine, other = tmp_path / "mine.pem", tmp_path / "other.pem"
    make(mine)
    make(other)
    server = await serve(tls=True, tls_cert=mine)
    ada = await join(server, "ada")
    before = server.address
    mine.write_text("half of one")
    server.reload()
    await until(lambda: "the key in use stays: There is no certificate" in caplog.text)
    assert server.address == before
    assert (await join(server, "ben")).name == "ben"
    other.replace(mine)
    server.reload()
    await until(lambda: server.address != before)
    assert server.fingerprint == fingerprint_in(mine)
    assert (tmp_path / "data" / "address").read_text("utf-8") == f"{server.address}\n"
    assert (await join(server, "cat")).name == "cat"
    assert (await ada.ask("ping"))["type"] == "pong"


async def test_a_plain_server_has_no_key_to_read(serve: Serve, join: Join) -> None:
    """It goes on as it is."""
    server = await serve()
    server.reload()
    assert (await join(server, "ada")).name == "ada"


async def test_a_certificate_that_will_not_do(tmp_path: Path) -> None:
    """The server does not start, and one line says why; the data directory is free again."""
    settings = Settings(tls=True, port=0, data=tmp_path, tls_cert=tmp_path / "none.pem")
    assert "none.pem cannot be read" in await cannot_serve(settings)
    async with SqliteStore(tmp_path):
        pass


def test_the_address_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the name that was set, else the number this computer goes out by, else its own."""

    def public(host: str, public_host: str = "") -> str:
        settings = Settings(host=host, tls=True, data=tmp_path, public_host=public_host)
        server = Server(settings, store=MemoryStore())
        return parse_address(server.public_address).host

    assert public("127.0.0.1") == "127.0.0.1"
    assert public(EVERYWHERE, public_host="chat.example.org") == "chat.example.org"
    gone_out: list[object] = []

    class Online(socket.socket):
        def connect(self, to: object, /) -> None:
            gone_out.append(to)

        def getsockname(self) -> tuple[str, int]:
            return ("192.0.2.7", 1)

    monkeypatch.setattr(socket, "socket", Online)
    assert public(EVERYWHERE) == "192.0.2.7"
    assert gone_out == [("192.0.2.1", 9)]
    monkeypatch.setattr(server_module, "own_host", lambda _: None)
    assert public(EVERYWHERE) == "127.0.0.1"
    assert public("::") == "::1"


async def test_a_port_in_use(serve: Serve, tmp_path: Path) -> None:
    """The line names the port and what to do, and the data directory is free again."""
    _, port = host_and_port((await serve()).address)
    settings = Settings(port=port, data=tmp_path / "other")
    text = await cannot_serve(settings)
    assert str(port) in text
    assert "--port" in text
    async with SqliteStore(tmp_path / "other"):
        pass


@pytest.mark.parametrize(
    ("code", "hint"), [(errno.EACCES, "above 1023"), (errno.EADDRNOTAVAIL, "Cannot")]
)
async def test_a_port_that_one_may_not_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, hint: str
) -> None:
    """What the system says is told in one line."""

    async def start_server(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(asyncio, "start_server", start_server)
    assert hint in await cannot_serve(Settings(port=80, data=tmp_path))


async def test_a_data_directory_already_served(tmp_path: Path) -> None:
    """A second server of one directory is refused with the address of the first."""
    settings = Settings(port=0, data=tmp_path / "data")
    async with Server(settings) as server:
        assert server.address in await cannot_serve(settings)
    async with Server(settings):
        pass


async def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    """What cannot be the data directory is named."""
    path = tmp_path / "file"
    path.write_text("mine")
    assert str(path) in await cannot_serve(Settings(port=0, data=path))


async def test_an_address_that_cannot_be_left(tmp_path: Path) -> None:
    """Where its address cannot be written the server does not start, and listens no more."""
    (tmp_path / "address").mkdir()
    text = await cannot_serve(Settings(port=0, data=tmp_path))
    assert "address" in text
    async with SqliteStore(tmp_path):
        pass


async def test_everything_is_stored_before_it_stops(
    serve: Serve, join: Join, tmp_path: Path
) -> None:
    """What was said just before the stop is acknowledged and there after it."""
    server = await serve(store=SqliteStore(tmp_path / "data"))
    ada = await join(server, "ada")
    ids = [ada.send("say", room="lobby", text=str(n)) for n in range(40)]
    await ada.expect("said", id=ids[0])
    _, frames = await asyncio.gather(serve.stop(server), ada.rest())
    assert frames[-1] == {"type": "goodbye", "reason": "shutdown", "retry_after": 1.0}
    acknowledged = [event["id"] for event in ada.events() if event["id"]]
    again = await serve(store=SqliteStore(tmp_path / "data"))
    ben = await join(again, "ben")
    page = await ben.ask("history", room="lobby", limit=500)
    stored = [event["id"] for event in page["events"] if event["id"]]
    assert stored == acknowledged == ids[: len(stored)]


async def test_goodbye_reaches_everyone_whenever_they_came(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Also after there was nobody for a while, and to who has not said hello."""
    server = await serve()
    first = await join(server, "first")
    await first.bye()
    await until(lambda: server._door._open == 0)
    ada, silent = await join(server, "ada"), await connect(server)
    silent.send("ping")
    await silent.frame()
    for _ in range(60):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()
    late = await connect(server, deaf=True)
    late.send_bytes(line("hello", version=1, name="late"))
    for _ in range(60):
        late.send("history", room="lobby", limit=500)
    await until(lambda: any(c.wire.unsent() for c in server._door._connections))

    async def read_late() -> list[Frame]:
        await silent.rest()
        late.listen()
        return await late.rest()

    _, *ends = await asyncio.gather(serve.stop(server), ada.rest(), read_late())
    assert [end[-1]["type"] for end in ends] == ["goodbye", "goodbye"]
    assert silent.seen[-1]["type"] == "goodbye"


async def test_it_stops_in_time_with_the_dead_and_the_deaf(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Who does not read its goodbye holds up nobody for long; the others get theirs."""
    server = await serve(lagging_bytes=8 * 1024 * 1024)
    ada = await join(server, "ada")
    deaf = await connect(server, deaf=True)
    deaf.send_bytes(line("hello", version=1, name="deaf"))
    for _ in range(30):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()
    for _ in range(100):
        deaf.send("history", room="lobby", limit=500)
    await ada.settle()
    loop = asyncio.get_running_loop()
    before = loop.time()
    _, end = await asyncio.gather(serve.stop(server), ada.rest())
    assert end[-1]["type"] == "goodbye"
    assert loop.time() - before < 5


async def test_a_client_that_never_lets_go_is_left(
    serve: Serve, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    """Past the time for stopping, what is left of connections is dropped."""
    server = await serve(stop_timeout_s=0.1)
    ada = await join(server, "ada")
    ada.pause()
    await serve.stop(server)
    assert "not every client took its goodbye" in caplog.text


@pytest.mark.allow_log_errors
async def test_a_lost_store_ends_the_server(serve: Serve, join: Join, tmp_path: Path) -> None:
    """Nobody gets an acknowledgement; everyone gets a goodbye; `failed` says why."""
    store = FailingStore(tmp_path / "data")
    server = await serve(store=store)
    ada = await join(server, "ada")
    store.lost = True
    ada.send("say", room="lobby", text="x")
    with pytest.raises(CannotServeError, match="not known what is on disk"):
        await asyncio.wait_for(server.failed(), 10)
    _, end = await asyncio.gather(serve.stop(server), ada.rest())
    assert end[-1]["type"] == "goodbye"
    assert ada.texts() == []


@pytest.mark.allow_log_errors
async def test_a_broken_server_ends(
    serve: Serve, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours in a task that the server needs is logged and ends it."""
    server = await serve(hello_timeout_s=0.1)
    server._door._connections.add(None)  # type: ignore[arg-type]
    with pytest.raises(CannotServeError):
        await asyncio.wait_for(server.failed(), 10)
    server._door._connections.clear()
    assert "cannot go on" in caplog.text


async def test_the_hub_is_tidied_now_and_then(
    serve: Serve, join: Join, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered of who left is dropped by and by."""
    monkeypatch.setattr(server_module, "_TIDY_S", 0.01)
    server = await serve(ping_after_s=0.05)
    ada = await join(server, "ada")
    await ada.ask("say", room="lobby", text="x")
    await ada.bye()
    await until(lambda: not server._hub._rates)


async def test_where_files_run_out_the_server_is_full(
    serve: Serve, join: Join, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some files are left for the database and the log: who comes then gets `server_full`."""
    monkeypatch.setattr(server_module, "raise_file_limit", lambda: 64 + 1)
    server = await serve()
    await join(server, "ada")
    (error,) = await (await connect(server)).rest()
    assert error["code"] == "server_full"


def test_the_file_limit_is_raised() -> None:
    """As many files may be open as the system allows; where there is no limit, that many."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[1]), before[1]))
        assert raise_file_limit() in {before[1], sys.maxsize}
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_file_limit_that_cannot_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system refuses, what there is will do; without a limit there is none."""
    resource = pytest.importorskip("resource")

    def refuse(*_: object) -> None:
        raise ValueError("not that many")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 200))
    assert raise_file_limit() == 100
    monkeypatch.setitem(sys.modules, "resource", None)
    assert raise_file_limit() == sys.maxsize


# The command


def run(*arguments: str) -> int:
    """Run the command in this process, its logging taken back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        return main(arguments)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def test_a_setting_that_is_none_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong setting is one line on standard error, exit status 1."""
    assert run("--port", "99999", "--data", str(tmp_path)) == 1
    assert run("--config", str(tmp_path / "none.toml")) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(one.startswith("asynchat-server: ") for one in lines)


@pytest.mark.allow_log_errors
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_the_command_ends_where_the_store_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    """One line that says why, exit status 1, no traceback; on either loop."""

    class Lost(FailingStore):
        lost = True

    if loop == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    monkeypatch.setattr(server_module, "SqliteStore", Lost)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    class Visited(Server):
        """A server to which somebody says hello once it listens."""

        async def __aenter__(self) -> Self:
            await super().__aenter__()
            self.visitor = await Wire.open(self.address)
            self.visitor.send_bytes(line("hello", version=1, name="ada"))
            return self

        async def __aexit__(self, *error: object) -> None:
            self.visitor.cut()
            await super().__aexit__(None, None, None)

    monkeypatch.setattr(server_module, "Server", Visited)
    assert run("--data", str(tmp_path / "data"), "--port", str(port)) == 1
    said = capsys.readouterr()
    assert said.out.startswith("listening on ")
    assert TRACEBACK not in said.err
    assert said.err.splitlines()[-1] == "asynchat-server: It is not known what is on disk."


def test_where_the_loop_takes_no_signals_an_interrupt_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C on Windows leaves as politely: exit status 0."""
    monkeypatch.setitem(sys.modules, "uvloop", None)

    def none(*_: object) -> None:
        raise NotImplementedError

    async def interrupted(_: Server) -> None:
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", none)
    monkeypatch.setattr(Server, "failed", interrupted)
    assert run("--port", "0", "--data", str(tmp_path)) == 0
    assert not (tmp_path / "address").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("closed", [False, True])
async def test_a_hangup_is_for_the_key_unless_the_terminal_was_closed(
    monkeypatch: pytest.MonkeyPatch, until: Until, closed: bool
) -> None:
    """SIGHUP reads the key again; a server whose terminal is gone stops."""
    terminal, stop, reloaded = [True], asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(server_module, "_at_terminal", lambda: terminal[0])

    class Hung(Server):
        def reload(self) -> None:
            reloaded.set()

    server_module._reload_on_hangup(Hung(Settings(), store=MemoryStore()), stop)
    terminal[0] = not closed
    os.kill(os.getpid(), signal.SIGHUP)
    await until((stop if closed else reloaded).is_set)
    assert not (reloaded if closed else stop).is_set()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)


# As a process


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
async def test_a_server_goes_over_to_its_next_key(
    start_process: StartProcess, join: Join, tmp_path: Path, until: Until
) -> None:
    """Made, announced on SIGHUP, used on the next one: by the command, while it runs."""
    process = await start_process(tls=True)
    address = await process.listening()
    ada = await join(address, "ada")

    def new_key(*arguments: str) -> None:
        assert run("new-key", *arguments, "--data", str(tmp_path / "data")) == 0

    new_key()
    process.send_signal(signal.SIGHUP)
    announced = await ada.expect("next_key")
    new_key("--use")
    process.send_signal(signal.SIGHUP)
    left = tmp_path / "data" / "address"
    await until(lambda: left.read_text("utf-8").strip() != address)
    new = left.read_text("utf-8").strip()
    assert parse_address(new).fp == announced["fp"]
    assert (await join(new, "ben")).name == "ben"
    assert (await ada.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
async def test_a_signal_stops_the_process(
    start_process: StartProcess, join: Join, connect: Connect, name: str
) -> None:
    """Everyone gets a goodbye, what was said is stored, exit status 0, within 5 s."""
    process = await start_process()
    address = await process.listening()
    ada = await join(address, "ada")
    if name == "SIGTERM":
        deaf = await connect(address, deaf=True)
        deaf.send_bytes(line("hello", version=1, name="deaf"))
    await ada.ask("say", id="last", room="lobby", text="x")
    process.send_signal(getattr(signal, name))
    loop = asyncio.get_running_loop()
    before = loop.time()
    frames = await ada.rest()
    assert (frames[-1]["type"], frames[-1]["reason"]) == ("goodbye", "shutdown")
    assert await process.ended() == 0
    assert loop.time() - before < 5
    log = process.log()
    assert "ada came from" in log
    assert "stopped" in log
    assert TRACEBACK not in log
    assert "ERROR" not in log


async def test_the_log_may_be_json(start_process: StartProcess, join: Join) -> None:
    """With --log-json each line of the log is an object, and the level is kept to."""
    process = await start_process("--log-json", "--log-level", "info")
    await (await join(await process.listening(), "ada")).bye()
    assert await process.stop() == 0
    entries = [json.loads(one) for one in process.log().splitlines()]
    assert {"time", "level", "logger", "message"} == set(entries[0])
    assert any(entry["message"].startswith("ada came from") for entry in entries)


async def test_a_process_that_cannot_serve_says_one_line(
    start_process: StartProcess, serve: Serve, tmp_path: Path
) -> None:
    """Port in use, directory served, directory unusable, not loopback: one line, status 1."""
    first = await start_process()
    address = await first.listening()
    _, port = host_and_port(address)
    (tmp_path / "file").write_text("")
    processes = {
        "is in use": await start_process(data=tmp_path / "b", port=port),
        f"already served by an asynchat server at {address}": await start_process(),
        "choose a directory": await start_process(data=tmp_path / "file"),
        "Refusing to listen": await start_process("--host", EVERYWHERE, data=tmp_path / "c"),
    }
    if sys.platform != "win32" and os.geteuid() != 0:
        shut = tmp_path / "shut"
        shut.mkdir(mode=0o500)
        processes["that you may write to"] = await start_process(data=shut / "data")
    for said, process in processes.items():
        assert await process.ended() == 1
        own = [one for one in process.log().splitlines() if one.startswith("asynchat-server: ")]
        assert len(own) == 1, process.log()
        assert said in own[0]
        assert TRACEBACK not in process.log()


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


async def test_it_needs_no_store_of_its_own(tmp_path: Path) -> None:
    """A store that is given is entered and left with the server."""
    store = MemoryStore()
    async with Server(Settings(port=0, data=tmp_path / "data"), store=store) as server:
        assert server.others_connected(None) == 0
    assert store._closed
