"""The guard against becoming slower: what is counted here no noise changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import steps

if TYPE_CHECKING:
    from benchmarks.steps import Steps

MARGIN = 1.25
"""Pythons differ in their bytecodes, by less than this."""


@pytest.fixture(scope="module")
def counted() -> Steps:
    """Give what a message takes."""
    return steps.measure()[0]


@pytest.mark.parametrize(
    ("what", "at_most"),
    [("way", 1_620), ("receiver", 72), ("append", 126), ("sqlite", 68)],
)
def test_a_message_takes_no_more_steps_than_it_did(
    counted: Steps, what: str, at_most: float
) -> None:
    """From the read to the last write, for each receiver, and to be stored.

    Where more is worth it, say in the commit why, and raise the figure here.
    """
    assert 0.5 * at_most < getattr(counted, what) < MARGIN * at_most


def test_the_command_says_where_the_steps_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints the figures and, where asked, the functions that take most."""
    monkeypatch.setattr(steps, "BATCHES", 1)
    steps.main(["--functions", "3"])
    first, *rest = capsys.readouterr().out.splitlines()
    assert "bytecodes for a message on its way" in first
    assert [line for line in rest if line.endswith(":")] == ["the way:", "storing:"]
    assert len(rest) == 8
