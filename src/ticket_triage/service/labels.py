"""The labels that people gave by feedback, as a table to train on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.moments import moment
from ticket_triage.domain.ticket import CUSTOM_PREFIX, INTAKE_COLUMNS
from ticket_triage.errors import NoUsableRowsError
from ticket_triage.intake.schema import label_columns
from ticket_triage.service.keep import existing_store
from ticket_triage.store.labels import labelled

if TYPE_CHECKING:
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.store.labels import Label

_SEPARATOR = "; "


def labels_table(where: str) -> pd.DataFrame:
    """Return every ticket of a store that a person labelled, with the provenance of each label.

    Parameters
    ----------
    where : str
        Folder or URL of the store.

    Returns
    -------
    DataFrame
        What was known at intake, then ``<head>``, ``<head>_source`` and ``<head>_labelled_at``: ``triage train`` reads
        it as it is. Labels that only a machine gave are not in it.

    Raises
    ------
    NoUsableRowsError
        Nobody has labelled anything.
    StoreError
    """
    with existing_store(where) as store, store.reading() as connection:
        rows = [_row(ticket, labels) for ticket, labels in labelled(connection)]
    if not rows:
        raise NoUsableRowsError("Nobody has confirmed or corrected a label in this store yet.")
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    heads = sorted({name.removesuffix("_source") for row in rows for name in row if name.endswith("_source")})
    last = [column for head in heads for column in label_columns(head)]
    return table[[*(name for name in table.columns if name not in last), *last]]


def _row(ticket: Ticket, labels: list[Label]) -> dict[str, Any]:
    row = {name: _plain(getattr(ticket, name)) for name in INTAKE_COLUMNS}
    row["opened_at"] = None if ticket.opened_at is None else moment(ticket.opened_at)
    row |= {f"{CUSTOM_PREFIX}{name}": value for name, value in ticket.custom.items()}
    for label in labels:
        row |= dict(zip(label_columns(label.head), (label.label, label.source, label.labelled_at), strict=True))
    return row


def _plain(value: object) -> object:
    return (_SEPARATOR.join(value) or None) if isinstance(value, tuple) else value
