"""What a webhook tells of a ticket, and how a payload is read: by paths, without ever failing on a wrong kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ticket_triage.errors import PayloadError
from ticket_triage.intake.plain import encodable
from ticket_triage.intake.webhooks.markup import without_markup

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NAME_CHARS = 255
MAX_SUBJECT_CHARS = 10_000
MAX_MESSAGE_CHARS = 100_000
MAX_ENTRIES = 100
_LAST_MOMENT_MS = 7_258_118_400_000  # the year 2200

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a payload tells.

    Parameters
    ----------
    ticket : mapping
        Fields of the ticket as ``POST /v1/predict`` takes them; what is not said is None or absent, and stays as known.
    events : tuple of mapping
        What happened, as ``POST /v1/tickets/{id}/events`` takes it.
    status : str or None
        The state the ticket is in by now.
    at : str or None
        Since when at the latest, ISO 8601; None means the present.
    over : bool or None
        Whether work is over in that state, where the source says so.
    author : str or None
        Who wrote the message among the events, where only the ticket's requester tells a customer from an agent.
    """

    ticket: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...] = ()
    status: str | None = None
    at: str | None = None
    over: bool | None = None
    author: str | None = None


class Payload:
    """A payload's values, by paths such as ``detail.via.channel``.

    Examples
    --------
    >>> payload = Payload("zendesk", {"detail": {"id": 35, "subject": " Help ", "tags": ["a", None]}})
    >>> payload.name("detail.id"), payload.text("detail.subject"), payload.names("detail.tags")
    ('35', ' Help ', ['a'])
    >>> payload.must("type", "detail.id")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ticket_triage.errors.PayloadError: This is no payload of zendesk as known here: it lacks type; send ...
    """

    def __init__(self, source: str, value: Any) -> None:
        self.source, self._value = source, value

    def at(self, path: str) -> Any:
        """Return the value at a path, None when there is none."""
        found = self._value
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def has(self, path: str) -> bool:
        """Say whether there is something at a path."""
        return self.at(path) is not None

    def must(self, *paths: str) -> None:
        """Refuse a payload that lacks one of these.

        Raises
        ------
        PayloadError
        """
        missing = [path for path in paths if _plain(self.at(path)) is None]
        if missing:
            raise PayloadError(self.source, missing)

    def text(self, path: str, most: int | None = None) -> str | None:
        """Return a text to the letter, None when there is none; a number counts as text."""
        found = _plain(self.at(path))
        return None if found is None else found[:most]

    def prose(self, path: str, most: int | None = None) -> str | None:
        """Return a text without markup: HTML, or Atlassian's documents."""
        value = self.at(path)
        return encodable(without_markup(value))[:most] if isinstance(value, str | dict) else None

    def name(self, path: str) -> str | None:
        """Return a name, trimmed and cut to what a name may have."""
        return _name(self.at(path))

    def names(self, path: str) -> list[str]:
        """Return the names in a list, or in a text with commas."""
        value = self.at(path)
        entries = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
        return [name for entry in entries[:MAX_ENTRIES] if (name := _name(entry)) is not None]

    def moment(self, path: str) -> str | None:
        """Return a moment in ISO 8601; a number is milliseconds since 1970."""
        value = self.at(path)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LAST_MOMENT_MS:
            return datetime.fromtimestamp(value / 1000, UTC).isoformat()
        return self.text(path)


def _plain(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return encodable(value) if isinstance(value, str) and value.strip() else None


def _name(value: Any) -> str | None:
    found = _plain(value)
    return None if found is None else _CONTROL.sub(" ", found).strip()[:MAX_NAME_CHARS].strip() or None
