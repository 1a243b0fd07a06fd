"""Time blocks as an iCalendar file, which every calendar program takes in.

After RFC 5545: lines end in CR LF and fold after 75 octets; times are UTC. The same blocks give the same bytes, and a
block keeps its UID, so that taking a plan in again moves events and doubles none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

_MOST_OCTETS = 75


class Event(NamedTuple):
    """An entry of a calendar; ``key`` tells it from others, whatever its time."""

    key: str
    begins: datetime
    ends: datetime
    summary: str
    description: str


def calendar_file(events: Sequence[Event], now: datetime) -> str:
    r"""Return events as the text of an ``.ics`` file.

    Examples
    --------
    >>> hour = datetime(2026, 7, 1, 9, tzinfo=UTC)
    >>> text = calendar_file([Event("T-1", hour, hour.replace(hour=10), "P1; T-1", "Down,\nagain")], hour)
    >>> [line for line in text.split("\r\n") if line.startswith(("DTSTART", "SUMMARY", "DESC"))]
    ['DTSTART:20260701T090000Z', 'SUMMARY:P1\\; T-1', 'DESCRIPTION:Down\\,\\nagain']
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ticket-triage//plan//EN", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{sha256(event.key.encode()).hexdigest()[:32]}@ticket-triage",
        f"DTSTAMP:{_time(now)}",
        f"DTSTART:{_time(event.begins)}",
        f"DTEND:{_time(event.ends)}",
        f"SUMMARY:{_text(event.summary)}",
        f"DESCRIPTION:{_text(event.description)}",
        "END:VEVENT",
    ]


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    return shown.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets; no character is cut."""
    piece, used = "", 0
    for char in line:
        octets = len(char.encode())
        if used + octets > _MOST_OCTETS:
            yield piece
            piece, used = " ", 1
        piece, used = piece + char, used + octets
    yield piece
