"""What a client has of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter
    from tests.serving import Serve


async def test_a_closed_client_moves_no_files(serve: Serve, enter: Enter, tmp_path: Path) -> None:
    """It says so at once."""
    ada = await enter(await serve())
    await ada.close()
    with pytest.raises(ChatError, match="closed"):
        ada.send_file(tmp_path, room="lobby")
    with pytest.raises(ChatError, match="closed"):
        ada.fetch_file("f1", tmp_path)


async def test_a_path_is_what_a_person_types(serve: Serve, enter: Enter) -> None:
    """A tilde is one's home, and what is not absolute is from here."""
    ada = await enter(await serve())
    transfer = ada.send_file("~/x/../a b.txt", room="lobby")
    assert transfer.path.is_absolute()
    assert "~" not in str(transfer.path)
    assert transfer.name == "a b.txt"
