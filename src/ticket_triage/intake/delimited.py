"""Delimited text (CSV, TSV) to a raw table, with the true line number of every row.

Two ways lead to the same table. The fast one checks the structure of the whole file by where its quotes and line ends
stand, and lets Arrow split it. As soon as anything is out of order (a quote in the wrong place, a row with too few
or too many fields) the careful one reads record by record, lists what is broken and goes on with the next line.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from ticket_triage.errors import UnreadableFileError
from ticket_triage.intake.records import split_records
from ticket_triage.intake.table import RawTable, RowProblem, shorten, unique_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

DELIMITERS = (",", ";", "\t", "|")
"""What may stand between two fields; a mapping may name any other."""

_SAMPLED_CHARS = 2**18
_SAMPLED_RECORDS = 200
_STEP = 2**25
_MIN_BLOCK = 2**24
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class _Head(NamedTuple):
    names: list[str]
    notes: tuple[str, ...]
    delimiter: str
    body_start: int
    body_line: int


def read_delimited(data: bytes, source: str, suffix: str, delimiter: str | None = None) -> RawTable:
    r"""Split delimited text into a table.

    Parameters
    ----------
    data : bytes
        UTF-8 without NUL bytes.
    source : str
        How messages call the file.
    suffix : str
        ``".tsv"`` means tabs; otherwise the delimiter is found.
    delimiter : str or None
        One character, where a mapping says it.

    Raises
    ------
    UnreadableFileError
        The text has no header.

    Examples
    --------
    >>> table = read_delimited(b'id;body\n1;"two\nlines"\n2;a;b\n3;x\n', "t.csv", ".csv")
    >>> table.columns["body"].tolist(), table.lines.tolist()
    (['two\nlines', 'x'], [2, 5])
    >>> print(table.problems[0])
    line 4 '2;a;b': has 3 fields where the header has 2 (row left out)
    """
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    head = _head(data, source, suffix, delimiter)
    body = memoryview(data)[head.body_start :]
    return _fast(body, head) or _careful(body, head)


def _head(data: bytes, source: str, suffix: str, delimiter: str | None) -> _Head:
    sample = data[:_SAMPLED_CHARS].decode("utf-8", errors="ignore")
    hint = _HINT.match(sample)
    text = sample[hint.end() :] if hint else sample
    if delimiter is None:
        delimiter = hint.group(1) if hint else "\t" if suffix == ".tsv" else _detect(text)
    header = next(split_records(text, delimiter), None)
    if header is None or header.fault:
        raise UnreadableFileError(f"{source} has no header that can be read: {header.fault if header else 'no line'}.")
    names, notes = unique_names(header.fields)
    hint_chars, hint_lines = (hint.end(), 1) if hint else (0, 0)
    start = len(sample[: hint_chars + header.end].encode())
    return _Head(names, (f"delimiter {delimiter!r}", *notes), delimiter, start, hint_lines + header.line + header.lines)


def _detect(text: str) -> str:
    """Choose the delimiter under which most records have as many fields as the header."""
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    widths = [len(record.fields) for record in islice(split_records(text, delimiter), _SAMPLED_RECORDS)]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def _careful(body: memoryview, head: _Head) -> RawTable:
    rows, lines, problems = [], [], []
    text = bytes(body).decode("utf-8")
    for record in split_records(text, head.delimiter, len(head.names), head.body_line):
        if record.fault:
            value = shorten(text[record.start : min(record.end, record.start + 200)])
            problems.append(RowProblem(record.line, None, value, record.fault))
        else:
            rows.append(record.fields)
            lines.append(record.line)
    columns = pd.DataFrame(
        {name: pd.Series([row[place] for row in rows], dtype="str") for place, name in enumerate(head.names)}
    )
    return RawTable(
        columns, np.array(lines, dtype=np.int64), len(rows) + len(problems), tuple(problems), notes=head.notes
    )


def _fast(body: memoryview, head: _Head) -> RawTable | None:
    """Let Arrow split the text, when its structure leaves no doubt; None otherwise."""
    found = _structure(np.frombuffer(body, dtype=np.uint8), ord(head.delimiter))
    if found is None:
        return None
    offsets, longest = found
    try:
        table = _arrow_table(body, head, longest)
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(offsets):
        return None
    return RawTable(table.to_pandas(), offsets + head.body_line, len(offsets), notes=head.notes)


def _arrow_table(body: memoryview, head: _Head, longest: int) -> pa.Table:
    if not len(body):
        return pa.table({name: pa.array([], pa.large_string()) for name in head.names})
    return pyarrow.csv.read_csv(
        pa.BufferReader(pa.py_buffer(body)),
        read_options=pyarrow.csv.ReadOptions(column_names=head.names, block_size=max(_MIN_BLOCK, 2 * longest)),
        parse_options=pyarrow.csv.ParseOptions(delimiter=head.delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(head.names, pa.large_string()), strings_can_be_null=False
        ),
    )


def _structure(text: NDArray[np.uint8], delimiter: int) -> tuple[NDArray[np.int64], int] | None:
    """Return each record's count of lines before it and the longest record's bytes; None when a quote is misplaced."""
    quotes, newlines = _positions(text, _QUOTE), _positions(text, _NEWLINE)
    if not _well_quoted(text, quotes, delimiter) or _lone_return(text, quotes):
        return None
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    if len(text) and (not len(ends) or ends[-1] != len(text) - 1):
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    lengths = ends - starts
    blank = (lengths == 0) | ((lengths == 1) & (text[np.minimum(starts, len(text) - 1)] == _RETURN))
    return np.searchsorted(newlines, starts[~blank]), int(lengths.max(initial=0))


def _positions(text: NDArray[np.uint8], byte: int) -> NDArray[np.int64]:
    parts = [np.flatnonzero(text[start : start + _STEP] == byte) + start for start in range(0, len(text), _STEP)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _well_quoted(text: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int) -> bool:
    """Say whether each quote opens after a field's begin, closes before its end, or is one of a doubled pair."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing < len(text) - 1] + 1]
    opens = np.isin(before, [delimiter, _NEWLINE, _QUOTE]).all()
    return bool(opens and np.isin(after, [delimiter, _NEWLINE, _RETURN, _QUOTE]).all())


def _lone_return(text: NDArray[np.uint8], quotes: NDArray[np.int64]) -> bool:
    """Say whether a carriage return outside quotes is not part of a line end: to Arrow it would be one."""
    returns = _positions(text, _RETURN)
    outside = returns[np.searchsorted(quotes, returns) % 2 == 0]
    return bool((text[np.minimum(outside + 1, len(text) - 1)] != _NEWLINE).any())
