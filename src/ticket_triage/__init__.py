"""Learns urgency, category and sentiment from past tickets, and turns them into priorities and routes with reasons.

Six names cover the way a ticket takes, and two its service clocks::

    from ticket_triage import read_tickets, train, predict, load_model, load_policy, decide
    from ticket_triage import read_events, read_clocks

The rooms, top to bottom (imports run downward only): ``api`` and ``cli`` are two thin skins · ``service`` has one
module per use case · ``intake`` reads, ``modelling`` learns and predicts, ``policy`` decides, ``registry`` keeps
versions, ``reports`` shows · ``domain`` holds the words · ``errors`` all that can go wrong.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ticket_triage._version import __version__

if TYPE_CHECKING:
    from ticket_triage.intake.events import read_events
    from ticket_triage.intake.reading import read_tickets
    from ticket_triage.policy import decide, load_policy
    from ticket_triage.policy.sla import read_clocks
    from ticket_triage.service.models import load_model
    from ticket_triage.service.predict import predict
    from ticket_triage.service.train import train

_HOMES = {
    "decide": "ticket_triage.policy",
    "load_model": "ticket_triage.service.models",
    "load_policy": "ticket_triage.policy",
    "predict": "ticket_triage.service.predict",
    "read_clocks": "ticket_triage.policy.sla",
    "read_events": "ticket_triage.intake.events",
    "read_tickets": "ticket_triage.intake.reading",
    "train": "ticket_triage.service.train",
}

__all__ = [
    "__version__",
    "decide",
    "load_model",
    "load_policy",
    "predict",
    "read_clocks",
    "read_events",
    "read_tickets",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: pandas and scikit-learn take seconds to load."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
