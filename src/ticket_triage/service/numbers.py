"""The five figures of a history, as files for people and spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage.intake.reading import read_tickets
from ticket_triage.planning.numbers import FiveNumbers, five_numbers
from ticket_triage.policy import load_policy
from ticket_triage.reports.numbers_page import numbers_sections, numbers_tables, numbers_title
from ticket_triage.service.report import clock_of, write_report

if TYPE_CHECKING:
    from ticket_triage.service.train import MappingSource, Source


def numbers(
    history: Source,
    *,
    mapping: MappingSource = None,
    policy: str | Path | None = None,
    calendar: str | None = None,
) -> FiveNumbers:
    """Return the five figures of a history.

    Parameters
    ----------
    history : str, Path or DataFrame
    mapping : str, Path, mapping or None
    policy : str, Path or None
        Where ``calendar`` stands; None takes the shipped policy.
    calendar : str or None
        Whose working time counts; None counts all time, in UTC.

    Raises
    ------
    InputError, PolicyError
        When the history or the policy cannot be read, or no ticket says when it was opened.
    """
    clock = clock_of(load_policy(policy), calendar)
    return five_numbers(read_tickets(history, mapping).tickets, clock)


def write_numbers(found: FiveNumbers, folder: Path) -> list[Path]:
    """Write the figures into a folder as a page, Markdown and tables, and return the paths, the page first."""
    plain = found.as_dict()
    return write_report(folder, "numbers", numbers_title(plain), numbers_sections(plain), numbers_tables(plain))
