"""Conditions on a ticket's fields: small, total, and false wherever a field is unknown.

A condition names fields and what each must be: ``true`` or ``false`` for a yes-or-no field, a text or a list of texts
(any of them, case ignored), or ``{at_least = …, at_most = …}`` for a number. All fields must hold together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.errors import nearest
from ticket_triage.policy.schema import Bounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.schema import Expected

TEXT_FIELDS = ("channel", "language", "segment", "plan", "persona", "product", "project")
FLAG_FIELDS = ("vip", "stakeholder_aware", "conflict")
NUMBER_FIELDS = ("annual_value", "affected_users")
LIST_FIELDS = ("tags", "stakeholders")
CONDITION_FIELDS = TEXT_FIELDS + FLAG_FIELDS + NUMBER_FIELDS + LIST_FIELDS

_LARGEST = 1e12


def folded(text: str) -> str:
    """Return a name as names are compared: case and outer spaces ignored.

    Examples
    --------
    >>> folded(" Enterprise ")
    'enterprise'
    """
    return text.strip().casefold()


def number(value: object) -> float | None:
    """Return a usable amount, at least 0 and bounded, or None for anything that is none.

    Examples
    --------
    >>> number(12), number(float("nan")), number(-1), number(True)
    (12, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(value, _LARGEST) if 0 <= value < inf else None


def field_value(ticket: Ticket, name: str) -> object:
    """Return the value of a field or of a desk's own ``custom.`` field; None when unknown."""
    if name.startswith(CUSTOM_PREFIX):
        return ticket.custom.get(name[len(CUSTOM_PREFIX) :])
    return getattr(ticket, name)


@dataclass(frozen=True, slots=True)
class Condition:
    """Fields and what each must be.

    Examples
    --------
    >>> from ticket_triage.domain.ticket import Ticket
    >>> vip = Condition((("vip", True),))
    >>> vip.evidence(Ticket("T-1", vip=True))
    'vip = true'
    >>> vip.evidence(Ticket("T-2")) is None
    True
    """

    tests: tuple[tuple[str, Expected], ...]

    def evidence(self, ticket: Ticket) -> str | None:
        """Return the fields that made it hold, or None when it does not hold."""
        shown = []
        for name, expected in self.tests:
            value = field_value(ticket, name)
            if not _meets(value, expected):
                return None
            shown.append(f"{name} = {_shown(value)}")
        return ", ".join(shown)


def problem(name: str, expected: Expected) -> str | None:
    """Say what is wrong with one field of a condition, or None."""
    if name.startswith(CUSTOM_PREFIX) and len(name) > len(CUSTOM_PREFIX):
        return None
    if name not in CONDITION_FIELDS:
        return f"is no field a condition can test; {nearest(name, [*CONDITION_FIELDS, 'custom.<name>'])}"
    wanted, hint = _kind(name)
    return None if isinstance(expected, wanted) else f"must be {hint}"


def _kind(name: str) -> tuple[type | tuple[type, ...], str]:
    if name in FLAG_FIELDS:
        return bool, "true or false"
    if name in NUMBER_FIELDS:
        return Bounds, "bounds such as { at_least = 10 }"
    return (str, tuple), "a text or a list of texts"


def condition(when: Mapping[str, Expected]) -> Condition | None:
    """Return the condition of a policy's ``when`` table, texts folded; None when it names nothing."""
    return Condition(tuple((name, _ready(expected)) for name, expected in when.items())) if when else None


def _ready(expected: Expected) -> Expected:
    if isinstance(expected, str):
        return (folded(expected),)
    return tuple(folded(text) for text in expected) if isinstance(expected, tuple) else expected


def _meets(value: object, expected: Expected) -> bool:
    if value is None:
        return False
    if isinstance(expected, bool):
        return value is expected
    if isinstance(expected, Bounds):
        return _within(value, expected)
    if isinstance(value, tuple):
        return any(folded(text) in expected for text in value)
    return isinstance(value, str) and folded(value) in expected


def _within(value: object, bounds: Bounds) -> bool:
    amount = number(value)
    if amount is None:
        return False
    above = bounds.at_least is None or amount >= bounds.at_least
    return above and (bounds.at_most is None or amount <= bounds.at_most)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
