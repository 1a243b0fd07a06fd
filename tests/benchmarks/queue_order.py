"""Time to put 50,000 decided tickets in order, beside a comparison written the plain way.

The rival sorts by a comparison function: it adds up the points and counts the working days of both tickets of a pair
whenever the two meet. It orders a sample, because all would take too long; its time for all is scaled by n log n. Both
must agree on the sample's order. Processor time of one core, in turn (A B A B ...), medians.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from math import log
from statistics import median
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import Decision
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import Policy, decide, load_policy, rank
from ticket_triage.policy.clock import worked_minutes
from ticket_triage.policy.strategies import Waiting, added
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
TEXTS = ("hello", "payments are failing", "Nobody can log in", "the icon is ugly", "how do I export?")
SEGMENTS, PLANS = ("enterprise", "business", None), ("premium", "free", None)
BAR_S = 1.0

Entry = tuple[Ticket, Decision]


def decided(count: int, policy: Policy) -> list[Entry]:
    """Return so many decided tickets of the last sixty days."""
    entries = []
    for place in range(count):
        ticket = Ticket(
            f"T-{place:06}",
            body=TEXTS[place % len(TEXTS)],
            opened_at=NOW - timedelta(minutes=place * 7919 % 86_400),
            segment=SEGMENTS[place % 7 % 3],
            plan=PLANS[place % 11 % 3],
            vip=place % 13 == 0,
        )
        entries.append((ticket, decide(ticket, NO_PREDICTION, policy, NOW)))
    return entries


def plainly(entries: list[Entry], policy: Policy) -> list[str]:
    """Return the ids in order, both tickets of a pair reckoned anew whenever they meet."""
    top = policy.ladder.band("P1")[0]

    def standing(entry: Entry) -> tuple[bool, int, datetime, str]:
        ticket, decision = entry
        opened_at = ticket.opened_at or NOW
        waiting = Waiting(ticket, decision, policy.heard(decision), opened_at, NOW)
        extra, _ = added(policy.strategies.of(decision.priority), waiting)
        lowest, highest = policy.ladder.band(decision.priority)
        points = min(highest, max(lowest, hundredths(decision.points)) + extra)
        minutes = worked_minutes(opened_at, NOW, policy.ageing.calendar, 10**9)
        room = (10_000 if decision.priority == "P1" else top - 1) - points
        waited = max(0, min(room, minutes * policy.ageing.points_per_hour // 60))
        return decision.priority != "P1", -(points + waited), opened_at, ticket.ticket_id

    def compared(one: Entry, other: Entry) -> int:
        return -1 if standing(one) < standing(other) else 1

    return [ticket.ticket_id for ticket, _ in sorted(entries, key=cmp_to_key(compared))]


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one run."""
    begins = time.process_time()
    work()
    return time.process_time() - begins


def main() -> int:
    """Print both sides' medians; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=50_000, help="open tickets (default: 50000)")
    parser.add_argument("--sample", type=int, default=2_000, help="tickets the rival orders (default: 2000)")
    parser.add_argument("--rounds", type=int, default=5, help="turns each (default: 5)")
    chosen = parser.parse_args()
    policy = load_policy()
    entries = decided(chosen.tickets, policy)
    sample = entries[: chosen.sample]
    if [place.ticket.ticket_id for place in rank(sample, policy, NOW)] != plainly(sample, policy):
        raise SystemExit("the two orders differ")
    ours, rival = [], []
    for _ in range(chosen.rounds):
        ours.append(seconds(lambda: rank(entries, policy, NOW)))
        rival.append(seconds(lambda: plainly(sample, policy)))
    scale = chosen.tickets * log(chosen.tickets) / (chosen.sample * log(chosen.sample))
    whole = median(rival) * scale
    print(f"{chosen.tickets:,} tickets with reasons: {median(ours):.2f} s; compared pair by pair: {whole:.0f} s")
    print(f"  {whole / median(ours):.0f}x, the rival's {chosen.sample:,} tickets in {median(rival):.2f} s, scaled")
    return int(median(ours) > BAR_S)


if __name__ == "__main__":
    sys.exit(main())
