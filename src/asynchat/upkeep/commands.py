"""The sub-commands that keep what is stored: what they take, what they print, how they end.

Results go to standard output, what went wrong is one sentence on standard error, with exit
status 1.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asynchat.config import default_data
from asynchat.doors import certificate
from asynchat.doors.certificate import CertificateError
from asynchat.fingerprint import grouped
from asynchat.store.interface import CannotOpenError
from asynchat.text import one_line
from asynchat.upkeep.backup import backup
from asynchat.upkeep.check import check
from asynchat.upkeep.export import FORMATS, Export, Wanted
from asynchat.upkeep.files import placed
from asynchat.upkeep.opening import UpkeepError
from asynchat.upkeep.order_commands import ORDER_COMMANDS, add_order_commands, run_order_command
from asynchat.upkeep.restore import restore
from asynchat.upkeep.stored_files import storage_lines, write_files

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERRUPTED: Final = 130


def add_commands(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the sub-commands to the server's parser; each also takes the options of ``common``.

    What was chosen is then in ``command``, None where nothing was: serve.
    """
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="keeping what is stored, and keeping order"
    )

    def add(name: str, short: str, long: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=short,
            description=f"{short[0].upper()}{short[1:]}. {long}".strip(),
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter
            if "\n" in long
            else argparse.HelpFormatter,
        )

    one = add(
        "backup",
        "copy everything into one file, and a folder of files, also while the server runs",
        "The copy is as of one moment, needs nothing beside it, is only for you to read, and was"
        " checked before it got its name.",
    )
    one.add_argument("file", metavar="FILE", type=_file, help="where to; not inside the log itself")
    one.add_argument("--force", action="store_true", help="replace FILE if it is there")

    one = add(
        "restore",
        "put a backup in the place of the log",
        "The server must be stopped. The backup is checked first; a log that was there is kept"
        " beside the new one. Everybody who comes back reads the rooms afresh.",
    )
    one.add_argument("file", metavar="FILE", type=_file, help="a file that backup made")
    one.add_argument("--force", action="store_true", help="also where there is a log already")

    add(
        "check",
        "see whether everything is stored as it was written",
        "It only reads, also while the server runs. Each thing that is wrong is one line; the exit"
        " status is then 1.",
    )

    one = add(
        "export",
        "write down what was said, oldest first",
        "Public rooms, unless you name others or ask for all.",
    )
    which = one.add_mutually_exclusive_group()
    which.add_argument(
        "--room",
        metavar="ROOM",
        action="append",
        default=[],
        help="only this room, a private or direct one too; may be given again for another",
    )
    which.add_argument(
        "--all", action="store_true", help="every room, also what is private and direct"
    )
    one.add_argument(
        "--since",
        metavar="TIME",
        help="only what was said since: 2026-11-20, or 2026-11-20T14:03, in this computer's time"
        " zone unless it ends with Z or +01:00",
    )
    one.add_argument(
        "--format",
        choices=FORMATS,
        default="jsonl",
        help="jsonl: the events as clients get them (the default); txt: one line each; html: one"
        " page",
    )
    one.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="write to a file, not to standard output"
    )
    one.add_argument("--force", action="store_true", help="replace the file if it is there")
    one.add_argument(
        "--files", metavar="DIR", type=Path, help="also the files, under their names, into a folder"
    )

    add(
        "storage",
        "show what files take, by account and by room, and the largest",
        "It only reads, also while the server runs.",
    )

    one = add(
        "new-key",
        "make the key that the server will have next, or go over to it",
        "A server that runs announces it after SIGHUP, any other at its next start. Whoever comes"
        " meanwhile will follow without a question, once --use makes it the server's key.",
    )
    one.add_argument("--use", action="store_true", help="go over to the key made before")

    add_order_commands(add)


def _file(typed: str) -> Path:
    """Return the path of a file; nothing at all is none, and would be the directory here."""
    if not typed:
        raise argparse.ArgumentTypeError("say which file")
    return Path(typed)


def run(data: Path, arguments: dict[str, Any]) -> int:
    """Run the sub-command that was chosen on a data directory; return its exit status."""
    try:
        if arguments["command"] in ORDER_COMMANDS:
            for line in run_order_command(data, arguments):
                print(line)
            return 0
        return _RUN[arguments["command"]](data, arguments)
    except (UpkeepError, CannotOpenError, CertificateError) as error:
        print(f"asynchat-server: {one_line(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def _backup(data: Path, arguments: dict[str, Any]) -> int:
    file = arguments["file"]
    head, left_out = backup(data, file, force=arguments["force"])
    print(f"{file} has everything up to event {head}.")
    return _tell_left_out(left_out)


def _restore(data: Path, arguments: dict[str, Any]) -> int:
    file = arguments["file"]
    now = datetime.now(UTC).astimezone()
    head, kept, left_out = restore(data, file, force=arguments["force"], now=now)
    print(f"{data} is as {file} was, up to event {head}.")
    if kept is not None:
        print(f"What was there before is in {kept}.")
    return _tell_left_out(left_out)


def _tell_left_out(files: list[Path]) -> int:
    """Say which files are in no copy; return the exit status."""
    if not files:
        return 0
    for file in files:
        print(f"asynchat-server: left out, missing or damaged: {file}", file=sys.stderr)
    print("asynchat-server: `asynchat-server check` tells of each which it was.", file=sys.stderr)
    return 1


def _check(data: Path, _arguments: dict[str, Any]) -> int:
    damaged = False
    for finding in check(data):
        print(finding, flush=True)
        damaged = True
    if damaged:
        print(
            f"asynchat-server: the log in {data} is damaged: look after the disk, and restore a"
            " backup.",
            file=sys.stderr,
        )
        return 1
    print(f"Everything in {data} is as it was written.")
    return 0


def _export(data: Path, arguments: dict[str, Any]) -> int:
    since = arguments["since"]
    wanted = Wanted(
        arguments["room"],
        everything=arguments["all"],
        since_ms=None if since is None else _time_ms(since),
        form=arguments["format"],
    )
    export = Export(data, wanted)
    output = arguments["output"]
    if output is None:
        if not _written_out(export):
            return 1
    else:
        with placed(output, force=arguments["force"], data=data) as file, file.open("wb") as stream:
            stream.writelines(export)
    missing = 0
    if arguments["files"] is not None:
        missing = write_files(data, export.files.values(), arguments["files"])
    if missing:
        print(f"asynchat-server: {missing} files are not there any more.", file=sys.stderr)
    if export.damaged:
        seqs = ", ".join(map(str, sorted(export.damaged)))
        print(f"asynchat-server: left out, because they are damaged: {seqs}.", file=sys.stderr)
        return 1
    return 0


def _written_out(export: Export) -> bool:
    """Write to standard output; return whether it took everything."""
    try:
        sys.stdout.buffer.writelines(export)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough.  What Python would write at its end must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    except OSError as error:
        raise UpkeepError(f"Standard output takes no more: {error.strerror or error}.") from error
    return True


def _time_ms(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise UpkeepError(
            f"{text!r} is no time: write it like 2026-11-20 or 2026-11-20T14:03."
        ) from None


def _storage(data: Path, _arguments: dict[str, Any]) -> int:
    for line in storage_lines(data):
        print(line)
    return 0


def _new_key(data: Path, arguments: dict[str, Any]) -> int:
    folder = data / certificate.FOLDER
    following = folder / certificate.NEXT_FILE
    # What is said to be typed next is for the same directory.
    again = "asynchat-server new-key"
    also = "" if data == default_data() else f" --data {shlex.quote(str(data))}"
    if not _is_there(data):
        raise UpkeepError(f"There is no directory {data}: is this the right one?")
    if arguments["use"]:
        if not following.exists():
            raise UpkeepError(f"There is no next key: `{again}{also}` makes one.")
        certificate.use_next(folder)
        print(f"{grouped(certificate.fingerprint_in(folder / certificate.KEY_FILE))}")
        print("is the server's key from its next start on, or from SIGHUP on where it runs.")
    elif following.exists():
        made = grouped(certificate.fingerprint_in(following))
        raise UpkeepError(
            f"There is a next key already ({made}): `{again} --use{also}` goes over to it, or"
            f" remove {following}."
        )
    else:
        certificate.make(following)
        print(f"{grouped(certificate.fingerprint_in(following))}")
        print(f"will be the server's key, once you say: {again} --use{also}")
    return 0


def _is_there(data: Path) -> bool:
    try:
        return data.is_dir()
    except OSError as error:
        raise UpkeepError(f"{data} cannot be read: {error.strerror or error}.") from error


_RUN: Final[dict[str, Callable[[Path, dict[str, Any]], int]]] = {
    "backup": _backup,
    "restore": _restore,
    "check": _check,
    "export": _export,
    "storage": _storage,
    "new-key": _new_key,
}
