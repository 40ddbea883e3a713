"""The mutants of ``make faults`` still fit the source, and name checks that there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MUTANTS = sorted(Path(__file__).with_name("mutants").glob("*.patch"))


def test_there_are_mutants() -> None:
    """There is at least one for each promise."""
    promises = {line for path in MUTANTS for line in path.read_text("utf-8").splitlines()[2:3]}
    assert promises == {f"Promise: P{number}" for number in range(1, 13)}


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
