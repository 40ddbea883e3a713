"""asynchat-client: the command.

It reads the command line, chooses the screen and runs it on one event loop, together with
the server where this process hosts one.  What is on a screen is the business of
`asynchat.window` and `asynchat.terminal`; window and server are imported only where they are
needed, so that ``--send`` needs neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from asynchat.errors import ChatError
from asynchat.logs import LineFormatter
from asynchat.messages import LOBBY, MAX_TEXT_BYTES
from asynchat.options import (
    NO_SCREEN,
    NO_TK,
    choose,
    input_kind,
    parse_options,
    password_for,
    why_no_window,
)
from asynchat.terminal.enter import complain
from asynchat.terminal.stdio import Output, read_chunks
from asynchat.text import name_from, one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from asynchat.hosting import Hosting
    from asynchat.link.client import Client
    from asynchat.options import Options

logger = logging.getLogger(__name__)

INTERRUPTED: Final = 128 + signal.SIGINT
TERMINATED: Final = 128 + signal.SIGTERM


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``asynchat-client``; return its exit status.

    0, or 1 after one line on standard error that says what is wrong; 130 and 143 when
    interrupted or terminated, but for ``--follow``, which only ever ends so, with 0.
    """
    options = parse_options(arguments, os.environ)
    _set_up_logging(options.log_level)
    try:
        options.password = password_for(options, os.environ)
        return asyncio.run(_until_terminated(_run(options)))
    except KeyboardInterrupt:
        return 0 if options.follow else INTERRUPTED
    except asyncio.CancelledError:
        return 0 if options.follow else TERMINATED
    except (ChatError, OSError) as error:
        complain(_sentence(error))
    except Exception as error:
        logger.debug("the client failed", exc_info=True)
        complain(f"This should not happen: {error!r}; --log-level debug tells more")
    return 1


# Running it


async def _run(options: Options) -> int:
    stdin = input_kind(sys.stdin)
    mode, sentence = choose(options, stdin, why_no_window(sys.platform, os.environ))
    if sentence is not None and stdin != "nothing":
        complain(sentence)
    if mode == "window":
        if options.password is not None:
            raise ChatError(
                "bad_request", "--sign-in and --register go with --terminal or a script."
            )
        if options.accept_key is not None and options.address is None:
            raise ChatError(
                "bad_request", "In the window, --accept-key goes with the address of the server."
            )
        try:
            return await _beside_host(options, lambda host: _window(options, host))
        except _NoWindowError as error:
            mode, sentence = choose(options, stdin, str(error))
            complain(sentence or str(error))
    match mode:
        case "send":
            return await _send(options)
        case "send-file" | "fetch":
            return await _carry(options)
        case "follow":
            return await _follow(options)
        case _:
            work = _pipe if mode == "pipe" else _terminal
            if not options.host:
                return await work(options, None)
            return await _beside_host(options, lambda host: work(options, host))


async def _until_terminated(work: Awaitable[int]) -> int:
    """Let SIGTERM and SIGHUP cancel what runs, as SIGINT does, so that it leaves politely."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has no SIGHUP, and its loops take no handlers.
        with contextlib.suppress(AttributeError, NotImplementedError):
            loop.add_signal_handler(getattr(signal, name), task.cancel)  # type: ignore[union-attr]
    return await work


class _NoWindowError(Exception):
    """Tk is there and cannot open a window."""


async def _window(options: Options, host: Hosting) -> int:
    try:
        from asynchat.window.app import run  # noqa: PLC0415 - only here is Tk needed
    except ModuleNotFoundError as error:
        if error.name not in {"tkinter", "_tkinter"}:
            raise
        raise _NoWindowError(NO_TK) from None
    try:
        return await run(
            address=options.address,
            name=options.name,
            room=options.room,
            host=host,
            data=options.data,
            hosting=options.host,
            accept_key=options.accept_key,
        )
    except Exception as error:
        # It is Tk's own error, and only the window may import Tk.
        if type(error).__name__ != "TclError" or "display" not in str(error):
            raise
        raise _NoWindowError(NO_SCREEN) from None


async def _beside_host(options: Options, work: Callable[[Hosting], Awaitable[int]]) -> int:
    """Do the work, which may start the host, and end as soon as either ends."""
    from asynchat.hosting import Hosting  # noqa: PLC0415 - only here is the server needed

    hosting = Hosting(options.data, complain, environment=os.environ)
    status = 1
    try:
        async with asyncio.TaskGroup() as tasks:
            failing = tasks.create_task(hosting.failed(), name="host: failure")
            status = await work(hosting)
            failing.cancel()
    except BaseExceptionGroup as group:
        # The first is why the others ended.
        raise group.exceptions[0] from None
    finally:
        await hosting.stop()
    return status


async def _send(options: Options) -> int:
    from asynchat.terminal import send  # noqa: PLC0415 - a window needs none of it

    text = options.send or ""
    if text == "-":
        text = await _read_message()
    await send.run(
        _client(options, options.server, options.name),
        room=options.room or LOBBY,
        text=text,
        timeout_s=options.timeout,
        reply_to=options.reply_to,
    )
    return 0


async def _carry(options: Options) -> int:
    from asynchat.terminal import carry  # noqa: PLC0415 - as above

    client = _client(options, options.server, options.name)
    if options.send_file is not None:
        file = await carry.send_file(
            client,
            options.send_file,
            room=options.room or LOBBY,
            caption=options.caption,
            timeout_s=options.timeout,
        )
        print(file.id)
    else:
        fetched = await carry.fetch(
            client, options.fetch or "", options.output or Path(), timeout_s=options.timeout
        )
        print(one_line(str(fetched)))
    return 0


async def _follow(options: Options) -> int:
    from asynchat.terminal import follow  # noqa: PLC0415 - as above

    client = _client(options, options.server, options.name)
    await follow.run(client, Output(), room=options.room, json=options.json)
    return 0


async def _pipe(options: Options, host: Hosting | None) -> int:
    from asynchat.terminal import pipe  # noqa: PLC0415 - as above

    address = options.server if host is None else await host.start()
    return await pipe.run(
        _client(options, address, options.name, code=None if host is None else host.owner_code()),
        Output(),
        room=options.room or LOBBY,
        input_fd=None if input_kind(sys.stdin) == "nothing" else sys.stdin.fileno(),
    )


async def _terminal(options: Options, host: Hosting | None) -> int:
    from asynchat.terminal import screen  # noqa: PLC0415 - prompt_toolkit takes a while to load

    address = options.address if host is None else await host.start()
    code = None if host is None else host.owner_code()
    return await screen.run(
        lambda address, name: _client(options, address, name, person=True, code=code),
        address=address,
        name=options.name,
        room=options.room or LOBBY,
        login=_login(),
        default_address=options.server,
    )


def _client(
    options: Options,
    address: str,
    name: str | None,
    *,
    person: bool = False,
    code: str | None = None,
) -> Client:
    from asynchat.link.client import Client  # noqa: PLC0415 - a window is painted before

    # A name that was asked for is that one or none.  What a script says is its own to say again,
    # and what a window left unsent is not for a script to send.
    return Client(
        address,
        name=name or _login(),
        data=options.data,
        take_suggestion=name is None and options.password is None,
        password=options.password,
        register=options.register,
        code=code,
        accept_key=options.accept_key,
        keep_outbox=person,
        keep_history=person,
    )


def _login() -> str:
    try:
        return name_from(getpass.getuser())
    except (ImportError, KeyError, OSError):
        # Nobody of that number, as in some containers.
        return name_from("")


async def _read_message() -> str:
    data = b""
    if input_kind(sys.stdin) != "nothing":
        async with contextlib.aclosing(read_chunks(sys.stdin.fileno())) as chunks:
            async for chunk in chunks:
                data += chunk
                if len(data) > MAX_TEXT_BYTES:
                    raise ChatError("text_too_long")
    try:
        return data.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise ChatError("bad_request", "What is piped in is not in UTF-8.") from None


# What is amiss


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    if isinstance(error, ChatError) and error.code == "key_changed":
        return f"{error} Where that is right, go on with --accept-key and the new one."
    return str(error)


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Log on whatever standard error is now: the terminal client draws around it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def _set_up_logging(level: str) -> None:
    handler = _StderrHandler()
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])


if __name__ == "__main__":
    sys.exit(main())
