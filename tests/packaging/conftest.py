"""The wheel, built once, and environments it is installed in: one for each Python there is."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

# What steers this Python is not for the others.
_STEERING = ("COVERAGE_", "PYTHON", "VIRTUAL_ENV")


def unsteered() -> dict[str, str]:
    """Return the variables as they are now: in a test, with the home that is its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_STEERING)}


# As it was before any test: pip finds its cache and its settings by it.
_ENVIRON = unsteered()
_PATIENCE_S = 240
_PROGRAM_TIMEOUT_S = 60


@dataclass(frozen=True)
class Environment:
    """A virtual environment that has asynchat and what it needs, and nothing else."""

    home: Path
    version: str

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """Return where a program of this name is."""
        if sys.platform == "win32":
            return self.home / "Scripts" / f"{name}.exe"
        return self.home / "bin" / name

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs to its end, away from the source."""
        return subprocess.run(
            [self.program(program), *arguments],
            capture_output=True,
            check=False,
            cwd=self.home,
            encoding="utf-8",
            env=unsteered(),
            stdin=subprocess.DEVNULL,
            timeout=_PROGRAM_TIMEOUT_S,
        )


@functools.cache
def pythons() -> dict[str, str]:
    """Return the CPythons of this machine, one for each version that we support."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [sys.executable, *(path for v in VERSIONS if (path := shutil.which(f"python{v}")))]
    candidates += sorted(map(str, pyenv.glob("3.1[1-4]*/bin/python")), reverse=True)
    found: dict[str, str] = {}
    for candidate in candidates:
        version = _version(candidate)
        if version in VERSIONS:
            found.setdefault(version, candidate)
    return found


def _version(python: str) -> str:
    """Return its version, or nothing where it is not a Python that can make environments."""
    ask = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    asked = subprocess.run(
        [python, "-c", ask], capture_output=True, check=False, encoding="utf-8", env=_ENVIRON
    )
    return asked.stdout.strip()


def call(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that must succeed, as if from before the tests."""
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        encoding="utf-8",
        env=_ENVIRON,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=_PATIENCE_S,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}", pytrace=False)


def build(kind: str, folder: Path, source: Path = ROOT) -> Path:
    """Build a wheel or an sdist and return it."""
    call(sys.executable, "-m", "hatchling", "build", "--target", kind, "-d", folder, cwd=source)
    (built,) = folder.iterdir()
    return built


def make(version: str, home: Path) -> Environment:
    """Make an environment with one of `pythons` and nothing in it."""
    call(pythons()[version], "-m", "venv", "--without-pip", home)
    return Environment(home, version)


def install(environment: Environment, *what: str | Path) -> Environment:
    """Install something into an environment."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    call(*pip, "--python", environment.python, "install", "--quiet", "--no-compile", *what)
    return environment


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of what is checked out."""
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution of what is checked out."""
    return build("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session", params=pythons())
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """Return an environment with the wheel in it, for each Python in turn."""
    return install(make(request.param, tmp_path_factory.mktemp("installed")), wheel)


@pytest.fixture(scope="session")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with an editable install in it, on the Python of this run.

    What it needs, and what builds it, are those of this run: they come last on its path.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    environment = make(version, tmp_path_factory.mktemp("editable"))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(environment.run("python", "-I", "-c", ask).stdout.strip())
    ours = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (packages / "zz-of-this-run.pth").write_text("\n".join(ours) + "\n", encoding="utf-8")
    return install(environment, "--no-deps", "--no-build-isolation", "--editable", ROOT)
