"""Which addresses notices may go to: none that only this machine or its network can reach, unless that is allowed.

A name is looked up, every address of it is checked, and the connection goes to an address that was checked; so no name
can be pointed elsewhere in between.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from ticket_triage.errors import BadOptionError

MAX_URL_CHARS = 2000

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Reach(NamedTuple):
    """What may be reached beside public addresses: those of private networks, and this machine, also without TLS."""

    private: bool = False
    loopback: bool = False

    def allows(self, address: str) -> bool:
        """Say whether a notice may go to an IP address.

        Examples
        --------
        >>> [Reach().allows(address) for address in ("93.184.215.14", "127.0.0.1", "10.0.0.5", "169.254.169.254")]
        [True, False, False, False]
        >>> Reach(private=True).allows("169.254.169.254"), Reach(loopback=True).allows("::ffff:127.0.0.1")
        (False, True)
        """
        place = _meant(ipaddress.ip_address(address.partition("%")[0]))
        if place.is_loopback:
            return self.loopback
        if any(place in network for network in _PRIVATE if network.version == place.version):
            return self.private
        return place.is_global and not place.is_multicast


def _meant(place: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address leads to, where it is one of those."""
    if isinstance(place, ipaddress.IPv4Address):
        return place
    if place in _NAT64:
        return ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
    inside = place.ipv4_mapped or place.sixtofour or (place.teredo and place.teredo[1])
    return inside or place


def read_url(url: str, reach: Reach) -> SplitResult:
    """Return the parts of an address that notices may go to, as far as its letters tell.

    Raises
    ------
    BadOptionError
        It is no https address, or one that is not allowed.

    Examples
    --------
    >>> read_url("https://desk.example.org/in", Reach()).hostname
    'desk.example.org'
    >>> read_url("http://desk.example.org/in", Reach())
    Traceback (most recent call last):
    ticket_triage.errors.BadOptionError: Notices go to https addresses alone, for others can read along; give one.
    """
    if len(url) > MAX_URL_CHARS or not url.isascii() or not url.isprintable() or " " in url:
        raise BadOptionError(f"An address has at most {MAX_URL_CHARS} printable ASCII characters and no space.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadOptionError("This is no address; give one such as https://desk.example.org/hooks.") from None
    if parts.scheme not in ("http", "https") or not host or parts.fragment or parts.username is not None:
        raise BadOptionError("Give an address such as https://desk.example.org/hooks, without a user or a fragment.")
    if parts.scheme == "http" and not (reach.loopback and (host == "localhost" or _is_loopback(host))):
        raise BadOptionError("Notices go to https addresses alone, for others can read along; give one.")
    if _is_literal(host) and not reach.allows(host):
        raise BadOptionError(f"Notices may not go to {host}; {how_to_allow(host)}")
    return parts


def addresses_of(parts: SplitResult, reach: Reach) -> list[tuple[str, int]]:
    """Look up a host, and return the addresses and the port to connect to.

    Raises
    ------
    BadOptionError
        An address of it is not allowed.
    OSError
        It cannot be looked up.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no name") from None
    places = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for place in places:
        if not reach.allows(place) or (parts.scheme == "http" and not _is_loopback(place)):
            raise BadOptionError("its address is not one that notices may go to")
    return [(place, port) for place in places]


def how_to_allow(host: str) -> str:
    """Say how an address that is refused could be allowed, if at all."""
    if Reach(loopback=True).allows(host):
        return "to try things out, set TRIAGE_HOOKS_ALLOW_LOOPBACK=true."
    if Reach(private=True).allows(host):
        return "to let them into your own network, set TRIAGE_HOOKS_ALLOW_PRIVATE=true."
    return "it is no address of a public server."


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_literal(host) and _meant(ipaddress.ip_address(host.partition("%")[0])).is_loopback
