"""Every line behind one ticket's prediction, of one head or of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model

if TYPE_CHECKING:
    from pathlib import Path

    from ticket_triage.domain.explanation import Explanation
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Predictor

SHOWN_LINES = 20
"""Lines per head in an explanation that is not asked for in full, beside the base and the sum of the others."""


def break_down(
    ticket: Ticket,
    *,
    head: str | None = None,
    about: str | None = None,
    everything: bool = False,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
) -> Explanation:
    """Return every n-gram and fact behind a ticket's prediction, with what each added to the log-odds.

    Parameters
    ----------
    ticket : Ticket
    head : str or None
        One head; None explains all of them.
    about : str or None
        A class of that head to explain instead of its answer.
    everything : bool, default=False
        Keep every line instead of the strongest and the sum of the others.
    models : str or Path, default="models"
    name : str, default="default"

    Returns
    -------
    Explanation

    Raises
    ------
    BadOptionError
        When there is no such head or class, or a class was named without its head.
    ModelError
        When the model cannot be used: rules have no log-odds.
    """
    return narrowed(load_model(models, name), ticket, head, about, everything=everything)


def narrowed(model: Predictor, ticket: Ticket, head: str | None, about: str | None, *, everything: bool) -> Explanation:
    """Return a model's explanation of one head, or of all; in full, or its strongest lines and the sum of the others.

    Raises
    ------
    BadOptionError
        As for :func:`break_down`.
    """
    if about is not None and head is None:
        raise BadOptionError(f"The class {about!r} belongs to a head; name that head too.")
    found = model.explain(ticket, about={head: about} if head is not None and about is not None else None)
    if not everything:
        found = found.shortened(SHOWN_LINES)
    if head is None:
        return found
    names = [entry.head for entry in found.heads]
    if head not in names:
        raise BadOptionError(f"The model has no head {head!r}; {nearest(head, names)}")
    return replace(found, heads=(found.head(head),))
