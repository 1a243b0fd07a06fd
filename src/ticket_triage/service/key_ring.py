"""Keys in memory: whether one opens something is known without asking the store, and takes as long either way.

Before there are any, only what listens on the loopback is open.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SCOPES = ("predict", "feedback", "read", "admin")
"""What keys can be good for; none includes another."""

_KEY = re.compile(r"tt_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NO_HASH = "0" * 64


class Opener(NamedTuple):
    """A key that was made: the hash of it, and what it opens; no scope when it is revoked."""

    key_id: str
    hash: str
    scopes: frozenset[str]


class KeyRing:
    """Keys as they stood when they were read.

    Parameters
    ----------
    keys : iterable of Opener
        Every key that was ever made.

    Examples
    --------
    >>> key = "tt_0123456789ab_" + 43 * "x"
    >>> ring = KeyRing([Opener("0123456789ab", hash_of(key), frozenset(["predict"]))])
    >>> ring.find(key.encode()).key_id, ring.find(b"tt_0123456789ab_" + 43 * b"y")
    ('0123456789ab', None)
    """

    def __init__(self, keys: Iterable[Opener]) -> None:
        every = list(keys)
        self.any_made = bool(every)
        self._openers = {key.key_id: key for key in every if key.scopes}

    @property
    def opens_something(self) -> bool:
        """Whether some key is not revoked."""
        return bool(self._openers)

    def find(self, given: bytes) -> Opener | None:
        """Return what a key opens, None when nothing."""
        text = given.decode("latin-1")
        matched = _KEY.fullmatch(text)
        opener = self._openers.get(matched[1]) if matched else None
        same = hmac.compare_digest(hash_of(text), _NO_HASH if opener is None else opener.hash)
        return opener if same else None


NO_KEYS = KeyRing([])


def hash_of(key: str) -> str:
    """Return what is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "10.0.0.5", "example.org")]
    [True, True, True, False, False, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
