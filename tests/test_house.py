"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
MOST_LINES = 600

# They run a Tk loop inside the one there is: the network stands still until they return.
NESTED_LOOPS = {"mainloop", "wait_variable", "wait_window", "waitvar"}


def name_of(path: Path) -> str:
    """Return a file's place in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return what is written in a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def its_tests(source: Path) -> Path:
    """Return where a source file's tests are."""
    folder = ROOT / "tests" / source.parent.relative_to(ROOT / "src" / "asynchat")
    return folder / f"test_{source.stem.removeprefix('_')}.py"


def test_there_is_something_to_check() -> None:
    """The tests below look at files that exist."""
    assert len(SOURCES) > 10
    assert Path(__file__) in TESTS


def test_no_nested_tk_loop() -> None:
    """No source file names a call that stops the network until it returns."""
    nested = [
        f"{name_of(path)}:{node.lineno}: {node.attr}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in NESTED_LOOPS
    ]
    assert not nested


def test_every_module_says_what_lives_there() -> None:
    """Each source file begins with a docstring."""
    assert not [name_of(path) for path in SOURCES if not ast.get_docstring(tree(path))]


def test_no_file_is_too_long() -> None:
    """A file has one idea, and no idea needs more than 600 lines."""
    lines = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*SOURCES, *TESTS]
    }
    assert not {name: count for name, count in lines.items() if count > MOST_LINES}


def test_every_test_has_its_sentence() -> None:
    """The docstring of each test tells in a sentence how asynchat behaves."""
    silent = [
        f"{name_of(path)}:{node.lineno}: {node.name}"
        for path in TESTS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith((".", "!", "?"))
    ]
    assert not silent


def test_every_source_file_has_its_test_file() -> None:
    """``src/asynchat/chat/room.py`` is tested by ``tests/chat/test_room.py``."""
    untested = [
        name_of(path)
        for path in SOURCES
        if any(isinstance(node, ast.ClassDef | ast.FunctionDef) for node in tree(path).body)
        and not its_tests(path).exists()
    ]
    assert not untested
