"""One way in for every source: a file of any kind, an SQL URL or a data frame becomes a raw table."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from ticket_triage.errors import UnreadableFileError
from ticket_triage.intake.containers import MAX_BYTES, Content, load
from ticket_triage.intake.database import is_url, read_database, shown_url
from ticket_triage.intake.delimited import read_delimited
from ticket_triage.intake.documents import read_documents
from ticket_triage.intake.encoding import to_utf8
from ticket_triage.intake.table import RawTable, unique_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from ticket_triage.intake.mapping import FileRule

DELIMITED = (".csv", ".tsv", ".txt")
DOCUMENTS = (".jsonl", ".ndjson", ".json")
KINDS = (*DELIMITED, *DOCUMENTS, ".parquet", ".xlsx")
"""Endings this package reads, each also with ``.gz`` or ``.zip`` behind it."""

_Entry = TypeVar("_Entry")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What openpyxl and the parsers under it raise on a damaged workbook; a broken XML is a SyntaxError to them."""

_PARQUET, _ZIP = b"PAR1", b"PK\x03\x04"
_PACKINGS = {".gz": "gzip", ".zip": "zip"}


def read_table(
    source: str | Path | pd.DataFrame,
    rule: FileRule,
    *,
    query: str | None = None,
    table: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> RawTable:
    """Read a source as it stands.

    Parameters
    ----------
    source : str, Path or DataFrame
    rule : FileRule
        What a mapping says of the encoding, the delimiter and the sheet.
    query, table : str or None
        For an SQL URL.
    max_bytes : int
        Most bytes a compressed file may unpack to.

    Raises
    ------
    UnreadableFileError
        The source is missing, empty, damaged or of no known kind.
    """
    if isinstance(source, pd.DataFrame):
        return _frame_table(source, "data frame")
    if isinstance(source, str) and is_url(source):
        return read_database(source, query, table)
    content = load(Path(source), max_bytes)
    raw = _content_table(content, rule)
    return RawTable(raw.columns, raw.lines, raw.rows_read, raw.problems, raw.place, (*content.notes, *raw.notes))


def is_database(source: str | Path | pd.DataFrame) -> bool:
    """Say whether a source is an SQL URL."""
    return isinstance(source, str) and is_url(source)


def shown(source: str | Path | pd.DataFrame) -> str:
    """Name a source for a message, without a password.

    Examples
    --------
    >>> shown("postgresql+psycopg://desk:secret@host/tickets")
    'postgresql+psycopg://desk:***@host/tickets'
    """
    if isinstance(source, pd.DataFrame):
        return "the data frame"
    return shown_url(source) if isinstance(source, str) and is_url(source) else str(source)


def _content_table(content: Content, rule: FileRule) -> RawTable:
    if content.data.startswith(_PARQUET):
        return _parquet_table(content)
    if content.data.startswith(_ZIP):
        return _sheet_table(content, rule.sheet)
    if content.suffix not in (*DELIMITED, *DOCUMENTS):
        raise UnreadableFileError(_wrong_kind(content))
    data, notes = to_utf8(content.data, content.source, rule.encoding)
    if content.suffix in DOCUMENTS:
        raw = read_documents(data, content.source)
    else:
        raw = read_delimited(data, content.source, content.suffix, rule.delimiter)
    return RawTable(raw.columns, raw.lines, raw.rows_read, raw.problems, raw.place, (*notes, *raw.notes))


def _wrong_kind(content: Content) -> str:
    if content.suffix in KINDS:
        return f"{content.source} is named {content.suffix} but holds something else, or is cut off; export it again."
    if content.suffix in _PACKINGS and not content.notes:
        packing = _PACKINGS[content.suffix]
        remedy = f"take {content.suffix} off its name if it is a plain table, else pack or copy it again"
        return f"{content.source} is named {content.suffix}, but its content is not {packing}; {remedy}."
    kind = f"ends in {content.suffix!r}" if content.suffix else "has no ending"
    return f"{content.source} {kind}, which names no kind of table; known are: {', '.join(KINDS)}."


def _frame_table(frame: pd.DataFrame, note: str) -> RawTable:
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names, notes = unique_names(list(frame.columns))
    columns = frame.set_axis(names, axis=1).reset_index(drop=True)
    return RawTable(columns, np.arange(1, len(frame) + 1), len(frame), place="row", notes=(note, *notes))


def _parquet_table(content: Content) -> RawTable:
    try:
        frame = pyarrow.parquet.read_table(pa.BufferReader(content.data)).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
        raise UnreadableFileError(f"{content.source} is damaged or cut off: {reason}.") from None
    return _frame_table(frame, "Parquet")


def _sheet_table(content: Content, sheet: str | None) -> RawTable:
    names = _in_workbook(content, lambda book: list(book.sheetnames))
    name = names[0] if sheet is None else sheet
    if name not in names:
        raise UnreadableFileError(f"{content.source} has no sheet {name!r}; it has: {', '.join(names)}.")
    rows = _in_workbook(content, lambda book: list(book[name].iter_rows(values_only=True)))
    return _rows_table(rows, content.source, f"Excel, sheet {name!r} of {len(names)}")


def _in_workbook(content: Content, read: Callable[[Workbook], list[_Entry]]) -> list[_Entry]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # openpyxl's remarks on styles it does not keep
            book = load_workbook(io.BytesIO(content.data), read_only=True, data_only=True)
            with closing(book):
                return read(book)
    except (InvalidFileException, *_DAMAGE) as error:
        raise UnreadableFileError(f"{content.source} is no workbook that can be read: {error}.") from None


def _rows_table(rows: list[tuple[Any, ...]], source: str, note: str) -> RawTable:
    kept = [(line, row) for line, row in enumerate(rows, start=1) if any(cell not in (None, "") for cell in row)]
    if not kept:
        raise UnreadableFileError(f"{source} has no filled row in its sheet; say which one in [file] sheet.")
    width = max(place for _, row in kept for place, cell in enumerate(row, start=1) if cell not in (None, ""))
    filled = [(*row, *[None] * width)[:width] for _, row in kept]
    names, notes = unique_names(filled[0])
    body = kept[1:]
    columns = {name: pd.Series([row[place] for row in filled[1:]], dtype="object") for place, name in enumerate(names)}
    lines = np.array([line for line, _ in body], dtype=np.int64)
    return RawTable(pd.DataFrame(columns, index=range(len(body))), lines, len(body), notes=(note, *notes))
