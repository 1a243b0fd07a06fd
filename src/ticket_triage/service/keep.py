"""Look after a store: make it ready, bring it up to date, check it, and have it forget."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError
from ticket_triage.store import checking, forgetting, schema
from ticket_triage.store.address import SQLITE, read_address, shown
from ticket_triage.store.database import open_engine, reading
from ticket_triage.store.store import Store

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.store.checking import Checked
    from ticket_triage.store.forgetting import Forgotten


def prepare_store(where: str) -> None:
    """Make sure that a store can be written before anything is served; an empty one is filled.

    Raises
    ------
    BadOptionError, StoreError
    """
    Store(where).close()


def existing_store(where: str) -> Store:
    """Open a store that is there already.

    Raises
    ------
    BadOptionError
        There is none at this address.
    StoreError
    """
    _must_exist(where)
    return Store(where)


def upgrade_store(where: str) -> tuple[str | None, str]:
    """Bring a store's tables to this program's version; return the version before and after.

    Raises
    ------
    BadOptionError, StoreError
    """
    engine = open_engine(read_address(where), writes=True)
    try:
        return schema.upgrade(engine)
    finally:
        engine.dispose()


def check_store(where: str) -> Checked:
    """Check a store's database, its audit and its receipts; nothing is written.

    Raises
    ------
    BadOptionError, StoreError
    """
    _must_exist(where)
    engine = open_engine(read_address(where), writes=False)
    try:
        with reading(engine) as connection:
            schema.refuse_other(engine, schema.revision(connection))
            return checking.check(connection)
    finally:
        engine.dispose()


def forget_in_store(where: str, kind: str, name: str, now: datetime) -> Forgotten:
    """Erase a person, and look whether the name is still to be read.

    Parameters
    ----------
    where : str
    kind : str
        ``customer`` or ``requester``.
    name : str
        As the tickets have it.
    now : datetime

    Raises
    ------
    BadOptionError, StoreError
    """
    if not name.strip():
        raise BadOptionError("Nobody has an empty name; give it as the tickets have it.")
    _must_exist(where)
    prepare_store(where)
    engine = open_engine(read_address(where), writes=True)
    try:
        return forgetting.forget_person(engine, kind, name.strip(), now)
    finally:
        engine.dispose()


def expire_in_store(where: str, days: int, now: datetime) -> int:
    """Erase tickets that are over and were not touched for so many days; return how many.

    Raises
    ------
    BadOptionError, StoreError
    """
    _must_exist(where)
    prepare_store(where)
    engine = open_engine(read_address(where), writes=True)
    try:
        return forgetting.expire(engine, now - timedelta(days=days), now)
    finally:
        engine.dispose()


def _must_exist(where: str) -> None:
    url = read_address(where)
    if url.get_backend_name() == SQLITE and not Path(str(url.database)).is_file():
        raise BadOptionError(f"There is no store at {shown(url)}; name it with --store.")
