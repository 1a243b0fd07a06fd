"""Alembic's entry: it runs on the connection that ``schema`` hands over, inside its transaction."""

from alembic import context

from ticket_triage.store.tables import METADATA

if hasattr(context, "config"):  # Alembic runs this file; who imports it gets nothing done
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,  # SQLite changes a table by making it anew
    )
    context.run_migrations()
