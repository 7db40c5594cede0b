"""Connections to servers that a tenant names: on the internet, and not within the network that this program runs in."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class InsideError(OSError):
    """The name leads to nowhere but inside."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} has no address on the internet")


def connect(host: str, port: int, *, seconds: float, may_be_inside: bool) -> socket.socket:
    """A connection to the first address of a host that answers; the very address that was looked at is connected to.

    Raises InsideError where the host has none outside, before anything is tried, and OSError where none answers.
    """
    targets = [target for *_kind, target in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = [t for t in targets if may_be_inside or is_outside(str(t[0]))]
    if not allowed:
        raise InsideError(host)
    trouble: OSError | None = None
    for address, port_there, *_more in allowed:
        try:
            return socket.create_connection((str(address), int(port_there)), timeout=seconds)
        except OSError as error:
            trouble = error
    raise trouble or OSError("no address")


def is_outside(address: str) -> bool:
    """Is this IP address one of the internet, whichever way it is written."""
    return all(found.is_global and not found.is_multicast for found in _meanings(ipaddress.ip_address(address)))


def _meanings(found: Address) -> Iterator[Address]:
    """The address, and the IPv4 one that is packed in it (mapped, 6to4, NAT64)."""
    if isinstance(found, ipaddress.IPv4Address):
        yield found
        return
    packed = found.ipv4_mapped or found.sixtofour
    if found in ipaddress.ip_network("64:ff9b::/96"):
        packed = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if packed is not None:
        yield packed
    if found.ipv4_mapped is None:
        yield found
