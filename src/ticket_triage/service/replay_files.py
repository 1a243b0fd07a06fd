"""A replay as files: the page, its figures as CSV, everything as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.reports.replay_page import replay_page
from ticket_triage.service.answers import spreadsheet_safe
from ticket_triage.service.files import write_text

if TYPE_CHECKING:
    from ticket_triage.service.replay import Replayed

PAGE, DATA = "replay.html", "replay.json"


def write_replay(found: Replayed, folder: Path) -> list[Path]:
    """Write ``replay.html``, ``replay.json``, ``figures.csv``, ``changes.csv`` and ``backlog.csv``; return the paths.

    Raises
    ------
    BadOptionError
        When a file cannot be written, or matplotlib is not installed.
    """
    plain = found.as_dict()
    texts = {
        PAGE: replay_page(plain, found.orders),
        DATA: json.dumps(plain, ensure_ascii=False, indent=1) + "\n",
        "figures.csv": _csv(_figure_rows(plain)),
        "changes.csv": _csv(plain["changes"]),
        "backlog.csv": _csv(_backlog_rows(plain)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def _figure_rows(plain: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"order": order, "urgency": group, **figures}
        for order, by_group in plain["figures"].items()
        for group, figures in by_group.items()
    ]


def _backlog_rows(plain: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"week": week, "order": order, "open_tickets": value}
        for order, values in plain["backlog"].items()
        for week, value in zip(plain["weeks"], values, strict=True)
    ]


def _csv(rows: list[dict[str, Any]]) -> str:
    safe = [{key: spreadsheet_safe(value) for key, value in row.items()} for row in rows]
    return pd.DataFrame(safe).to_csv(index=False, lineterminator="\n")
