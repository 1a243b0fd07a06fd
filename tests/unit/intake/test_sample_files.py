import gzip
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.intake.sample import CEILING, new_tickets, write_sample
from ticket_triage.intake.sample.table import HISTORY_COLUMNS

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample") / "made on demand")


def test_the_shipped_history_is_what_the_generator_makes(written):
    shipped = gzip.decompress((DATA / "sample_history.csv.gz").read_bytes())
    assert shipped == gzip.decompress(written[0].read_bytes())


def test_the_shipped_waiting_tickets_are_what_the_generator_makes(written):
    assert (DATA / "new_tickets.csv").read_bytes() == written[1].read_bytes()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    first, again, other = (write_sample(tmp_path / name, 60, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert first[0].read_bytes() != other[0].read_bytes()


def test_the_shipped_history_is_small_and_carries_no_moment_of_its_making():
    packed = (DATA / "sample_history.csv.gz").read_bytes()
    assert len(packed) < 1_200_000
    assert packed[4:8] == b"\0\0\0\0"


def test_cells_are_written_the_plain_way(written):
    table = pd.read_csv(written[0], dtype=str)
    assert set(table["vip"]) == {"true", "false"}
    assert table["opened_at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()
    assert table["resolved_at"].dropna().str.endswith("Z").all()
    assert table["affected_users"].dropna().str.isdigit().all()
    assert table["tags"].dropna().str.contains(";").any()


def test_lines_end_alike_everywhere(written):
    assert b"\r" not in gzip.decompress(written[0].read_bytes())
    assert b"\r" not in written[1].read_bytes()


def test_a_written_table_reads_back_as_it_was(written):
    table = pd.read_csv(written[1], dtype={"subject": "str"}, parse_dates=["opened_at"])
    waiting = new_tickets()
    assert table["body"].tolist() == waiting["body"].tolist()
    assert (table["opened_at"] == waiting["opened_at"]).all()


def test_the_dictionary_explains_every_column_and_states_the_ceilings():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in HISTORY_COLUMNS if f"`{name}`" not in text] == []
    assert [head for head, ceiling in CEILING.items() if f"| {head} | {ceiling:.3f} |" not in text] == []
    assert len(text.splitlines()) <= 120
