"""Columns of times, however they are written, to UTC."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from ticket_triage.errors import MappingError
from ticket_triage.intake.values import Parsed, as_text, known, on_distinct, read_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMERIC_FORMATS = {"excel": 86_400.0, "unix": 1.0, "unix_ms": 0.001}
"""Formats that are a number, and how many seconds a unit of it lasts."""

_EXCEL_EPOCH_S = -25_569 * 86_400.0
_FIRST_S, _LAST_S = -62_135_596_800.0, 253_402_300_799.0
_OFFSET = r"[T ]\S*(?:Z|[+-]\d{2}:?(?:\d{2})?)$"


def moments(column: pd.Series[Any], form: str = "iso", timezone: str = "UTC") -> Parsed:
    """Read a column of times, dtype ``datetime64[us, UTC]``.

    Parameters
    ----------
    column : Series
        Text, numbers or times.
    form : str
        ``"iso"``, ``"excel"`` (serial days), ``"unix"``, ``"unix_ms"``, or a ``strptime`` format. Cells that hold
        times already are taken as they are.
    timezone : str
        Of times that do not say their own. An hour that clocks show twice is read as its first, an hour they skip as
        the moment after it.

    Raises
    ------
    MappingError
        The time zone or the format is unknown.

    Examples
    --------
    >>> moments(pd.Series(["2026-07-01 09:30", "yesterday", ""]), timezone="Europe/Berlin").values.tolist()
    [Timestamp('2026-07-01 07:30:00+0000', tz='UTC'), NaT, NaT]
    >>> moments(pd.Series(["42059.4832407407"]), "excel").values[0]
    Timestamp('2015-02-24 11:35:52+0000', tz='UTC')
    """
    _check_zone(timezone)
    if isinstance(column.dtype, np.dtype | pd.DatetimeTZDtype) and column.dtype.kind == "M":
        ready = _to_utc(column.reset_index(drop=True), timezone)
        return Parsed(ready, np.zeros(len(column), dtype=bool), "")
    texts = as_text(column).str.strip()
    stands = np.array(on_distinct(texts, known), dtype=bool)
    texts = texts.where(stands, "")
    dated = _dated(column)
    values = _iso(texts, timezone)
    if form != "iso":
        values = values.where(dated, _formatted(texts, form, timezone))
    bad = values.isna().to_numpy() & stands
    return Parsed(values, bad, f"is no time written as {form!r}")


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MappingError(
            f"[times] timezone {timezone!r} is unknown; write a name such as 'UTC' or 'Europe/Berlin'."
        ) from None


def _dated(column: pd.Series[Any]) -> NDArray[np.bool_]:
    """Mark the cells that hold a time already, as Excel's and SQL's do."""
    if column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    return np.fromiter((isinstance(value, date) for value in column), dtype=bool, count=len(column))


def _iso(texts: pd.Series[str], timezone: str) -> pd.Series[Any]:
    texts = texts.str.upper()
    if timezone == "UTC":
        return _utc(pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True))
    offset = texts.str.contains(_OFFSET, regex=True)
    aware = pd.to_datetime(texts.where(offset, ""), format="ISO8601", errors="coerce", utc=True)
    naive = pd.to_datetime(texts.where(~offset, ""), format="ISO8601", errors="coerce")
    return _utc(aware).where(offset, _to_utc(naive, timezone))


def _formatted(texts: pd.Series[str], form: str, timezone: str) -> pd.Series[Any]:
    if form in NUMERIC_FORMATS:
        return _numeric(texts, form, timezone)
    if "%" not in form:
        raise MappingError(
            f"[times] format {form!r} is unknown; write iso, excel, unix, unix_ms or one such as '%d.%m.%Y %H:%M'."
        )
    try:
        if "%z" in form or "%Z" in form:
            return _utc(pd.to_datetime(texts, format=form, errors="coerce", utc=True))
        return _to_utc(pd.to_datetime(texts, format=form, errors="coerce"), timezone)
    except ValueError as error:
        raise MappingError(f"[times] format {form!r} cannot be used: {error}.") from None


def _numeric(texts: pd.Series[str], form: str, timezone: str) -> pd.Series[Any]:
    """Read serial numbers to the second; Unix time is UTC, Excel's days follow the desk's clock."""
    numbers = pd.Series(on_distinct(texts, read_number), dtype="float64")
    epoch = _EXCEL_EPOCH_S if form == "excel" else 0.0
    seconds = (numbers * NUMERIC_FORMATS[form] + epoch).round()
    seconds = seconds.where(seconds.between(_FIRST_S, _LAST_S))
    naive = pd.Series(seconds.to_numpy(), dtype="Int64").astype("datetime64[s]")
    return _to_utc(naive, timezone if form == "excel" else "UTC")


def _to_utc(column: pd.Series[Any], timezone: str) -> pd.Series[Any]:
    if column.dt.tz is None:
        first = np.ones(len(column), dtype=bool)
        column = column.dt.tz_localize(timezone, ambiguous=first, nonexistent="shift_forward")
    return _utc(column.dt.tz_convert("UTC"))


def _utc(column: pd.Series[Any]) -> pd.Series[Any]:
    times: pd.Series[Any] = column.dt.as_unit("us")
    return times
