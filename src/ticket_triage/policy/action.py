"""How far a machine may go alone: act, suggest to a person, or ask the requester first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.ladder import TOP

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import Action as ActionTable

AUTO, SUGGEST, ASK = "auto", "suggest", "ask"


@dataclass(frozen=True, slots=True)
class ActionGate:
    """The policy's thresholds on the probabilities of category and urgency."""

    table: ActionTable

    def blank(self, prediction: Prediction) -> bool:
        """Whether the model knows so little of the text that its answers count as unknown."""
        return prediction.model is not None and prediction.unknown_share >= self.table.blank_unknown_share

    def decide(self, case: Case, priority: str, rules_only: bool) -> tuple[str, str]:
        """Return the action and why; first-priority work never waits for an answer."""
        if case.empty:
            return ASK, "the requester wrote nothing"
        if rules_only:
            return SUGGEST, "rules only: no model was at hand"
        if self.blank(case.prediction):
            share = case.prediction.unknown_share
            return SUGGEST, f"the model knows nothing of the text (unknown share {share:.2f}), so it was not heard"
        sure = {name: case.heads[name].probability for name in ("category", "urgency") if name in case.heads}
        doubt = self._below(sure, self.table.ask_category, self.table.ask_urgency)
        if doubt is not None:
            return (SUGGEST, f"{doubt}, but {TOP} does not wait") if priority == TOP else (ASK, doubt)
        return self._alone(case, sure)

    def _alone(self, case: Case, sure: dict[str, float]) -> tuple[str, str]:
        for name in ("category", "urgency"):
            if name not in sure:
                return SUGGEST, f"the model has no {name} head"
        doubt = self._below(sure, self.table.auto_category, self.table.auto_urgency)
        if doubt is not None:
            return SUGGEST, doubt
        unknown = case.prediction.unknown_share
        if unknown > self.table.auto_unknown_share:
            return SUGGEST, f"the model knows too little of the text (unknown share {unknown:.2f})"
        return AUTO, f"category {sure['category']:.2f} and urgency {sure['urgency']:.2f} are certain enough"

    def _below(self, sure: dict[str, float], category: float, urgency: float) -> str | None:
        """Say which probability lies under its threshold."""
        for name, threshold in (("category", category), ("urgency", urgency)):
            if name in sure and sure[name] < threshold:
                return f"{name} probability {sure[name]:.2f} is under {threshold:.2f}"
        return None
