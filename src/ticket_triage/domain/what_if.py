"""What would have to be otherwise for a ticket to stand one priority higher or lower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

SIGNAL_PREFIX = "signal."
"""What an input that is a signal of the text begins with."""


class Change(NamedTuple):
    """One input otherwise: a field, a ``custom.`` field, or ``signal.`` and its name with True or False.

    ``before`` is None when nothing was known.
    """

    input: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.input.startswith(SIGNAL_PREFIX):
            name = self.input.removeprefix(SIGNAL_PREFIX).replace("_", " ")
            return f"the ticket said {name}" if self.after else f"the ticket did not say {name}"
        was = "not given" if self.before is None else f"not {_shown(self.before)}"
        if self.input.startswith("custom."):
            return (
                f"a person gave {self.input.removeprefix('custom.').replace('_', ' ')} as {_shown(self.after)} ({was})"
            )
        return f"{self.input.replace('_', ' ')} were {_shown(self.after)} ({was})"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The smallest changes that give a ticket another priority.

    Parameters
    ----------
    ticket_id : str
    priority : str
        What the ticket has.
    target : str
        One level up or down.
    changes : tuple of tuple of Change
        Each of them does it; all have as few inputs and steps as can be. Empty when nothing so small does.
    most_inputs : int
        With how many inputs at once it was tried.
    """

    ticket_id: str
    priority: str
    target: str
    changes: tuple[tuple[Change, ...], ...]
    most_inputs: int

    def __str__(self) -> str:
        ways = [" and ".join(map(str, way)) for way in self.changes]
        if not ways:
            most = "one input" if self.most_inputs == 1 else f"{self.most_inputs} inputs"
            return f"{self.target}: no change of up to {most} does it"
        return f"{self.target} if {'; or if '.join(ways)}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, in a fixed order of keys."""
        return {
            "ticket_id": self.ticket_id,
            "priority": self.priority,
            "target": self.target,
            "most_inputs": self.most_inputs,
            "changes": [[entry._asdict() for entry in way] for way in self.changes],
        }


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
