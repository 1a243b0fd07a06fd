"""Every kind of source: the same tickets come out, or one clear sentence."""

import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import suppress
from random import Random

import pandas as pd
import pytest
from openpyxl import Workbook

from ticket_triage.errors import BadOptionError, InputError, NoUsableRowsError, UnreadableFileError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.redacted import redacted_table

ROWS = [
    {"ticket_id": "T-1", "subject": "Café is dówn", "body": "two\nlines", "urgency": "high", "affected_users": 12},
    {"ticket_id": "T-2", "subject": "", "body": "the icon, again", "urgency": None, "affected_users": None},
]
COLUMNS = list(ROWS[0])


def csv_bytes(rows=ROWS):
    return pd.DataFrame(rows, columns=COLUMNS).astype({"affected_users": "Int64"}).to_csv(index=False).encode()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def write_csv(folder):
    return put(folder, "t.csv", csv_bytes())


def write_tsv(folder):
    return put(
        folder, "t.tsv", pd.DataFrame(ROWS).astype({"affected_users": "Int64"}).to_csv(index=False, sep="\t").encode()
    )


def write_gzip(folder):
    return put(folder, "t.csv.gz", gzip.compress(csv_bytes()))


def write_zip(folder):
    return put(folder, "t.zip", zipped({"export/t.csv": csv_bytes(), "__MACOSX/._t.csv": b"x"}))


def write_utf16(folder):
    return put(folder, "t.csv", csv_bytes().decode().encode("utf-16"))


def write_bom(folder):
    return put(folder, "t.csv", b"\xef\xbb\xbf" + csv_bytes())


def write_cp1252(folder):
    return put(folder, "t.csv", csv_bytes().decode().encode("cp1252"))


def write_lines(folder):
    return put(folder, "t.jsonl", "\n".join(json.dumps(row) for row in ROWS).encode())


def write_array(folder):
    return put(folder, "t.json", json.dumps(ROWS, indent=1).encode())


def write_parquet(folder):
    pd.DataFrame(ROWS).to_parquet(folder / "t.parquet")
    return folder / "t.parquet"


def write_xlsx(folder):
    book = Workbook()
    for row in ([], COLUMNS, *([row[name] for name in COLUMNS] for row in ROWS)):
        book.active.append(row)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def write_sqlite(folder):
    with sqlite3.connect(folder / "t.db") as connection:
        pd.DataFrame(ROWS).to_sql("tickets", connection, index=False)
    connection.close()
    return f"sqlite:///{folder / 't.db'}"


def as_frame(folder):
    return pd.DataFrame(ROWS)


WRITERS = [
    write_csv, write_tsv, write_gzip, write_zip, write_utf16, write_bom, write_cp1252, write_lines, write_array,
    write_parquet, write_xlsx, write_sqlite, as_frame,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_tickets_come_out_of_every_kind_of_source(write, tmp_path):
    reading = read_tickets(write(tmp_path))
    expected = read_tickets(write_csv(tmp_path)).tickets
    pd.testing.assert_frame_equal(reading.tickets, expected)
    assert reading.tickets["subject"].tolist() == ["Café is dówn", ""]
    assert reading.tickets["affected_users"].tolist() == [12, pd.NA]
    assert (reading.problems, reading.rows_read) == ((), 2)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\n \n", "is empty"),
        ("t.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("t.csv.gz", gzip.compress(csv_bytes(), mtime=0)[:-9], "is cut off: its gzip data ends too early"),
        ("t.csv.gz", b"\x1f\x8b" + b"x" * 40, "is damaged"),
        ("t.zip", zipped({"a.csv": b"x", "b.csv": b"y"}), "holds a.csv, b.csv; unpack it first"),
        ("t.zip", zipped({}), "holds nothing"),
        ("t.zip", zipped({"a.csv": csv_bytes()})[:60], "is damaged or cut off"),
        ("t.pdf", b"%PDF-1.7", "ends in '.pdf', which names no kind of table; known are: .csv"),
        ("tickets", b"a,b", "has no ending"),
        (
            "t.csv.gz",
            csv_bytes(),
            r"is named \.gz, but its content is not gzip; take \.gz off its name if it is a plain",
        ),
        ("t.csv.gz", bytes(range(255, 0, -1)), "but its content is not gzip; .* else pack or copy it again"),
        ("t.csv.zip", csv_bytes(), r"is named \.zip, but its content is not zip"),
        ("t.parquet", csv_bytes(), "named .parquet but holds something else"),
        ("t.parquet", b"PAR1" + b"x" * 40, "is damaged or cut off"),
        ("t.xlsx", zipped({"xl/workbook.xml": b"<broken"}), "no workbook that can be read"),
        ("t.csv", bytes(range(256)) * 20, "holds binary data, not text"),
        ("t.jsonl", b"no json\n", "holds no JSON object"),
        ("t.json", b'[{"a": 1},\n{"a": }]', "is broken JSON on line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(name, data, message, tmp_path):
    with pytest.raises(UnreadableFileError, match=message) as caught:
        read_tickets(put(tmp_path, name, data))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"There is no file .*gone.csv"):
        read_tickets(tmp_path / "gone.csv")
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read_tickets(tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"t.csv": data})])
def test_a_small_file_cannot_unpack_to_fill_the_memory(pack, tmp_path):
    path = put(tmp_path, "t.csv.gz", pack(b"body\n" + b"x" * 2_000_000))
    with pytest.raises(UnreadableFileError, match="unpacks to more than 1,000,000 bytes"):
        read_tickets(path, max_bytes=1_000_000)
    assert len(read_tickets(path, max_bytes=3_000_000).tickets) == 1


def test_stray_bytes_do_not_spoil_the_rest_of_a_utf8_file(tmp_path):
    path = put(tmp_path, "t.csv", "body\nCafé für alle\n".encode() + b"50 \x80 please\n\x81\n")
    reading = read_tickets(path)
    assert reading.tickets["body"].tolist() == ["Café für alle", "50 € please", "\x81"]
    assert "encoding utf-8, but 2 places on 2 lines are not UTF-8 and were read as cp1252" in reading.notes


def test_nul_bytes_are_left_out_and_counted(tmp_path):
    reading = read_tickets(put(tmp_path, "t.csv", b"body\nit is\x00 down\x00\n"))
    assert reading.tickets["body"].tolist() == ["it is down"]
    assert "2 NUL bytes left out" in reading.notes


def test_half_a_surrogate_pair_becomes_a_replacement_character(tmp_path):
    reading = read_tickets(put(tmp_path, "t.jsonl", rb'{"body": "angry \ud83d face"}'))
    assert reading.tickets["body"].tolist() == ["angry \ufffd face"]


def test_bad_json_lines_are_named_and_the_rest_goes_on(tmp_path):
    path = put(tmp_path, "t.jsonl", b'{"body": "a"}\n\n[1]\n{"body": \n{"body": "b", "tags": ["x", "y;z"]}\n')
    reading = read_tickets(path)
    assert reading.tickets["tags"].tolist() == ["", "x;y,z"]
    assert [problem.line for problem in reading.problems] == [3, 4]
    assert reading.lines.tolist() == [1, 5]


ODD_TEXT = "holds a list or an object where text must stand (row left out)"


@pytest.mark.parametrize("field", ["ticket_id", "subject", "body"])
@pytest.mark.parametrize("value", [["Checkout is down"], {"x": 1}, [], {}])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_list_or_an_object_is_no_text_and_the_rest_goes_on(field, value, labelled, tmp_path):
    rows = [{"ticket_id": "T-1", "subject": "a", "body": "b"}, {"ticket_id": "T-2", "subject": "c", "body": "d"}]
    rows[0][field] = value
    for name, text in (("t.jsonl", "\n".join(map(json.dumps, rows))), ("t.json", json.dumps(rows))):
        reading = read_tickets(put(tmp_path, name, text.encode()), labelled=labelled)
        assert reading.tickets["ticket_id"].tolist() == ["T-2"]
        assert [str(problem) for problem in reading.problems] == [f"line 1, {field}: {ODD_TEXT}"]
        assert (reading.problem_count, reading.rows_refused, reading.rows_read) == (1, 1, 2)
    assert read_tickets(pd.DataFrame(rows), labelled=labelled).tickets["ticket_id"].tolist() == ["T-2"]


def test_a_row_odd_twice_is_refused_once_and_never_for_its_likeness_to_another(tmp_path):
    rows = [{"ticket_id": ["T-1"], "body": {}}, {"ticket_id": "T-1", "body": "down"}]
    reading = read_tickets(put(tmp_path, "t.json", json.dumps(rows).encode()))
    assert [problem.column for problem in reading.problems] == ["ticket_id"]
    assert reading.tickets["body"].tolist() == ["down"]


def test_a_column_the_mapping_makes_text_must_hold_text_too(tmp_path):
    data = b'{"Description": "down"}\n{"Description": {"html": "<p>down</p>"}}\n{"Description": "n/a"}\n'
    rules = {"columns": {"body": "Description"}, "missing": ["n/a"]}
    reading = read_tickets(put(tmp_path, "t.jsonl", data), rules)
    assert reading.lines.tolist() == [1]
    assert [(problem.line, problem.column) for problem in reading.problems] == [(2, "body"), (3, None)]


def test_numbers_and_words_of_json_are_the_text_a_csv_file_would_hold(tmp_path):
    reading = read_tickets(put(tmp_path, "t.jsonl", b'{"ticket_id": 7, "subject": true, "body": 2.5}'))
    assert reading.tickets.iloc[0].tolist() == ["7", "true", "2.5"]
    assert reading.problems == ()


def test_an_event_whose_ticket_is_a_list_is_folded_into_none(tmp_path):
    data = b'{"id": "T-1", "body": "down"}\n{"id": ["T-1"], "body": "up"}\n{"id": "", "body": "x"}\n'
    reading = read_tickets(
        put(tmp_path, "t.jsonl", data),
        {"fold": {"id": "id", "last": ["body"]}, "columns": {"ticket_id": "id"}},
    )
    assert reading.tickets["body"].tolist() == ["down"]
    assert [problem.line for problem in reading.problems] == [2, 3]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("row", ['{{"body": {}}}', '{{"body": "a", "custom": {{"seats": [1, {}]}}}}'])
@pytest.mark.parametrize(("name", "text"), [("t.jsonl", '{}\n{{"body": "b"}}\n'), ("t.json", '[{},\n{{"body": "b"}}]')])
def test_what_is_no_json_is_named_and_the_rest_goes_on(word, row, name, text, tmp_path):
    reading = read_tickets(put(tmp_path, name, text.format(row.format(word)).encode()))
    assert [str(problem) for problem in reading.problems] == [
        f"line 1 {word!r}: is no JSON; write null for what is not known (row left out)"
    ]
    assert reading.tickets["body"].tolist() == ["b"]


@pytest.mark.parametrize("text", ['{"body": NaN}', '{\n"body": NaN\n}', '[{"body": NaN}]', '{"body": NaN}\n[1]'])
def test_a_file_of_nothing_but_nan_says_so(text, tmp_path):
    with pytest.raises(NoUsableRowsError, match=r"None of the \d rows of .* line \d 'NaN': is no JSON; write null"):
        read_tickets(put(tmp_path, "t.json", text.encode()))


def test_a_number_too_large_to_hold_is_no_text(tmp_path):
    reading = read_tickets(put(tmp_path, "t.jsonl", b'{"body": 1e999}\n{"body": "b"}'))
    assert [str(problem) for problem in reading.problems] == ["line 1 '1e999': is too large a number (row left out)"]


def test_a_redacted_table_holds_lists_and_objects_as_the_text_they_are_read_as(tmp_path):
    data = b'{"body": "call 030 1234567", "tags": ["a", "b"], "more": {"x": 1}}'
    table = redacted_table(put(tmp_path, "t.jsonl", data))
    assert table.columns.values.tolist() == [["call [phone]", "a;b", '{"x": 1}']]


def test_a_chosen_sheet_is_read_and_a_missing_one_refused_with_those_there(tmp_path):
    book = Workbook()
    book.active.title = "Notes"
    book.create_sheet("Export").append(["body", "vip"])
    book["Export"].append(["down", True])
    book.save(tmp_path / "t.xlsx")
    reading = read_tickets(tmp_path / "t.xlsx", {"file": {"sheet": "Export"}})
    assert reading.tickets["vip"].tolist() == [True]
    with pytest.raises(UnreadableFileError, match="has no sheet 'Exprt'; it has: Notes, Export"):
        read_tickets(tmp_path / "t.xlsx", {"file": {"sheet": "Exprt"}})


def test_an_encoding_or_delimiter_the_mapping_names_is_used(tmp_path):
    path = put(tmp_path, "t.csv", "body~n\nždímačka~1\n".encode("cp1250"))
    reading = read_tickets(path, {"file": {"encoding": "cp1250", "delimiter": "~"}})
    assert reading.tickets["body"].tolist() == ["ždímačka"]
    with pytest.raises(UnreadableFileError, match="is not text in utf-8"):
        read_tickets(path, {"file": {"encoding": "utf-8"}})
    with pytest.raises(UnreadableFileError, match="'utf-99' is no known encoding"):
        read_tickets(path, {"file": {"encoding": "utf-99"}})


@pytest.fixture
def database(tmp_path):
    with sqlite3.connect(tmp_path / "desk.db") as connection:
        pd.DataFrame(ROWS).to_sql("tickets", connection, index=False)
        pd.DataFrame({"x": [1]}).to_sql("other", connection, index=False)
    connection.close()
    return f"sqlite:///{tmp_path / 'desk.db'}"


def test_a_database_is_read_by_table_or_query(database):
    assert len(read_tickets(f"{database}?table=tickets").tickets) == 2
    assert len(read_tickets(database, {"sql": {"table": "tickets"}}).tickets) == 2
    reading = read_tickets(database, query="select body from tickets where body like '%icon%'")
    assert reading.tickets["body"].tolist() == ["the icon, again"]
    assert reading.place == "row"


@pytest.mark.parametrize(
    ("ending", "query", "error", "message"),
    [
        ("", None, BadOptionError, "Say which table .* it has: other, tickets"),
        ("?table=tikets", None, UnreadableFileError, "no such table: tikets"),
        ("", "selec 1", UnreadableFileError, "syntax error"),
        ("", "drop table other", BadOptionError, "The query returns no rows"),
    ],
)
def test_a_database_that_refuses_says_why(database, ending, query, error, message):
    with pytest.raises(error, match=message):
        read_tickets(database + ending, query=query)
    assert len(read_tickets(f"{database}?table=tickets").tickets) == 2


def test_reading_never_makes_a_database_that_was_not_there(tmp_path):
    with pytest.raises(UnreadableFileError, match="There is no file"):
        read_tickets(f"sqlite:///{tmp_path / 'gone.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://desk:s3cret@127.0.0.1:1/tickets?connect_timeout=1",
        "postgresql+nodriver://desk:s3cret@host/tickets",
        "postgresql+psycopg://desk:s3cret@host:port/tickets",
        "nonsense://desk:s3cret@host/tickets",
    ],
)
def test_a_password_never_shows_in_a_message(url):
    with pytest.raises(UnreadableFileError, match=r"cannot be read|is not installed|is no SQL URL") as caught:
        read_tickets(url, query="select 1")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_query_for_a_file_is_refused(tmp_path):
    with pytest.raises(BadOptionError, match="A query is for an SQL URL"):
        read_tickets(write_csv(tmp_path), query="select 1")


def test_a_named_index_is_a_column_like_any_other(tmp_path):
    frame = pd.DataFrame(ROWS).set_index("ticket_id")
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_tickets(frame).tickets["ticket_id"].tolist() == ["T-1", "T-2"]
    assert read_tickets(tmp_path / "t.parquet").tickets["ticket_id"].tolist() == ["T-1", "T-2"]


def test_utf16_without_a_mark_is_found_by_its_zero_bytes(tmp_path):
    reading = read_tickets(put(tmp_path, "t.csv", "body\nit is down\n".encode("utf-16-be")))
    assert reading.tickets["body"].tolist() == ["it is down"]
    assert "encoding utf-16-be, found by its zero bytes" in reading.notes


@pytest.mark.parametrize("write", [write_gzip, write_zip, write_parquet, write_xlsx])
@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_file_is_refused_in_one_sentence_or_read(write, seed, tmp_path):
    path, random = write(tmp_path), Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(random.choice([1, 3, 20])):
        data[random.randrange(len(data))] = random.randrange(256)
    path.write_bytes(data)
    with suppress(InputError):
        assert len(read_tickets(path).tickets) > 0
