"""The versions of the tables: an empty store is filled, an older one is brought up only when asked."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from ticket_triage.errors import StoreVersionError
from ticket_triage.store.address import SQLITE, shown
from ticket_triage.store.database import named_failures, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

REVISION = "0005"
"""The version of the tables this program reads and writes."""


def ensure(engine: Engine) -> None:
    """Fill an empty store, and refuse one of another version.

    Parameters
    ----------
    engine : Engine
        One that writes.

    Raises
    ------
    StoreVersionError
        The tables are older, which ``triage store upgrade`` mends, or newer.
    StoreError
        The store cannot be opened or written.
    """
    make_folder(engine)
    with named_failures(engine.url), engine.connect() as connection, connection.begin():
        found = revision(connection)
    if found is None:
        upgrade(engine)
    else:
        refuse_other(engine, found)


def refuse_other(engine: Engine, found: str | None) -> None:
    """Refuse tables of a version that is not this program's.

    Raises
    ------
    StoreVersionError
    """
    if found != REVISION:
        raise StoreVersionError(
            f"The store {shown(engine.url)} has tables of version {found}, this program needs {REVISION}; "
            "stop the service and run 'triage store upgrade'."
        )


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to this program's version in one transaction; return the version before and after.

    Raises
    ------
    StoreVersionError
        The tables are newer than this program.
    StoreError
        The store cannot be written.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    make_folder(engine)
    config = Config()
    config.set_main_option("script_location", str(files("ticket_triage.store") / "migrations"))
    with writing(engine) as connection:
        before = revision(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise StoreVersionError(
                f"The store {shown(engine.url)} has tables of version {before}, which this program does not know; "
                "use the newer program that made it."
            ) from None
    return before, REVISION


def revision(connection: Connection) -> str | None:
    """Return the version of the tables, None when there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def make_folder(engine: Engine) -> None:
    """Make the folder of an SQLite store where it is missing."""
    if engine.url.get_backend_name() == SQLITE:
        with named_failures(engine.url):
            Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
