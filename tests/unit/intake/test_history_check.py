"""The check of a history: what it holds, what repeats, and which labels a column gives away."""

import json

import pandas as pd

from ticket_triage.domain.labels import URGENCY
from ticket_triage.intake.check import check_history
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.settled import settled_labels


def history(rows, mapping=None):
    return check_history(read_tickets(pd.DataFrame(rows), mapping))


def test_a_report_counts_rows_and_reasons_and_is_plain_json():
    report = history({"body": ["a", "", "c"], "vip": ["yes", "no", "perhaps"], "channel": ["mail", "mail", None]})
    assert (report.rows_read, report.rows_used, report.rows_refused, report.problem_count) == (3, 2, 1, 2)
    assert report.reasons == {"has neither subject nor body": 1, "is neither yes nor no": 1}
    assert report.channels == {"mail": 1}
    assert json.loads(json.dumps(report.as_dict()))["problems"][0]["line"] == 2


def test_each_column_is_said_to_be_known_at_intake_or_later():
    frame = {
        "body": ["a", "b"],
        "channel": ["mail", None],
        "team": "x",
        "urgency": "low",
        "site": "n",
        "fix": ["", "y"],
    }
    mapping = {"intake": {"columns": ["site"]}, "later": {"columns": ["fix"]}}
    columns = {column.name: column for column in history(frame | {"code": "1"}, mapping).columns}
    kinds = {name: column.kind for name, column in columns.items()}
    assert kinds == {
        "ticket_id": "intake", "subject": "intake", "body": "intake", "channel": "intake", "team": "later",
        "urgency": "label", "custom.site": "intake", "custom.fix": "later", "custom.code": "custom",
    }  # fmt: skip
    assert [name for name, column in columns.items() if column.fact] == ["channel", "custom.site"]
    assert (columns["channel"].filled, columns["subject"].filled, columns["custom.fix"].distinct) == (0.5, 0.0, 1)


def test_labels_are_counted_in_level_order_with_majority_and_rare_classes():
    urgency = ["low"] * 12 + ["high"] * 3 + [None]
    report = history({"body": [str(n) for n in range(16)], "urgency": urgency, "urgency_source": "human"})
    head = report.heads[0]
    assert head.counts == {"low": 12, "medium": 0, "high": 3, "critical": 0}
    assert (head.majority, head.majority_share, head.rare) == ("low", 0.8, ("high",))
    assert (head.labelled, head.missing, head.sources) == (15, 1, {"human": 15})


def test_texts_that_repeat_are_counted_and_their_contradictions_per_head():
    report = history(
        {
            "subject": ["A", "a ", "a", "b", "b"],
            "body": "x",
            "urgency": ["low", "high", None, "low", "low"],
            "category": "c",
        }
    )
    assert (report.duplicates.texts, report.duplicates.rows) == (2, 3)
    assert report.duplicates.conflicting == {"urgency": 1, "category": 0}


def test_the_window_of_dates_is_given_in_utc():
    report = history({"body": ["a", "b"], "opened_at": ["2026-01-02T00:00+01:00", "2025-06-01"]})
    assert (report.first_opened_at, report.last_opened_at) == ("2025-06-01T00:00:00Z", "2026-01-01T23:00:00Z")
    assert history({"body": ["a"]}).first_opened_at is None


def labelled(pairs):
    return pd.DataFrame([pair for pair, count in pairs for _ in range(count)], columns=["urgency", "custom.type"])


def test_a_level_that_one_value_settles_is_found_with_its_rows():
    frame = labelled([(("low", "1"), 300), (("high", "0"), 40), (("medium", "0"), 30), ((None, "1"), 9)])
    (found,) = settled_labels(frame, [URGENCY])
    assert (found.level, found.column, found.value, found.rows, found.remaining_rows) == (
        "low",
        "custom.type",
        "1",
        300,
        70,
    )
    assert "exactly where custom.type is '1' (300 rows)" in found.sentence


def test_a_hundredth_of_exceptions_is_still_a_rule_and_more_is_not():
    almost = labelled([(("low", "1"), 199), (("low", "0"), 1), (("high", "0"), 50)])
    assert "almost exactly" in settled_labels(almost, [URGENCY])[0].sentence
    assert settled_labels(labelled([(("low", "1"), 190), (("low", "0"), 10), (("high", "0"), 50)]), [URGENCY]) == ()


def test_few_rows_or_a_single_level_are_no_finding():
    assert settled_labels(labelled([(("low", "1"), 19), (("high", "0"), 5)]), [URGENCY]) == ()
    assert settled_labels(labelled([(("low", "1"), 100)]), [URGENCY]) == ()
    assert settled_labels(labelled([(("low", None), 100), (("high", None), 100)]), [URGENCY]) == ()
