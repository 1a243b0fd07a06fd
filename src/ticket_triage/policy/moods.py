"""How loud and how angry a requester is: a few bounded points that never count towards a priority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.inflation import inflation
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.policy.case import Case
    from ticket_triage.policy.inflation import Claims
    from ticket_triage.policy.phrases import Found
    from ticket_triage.policy.schema import PolicyFile

_LETTERS_OF_A_SHOUT = 4


@dataclass(frozen=True, slots=True)
class Loudness:
    """How words, capitals and exclamation marks are counted; points in hundredths."""

    criterion: str
    points_per_cue: int
    max_points: int
    exclamation_marks: int
    capital_words: int
    tolerated: float = 0.0
    max_discount: float = 0.0

    def read(self, cues: tuple[str, ...], claims: Claims | None = None) -> tuple[int, str]:
        """Return the points for calling it urgent, and what they are for.

        ``claims`` are the requester's earlier tickets; who called too much urgent has less of the points.
        """
        if not cues:
            return 0, ""
        points, evidence = (
            min(self.max_points, self.points_per_cue * len(cues)),
            f"perceived urgency ({', '.join(cues)})",
        )
        discount = self.max_discount * inflation(*claims, self.tolerated) if claims and self.max_discount else 0.0
        if not discount:
            return points, evidence
        record = f"{claims[1]} of {claims[0]} earlier calls were wrong" if claims else ""
        return int(points * (1 - discount) + 0.5), f"{evidence}, less {discount:.0%} because {record},"

    def cues(self, text: str, hurry: Found | None) -> tuple[str, ...]:
        """Return by what a requester calls it urgent: words, exclamation marks, capitals."""
        cues = [f"'{hurry[0]}'"] if hurry else []
        if text.count("!") + text.count("\uff01") >= self.exclamation_marks:
            cues.append("exclamation marks")
        shouted = [word for word in filter(str.isupper, text.split()) if len(word) >= _LETTERS_OF_A_SHOUT]
        if len(shouted) >= self.capital_words:
            cues.append("capitals")
        return tuple(cues)


@dataclass(frozen=True, slots=True)
class Anger:
    """How much the predicted sentiment counts; points in hundredths."""

    head: str
    criterion: str
    max_points: int
    levels: Mapping[str, float]

    def read(self, case: Case) -> tuple[int, str]:
        """Return the points for the expected anger, and the sentiment."""
        head = case.heads.get(self.head)
        if head is None or len(head.classes) < 2:
            return 0, ""
        last = len(head.classes) - 1
        expected = 0.0
        for place, (name, probability) in enumerate(zip(head.classes, head.probabilities, strict=True)):
            level = self.levels.get(name)
            expected += probability * (1 - place / last if level is None else level)
        points = min(self.max_points, int(self.max_points * expected + 0.5))
        return points, f"{self.head} {head.answer} ({head.probability:.2f})"


@dataclass(frozen=True, slots=True)
class Moods:
    """What may add points to a criterion beside its value."""

    loudness: Loudness
    anger: Anger

    def additions(self, case: Case) -> dict[str, tuple[int, str]]:
        """Return the points in hundredths and their evidence by criterion; nothing where there are none."""
        found: dict[str, tuple[int, str]] = {}
        for criterion, (points, evidence) in (
            (self.loudness.criterion, self.loudness.read(case.cues, case.claims)),
            (self.anger.criterion, self.anger.read(case)),
        ):
            if points:
                before = found.get(criterion)
                found[criterion] = (
                    (points, evidence) if before is None else (before[0] + points, f"{before[1]} and {evidence}")
                )
        return found


def moods(file: PolicyFile) -> Moods:
    """Return the policy's perceived urgency and sentiment, ready to be read."""
    loud, angry = file.perceived_urgency, file.sentiment
    loudness = Loudness(
        criterion=loud.criterion,
        points_per_cue=hundredths(loud.points_per_cue),
        max_points=hundredths(loud.max_points),
        exclamation_marks=loud.exclamation_marks,
        capital_words=loud.capital_words,
        tolerated=0.0 if loud.inflation is None else loud.inflation.tolerated,
        max_discount=0.0 if loud.inflation is None else loud.inflation.max_discount,
    )
    return Moods(loudness, Anger(angry.head, angry.criterion, hundredths(angry.max_points), dict(angry.levels)))
