"""JSON to a raw table: one object per line, one array of objects, or one object over several lines.

Lists and nested objects stay as found, so that a ticket whose id, subject or body is one can be refused; elsewhere they
are read as text joined by ``;`` and as JSON text. Numbers, true and false become words, as a CSV file would hold them.
An object named ``custom`` holds a desk's own fields, as it does over HTTP: each becomes a column ``custom.<name>``.
Half a surrogate pair, which JSON can hold but no text can, becomes U+FFFD. A row with ``NaN`` or ``Infinity``, which
are no JSON, is left out.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.errors import InputError, NoUsableRowsError, UnreadableFileError
from ticket_triage.intake.plain import encodable
from ticket_triage.intake.table import RawTable, RowProblem, shorten, unique_names
from ticket_triage.intake.values import cell_text, text_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CUSTOM = CUSTOM_PREFIX.rstrip(".")
_GAP = re.compile(r"[\s,]*")
_NO_OBJECT = "is no JSON object"


@dataclass(frozen=True, slots=True)
class _NoJson:
    """Stands for an object in which a word or a number stood that no reader of JSON agrees on."""

    token: str
    reason: str


class _Decoder:
    """Python's reader of JSON, which lets NaN and Infinity pass, made to tell of them."""

    def __init__(self) -> None:
        self._odd: list[_NoJson] = []
        self._decoder = json.JSONDecoder(parse_constant=self._constant, parse_float=self._float)

    def whole(self, text: str) -> Any:
        """Return what a text holds, a :class:`_NoJson` in place of anything with an odd value in it."""
        self._odd.clear()
        return self._told(self._decoder.decode(text))

    def part(self, text: str, start: int) -> tuple[Any, int]:
        """Return the value that begins at a place, and where it ends."""
        self._odd.clear()
        value, end = self._decoder.raw_decode(text, start)
        return self._told(value), end

    def _told(self, value: Any) -> Any:
        return self._odd[0] if self._odd else value

    def _constant(self, word: str) -> None:
        self._odd.append(_NoJson(word, "is no JSON; write null for what is not known"))

    def _float(self, digits: str) -> float:
        number = float(digits)
        if math.isinf(number):
            self._odd.append(_NoJson(digits, "is too large a number"))
        return number


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
    NoUsableRowsError
        Every object holds what is no JSON.

    Examples
    --------
    >>> lines = b'{"subject": "Down", "tags": ["vpn", "office"]}\n{"subject": \n{"vip": true}\n'
    >>> table = read_documents(lines, "tickets.jsonl")
    >>> table.columns.to_dict("list")
    {'subject': ['Down', ''], 'tags': [['vpn', 'office'], ''], 'vip': ['', 'true']}
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
            problems.append(_problem(line, shown, value))
    if not objects:
        raise _without_object(problems, source)
    names, notes = unique_names(list(dict.fromkeys(key for entry in objects for key in entry)))
    keys = dict.fromkeys(key for entry in objects for key in entry)
    columns = {name: _column([entry.get(key) for entry in objects]) for name, key in zip(names, keys, strict=True)}
    return RawTable(
        pd.DataFrame(columns, index=range(len(objects))),
        np.array(lines, dtype=np.int64),
        len(objects) + len(problems),
        tuple(problems),
        notes=(kind, *notes),
    )


def _problem(line: int, shown: str, value: Any) -> RowProblem:
    if isinstance(value, _NoJson):
        return RowProblem(line, None, shorten(value.token), value.reason)
    return RowProblem(line, None, shorten(shown), _NO_OBJECT)


def _without_object(problems: list[RowProblem], source: str) -> InputError:
    if any(problem.reason != _NO_OBJECT for problem in problems):
        found = f"None of the {len(problems):,} rows of {source} could be used"
        return NoUsableRowsError(f"{found}; the first: {problems[0]}.")
    return UnreadableFileError(f"{source} holds no JSON object; write one object per line, or an array of them.")


def _column(values: list[Any]) -> pd.Series[Any]:
    """Return values as text, but lists and objects as found."""
    if not any(isinstance(value, list | dict) for value in values):
        return text_column(cell_text(value) for value in values)
    kept = [value if isinstance(value, list | dict) else encodable(cell_text(value)) for value in values]
    return pd.Series(kept, dtype="object")


def _found(text: str, source: str) -> tuple[str, Iterable[Line]]:
    """Return what kind of JSON a text is, and what it holds."""
    start = text.lstrip()
    if start.startswith("["):
        return "JSON array", _elements(text, source)
    first, newline, _ = start.partition("\n")
    broken = newline and start.startswith("{") and _parsed(first, _Decoder()) is None
    whole = _parsed(start, _Decoder()) if broken else None
    if isinstance(whole, dict | _NoJson):
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
    decoder = _Decoder()
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.isspace():
            yield number, line, _parsed(line, decoder)


def _parsed(line: str, decoder: _Decoder) -> Any:
    try:
        return decoder.whole(line)
    except (ValueError, RecursionError):
        return None


def _elements(text: str, source: str) -> Iterator[Line]:
    decoder = _Decoder()
    position = text.index("[") + 1
    line = 1 + text.count("\n", 0, position)
    while True:
        start = _GAP.match(text, position).end()  # type: ignore[union-attr]  # the pattern matches nothing too
        line += text.count("\n", position, start)
        if text.startswith("]", start):
            return
        try:
            value, position = decoder.part(text, start)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(f"{source} is broken JSON on line {line}: {error}.") from None
        yield line, text[start : start + 100], value
        line += text.count("\n", start, position)
