"""Delimited text, record by record: quotes understood, lines counted, broken records named.

A field is quoted when it begins with a double quote; within it a quote is doubled, and line ends are text. A record
that breaks this, or has the wrong number of fields, is a fault of its first line alone: reading goes on with the
next line, so that one stray quote cannot swallow the rest of a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STRAY_QUOTE = "a quote is opened or closed in the wrong place"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its fields, where it stands, and what is wrong with it.

    Parameters
    ----------
    line : int
        Line it begins on, from 1.
    fields : list of str
    start, end : int
        Its characters in the text, line end included.
    lines : int
        How many lines it takes.
    fault : str
        Empty when all is well.
    """

    line: int
    fields: list[str]
    start: int
    end: int
    lines: int = 1
    fault: str = ""


def split_records(text: str, delimiter: str, width: int | None = None, line: int = 1) -> Iterator[Record]:
    r"""Yield the records of a text, blank lines left out.

    Parameters
    ----------
    text : str
    delimiter : str
        One character.
    width : int or None
        How many fields a record must have; None for any number.
    line : int
        Number of the text's first line.

    Examples
    --------
    >>> for record in split_records('1,"a\n""b"" c"\n\n2,"x"y\n3,c,d\n', ",", width=2):
    ...     print(record.line, record.fields, record.fault or "fine")
    1 ['1', 'a\n"b" c'] fine
    4 [] a quote is opened or closed in the wrong place
    5 ['3', 'c', 'd'] has 3 fields where the header has 2
    """
    pattern = _field_pattern(delimiter)
    start, size = 0, len(text)
    while start < size:
        record = _record(text, start, line, delimiter, pattern)
        blank = record.fields == [""] and text[start] != '"'
        if width is not None and not (blank or record.fault or len(record.fields) == width):
            record = _misfit(text, record, width)
        if not blank:
            yield record
        start, line = record.end, line + record.lines


def _field_pattern(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"|(?!")([^{mark}\n]*+))({mark}|\r?\n|\r?\Z)')


def _record(text: str, start: int, line: int, delimiter: str, pattern: re.Pattern[str]) -> Record:
    end = _line_end(text, start)
    first = text[start:end]
    if '"' not in first:
        return Record(line, first.removesuffix("\n").removesuffix("\r").split(delimiter), start, end)
    return _quoted(text, start, line, pattern) or Record(line, [], start, end, fault=STRAY_QUOTE)


def _line_end(text: str, start: int) -> int:
    return text.find("\n", start) + 1 or len(text)


def _quoted(text: str, start: int, line: int, pattern: re.Pattern[str]) -> Record | None:
    fields: list[str] = []
    position = start
    while found := pattern.match(text, position):
        quoted, plain, mark = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if mark.strip("\r") in {"", "\n"}:
            if quoted is None:
                fields[-1] = plain.removesuffix("\r")
            return Record(line, fields, start, position, max(1, text.count("\n", start, position)))
    return None


def _misfit(text: str, record: Record, width: int) -> Record:
    fault = f"has {len(record.fields)} fields where the header has {width}"
    return Record(record.line, record.fields, record.start, _line_end(text, record.start), fault=fault)
