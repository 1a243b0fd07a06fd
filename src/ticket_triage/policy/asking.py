"""The one missing fact that is most likely to change a ticket's priority, and the question to put to the requester.

For each fact that is not known, every answer is tried and weighed by how often it is to be expected: by the calibrated
probabilities of the head that predicts it, else by the policy's shares. The chance of a change is their exact sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import Asked
from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.policy.conditions import field_value
from ticket_triage.policy.corrections import by_person
from ticket_triage.policy.inputs import Step
from ticket_triage.policy.messages import FALLBACK, TEXT, filled
from ticket_triage.policy.otherwise import Otherwise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.inputs import Value
    from ticket_triage.policy.schema import Inquiry, PolicyFile

_CHOICES = 3
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Asker:
    """The policy's questions by fact, and the head that predicts a fact."""

    questions: Mapping[str, Inquiry]
    heads: Mapping[str, str]

    def ask(self, ticket: Ticket, case: Case, otherwise: Otherwise, priority: str) -> Asked | None:
        """Return the fact to ask for; None when the policy asks for nothing that is missing."""
        if case.empty:
            return self._asked(TEXT, ticket, {}, None) if TEXT in self.questions else None
        best: tuple[float, float, str] | None = None
        found: Mapping[Value, float] = {}
        for fact in self.questions:
            answers = {} if fact == TEXT or field_value(ticket, fact) is not None else self._answers(fact, case)
            chance = sum(
                share for value, share in answers.items() if otherwise.priority([Step(fact, value, 1)]) != priority
            )
            doubt = 1 - max(answers.values(), default=1.0)
            if answers and (best is None or (chance, doubt) > best[:2]):
                best, found = (chance, doubt, fact), answers
        return None if best is None else self._asked(best[2], ticket, found, round(best[0], 4))

    def _answers(self, fact: str, case: Case) -> Mapping[Value, float]:
        """Return each answer and how probable it is."""
        head = case.heads.get(self.heads.get(fact, ""))
        if by_person(head):
            return {}
        if head is None or len(head.classes) < 2:
            return {answer.value: answer.share for answer in self.questions[fact].answers}
        pairs = zip(head.classes, head.probabilities, strict=True)
        return {name: probability for name, probability in pairs if probability >= _LEAST}

    def _asked(self, fact: str, ticket: Ticket, answers: Mapping[Value, float], chance: float | None) -> Asked:
        texts = self.questions[fact].ask
        likely = sorted(answers, key=lambda value: -answers[value])[:_CHOICES]
        choices = ", ".join(str(value).replace("_", " ") for value in likely)
        template = texts.get(ticket.language or FALLBACK) or texts.get(FALLBACK) or next(iter(texts.values()))
        return Asked(fact, filled(template, {"choices": choices}.__getitem__), chance)


def question_for(ticket: Ticket, case: Case, policy: Policy, priority: str) -> Asked | None:
    """Return what to ask the requester of a ticket; None when nothing is missing that the policy asks for."""
    return policy.asker.ask(ticket, case, Otherwise(ticket, case, policy), priority)


def asker(file: PolicyFile) -> Asker:
    """Return the policy's questions ready to be asked."""
    heads = {f"{CUSTOM_PREFIX}{name}": table.head for name, table in file.scorecard.items() if table.head is not None}
    return Asker(dict(file.questions), heads | {f"{CUSTOM_PREFIX}category": "category"})
