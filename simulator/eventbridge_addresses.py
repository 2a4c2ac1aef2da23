"""Is a value an IP address inside a block? As EventBridge's `cidr` operator reads both.

Decimal octets may have leading zeros and host bits may be set; a /32 or /128 is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")


def in_network(text: str) -> Callable[[Any], bool]:
    """Parse a block such as 10.0.0.0/24; ValueError when it is none."""
    address, slash, bits = text.partition("/")
    base = _address(address)
    if not slash or base is None or not re.fullmatch(r"[+-]?[0-9]+", bits):
        raise ValueError("cidr takes an address, a slash and the mask's bits")
    if not 0 <= int(bits) < base.max_prefixlen:
        raise ValueError(f"cidr's mask has 0 to {base.max_prefixlen - 1} bits")
    network = ip_network(f"{base}/{int(bits)}", strict=False)

    def inside(found: Any) -> bool:
        at = _address(found) if isinstance(found, str) else None
        return at is not None and at.version == network.version and at in network

    return inside


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if IPV4.fullmatch(text):
        text = ".".join(str(int(octet)) for octet in text.split("."))
    elif not IPV6.fullmatch(text):
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None
