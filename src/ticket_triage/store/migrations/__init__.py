"""The versions of the tables, run by :mod:`ticket_triage.store.schema` through Alembic."""
