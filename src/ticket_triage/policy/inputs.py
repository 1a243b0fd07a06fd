"""What may be otherwise with a ticket: each input with the values that matter to the policy.

A field takes the amounts at which the policy's bands and conditions begin, and the names it knows; ``custom.category``
and ``custom.<criterion>`` stand for what a person may give; a signal is in the ticket or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.domain.what_if import SIGNAL_PREFIX
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.conditions import field_value, folded, number
from ticket_triage.policy.schema import Bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.signals import Hit

_AMOUNTS = ("affected_users", "annual_value")

Value = str | float | bool


class Step(NamedTuple):
    """One input set to another value, and how many steps of its grid that is."""

    input: str
    after: Value
    steps: int


@dataclass(frozen=True, slots=True)
class InputGrid:
    """The values of each input that make a difference to a policy; ``ordered`` ones in their order."""

    ordered: Mapping[str, tuple[Value, ...]]
    named: Mapping[str, tuple[Value, ...]]
    signals: tuple[str, ...]

    def steps(self, ticket: Ticket, hits: Mapping[str, Hit]) -> Iterator[Step]:
        """Yield every change of one input, facts before signals."""
        for name, values in self.ordered.items():
            place = _place(values, field_value(ticket, name))
            for number_, value in enumerate(values):
                if number_ != place:
                    yield Step(name, value, 1 if place is None else abs(number_ - place))
        for name, values in self.named.items():
            known = field_value(ticket, name)
            yield from (Step(name, value, 1) for value in values if not _same(known, value))
        for name in self.signals:
            yield Step(f"{SIGNAL_PREFIX}{name}", name not in hits, 1)


def input_grid(policy: Policy) -> InputGrid:
    """Return the inputs of a policy that can move a priority."""
    tested = _tested(policy)
    ordered: dict[str, tuple[Value, ...]] = {
        name: tuple(sorted({*_starts(policy, name), *tested.pop(name, set())})) for name in _AMOUNTS
    }
    card = policy.scorecard
    for criterion in card.criteria:
        levels = criterion.head_levels
        ordered[f"{CUSTOM_PREFIX}{criterion.name}"] = tuple(
            name for _, name in sorted((value, name) for name, value in levels.items())
        )
    named: dict[str, set[Value]] = defaultdict(set)
    named["plan"] |= {*card.stake.plans, *policy.ladder.bought}
    named["segment"] |= set(card.stake.segments)
    named[f"{CUSTOM_PREFIX}category"] |= policy.categories.known - {DEFAULT}
    for name, values in tested.items():
        if name in ordered or all(isinstance(value, float) for value in values):
            ordered[name] = ordered.get(name) or tuple(sorted(values))
        elif name not in ("tags", "stakeholders"):
            named[name] |= values
    return InputGrid(
        ordered={name: values for name, values in ordered.items() if values},
        named={name: tuple(sorted(values, key=str)) for name, values in sorted(named.items()) if values},
        signals=tuple(name for name, signal in policy.signals.named.items() if not signal.part and not signal.when),
    )


def _tested(policy: Policy) -> dict[str, set[Value]]:
    """Return the values at which a condition of the policy turns, by field."""
    found: dict[str, set[Value]] = defaultdict(set)
    conditions = [signal.when for signal in policy.signals.named.values()] + [rule for _, rule in policy.segments.rules]
    for condition in conditions:
        for name, expected in () if condition is None else condition.tests:
            if isinstance(expected, bool):
                found[name] |= {True, False}
            elif isinstance(expected, Bounds):
                found[name] |= {float(bound) for bound in (expected.at_least, expected.at_most) if bound is not None}
            else:
                found[name] |= set(expected)
    return found


def _starts(policy: Policy, name: str) -> set[float]:
    if name == "annual_value":
        return set(policy.scorecard.stake.annual_value.starts)
    return {start for criterion in policy.scorecard.criteria for start in criterion.affected_users.starts}


def _place(values: tuple[Value, ...], known: object) -> int | None:
    """Return where on its grid a value stands, None when it is unknown or none of it."""
    if isinstance(known, str):
        return next((place for place, value in enumerate(values) if value == folded(known)), None)
    amount = number(known)
    starts = [value for value in values if isinstance(value, int | float)]
    if amount is None or len(starts) < len(values):
        return None
    return max(0, bisect_right(starts, amount) - 1)


def _same(known: object, value: Value) -> bool:
    return folded(known) == value if isinstance(known, str) and isinstance(value, str) else known is value
