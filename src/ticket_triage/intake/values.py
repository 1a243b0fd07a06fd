"""Columns of text to columns of values, and back: one reading of yes, no, numbers and lists for every source.

Each distinct text is read once, so that a column of a million rows costs as much as its vocabulary. What cannot be
read is marked, never guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from ticket_triage.intake.plain import encodable, plain_text, split_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

_Value = TypeVar("_Value")

YES = frozenset({"true", "yes", "y", "t", "1", "on"})
NO = frozenset({"false", "no", "n", "f", "0", "off"})
NOT_KNOWN = frozenset({"", "nan", "null", "none", "n/a", "na", "nat", "<na>"})
"""Words for "no value" in columns of numbers, times and yes or no; in text they are words."""

NOT_TEXT = "holds a list or an object where text must stand"
"""Why a row is refused whose id, subject or body is no single value."""

_MAX_COUNT = 2**53
_NESTED = (list, tuple, set, frozenset, dict, np.ndarray)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column's values, which of them could not be read, and why.

    Parameters
    ----------
    values : Series
        Missing where nothing stood or what stood could not be read.
    bad : ndarray of bool
    reason : str
    """

    values: pd.Series[Any]
    bad: NDArray[np.bool_]
    reason: str


def cell_text(value: Any) -> str:
    """Return any cell's value as the text a file would hold.

    Examples
    --------
    >>> [cell_text(value) for value in (None, True, 3.0, np.float64(2.5), np.array(["a", 1]), {"b": None}, pd.NA)]
    ['', 'true', '3', '2.5', 'a;1', '{"b": null}', '']
    """
    return value if isinstance(value, str) else plain_text(_native(value))


def _native(value: Any) -> Any:
    """Turn NumPy's and pandas' values into Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [_native(entry) for entry in value]
    return None if value is pd.NA else value


def nested(column: pd.Series[Any]) -> NDArray[np.bool_]:
    """Mark the cells of a column that hold a list or an object.

    Examples
    --------
    >>> nested(pd.Series(["a", ["b"], {"c": 1}, None])).tolist()
    [False, True, True, False]
    """
    if column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    return np.fromiter((isinstance(value, _NESTED) for value in column), dtype=bool, count=len(column))


def text_column(values: Iterable[str]) -> pd.Series[str]:
    r"""Return texts as a column; half a surrogate pair, which is no text, becomes U+FFFD.

    Examples
    --------
    >>> text_column(["a", "\ud83d!"]).tolist()
    ['a', '�!']
    """
    kept = list(values)
    try:
        return pd.Series(kept, dtype="str")
    except UnicodeEncodeError:
        return pd.Series([encodable(value) for value in kept], dtype="str")


def as_text(column: pd.Series[Any]) -> pd.Series[str]:
    """Return a column as text, ``""`` where nothing stands; the index is counted anew.

    Examples
    --------
    >>> as_text(pd.Series([1.0, None, 2.5])).tolist()
    ['1', '', '2.5']
    """
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.na_value is not pd.NA:
        return column.fillna("").reset_index(drop=True)
    return text_column(cell_text(value) for value in column)


def on_distinct(texts: pd.Series[str], read: Callable[[str], _Value]) -> list[_Value]:
    """Apply a function to every text, calling it once for each distinct one.

    Examples
    --------
    >>> on_distinct(pd.Series(["a", "b", "a"]), str.upper)
    ['A', 'B', 'A']
    """
    codes, distinct = pd.factorize(texts)
    answers = [read(text) for text in distinct]
    return [answers[code] for code in codes]


def read_flag(text: str) -> bool | None:
    """Read yes or no; None for anything else.

    Examples
    --------
    >>> read_flag(" Yes "), read_flag("0"), read_flag("perhaps")
    (True, False, None)
    """
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None


def read_number(text: str) -> float | None:
    """Read a finite number; None for anything else, thousands separators and currency signs included.

    Examples
    --------
    >>> read_number(" 1e3"), read_number("1,000"), read_number("inf")
    (1000.0, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def read_count(text: str) -> int | None:
    """Read a whole number of at least 0, or yes as 1 and no as 0; None for anything else.

    Examples
    --------
    >>> read_count("3.0"), read_count("TRUE"), read_count("-1")
    (3, 1, None)
    """
    number = read_number(text)
    if number is None:
        flag = read_flag(text)
        return None if flag is None else int(flag)
    return int(number) if number.is_integer() and 0 <= number < _MAX_COUNT else None


def flags(texts: pd.Series[str]) -> Parsed:
    """Read a column of yes and no, dtype ``boolean``."""
    return _parsed(texts, read_flag, "boolean", "is neither yes nor no")


def counts(texts: pd.Series[str]) -> Parsed:
    """Read a column of whole numbers of at least 0, dtype ``Int64``."""
    return _parsed(texts, read_count, "Int64", "is no whole number of at least 0")


def amounts(texts: pd.Series[str], *, negative: bool = False) -> Parsed:
    """Read a column of finite numbers, dtype ``float64``; of at least 0 unless ``negative``."""
    reason = "is no number" if negative else "is no number of at least 0"

    def read(text: str) -> float | None:
        number = read_number(text)
        return number if number is None or negative or number >= 0 else None

    return _parsed(texts, read, "float64", reason)


def _parsed(texts: pd.Series[str], read: Callable[[str], object], dtype: str, reason: str) -> Parsed:
    answers = on_distinct(texts, lambda text: (known(text), read(text)))
    bad = np.fromiter((stands and answer is None for stands, answer in answers), dtype=bool, count=len(texts))
    kept = [answer if stands else None for stands, answer in answers]
    return Parsed(pd.Series(kept, dtype=dtype), bad, reason)


def known(text: str) -> bool:
    """Say whether a cell of numbers, times or yes and no holds anything.

    Examples
    --------
    >>> known("0"), known(" NaN ")
    (True, False)
    """
    return text.strip().casefold() not in NOT_KNOWN


def list_column(texts: pd.Series[str], separator: str) -> pd.Series[str]:
    """Return a column of entries joined by ``;``, whatever separated them before."""
    return text_column(on_distinct(texts, lambda text: ";".join(split_list(text, separator))))
