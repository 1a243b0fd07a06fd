"""Delimited text: every row found, on its own line, whatever is broken around it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.errors import UnreadableFileError
from ticket_triage.intake.delimited import read_delimited
from ticket_triage.intake.records import STRAY_QUOTE, split_records

CELLS = st.text(st.sampled_from('ab ",;\t|\n\ré字'), max_size=8)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)


def written(rows, delimiter=",", end="\n"):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "subject", "body"), *rows])
    return out.getvalue()


@given(rows=ROWS, delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read_on_the_line_it_was_written_on(rows, delimiter, end):
    text = written(rows, delimiter, end)
    table = read_delimited(text.encode(), "t.csv", ".csv", delimiter)
    assert list(table.columns.itertuples(index=False, name=None)) == rows
    before = [written(rows[:count], delimiter, end).count("\n") + 1 for count in range(len(rows))]
    assert table.lines.tolist() == before
    assert (table.rows_read, table.problems) == (len(rows), ())


@given(text=st.text(st.sampled_from('ab",\n\r '), max_size=60))
def test_any_text_at_all_gives_the_rows_that_reading_record_by_record_gives(text):
    table = read_delimited(f"h1,h2\n{text}".encode(), "t.csv", ".csv", ",")
    records = list(split_records(f"h1,h2\n{text}", ",", 2))[1:]
    good = [record for record in records if not record.fault]
    assert table.columns.to_numpy().tolist() == [record.fields for record in good]
    assert table.lines.tolist() == [record.line for record in good]
    assert [problem.line for problem in table.problems] == [record.line for record in records if record.fault]


@given(rows=ROWS)
def test_an_unclosed_quote_costs_its_own_line_and_no_other(rows):
    text = written(rows) + '9,"never closed,x\n' + written([("1", "2", "3")]).split("\n", 1)[1]
    table = read_delimited(text.encode(), "t.csv", ".csv", ",")
    assert list(table.columns.itertuples(index=False, name=None)) == [*rows, ("1", "2", "3")]
    assert [(problem.line, problem.reason) for problem in table.problems] == [
        (written(rows).count("\n") + 1, STRAY_QUOTE)
    ]


def test_rows_of_another_width_are_named_and_the_rest_goes_on():
    table = read_delimited(b"a,b\n1,2\n1,2,3\n\n4\n5,6\n", "t.csv", ".csv")
    assert table.columns["a"].tolist() == ["1", "5"]
    assert [str(problem) for problem in table.problems] == [
        "line 3 '1,2,3': has 3 fields where the header has 2 (row left out)",
        "line 5 '4': has 1 fields where the header has 2 (row left out)",
    ]
    assert (table.rows_read, table.lines.tolist()) == (4, [2, 6])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id;body\n1;a, b, c\n2;d, e, f\n", ";"),
        ("id,body\n1,a;b;c\n", ","),
        ("id\tbody\n1\ta, b; c | d\n", "\t"),
        ("id|body\n1|a, b\n", "|"),
        ('id;body\n1;"x;y\n,,,"\n', ";"),
        ("sep=|\nid|body\n1|x\n", "|"),
    ],
)
def test_the_delimiter_is_the_one_that_fits_the_header(text, delimiter):
    table = read_delimited(text.encode(), "t.csv", ".csv")
    assert table.columns.columns.tolist() == ["id", "body"]
    assert table.notes == (f"delimiter {delimiter!r}",)
    assert table.lines.tolist()[0] == (3 if text.startswith("sep") else 2)


def test_a_single_column_needs_no_delimiter():
    table = read_delimited(b"body\nit is down, again\n", "t.txt", ".txt", "\t")
    assert table.columns["body"].tolist() == ["it is down, again"]


def test_line_ends_of_old_macs_are_line_ends():
    table = read_delimited(b"a,b\r1,2\r3,4\r", "t.csv", ".csv")
    assert (table.columns["b"].tolist(), table.lines.tolist()) == (["2", "4"], [2, 3])


def test_a_field_of_many_megabytes_is_read_whole():
    table = read_delimited(b'a,b\n1,"' + b"x\n" * 10_000_000 + b'"\n2,y\n', "t.csv", ".csv")
    assert table.columns["b"].str.len().tolist() == [20_000_000, 1]
    assert table.lines.tolist() == [2, 10_000_003]


def test_nameless_and_repeated_columns_get_names_and_a_note():
    table = read_delimited(b"a,,A\n1,2,3\n", "t.csv", ".csv")
    assert table.columns.columns.tolist() == ["a", "column_2", "A (2)"]
    assert table.notes[1] == "column 3 repeats the name 'A' and is called 'A (2)'"


def test_a_header_with_a_stray_quote_is_refused():
    with pytest.raises(UnreadableFileError, match=r"t\.csv has no header that can be read: a quote is opened"):
        read_delimited(b'"a,b\n1,2\n', "t.csv", ".csv")
