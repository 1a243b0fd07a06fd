"""What a customer is worth, scaled by how far something is blocked: a VIP's cosmetic glitch is no lost revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.conditions import folded, number
from ticket_triage.policy.units import WHOLE, Steps, parts, steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import PolicyFile

Stake = tuple[int, bool]
"""What a customer is worth, in ten-thousandths, and whether a signal says that they are blocked."""


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

    def known(self, case: Case) -> Stake | None:
        """Return what the customer is worth, whatever the ticket is about; None when nothing is known of it."""
        stake = self._stake(case)
        return None if stake is None else (stake[0], _blocking(case) is not None)

    def worth(self, stake: Stake, entry: str) -> int:
        """Return the value of a customer's stake under one of the policy's categories."""
        value, blocked = stake
        return value if blocked else value * max(self.blocked.get(entry, 0), self.unblocked) // WHOLE

    def _share(self, case: Case, entry: str) -> tuple[int, str]:
        signal = _blocking(case)
        if signal is not None:
            return WHOLE, f"because of signal {signal}"
        share = self.blocked.get(entry)
        if share is not None and share > self.unblocked:
            return share, f"because of category {entry}"
        return self.unblocked, "because nothing is known to be blocked"


def _blocking(case: Case) -> str | None:
    """Return the signal that says the customer is blocked."""
    return next((name for name, hit in case.hits.items() if hit.signal.blocks), None)


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
