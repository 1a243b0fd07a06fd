"""A policy file that says only what differs from the shipped one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticket_triage.errors import nearest
from ticket_triage.policy.faults import PolicyFault

if TYPE_CHECKING:
    from collections.abc import Callable

EXTENDS, BASE = "extends", "default"

REPLACED = ("teams", "categories")
"""Tables that replace the shipped ones altogether: a desk's own teams stand beside no invented ones."""

_DEPTH = 2


def extended(written: dict[str, Any], base: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], PolicyFault | None]:
    """Return a file's content with what it leaves out taken from the base, when it says ``extends = "default"``.

    Entries replace the base's one by one, two tables deep, so that ``[signals.security] team = "it"`` changes that
    signal's team and nothing else; a list, or a table further in, is replaced whole.

    Examples
    --------
    >>> shipped = {"cutoffs": {"P1": 70, "P2": 45}, "teams": {"support": {}}}
    >>> extended({"extends": "default", "cutoffs": {"P1": 80}, "teams": {"it": {}}}, lambda: shipped)
    ({'cutoffs': {'P1': 80, 'P2': 45}, 'teams': {'it': {}}}, None)
    """
    if EXTENDS not in written:
        return written, None
    own = {name: value for name, value in written.items() if name != EXTENDS}
    if written[EXTENDS] != BASE:
        return own, PolicyFault(EXTENDS, f"cannot be {written[EXTENDS]!r}; {nearest('', [BASE])}")
    kept = {name: value for name, value in base().items() if name not in REPLACED or name not in own}
    return _merged(kept, own, _DEPTH), None


def _merged(base: dict[str, Any], own: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return the base with own entries in place of its own, and new ones behind."""
    return base | {
        name: _merged(base[name], value, depth - 1)
        if depth and isinstance(value, dict) and isinstance(base.get(name), dict)
        else value
        for name, value in own.items()
    }
