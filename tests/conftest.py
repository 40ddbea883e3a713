"""The suite's own ground: a home directory of its own for each test, Hypothesis profiles.

What else every test gets lives in ``tests/plugins``.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = [
    "pytester",
    "tests.plugins.display",
    "tests.plugins.strictness",
    "tests.plugins.waiting",
    "tests.serving",
]

# The same examples on every run, so that a commit is never red by chance.
settings.register_profile("default", derandomize=True, deadline=None, max_examples=40)
# New examples on every run: `pytest --hypothesis-profile=long`.
settings.register_profile("long", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("default")

_OWN_SETTINGS = {"ASYNCHAT_REQUIRE_DISPLAY"}


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give paths for homes.

    They are in a folder of their own and counted here: pytest looks through a folder for the next
    number, and among the homes of thousands of tests that takes as long as many a test.
    """
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test, and what it starts, an empty home, and return it.

    Nothing can then reach the data, or the keychain, of whoever runs the suite.
    """
    home = next(homes)
    if "DISPLAY" in os.environ and "XAUTHORITY" not in os.environ:
        monkeypatch.setenv("XAUTHORITY", str(Path.home() / ".Xauthority"))
    for name in list(os.environ):
        if name.startswith("ASYNCHAT_") and name not in _OWN_SETTINGS:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name, folder in {
        "HOME": ".",
        "USERPROFILE": ".",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
        "XDG_CACHE_HOME": ".cache",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_RUNTIME_DIR": ".run",
        "XDG_STATE_HOME": ".local/state",
    }.items():
        monkeypatch.setenv(name, str(home / folder))
    # The others whoever needs them makes, as in any new home: thousands of tests need none.
    (home / ".run").mkdir(mode=0o700, parents=True)
    home.chmod(0o700)
    return home
