"""The code of a server without an owner."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from asynchat.config import OWNER_CODE_FILE, left_owner_code
from asynchat.server import CannotServeError
from asynchat.store.sqlite import SqliteStore
from tests.raw_client import fresh_token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serving import Connect, Join, Serve


async def test_the_code_is_in_a_file_for_its_owner_only(serve: Serve, tmp_path: Path) -> None:
    """It has 128 bits, and the address that a server shows has it, too."""
    server = await serve()
    file = tmp_path / "data" / OWNER_CODE_FILE
    code = left_owner_code(tmp_path / "data")
    assert code is not None
    assert len(code) >= 22
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert server.owner_invitation is not None
    assert server.owner_invitation.endswith(f"code={code}")


async def test_the_code_is_good_once(
    serve: Serve, join: Join, connect: Connect, tmp_path: Path
) -> None:
    """Then the file is gone, also after a restart, and the code makes nobody anything."""
    server = await serve(store=SqliteStore(tmp_path / "log"))
    code = left_owner_code(tmp_path / "data")
    boss = await join(server, "boss", token=fresh_token(), code=code)
    assert boss.welcome["you"]["role"] == "owner"
    assert not (tmp_path / "data" / OWNER_CODE_FILE).exists()
    eve = await join(server, "eve", token=fresh_token(), code=code)
    assert eve.welcome["you"]["role"] == "guest"
    assert (await eve.ask("redeem", code=code))["code"] == "bad_code"
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "log"))
    assert server.owner_invitation is None
    assert not (tmp_path / "data" / OWNER_CODE_FILE).exists()


async def test_the_code_stays_while_nobody_has_used_it(serve: Serve, tmp_path: Path) -> None:
    """A restart goes on with it; where the file was lost there is another, and the old one ends."""
    codes = []
    for lost in (False, False, True):
        if lost:
            (tmp_path / "data" / OWNER_CODE_FILE).unlink()
        server = await serve(store=SqliteStore(tmp_path / "log"))
        codes.append(left_owner_code(tmp_path / "data"))
        await serve.stop(server)
    assert codes[0] == codes[1] != codes[2]
    async with SqliteStore(tmp_path / "log") as store:
        assert len((await store.snapshot()).invitations) == 1


async def test_a_code_that_cannot_be_kept_is_told(serve: Serve, tmp_path: Path) -> None:
    """A server that could have no owner does not start."""
    (tmp_path / "data" / OWNER_CODE_FILE).mkdir(parents=True)
    with pytest.raises(CannotServeError, match="cannot be written"):
        await serve()
