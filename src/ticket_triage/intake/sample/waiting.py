"""The morning after the history: tickets that wait, unlabelled, for somebody to look at them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.people import people
from ticket_triage.intake.sample.rhythm import HISTORY_END
from ticket_triage.intake.sample.story import ordinary_story
from ticket_triage.intake.sample.table import as_new_tickets
from ticket_triage.intake.sample.telling import Row, Teller, check_options, draw_writers

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from ticket_triage.intake.sample.people import Person

_FIRST_ID = 500_001
_DOORS_OPEN = HISTORY_END + timedelta(hours=6)
_SECONDS = 4 * 3600

_POLITE_EMERGENCY: Row = {
    "subject": "Checkout is down for all our customers",
    "body": (
        "Good morning,\n"
        "I hope you are well, and sorry to bother you this early. Our checkout has been down since about six o'clock: "
        "every customer sees an error after the last step, so not a single order comes in. There is no way round it "
        "that we could find. I would be grateful if somebody could have a look when it suits you.\n"
        "Kind regards,\n"
    ),
    "channel": "email",
    "affected_users": 1200,
    "product": "storefront",
    "tags": None,
}
_LOUD_TRIFLE: Row = {
    "subject": "URGENT!!! the icon is ugly",
    "body": (
        "URGENT!!! THE NEW ICON IN THE MENU IS UGLY!!! I want the old one back NOW, this is an EMERGENCY!!! "
        "How long do I have to wait?!\n"
    ),
    "channel": "web_form",
    "affected_users": 1,
    "product": "storefront",
    "tags": None,
}


def new_tickets(n_tickets: int = 24, seed: int = 0) -> pd.DataFrame:
    """Invent the tickets that wait on the morning after the history's end.

    They have no labels and nothing of what comes later. Two are always among them: a politely worded report that the
    checkout is down for everybody, and, further ahead in the queue, a very loud one about an ugly icon.

    Parameters
    ----------
    n_tickets : int, default=24
        How many, from 2 to 300,000.
    seed : int, default=0
        At least 0; the people of the history with the same seed write.

    Returns
    -------
    DataFrame of shape (n_tickets, 23)
        In order of ``opened_at``: the columns known at intake and the desk's own.

    Raises
    ------
    BadOptionError
        When a number is out of its range.

    Examples
    --------
    >>> new_tickets(2)["subject"].tolist()
    ['URGENT!!! the icon is ugly', 'Checkout is down for all our customers']
    """
    check_options(n_tickets, 2, seed)
    dice, crowd = Dice(seed, "new"), people(seed)
    teller = Teller(seed, "new", _FIRST_ID)
    writers = draw_writers(crowd, n_tickets, dice)
    rows = [
        teller.tell(moment, person, ordinary_story(person, dice))
        for moment, person in zip(_moments(n_tickets, dice), writers, strict=True)
    ]
    _replace(rows[n_tickets // 4], _LOUD_TRIFLE, _speaker(crowd, "small_business"))
    _replace(rows[n_tickets * 2 // 3], _POLITE_EMERGENCY, _speaker(crowd, "business"))
    return as_new_tickets(rows)


def _moments(count: int, dice: Dice) -> list[datetime]:
    return [_DOORS_OPEN + timedelta(seconds=second) for second in sorted(dice.whole(0, _SECONDS) for _ in range(count))]


def _speaker(crowd: list[Person], segment: str) -> Person:
    """Return the first English-speaking person of a segment who is no VIP and no executive."""
    return next(
        person
        for person in crowd
        if (person.segment, person.language, person.vip) == (segment, "en", False) and person.persona != "executive"
    )


def _replace(row: Row, told: Row, person: Person) -> None:
    """Put a fixed ticket, told by this person, in a drawn one's place."""
    row.update(told)
    row["body"] = f"{told['body']}{person.name}"
    row.update(
        language=person.language,
        requester=person.address,
        customer_id=person.customer_id,
        segment=person.segment,
        plan=person.plan,
        vip=person.vip,
        persona=person.persona,
        annual_value=person.annual_value,
        stakeholders=None,
        stakeholder_aware=None,
        conflict=None,
        project=None,
    )
    row["custom.region"] = person.region
