from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.presenters.code import LANGUAGES, MAX_CHARS, coloured


@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_no_character_of_code_changes(code: str, language: str) -> None:
    """Whatever it is and whatever it is said to be, the parts joined are the code."""
    assert "".join(text for _, text in coloured(code, language)) == code


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_is_known(language: str) -> None:
    """Pygments has a lexer for each of the names."""
    assert "".join(text for _, text in coloured("if x: # 1", language)) == "if x: # 1"


def test_python_is_coloured() -> None:
    """Keywords, names, strings, numbers and comments differ."""
    parts = coloured('def f(): return "a", 1  # why', "Python")
    assert [(kind, text) for kind, text in parts if kind] == [
        ("keyword", "def"),
        ("name", "f"),
        ("keyword", "return"),
        ("string", '"a"'),
        ("number", "1"),
        ("comment", "# why"),
    ]
    assert coloured("- a\n+ b", "diff") == (
        ("number", "- a"),
        ("", "\n"),
        ("string", "+ b"),
    )


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("x = 1", ""),
        ("x = 1", "nonsense"),
        ("", "python"),
        ("1\n" * MAX_CHARS, "python"),
        ("x=1;" * 99, "py"),
    ],
)
def test_what_is_not_known_or_too_long_has_one_colour(code: str, language: str) -> None:
    """Nothing is guessed, and long code costs nothing."""
    assert coloured(code, language) == (("", code),)


def test_pygments_is_loaded_late() -> None:
    """Who sees no code never pays for it, nor for the parser of Markdown."""
    program = (
        "import sys; from asynchat.window.widgets import transcript;"
        "from asynchat.window.presenters.body import body;"
        "from asynchat.markup.mentions import NOBODY; body('hi @ada', 'u', NOBODY);"
        "print([name for name in ('pygments', 'markdown_it', 'emoji') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
