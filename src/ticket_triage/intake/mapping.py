"""A mapping file says how an export's columns become the product's.

Everything in it is optional; an unknown key is refused with the nearest known one::

    text = "none"                      # the export has no text; default "required"
    missing = ["?"]                    # values that mean "not known", in any column

    [columns]                          # product column = export column, or several text columns to join
    body = ["Description", "Steps"]
    "custom.site" = "Location"         # renames a column of your own

    [levels.urgency]                   # code in the export = level; "" means not labelled
    "1 - High" = "high"
    [values.channel]                   # the same for any other column; codes not named stay as they are
    "Social media" = "social"
    [lists]
    tags = ","                         # what separates entries; default ";"

    [times]
    format = "%d-%m-%Y %H:%M"          # or "iso" (default), "excel" (serial days), "unix", "unix_ms"
    formats = { resolved_at = "iso" }  # where one column differs
    timezone = "Europe/Berlin"         # of times that do not say their own; default UTC

    [intake]
    columns = ["site"]                 # own columns that are known when a ticket comes in: a model may learn them
    [later]
    columns = ["Resolution"]           # own columns that are known only later

    [heads.impact]                     # a further head, or other levels for a known one
    column = "Impact"                  # default: the head's own name
    levels = ["low", "high"]           # lowest first; leave out when answers have no order

    [labels]
    source = "human"                   # who labelled: human, corrected, confirmed or machine

    [fold]                             # the export is a log of events: see ``fold``
    id = "number"
    order = ["changes"]
    state = "state"
    time = "changed_at"
    changes = { priority = "prio" }    # for the service clocks: what else changes from line to line
    codes.priority = { "1" = "P1" }

    [file]
    encoding = "cp1252"
    delimiter = ";"
    sheet = "Tickets"
    [sql]
    table = "tickets"                  # or query = "select ..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ticket_triage.errors import MappingError, nearest

Name = str
Codes = dict[str, str]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TimesRule(_Rule):
    """How times are written."""

    format: str = "iso"
    formats: dict[Name, str] = {}
    timezone: str = "UTC"

    def format_of(self, column: str) -> str:
        """Return the format of one product column."""
        return self.formats.get(column, self.format)


class ColumnsRule(_Rule):
    """A list of columns."""

    columns: tuple[Name, ...] = ()


class HeadRule(_Rule):
    """A head the mapping declares."""

    column: Name | None = None
    levels: tuple[str, ...] | None = Field(default=None, min_length=2)


class LabelsRule(_Rule):
    """Who labelled, where the export does not say."""

    source: Literal["human", "corrected", "confirmed", "machine"] | None = None


class FoldRule(_Rule):
    """How a log of events becomes one row per ticket.

    Names are the export's. A ticket's row is its first event's; ``last`` names the columns whose last known value
    counts instead. ``opened`` and ``first_response`` list the states whose first event's time is ``opened_at`` and
    ``first_response_at``; ``resolved`` those whose last entering is ``resolved_at``. For the service clocks,
    ``changes`` names the columns of priority, plan, calendar and team, and ``codes`` what their entries, and those of
    ``status``, are called in the policy.
    """

    id: Name
    order: tuple[Name, ...] = ()
    last: tuple[Name, ...] = ()
    state: Name | None = None
    time: Name | None = None
    opened: tuple[str, ...] = ()
    first_response: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    changes: dict[Literal["priority", "plan", "calendar", "team"], Name] = {}
    codes: dict[Literal["status", "priority", "plan", "calendar", "team"], Codes] = {}

    def states(self) -> dict[str, tuple[str, ...]]:
        """Return the product's time columns that states give, with their states."""
        named = {"opened_at": self.opened, "first_response_at": self.first_response, "resolved_at": self.resolved}
        return {column: states for column, states in named.items() if states}


class FileRule(_Rule):
    """What the file is like, where finding it out goes wrong."""

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None


class SqlRule(_Rule):
    """What to read from a database."""

    query: str | None = None
    table: str | None = None


class ColumnMapping(_Rule):
    """A mapping as it is written down; the module's text shows every key.

    Examples
    --------
    >>> ColumnMapping(columns={"body": "Description"}).columns
    {'body': 'Description'}
    """

    text: Literal["required", "none"] = "required"
    missing: tuple[str, ...] = ()
    columns: dict[Name, Name | tuple[Name, ...]] = {}
    levels: dict[Name, Codes] = {}
    values: dict[Name, Codes] = {}
    lists: dict[Name, str] = {}
    times: TimesRule = TimesRule()
    intake: ColumnsRule = ColumnsRule()
    later: ColumnsRule = ColumnsRule()
    heads: dict[Name, HeadRule] = {}
    labels: LabelsRule = LabelsRule()
    fold: FoldRule | None = None
    file: FileRule = FileRule()
    sql: SqlRule = SqlRule()


def load_mapping(mapping: str | Path | Mapping[str, Any] | None) -> ColumnMapping:
    """Read a mapping from a TOML file, or check one given as a dictionary; None is the empty one.

    Raises
    ------
    MappingError
        The file is missing or no TOML, a key is unknown or a value of the wrong kind.

    Examples
    --------
    >>> load_mapping({"colums": {}})
    Traceback (most recent call last):
    ticket_triage.errors.MappingError: The mapping has an unknown key 'colums'; did you mean 'columns'?
    """
    if mapping is None:
        return ColumnMapping()
    name, entries = ("The mapping", mapping) if isinstance(mapping, Mapping) else _toml(Path(mapping))
    try:
        return ColumnMapping.model_validate(entries)
    except ValidationError as error:
        raise MappingError(f"{name} {_first_fault(error)}") from None


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        return f"Mapping {path}", tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(f"Mapping {path} cannot be opened: {error.strerror}.") from None
    except ValueError as error:
        raise MappingError(f"Mapping {path} is no TOML: {error}.") from None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    place = [str(part) for part in fault["loc"]]
    if fault["type"] != "extra_forbidden":
        return f"says {_shown(fault['input'])} at [{'.'.join(place)}]: {fault['msg'].lower()}."
    where = f" in [{'.'.join(place[:-1])}]" if place[:-1] else ""
    return f"has an unknown key {place[-1]!r}{where}; {nearest(place[-1], _known_keys(place[:-1]))}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _known_keys(place: list[str]) -> list[str]:
    """Return the keys allowed in a table of the mapping."""
    tables: dict[str, type[_Rule]] = {
        "times": TimesRule,
        "intake": ColumnsRule,
        "later": ColumnsRule,
        "heads": HeadRule,
        "labels": LabelsRule,
        "fold": FoldRule,
        "file": FileRule,
        "sql": SqlRule,
    }
    rule = tables[place[0]] if place else ColumnMapping
    return list(rule.model_fields)
