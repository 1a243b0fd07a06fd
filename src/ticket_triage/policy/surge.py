"""When high volume orders the queue differently, and when no more: switched by arrivals, each switch on record.

Two numbers, one to switch on and a lower one to switch off, so that a desk at the border does not flip to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ticket_triage.policy.schema import PolicyFile


@dataclass(frozen=True, slots=True)
class Switch:
    """A moment (UTC) at which the surge policy came on or went off, and how many tickets the window then held."""

    at: datetime
    on: bool
    arrivals: int


@dataclass(frozen=True, slots=True)
class SurgeRule:
    """From how many arrivals in a window on the surge policy holds, down to how few; points in hundredths."""

    name: str
    window: timedelta
    on_at: int
    off_at: int
    points: Mapping[str, int]

    def record(self, arrivals: Iterable[datetime], now: datetime) -> tuple[Switch, ...]:
        """Return every switch up to ``now``, oldest first; the last one tells whether the surge policy holds.

        Parameters
        ----------
        arrivals : iterable of datetime
            Aware, in any order; those after ``now`` have not happened. A ticket is in the window from its arrival
            until the window's length has passed.
        now : datetime

        Examples
        --------
        >>> from datetime import datetime
        >>> rule = SurgeRule("surge", timedelta(hours=1), on_at=2, off_at=0, points={})
        >>> noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        >>> [(switch.at.hour, switch.on) for switch in rule.record([noon, noon], noon + timedelta(hours=3))]
        [(12, True), (13, False)]
        """
        came = sorted(arrival.astimezone(UTC) for arrival in arrivals if arrival <= now)
        changes = [(moment + self.window, -1) for moment in came] + [(moment, 1) for moment in came]
        found: list[Switch] = []
        count, on = 0, False
        for moment, change in sorted(changes):
            if moment > now:
                break
            count += change
            if on != (count >= self.on_at if not on else count > self.off_at):
                on = not on
                found.append(Switch(moment, on, count))
        return tuple(found)


def surge_rule(file: PolicyFile) -> SurgeRule | None:
    """Return the policy's surge rule ready to be used, or None when it has none."""
    table = file.surge
    if table is None:
        return None
    points = {str(name): hundredths(value) for name, value in table.points.items()}
    return SurgeRule(table.name, timedelta(minutes=table.window_minutes), table.on_at, table.off_at, points)
