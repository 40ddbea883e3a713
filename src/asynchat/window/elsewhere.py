"""What there is to jump to on the other servers of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asynchat.window.presenters.jump import Offer
from asynchat.window.presenters.sidebar import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.window.server import Server
    from asynchat.window.servers import Servers


class Elsewhere:
    """Offers to Ctrl+K on one server what the others have."""

    def __init__(self, servers: Servers, here: Server) -> None:
        self._servers = servers
        self._here = here

    def offers(self) -> Iterable[Offer]:
        """Return the others, and their rooms and people."""
        for at, server in enumerate(self._servers.all):
            if server is self._here:
                continue
            label, key = self._servers.label(server), str(at)
            yield Offer(
                Row("command", "", f"Go to {label}", server=key), f"go to {label}".casefold()
            )
            for offer in server.chat.commands.offers():
                if offer.row.kind != "command":
                    note = f"{offer.row.note} · {label}" if offer.row.note == "join" else label
                    row = replace(offer.row, note=note, server=key)
                    yield replace(offer, row=row, words=f"{offer.words} {label.casefold()}")

    def go(self, row: Row) -> None:
        """Put another server on view, and there what the row is about."""
        server = self._servers.all[int(row.server)]
        self._servers.show(server)
        if row.kind != "command":
            server.chat.commands.jump_to(replace(row, server=""))
