"""Write a report in its three forms: a page, Markdown, and tables a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.planning.outcomes import WALL, Clock
from ticket_triage.policy import Policy
from ticket_triage.policy.calendars import MINUTE, microseconds
from ticket_triage.policy.clock import worked
from ticket_triage.reports.page import Section, Table, as_html, as_markdown
from ticket_triage.service.answers import spreadsheet_safe
from ticket_triage.service.files import check_folder, write_text

if TYPE_CHECKING:
    from numpy.typing import NDArray


def write_report(
    folder: Path, name: str, title: str, sections: Sequence[Section], tables: Mapping[str, Table]
) -> list[Path]:
    """Write a report's files into a folder, made when absent, and return their paths, the page first.

    Raises
    ------
    BadOptionError
        When the folder cannot be written into.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.html": as_html(title, sections), f"{name}.md": as_markdown(title, sections)}
    files |= {f"{name}_{table}.csv": as_csv(rows) for table, rows in tables.items()}
    for file, text in files.items():
        write_text(folder / file, text)
    return [folder / file for file in files]


def as_csv(table: Table) -> str:
    r"""Return a table as CSV in which no cell is a formula.

    Examples
    --------
    >>> as_csv(Table(["agent", "share"], [["=cmd()", "3 %"]]))
    "agent,share\n'=cmd(),3 %\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([spreadsheet_safe(cell) for cell in table.headings])
    writer.writerows([spreadsheet_safe(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def clock_of(policy: Policy, calendar: str | None) -> Clock:
    """Return the clock that counts a calendar's working time, or all time without one.

    Raises
    ------
    BadOptionError
        When the policy has no such calendar.
    """
    if calendar is None:
        return WALL
    if calendar not in policy.calendars:
        raise BadOptionError(f"The policy has no calendar {calendar!r}; {nearest(calendar, policy.calendars)}")
    times = policy.calendars[calendar]

    def hours(begins: pd.Series[Any], ends: pd.Series[Any]) -> NDArray[np.float64]:
        counted = [
            float("nan") if pd.isna(begin) or pd.isna(end) else worked(microseconds(begin), microseconds(end), times)
            for begin, end in zip(begins, ends, strict=True)
        ]
        return np.array(counted, dtype=np.float64) / (60 * MINUTE)

    return Clock(f"working time of calendar {calendar}", str(times.zone), hours)
