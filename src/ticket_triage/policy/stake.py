"""What a customer is worth, scaled by how far something is blocked: a VIP's cosmetic glitch is no lost revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.conditions import folded, number
from ticket_triage.policy.units import WHOLE, Steps, parts, steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import PolicyFile


@dataclass(frozen=True, slots=True)
class StakeTable:
    """What a year's value, a segment and a plan are worth; values in ten-thousandths, names folded."""

    criterion: str
    unblocked: int
    annual_value: Steps
    segments: Mapping[str, int]
    plans: Mapping[str, int]
    blocked: Mapping[str, int]

    def read(self, case: Case) -> tuple[int, str, str] | None:
        """Return the value, origin and evidence of the customer's stake, or None when nothing is known of it."""
        stake = self._stake(case)
        if stake is None:
            return None
        value, origin, evidence = stake
        share, why = self._share(case, case.category.entry)
        return value * share // WHOLE, origin, f"{evidence}, {share // 100} % of its stake {why}"

    def _stake(self, case: Case) -> tuple[int, str, str] | None:
        """Return the highest of what is known of the customer."""
        ticket = case.ticket
        found: list[tuple[int, str, str]] = []
        amount = number(ticket.annual_value)
        value = None if amount is None else self.annual_value.at(amount)
        if value is not None:
            found.append((value, "given", f"annual value {amount:.0f}"))
        if ticket.segment is not None and (worth := self.segments.get(folded(ticket.segment))) is not None:
            found.append((worth, "default", f"segment {ticket.segment}"))
        if ticket.plan is not None and (worth := self.plans.get(folded(ticket.plan))) is not None:
            found.append((worth, "default", f"plan {ticket.plan}"))
        return max(found, key=lambda entry: entry[0]) if found else None

    def worths(self, case: Case, entries: Iterable[str]) -> dict[str, int]:
        """Return the value of the customer's stake by the category's table; nothing when it is not known."""
        stake = self._stake(case)
        return {} if stake is None else {name: stake[0] * self._share(case, name)[0] // WHOLE for name in entries}

    def _share(self, case: Case, entry: str) -> tuple[int, str]:
        for name, hit in case.hits.items():
            if hit.signal.blocks:
                return WHOLE, f"because of signal {name}"
        share = self.blocked.get(entry)
        if share is not None and share > self.unblocked:
            return share, f"because of category {entry}"
        return self.unblocked, "because nothing is known to be blocked"


def stake_table(file: PolicyFile) -> StakeTable:
    """Return the policy's stakes ready to be read."""
    return StakeTable(
        criterion=file.stake.criterion,
        unblocked=parts(file.stake.unblocked),
        annual_value=steps(file.stake.annual_value),
        segments={folded(name): parts(entry.stake) for name, entry in file.segments.items()},
        plans={folded(name): parts(entry.stake) for name, entry in file.plans.items()},
        blocked={folded(name): parts(entry.blocked) for name, entry in file.categories.items() if entry.blocked},
    )
