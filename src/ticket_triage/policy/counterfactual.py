"""What would change a priority: the smallest change of inputs that moves it one level up or down.

Fewer inputs count as smaller, then fewer steps along their grids. All changes of one input are tried, then all of two
and so on, each through signals, scorecard and ladder as a ticket is; so what is found cannot be undercut. What a person
fixed stays fixed.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.what_if import SIGNAL_PREFIX, Change, WhatIf
from ticket_triage.policy.conditions import field_value
from ticket_triage.policy.finding import case_of
from ticket_triage.policy.inputs import Step, input_grid
from ticket_triage.policy.otherwise import Otherwise
from ticket_triage.policy.staffing import staff_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy

MOST_WAYS = 5
_MOST_PAIRS = 20_000
"""More pairs than these would take seconds; then single inputs alone are tried."""


class Variations(Otherwise):
    """One ticket with every change of one input that matters to the policy."""

    def __init__(
        self, ticket: Ticket, prediction: Prediction, policy: Policy, now: datetime, desk: Desk | None = None
    ) -> None:
        assigned, _ = policy.segments.assign(ticket)
        case = case_of(assigned, prediction, policy, now, None if desk is None else staff_of(desk, policy))
        super().__init__(ticket, case, policy)
        self.steps = tuple(input_grid(policy).steps(assigned, case.hits))
        self.most_inputs = 2 if len(self.steps) ** 2 // 2 <= _MOST_PAIRS else 1

    def change(self, step: Step) -> Change:
        """Return a step with what stood there before."""
        if step.input.startswith(SIGNAL_PREFIX):
            return Change(step.input, not step.after, step.after)
        return Change(step.input, field_value(self.ticket, step.input), step.after)


def what_would_change(
    ticket: Ticket, prediction: Prediction, policy: Policy, now: datetime, desk: Desk | None = None
) -> tuple[WhatIf, ...]:
    """Return the smallest changes that move a ticket's priority one level up, and one level down.

    Parameters
    ----------
    ticket, prediction, policy, now, desk
        As for :func:`ticket_triage.policy.decide`.

    Returns
    -------
    tuple of WhatIf
        Up before down; none beyond the first or last priority, and none when a person fixed it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from ticket_triage.domain.prediction import NO_PREDICTION
    >>> from ticket_triage.domain.ticket import Ticket
    >>> from ticket_triage.policy import load_policy
    >>> outage = Ticket("T-1", subject="Checkout is down for everyone")
    >>> (down,) = what_would_change(outage, NO_PREDICTION, load_policy(), datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    >>> down.target, len(down.changes[0])
    ('P2', 1)
    """
    if desk is not None and "priority" in staff_of(desk, policy).fixed.get(ticket.ticket_id, ()):
        return ()
    variations = Variations(ticket, prediction, policy, now, desk)
    place = PRIORITIES.index(variations.priority())
    wanted = [PRIORITIES[at] for at in (place - 1, place + 1) if 0 <= at < len(PRIORITIES)]
    found = _smallest(variations, wanted, PRIORITIES[place])
    return tuple(
        WhatIf(
            ticket_id=ticket.ticket_id,
            priority=PRIORITIES[place],
            target=target,
            changes=tuple(tuple(map(variations.change, way)) for way in found.get(target, ())),
            most_inputs=variations.most_inputs,
        )
        for target in wanted
    )


def _smallest(variations: Variations, wanted: list[str], now: str) -> dict[str, list[tuple[Step, ...]]]:
    """Return the smallest ways to each priority; of those with the same inputs the one that asks for least."""
    found: dict[str, list[tuple[Step, ...]]] = {}
    for inputs in range(1, variations.most_inputs + 1):
        missing = [target for target in wanted if target not in found]
        if missing:
            found |= _ways(variations, inputs, missing)
    return {target: _least(ways, up=target < now)[:MOST_WAYS] for target, ways in found.items()}


def _least(ways: list[tuple[Step, ...]], *, up: bool) -> list[tuple[Step, ...]]:
    """Return one way for each choice of inputs: grids rise, so the first way up and the last way down."""
    kept: dict[tuple[str, ...], tuple[Step, ...]] = {}
    for way in ways:
        inputs = tuple(step.input for step in way)
        if not (up and inputs in kept):
            kept[inputs] = way
    return list(kept.values())


def _ways(variations: Variations, inputs: int, wanted: list[str]) -> dict[str, list[tuple[Step, ...]]]:
    """Return the ways of so many inputs with the fewest steps, by the priority they lead to."""
    best: dict[str, tuple[int, list[tuple[Step, ...]]]] = {}
    for way in _combined(variations.steps, inputs):
        size = sum(step.steps for step in way)
        if all(target in best and best[target][0] < size for target in wanted):
            continue
        reached = variations.priority(way)
        if reached in wanted and (reached not in best or size < best[reached][0]):
            best[reached] = (size, [way])
        elif reached in best and size == best[reached][0]:
            best[reached][1].append(way)
    return {target: ways for target, (_, ways) in best.items()}


def _combined(steps: tuple[Step, ...], inputs: int) -> Iterator[tuple[Step, ...]]:
    """Yield every choice of steps of so many different inputs."""
    for way in combinations(steps, inputs):
        if len({step.input for step in way}) == inputs:
            yield way
