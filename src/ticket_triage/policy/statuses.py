"""What a desk's states mean to its clocks, and which last words of a customer start none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION
from ticket_triage.domain.text import normalise, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.policy.schema import Clocks, Thanks

HOLD = "paused"
"""The state of a ticket that an agent put on hold by an event of its own."""

_SYMBOLS_OF_A_QUESTION = "?\u00bf\uff1f\u061f"


def plain(status: str) -> str:
    """Return a state's name as names are compared: case, blanks, dashes and underscores aside.

    Examples
    --------
    >>> plain(" Waiting_for-Customer")
    'waiting for customer'
    """
    return " ".join(status.casefold().replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Courtesy:
    """The words of a message that is nothing but thanks, all normalised."""

    most_words: int
    words: frozenset[str]
    beside: frozenset[str]

    def thanks(self, text: str) -> bool:
        """Whether a text says thanks and nothing else; quoted lines are not the customer's words."""
        own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
        if any(symbol in own for symbol in _SYMBOLS_OF_A_QUESTION):
            return False
        said = words(normalise(own))
        if not 0 < len(said) <= self.most_words or self.words.isdisjoint(said):
            return False
        return all(word in self.words or word in self.beside for word in said)


@dataclass(frozen=True, slots=True)
class Statuses:
    """A desk's states: whether work is over in them, which clocks stand still, and until when; names plain."""

    over: Mapping[str, bool]
    pauses: Mapping[str, frozenset[str]]
    until_answered: frozenset[str]
    continues: bool
    courtesy: Courtesy | None

    def done(self, status: str) -> bool | None:
        """Whether work is over in a state, None when the policy does not know it."""
        return self.over.get(plain(status))

    def pauses_in(self, clock: str, status: str | None, held: bool) -> str | None:
        """Return the state in which a clock stands still, None when it runs."""
        still = self.pauses[clock]
        if held and HOLD in still:
            return HOLD
        return status if status is not None and plain(status) in still else None

    def answer_ends(self, status: str | None) -> bool:
        """Whether a pause lasts only until the customer answers."""
        return status is not None and plain(status) in self.until_answered

    def thanks(self, text: str) -> bool:
        """Whether a customer's message is nothing but thanks."""
        return self.courtesy is not None and self.courtesy.thanks(text)


def statuses(table: Clocks) -> Statuses:
    """Return the policy's states ready to be read."""
    pauses = table.pauses
    by_clock = {
        FIRST_RESPONSE: pauses.first_response,
        NEXT_REPLY: pauses.next_reply,
        RESOLUTION: pauses.resolution,
    }
    return Statuses(
        over={plain(name): meaning == "done" for name, meaning in table.statuses.items()},
        pauses={clock: frozenset(map(plain, names)) for clock, names in by_clock.items()},
        until_answered=frozenset(map(plain, table.ended_by_answer)),
        continues=table.reopened == "continues",
        courtesy=None if table.thanks is None else _courtesy(table.thanks),
    )


def _courtesy(table: Thanks) -> Courtesy:
    def normal(texts: tuple[str, ...]) -> frozenset[str]:
        return frozenset(word for text in texts for word in words(normalise(text)))

    return Courtesy(table.most_words, normal(table.words), normal(table.beside))
