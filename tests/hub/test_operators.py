"""Whoever comes through the control socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.serving import Join, Operate, Serve


async def test_an_operator_is_welcome_as_nobody(serve: Serve, join: Join, operate: Operate) -> None:
    """Without an account's token or rooms, and nobody sees them come or go."""
    server = await serve()
    ada = await join(server, "ada")
    operator = await operate(server)
    assert operator.welcome["you"] == {"account": "operator", "name": None, "role": "operator"}
    assert (operator.welcome["token"], operator.welcome["rooms"]) == ("", [])
    again = await operate(server)
    await again.bye()
    await ada.ask("say", room="lobby", text="alone?")
    await ada.settle()
    assert not [frame for frame in ada.seen if "operator" in str(frame)]
