"""``--version`` of both commands."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from asynchat import server


def test_the_server_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed, and nothing is begun."""
    with pytest.raises(SystemExit) as ended:
        server.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"asynchat {version('asynchat')}\n"
