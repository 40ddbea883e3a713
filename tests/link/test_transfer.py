"""A file on its way, as whoever sends or fetches it sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link import notices
from tests.link.moving import CONTENT, sent, within

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def test_pause_and_resume(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """While paused nothing moves; it goes on where it was."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    up = ada.send_file(source, room="lobby")
    await until(lambda: up.done > 0)
    up.pause()
    up.pause()
    assert (up.state, up.rate, up.left_s) == ("paused", 0.0, None)
    up.resume()
    up.pause()
    up.resume()
    up.resume()
    file = await within(up)
    up.pause()
    assert up.state == "done"
    down = ada.fetch_file(file, folder)
    await until(lambda: down.done > 0)
    down.pause()
    down.resume()
    await within(down)
    assert down.path.read_bytes() == CONTENT


async def test_the_list_is_told_of(serve: Serve, enter: Enter, source: Path) -> None:
    """Each state is a notice, and what moves tells how far it is, how fast, and for how long."""
    ada = await enter(await serve(file_rate_bytes_per_s=3_000_000), progress_every_s=0)
    seen: list[tuple[str, bool]] = []

    def take(notice: notices.Notice) -> None:
        if isinstance(notice, notices.TransferChanged):
            one = notice.transfer
            seen.append((one.state, one.rate > 0 and (one.left_s or 0) >= 0))

    ada.subscribe(take)
    await sent(ada, source)
    assert list(dict.fromkeys(state for state, _ in seen)) == [
        "waiting", "moving", "saying", "done",
    ]  # fmt: skip
    assert ("moving", True) in seen
