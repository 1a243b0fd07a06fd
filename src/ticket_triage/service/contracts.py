"""What may be set without a person: for every head and class, what is proven of it and what is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.precision import labels_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.modelling.outputs import HeadSlot
    from ticket_triage.policy import Policy


@dataclass(frozen=True, slots=True)
class Contract:
    """Whether an answer may be set automatically.

    Parameters
    ----------
    head, answer : str
    automatic : bool
        Whether enough of it is proven from some confidence on.
    threshold : float
        The confidence from which ``bound`` is proven: the lowest that suffices, else the one that comes closest.
    bound : float
        Lower 95 % bound of its precision from there on.
    cases, errors : int
        The held-out cases it rests on.
    labels_needed : int or None
        How many more without an error would prove the target; 0 when it is proven, None when no number would.
    """

    head: str
    answer: str
    automatic: bool
    threshold: float
    bound: float
    cases: int
    errors: int
    labels_needed: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the contract as plain values."""
        return asdict(self)


def contracts(model: TriageModel, policy: Policy) -> tuple[Contract, ...]:
    """Return the contract of every class of every head under a policy's target."""
    target = policy.answers.target
    return tuple(_contract(slot, place, target) for slot in model.slots for place in range(len(slot.classes)))


def contract_lines(found: Sequence[Contract]) -> list[str]:
    """Return a line for each head: which classes may be set alone, and how many labels the others need."""
    lines = []
    for head in dict.fromkeys(entry.head for entry in found):
        own = [entry for entry in found if entry.head == head]
        alone = ", ".join(f"{entry.answer} from {entry.threshold:.2f}" for entry in own if entry.automatic)
        lacking = ", ".join(f"{entry.answer} {_lack(entry)}" for entry in own if not entry.automatic)
        rest = f"; suggested only, with labels still needed: {lacking}" if lacking else ""
        lines.append(f"{head} may be set without a person: {alone or 'none'}{rest}.")
    return lines


def _contract(slot: HeadSlot, place: int, target: float) -> Contract:
    steps = slot.confidence.steps[place]
    step = next((entry for entry in steps if entry.precision.bound >= target), steps[-1])
    proven = step.precision
    automatic = proven.bound >= target
    needed = 0 if automatic else labels_needed(proven.cases, proven.errors, target)
    return Contract(
        slot.name,
        slot.classes[place],
        automatic,
        step.threshold,
        proven.bound,
        proven.cases,
        proven.errors,
        needed,
    )


def _lack(entry: Contract) -> str:
    return "(no number would do)" if entry.labels_needed is None else f"{entry.labels_needed:,}"
