"""The mutants of ``make faults`` still fit the source, and name checks that there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.faults import CHECKS, mutants

ROOT = Path(__file__).parents[2]
MUTANTS = sorted(Path(__file__).with_name("mutants").glob("*.patch"))


def test_there_are_mutants() -> None:
    """There is at least one for each promise."""
    promises = {line for path in MUTANTS for line in path.read_text("utf-8").splitlines()[2:3]}
    assert promises == {f"Promise: P{number}" for number in range(1, 13)}


def test_every_row_has_its_test() -> None:
    """What ``make faults`` runs is there, under names that are each used once."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        file, _, test = check.test.partition("::")
        assert f"def {test}" in (ROOT / file).read_text("utf-8")
    promises = {promise for check in CHECKS for promise in check.promises.split()}
    assert {f"P{number}" for number in range(1, 13)} <= promises


def test_every_mutant_is_of_one_row() -> None:
    """``make faults`` tries it behind the check that is to catch it, and for that promise."""
    for mutant in mutants():
        (check,) = [check for check in CHECKS if mutant.is_of(check)]
        assert mutant.promise in check.promises.split()


@pytest.mark.skipif(sys.platform == "win32", reason="patch(1) is needed")
@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: path.stem)
def test_a_mutant_fits(path: Path) -> None:
    """Its patch applies to the source as it is, and the check that it names is there."""
    command = ["patch", "--dry-run", "-s", "-f", "-p1", "-d", str(ROOT), "-i", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    says = dict(line.split(": ", 1) for line in path.read_text("utf-8").splitlines()[2:5])
    file, test = says["Check"].split("::")
    assert f"def {test}(" in (ROOT / file).read_text("utf-8")
    assert says["Red"]
