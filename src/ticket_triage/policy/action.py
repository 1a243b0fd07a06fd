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

    def silence(self, prediction: Prediction) -> str | None:
        """Return why the model's answers count as unknown, None when they are heard."""
        if prediction.model is None or prediction.abstention is not None:
            return prediction.abstention
        if prediction.unknown_share >= self.table.blank_unknown_share:
            return f"the model knows nothing of the text (unknown share {prediction.unknown_share:.2f})"
        return None

    def decide(self, case: Case, priority: str, rules_only: bool) -> tuple[str, str]:
        """Return the action and why; first-priority work never waits for an answer."""
        if case.empty:
            return ASK, "the requester wrote nothing"
        if rules_only:
            return SUGGEST, "rules only: no model was at hand"
        silence = self.silence(case.prediction)
        if silence is not None:
            return SUGGEST, f"{silence}, so the model was not heard"
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
        for name in ("category", "urgency"):
            answer = case.answer(name)
            if answer is not None and not answer.automatic:
                return SUGGEST, f"{name} {answer.answer}: {answer.reason}"
        return AUTO, f"category {sure['category']:.2f} and urgency {sure['urgency']:.2f} are certain enough"

    def _below(self, sure: dict[str, float], category: float, urgency: float) -> str | None:
        """Say which probability lies under its threshold."""
        for name, threshold in (("category", category), ("urgency", urgency)):
            if name in sure and sure[name] < threshold:
                return f"{name} probability {sure[name]:.2f} is under {threshold:.2f}"
        return None
