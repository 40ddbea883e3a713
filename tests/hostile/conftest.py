"""Attackers: a peer of a server of ours, and a server that lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.conftest import start, terminal
from tests.hostile.liar import THE_END
from tests.hostile.texts import HOSTILE
from tests.link.conftest import raw

if TYPE_CHECKING:
    from tests.raw_client import Wire

__all__ = ["raw", "start", "terminal"]


async def say_all(wire: Wire, room: str = "lobby") -> None:
    """Say every hostile text in every way that a server of ours takes, and then `THE_END`."""
    for number, text in enumerate(HOSTILE.values()):
        said = await wire.ask("say", room=room, text=text)
        assert said["type"] == "said", (text, said)
        again = "😀" + text[:100]
        await wire.ask("edit", room=room, about=said["seq"], text=f"{text[:3_000]} anew")
        await wire.ask("react", room=room, about=said["seq"], emoji=text[:32])
        await wire.ask("react", room=room, about=said["seq"], emoji="👍")
        await wire.ask("pin", room=room, about=said["seq"])
        await wire.ask("say", room=room, text=again, reply_to=said["seq"])
        await wire.ask("topic", room=room, text=text[:250])
        await wire.ask("profile", display=text[:50], status=text[:100])
        await wire.ask("create", room=f"room-{number}", topic=text[:250])
    await wire.ask("say", room=room, text=THE_END)
