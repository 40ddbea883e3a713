from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.hosting import Hosting
from asynchat.link.client import Client
from asynchat.window.widgets.dialog import Question
from tests.window.test_app import children, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window
__all__ = ["opened"]


async def test_hosting_asks_only_for_the_name(opened: Any, tmp_path: Path, until: Until) -> None:
    """Who hosts is in after giving a name; alone, the window closes without asking."""
    host = Hosting(tmp_path / "hosted", lambda _: None)
    run = opened(host=host, hosting=True)
    await run.fill(None, "ada")
    await run.chat()
    run.app.hosted.ask_to_close()
    await until(lambda: run.status == 0)


@pytest.mark.parametrize("answer", ["keep", "stop", None])
async def test_closing_a_hosting_window_asks_where_others_are(
    opened: Any, tmp_path: Path, until: Until, answer: str | None
) -> None:
    """With others connected it is asked whether to keep serving; then the window alone goes."""
    host = Hosting(tmp_path / "hosted", lambda _: None)
    run = opened(host=host, hosting=True)
    await run.fill(None, "ada")
    chat = await run.chat()
    address = chat._session.client.address
    async with Client(address, name="ben", data=tmp_path / "ben") as ben:
        await until(lambda: host.others() == 1)
        run.app.hosted.ask_to_close()
        run.app.hosted.ask_to_close()
        asked = await until(lambda: children(run, Question))
        assert len(asked) == 1
        await until(lambda: asked[0].grab_status() == "local")
        asked[0].resolve(answer)
        if answer == "keep":
            await until(lambda: run.app.root.state() == "withdrawn")
            await until(lambda: ben.online("lobby") == 1)
            await ben.send("lobby", "still served")
            run.app.ask_to_close()
        if answer is None:
            await until(lambda: not asked[0].winfo_exists())
            assert run.status is None
            run.app.ask_to_close()
        await until(lambda: run.status == 0)


async def test_a_host_that_cannot_is_told(opened: Any, until: Until) -> None:
    """Why it cannot be hosted is told on the first screen."""

    class Cannot:
        async def start(self) -> str:
            raise ChatError("cannot_host", "The folder cannot be written.")

        def others(self) -> int:
            return 0

        async def stop(self) -> None: ...

    run = opened(host=Cannot(), hosting=True)
    await run.fill(None, "ada")
    screen = await run.first()
    await until(lambda: screen.texts[0] == "The folder cannot be written.")
