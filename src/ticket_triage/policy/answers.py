"""What the desk takes from each head: the answer to act on, how sure it is, and whether a machine may set it alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import HeadAnswer
from ticket_triage.domain.precision import labels_needed
from ticket_triage.policy.corrections import by_person
from ticket_triage.policy.costs import cost_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.precision import Precision
    from ticket_triage.domain.prediction import HeadPrediction, Prediction
    from ticket_triage.policy.case import CategoryReading
    from ticket_triage.policy.costs import CostTable
    from ticket_triage.policy.schema import PolicyFile


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Applies the policy's costs, target of precision and level of certainty to what a model says."""

    costs: CostTable
    target: float
    least_p_value: float

    def read(
        self,
        prediction: Prediction,
        silence: str | None,
        category: CategoryReading,
        heads: Mapping[str, HeadPrediction],
    ) -> tuple[HeadAnswer, ...]:
        """Return one answer for each head.

        ``silence`` is why the model is not heard, None when it is; ``heads`` are those that are, people's own included.
        """
        answers = {head.head: self._read(head, silence, category) for head in prediction.heads}
        for name, head in heads.items():
            if by_person(head):
                answers[name] = _corrected(head, prediction)
        return tuple(answers.values())

    def _read(self, head: HeadPrediction, silence: str | None, category: CategoryReading) -> HeadAnswer:
        if silence is not None and head.origin == "model":
            return HeadAnswer(head.head, None, None, None, None, automatic=False, reason=silence)
        return self._answer(head, category)

    def _answer(self, head: HeadPrediction, category: CategoryReading) -> HeadAnswer:
        if head.head == self.costs.head and len(head.classes) > 1:
            place = self.costs.cheapest(head.probabilities)
            if head.classes[place] != head.answer:
                return self._taken(head, head.classes[place], head.probabilities[place], self._cheaper(head, place))
        if head.head == "category" and category.members > 1 and category.name is not None:
            why = f"none of {category.members} kinds of {category.name} is certain alone, but together they are"
            return self._taken(head, category.name, category.probability, why)
        automatic, why = self._alone(head)
        return HeadAnswer(head.head, head.answer, head.probability, head.confidence, self._set(head), automatic, why)

    def _taken(self, head: HeadPrediction, answer: str, probability: float, why: str) -> HeadAnswer:
        """Return an answer that is not the model's own: nothing is proven of it, so it is only suggested."""
        return HeadAnswer(head.head, answer, round(probability, 4), None, self._set(head), automatic=False, reason=why)

    def _cheaper(self, head: HeadPrediction, place: int) -> str:
        expected = self.costs.expected(head.probabilities)
        own = expected[head.classes.index(head.answer)]
        return f"expected cost {expected[place]:.2f}, against {own:.2f} of {head.answer}, the model's own answer"

    def _alone(self, head: HeadPrediction) -> tuple[bool, str]:
        if head.origin != "model":
            return False, f"answered by the {head.origin}"
        if head.precision is None:
            return False, "how often such an answer is right was never measured"
        return _proof(head.precision, self.target)

    def _set(self, head: HeadPrediction) -> tuple[str, ...] | None:
        if not head.p_values:
            return None
        least = self.least_p_value
        return tuple([name for name, p_value in zip(head.classes, head.p_values, strict=True) if p_value > least])


def answer_reader(file: PolicyFile) -> AnswerReader:
    """Return the policy's costs and what it asks of an answer, ready to be read."""
    return AnswerReader(cost_table(file.costs), file.confidence.precision, round(1.0 - file.confidence.set_level, 9))


def _corrected(head: HeadPrediction, prediction: Prediction) -> HeadAnswer:
    """Return what a person said, beside what the machine had said: there is nothing left to ask anybody."""
    own = prediction.head(head.head)
    why = "a person said so" if own is None else f"a person said so, against {own.answer} ({own.probability:.2f})"
    return HeadAnswer(head.head, head.answer, 1.0, None, None, automatic=True, reason=why)


@lru_cache(maxsize=4096)
def _proof(precision: Precision, target: float) -> tuple[bool, str]:
    """Say whether held-out cases prove a precision, and if not what is missing."""
    wrong = "1 error" if precision.errors == 1 else f"{precision.errors} errors"
    proof = f"{wrong} in {precision.cases} held-out cases prove {precision.bound:.4f}"
    if precision.bound >= target:
        return True, f"at least {target:g} right: {proof}"
    more = labels_needed(precision.cases, precision.errors, target)
    if not more:
        return False, f"{target:g} right is asked, but {proof}"
    return False, f"{target:g} right is asked, but {proof}; {more} more labels without an error are needed"
