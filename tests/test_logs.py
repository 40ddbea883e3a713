from __future__ import annotations

import json
import logging
import sys

import pytest

from asynchat.logs import JsonFormatter, LineFormatter

FORGED = "x\n2026-11-30 12:00:00,000 INFO asynchat.server: stopped\x1b[2J\x9b2J\u202e\u2028"


def record(message: str, *, failed: bool = False) -> logging.LogRecord:
    """Return a record with this in it, and in its exception where something failed."""
    try:
        raise ValueError(message)
    except ValueError:
        about = sys.exc_info() if failed else None
    return logging.LogRecord("n", logging.ERROR, "f", 1, "m %s", (message,), about)


def test_a_record_is_one_line() -> None:
    """Whatever is in it is written out, and none of it is lost."""
    line = LineFormatter("%(levelname)s %(message)s").format(record(FORGED))
    assert line == (
        r"ERROR m x\n2026-11-30 12:00:00,000 INFO asynchat.server: stopped\x1b[2J\x9b2J\u202e\u2028"
    )


def test_a_line_may_tell_the_time() -> None:
    """As with any formatter."""
    line = LineFormatter("%(asctime)s %(message)s", "%Y").format(record("x"))
    assert line.endswith(" m x")
    assert line.split()[0].isdecimal()


def test_a_traceback_stays_below_its_record() -> None:
    """Its lines are indented: what an exception says begins no record."""
    one = record(FORGED, failed=True)
    # As another handler, which came first, would have left it.
    one.exc_text = FORGED
    first, *rest = LineFormatter("%(message)s").format(one).split("\n")
    assert first.startswith("m x")
    assert rest[0] == "  Traceback (most recent call last):"
    assert all(line.startswith("  ") for line in rest)
    assert any("stopped\\x1b[2J\\x9b2J" in line for line in rest)
    assert not [char for line in rest for char in line if not char.isprintable()]


@pytest.mark.parametrize("failed", [False, True])
def test_a_json_line_carries_all_and_acts_on_nothing(failed: bool) -> None:
    """Message and exception are in the line's object, and come back out of it as they were."""
    line = JsonFormatter().format(record(FORGED, failed=failed))
    assert line.isprintable()
    entry = json.loads(line)
    assert entry["message"] == f"m {FORGED}"
    assert (f"ValueError: {FORGED}" in entry.get("error", "")) == failed
