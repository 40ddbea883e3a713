from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import pytest

from asynchat.window.recent_log import MOST, RecentLog, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger("asynchat.test_recent_log")


@pytest.fixture
def log() -> Iterator[RecentLog]:
    log = RecentLog()
    remove = log.install()
    yield log
    remove()


def test_what_is_logged_is_kept(log: RecentLog) -> None:
    """Records of asynchat from INFO on are kept with their level, and no others."""
    logger.debug("not this")
    logger.info("connected to %s", "lobby")
    assert log.count == 1
    assert log.text.endswith("INFO    asynchat.test_recent_log: connected to lobby")


def test_the_last_thousand_are_kept(log: RecentLog) -> None:
    """Memory is bounded: the oldest go."""
    for number in range(MOST + 5):
        logger.info("record %d.", number)
    lines = log.text.splitlines()
    assert len(lines) == MOST
    assert lines[0].endswith("record 5.")
    logger.info("%s", "x " * 100_000)
    assert len(log.text.splitlines()[-1]) < 5_000


@pytest.mark.allow_log_errors
def test_a_failure_is_kept_with_its_traceback(log: RecentLog) -> None:
    """Support sees where it failed."""
    try:
        raise ValueError("oh")
    except ValueError:
        logger.exception("it failed")
    assert "Traceback" in log.text
    assert log.text.endswith("ValueError: oh")


@pytest.mark.parametrize(
    "line",
    [
        "hello with token {secret}",
        "token={secret}",
        "{{'token': '{secret}', 'name': 'ada'}}",
        'refused {{"code":"{secret}"}}',
        "asynchat://host:1?fp=abc&code={secret}",
        "password: {secret}",
    ],
)
def test_tokens_are_never_kept(line: str) -> None:
    """Whatever lets somebody in is left out, named or not; the rest stays."""
    secret = secrets.token_urlsafe(32)
    kept = without_secrets(line.format(secret=secret))
    assert secret not in kept
    assert "…" in kept
    assert without_secrets("joined #lobby as ada") == "joined #lobby as ada"


def test_nothing_more_is_printed_than_before(capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept for support is not printed, where it was not before."""
    root, printing = logging.getLogger(), logging.StreamHandler()
    level = root.level
    root.addHandler(printing)
    root.setLevel(logging.WARNING)
    log = RecentLog()
    remove = log.install()
    try:
        logger.info("for support")
        logger.warning("for everybody")
    finally:
        remove()
        root.removeHandler(printing)
        root.setLevel(level)
    assert "for support" in log.text
    printed = capsys.readouterr().err
    assert "for support" not in printed
    assert "for everybody" in printed
    assert printing.level == logging.NOTSET
    logger.warning("no more")
    assert "no more" not in log.text
