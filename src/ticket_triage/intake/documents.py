"""JSON to a raw table: one object per line, or one array of objects.

Lists of plain values become text joined by ``;``, nested objects become JSON text, true and false stay words. Half a
surrogate pair, which JSON can hold but no text can, becomes U+FFFD.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.errors import UnreadableFileError
from ticket_triage.intake.table import RawTable, RowProblem, shorten, unique_names
from ticket_triage.intake.values import cell_text, text_column

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = re.compile(r"[\s,]*")
_NO_OBJECT = "is no JSON object"

Line = tuple[int, str, Any]
"""A line's number, its text for a message, and what it holds: an object, or whatever else."""


def read_documents(data: bytes, source: str) -> RawTable:
    r"""Read JSON Lines, or an array of objects, into a table of text.

    Parameters
    ----------
    data : bytes
        UTF-8 without NUL bytes.
    source : str
        How messages call the file.

    Raises
    ------
    UnreadableFileError
        An array is broken, so that the rest cannot be told apart, or not one line is a JSON object.

    Examples
    --------
    >>> lines = b'{"subject": "Down", "tags": ["vpn", "office"]}\n{"subject": \n{"vip": true}\n'
    >>> table = read_documents(lines, "tickets.jsonl")
    >>> table.columns.to_dict("list")
    {'subject': ['Down', ''], 'tags': ['vpn;office', ''], 'vip': ['', 'true']}
    >>> print(table.problems[0])
    line 2 '{"subject":': is no JSON object (row left out)
    """
    text = data.decode("utf-8")
    array = text.lstrip().startswith("[")
    objects, lines, problems = [], [], []
    for line, shown, value in _elements(text, source) if array else _lines(text):
        if isinstance(value, dict):
            objects.append(value)
            lines.append(line)
        else:
            problems.append(RowProblem(line, None, shorten(shown), _NO_OBJECT))
    if not objects:
        raise UnreadableFileError(f"{source} holds no JSON object; write one object per line, or an array of them.")
    names, notes = unique_names(list(dict.fromkeys(key for entry in objects for key in entry)))
    keys = dict.fromkeys(key for entry in objects for key in entry)
    columns = {
        name: text_column(cell_text(entry.get(key)) for entry in objects) for name, key in zip(names, keys, strict=True)
    }
    kind = "JSON array" if array else "JSON Lines"
    return RawTable(
        pd.DataFrame(columns, index=range(len(objects))),
        np.array(lines, dtype=np.int64),
        len(objects) + len(problems),
        tuple(problems),
        notes=(kind, *notes),
    )


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.isspace():
            yield number, line, _parsed(line)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _elements(text: str, source: str) -> Iterator[Line]:
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    line = 1 + text.count("\n", 0, position)
    while True:
        start = _GAP.match(text, position).end()  # type: ignore[union-attr]  # the pattern matches nothing too
        line += text.count("\n", position, start)
        if text.startswith("]", start):
            return
        try:
            value, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(f"{source} is broken JSON on line {line}: {error}.") from None
        yield line, text[start : start + 100], value
        line += text.count("\n", start, position)
