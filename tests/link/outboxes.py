"""What tests see of outboxes on disk, and how they leave something in one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.link.outbox_file import FILE
from asynchat.messages import decode_event

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.link.notices import Entry
    from tests.link.proxy import Proxy

NOWHERE = "asynchat://127.0.0.1:1?tls=no"


def file_of(data: Path) -> Path:
    """Return the one outbox in a client's data directory."""
    (path,) = (data / "outbox").glob(f"*/{FILE}")
    return path


def kept_in(path: Path) -> list[tuple[str, str | None]]:
    """Return the texts in an outbox's file, in order, and why each has failed if it has.

    Another process may hold the file.
    """
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT text, code FROM entries ORDER BY position").fetchall()


def remembered_in(path: Path) -> list[str]:
    """Return what was said, as far as an outbox's file has it for the next start."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        frames = db.execute("SELECT frame FROM events ORDER BY seq").fetchall()
    return [str(getattr(decode_event(frame), "text", "")) for (frame,) in frames]


async def close_unsent(proxy: Proxy, client: Client, *texts: str) -> list[Entry]:
    """Post texts where nothing arrives, and leave before it does."""
    proxy.lead_to(NOWHERE)
    proxy.cut()
    entries = [client.post("lobby", text) for text in texts]
    await client.close()
    return entries
