"""Who is connected, under which name, and whose name is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.hub.registry import Registry

if TYPE_CHECKING:
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        """Return what it says."""
        return self.s


@pytest.mark.parametrize(("after_s", "kept"), [(0, True), (299, True), (300, False)])
def test_a_start_counts_as_having_lost_everybody(after_s: float, kept: bool) -> None:
    """After a start the names of all who were here before are kept for a while."""
    clock = Clock()
    registry = Registry(lost_name_kept_s=300, now=clock)
    clock.s += after_s
    assert registry.keeps_name("ada") is kept


def test_who_was_let_in_keeps_its_name_before_it_is_here() -> None:
    """Between being let in and being connected nobody takes a name away; then it is forgotten."""
    clock = Clock()
    registry = Registry(lost_name_kept_s=300, now=clock)
    clock.s += 1000
    assert not registry.keeps_name("ada")
    registry.expect("ada")
    assert registry.keeps_name("ada")
    clock.s += 299
    registry.forget_long_lost()
    assert registry.keeps_name("ada")
    clock.s += 1
    registry.forget_long_lost()
    assert not registry.keeps_name("ada")
    assert not registry._lost


async def test_a_username_has_the_writers_of_its_connections(serve: Serve, join: Join) -> None:
    """Each name leads to one StreamWriter per connection; what nobody has leads to none."""
    server = await serve()
    registry = server._hub.registry
    ada = await join(server, "ada")
    also = await join(server, "ada", token=ada.token)
    await join(server, "ben")
    ports = {wire.writer.get_extra_info("sockname")[1] for wire in (ada, also)}
    assert {writer.get_extra_info("peername")[1] for writer in registry.writers("ada")} == ports
    assert len(registry.writers("ben")) == 1
    assert registry.writers("eve") == ()
    assert len(registry) == 2
    assert len(list(registry)) == 2


async def test_a_rename_takes_every_connection_along(
    serve: Serve, join: Join, until: Until
) -> None:
    """After a rename all connections of the account are under the new name, none under the old."""
    server = await serve()
    registry = server._hub.registry
    ada = await join(server, "ada")
    await join(server, "eva", token=ada.token)
    assert registry.writers("ada") == ()
    assert len(registry.writers("eva")) == 2
    ada.cut()
    await until(lambda: len(registry.writers("eva")) == 1)
    assert ada.account in registry


async def test_others_connected_are_counted_by_account(serve: Serve, join: Join) -> None:
    """Two connections of one account are one; one's own account does not count."""
    server = await serve()
    ada = await join(server, "ada")
    await join(server, "ada", token=ada.token)
    ben = await join(server, "ben")
    assert server.others_connected(None) == 2
    assert server.others_connected(ben.account) == 1
    assert server.others_connected("nobody") == 2
