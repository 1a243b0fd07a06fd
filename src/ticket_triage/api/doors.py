"""Who comes in, and how often: API keys with scopes, and a bucket of requests for each.

Before any key exists, a service on the loopback needs none; but then it answers to names of the loopback alone, so that
no web page can reach it by having its own name point there.
"""

from __future__ import annotations

import ipaddress
import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from ticket_triage.api.errors import Refusal
from ticket_triage.api.rules import FREE, SIGNED
from ticket_triage.service.key_ring import NO_KEYS, KeyRing, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Scope

_ASK = {"www-authenticate": 'Bearer realm="ticket-triage"'}
_SCHEME = b"bearer "
_KEPT = 64


class Doors:
    """Let in who may do what is asked.

    Parameters
    ----------
    local : bool
        Whether the service listens on the loopback alone.
    rate_per_s : float
        Requests a second that one key may make in the long run.
    burst : int
        Requests it may make at once after a rest.
    ring : KeyRing, default=NO_KEYS
        Replaced when keys are made or revoked.
    clock : callable, default=time.monotonic
        Seconds.
    """

    def __init__(
        self,
        *,
        local: bool,
        rate_per_s: float,
        burst: int,
        ring: KeyRing = NO_KEYS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.local, self.ring, self.clock = local, ring, clock
        self.rate_per_s, self.burst = rate_per_s, burst
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, scope: Scope, headers: Mapping[bytes, bytes], needed: str | None) -> str:
        """Return the id of the key that comes in, empty when none is needed.

        Parameters
        ----------
        scope : ASGI scope
        headers : mapping of bytes to bytes
        needed : str or None
            The scope the route needs; None where there is no route, which any key may be told.

        Raises
        ------
        Refusal
            401 without a key that opens anything, 403 without the scope, 429 too often.
        """
        if needed in (FREE, SIGNED):
            return ""
        if not self.ring.any_made and self.local and _is_local(scope):
            _check_host(headers.get(b"host", b""))
            return ""
        found = self.ring.find(_given(headers))
        if found is None:
            raise Refusal(401, "key-unknown", "This key opens nothing here: it is misspelt or revoked.", headers=_ASK)
        if needed is not None and needed not in found.scopes:
            raise Refusal(403, "scope-missing", f"This key may not do that; it needs the scope {needed}.")
        self.count(found.key_id)
        return found.key_id

    def count(self, key_id: str) -> None:
        """Count a request of somebody who may come in.

        Raises
        ------
        Refusal
            429, when there were too many.
        """
        bucket = self._buckets.get(key_id)
        if bucket is None:
            bucket = self._buckets[key_id] = _Bucket(self.burst, self.clock())
        wait = bucket.take(self.clock(), self.rate_per_s, self.burst)
        if wait > 0:
            told = f"This key made more than {self.rate_per_s:g} requests a second; wait and try again."
            raise Refusal(429, "too-many-requests", told, headers={"retry-after": str(math.ceil(wait))})


class _Bucket:
    """Requests that may still be made; it fills again with time."""

    __slots__ = ("at", "left")

    def __init__(self, left: float, at: float) -> None:
        self.left, self.at = left, at

    def take(self, now: float, rate_per_s: float, burst: int) -> float:
        """Take one out and return 0, or return the seconds until there is one."""
        self.left, self.at = min(burst, self.left + (now - self.at) * rate_per_s), now
        if self.left < 1:
            return (1 - self.left) / rate_per_s
        self.left -= 1
        return 0.0


def _is_local(scope: Scope) -> bool:
    """Say whether a connection came in at the loopback; in process there is no address."""
    server = scope.get("server")
    return _is_local_address(server[0]) if server else True


@lru_cache(maxsize=_KEPT)
def _is_local_address(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True


def _given(headers: Mapping[bytes, bytes]) -> bytes:
    given = headers.get(b"authorization", b"")
    if given[: len(_SCHEME)].lower() != _SCHEME:
        told = "This address needs an API key; send it as Authorization: Bearer KEY."
        raise Refusal(401, "key-missing", told, headers=_ASK)
    return given[len(_SCHEME) :].strip()


@lru_cache(maxsize=_KEPT)
def _check_host(host: bytes) -> None:
    """Refuse a name that somebody else can own; names without a dot belong to nobody outside."""
    name = host.decode("latin-1").rpartition(":")[0] if b":" in host.rpartition(b"]")[2] else host.decode("latin-1")
    name = name.strip("[]")
    if "." in name and not name.endswith(".localhost") and not is_loopback(name):
        told = "Before any API key exists, this service answers on the loopback alone; ask it as localhost."
        raise Refusal(403, "foreign-host", told)
