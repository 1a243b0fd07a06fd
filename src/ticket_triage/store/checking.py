"""Whether a store holds what it promises: a sound file, a whole chain, and every receipt as it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from ticket_triage.store import audit
from ticket_triage.store.address import SQLITE
from ticket_triage.store.tables import AUDIT, RECEIPTS, TICKETS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_AT_ONCE = 1000


class Checked(NamedTuple):
    """What a check found: how much there is, and every fault in one sentence; none is good."""

    tickets: int
    receipts: int
    entries: int
    faults: tuple[str, ...]


def check(connection: Connection) -> Checked:
    """Check the database itself, the audit's chain, and each receipt against its entry in it."""
    broken = audit.broken(connection)
    faults = [*_unsound(connection), *([] if broken is None else [broken]), *_altered(connection)]
    return Checked(
        tickets=_count(connection, TICKETS),
        receipts=_count(connection, RECEIPTS),
        entries=_count(connection, AUDIT),
        faults=tuple(faults),
    )


def _unsound(connection: Connection) -> list[str]:
    """Return what SQLite says of its file; PostgreSQL looks after its own."""
    if connection.dialect.name != SQLITE:
        return []
    told = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
    orphans = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    faults = [f"the file is damaged: {line}" for line in told if line != "ok"]
    return [*faults, *([f"{orphans} rows belong to no ticket"] if orphans else [])]


def _altered(connection: Connection) -> list[str]:
    """Return which receipts are not what the audit says was recorded, or are gone though their ticket is there."""
    keys = {
        row.ticket_id: row.audit_key for row in connection.execute(select(TICKETS.c.ticket_id, TICKETS.c.audit_key))
    }
    names = {audit.pseudonym(key, name) for name, key in keys.items()}
    entries = select(AUDIT.c.seq, AUDIT.c.ticket, AUDIT.c.digest, RECEIPTS.c.ticket_id, RECEIPTS.c.document)
    joined = entries.join_from(AUDIT, RECEIPTS, AUDIT.c.seq == RECEIPTS.c.seq, isouter=True)
    decided = joined.where(AUDIT.c.action == audit.DECIDED).order_by(AUDIT.c.seq)
    faults, found = [], 0
    with connection.execution_options(yield_per=_AT_ONCE).execute(decided) as rows:
        for row in rows:
            if row.document is None:
                faults += [f"receipt {row.seq} is gone"] if row.ticket in names else []
                continue
            found += 1
            if row.digest != audit.pseudonym(keys[row.ticket_id], row.document):
                faults.append(f"receipt {row.seq} was changed")
    if found != _count(connection, RECEIPTS):
        faults.append("there are receipts that the audit does not know")
    return faults


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
