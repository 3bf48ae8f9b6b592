"""Where a channel may be reached: one address, written plainly, in networks that the channel's facts allow.

An address can say one thing to the person who checks it and another to the program that calls it (127.1, 0x7f000001, a
name that leads inside an hour later, an address behind an @). So only plain ones are taken, and what a name leads to is
looked at when the line is opened, and that very address is called.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from casework.errors import BadInput, ChannelChanged, ChannelUnavailable

NETWORKS = ("loopback", "private", "public")
"""Kinds of network: this machine; RFC 1918, RFC 6598 and RFC 4193; what the registries give out."""
_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LIKE_A_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_URL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_PRIVATE = tuple(ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
_PRIVATE_6 = IPv6Network("fc00::/7")
_CARRIERS = tuple(
    IPv6Network(one) for one in ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""Addresses that carry an IPv4 address inside: they say in other words what may not be said."""
_METADATA = frozenset(ip_address(one) for one in ("100.100.100.200", "fd00:ec2::254"))
"""Where a cloud tells any program on a machine the machine's keys; 169.254.169.254 is no network of ours anyway."""

_MOST_TRIED = 3
_Ip = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Place:
    """One address, written plainly: scheme, host in small letters, port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What one channel may reach. `within` narrows it to networks that the installation names (`networks`, CIDR)."""

    channel: str
    schemes: frozenset[str] = frozenset(_PORTS)
    networks: frozenset[str] = frozenset({"loopback"})
    within: tuple[str, ...] = ()

    def narrowed(self, settings: Mapping[str, str]) -> Reach:
        """With the setting `networks`: "10.20.0.0/16, 2001:db8::/32". Raises `BadInput` when it names none."""
        said = [part.strip() for part in settings.get("networks", "").split(",") if part.strip()]
        try:
            return replace(self, within=tuple(str(ip_network(part)) for part in said)) if said else self
        except ValueError:
            words = f"The setting networks of the channel {self.channel} is a list such as 10.20.0.0/16, 10.30.1.7/32."
            raise BadInput(words) from None

    def place(self, url: str) -> Place:
        """An address in its parts. Raises `BadInput` for one that is not written plainly or not allowed."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise self._no() from None
        if not _URL.fullmatch(url) or "@" in parts.netloc or parts.fragment:
            raise self._no()
        if parts.scheme not in self.schemes:
            raise self._no()
        host = parts.netloc.rpartition("]")[0].lstrip("[") if parts.netloc.startswith("[") else parts.hostname or ""
        if parts.netloc.lower() not in {f"{_bracketed(host)}{end}" for end in ("", f":{port}")} or not port:
            raise self._no()
        return Place(parts.scheme, self.host(host), port)

    def host(self, host: str) -> str:
        """A host in small letters: a whole IP address as it is usually written, or a name. Raises `BadInput`."""
        small = host.lower()
        try:
            address = ip_address(small)
        except ValueError:
            labels = small.split(".")
            plain = len(small) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
            if not plain or _LIKE_A_NUMBER.fullmatch(labels[-1]):
                raise self._no() from None
            return small
        if str(address) != small or not self._allowed(address):
            raise self._no()
        return small

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """What the host leads to now. Raises `OSError` when that is nowhere, `ChannelChanged` when it is outside."""
        found = [ip_address(str(said[4][0])) for said in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        named = not _is_address(host)
        for address in found:
            if not self._allowed(address) or (named and address.is_loopback and host != "localhost"):
                raise ChannelChanged(f"{self.channel}: its name leads into a network where the channel may not lie.")
        return tuple(str(address) for address in dict.fromkeys(found))[:_MOST_TRIED]

    def open(self, host: str, port: int, timeout: float) -> socket.socket:
        """A line to the host, by an address that was looked at. Raises as `addresses` does."""
        failed: OSError = socket.gaierror("no address")
        for address in self.addresses(host, port):
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as trouble:
                failed = trouble
        raise failed

    def looked_up(self, host: str, port: int) -> str:
        """One address of the host, looked at. Raises `ChannelUnavailable` when its name leads nowhere."""
        try:
            return self.addresses(host, port)[0]
        except (OSError, IndexError) as failed:
            raise ChannelUnavailable(f"{self.channel}: its name leads nowhere ({type(failed).__name__}).") from None

    def allows(self, address: str) -> bool:
        """Whether a line to this address, written as the system writes it, may be opened."""
        try:
            return self._allowed(ip_address(address))
        except ValueError:
            return False

    def _allowed(self, address: _Ip) -> bool:
        inside = not self.within or any(address in ip_network(one) for one in self.within)
        return inside and _kind(address) in self.networks

    def _no(self) -> BadInput:
        name = self.channel
        return BadInput(f"The address of the channel {name} is not written plainly, or lies where it may not lie.")


NOWHERE = Reach("", frozenset(), frozenset())
"""The reach of a channel that is never asked."""


def _kind(address: _Ip) -> str:
    """The kind of network; empty for what nobody may be asked at: unspecified, link-local, multicast, reserved."""
    if isinstance(address, IPv6Address) and address.scope_id:
        return ""
    if address.is_loopback:
        return "loopback"
    if address.is_unspecified or address.is_link_local or address.is_multicast or address in _METADATA:
        return ""
    if isinstance(address, IPv4Address):
        if any(address in network for network in _PRIVATE):
            return "private"
    elif any(address in network for network in _CARRIERS):
        return ""
    elif address in _PRIVATE_6:
        return "private"
    return "public" if address.is_global else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
