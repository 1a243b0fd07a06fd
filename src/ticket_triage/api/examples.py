"""Whole answers for the OpenAPI document, as the service gives them; a test asks it for each."""

from __future__ import annotations

from typing import Any

_RULE: dict[str, Any] = {"rule": "sla.P2 in calendar business", "why": "priority P2"}
_ANSWERED = {
    "clock": "first_response",
    "number": 1,
    "state": "met",
    **_RULE,
    "target_minutes": 120,
    "started_at": "2026-03-02T08:30:00Z",
    "stopped_at": "2026-03-02T09:45:00Z",
    "stopped_by": "public reply",
    "due_at": "2026-03-02T11:00:00Z",
    "warn_at": "2026-03-02T10:30:00Z",
    "warned": False,
    "consumed_minutes": 45.0,
    "paused_minutes": 0.0,
    "remaining_minutes": 75.0,
    "breach_probability": None,
    "changes": [],
}
_RUNNING = {
    "clock": "resolution",
    "number": 1,
    "state": "running",
    **_RULE,
    "target_minutes": 960,
    "started_at": "2026-03-02T08:30:00Z",
    "stopped_at": None,
    "stopped_by": "",
    "due_at": "2026-03-03T17:00:00Z",
    "warn_at": "2026-03-03T13:00:00Z",
    "warned": False,
    "consumed_minutes": 165.0,
    "paused_minutes": 0.0,
    "remaining_minutes": 795.0,
    "breach_probability": None,
    "changes": [],
}
_NINE_TO_FIVE = [[540, 1020]]

CLOCKS_EXAMPLE: dict[str, Any] = {
    "ticket_id": "T-1",
    "now": "2026-03-02T11:45:00Z",
    "clocks": [_ANSWERED, _RUNNING],
    "notes": [],
    "calendars": [
        {
            "name": "business",
            "zone": "UTC",
            "hours": [*[_NINE_TO_FIVE] * 5, [], []],
            "holidays": [],
            "offsets": [{"since": "2026-03-02T00:00:00Z", "seconds": 0}],
        }
    ],
}
"""The clocks of a ticket that was answered within the hour and is not solved yet."""
