"""asynchat-server: the broadcast hub behind `asyncio.start_server`, and the command.

`Server` puts the house together (store, hub, door) and takes it apart again; what the parts
do is in `asynchat.hub`, `asynchat.doors` and `asynchat.store`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import gc
import importlib
import logging
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from asynchat.address import Address, is_loopback
from asynchat.config import ADDRESS_FILE, ConfigError, Settings, load
from asynchat.doors import certificate
from asynchat.doors.certificate import CertificateError
from asynchat.doors.control import FOLDER, ControlSocket, NoControlError, reachable
from asynchat.doors.native import Door
from asynchat.errors import ChatError
from asynchat.files import placed
from asynchat.fingerprint import grouped
from asynchat.hub.hub import Hub
from asynchat.hub.ids import now_ms
from asynchat.hub.owner_code import OwnerCode
from asynchat.logs import JsonFormatter, LineFormatter
from asynchat.messages import NextKey
from asynchat.own_host import own_host
from asynchat.store.interface import CannotOpenError, StoreLostError
from asynchat.store.sqlite import SqliteStore
from asynchat.tasks import Tasks
from asynchat.text import one_line
from asynchat.upkeep import commands
from asynchat.version import PrintVersion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from asynchat.doors.certificate import Certificate
    from asynchat.store.interface import Store

logger = logging.getLogger(__name__)

_OTHER_FILES: Final = 64
"""File descriptors left for the database, the log and the listening sockets, at least."""

_MOST_OTHER_FILES: Final = 1024
"""And where there are many, for those who are told at the same moment that there are no more."""

_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # nosec B104 # TLS only
"""What listens on every address of this computer, and which of them is its own."""

_OPERATORS: Final = 16
"""How many connections the control socket takes at once."""

_STREAM_LIMIT_BYTES: Final = 64 * 1024
_TIDY_S: Final = 60.0


class CannotServeError(Exception):
    """The server cannot start, or not go on; the text is one line that says what to do."""


class Server:
    """A server, as an async context manager: entering listens, leaving says goodbye to all.

    Entering raises `CannotServeError`.  ``store`` takes the place of the one in
    ``settings.data``.
    """

    def __init__(self, settings: Settings | None = None, *, store: Store | None = None) -> None:
        self._settings = settings or Settings()
        self._store: Store = store or SqliteStore(self._settings.data)
        self._failed = asyncio.Event()
        self._failure: BaseException | None = None
        self._vital = Tasks(on_error=self._fail)
        self._tasks = Tasks()
        self._hub: Hub
        self._door: Door
        self._owner_code: OwnerCode
        self._operators: Door
        self._listener: asyncio.Server
        self._address = Address(self._settings.host, self._settings.port, tls=self._settings.tls)
        self._control = ControlSocket(self._settings.data)

    @property
    def address(self) -> str:
        """Where programs on this computer find it, as `asynchat-client` takes it."""
        return str(self._address)

    @property
    def public_address(self) -> str:
        """The address for others: where it listens everywhere, by the name or number we have."""
        return str(self._public())

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of its key; None where it speaks plain."""
        return self._address.fp

    @property
    def owner_invitation(self) -> str | None:
        """The address with the code that makes its owner; None once there is one."""
        code = self._owner_code.code
        return None if code is None else str(replace(self._public(), code=code))

    def _public(self) -> Address:
        host = self._settings.public_host
        if not host and self._settings.host in _EVERYWHERE:
            family = socket.AF_INET6 if ":" in self._settings.host else socket.AF_INET
            host = own_host(family) or _EVERYWHERE[self._settings.host]
        return replace(self._address, host=host or self._address.host)

    def others_connected(self, account: str | None) -> int:
        """Return how many accounts other than this one are connected."""
        registry = self._hub.registry
        return len(registry) - (account in registry if account else 0)

    def reload(self) -> None:
        """Read key and certificate again, for those who come from then on.

        Where they will not do, the log says why, and those in use stay.
        """
        if self._settings.tls:
            self._tasks.spawn(self._reload(), name="reload keys")

    async def failed(self) -> NoReturn:
        """Wait until the server cannot go on; raise `CannotServeError` then."""
        await self._failed.wait()
        raise CannotServeError(str(self._failure))

    async def __aenter__(self) -> Self:
        settings = self._settings
        if not settings.tls and not is_loopback(settings.host):
            raise CannotServeError(
                f"Refusing to listen on {settings.host} without TLS: what is not encrypted may only"
                " stay on this computer (127.0.0.1, ::1 or localhost)."
            )
        try:
            await self._store.__aenter__()
        except CannotOpenError as error:
            raise CannotServeError(str(error)) from None
        try:
            await self._start()
        except BaseException:
            await self._tasks.cancel()
            await self._vital.cancel()
            await self._store.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.close()
        self._control.close()
        self._address_file.unlink(missing_ok=True)
        try:
            async with asyncio.timeout(self._hub.settings.now.stop_timeout_s):
                if not self._failed.is_set():
                    await self._hub.close()
                await self._operators.close("shutdown", retry_after=None)
                await self._door.close(
                    "shutdown", retry_after=self._hub.settings.now.come_back_after_s
                )
        except TimeoutError:
            logger.warning("not every client took its goodbye in time")
        finally:
            await self._tasks.cancel()
            await self._vital.cancel()
            self._hub.release()
            await self._store.__aexit__(None, None, None)
            logger.info("stopped")

    @property
    def _address_file(self) -> Path:
        return self._settings.data / ADDRESS_FILE

    async def _start(self) -> None:
        settings = self._settings
        self._hub = await Hub.open(self._store, settings, self._tasks)
        self._owner_code = OwnerCode(settings.data, self._hub, now_ms=now_ms)
        try:
            secured = await self._certificate() if settings.tls else None
        except CertificateError as error:
            raise CannotServeError(str(error)) from None
        self._hub.visits.next_key = None if secured is None else secured.following
        files = raise_file_limit()
        capacity = files - max(_OTHER_FILES, min(_MOST_OTHER_FILES, files // 8))
        now = self._hub.settings.now
        self._door = Door(
            self._hub,
            now,
            self._tasks,
            capacity=capacity,
            context=None if secured is None else secured.context,
        )
        self._operators = Door(self._hub, now, self._tasks, capacity=_OPERATORS, operator=True)
        self._hub.settings.tell(self._door.change)
        self._vital.spawn(self._hub.run_batches(), name="batches")
        self._vital.spawn(self._hub.run_fanout(), name="fan-out")
        self._vital.spawn(self._hub.retention.run(), name="retention")
        self._vital.spawn(self._hub.indexing.run(), name="indexing")
        self._vital.spawn(self._hub.forgetting.run(), name="forgetting")
        self._vital.spawn(self._hub.storage.run(), name="storage")
        self._vital.spawn(self._tick(), name="deadlines")
        try:
            self._listener = await asyncio.start_server(
                self._door.accept,
                settings.host,
                settings.port,
                limit=_STREAM_LIMIT_BYTES,
                backlog=settings.backlog,
            )
        except OSError as error:
            raise CannotServeError(_why_not_listening(error, settings)) from None
        host, port = self._listener.sockets[0].getsockname()[:2]
        fp = None if secured is None else secured.fingerprint
        self._address = Address(_EVERYWHERE.get(host, host), port, tls=settings.tls, fp=fp)
        public = self._public().place
        if public.tls and not is_loopback(public.host):
            self._hub.visits.address = str(public)
        try:
            settings.data.mkdir(parents=True, exist_ok=True)
            self._leave_address()
            self._owner_code.prepare()
        except OSError as error:
            self._listener.close()
            raise CannotServeError(
                f"{error.filename or self._address_file} cannot be written ({error.strerror}):"
                " make room for it, or choose another data directory."
            ) from None
        try:
            await self._control.open(self._operators.accept)
        except NoControlError as error:
            logger.warning("%s", error)
        logger.info("listening on %s, data in %s", self.address, settings.data)

    async def _certificate(self) -> Certificate:
        settings = self._settings
        if settings.tls_cert is not None:
            return certificate.load(settings.tls_cert, settings.tls_key or settings.tls_cert)
        return await asyncio.to_thread(certificate.load_own, settings.data / certificate.FOLDER)

    async def _reload(self) -> None:
        try:
            secured = await self._certificate()
            self._address = replace(self._address, fp=secured.fingerprint)
            self._leave_address()
        except (CertificateError, OSError) as error:
            logger.warning("the key in use stays: %s", error)
            return
        self._door.context = secured.context
        if self._hub.visits.next_key != secured.following:
            self._hub.visits.next_key = secured.following
            self._door.announce(NextKey(fp=secured.following))
        logger.info("the key was read again: %s", grouped(secured.fingerprint))

    def _leave_address(self) -> None:
        with placed(self._address_file, replace=True) as file:
            file.write_text(f"{self.address}\n", encoding="utf-8")

    async def _tick(self) -> None:
        since_tidy_s = 0.0
        while True:
            now = self._hub.settings.now
            shortest_s = min(now.hello_timeout_s, now.ping_after_s, now.dead_after_s)
            interval_s = min(1.0, shortest_s / 4)
            await asyncio.sleep(interval_s)
            self._door.watch_peers()
            self._operators.watch_peers()
            since_tidy_s += interval_s
            if since_tidy_s >= _TIDY_S:
                since_tidy_s = 0.0
                self._hub.tidy()

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, StoreLostError):
            logger.critical("%s", error)
        else:
            logger.critical("the server cannot go on", exc_info=error)
        self._failure = error
        self._failed.set()


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one; return how many may be open."""
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:  # Windows has no such limit on sockets.
        return sys.maxsize
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            # macOS refuses an unlimited soft limit: what there is will do.
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def _why_not_listening(error: OSError, settings: Settings) -> str:
    where = f"port {settings.port} on {settings.host}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"Cannot listen: {where} is in use by another program."
            " Choose another with --port, or --port 0 for a free one."
        )
    if error.errno == errno.EACCES:
        return f"Cannot listen: you may not use {where}. Choose a port above 1023 with --port."
    return f"Cannot listen on {where}: {error.strerror or error}."


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``asynchat-server``; return its exit status."""
    given = vars(_parser().parse_args(arguments))
    flags = {name: given[name] for name in given.keys() & set(Settings.__struct_fields__)}
    try:
        settings = load(file=given["config"], environment=os.environ, flags=flags)
    except ConfigError as error:
        print(f"asynchat-server: {one_line(str(error))}", file=sys.stderr)
        return 1
    if given["command"] is not None:
        return commands.run(settings.data, given)
    _log_to_stderr(settings)
    _collect_seldom()
    try:
        # Tk is at home on the standard loop alone.
        factory = None if given["window"] else _loop_factory()
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(_serve(settings, window=given["window"]))
    except CannotServeError as error:
        print(f"asynchat-server: {one_line(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Only where the loop takes no signal handlers: leaving the runner stopped the server.
        return 0
    return 0


async def _serve(settings: Settings, *, window: bool = False) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with Server(settings) as server, asyncio.TaskGroup() as group:
        _reload_on_hangup(server, stop)
        print(f"listening on {server.public_address}", flush=True)
        if server.fingerprint is not None:
            print(f"fingerprint {grouped(server.fingerprint)}", flush=True)
        if server.owner_invitation is not None:
            print(f"nobody owns this server yet; who comes here does: {server.owner_invitation}")
            sys.stdout.flush()
        failed = group.create_task(_failure(server), name="failure")
        work = _window(server, settings.data, stop) if window else _until(stop)
        stopped = group.create_task(work, name="stop")
        await asyncio.wait({failed, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        error = await stopped
        failed.cancel()
    if not failed.cancelled():
        raise failed.result()
    if error is not None:
        raise error


async def _until(stop: asyncio.Event) -> CannotServeError | None:
    await stop.wait()
    return None


async def _window(server: Server, data: Path, stop: asyncio.Event) -> CannotServeError | None:
    """Show the server's window until the server is to end; return why it cannot be shown."""
    try:
        from asynchat.window.server_window import run  # noqa: PLC0415 - only here is Tk needed
    except ModuleNotFoundError as error:
        if error.name not in {"tkinter", "_tkinter"}:
            raise
        return CannotServeError("This Python has no Tk for the window: start without --window.")

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not hasattr(socket, "AF_UNIX"):
            raise OSError("this system has no Unix sockets")
        with reachable(data / FOLDER) as path:
            return await asyncio.open_unix_connection(path, limit=_STREAM_LIMIT_BYTES)

    try:
        await run(
            dial,
            address=server.public_address,
            others=lambda: server.others_connected(None),
            stop=stop,
        )
    except ChatError as error:
        return CannotServeError(error.text)
    except Exception as error:
        # It is Tk's own error, and only the window may import Tk.
        if type(error).__name__ != "TclError" or "display" not in str(error):
            raise
        return CannotServeError("There is no display for the window: start without --window.")
    return None


async def _failure(server: Server) -> CannotServeError:
    # Returned, not raised: a task group would hide it in an exception group.
    try:
        await server.failed()
    except CannotServeError as error:
        return error


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        # Windows' loops take no handlers; there Ctrl+C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(getattr(signal, name), stop.set)


def _reload_on_hangup(server: Server, stop: asyncio.Event) -> None:
    at_terminal = _at_terminal()

    def hung_up() -> None:
        if at_terminal and not _at_terminal():
            stop.set()  # The terminal was closed, which nobody asks for a reload by.
        else:
            server.reload()

    # Windows has no such signal, and its loops take no handlers.
    with contextlib.suppress(AttributeError, NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up)


def _at_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _collect_seldom() -> None:
    """Look for garbage in cycles less often: a message makes much that lives for a batch, and none.

    By default Python looks at it every 700 objects, which took a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _loop_factory() -> Any:
    try:
        uvloop: Any = importlib.import_module("uvloop")
    except ImportError:  # Not made for Windows or PyPy; the standard loop serves as well.
        return None
    return uvloop.new_event_loop


def _log_to_stderr(settings: Settings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter()
        if settings.log_json
        else LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="asynchat-server",
        description="Serve a chat: everything said is kept in one directory."
        " With a COMMAND, look after what is kept instead.",
        epilog="Every option also goes into the TOML file, or as ASYNCHAT_PORT and the like.",
    )
    parser.add_argument("--version", action=PrintVersion, nargs=0, help="print the version and end")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on; 0 picks a free one (default: 27742)")
    _add_common(parser)
    parser.add_argument(
        "--no-tls",
        dest="tls",
        action="store_false",
        default=None,
        help="do not encrypt; only for this computer itself",
    )
    parser.add_argument(
        "--tls-cert",
        metavar="FILE",
        help="a certificate of your own, with those up to its CA (default: the server makes one)",
    )
    parser.add_argument("--tls-key", metavar="FILE", help="and its key, where it is not in FILE")
    parser.add_argument(
        "--window",
        action="store_true",
        help="also open the server's window: who is connected, accounts, bans, the audit log",
    )
    parser.add_argument("--log-level", metavar="LEVEL", help="debug, info, warning or error")
    parser.add_argument(
        "--log-json", action="store_true", default=None, help="log one JSON object a line"
    )
    # What is not given after a command leaves what was given before it as it is.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    _add_common(common)
    commands.add_commands(parser, common)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help="directory that keeps everything said")
    parser.add_argument("--config", metavar="FILE", type=Path, help="TOML file with settings")


if __name__ == "__main__":
    sys.exit(main())
