"""A Parquet file of any size is learnt from in parts: nearly as well as at once, and the same again to the byte."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError, NoLabelsError, UnreadableFileError
from ticket_triage.intake.parts import ParquetParts
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.models import load_model
from ticket_triage.service.train import train


@pytest.fixture(scope="module")
def history():
    return sample_history(1600)


@pytest.fixture(scope="module")
def file(history, tmp_path_factory):
    path = tmp_path_factory.mktemp("in") / "history.parquet"
    table = pa.Table.from_pandas(history, preserve_index=False)
    pyarrow.parquet.write_table(table, path, row_group_size=71)
    return path


@pytest.fixture(scope="module")
def trained(file, tmp_path_factory):
    return train(file, partial=True, models=tmp_path_factory.mktemp("models"), name="big")


def test_it_learns_nearly_as_well_as_in_memory(trained, history):
    at_once = {report.head: report for report in train(history, fast=True, models=None).reports}
    assert (trained.data["read"], trained.data["refused"]) == (len(history), 0)
    assert [report.head for report in trained.reports] == ["urgency", "category", "sentiment"]
    for report in trained.reports:
        assert report.signal
        assert report.accuracy.value > at_once[report.head].accuracy.value - 0.06


def test_it_is_published_and_answers_like_any_other(trained):
    loaded = load_model(trained.version.parents[1], "big")
    ticket = Ticket("T-1", subject="Refund", body="I was charged twice for my invoice")
    (own,), (published,) = trained.model.predict([ticket]), loaded.predict([ticket])
    assert own.heads == published.heads
    assert sum(published.head("category").probabilities) == pytest.approx(1, abs=1e-3)
    explained = loaded.explain(ticket).heads[0]
    total = sum(line.contribution for line in explained.lines) + explained.calibration.shift
    assert total == pytest.approx(explained.calibration.log_odds, abs=1e-4)


def test_twice_the_same_file_gives_the_same_bytes_whatever_its_row_groups(trained, history, tmp_path):
    other = tmp_path / "history.parquet"
    table = pa.Table.from_pandas(history, preserve_index=False)
    pyarrow.parquet.write_table(table, other, row_group_size=1000)
    again = train(other, partial=True, models=tmp_path / "models", name="big")
    files = sorted(path.name for path in trained.version.glob("*.npy"))
    assert files == sorted(path.name for path in again.version.glob("*.npy"))
    assert all((trained.version / name).read_bytes() == (again.version / name).read_bytes() for name in files)


def test_the_parts_hold_every_ticket_once_and_in_order(file, history):
    readings = list(ParquetParts(file))
    assert len(readings) == ParquetParts(file).n_parts == 20
    ids = np.concatenate([reading.tickets["ticket_id"] for reading in readings])
    assert ids.tolist() == history["ticket_id"].tolist()


def test_no_word_of_fewer_than_three_requesters_is_learnt(tmp_path):
    names = [f"r{number % 40}" for number in range(800)]
    bodies = [f"the printer is {'down' if number % 2 else 'slow'}" for number in range(800)]
    bodies = [f"{body} zanzibar" if name in ("r0", "r1") else body for body, name in zip(bodies, names, strict=True)]
    labels = ["high" if number % 2 else "low" for number in range(800)]
    table = pa.table({"body": bodies, "requester": names, "urgency": labels})
    pyarrow.parquet.write_table(table, tmp_path / "h.parquet")
    model = train(tmp_path / "h.parquet", partial=True, models=None).model
    explained = model.explain(Ticket("T-1", body="down zanzibar")).heads[0]
    assert "down" in {line.text for line in explained.lines}
    assert not any("zanzibar" in line.text for line in explained.lines)


def test_what_cannot_be_done_in_parts_is_refused(file, tmp_path, history):
    with pytest.raises(BadOptionError, match="Training in parts knows no 'fast'; leave it out"):
        train(file, partial=True, fast=True, models=None)
    with pytest.raises(BadOptionError, match="reads a Parquet file; name one"):
        train(history, partial=True, models=None)
    (tmp_path / "h.csv").write_text("body,urgency\nDown,high\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="name a Parquet file, or leave --partial out"):
        train(tmp_path / "h.csv", partial=True, models=None)
    pyarrow.parquet.write_table(pa.table({"body": [f"down {n}" for n in range(100)]}), tmp_path / "h.parquet")
    with pytest.raises(NoLabelsError, match="No head can be trained"):
        train(tmp_path / "h.parquet", partial=True, models=None)
