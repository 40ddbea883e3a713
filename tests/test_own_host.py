"""The number by which others reach this computer."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.own_host import own_host

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK = "import socket; from asynchat.own_host import own_host; print(own_host(socket.{family}))"


@pytest.fixture
def namespace() -> Iterator[str]:
    """Make a network that has nothing but loopback, and return its name."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("makes a network namespace: needs Linux and root")
    name = f"asynchat-{os.getpid()}-own"
    if not run("ip", "netns", "add", name):
        pytest.skip("no network namespaces can be made here")
    yield name
    assert run("ip", "netns", "delete", name)


def run(*command: str) -> bool:
    """Run a command; tell whether it did what it is for."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def seen_from(namespace: str, family: str) -> str:
    """Return what is found in a network."""
    command = ("ip", "netns", "exec", namespace, sys.executable, "-c", ASK.format(family=family))
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_it_is_a_number_that_others_could_dial(family: socket.AddressFamily) -> None:
    """Or there is none; whatever network this computer is in."""
    number = own_host(family)
    if number is not None:
        assert not ipaddress.ip_address(number).is_loopback


@pytest.mark.parametrize(("family", "number"), [("AF_INET", "10.78.0.1"), ("AF_INET6", "fd78::1")])
def test_a_network_without_a_way_out_has_numbers_too(
    namespace: str, family: str, number: str
) -> None:
    """None while there is loopback alone, then that of the cable."""
    assert run("ip", "-n", namespace, "link", "set", "lo", "up")
    assert seen_from(namespace, family) == "None"
    add = ("link", "add", "a0", "type", "veth", "peer", "name", "b0")
    assert run("ip", "-n", namespace, *add)
    prefix = "/24" if "." in number else "/64"
    assert run("ip", "-n", namespace, "address", "add", number + prefix, "dev", "a0", "nodad")
    assert run("ip", "-n", namespace, "link", "set", "a0", "up")
    assert seen_from(namespace, family) == number
