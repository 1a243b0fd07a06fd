"""Reading: typed tickets out, every problem named, nothing guessed."""

import pandas as pd
import pytest

from ticket_triage.domain.labels import SENTIMENT
from ticket_triage.errors import NoUsableRowsError, UnknownLevelError
from ticket_triage.intake.reading import read_tickets

HEADER = "Ticket_ID ,OPENED_AT,subject,Body,VIP,annual_value,affected_users,tags,"
HEADER += "urgency,urgency_source,urgency_labelled_at,Region,custom.seats\n"
FULL = f"""{HEADER}\
T-1,2026-03-01T09:30:00+01:00,Down,"It is
down",yes,1200.5,3,vpn; office,HIGH ,Machine,2026-03-02,north,5
T-2,yesterday,,The icon,perhaps,-4,2.5,,,robot,,south,
,2026-03-01,,third,,,,,low,,,,
T-1,2026-03-01,again,,,,,,,,,,
T-4,2026-03-01, ,"  ",,,,,,,,,
T-5,a,b
"""


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    path = tmp_path_factory.mktemp("reading") / "t.csv"
    path.write_text(FULL, encoding="utf-8")
    return read_tickets(path)


def test_columns_are_found_whatever_their_case_and_typed(reading):
    kinds = reading.tickets.dtypes.astype(str)
    assert kinds["opened_at"] == kinds["urgency_labelled_at"] == "datetime64[us, UTC]"
    assert (kinds["vip"], kinds["annual_value"], kinds["affected_users"]) == ("boolean", "float64", "Int64")
    assert kinds[["ticket_id", "subject", "body", "tags", "urgency", "custom.Region"]].eq("str").all()


def test_columns_stand_in_the_product_s_order_with_own_ones_last(reading):
    assert reading.tickets.columns.tolist() == [
        "ticket_id", "subject", "body", "opened_at", "vip", "annual_value", "affected_users", "tags",
        "urgency", "urgency_source", "urgency_labelled_at", "custom.Region", "custom.seats",
    ]  # fmt: skip


def test_values_are_those_of_the_file(reading):
    first = reading.tickets.iloc[0].to_dict()
    assert first["body"] == "It is\ndown"
    assert first["opened_at"] == pd.Timestamp("2026-03-01 08:30", tz="UTC")
    assert (first["vip"], first["annual_value"], first["tags"]) == (True, 1200.5, "vpn;office")
    assert (first["urgency"], first["urgency_source"], first["custom.seats"]) == ("high", "machine", "5")


def test_each_problem_stands_on_its_line_with_column_value_and_reason(reading):
    assert [str(problem) for problem in reading.problems] == [
        "line 4, opened_at 'yesterday': is no time written as 'iso' (read as unknown)",
        "line 4, vip 'perhaps': is neither yes nor no (read as unknown)",
        "line 4, annual_value '-4': is no number of at least 0 (read as unknown)",
        "line 4, affected_users '2.5': is no whole number of at least 0 (read as unknown)",
        "line 4, urgency_source 'robot': is none of human, corrected, confirmed, machine (read as unknown)",
        "line 6, ticket_id 'T-1': is the id of an earlier row (row left out)",
        "line 7: has neither subject nor body (row left out)",
        "line 8 'T-5,a,b': has 3 fields where the header has 13 (row left out)",
    ]
    assert (reading.problem_count, reading.rows_read, reading.rows_refused) == (8, 6, 3)


def test_a_ticket_without_id_gets_one_from_its_row_and_a_note(reading):
    assert reading.tickets["ticket_id"].tolist() == ["T-1", "T-2", "row-3"]
    assert reading.lines.tolist() == [2, 4, 5]
    assert "1 rows without ticket_id: theirs are made from row numbers" in reading.notes


def test_a_file_without_ids_gets_them_from_row_numbers():
    reading = read_tickets(pd.DataFrame({"body": ["a", "", "c"]}))
    assert reading.tickets["ticket_id"].tolist() == ["row-1", "row-3"]
    assert "no column ticket_id: ids are made from row numbers" in reading.notes


def test_a_label_outside_the_levels_names_value_line_levels_and_remedy(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("body,urgency\na,low\nb,blocker\nc,trivial\n", encoding="utf-8")
    message = (
        r"^Line 3: urgency 'blocker' is none of the levels low, medium, high, critical \(so are 'trivial'\); "
        r'say in a mapping what it means: \[levels.urgency\] "blocker" = "low", or "" for not labelled.$'
    )
    with pytest.raises(UnknownLevelError, match=message):
        read_tickets(path)


def test_labels_of_heads_nobody_asked_for_are_own_columns():
    frame = pd.DataFrame({"body": ["a"], "urgency": ["blocker"], "sentiment": ["Negative"]})
    tickets = read_tickets(frame, heads=[SENTIMENT]).tickets
    assert tickets["custom.urgency"].tolist() == ["blocker"]
    assert tickets["sentiment"].tolist() == ["negative"]


def test_the_word_none_is_text_and_a_category_but_no_number():
    frame = pd.DataFrame({"body": ["None", "nan"], "category": ["N/A", None], "annual_value": ["null", "2"]})
    tickets = read_tickets(frame).tickets
    assert tickets["body"].tolist() == ["None", "nan"]
    assert tickets["category"].tolist()[0] == "N/A"
    assert tickets["annual_value"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("body,urgency\n", "has a header but no rows"),
        ("body,urgency\n,low\n ,high\n", "None of the 2 rows of .* could be used; the first: line 2: has neither"),
        ("a,b\n1,2\n", r"has no column named subject or body; say in a mapping .* It has: a, b\.$"),
    ],
)
def test_no_usable_row_is_one_sentence(text, message, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(NoUsableRowsError, match=message):
        read_tickets(tmp_path / "t.csv")


def test_a_time_column_of_another_format_is_pointed_out():
    reading = read_tickets(pd.DataFrame({"body": ["a", "b"], "opened_at": ["31.12.2025", "1.1.2026"]}))
    assert "no value of opened_at could be read as a time; say its format in [times]" in reading.notes
    assert reading.problem_reasons == {"is no time written as 'iso'": 2}


def test_a_thousand_problems_are_listed_and_all_are_counted():
    reading = read_tickets(pd.DataFrame({"body": ["a"] * 1500, "vip": ["perhaps"] * 1500}))
    assert (len(reading.problems), reading.problem_count, reading.rows_refused) == (1000, 1500, 0)
    assert len(reading.tickets) == 1500


def test_intake_facts_are_the_columns_there_and_never_a_label():
    frame = pd.DataFrame({"body": ["a"], "channel": ["mail"], "vip": [True], "team": ["one"], "site": ["x"]})
    reading = read_tickets(frame)
    assert reading.fact_columns == ("channel", "vip")
    assert reading.later_columns == ("team",)
