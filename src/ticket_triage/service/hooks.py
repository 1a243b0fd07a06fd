"""Where notices go: addresses are added, listed and removed, and what could not be delivered is tried anew."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.errors import BadOptionError, HookNotFoundError, nearest
from ticket_triage.service.notices import KINDS
from ticket_triage.service.reach import Reach, read_url
from ticket_triage.service.signatures import new_secret
from ticket_triage.store import deliveries, hooks
from ticket_triage.store.deliveries import Dead
from ticket_triage.store.hooks import Hook
from ticket_triage.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["Dead", "Hook", "Made", "Reach", "Store", "add_hook", "list_dead", "list_hooks", "remove_hook", "retry"]

MAX_HOOKS = 50
"""Most hooks: each has a lane of its own."""


class Made(NamedTuple):
    """A new hook: its id, and the secret that its receiver checks signatures by, shown this once."""

    hook_id: str
    secret: str


def add_hook(store: Store, url: str, kinds: Sequence[str], reach: Reach, now: datetime) -> Made:
    """Have notices sent to an address from now on.

    Parameters
    ----------
    store : Store
    url : str
    kinds : sequence of str
        Those it wants; none means every kind.
    reach : Reach
        Which addresses are allowed.
    now : datetime

    Raises
    ------
    BadOptionError
        The address is not allowed, a kind is none, or there are too many hooks.
    StoreError
        It cannot be kept.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Store(folder) as store:
    ...     made = add_hook(store, "https://desk.example.org/in", [], Reach(), datetime(2026, 3, 2, tzinfo=UTC))
    ...     [hook.url for hook in list_hooks(store)]
    ['https://desk.example.org/in']
    >>> made.secret[:6]
    'whsec_'
    """
    read_url(url, reach)
    for kind in kinds:
        if kind not in KINDS:
            raise BadOptionError(f"There is no kind of notice {kind!r}; {nearest(kind, KINDS)}.")
    if len(list_hooks(store)) >= MAX_HOOKS:
        raise BadOptionError(f"There are {MAX_HOOKS} hooks already; remove one first.")
    made = Made(f"hk_{secrets.token_hex(6)}", new_secret())
    ordered = [kind for kind in KINDS if kind in kinds]
    store.submit(lambda connection: hooks.add_hook(connection, made.hook_id, url, made.secret, ordered, now)).result()
    return made


def remove_hook(store: Store, hook_id: str, now: datetime) -> None:
    """Send nothing more to an address, and forget its secret and all that is on its way to it.

    Raises
    ------
    HookNotFoundError
        There is no such hook.
    """
    if not store.submit(lambda connection: hooks.remove_hook(connection, hook_id, now)).result():
        raise HookNotFoundError("There is no hook of this id; triage hooks list shows which there are.")


def list_hooks(store: Store) -> list[Hook]:
    """Return every hook, oldest first, without its secret."""
    with store.reading() as connection:
        return hooks.list_hooks(connection)


def list_dead(store: Store) -> list[Dead]:
    """Return the deliveries that were given up, the last one first."""
    with store.reading() as connection:
        return deliveries.list_dead(connection)


def retry(store: Store, delivery_id: str | None, now: datetime) -> int:
    """Have a dead delivery, or with None every one, tried anew; return how many will be.

    Raises
    ------
    HookNotFoundError
        The one named is not dead, or its hook takes nothing more.
    """
    found = store.submit(lambda connection: deliveries.revive(connection, delivery_id, now)).result()
    if delivery_id is not None and not found:
        raise HookNotFoundError("No dead delivery of this id can be tried anew; triage hooks dead lists them.")
    return found
