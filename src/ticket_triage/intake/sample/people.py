"""Who writes: invented customers of the imaginary company, and the people who speak for them."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, replace

from ticket_triage.intake.sample.dice import Dice

_CUSTOMERS = 640

_SEGMENTS = (("enterprise", 0.08), ("business", 0.24), ("small_business", 0.38), ("consumer", 0.30))

_PLANS = {
    "enterprise": (("enterprise", 0.85), ("premium", 0.15)),
    "business": (("premium", 0.5), ("standard", 0.4), ("enterprise", 0.1)),
    "small_business": (("standard", 0.6), ("free", 0.25), ("premium", 0.15)),
    "consumer": (("free", 0.7), ("standard", 0.3)),
}

_PERSONAS = {
    "enterprise": (("admin", 0.4), ("power_user", 0.3), ("casual", 0.2), ("executive", 0.1)),
    "business": (("admin", 0.3), ("power_user", 0.3), ("casual", 0.3), ("executive", 0.1)),
    "small_business": (("casual", 0.5), ("power_user", 0.25), ("executive", 0.15), ("admin", 0.1)),
    "consumer": (("casual", 0.85), ("power_user", 0.15)),
}

_MOST_PEOPLE = {"enterprise": 9, "business": 5, "small_business": 2, "consumer": 1}
_ACTIVITY = {"enterprise": 1.5, "business": 1.2, "small_business": 1.1, "consumer": 1.0}
_VALUE = {"free": 0.0, "standard": 900.0, "premium": 7200.0, "enterprise": 48000.0}
_VIP = {"enterprise": 0.22, "business": 0.07, "small_business": 0.02, "consumer": 0.01}

_SHARES = {"en": 0.9, "de": 0.036, "fr": 0.033, "es": 0.031}
_LANGUAGE_CYCLE = {4: "de", 14: "fr", 24: "es"}

_NAMES = {
    "en": (
        ("Nora", "Miles", "Ingrid", "Callum", "Priya", "Theo", "Hazel", "Owen", "Leila", "Marcus", "Joan", "Amina"),
        ("Ashdown", "Okafor", "Lindgren", "Pell", "Haworth", "Banerjee", "Quill", "Marsh", "Tanaka", "Bright", "Osei"),
    ),
    "de": (("Anke", "Jonas", "Greta", "Uwe", "Silke", "Emre"), ("Brandner", "Vollmer", "Ziegler", "Aydin", "Hager")),
    "fr": (("Maud", "Rémi", "Inès", "Luc", "Solène", "Yanis"), ("Garnier", "Besson", "Tessier", "Haddad", "Roche")),
    "es": (("Lucía", "Iker", "Marta", "Álvaro", "Nuria", "Diego"), ("Ibarra", "Solana", "Mena", "Cuesta", "Rivas")),
}

_REGIONS = {
    "en": ("uk_ireland", "north_america", "nordics", "benelux", "asia_pacific"),
    "de": ("dach",),
    "fr": ("france", "benelux"),
    "es": ("iberia", "latin_america"),
}

_FIRMS = ("alder", "brook", "cedar", "dune", "elm", "fjord", "grove", "harbour", "iris", "juniper", "kiln", "larch")
_TRADES = ("goods", "works", "supply", "trading", "market", "studio", "stores", "craft")


@dataclass(frozen=True, slots=True)
class Person:
    """One requester: whom they speak for, and how they write.

    ``loud`` is how likely a message of theirs calls itself urgent, whatever it is about; ``polite`` and ``slips`` are
    how likely it is politely worded and how many slips of the pen it holds; ``temper`` shifts their mood up or down;
    ``activity`` is their share of the desk's work, relative to others.
    """

    name: str
    address: str
    customer_id: str
    segment: str
    plan: str
    persona: str
    vip: bool
    annual_value: float
    language: str
    region: str
    loud: float
    polite: float
    slips: float
    temper: float
    activity: float

    @property
    def shouter(self) -> bool:
        """Whether this person calls nearly everything urgent."""
        return self.loud > 0.5


def people(seed: int) -> list[Person]:
    """Invent everybody who will ever write to the desk.

    Parameters
    ----------
    seed : int
        At least 0.

    Returns
    -------
    list of Person
        About 1,300, grouped by customer.

    Examples
    --------
    >>> len({person.customer_id for person in people(0)})
    640
    """
    dice = Dice(seed, "people")
    crowd = [person for number in range(_CUSTOMERS) for person in _customer(number, dice)]
    active = {language: math.fsum(one.activity for one in crowd if one.language == language) for language in _SHARES}
    return [replace(one, activity=one.activity * _SHARES[one.language] / active[one.language]) for one in crowd]


def _customer(number: int, dice: Dice) -> list[Person]:
    segment = dice.weighted(_SEGMENTS)
    plan = dice.weighted(_PLANS[segment])
    language = _LANGUAGE_CYCLE.get(number % 30, "en")
    region = dice.pick(_REGIONS[language])
    firm = f"{dice.pick(_FIRMS)}-{dice.pick(_TRADES)}-{number:03d}.example"
    value = round(dice.spread(_VALUE[plan], 0.5), -1) if _VALUE[plan] else 0.0
    activity = dice.spread(_ACTIVITY[segment], 0.4)
    size = dice.whole(1, _MOST_PEOPLE[segment])
    return [
        _person(dice, (segment, plan, language, region), (f"C-{number + 1001}", firm), value, activity)
        for _ in range(size)
    ]


def _person(dice: Dice, kind: tuple[str, str, str, str], firm: tuple[str, str], value: float, share: float) -> Person:
    segment, plan, language, region = kind
    first, last = (dice.pick(names) for names in _NAMES[language])
    return Person(
        name=f"{first} {last}",
        address=f"{_plain(first)}.{_plain(last)}{dice.whole(1, 99)}@{firm[1]}",
        customer_id=firm[0],
        segment=segment,
        plan=plan,
        persona=dice.weighted(_PERSONAS[segment]),
        vip=dice.chance(_VIP[segment]),
        annual_value=value,
        language=language,
        region=region,
        loud=dice.weighted(((0.85, 0.07), (0.05, 0.93))),
        polite=dice.weighted(((0.9, 0.35), (0.5, 0.35), (0.1, 0.3))),
        slips=dice.weighted(((0.1, 0.5), (0.6, 0.35), (1.8, 0.15))),
        temper=dice.spread(1.0, 0.25) - 1.0,
        activity=dice.spread(share, 0.5),
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in decomposed if char.isascii())
