"""JSON to a raw table: one object per line, one array of objects, or one object over several lines.

Lists of plain values become text joined by ``;``, nested objects become JSON text, true and false stay words. An object
named ``custom`` holds a desk's own fields, as it does over HTTP: each becomes a column ``custom.<name>``. Half a
surrogate pair, which JSON can hold but no text can, becomes U+FFFD.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.errors import UnreadableFileError
from ticket_triage.intake.table import RawTable, RowProblem, shorten, unique_names
from ticket_triage.intake.values import cell_text, text_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CUSTOM = CUSTOM_PREFIX.rstrip(".")
_GAP = re.compile(r"[\s,]*")
_NO_OBJECT = "is no JSON object"

Line = tuple[int, str, Any]
"""A line's number, its text for a message, and what it holds: an object, or whatever else."""


def read_documents(data: bytes, source: str) -> RawTable:
    r"""Read JSON Lines, an array of objects, or one object, into a table of text.

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
    >>> read_documents(b'{"custom": {"browser": "firefox"}}', "ticket.json").columns.to_dict("list")
    {'custom.browser': ['firefox']}
    """
    text = data.decode("utf-8")
    kind, found = _found(text, source)
    objects, lines, problems = [], [], []
    for line, shown, value in found:
        if isinstance(value, dict):
            objects.append(_with_own_fields(value))
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
    return RawTable(
        pd.DataFrame(columns, index=range(len(objects))),
        np.array(lines, dtype=np.int64),
        len(objects) + len(problems),
        tuple(problems),
        notes=(kind, *notes),
    )


def _found(text: str, source: str) -> tuple[str, Iterable[Line]]:
    """Return what kind of JSON a text is, and what it holds."""
    start = text.lstrip()
    if start.startswith("["):
        return "JSON array", _elements(text, source)
    first, newline, _ = start.partition("\n")
    whole = _parsed(start) if newline and start.startswith("{") and _parsed(first) is None else None
    if isinstance(whole, dict):
        return "JSON object", [(1 + text[: len(text) - len(start)].count("\n"), first, whole)]
    return "JSON Lines", _lines(text)


def _with_own_fields(entry: dict[str, Any]) -> dict[str, Any]:
    """Give each field of an object named ``custom`` a column of its own."""
    own = entry.get(_CUSTOM)
    if not isinstance(own, dict):
        return entry
    return {key: value for key, value in entry.items() if key != _CUSTOM} | {
        CUSTOM_PREFIX + str(key): value for key, value in own.items()
    }


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
