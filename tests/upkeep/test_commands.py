"""The sub-commands as processes of their own: what they print and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE, hold
from tests.contracts.drafts import TIME, said
from tests.upkeep.logs import EVENTS, SECRET, change, command, flip, make_log, texts

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("backup", "restore", "check", "export")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data directory with a log in it."""
    make_log(tmp_path / "data")
    return tmp_path / "data"


def done(*arguments: str | Path, **environment: str) -> str:
    """Run a command that must succeed without a word of complaint; return what it printed."""
    result = command(*arguments, **environment)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def failed(*arguments: str | Path) -> str:
    """Run a command that must fail with one sentence; return it."""
    result = command(*arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("asynchat-server: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_a_log_is_backed_up_checked_restored_and_exported(data: Path, tmp_path: Path) -> None:
    """Each command says in a line what it did."""
    file, new = tmp_path / "backup.db", tmp_path / "new"
    assert done("check", "--data", data) == f"Everything in {data} is as it was written.\n"
    assert done("backup", file, "--data", data) == f"{file} has everything up to event {EVENTS}.\n"
    said = done("restore", file, "--data", new)
    assert said == f"{new} is as {file} was, up to event {EVENTS}.\n"
    again = done("restore", "--force", file, "--data", new).splitlines()
    assert again[1].startswith(f"What was there before is in {new / DATABASE_FILE}.20")
    assert done("export", "--data", new) == done("export", "--data", data)


def test_data_and_config_may_come_before_or_after_the_command(data: Path, tmp_path: Path) -> None:
    """Of two, the one after the command counts; the environment is heard, too."""
    other = tmp_path / "other"
    config = tmp_path / "server.toml"
    config.write_text(f"data = {json.dumps(str(data))}\nport = 0\n")
    expected = f"Everything in {data} is as it was written.\n"
    assert done("--data", data, "check") == expected
    assert done("--config", config, "check") == expected
    assert done("check", "--config", config) == expected
    assert done("--data", other, "check", "--data", data) == expected
    assert done("--config", config, "--data", data, "check") == expected
    assert done("check", ASYNCHAT_DATA=str(data)) == expected
    assert "no log at" in failed("--data", other, "check", "--config", config)


def test_what_cannot_be_done_is_one_sentence(data: Path, tmp_path: Path) -> None:
    """No traceback, exit status 1, and nothing is written."""
    nothing = tmp_path / "nothing"
    for arguments in (("backup", tmp_path / "b.db"), ("check",), ("export",)):
        assert "There is no log at" in failed(*arguments, "--data", nothing)
    assert "There is no backup at" in failed("restore", tmp_path / "b.db", "--data", nothing)
    assert "give --force" in failed("restore", data / DATABASE_FILE, "--data", make(tmp_path))
    assert "belongs to the log" in failed("backup", data / DATABASE_FILE, "--data", data, "--force")
    assert "There is no room called attic" in failed("export", "--room", "attic", "--data", data)
    assert "'tomorrow' is no time" in failed("export", "--since", "tomorrow", "--data", data)
    assert "Setting port not understood" in failed("--port", "x", "check")
    assert not nothing.exists()


def make(tmp_path: Path) -> Path:
    """Return another data directory with a log."""
    make_log(tmp_path / "another")
    return tmp_path / "another"


def test_a_directory_in_use_is_not_restored_into(data: Path, tmp_path: Path) -> None:
    """Who holds the lock serves it."""
    done("backup", tmp_path / "b.db", "--data", data)
    lock = hold(data)
    try:
        told = failed("restore", tmp_path / "b.db", "--data", data, "--force")
    finally:
        lock.release()
    assert "already served by an asynchat server" in told


def test_check_prints_a_line_for_each_finding(data: Path) -> None:
    """Findings go to standard output, what to do to standard error; the exit status is 1."""
    flip(data / DATABASE_FILE, b'"hello"')
    change(data / DATABASE_FILE, "UPDATE requests SET time = 1 WHERE id = 'm2'")
    result = command("check", "--data", data)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "event 3 is damaged: it is not what was written, or not where",
        "request m2 of a1 is said to have made event 7: it did not",
        "request m2 of a1 made event 7: that is not noted",
        "rooms and memberships were not compared with the log: events are missing or damaged",
    ]
    assert "restore a backup" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_export_goes_to_standard_output_or_to_a_file(data: Path, tmp_path: Path) -> None:
    """The same bytes in both; a file is for its owner only and is not overwritten unasked."""
    for form in ("jsonl", "txt", "html"):
        file = tmp_path / f"export.{form}"
        assert done("export", "--data", data, "--format", form, "-o", file) == ""
        assert done("export", "--data", data, "--format", form) == file.read_text("utf-8")
        assert file.stat().st_mode & 0o777 == 0o600
        assert SECRET not in file.read_text("utf-8")
    # Whether there is a file already, no form asks.
    file = tmp_path / "export.html"
    assert "--force" in failed("export", "--data", data, "--format", "html", "-o", file)
    done("export", "--data", data, "--format", "html", "--output", file, "--force", "--all")
    assert SECRET.replace("'", "&#x27;") in file.read_text("utf-8")


def test_rooms_are_named_and_times_are_dates(data: Path, tmp_path: Path) -> None:
    """Several rooms may be named, or all asked for, not both; a zone is heard."""
    written = done("export", "--room", "den", "--room", "~dir", "--data", data, "--format", "txt")
    assert [line.split(" ")[2] for line in written.splitlines()] == ["#den"] * 2 + ["@ada,ben"] * 2
    assert command("export", "--room", "den", "--all", "--data", data).returncode == 2
    make_log(tmp_path / "late", said("one day"))
    moment = datetime.fromtimestamp(TIME / 1000, UTC)
    for since, count in (
        (f"{moment:%Y-%m-%d}", 10),
        (f"{moment:%Y-%m-%dT%H:%M:%S}Z", 10),
        (f"{moment:%Y-%m-%dT%H:%M:%S}+01:00", 10),
        (f"{moment:%Y-%m-%dT%H:%M:%S}-01:00", 0),
        (f"{moment:%Y-%m-%dT%H:%M}:59", 0),
        ("9999-12-31", 0),
    ):
        written = done("export", "--since", since, "--data", tmp_path / "late", TZ="UTC")
        assert len(written.splitlines()) == count, since


def test_what_is_damaged_is_left_out_of_an_export_and_told(data: Path) -> None:
    """The rest is written; the exit status says that it is not all."""
    flip(data / DATABASE_FILE, b'"hello"')
    result = command("export", "--data", data)
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 8
    assert result.stderr == "asynchat-server: left out, because they are damaged: 3.\n"


def test_who_stops_reading_an_export_hears_no_complaint(tmp_path: Path) -> None:
    """`| head` ends it without a traceback."""
    make_log(tmp_path / "data", *(said("x" * 4000) for _ in range(100)))
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "asynchat.server", "export", "--data", tmp_path / "data"],
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert os.read(reader, 10)
    os.close(reader)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (1, b"")


def test_ctrl_c_ends_a_command_without_a_traceback(tmp_path: Path) -> None:
    """Nothing is said, nothing is left behind, and the exit status is that of an interrupt."""
    make_log(tmp_path / "data", *(said("x" * 4000) for _ in range(100)))
    process = subprocess.Popen(
        [sys.executable, "-m", "asynchat.server", "export", "--data", tmp_path / "data"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    # It has begun, and waits: a pipe holds less than this log.
    assert os.read(process.stdout.fileno(), 10)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    _, complaint = process.communicate(timeout=60)
    assert complaint == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_one_sentence(data: Path) -> None:
    """Also where it is standard output that takes no more."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        result = subprocess.run(
            [sys.executable, "-m", "asynchat.server", "export", "--data", data],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
    assert result.returncode == 1
    assert result.stderr == (
        "asynchat-server: Standard output takes no more: No space left on device.\n"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Its own help has what it takes, and the server's help has its name."""
    own = done(name, "--help")
    assert own.startswith(f"usage: asynchat-server {name} ")
    assert "--data DIR" in own
    assert f"\n    {name} " in done("--help")


def test_a_backup_is_a_database_like_any_other(data: Path, tmp_path: Path) -> None:
    """It may be put in place by hand, too."""
    done("backup", tmp_path / "b.db", "--data", data)
    (tmp_path / "by-hand").mkdir()
    (tmp_path / "b.db").rename(tmp_path / "by-hand" / DATABASE_FILE)
    done("check", "--data", tmp_path / "by-hand")
    assert texts(tmp_path / "by-hand" / DATABASE_FILE) == texts(data / DATABASE_FILE)


def test_a_key_is_made_and_gone_over_to(data: Path) -> None:
    """Each step says the fingerprint; one after the other, and the one before is gone."""
    made = done("new-key", "--data", data)
    assert f"once you say: asynchat-server new-key --use --data {data}\n" in made
    there = failed("new-key", "--data", data)
    assert f"There is a next key already ({made.splitlines()[0]}): " in there
    assert f"new-key --use --data {data}` goes over to it, or remove " in there
    used = done("new-key", "--use", "--data", data)
    assert used.splitlines()[0] == made.splitlines()[0]
    assert "There is no next key: `asynchat-server new-key --data" in failed(
        "new-key", "--use", "--data", data
    )


def test_a_key_is_for_a_directory_that_is_there(tmp_path: Path) -> None:
    """A slip in its name makes no directory."""
    assert "There is no directory" in failed("new-key", "--data", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_what_may_not_be_read_is_one_sentence(data: Path, tmp_path: Path) -> None:
    """Whatever is asked of it."""
    hidden = tmp_path / ("x" * 300)
    for name in ("check", "storage", "export"):
        assert "cannot be read: File name too long" in failed(name, "--data", hidden)
    assert "say which file" in command("backup", "", "--data", data).stderr
