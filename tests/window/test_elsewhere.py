from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from asynchat.window.elsewhere import Elsewhere
from asynchat.window.presenters.jump import Offer
from asynchat.window.presenters.sidebar import Row


class Servers:
    """Two servers, each with a room and a command, and what was asked of them."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.all = [self._server("one"), self._server("two")]

    def _server(self, name: str) -> Any:
        offers = (
            Offer(Row("room", "zoo", "# zoo", note="join"), "zoo"),
            Offer(Row("person", "b1", "ben", note="message"), "ben", unread=2),
            Offer(Row("command", "quit", "Leave"), "leave"),
        )
        commands = SimpleNamespace(offers=lambda: offers, jump_to=self.told.append)
        return SimpleNamespace(name=name, chat=SimpleNamespace(commands=commands))

    def label(self, server: Any) -> str:
        return f"{server.name}.example.org"

    def show(self, server: Any) -> None:
        self.told.append(server.name)


def test_the_others_are_offered_with_their_names() -> None:
    """The other server, its rooms and its people are there, its commands are not."""
    servers: Any = Servers()
    offers = list(Elsewhere(servers, servers.all[0]).offers())
    assert [(offer.row.text, offer.row.note, offer.row.server) for offer in offers] == [
        ("Go to two.example.org", "", "1"),
        ("# zoo", "join · two.example.org", "1"),
        ("ben", "two.example.org", "1"),
    ]
    assert offers[2].unread == 2
    assert "two" in offers[1].words


def test_a_choice_leads_there() -> None:
    """The server comes on view, and then what was chosen on it."""
    servers: Any = Servers()
    elsewhere = Elsewhere(servers, servers.all[0])
    elsewhere.go(Row("room", "zoo", "# zoo", server="1"))
    assert servers.told == ["two", Row("room", "zoo", "# zoo")]
    elsewhere.go(Row("command", "", "Go to two.example.org", server="1"))
    assert servers.told[2:] == ["two"]
