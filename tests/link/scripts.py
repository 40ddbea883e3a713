"""Frames for servers that say what a test wants them to say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

Frame = dict[str, Any]

LOBBY: Frame = {"name": "lobby", "topic": "", "members": 1, "head": 0}


def frame(kind: str, **fields: object) -> bytes:
    """Return a frame's bytes."""
    return json.dumps({"type": kind, **fields}).encode() + b"\n"


def welcome(**fields: object) -> bytes:
    """Return a welcome of the server ``S`` for the account ``u1``, other fields as given."""
    return frame(
        "welcome",
        **{
            "version": 1,
            "server": "S",
            "you": {"account": "u1", "name": "ada", "role": "guest"},
            "token": "T",
            "cursor": "c0",
            "resumed": False,
            "rooms": [],
            "more": False,
            "limits": {},
            "features": [],
            **fields,
        },
    )


LIVE = frame("upto", cursor="c0", live=True)
"""The end of a catch-up that brought nothing."""


def said(seq: int, id: str | None = None, text: str = "hi", account: str = "u1") -> bytes:
    """Return an event of the lobby."""
    return frame(
        "said",
        seq=seq,
        time=0,
        room="lobby",
        account=account,
        sender="ada",
        id=id,
        text=text,
        reply_to=None,
    )


async def read(reader: asyncio.StreamReader, kind: str | None = None) -> Frame:
    """Return the next frame of a client, of this type if one is named."""
    while True:
        line = await reader.readuntil()
        got: Frame = json.loads(line)
        if kind is None or got["type"] == kind:
            return got
