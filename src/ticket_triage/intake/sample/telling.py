"""From a story to a ticket as it comes in: the intake columns of one row."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError
from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.facts import Value, draw_channel, intake_facts
from ticket_triage.intake.sample.writing import write

if TYPE_CHECKING:
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.story import Story

Row = dict[str, Value | datetime]
"""One ticket: column to value."""

MOST_TICKETS = 300_000
"""As many tickets as can have ids of six digits."""


class Teller:
    """Turns what happened to people into tickets.

    Parameters
    ----------
    seed : int
        The sample's seed.
    part : str
        ``history`` or ``new``: which tickets are told.
    first_id : int
        The number in the first ticket's id.
    """

    def __init__(self, seed: int, part: str, first_id: int) -> None:
        self._facts, self._words = Dice(seed, f"{part} facts"), Dice(seed, f"{part} words")
        self._next_id = first_id

    def tell(self, opened_at: datetime, person: Person, story: Story) -> Row:
        """Return the ticket this person writes about this story at this moment."""
        channel = draw_channel(self._facts)
        text = write(story, person, channel, self._words)
        facts = intake_facts(story, person, channel, self._facts)
        row: Row = {"ticket_id": f"T-{self._next_id}", "opened_at": opened_at}
        self._next_id += 1
        return {**row, "subject": text.subject or None, "body": text.body, "channel": channel, **facts}


def draw_writers(crowd: list[Person], count: int, dice: Dice) -> list[Person]:
    """Draw who writes, each person as often as their activity says."""
    steps = list(accumulate(person.activity for person in crowd))
    last = len(crowd) - 1
    return [crowd[min(bisect_right(steps, dice.fraction() * steps[-1]), last)] for _ in range(count)]


def check_options(n_tickets: int, least: int, seed: int) -> None:
    """Refuse numbers no sample can be made of."""
    if not least <= n_tickets <= MOST_TICKETS:
        message = f"A sample of {n_tickets} tickets cannot be made; ask for {least} to {MOST_TICKETS}."
        raise BadOptionError(message)
    if seed < 0:
        message = f"The seed {seed} is negative; use 0 or any larger whole number."
        raise BadOptionError(message)
