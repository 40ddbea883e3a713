"""Small pictures of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter
    from tests.serving import Serve


async def test_what_is_no_picture_has_no_preview(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """Asking for one is refused."""
    ada = await enter(await serve())
    path = tmp_path / "a.txt"
    path.write_text("hello")
    file = await ada.send_file(path, room="lobby").whole()
    with pytest.raises(ChatError) as caught:
        await ada.preview(file)
    assert caught.value.code == "no_such_file"
