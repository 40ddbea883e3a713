"""What doors ask of a hub."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import asynchat.doors
from asynchat.doors import hub as asked
from asynchat.hub.hub import Hub


def test_the_hub_is_what_doors_ask_for() -> None:
    """The hub has every part of the Protocol that doors know it by, with the same parameters."""
    parts = {name: part for name, part in vars(asked.Hub).items() if not name.startswith("_")}
    assert len(parts) > 8
    for name, part in parts.items():
        theirs = vars(Hub)[name]
        assert isinstance(theirs, type(part))
        if not isinstance(part, property):
            assert list(inspect.signature(theirs).parameters) == list(
                inspect.signature(part).parameters
            )


def test_doors_never_import_the_hub() -> None:
    """A door reaches the hub by the Protocol alone."""
    for path in Path(asynchat.doors.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("asynchat.hub")
