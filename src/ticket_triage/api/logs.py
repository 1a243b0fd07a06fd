"""What the service writes to its log: one line for each thing, as text or as JSON, never a ticket's text.

An exception's own message can hold what somebody wrote, so only its kind and the places it passed are told.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

FIELDS = ("request_id", "method", "route", "status", "ms", "key")
"""What is said of a request; the route is a pattern, never the address that was asked for."""


class TextLines(logging.Formatter):
    """Write a record as a line for people, the places of a failure below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said = [f"triage: {record.getMessage()}", *(f"{name}={value}" for name, value in _fields(record).items())]
        return "\n".join([" ".join(said), *(f"  {place}" for place in _places(record.exc_info))])


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **_fields(record),
        }
        if record.exc_info:
            told["failure"] = _places(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def write_logs(*, as_json: bool) -> None:
    """Have this program's log, and that of the server below it, written to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else TextLines())
    for name, level in (("ticket_triage", logging.INFO), ("uvicorn.error", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name in FIELDS if (value := getattr(record, name, None)) not in (None, "")}


def _places(failure: Failure | None) -> list[str]:
    if not failure or failure[0] is None:
        return []
    frames = traceback.extract_tb(failure[2])
    return [failure[0].__qualname__, *(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)]
