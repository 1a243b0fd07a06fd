"""An empty store is filled, one of another version is refused with what to do."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ticket_triage.errors import BadOptionError, StoreVersionError
from ticket_triage.service.keep import upgrade_store
from ticket_triage.store import migrations
from ticket_triage.store.address import read_address
from ticket_triage.store.database import open_engine, writing
from ticket_triage.store.schema import REVISION, make_folder
from ticket_triage.store.store import Store
from ticket_triage.store.tables import METADATA


def test_the_migrations_make_exactly_the_tables(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_program_needs_the_newest_version():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


@pytest.mark.parametrize("version", ["0000", "9999"])
def test_another_version_is_refused(address, version):
    with Store(address) as store:
        store.submit(
            lambda connection: connection.execute(text(f"update alembic_version set version_num = '{version}'"))
        ).result()
    with pytest.raises(StoreVersionError, match=rf"has tables of version {version}, this program needs {REVISION}"):
        Store(address)


def made_at(address, version):
    """Make the tables as an earlier program did."""
    engine = open_engine(read_address(address), writes=True)
    make_folder(engine)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def test_a_store_of_an_earlier_program_is_brought_up_when_asked(address):
    made_at(address, "0001")
    with pytest.raises(StoreVersionError, match="run 'triage store upgrade'"):
        Store(address)
    assert upgrade_store(address) == ("0001", REVISION)
    with Store(address) as store, store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("mysql://host/db", "cannot be kept in mysql"),
        ("sqlite://", "would lose what it acknowledged"),
        ("sqlite:///:memory:", "would lose what it acknowledged"),
        ("postgresql://h:x/db", "is no store"),
    ],
)
def test_an_address_that_is_none_is_refused(where, told):
    with pytest.raises(BadOptionError, match=told):
        read_address(where)


def test_a_password_is_never_shown():
    with pytest.raises(Exception, match="cannot be used") as caught:
        Store("postgresql://ana:geheim@127.0.0.1:1/none")
    assert "geheim" not in str(caught.value)


def test_tickets_kept_by_an_earlier_program_are_looked_at_once_it_is_brought_up(address):
    made_at(address, "0002")
    engine = open_engine(read_address(address), writes=True)
    columns = "(ticket_id, document, open, held, receipt, version, first, changed_at, audit_key)"
    word = "(seq, ticket_id, kind, field, value, actor, reason, receipt, recorded_at)"
    with writing(engine) as connection:
        for name, is_open in (("T-1", "true"), ("T-2", "false")):
            row = f"('{name}', '{{}}', {is_open}, false, 1, 1, 1, '2026', 'k')"
            connection.execute(text(f"insert into tickets {columns} values {row}"))
        said = "(2, 'T-1', 'correct', 'urgency', 'low', 'Ada', '', 1, '2026')"
        connection.execute(text(f"insert into feedback {word} values {said}"))
    engine.dispose()
    upgrade_store(address)
    with Store(address) as store, store.reading() as connection:
        rows = connection.execute(text("select turn_at, held from tickets order by ticket_id")).all()
    assert [(row.turn_at, bool(row.held)) for row in rows] == [("", True), (None, False)]
