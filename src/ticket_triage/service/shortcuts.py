"""Which single words alone flip many answers: a model that leans on one of them may have found a shortcut.

The words that moved a head's answers most are each taken out of the tickets that hold them, and the head is asked
again. A word that truly says what a ticket is about may flip answers too; a name, a code or a footer should not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.text import words
from ticket_triage.policy import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.policy import Policy

_MOST_TICKETS, _MOST_HOLDERS = 2000, 300
"""Tickets looked at, and tickets a word is taken out of, at most: so the probe ends in seconds on any history."""
_MOST_WORDS, _SHOWN = 25, 10
"""Words tried and told of per head, at most."""
_FEWEST_HOLDERS = 5
_STRONG_SHARE, _STRONG_HOLDERS = 0.5, 20
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_SUPPORTING = 5
_LETTER = "[a-z0-9_\u0080-\U0010ffff]"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What one word does to one head.

    Parameters
    ----------
    head, word : str
    tickets : int
        Tickets that hold the word and were asked about again without it.
    flipped : int
        Answers of the head that changed.
    priorities : int
        Priorities of these tickets that changed.
    """

    head: str
    word: str
    tickets: int
    flipped: int
    priorities: int

    @property
    def share(self) -> float:
        """Share of its tickets whose answer hangs on this word alone."""
        return self.flipped / self.tickets

    @property
    def is_strong(self) -> bool:
        """Whether it alone carries most answers of many tickets."""
        return self.tickets >= _STRONG_HOLDERS and self.share >= _STRONG_SHARE

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {**asdict(self), "share": round(self.share, 4)}


def probe(model: TriageModel, tickets: Sequence[Ticket], policy: Policy) -> tuple[Shortcut, ...]:
    """Return the words that flip most answers of each head when they are taken out, most first.

    Parameters
    ----------
    model : TriageModel
    tickets : sequence of Ticket
        Evenly spaced ones are taken when there are more than 2,000.
    policy : Policy
        Whose priorities are counted.
    """
    step = max(1, -(-len(tickets) // _MOST_TICKETS))
    plain = [_plain(ticket, ticket.normalised) for ticket in tickets[::step]]
    before = model.predict(plain, reasons=_SUPPORTING)
    holders: dict[str, list[int]] = defaultdict(list)
    for place, ticket in enumerate(plain):
        for word in dict.fromkeys(words(ticket.body)):
            holders[word].append(place)
    tried: dict[str, _Without] = {}
    found: list[Shortcut] = []
    for slot in model.slots:
        own = []
        for word in _strongest(slot.name, before, holders):
            if word not in tried:
                tried[word] = _Without.found(model, policy, word, [(plain[p], before[p]) for p in holders[word]])
            flipped = tried[word].flips.get(slot.name, 0)
            if flipped:
                own.append(Shortcut(slot.name, word, tried[word].tickets, flipped, tried[word].priorities))
        found += sorted(own, key=lambda each: (-each.flipped, each.word))[:_SHOWN]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Without:
    """What changes when a word is taken out of its tickets; ``flips`` by head."""

    tickets: int
    flips: dict[str, int]
    priorities: int

    @classmethod
    def found(
        cls, model: TriageModel, policy: Policy, word: str, asked: Sequence[tuple[Ticket, Prediction]]
    ) -> _Without:
        asked = asked[:: max(1, -(-len(asked) // _MOST_HOLDERS))]
        shorter = [_plain(ticket, _taken_out(word, ticket.body)) for ticket, _ in asked]
        after = model.predict(shorter, reasons=0)
        flips: dict[str, int] = defaultdict(int)
        priorities = 0
        for (ticket, old), less, new in zip(asked, shorter, after, strict=True):
            for one, other in zip(old.heads, new.heads, strict=True):
                flips[one.head] += one.answer != other.answer
            priorities += _priority(ticket, old, policy) != _priority(less, new, policy)
        return cls(len(asked), dict(flips), priorities)


def _strongest(head: str, predictions: Sequence[Prediction], holders: dict[str, list[int]]) -> list[str]:
    """Return the words that moved a head's answers most, over all tickets."""
    moved: dict[str, float] = defaultdict(float)
    for prediction in predictions:
        own = prediction.head(head)
        for reason in () if own is None else own.reasons:
            if reason.contribution > 0 and len(holders.get(reason.text, ())) >= _FEWEST_HOLDERS:
                moved[reason.text] += reason.contribution
    return sorted(moved, key=lambda word: (-moved[word], word))[:_MOST_WORDS]


def _plain(ticket: Ticket, text: str) -> Ticket:
    return replace(ticket, subject="", body=text)


def _taken_out(word: str, text: str) -> str:
    """Return a normalised text without any occurrence of a word."""
    return re.sub(rf"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})", " ", text)


def _priority(ticket: Ticket, prediction: Prediction, policy: Policy) -> str:
    return decide(ticket, prediction, policy, ticket.opened_at or _NO_MOMENT).priority
