"""A past period run again through a simulated desk, under one order of the queue or another.

``hours`` when people work · ``desk`` who takes what, event by event · ``efforts`` how much work tickets are ·
``measures`` what came of it per urgency, with intervals over weeks · ``verdict`` what may be said of it.

Orders of the queue, predictions and calendars are handed in as numbers: nothing here knows a model or a policy.
Moments and durations are minutes; a moment counts from whatever midnight the caller chose.
"""

from __future__ import annotations

from ticket_triage.replay.desk import Agents, Run, Workload, run
from ticket_triage.replay.hours import Hours

__all__ = ["Agents", "Hours", "Run", "Workload", "run"]
