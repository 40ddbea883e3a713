"""Prove the promises: run the long form of tests/faults, and see that each check can fail.

``python tools/faults.py [ROW ...]`` copies the working tree, runs every check of the table
below in the copy, then its mutants, each of which must turn its check red for the reason it
names, and writes the table of ``docs/reliability.md``.  The exit status is 1 unless all is
as it should be.  With rows named only these and their mutants are run, and nothing is written.
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
CORPUS: Final = ROOT / "tests" / "faults" / "corpus"
MUTANTS: Final = ROOT / "tests" / "faults" / "mutants"
_BEGIN: Final = "<!-- written by make faults -->"
_END: Final = "<!-- to here -->"
_MUTANT_TIMEOUT_S: Final = 120
_MUTANT_SEED: Final = 20_240  # that of make test: what was caught once is caught again
_FAILED: Final = 1  # pytest: some tests failed, none of them could not be run

_HERE: Final = "tests/faults"


class Check(NamedTuple):
    """A row of the table: ``name`` is what runs it alone."""

    name: str
    promises: str
    test: str


CHECKS: Final = (
    Check(
        "kills",
        "P1 P2 P4 P5",
        f"{_HERE}/test_kills.py::test_a_killed_server_has_lost_nothing_and_doubled_nothing",
    ),
    Check(
        "bad-ways",
        "P1 P2 P3 P5",
        f"{_HERE}/test_kills.py::test_bad_ways_and_kills_together_break_no_promise",
    ),
    Check(
        "anything",
        "P1 P2 P3 P4 P5 P7 P8",
        f"{_HERE}/test_anything.py::test_whatever_happens_no_promise_is_broken",
    ),
    Check(
        "power-cuts",
        "P1",
        f"{_HERE}/test_power_cuts.py::test_a_power_cut_takes_nothing_that_was_acknowledged",
    ),
    Check("fast", "P2 P5", f"{_HERE}/test_resume.py::test_nobody_is_refused_for_being_fast"),
    Check("resume", "P3", f"{_HERE}/test_resume.py::test_a_resume_may_be_cut_at_any_byte"),
    Check("storm", "P3", f"{_HERE}/test_resume.py::test_many_reconnect_at_once"),
    Check("copied-back", "P3", f"{_HERE}/test_resume.py::test_a_copied_back_database_is_told"),
    Check("stays", "P3", f"{_HERE}/test_resume.py::test_nobody_reads_what_was_said_without_them"),
    Check(
        "deaf-readers",
        "P6",
        f"{_HERE}/test_limits.py"
        "::test_readers_that_never_read_cost_bounded_memory_and_delay_no_one",
    ),
    Check(
        "full-disk", "P1 P7", f"{_HERE}/test_full_disk.py::test_a_full_disk_refuses_and_recovers"
    ),
    Check(
        "small-disk",
        "P1 P7",
        f"{_HERE}/test_full_disk.py"
        "::test_a_real_disk_of_a_few_mib_fills_up_in_mid_load_and_is_freed",
    ),
    Check("clock", "P8", f"{_HERE}/test_clock.py::test_a_clock_that_jumps_a_day_changes_no_order"),
    Check("fuzz-frames", "P9", f"{_HERE}/test_fuzz.py::test_frames_are_the_same_in_any_chunks"),
    Check(
        "fuzz-sessions", "P9", f"{_HERE}/test_fuzz.py::test_whatever_one_sends_the_others_chat_on"
    ),
    Check(
        "silence",
        "P10",
        f"{_HERE}/test_silence.py::test_a_peer_that_falls_silent_is_lost_to_the_others",
    ),
    Check("damage", "P11", f"{_HERE}/test_damage.py"),
    Check("damage-at-start", "P11", "tests/store/test_opening.py"),
    Check("golden", "P12", "tests/store/test_golden.py"),
    Check("migrations", "P12", f"{_HERE}/test_migrations.py"),
    Check("migration-steps", "P12", "tests/store/test_schema.py"),
    Check("removing-killed", "P1 P11", f"{_HERE}/test_retention.py"),
    Check("removing", "P2 P3 P8", "tests/contracts/test_removing.py"),
    Check("removing-served", "P3", "tests/hub/test_retention.py"),
    Check("checker", "the checker", f"{_HERE}/test_checker.py"),
)
"""What proves which promise.  The long form is long where a test asks for a scale."""


def chosen(words: list[str]) -> list[Check]:
    """Return the rows that are meant by names, promises or paths; all of them by nothing."""
    return [
        check
        for check in CHECKS
        if not words
        or any(
            word in {check.name, *check.promises.split()} or check.test.startswith(word)
            for word in words
        )
    ]


class Mutant(NamedTuple):
    """A fault that is put into the source: ``red`` is in what its check says then.

    ``share`` is how much of the long form it takes to see that.
    """

    path: Path
    promise: str
    check: str
    red: str
    share: float

    def is_of(self, check: Check) -> bool:
        """Tell whether a row has the test that is to catch it."""
        return self.check == check.test or self.check.startswith(f"{check.test}::")


@dataclass
class Result:
    """What a check came to; ``figures`` as it measured them."""

    check: Check
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
    tree: Path, check: str, *, seed: int, share: float, timeout_s: float, found: Path | None = None
) -> tuple[int, str, str]:
    """Run a check in a tree; return pytest's status, -1 for out of time, its words, the figures.

    Bytes that a fuzzer finds are left in ``found``.
    """
    figures = tree / "figures.jsonl"
    figures.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree / "src"),
        "FAULTS_SEED": str(seed),
        "FAULTS_SHARE": str(share),
        "FAULTS_FIGURES": str(figures),
    }
    if found is not None:
        environment["FAULTS_FOUND"] = str(found)
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
    # What a machine cannot do is told in the table, and not left out.
    skipped = re.findall(r"^SKIPPED .*: (.*)$", output, re.MULTILINE)
    return ", ".join(parts + skipped) or (passed[0] if passed else "")


def mutants() -> list[Mutant]:
    """Read the mutants' headers."""
    found: list[Mutant] = []
    for path in sorted(MUTANTS.glob("*.patch")):
        head = path.read_text("utf-8").partition("\n--- ")[0]
        said = dict(re.findall(r"^(Promise|Check|Red|Share): (.*)$", head, re.MULTILINE))
        share = float(said.get("Share", "0"))
        found.append(Mutant(path, said["Promise"], said["Check"], said["Red"], share))
    return found


def is_caught(mutant: Mutant, tree: Path) -> bool:
    """Put a mutant into a fresh copy of a tree, and tell whether its check turns red for it."""
    with tempfile.TemporaryDirectory(prefix="asynchat-mutant-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(tree, copy)
        subprocess.run(
            ["patch", "-s", "-p1", "-i", str(mutant.path)], cwd=copy, check=True, timeout=10
        )
        status, output, _ = run_check(
            copy, mutant.check, seed=_MUTANT_SEED, share=mutant.share, timeout_s=_MUTANT_TIMEOUT_S
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
        "| promise | run it alone | what proves it | latest figures | mutants it caught |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {result.check.promises} | `make faults ARGS={result.check.name}`"
        f" | `{result.check.test}` | {result.figures}; {result.took_s:.0f} s"
        f" | {', '.join(caught.get(result.check.name, [])) or '—'} |"
        for result in results
    ]
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    table = "\n".join(rows)
    PAGE.write_text(f"{before}{_BEGIN}\n{told}\n\n{table}\n{_END}{after}", "utf-8")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Prove the promises of asynchat.")
    parser.add_argument("tests", nargs="*", help="only these rows: names, promises, paths")
    parser.add_argument("--seed", type=int, default=None, help="where the random begins")
    parser.add_argument("--share", type=float, default=1, help="how much of the long form")
    parser.add_argument("--minutes", type=float, default=20, help="the most it may take")
    return parser.parse_args()


def prove(tree: Path, options: argparse.Namespace, seed: int) -> tuple[list[Result], bool]:
    """Run the checks in their long form."""
    deadline = time.monotonic() + options.minutes * 60
    results: list[Result] = []
    for check in chosen(options.tests):
        begun = time.monotonic()
        status, output, measured = run_check(
            tree,
            check.test,
            seed=seed,
            share=options.share,
            timeout_s=max(1, deadline - begun),
            found=CORPUS,
        )
        took_s = time.monotonic() - begun
        result = Result(check, status == 0, took_s, words(measured, output))
        results.append(result)
        said = "ok  " if result.passed else "FAIL"
        print(f"{said} {check.name} ({took_s:.0f} s): {result.figures}")
        if not result.passed:
            print(output[-5000:])
    return results, all(result.passed for result in results)


def try_mutants(tree: Path, results: list[Result]) -> tuple[dict[str, list[str]], bool]:
    """See that each mutant turns its check red, which without it is green."""
    caught: dict[str, list[str]] = {}
    green: dict[tuple[str, float], bool] = {}
    fine = True
    for mutant in mutants():
        rows = [result.check.name for result in results if mutant.is_of(result.check)]
        if not rows:
            continue
        form = mutant.check, mutant.share
        if form not in green:
            status, output, _ = run_check(
                tree,
                mutant.check,
                seed=_MUTANT_SEED,
                share=mutant.share,
                timeout_s=_MUTANT_TIMEOUT_S,
            )
            green[form] = status == 0
            if status:
                print(f"FAIL {mutant.check} without a mutant:\n{output[-3000:]}")
        name = mutant.path.stem
        is_red = is_caught(mutant, tree)
        print(f"{'ok  ' if is_red else 'FAIL'} mutant {name}: {mutant.red!r} from {mutant.check}")
        if is_red:
            caught.setdefault(rows[0], []).append(name)
        fine = fine and is_red and green[form]
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
        caught, seen = try_mutants(tree, results)
    if proved and seen and not options.tests:
        told = (
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, seed {seed}, "
            f"{options.share * 100:.0f} % of the long form, {machine()}."
        )
        write_page(results, caught, told)
    return 0 if proved and seen else 1


if __name__ == "__main__":
    sys.exit(main())
