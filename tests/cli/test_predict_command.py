"""``triage predict``: what the files hold, and that they hold it again."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.modelling.training import labels_of
from ticket_triage.service.models import load_model

MODEL_COLUMNS = [
    "ticket_id",
    "urgency",
    "urgency_probability",
    "category",
    "category_probability",
    "sentiment",
    "sentiment_probability",
    "urgency_source",
    "category_source",
    "sentiment_source",
]
DECISION_COLUMNS = [
    "urgency_to_act_on",
    "priority",
    "points",
    "action",
    "team",
    "escalate",
    "first_response_due_at",
    "resolution_due_at",
    "reason",
    "mode",
    "abstention",
]
NOW = "2026-07-01T10:00:00Z"


@pytest.fixture
def predict(triage, waiting, small_models):
    def run(out, *options, tickets=waiting):
        return triage(
            "predict", tickets, "--out", out, "--models", small_models, "--name", "small", "--now", NOW, *options
        )

    return run


def test_answers_hold_every_promised_column_within_its_bounds(predict):
    ended = predict("answers.csv")
    assert ended == (0, "24 tickets answered in answers.csv; 0 rows left out.\n", "")
    answers = pd.read_csv("answers.csv")
    assert list(answers.columns) == MODEL_COLUMNS + DECISION_COLUMNS
    assert answers.drop(columns=["urgency_to_act_on", "abstention"]).notna().all().all()
    assert (answers.urgency_to_act_on.isna() == answers.abstention.notna()).all()
    assert set(answers.priority) <= {"P1", "P2", "P3", "P4"}
    assert answers.points.between(0, 100).all()
    assert set(answers["mode"]) == {"full"}
    assert (pd.to_datetime(answers.first_response_due_at) <= pd.to_datetime(answers.resolution_due_at)).all()


def test_answers_merged_back_into_a_history_are_no_labels_of_people(predict, waiting):
    predict("answers.csv", "--model-only")
    merged = pd.read_csv(waiting)[["ticket_id", "subject", "body"]].merge(pd.read_csv("answers.csv"), on="ticket_id")
    reading = read_tickets(merged)
    urgency = next(head for head in reading.heads if head.name == "urgency")
    assert (reading.tickets["urgency"] == merged["urgency"]).all()
    assert (labels_of(reading.tickets, urgency) == "").all()


def test_a_probability_is_of_the_class_named_beside_it(predict, small_models):
    predict("answers.csv", "--receipts", "receipts.jsonl")
    answers = pd.read_csv("answers.csv")
    receipts = [json.loads(line) for line in Path("receipts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [receipt["ticket_id"] for receipt in receipts] == answers.ticket_id.tolist()
    for row, receipt in zip(answers.itertuples(), receipts, strict=True):
        assert (row.priority, row.points, row.team) == (receipt["priority"], receipt["points"], receipt["team"])
        for head in receipt["prediction"]["heads"]:
            assert getattr(row, head["head"]) == head["answer"]
            assert getattr(row, f"{head['head']}_probability") == head["probabilities"][head["answer"]]
            assert head["reasons"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "jsonl", "parquet"])
def test_the_same_moment_gives_the_same_bytes(predict, tmp_path, ending):
    for name in ("first", "second"):
        assert predict(f"{name}.{ending}", "--receipts", f"{name}.receipts").code == 0
    first, second = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("first", "second"))
    assert first == second
    assert (tmp_path / "first.receipts").read_bytes() == (tmp_path / "second.receipts").read_bytes()


def test_every_kind_of_file_holds_the_same_answers(predict):
    for ending in ("csv", "csv.gz", "jsonl", "parquet"):
        predict(f"answers.{ending}")
    expected = pd.read_csv("answers.csv")
    assert gzip.decompress(Path("answers.csv.gz").read_bytes()) == Path("answers.csv").read_bytes()
    pd.testing.assert_frame_equal(pd.read_parquet("answers.parquet"), expected, check_dtype=False)
    lines = pd.read_json("answers.jsonl", lines=True, dtype=False)
    pd.testing.assert_frame_equal(lines, expected, check_dtype=False)


def test_the_model_alone_answers_without_the_policy(predict):
    predict("decided.csv")
    assert predict("answers.csv", "--model-only").code == 0
    answers = pd.read_csv("answers.csv")
    assert list(answers.columns) == MODEL_COLUMNS
    pd.testing.assert_frame_equal(answers, pd.read_csv("decided.csv")[MODEL_COLUMNS])


def test_without_a_model_rules_decide_and_say_so(triage, waiting):
    ended = triage("predict", waiting, "--out", "answers.parquet", "--now", NOW)
    assert ended.code == 0
    assert ended.err.startswith("triage: rules alone decide, for no model can be used: There is no model in models;")
    answers = pd.read_parquet("answers.parquet")
    assert answers.urgency.isna().all()
    assert set(answers["mode"]) == {"rules only"}
    assert answers.priority.notna().all()


def test_rows_that_cannot_be_used_are_told_and_the_rest_goes_on(predict, tmp_path):
    rows = [
        "ticket_id,subject,vip",
        "A,Checkout is down for everyone,perhaps",
        ",,",
        "C,the icon is ugly,no",
        "A,twice,",
    ]
    (tmp_path / "mixed.csv").write_text("\n".join(rows) + "\n")
    ended = predict("answers.csv", tickets="mixed.csv")
    assert ended.out == "2 tickets answered in answers.csv; 2 rows left out.\n"
    told = ended.err.splitlines()
    assert all(line.startswith("triage: line ") for line in told)
    assert [line.split()[2].rstrip(":,") for line in told] == ["2", "3", "5"]
    assert pd.read_csv("answers.csv").ticket_id.tolist() == ["A", "C"]


def test_odd_characters_come_through_and_formulas_stay_text(predict, tmp_path):
    subject = "Ünïcödé 日本語 \U0001f525 ‮\x07"
    tickets = [{"ticket_id": "=1+1", "subject": subject}, {"ticket_id": "日本-\U0001f525", "body": "=HYPERLINK(1)"}]
    (tmp_path / "odd.jsonl").write_text("\n".join(map(json.dumps, tickets)), encoding="utf-8")
    assert predict("answers.csv", tickets="odd.jsonl").code == 0
    assert pd.read_csv("answers.csv").ticket_id.tolist() == ["'=1+1", "日本-\U0001f525"]
    assert predict("answers.jsonl", tickets="odd.jsonl").code == 0
    assert pd.read_json("answers.jsonl", lines=True).ticket_id.tolist() == ["=1+1", "日本-\U0001f525"]


def test_a_text_of_two_million_characters_is_answered(predict, tmp_path):
    (tmp_path / "huge.jsonl").write_text(json.dumps({"ticket_id": "H", "body": "the site is down " * 120_000}))
    assert predict("answers.csv", tickets="huge.jsonl").code == 0
    assert pd.read_csv("answers.csv").ticket_id.tolist() == ["H"]


def test_answers_of_a_run_that_fails_leave_the_older_file_alone(triage, waiting, tmp_path):
    (tmp_path / "answers.csv").write_text("older")
    assert triage("predict", "none.csv", "--out", "answers.csv").code == 2
    assert (tmp_path / "answers.csv").read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_a_ticket_is_answered_alone_as_among_others(predict, waiting, small_models):
    predict("answers.csv")
    answers = pd.read_csv("answers.csv")
    model = load_model(small_models, "small")
    for ticket, said in zip(tickets_from(read_tickets(waiting, labelled=False).tickets), answers.urgency, strict=True):
        assert model.predict([ticket])[0].head("urgency").answer == said
