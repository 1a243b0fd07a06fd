"""Where a store is: a folder, an SQLite file by URL, or PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ticket_triage.errors import BadOptionError

FILE_NAME = "store.db"
"""The file of a store that is named by its folder."""

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_ALLOWED = "name a folder, sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def read_address(where: str) -> URL:
    """Return the URL of a store.

    Parameters
    ----------
    where : str
        A folder, whose file is ``store.db``, or a URL.

    Raises
    ------
    BadOptionError
        When it is neither, or a database in memory, which would lose what it acknowledged.

    Examples
    --------
    >>> str(read_address("desk")), str(read_address("postgresql://ana@db/desk"))
    ('sqlite:///desk/store.db', 'postgresql+psycopg://ana@db/desk')
    """
    if "://" not in where:
        return URL.create(SQLITE, database=str(Path(where) / FILE_NAME))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise BadOptionError(f"The {where.split('://', 1)[0]}:// address is no store; {_ALLOWED}.") from None
    if url.get_backend_name() not in (SQLITE, POSTGRESQL):
        raise BadOptionError(f"A store cannot be kept in {url.get_backend_name()}; {_ALLOWED}.")
    if url.get_backend_name() == SQLITE and url.database in (None, "", ":memory:"):
        raise BadOptionError(f"A store in memory would lose what it acknowledged; {_ALLOWED}.")
    return url if url.get_backend_name() == SQLITE else url.set(drivername="postgresql+psycopg")


def shown(url: URL) -> str:
    """Return a URL without its password."""
    return url.render_as_string(hide_password=True)
