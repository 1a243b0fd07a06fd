"""An SQL table or query to a raw table, through SQLAlchemy, which is imported only here and only when asked.

Nothing is written: the transaction is never committed. A password in the URL never shows in a message.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.errors import BadOptionError, UnreadableFileError
from ticket_triage.intake.table import RawTable, unique_names

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection


def is_url(source: str) -> bool:
    """Say whether a source is an SQL URL, not a file.

    Examples
    --------
    >>> is_url("sqlite:///desk.db"), is_url("tickets.csv")
    (True, False)
    """
    return "://" in source


def read_database(source: str, query: str | None = None, table: str | None = None) -> RawTable:
    """Read the rows of a query, of a table, or of the only table there is.

    Parameters
    ----------
    source : str
        An SQLAlchemy URL; ``?table=NAME`` at its end names a table.
    query : str or None
        SQL that returns rows; wins over a table.
    table : str or None
        Name of a table, ``schema.name`` where needed.

    Raises
    ------
    BadOptionError
        Neither a query nor a table is named and there are several tables.
    UnreadableFileError
        The URL cannot be understood, its driver is not installed, or the database refuses.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    url, named = _url(source)
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return _rows(connection, _shown(url), query, table or named)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise UnreadableFileError(
            f"The driver of {url.drivername} is not installed; use postgresql+psycopg:// with the extra 'postgres'."
        ) from None
    except (SQLAlchemyError, UnicodeDecodeError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        raise UnreadableFileError(f"{_shown(url)} cannot be read: {_without_password(reason, url)}.") from None


def shown_url(source: str) -> str:
    """Return an SQL URL with its password starred; only its scheme when it cannot be understood."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return _shown(make_url(source))
    except (ArgumentError, ValueError):
        return source.split("://", 1)[0] + "://..."


def _url(source: str) -> tuple[URL, str | None]:
    """Split a source into the database's URL and the table it names; refuse an SQLite file that is not there."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        scheme = source.split("://", 1)[0]
        raise UnreadableFileError(
            f"The {scheme}:// address is no SQL URL; write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."
        ) from None
    named = url.query.get("table")
    url = url.difference_update_query(["table"])
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise UnreadableFileError(f"There is no file {url.database}; check the path after sqlite:///.")
    return url, named if isinstance(named, str) else None


def _rows(connection: Connection, shown: str, query: str | None, table: str | None) -> RawTable:
    statement = query or _select(connection, table or _only_table(connection, shown))
    result = connection.exec_driver_sql(statement)
    if not result.returns_rows:
        raise BadOptionError("The query returns no rows; write a SELECT.")
    names, notes = unique_names(list(result.keys()))
    rows = result.fetchall()
    columns = {name: pd.Series([row[place] for row in rows], dtype="object") for place, name in enumerate(names)}
    frame = pd.DataFrame(columns, index=range(len(rows)))
    source = "SQL query" if query else f"SQL table {table or 'alone in the database'}"
    return RawTable(frame, np.arange(1, len(rows) + 1), len(rows), place="row", notes=(source, *notes))


def _select(connection: Connection, table: str) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    return f"SELECT * FROM {'.'.join(quote(part) for part in table.split('.'))}"  # noqa: S608  # quoted by the dialect


def _only_table(connection: Connection, shown: str) -> str:
    from sqlalchemy import inspect

    tables = inspect(connection).get_table_names()
    if len(tables) != 1:
        known = ", ".join(sorted(tables)) or "none"
        raise BadOptionError(f"Say which table of {shown} to read, with ?table=NAME or a query; it has: {known}.")
    return tables[0]


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _without_password(text: str, url: URL) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line.replace(str(url.password), "***") if url.password else line
