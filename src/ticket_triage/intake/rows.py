"""Tables to tickets, and one record to one ticket, read exactly as a file would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.ticket import CUSTOM_PREFIX, INTAKE_COLUMNS, Ticket
from ticket_triage.errors import BadValueError, nearest
from ticket_triage.intake.columns import typed
from ticket_triage.intake.mapping import ColumnMapping
from ticket_triage.intake.plain import read_custom, split_list
from ticket_triage.intake.schema import LIST_COLUMNS, TEXT_COLUMNS, TIME_COLUMNS, product_columns
from ticket_triage.intake.table import shorten
from ticket_triage.intake.values import NOT_TEXT, as_text, cell_text, nested, on_distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.ticket import CustomValue

_PLAIN = ColumnMapping()
_PRODUCT = product_columns(DEFAULT_HEADS)


def tickets_from(frame: pd.DataFrame) -> list[Ticket]:
    """Return a table's rows as tickets, in order; labels and columns known later are left aside.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        The product's column names, as :func:`read_tickets` gives them. Without ``ticket_id``, ids are made from row
        numbers.

    Raises
    ------
    BadValueError
        A value is of the wrong kind; the first is named with its column and row.

    Examples
    --------
    >>> frame = pd.DataFrame({"subject": ["Down"], "vip": ["yes"], "tags": ["vpn;office"], "custom.seats": ["12"]})
    >>> ticket = tickets_from(frame)[0]
    >>> ticket.ticket_id, ticket.vip, ticket.tags, ticket.custom
    ('row-1', True, ('vpn', 'office'), {'seats': 12.0})
    """
    columns = {name: _values(name, frame[name]) for name in INTAKE_COLUMNS if name in frame.columns}
    given = columns.get("ticket_id", [None] * len(frame))
    columns["ticket_id"] = [value or f"row-{number}" for number, value in enumerate(given, start=1)]
    own = {name: frame[name] for name in map(str, frame.columns) if name.startswith(CUSTOM_PREFIX)}
    custom = _custom(own, len(frame))
    names = list(columns)
    return [
        Ticket(**dict(zip(names, row, strict=True)), custom=extra)
        for row, extra in zip(zip(*columns.values(), strict=True), custom, strict=True)
    ]


def ticket_from(record: Mapping[str, Any]) -> Ticket:
    """Return one record as a ticket.

    Parameters
    ----------
    record : mapping
        The product's column names; own fields as ``custom.<name>`` or in a mapping ``custom``. Labels and columns
        known later may stand in it and are left aside. Neither subject nor body need stand in it.

    Raises
    ------
    BadValueError
        A column is unknown, a value is of the wrong kind, or nothing at all stands in the record.

    Examples
    --------
    >>> ticket_from({"ticket_id": "T-1", "subject": "Checkout is down", "opened_at": "2026-03-01T09:30:00Z"}).opened_at
    datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
    >>> ticket_from({"subjct": "Checkout is down"})
    Traceback (most recent call last):
    ticket_triage.errors.BadValueError: 'subjct' is no column of a ticket; did you mean 'subject'? \
Name a field of your own 'custom.subjct'.
    """
    entries = {key: value for key, value in record.items() if key != "custom"}
    entries |= {CUSTOM_PREFIX + str(key): value for key, value in (record.get("custom") or {}).items()}
    for name in entries:
        if name not in _PRODUCT and not name.startswith(CUSTOM_PREFIX):
            hint = f"{nearest(name, _PRODUCT)} Name a field of your own 'custom.{name}'."
            raise BadValueError(f"{name!r} is no column of a ticket; {hint}")
    if not any(cell_text(value).strip() for value in entries.values()):
        raise BadValueError("Nothing at all is known of the ticket; give at least its subject, body or ticket_id.")
    columns = {name: pd.Series([value], dtype="object") for name, value in entries.items()}
    return tickets_from(pd.DataFrame(columns, index=range(1)))[0]


def _values(name: str, column: pd.Series[Any]) -> list[Any]:
    """Return a column as Python values, None where nothing is known."""
    odd = nested(column)
    if odd.any() and name in ("ticket_id", *TEXT_COLUMNS):
        raise BadValueError(f"{name} in row {int(odd.argmax()) + 1} {NOT_TEXT}; give its words alone.")
    parsed = typed(name, [column], _PLAIN, DEFAULT_HEADS)
    if parsed.bad.any():
        row = int(parsed.bad.argmax())
        value = shorten(as_text(column)[row])
        raise BadValueError(f"{name} {value!r} in row {row + 1} {parsed.reason}; mend it or leave it empty.")
    if name in TEXT_COLUMNS:
        return parsed.values.tolist()
    if name in LIST_COLUMNS:
        return on_distinct(parsed.values, split_list)
    if name in TIME_COLUMNS:
        return [None if value is pd.NaT else value.to_pydatetime() for value in parsed.values]
    return [
        None if missing else value for value, missing in zip(parsed.values.tolist(), parsed.values.isna(), strict=True)
    ]


def _custom(columns: Mapping[str, pd.Series[Any]], rows: int) -> list[dict[str, CustomValue]]:
    found: list[dict[str, CustomValue]] = [{} for _ in range(rows)]
    for name, column in columns.items():
        short = name.removeprefix(CUSTOM_PREFIX)
        for entry, value in zip(found, on_distinct(as_text(column), read_custom), strict=True):
            if value is not None:
                entry[short] = value
    return found
