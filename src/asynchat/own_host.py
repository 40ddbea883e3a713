"""The number by which others most likely reach this computer.  Nothing is sent to find it."""

from __future__ import annotations

import contextlib
import importlib
import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Addresses of the documentation's networks (RFC 5737, RFC 3849): nobody has them.
_NOBODY: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
_ADDRESS_OF_INTERFACE: Final = 0x8915  # SIOCGIFADDR of Linux
_NAME_BYTES: Final = 15
_REQUEST_BYTES: Final = 40
_NUMBER: Final = slice(20, 24)
_IPV6_TABLE: Final = Path("/proc/net/if_inet6")


def own_host(family: socket.AddressFamily) -> str | None:
    """Return the address that the system would come from on its way out.

    On a network with no way out it is the first that an interface has, other than loopback;
    that is known on Linux only.  None where there is none.
    """
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((_NOBODY[family], 9))
        except OSError:
            numbers = _ipv6_numbers() if family == socket.AF_INET6 else _ipv4_numbers(sock)
            return next((number for number in numbers if _is_for_others(number)), None)
        return str(sock.getsockname()[0])


def _is_for_others(number: str) -> bool:
    address = ipaddress.ip_address(number)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _ipv4_numbers(sock: socket.socket) -> Iterator[str]:
    try:
        fcntl: Any = importlib.import_module("fcntl")
    except ImportError:  # Windows
        return
    for _, name in socket.if_nameindex():
        request = name.encode()[:_NAME_BYTES].ljust(_REQUEST_BYTES, b"\0")
        with contextlib.suppress(OSError):  # it has none, or this is no Linux
            told = fcntl.ioctl(sock.fileno(), _ADDRESS_OF_INTERFACE, request)
            yield socket.inet_ntoa(told[_NUMBER])


def _ipv6_numbers() -> Iterator[str]:
    with contextlib.suppress(OSError):  # this is no Linux
        for line in _IPV6_TABLE.read_text("ascii").splitlines():
            yield str(ipaddress.IPv6Address(bytes.fromhex(line.split(maxsplit=1)[0])))
