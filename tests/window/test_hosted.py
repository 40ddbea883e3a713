from __future__ import annotations

import asyncio
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

        def owner_code(self) -> str | None:
            return None

        def others(self) -> int:
            return 0

        async def stop(self) -> None: ...

    run = opened(host=Cannot(), hosting=True)
    await run.fill(None, "ada")
    screen = await run.first()
    await until(lambda: screen.texts[0] == "The folder cannot be written.")


async def test_what_was_hosted_is_hosted_again(
    opened: Any, tmp_path: Path, until: Until, unused_tcp_port: int
) -> None:
    """The next window comes back to it by itself, with what was said, also at another port."""
    environment = {"ASYNCHAT_PORT": str(unused_tcp_port)}
    first = Hosting(tmp_path / "hosted", lambda _: None, environment=environment)
    run = opened(host=first, hosting=True)
    await run.fill(None, "ada")
    await run.say("kept")
    chat = await run.chat()
    await until(lambda: chat.session.newest_own() is not None)
    account, address = chat.session.me, chat.session.client.address
    await run.app.end()
    for taken in (False, True):
        told: list[str] = []
        blocker = None
        if taken:
            blocker = await asyncio.start_server(
                lambda _, writer: writer.close(), "127.0.0.1", unused_tcp_port
            )
        again = Hosting(tmp_path / "hosted", told.append, environment=environment)
        run = opened(host=again, chosen=None)
        await run.chat()
        await until(lambda: run.app.chat.session.online)  # noqa: B023 - awaited
        session = run.app.chat.session
        assert session.me == account
        assert (session.client.address != address) is taken
        await until(lambda: "kept" in run.shown())  # noqa: B023 - awaited
        await run.app.end()
        if blocker is not None:
            blocker.close()
            await blocker.wait_closed()


async def test_what_cannot_be_hosted_again_is_told(
    opened: Any, tmp_path: Path, until: Until
) -> None:
    """Its last visit is shown all the same."""
    run = opened(host=Hosting(tmp_path / "hosted", lambda _: None), hosting=True)
    await run.fill(None, "ada")
    await run.say("kept")
    chat = await run.chat()
    await until(lambda: chat.session.newest_own() is not None)
    await run.app.end()
    run = opened(chosen=None)
    await until(lambda: run.app.banner.text == "This program cannot host a server.")
    await until(lambda: "kept" in run.shown())
