from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.link.wire import LinkSettings
from asynchat.window import faces as faces_module
from asynchat.window.faces import SIZE, Faces
from tests.link.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from asynchat.link.notices import Notice
    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]

QUICK = LinkSettings(first_retry_s=0.02, longest_retry_s=0.1, close_timeout_s=0.5)


def picture(colour: str) -> bytes:
    """Return the file of a picture."""
    out = BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Proxy]:
    async with Proxy() as proxy:
        proxy.lead_to(server)
        yield proxy


@pytest.fixture
async def ada(proxy: Proxy, ben: Client, tmp_path: Path) -> AsyncIterator[Client]:
    data = tmp_path / "ada"
    async with Client(proxy.address, name="ada", data=data, settings=QUICK) as client:
        yield client


class Watched:
    """Faces, and who was said to have changed."""

    def __init__(self, client: Client, tasks: Tasks) -> None:
        self.changed: list[frozenset[str]] = []
        self.faces = Faces(client, tasks, self.changed.append, guarded=unguarded)

    def shown(self, account: str | None) -> object:
        """Return what a person's picture has in its middle, None where there is none."""
        face = self.faces.get(account or "")
        return None if face is None else face.image.getpixel((SIZE // 2, SIZE // 2))


def unguarded(notice: Callable[[Notice], None]) -> Callable[[Notice], None]:
    return notice


@pytest.fixture
async def watched(ada: Client, tasks: Tasks) -> AsyncIterator[Watched]:
    made = Watched(ada, tasks)
    yield made
    made.faces.close()


RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


async def test_a_picture_is_asked_for_when_somebody_is_shown(
    watched: Watched, ben: Client, until: Until
) -> None:
    """It is here a moment later; another one takes its place, and none where it is taken away."""
    assert watched.shown(ben.account) is None
    for colour, pixel in (("red", RED), ("blue", BLUE)):
        await ben.set_profile(picture=picture(colour))
        await until(lambda: watched.shown(ben.account) == pixel)  # noqa: B023 - awaited
    assert watched.changed[-1] == {ben.account}
    await ben.set_profile(picture=b"")
    await until(lambda: watched.shown(ben.account) is None)


async def test_a_picture_is_asked_for_once(
    watched: Watched, ada: Client, ben: Client, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often somebody is shown; a stranger has none."""
    asked: list[str] = []
    real = ada.picture

    async def counted(account: str) -> bytes | None:
        asked.append(account)
        return await real(account)

    monkeypatch.setattr(ada, "picture", counted)
    await ben.set_profile(picture=picture("red"))
    await until(lambda: watched.shown(ben.account) == RED)
    assert watched.shown("nobody") is None
    assert watched.shown(ben.account) == RED
    assert asked == [ben.account]


async def test_what_is_no_picture_is_none(watched: Watched, ben: Client, until: Until) -> None:
    """Initials will do where somebody's file cannot be read; it is not asked for again."""
    await ben.set_profile(picture=picture("red")[:40] + b"no more")
    await until(lambda: watched.faces._key(ben.account or "") != "")
    assert watched.shown(ben.account) is None
    await until(lambda: watched.faces._kept == {watched.faces._key(ben.account or ""): None})
    assert watched.shown(ben.account) is None
    assert not watched.faces._wanted


async def test_only_so_many_are_kept(
    watched: Watched, ada: Client, ben: Client, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were shown least lately go, and come again when they are wanted."""
    monkeypatch.setattr(faces_module, "MAX_KEPT", 1)
    await ben.set_profile(picture=picture("red"))
    await ada.set_profile(picture=picture("blue"))
    await until(lambda: watched.shown(ben.account) == RED)
    await until(lambda: watched.shown(ada.account) == BLUE)
    assert len(watched.faces._kept) == 1
    await until(lambda: watched.shown(ben.account) == RED)


async def test_a_cut_delays_a_picture(
    *,
    watched: Watched,
    proxy: Proxy,
    ada: Client,
    ben: Client,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was being asked for when the connection went is asked for with the next one."""
    real, cuts = ada.picture, [proxy.cut]

    async def cut_once(account: str) -> bytes | None:
        if cuts:
            cuts.pop()()
        return await real(account)

    monkeypatch.setattr(ada, "picture", cut_once)
    await ben.set_profile(picture=picture("red"))
    await until(lambda: watched.shown(ben.account) == RED)
    assert not cuts


async def test_a_refusal_is_none(
    watched: Watched, ada: Client, ben: Client, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose picture may not be seen has initials."""

    async def refused(_: str) -> bytes | None:
        raise ChatError("forbidden")

    monkeypatch.setattr(ada, "picture", refused)
    await ben.set_profile(picture=picture("red"))
    await until(lambda: watched.faces._key(ben.account or "") != "")
    watched.faces.get(ben.account or "")
    await until(lambda: list(watched.faces._kept.values()) == [None])
    assert watched.shown(ben.account) is None
