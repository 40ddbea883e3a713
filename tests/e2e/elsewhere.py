"""Run a command of ours as on a system without what only Unix has.

``elsewhere.py server|client ARGUMENTS``: fcntl, resource, pwd and uvloop cannot be imported,
loops take no signal handlers and cannot poll pipes, and signals that Windows lacks are not
there.  Only msvcrt, which Linux lacks, is stood in for: by the lock that the system does have.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib
import signal
import sys
import types

_FLOCK, _EXCLUSIVE = fcntl.flock, fcntl.LOCK_EX | fcntl.LOCK_NB
UNIX_MODULES = ("fcntl", "resource", "pwd", "grp", "uvloop")
UNIX_SIGNALS = ("SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2")


def _locking(fd: int, _mode: int, _count: int) -> None:
    try:
        _FLOCK(fd, _EXCLUSIVE)
    except BlockingIOError:
        raise PermissionError from None


def _refuse(*_: object, **__: object) -> None:
    raise NotImplementedError


def take_away() -> None:
    """Leave only what every system has."""
    msvcrt = types.ModuleType("msvcrt")
    msvcrt.__dict__.update(locking=_locking, LK_NBLCK=1)
    sys.modules["msvcrt"] = msvcrt
    sys.modules.update(dict.fromkeys(UNIX_MODULES))  # type: ignore[arg-type] # None: no such module
    for name in UNIX_SIGNALS:
        delattr(signal, name)
    loop = asyncio.SelectorEventLoop
    for name in ("add_signal_handler", "connect_read_pipe", "connect_write_pipe"):
        setattr(loop, name, _refuse)
    platform, sys.platform = sys.platform, "win32"
    importlib.import_module("asynchat.lock")
    sys.platform = platform
    stdio = importlib.import_module("asynchat.terminal.stdio")
    vars(stdio)["sys"] = types.SimpleNamespace(**{**vars(sys), "platform": "win32"})


if __name__ == "__main__":
    take_away()
    command = importlib.import_module(f"asynchat.{sys.argv[1]}")
    sys.exit(command.main(sys.argv[2:]))
