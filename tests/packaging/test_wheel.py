"""What is in the wheel and in the source distribution."""

from __future__ import annotations

import configparser
import email
import tarfile
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.packaging.conftest import ROOT, build

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """Return the project table of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
        return project


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(wheel: Path, name: str) -> str:
    """Return a file of the wheel's metadata."""
    held = contents(wheel)
    (path,) = (path for path in held if path.endswith(f".dist-info/{name}"))
    return held[path].decode()


def test_wheel_holds_the_package_and_its_precedence_and_nothing_else(wheel: Path) -> None:
    """The wheel has the typed package and the two files that make it win on 3.11: no tests."""
    source = {
        str(path.relative_to(ROOT / "src").as_posix())
        for path in (ROOT / "src" / "asynchat").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in contents(wheel) if ".dist-info/" not in name}
    assert held == source | {"_asynchat_precedence.py", "asynchat-precedence.pth"}
    assert "asynchat/py.typed" in held


def test_metadata_says_what_the_project_says(wheel: Path, project: dict[str, Any]) -> None:
    """The wheel's metadata tells version, Pythons, licence, dependencies and the readme."""
    metadata = email.message_from_string(read(wheel, "METADATA"))
    assert metadata["Name"] == "asynchat"
    assert metadata["Version"] == project["version"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE"]
    lines = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    needed = {line.split(";")[0].strip() for line in lines}
    assert {name.replace("_", "-") for name in needed} == {
        line.split(";")[0].replace("_", "-") for line in project["dependencies"]
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(metadata.get_payload()).strip() == readme.strip()


def test_wheel_declares_both_programs(wheel: Path) -> None:
    """Installing the wheel gives asynchat-client and asynchat-server."""
    entries = configparser.ConfigParser()
    entries.read_string(read(wheel, "entry_points.txt"))
    assert dict(entries["console_scripts"]) == {
        "asynchat-client": "asynchat.client:main",
        "asynchat-server": "asynchat.server:main",
    }


def test_source_distribution_builds_the_same_wheel(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    """Who builds from the source distribution gets the wheel that we build."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    rebuilt = build("wheel", tmp_path / "dist", source)
    assert contents(rebuilt) == contents(wheel)
    # With its tests, and nothing of ours that is not checked in.
    kept = {path.name for path in source.iterdir()}
    assert {"LICENSE", "README.md", "pyproject.toml", "src", "tests"} <= kept
    assert not {".git", ".venv", "build", "dist"} & kept
