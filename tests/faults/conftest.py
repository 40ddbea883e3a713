"""How much the fault tests do: few and always the same in `make test`, all in `make faults`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

_SEED = 20_240


@dataclass(frozen=True)
class Scale:
    """Call it for a count; ``seed`` is where everything random begins."""

    seed: int
    share: float

    def __call__(self, short: int, long: int) -> int:
        """Return a count: the short one, or as much of the long one as was asked for."""
        return max(short, round(long * self.share))


class Measured(Protocol):
    """The type of the fixture `measured`."""

    def __call__(self, **figures: object) -> None:
        """Note figures of this test."""


@pytest.fixture(scope="session")
def scale() -> Scale:
    """Return how much to do: FAULTS_SHARE of the long form, from FAULTS_SEED on."""
    return Scale(
        int(os.environ.get("FAULTS_SEED", str(_SEED))), float(os.environ.get("FAULTS_SHARE", "0"))
    )


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Print figures, and leave them as a line of JSON in the file that FAULTS_FIGURES names."""

    def measured(**figures: object) -> None:
        text = json.dumps({"test": request.node.nodeid, **figures})
        print(text)
        if "FAULTS_FIGURES" in os.environ:
            with Path(os.environ["FAULTS_FIGURES"]).open("a", encoding="utf-8") as file:
                file.write(text + "\n")

    return measured
