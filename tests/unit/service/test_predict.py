"""Predicting a file as a use case: rows, receipts, chunks, and files written whole."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.errors import BadOptionError, BadValueError, ModelNotFoundError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import new_tickets
from ticket_triage.service.answers import check_ending, spreadsheet_safe, write_answers
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.files import check_folder, check_target, drafted, lines_to, write_text
from ticket_triage.service.predict import predict

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def waiting():
    return new_tickets()


@pytest.fixture
def asked(small_models):
    return {"now": NOW, "models": small_models, "name": "small"}


def test_answers_stand_in_the_tickets_order_with_their_own_decision(waiting, asked, small_models):
    predicted = predict(waiting, **asked)
    assessor = build_assessor(small_models, "small")
    for ticket, row in zip(tickets_from(predicted.reading.tickets), predicted.answers.itertuples(), strict=True):
        decision = assessor.decide(ticket, NOW)
        said = (row.ticket_id, row.priority, row.points, row.team, row.reason, row.escalate)
        assert said == (
            ticket.ticket_id,
            decision.priority,
            decision.points,
            decision.route.team,
            decision.reason,
            decision.escalation.escalate,
        )


def test_more_tickets_than_a_chunk_are_answered_as_if_alone(waiting, asked):
    many = pd.concat([waiting] * 50, ignore_index=True).assign(ticket_id=[f"M-{n}" for n in range(1200)])
    answers = predict(many, **asked).answers.drop(columns="ticket_id")
    assert len(answers) == 1200
    first = answers[:24].reset_index(drop=True)
    pd.testing.assert_frame_equal(answers[1176:].reset_index(drop=True), first)


def test_receipts_come_one_for_each_ticket_as_one_line(waiting, asked):
    lines = []
    answers = predict(waiting, **asked, receipts=lines.append).answers
    assert [json.loads(line)["ticket_id"] for line in lines] == answers.ticket_id.tolist()
    assert not any("\n" in line for line in lines)
    pd.testing.assert_frame_equal(answers, predict(waiting, **asked).answers)


def test_without_a_model_columns_keep_their_types(waiting, tmp_path):
    predicted = predict(waiting, now=NOW, models=tmp_path)
    assert "no model" in predicted.missing
    assert predicted.answers.urgency.isna().all()
    assert str(predicted.answers.dtypes["urgency"]) == "str"
    assert str(predicted.answers.dtypes["urgency_probability"]) == "float64"


def test_the_model_alone_needs_a_model(waiting, tmp_path):
    with pytest.raises(ModelNotFoundError, match="There is no model in"):
        predict(waiting, now=NOW, models=tmp_path, model_only=True)


def test_a_moment_without_zone_is_refused(waiting, tmp_path):
    with pytest.raises(BadValueError, match="has no time zone"):
        predict(waiting, now=datetime(2026, 7, 1), models=tmp_path)  # noqa: DTZ001 - that is the mistake


def test_labels_in_the_file_change_no_answer(waiting, asked):
    labelled = waiting.assign(urgency="nobody knows this level", category="x")
    pd.testing.assert_frame_equal(predict(labelled, **asked).answers, predict(waiting, **asked).answers)


def test_progress_never_goes_back(waiting, asked):
    shares = []
    predict(waiting, **asked, progress=lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@given(st.text() | st.integers() | st.none())
def test_no_cell_is_a_formula(value):
    safe = spreadsheet_safe(value)
    if isinstance(value, str) and safe != value:
        assert safe == "'" + value
    assert not (isinstance(safe, str) and safe[:1] in {"=", "@", "\t", "\r", "\0"})


def test_what_cannot_be_a_file_of_answers_is_refused():
    with pytest.raises(BadOptionError, match=r"a\.xls is of no kind that can be written"):
        check_ending(Path("a.xls"))
    for name in ("a.csv", "B.CSV.GZ", "c.jsonl", "d.parquet"):
        check_ending(Path(name))


def test_a_file_that_cannot_be_written_leaves_no_draft(tmp_path):
    with pytest.raises(BadOptionError, match="cannot be written"):
        write_answers(pd.DataFrame({"ticket_id": ["A"]}), tmp_path / "no" / "a.csv")
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(BadOptionError, match=r"taken\.csv cannot be written"):
        write_text(tmp_path / "taken.csv", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]


def test_lines_appear_only_when_all_went_well(tmp_path):
    path = tmp_path / "lines"
    with suppress(KeyboardInterrupt), lines_to(path) as keep:
        keep("one")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with lines_to(path) as keep:
        keep("ä")
        keep("b")
    assert path.read_bytes() == "ä\nb\n".encode()


def test_a_draft_takes_the_place_of_the_older_file_at_once(tmp_path):
    path = tmp_path / "report"
    path.write_text("older")
    with drafted(path) as draft:
        draft.write_text("newer")
        assert path.read_text() == "older"
    assert path.read_text() == "newer"


def test_a_target_that_is_a_source_is_refused(tmp_path):
    path = tmp_path / "h.csv"
    path.touch()
    with pytest.raises(BadOptionError, match="is read by this very command and would be lost"):
        check_target(tmp_path / "." / "h.csv", None, "sqlite:///x.db", str(path))
    check_target(tmp_path / "new.csv", path)


def test_folders_that_can_be_made_are_welcome(tmp_path):
    check_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(BadOptionError, match="file is a file, so nothing can be kept in"):
        check_folder(tmp_path / "file" / "b")


def test_reading_is_kept_beside_the_answers(asked):
    frame = pd.DataFrame({"ticket_id": ["A", "A"], "subject": ["Down", "again"]})
    predicted = predict(frame, **asked)
    assert (predicted.reading.rows_read, predicted.reading.rows_refused) == (2, 1)
    assert predicted.answers.ticket_id.tolist() == read_tickets(frame, labelled=False).tickets.ticket_id.tolist()
