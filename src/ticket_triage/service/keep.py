"""Look after a store: make it ready, bring it up to date."""

from __future__ import annotations

from ticket_triage.store.store import Store


def prepare_store(where: str) -> None:
    """Make sure that a store can be written before anything is served; an empty one is filled.

    Raises
    ------
    BadOptionError, StoreError
    """
    Store(where).close()
