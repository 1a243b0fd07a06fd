"""Tickets are read from a real PostgreSQL, where one answers."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from ticket_triage import read_tickets
from ticket_triage.errors import UnreadableFileError


@pytest.fixture
def table(postgres) -> Iterator[str]:
    name = f"tickets_{uuid4().hex}"
    engine = create_engine(postgres)
    with engine.begin() as connection:
        connection.execute(text(f"create table {name} (id text, subject text, opened timestamptz, urgency text)"))
        connection.execute(
            text(f"insert into {name} values (:id, :subject, :opened, :urgency)"),
            [
                {"id": "A-1", "subject": "Größe ändern", "opened": "2026-03-01T10:00:00+01:00", "urgency": "High"},
                {"id": "A-2", "subject": "Down", "opened": None, "urgency": None},
            ],
        )
    yield name
    with engine.begin() as connection:
        connection.execute(text(f"drop table {name}"))
    engine.dispose()


def test_a_query_gives_tickets(postgres, table):
    mapping = {"columns": {"ticket_id": "id", "opened_at": "opened"}}
    reading = read_tickets(postgres, mapping, query=f"select * from {table} order by id")
    first, second = reading.tickets.to_dict("records")
    assert (first["ticket_id"], first["subject"], first["urgency"]) == ("A-1", "Größe ändern", "high")
    assert first["opened_at"].isoformat() == "2026-03-01T09:00:00+00:00"
    assert pd.isna(second["opened_at"])
    assert second["subject"] == "Down"


def test_a_table_that_is_not_there_is_one_sentence_without_a_password(postgres, table):
    with pytest.raises(UnreadableFileError, match="no_tickets_") as caught:
        read_tickets(postgres.replace("postgres@", "postgres:geheim@"), query=f"select * from no_{table}")
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
