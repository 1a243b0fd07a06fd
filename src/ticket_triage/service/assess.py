"""Assess tickets: a model's prediction and the policy's decision, joined.

The command line and HTTP both come through here, so that the same ticket gives the same receipt. When no model can be
loaded, decisions rest on rules alone and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ticket_triage import registry
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.errors import ModelError
from ticket_triage.intake.desk import read_desk
from ticket_triage.policy import decide, decide_many, load_policy, what_would_change
from ticket_triage.policy.staffing import staff_of
from ticket_triage.service.models import load_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from ticket_triage.domain.decision import Decision, PolicyReference
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.events import Event
    from ticket_triage.domain.explanation import Explanation
    from ticket_triage.domain.prediction import ModelReference, Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.domain.what_if import WhatIf
    from ticket_triage.policy import Policy


class Predictor(Protocol):
    """What an assessor needs of a model."""

    @property
    def reference(self) -> ModelReference | None:
        """Which model this is."""

    def predict(self, tickets: Sequence[Ticket], *, reasons: int = ...) -> list[Prediction]:
        """Return one prediction for each ticket, in order, with this many reasons per head at most."""

    def explain(self, ticket: Ticket, *, about: Mapping[str, str] | None = ...) -> Explanation:
        """Return every line that was added up to each head's log-odds."""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Decides tickets with one model and one policy, both fixed for its life.

    Parameters
    ----------
    model : Predictor or None
        None means rules only.
    policy : Policy
    missing : str or None
        Why there is no model, in one sentence; None when there is one.
    desk : Desk or None
        The desk tickets are decided on; None when not known.
    """

    model: Predictor | None
    policy: Policy
    missing: str | None = None
    desk: Desk | None = None

    @property
    def mode(self) -> str:
        """``"full"``, or ``"rules only"`` without a model."""
        return "rules only" if self.model is None else "full"

    @property
    def model_reference(self) -> ModelReference | None:
        """Which model predicts, None without one."""
        return None if self.model is None else self.model.reference

    @property
    def policy_reference(self) -> PolicyReference:
        """Which policy decides."""
        return self.policy.reference

    def predict(self, tickets: Sequence[Ticket], *, reasons: bool = True) -> list[Prediction]:
        """Return each ticket's prediction in order; without a model, that nothing is known.

        Reasons are what a receipt shows of the words that counted. No decision hangs on them, and without them a
        prediction takes a fifth of the time.
        """
        if self.model is None:
            return [NO_PREDICTION] * len(tickets)
        return self.model.predict(tickets) if reasons else self.model.predict(tickets, reasons=0)

    def conclude(self, ticket: Ticket, prediction: Prediction, now: datetime, log: Sequence[Event] = ()) -> Decision:
        """Return the decision that follows from a ticket's prediction and log at the moment ``now`` (UTC-aware)."""
        return decide(ticket, prediction, self.policy, now, self.desk, log)

    def conclude_many(
        self, tickets: Sequence[Ticket], predictions: Sequence[Prediction], moments: Sequence[datetime]
    ) -> list[Decision]:
        """Return what ``conclude`` does for each of several tickets, their logs unknown, in less time."""
        return decide_many(tickets, predictions, self.policy, moments, self.desk)

    def what_would_change(self, ticket: Ticket, decision: Decision) -> tuple[WhatIf, ...]:
        """Return the smallest changes that move a decided ticket's priority one level up, and down."""
        return what_would_change(ticket, decision.prediction, self.policy, decision.now, self.desk)

    def decide(self, ticket: Ticket, now: datetime) -> Decision:
        """Return the decision for one ticket at the moment ``now`` (UTC-aware)."""
        return self.conclude(ticket, self.predict([ticket])[0], now)

    def decide_many(self, tickets: Sequence[Ticket], now: datetime, *, reasons: bool = True) -> list[Decision]:
        """Return each ticket's decision in order, the same as it would get alone; see ``predict`` for ``reasons``."""
        predictions = self.predict(tickets, reasons=reasons)
        return self.conclude_many(tickets, predictions, [now] * len(tickets))


def build_assessor(models: Path, name: str, policy: Path | None = None, desk: Path | None = None) -> Assessor:
    """Return an assessor with the current version of the named model, or with rules only when it cannot be loaded.

    The policy is kept beside the models by its hash, so that its receipts can be replayed when the file has changed.

    Parameters
    ----------
    models : Path
        Folder of trained models.
    name : str
        Name of the model.
    policy : Path or None
        Policy file; None means the shipped policy.
    desk : Path or None
        Snapshot of the desk; None when not known.

    Raises
    ------
    PolicyError, DeskError
        When the policy or the desk cannot be used. A model that cannot be loaded raises nothing: ``missing`` says why.
    """
    rules = load_policy(policy)
    registry.keep_policy(models, rules.content)
    snapshot = None if desk is None else read_desk(desk)
    if snapshot is not None:
        staff_of(snapshot, rules)  # refuses what does not fit the policy before any ticket is decided
    try:
        return Assessor(load_model(models, name), rules, desk=snapshot)
    except (ModelError, OSError) as error:
        return Assessor(None, rules, str(error), snapshot)
