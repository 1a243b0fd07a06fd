"""The five public raw exports, through the mappings the project ships: every count as in the file."""

from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.errors import UnknownLevelError
from ticket_triage.intake.check import check_history
from ticket_triage.intake.reading import read_tickets

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"
FILES = {
    "endava_5k": "all_tickets.csv.gz",
    "airline": "Tweets.csv.gz",
    "kaggle_noise": "customer_support_tickets.csv.gz",
    "incident_log": "incident_event_log.csv.gz",
    "helpdesk_metrics": "help_desk.csv.gz",
}


@pytest.fixture(scope="module")
def report_of(shared_data):
    def read(name):
        path = shared_data / "raw" / name / FILES[name]
        if not path.is_file():
            pytest.skip(f"{path} is absent")
        reading = read_tickets(path, MAPPINGS / f"{name}.toml")
        return reading, check_history(reading)

    return read


def counts(report, head):
    return next(entry.counts for entry in report.heads if entry.head == head)


def test_endava_says_that_ticket_type_settles_urgency(report_of):
    reading, report = report_of("endava_5k")
    assert (report.rows_read, report.rows_used, report.problem_count) == (5431, 5431, 0)
    assert counts(report, "urgency") == {"low": 4855, "medium": 262, "high": 300, "critical": 14}
    assert len(counts(report, "category")) == 9
    found = next(entry for entry in report.settled if entry.column == "custom.ticket_type")
    assert (found.level, found.value, found.rows, found.remaining_rows) == ("low", "1", 4855, 576)
    assert "(4,855 rows)" in found.sentence
    assert "only the other 576 labelled rows carry an urgency signal" in found.sentence
    assert reading.fact_columns == ()


def test_endava_without_a_mapping_of_its_codes_is_refused_with_the_remedy(shared_data):
    with pytest.raises(UnknownLevelError, match=r"^Line 2: urgency '3' is none of .*\[levels.urgency\]"):
        read_tickets(shared_data / "raw" / "endava_5k" / FILES["endava_5k"], {"columns": {"subject": "title"}})


def test_airline_reads_stray_bytes_serial_days_and_lists_repeated_tweets(report_of):
    reading, report = report_of("airline")
    assert (report.rows_read, report.rows_used, report.rows_refused) == (14640, 14485, 155)
    assert report.reasons == {"is the id of an earlier row": 155}
    assert counts(report, "sentiment") == {"negative": 9082, "neutral": 3069, "positive": 2334}
    assert sum(counts(report, "category").values()) == 9082
    assert report.first_opened_at == "2015-02-16T23:36:05Z"
    assert any("2 places on 2 lines are not UTF-8" in note for note in reading.notes)
    assert reading.fact_columns == ("custom.airline",)


def test_kaggle_s_balanced_labels_and_moments_are_all_there(report_of):
    reading, report = report_of("kaggle_noise")
    assert (report.rows_read, report.rows_used, report.problem_count) == (8469, 8469, 0)
    assert counts(report, "urgency") == {"low": 2063, "medium": 2192, "high": 2085, "critical": 2129}
    assert counts(report, "category")["Refund request"] == 1752
    assert reading.tickets["csat"].value_counts().to_dict() == {3.0: 580, 1.0: 553, 2.0: 549, 5.0: 544, 4.0: 543}
    assert reading.tickets["first_response_at"].notna().sum() == 8469 - 2819
    assert reading.fact_columns == ("channel", "product")
    assert "custom.Resolution" in reading.later_columns


def test_the_incident_log_folds_into_its_incidents(report_of):
    reading, report = report_of("incident_log")
    assert (report.rows_read, report.rows_used, report.problem_count) == (5998, 890, 0)
    assert counts(report, "urgency") == {"low": 73, "medium": 784, "high": 33, "critical": 0}
    assert counts(report, "impact") == {"low": 73, "medium": 786, "high": 31}
    second = reading.tickets.set_index("ticket_id").loc["INC0000047"]
    assert second["opened_at"] == pd.Timestamp("2016-02-29 04:40", tz="UTC")
    assert (second["reassignments"], second["status"]) == (1, "Closed")
    assert reading.tickets["first_response_at"].ge(reading.tickets["opened_at"]).mean() > 0.99


def test_helpdesk_metrics_leave_unassigned_severity_unlabelled(report_of):
    reading, report = report_of("helpdesk_metrics")
    assert (report.rows_read, report.rows_used, report.problem_count) == (9542, 9542, 0)
    assert counts(report, "urgency") == {"low": 2981, "medium": 2011, "high": 1538, "critical": 0}
    assert report.heads[0].missing == 3012
    assert (report.first_opened_at, report.last_opened_at) == ("2020-03-01T00:00:00Z", "2020-10-30T00:00:00Z")
    assert reading.tickets["csat"].isna().sum() == 3959
    assert "custom.days_open" in reading.later_columns


@pytest.mark.parametrize(
    ("name", "rows"),
    [("it_topics", 9568), ("mozilla_severity", 7725), ("airline", 2931), ("multilingual_sentiment", 6960)],
)
def test_the_fixed_splits_are_read_without_a_mapping_or_a_problem(shared_data, name, rows):
    path = shared_data / "splits" / name / "test.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    reading = read_tickets(path)
    assert (len(reading.tickets), reading.problem_count) == (rows, 0)
