"""Prove the promises: run the long form of tests/faults, and see that each check can fail.

``python tools/faults.py [TEST ...]`` copies the working tree, runs every check of the table
below in the copy, then its mutants, each of which must turn its check red for the reason it
names, and writes the table of ``docs/reliability.md``.  The exit status is 1 unless all is
as it should be.  With tests named only these and their mutants are run, and nothing is written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "reliability.md"
MUTANTS: Final = ROOT / "tests" / "faults" / "mutants"
_BEGIN: Final = "<!-- written by make faults -->"
_END: Final = "<!-- to here -->"
_MUTANT_TIMEOUT_S: Final = 120
_FAILED: Final = 1  # pytest: some tests failed, none of them could not be run

_KILLS: Final = "tests/faults/test_kills.py"
_RESUME: Final = "tests/faults/test_resume.py"
_CUTS: Final = "tests/faults/test_power_cuts.py"
_LIMITS: Final = "tests/faults/test_limits.py"

CHECKS: Final = (
    ("P1 P2 P4 P5", f"{_KILLS}::test_a_killed_server_has_lost_nothing_and_doubled_nothing"),
    ("P1 P2 P3 P5", f"{_KILLS}::test_bad_ways_and_kills_together_break_no_promise"),
    ("P1", f"{_CUTS}::test_a_power_cut_takes_nothing_that_was_acknowledged"),
    ("P2 P5", f"{_RESUME}::test_nobody_is_refused_for_being_fast"),
    ("P3", f"{_RESUME}::test_a_resume_may_be_cut_at_any_byte"),
    ("P3", f"{_RESUME}::test_many_reconnect_at_once"),
    ("P3", f"{_RESUME}::test_a_copied_back_database_is_told"),
    ("P3", f"{_RESUME}::test_nobody_reads_what_was_said_without_them"),
    ("P6", f"{_LIMITS}::test_readers_that_never_read_cost_bounded_memory"),
    ("P1 P7", f"{_LIMITS}::test_a_full_disk_refuses_and_recovers"),
    ("P8", "tests/faults/test_clock.py::test_a_clock_that_jumps_a_day_changes_no_order"),
    ("P9", "tests/faults/test_fuzz.py"),
    ("P10", "tests/faults/test_cuts.py::test_a_stalled_client_is_lost_to_the_others"),
    ("P11", "tests/faults/test_damage.py"),
    ("P12", "tests/store/test_golden.py"),
    ("P12", "tests/store/test_schema.py"),
    ("the checker", "tests/faults/test_checker.py"),
)
"""What proves which promise.  The long form is long where a test asks for a scale."""


class Mutant(NamedTuple):
    """A fault that is put into the source: ``red`` is in what its check says then."""

    path: Path
    promise: str
    check: str
    red: str


@dataclass
class Result:
    """What a check came to; ``figures`` as it measured them."""

    promise: str
    check: str
    passed: bool
    took_s: float
    figures: str


def copy_tree(into: Path) -> None:
    """Copy what tests need, so that nothing that is edited meanwhile is tested."""
    leave_out = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "tests", "docs", "tools", "examples"):
        shutil.copytree(ROOT / folder, into / folder, ignore=leave_out)
    for file in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / file, into / file)


def run_check(
    tree: Path, check: str, *, seed: int, share: float, timeout_s: float
) -> tuple[int, str, str]:
    """Run a check in a tree; return pytest's status, -1 for out of time, its words, the figures."""
    figures = tree / "figures.jsonl"
    figures.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree / "src"),
        "FAULTS_SEED": str(seed),
        "FAULTS_SHARE": str(share),
        "FAULTS_FIGURES": str(figures),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "--show-capture=no",
        "-p",
        "no:cacheprovider",
    ]
    command.append(check)
    # A group of its own: what a test leaves running when time is up ends with it.
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return -1, output, ""
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    measured = figures.read_text("utf-8") if figures.exists() else ""
    return process.returncode, output, measured


def words(measured: str, output: str) -> str:
    """Return figures as people read them."""
    parts = [
        f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for line in measured.splitlines()
        for name, value in json.loads(line).items()
        if name != "test"
    ]
    passed = re.search(r"\d+ passed", output)
    return ", ".join(parts) or (passed[0] if passed else "")


def mutants() -> list[Mutant]:
    """Read the mutants' headers."""
    found: list[Mutant] = []
    for path in sorted(MUTANTS.glob("*.patch")):
        head = path.read_text("utf-8").partition("\n--- ")[0]
        said = dict(re.findall(r"^(Promise|Check|Red): (.*)$", head, re.MULTILINE))
        found.append(Mutant(path, said["Promise"], said["Check"], said["Red"]))
    return found


def is_caught(mutant: Mutant, tree: Path, *, seed: int) -> bool:
    """Put a mutant into a fresh copy of a tree, and tell whether its check turns red for it."""
    with tempfile.TemporaryDirectory(prefix="asynchat-mutant-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(tree, copy)
        subprocess.run(
            ["patch", "-s", "-p1", "-i", str(mutant.path)], cwd=copy, check=True, timeout=10
        )
        status, output, _ = run_check(
            copy, mutant.check, seed=seed, share=0, timeout_s=_MUTANT_TIMEOUT_S
        )
    caught = status == _FAILED and mutant.red in output
    if not caught:
        print(f"status {status}, and not {mutant.red!r} in:\n{output[-3000:]}")
    return caught


def machine() -> str:
    """Return what this ran on."""
    return (
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = cpuinfo.exists() and re.search(r"model name\s*: (.*)", cpuinfo.read_text("utf-8"))
    return found[1] if found else platform.machine()


def write_page(results: list[Result], caught: dict[str, list[str]], told: str) -> None:
    """Write the table into the page."""
    rows = [
        "| promise | what proves it | latest figures | mutants it caught |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {result.promise} | `{result.check}` | {result.figures}; {result.took_s:.0f} s"
        f" | {', '.join(caught.get(result.check, [])) or '—'} |"
        for result in results
    ]
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    table = "\n".join(rows)
    PAGE.write_text(f"{before}{_BEGIN}\n{told}\n\n{table}\n{_END}{after}", "utf-8")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Prove the promises of asynchat.")
    parser.add_argument("tests", nargs="*", help="only these checks and their mutants")
    parser.add_argument("--seed", type=int, default=None, help="where the random begins")
    parser.add_argument("--share", type=float, default=1, help="how much of the long form: 0 to 1")
    parser.add_argument("--minutes", type=float, default=20, help="the most it may take")
    return parser.parse_args()


def prove(tree: Path, options: argparse.Namespace, seed: int) -> tuple[list[Result], bool]:
    """Run the checks in their long form."""
    deadline = time.monotonic() + options.minutes * 60
    results: list[Result] = []
    for promise, check in CHECKS:
        if options.tests and not any(check.startswith(test) for test in options.tests):
            continue
        begun = time.monotonic()
        status, output, measured = run_check(
            tree, check, seed=seed, share=options.share, timeout_s=max(1, deadline - begun)
        )
        took_s = time.monotonic() - begun
        result = Result(promise, check, status == 0, took_s, words(measured, output))
        results.append(result)
        print(f"{'ok  ' if result.passed else 'FAIL'} {check} ({took_s:.0f} s): {result.figures}")
        if not result.passed:
            print(output[-5000:])
    return results, all(result.passed for result in results)


def try_mutants(tree: Path, results: list[Result], seed: int) -> tuple[dict[str, list[str]], bool]:
    """See that each mutant turns its check red, which without it is green."""
    chosen = {result.check for result in results}
    caught: dict[str, list[str]] = {}
    green: dict[str, bool] = {}
    fine = True
    for mutant in mutants():
        if mutant.check not in chosen:
            continue
        if mutant.check not in green:
            status, output, _ = run_check(
                tree, mutant.check, seed=seed, share=0, timeout_s=_MUTANT_TIMEOUT_S
            )
            green[mutant.check] = status == 0
            if status:
                print(f"FAIL {mutant.check} in its short form:\n{output[-3000:]}")
        name = mutant.path.stem
        is_red = is_caught(mutant, tree, seed=seed)
        print(f"{'ok  ' if is_red else 'FAIL'} mutant {name}: {mutant.red!r} from {mutant.check}")
        if is_red:
            caught.setdefault(mutant.check, []).append(name)
        fine = fine and is_red and green[mutant.check]
    return caught, fine


def main() -> int:
    """Run everything; return the exit status."""
    options = parsed()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="asynchat-faults-") as folder:
        tree = Path(folder) / "tree"
        copy_tree(tree)
        results, proved = prove(tree, options, seed)
        caught, seen = try_mutants(tree, results, seed)
    if proved and seen and not options.tests:
        told = (
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, seed {seed}, "
            f"{options.share * 100:.0f} % of the long form, {machine()}."
        )
        write_page(results, caught, told)
    return 0 if proved and seen else 1


if __name__ == "__main__":
    sys.exit(main())
